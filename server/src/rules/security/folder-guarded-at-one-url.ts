import { directivesNamed, enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { accessOf } from '../../site/apache/access.ts'
import { type Alias, aliasesOf, aliasFor } from '../../site/apache/aliases.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isInside, normalize } from '../../workspace/path.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/folder-guarded-at-one-url',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['location'],
  severity: 'warning',
  summary: 'A `<Location>` that guards files which have a second URL, where nobody guards them.',
  explanation: `
\`<Location>\` holds for a URL, not for files. Where a folder is served by two URLs (an \`Alias\` to a folder below the document root, or two aliases) a guard on one of them is passed by the
other. Apache's documentation says to guard files with \`<Directory>\` or \`<Files>\`, which hold whichever URL leads to them.
`,
  source: 'Apache documentation, "Configuration Sections": What to use When; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'an alias to a folder below the document root',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
Alias /admin /srv/site/internal
<Location /admin>
#         ^^^^^^ warning[security/folder-guarded-at-one-url]: GET /internal/… passes this: /srv/site/internal has that URL too, and there nobody asks.
    Require ip 10.0.0.0/8
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/internal/a.html': 'secret' },
          get: '/internal/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'guarded as a folder, one URL, the second guarded too',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv>
    Require all granted
</Directory>
<Directory /srv/site/internal>
    Require ip 10.0.0.0/8
</Directory>
Alias /admin /srv/site/internal
Alias /tools /srv/tools
Alias /stats /srv/site/numbers
<Location /admin>
    Require ip 10.0.0.0/8
</Location>
<Location /tools>
    Require ip 10.0.0.0/8
</Location>
<Location /stats>
    Require ip 10.0.0.0/8
</Location>
<Location /numbers>
    Require ip 10.0.0.0/8
</Location>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [url] = directive.args
    const own = authorizationOf(directive)
    if (!isRead(directive) || !url?.known || directive.args.length !== 1 || !own || own.verdict === 'granted' || /[*?[]/.test(url.value)) return
    const host = enclosing(directive, 'virtualhost')
    const aliases = aliasesOf(configuration).filter((each) => each.directive.presence === 'present')
    const path = url.value.replace(/(?!^)\/$/, '')
    const alias = aliasFor(aliases, `${path}/`, host) ?? aliasFor(aliases, path, host)
    if (!alias?.target.startsWith('/') || alias.directive.name !== 'alias') return
    const folder = normalize(`${alias.target}/${path.slice(alias.url.length)}`)
    const second = secondUrl(folder, alias, aliases, host, rootOf(directive, host))
    if (
      second === undefined ||
      second === path ||
      directivesNamed(configuration, 'rewriterule', 'proxypass', 'redirect', 'redirectmatch', 'locationmatch', 'directorymatch').some(isAbout(second))
    )
      return
    const access = accessOf(configuration, { path: `${folder}/file`, url: `${second}/file`, host })
    const guarded = accessOf(configuration, { path: `${folder}/file`, url: `${path}/file`, host })
    if (access.answer !== 'granted' || guarded.answer === 'granted' || access.decidedBy.length === 0) return
    const requirements = directive.children.filter((each) => each.name === 'require' || each.name.startsWith('auth') || /^require/.test(each.name))
    const text = requirements.map((each) => {
      const { start } = placeOfDirective(each)
      return each.source.text
        .slice(start, each.start + each.node.width)
        .split('\n')
        .map((line, i) => (i === 0 ? `    ${line}` : `    ${line.replace(/^\s{0,4}/, '')}`))
    })
    report({
      at: placeOfArgument(directive, url),
      message: `GET ${second}/… passes this: ${folder} has that URL too, and there nobody asks. Guard the folder, with <Directory ${folder}>.`,
      related: [{ at: placeOfDirective(alias.directive), message: `serves ${folder} at ${alias.url}` }],
      fixes: [
        {
          title: `Guard ${folder} as well`,
          safe: false,
          edits: [insertAfter(directive, [`<Directory ${/\s/.test(folder) ? `"${folder}"` : folder}>`, ...text.flat(), '</Directory>'])],
        },
      ],
    })

    function rootOf(section: PlacedDirective, around: PlacedDirective | undefined): string | undefined {
      const roots = directivesNamed(configuration, 'documentroot').filter((each) => isRead(each))
      const root =
        roots.findLast((each) => enclosing(each, 'virtualhost') === around) ??
        (section.parent === undefined ? undefined : roots.find((each) => each.parent === undefined))
      return root?.args[0]?.known && root.args[0].value.startsWith('/') ? normalize(root.args[0].value) : undefined
    }
  },
})

/** The other URL of a folder: by another alias, or by the document root. */
function secondUrl(folder: string, taken: Alias, aliases: readonly Alias[], host: PlacedDirective | undefined, root: string | undefined): string | undefined {
  for (const other of aliases) {
    const target = normalize(other.target)
    if (
      other === taken ||
      other.directive.name !== 'alias' ||
      (other.host !== undefined && other.host !== host) ||
      !isInside(folder, target) ||
      other.url === taken.url
    )
      continue
    const url = `${other.url.replace(/\/$/, '')}${folder.slice(target.length)}`
    if (aliasFor(aliases, `${url}/`, host) === other) return url
  }
  if (root === undefined || !isInside(folder, root) || folder === root) return undefined
  const url = folder.slice(root.length)
  return aliasFor(aliases, `${url}/`, host) === undefined ? url : undefined
}

const isAbout =
  (url: string) =>
  (directive: PlacedDirective): boolean =>
    directive.presence !== 'absent' && directive.args.some(({ value }) => value.includes(url.split('/')[1] ?? url))
