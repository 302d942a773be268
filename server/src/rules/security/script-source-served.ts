import { directivesNamed, enclosing, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isInside, normalize } from '../../workspace/path.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { pathOf } from '../apache/lib/section-path.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/script-source-served',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['scriptalias'],
  severity: 'warning',
  summary: 'A `ScriptAlias` to a folder below the `DocumentRoot` that has another URL there: by that one the scripts can be read.',
  explanation: `
\`ScriptAlias\` runs what is asked for by its own URL. Where the folder lies below the document root, its files have a second URL, by which they are sent as they are: with
\`ScriptAlias /cgi/ /srv/site/bin/\` and \`DocumentRoot /srv/site\`, \`GET /bin/order.pl\` shows the script with the passwords in it.

Put scripts outside the document root, or have them run by that URL too.
`,
  source: 'Apache documentation of ScriptAlias; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'two URLs for one folder',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
ScriptAlias /cgi/ /srv/site/bin/
#                 ^^^^^^^^^^^^^^ warning[security/script-source-served]: The scripts can be read: /srv/site/bin lies below the document root /srv/site, and GET
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/bin/order.pl': 'my $password = "x";' },
          get: '/bin/order.pl',
          before: { status: 200, body: /password/ },
          after: { status: 500 },
        },
      },
    ],
    passing: [
      {
        title: 'outside, the same URL, run by a handler, denied by its URL',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv>
    Require all granted
</Directory>
ScriptAlias /cgi/ /srv/cgi/
ScriptAlias /cgi-bin/ /srv/site/cgi-bin/
ScriptAlias /run/ /srv/site/run-scripts/
<Directory /srv/site/run-scripts>
    Options +ExecCGI
    SetHandler cgi-script
</Directory>
ScriptAlias /x/ /srv/site/hidden/
<Location /hidden>
    Require all denied
</Location>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [url, target] = directive.args
    if (!isRead(directive) || !url?.known || !target?.known || directive.args.length !== 2 || !target.value.startsWith('/')) return
    const host = enclosing(directive, 'virtualhost')
    const root = directivesNamed(configuration, 'documentroot').findLast((each) => isRead(each) && enclosing(each, 'virtualhost') === host)?.args[0]
    if (!root?.known || !root.value.startsWith('/')) return
    const [folder, documents] = [normalize(target.value), normalize(root.value)]
    if (!isInside(folder, documents) || folder === documents) return
    const second = folder.slice(documents.length)
    // The same URL: the alias takes it.
    if (`${second}/`.startsWith(url.value.endsWith('/') ? url.value : `${url.value}/`)) return
    const touched = directivesNamed(
      configuration,
      'location',
      'locationmatch',
      'alias',
      'aliasmatch',
      'directorymatch',
      'rewriterule',
      'proxypass',
      'redirect',
      'redirectmatch',
    ).some(
      (each) =>
        each.presence !== 'absent' &&
        mayTouch(
          each.name,
          each.args.map(({ value }) => value),
          second,
          folder,
        ),
    )
    const ran = directivesNamed(configuration, 'directory', 'files', 'filesmatch').some((each) => {
      const path = pathOf(each)
      if (each.presence === 'absent' || (each.name === 'directory' && path !== undefined && !isInside(folder, path) && !isInside(path, folder))) return false
      return each.children.some(
        (child) =>
          child.name === 'sethandler' ||
          child.name === 'addhandler' ||
          (child.name === 'require' && authorizationOf(each)?.verdict !== 'granted' && path !== '/'),
      )
    })
    if (touched || ran || directivesNamed(configuration, 'addhandler').some((each) => /cgi/i.test(each.args[0]?.value ?? ''))) return
    const lines = [`<Directory ${/\s/.test(folder) ? `"${folder}"` : folder}>`, '    Options +ExecCGI', '    SetHandler cgi-script', '</Directory>']
    report({
      at: placeOfArgument(directive, target),
      message: `The scripts can be read: ${folder} lies below the document root ${documents}, and GET ${second}/… sends them as they are. Put them outside of it, or have them run there too.`,
      related: [{ at: placeOfDirective(directive), message: `runs them at ${url.value} only` }],
      fixes: [{ title: 'Run them by both URLs', safe: false, edits: [insertAfter(directive, lines)] }],
    })
  },
})

/** Whether another directive may take or deny the second URL. */
function mayTouch(name: string, args: readonly string[], url: string, folder: string): boolean {
  if (name === 'location' || name === 'alias' || name === 'proxypass')
    return args.some((each) => each !== '/' && each.startsWith('/') && (`${url}/`.startsWith(each) || each.startsWith(url)))
  if (name === 'redirect') return args.some((each) => `${url}/`.startsWith(each))
  return name !== 'directorymatch' || args.some((each) => folder.includes(each.replace(/[^\w/]/g, '')))
}
