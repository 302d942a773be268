import { directivesNamed, enclosing, placeOfArgument } from '../../configuration/placed.ts'
import { normalize } from '../../workspace/path.ts'
import { insertBefore, replaceInArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { type Rewrite, type RewriteScope, redirects, rewriteScopesOf } from './lib/rewriting.ts'
import { pathOf } from './lib/section-path.ts'

export const rule = defineRule({
  id: 'apache/rewrite-redirect-to-file-path',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A redirection in a folder to a relative target without `RewriteBase`: the browser is sent to the path of the file on the disk.',
  explanation: `
In a \`.htaccess\` or \`<Directory>\` a relative target is put behind the path of the folder on the disk. Inside the server that is right. With the flag \`R\` the whole path is sent to the
browser: \`RewriteRule ^old$ new.html [R]\` redirects to \`http://example.org/var/www/html/new.html\`, which is not found and tells where the site lies. Write the target from the root of the
site (\`/new.html\`), or say with \`RewriteBase\` what URL the folder has.
`,
  source: '`modules/mappers/mod_rewrite.c`: `hook_fixup`; Apache documentation of RewriteBase; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a page that was renamed',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    RewriteEngine On
    RewriteRule ^old$ new.html [R=301,L]
#                     ^^^^^^^^ warning[apache/rewrite-redirect-to-file-path]: The browser is sent to the path of the file on the disk: without RewriteBase the
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/new.html': 'new page' },
          get: '/old',
          before: { status: 301, headers: /^location: .*\/srv\/site\/new\.html$/im },
          after: { status: 301, headers: /^location: http:\/\/[^/]+\/new\.html$/im },
        },
      },
      {
        title: 'a .htaccess',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^blog/(.*)$ news/$1 [R=301,L]
#                       ^^^^^^^ warning[apache/rewrite-redirect-to-file-path]: The browser is sent to the path of the file on the disk: without RewriteBase the
`,
      },
    ],
    passing: [
      {
        title: 'with a base, from the root, another host, a variable, or no redirection',
        files: `
#- a/.htaccess
RewriteEngine On
RewriteBase /shop/
RewriteRule ^old$ new.html [R=301,L]
#- b/.htaccess
RewriteEngine On
RewriteRule ^old$ /new.html [R=301,L]
RewriteRule ^older$ http://example.org/new.html [R=301,L]
RewriteRule ^(.*)/$ $1 [L]
RewriteRule ^x$ %{REQUEST_URI}y [R,L]
RewriteRule ^y$ new.html [L]
RewriteRule ^z$ - [R=404]
`,
      },
    ],
  },
  check(context) {
    const { configuration, report } = context
    const bases = directivesNamed(configuration, 'rewritebase').filter((each) => each.presence !== 'absent')
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind !== 'folder' || scope.options.length > 0) continue
      if (configuration.context === 'htaccess' ? scope.base.length > 0 : bases.length > 0) continue
      for (const rewrite of scope.rules) {
        const { target, flags, directive } = rewrite
        if (!flags.has('r') || !redirects(rewrite) || !/^[\w-]/.test(target) || /^[^/]*:/.test(target) || /^www\./.test(target)) continue
        const folder = scope.section && pathOf(scope.section)
        report({
          at: placeOfArgument(directive, rewrite.targetArgument),
          message: `The browser is sent to the path of the file on the disk: without RewriteBase the redirection leads to ${folder === undefined ? `the folder's own path (such as /var/www/html/${target})` : `http://…${folder}/${target}`}. Write it from the root of the site: ${`/${target}`}.`,
          fixes: fixes(rewrite, scope, context),
        })
      }
    }
  },
})

function fixes({ directive, targetArgument, target }: Rewrite, scope: RewriteScope, { configuration }: ConfigurationContext): FindingFix[] {
  const edit = replaceInArgument(directive, targetArgument, target, `/${target}`)
  const [first] = scope.rules
  const anchor = first?.conditions[0] ?? first?.directive
  const isRoot = scope.section !== undefined && isDocumentRoot(scope.section)
  return [
    ...(edit ? [{ title: `Write /${target}`, safe: isRoot, edits: [edit] }] : []),
    ...(anchor ? [{ title: 'Add RewriteBase /', safe: false, edits: [insertBefore(anchor, ['RewriteBase /'])] }] : []),
  ]

  function isDocumentRoot(section: NonNullable<RewriteScope['section']>): boolean {
    const roots = directivesNamed(configuration, 'documentroot').filter(
      (each) => each.presence === 'present' && enclosing(each, 'virtualhost') === enclosing(section, 'virtualhost'),
    )
    return roots.length > 0 && roots.every((each) => each.args[0]?.known && normalize(each.args[0].value) === pathOf(section))
  }
}
