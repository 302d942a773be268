import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { insertInside } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/location-reopens-files',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['location'],
  severity: 'warning',
  summary: 'A `<Location />` with `Require all granted`, or with `<LimitExcept>` alone, which opens again what `<Files>` and `<Directory>` deny.',
  explanation: `
Apache merges \`<Location>\` last, and the \`Require\` of a section takes the place of those before it. \`Require all granted\` in \`<Location />\` therefore undoes every
\`Require all denied\` for files: that of \`<FilesMatch "^\\.ht">\` in the main file, and those for backups or folders of your own. \`GET /.htpasswd\` is answered with the file.

A \`<LimitExcept GET POST>\` with \`Require all denied\`, as many write to shut out other methods, does the same: with no \`Require\` of its own for GET the section grants it, and takes the
place of all that denied before.

Grant the folder in its \`<Directory>\` instead. With \`AuthMerging And\` in the \`<Location>\` both must hold. Where the whole URL space is passed to an application there are no files to open.
`,
  source: 'Apache documentation, "Configuration Sections" and AuthMerging; tried with Apache 2.4.71: GET /.htpasswd was answered 200.',
  examples: {
    failing: [
      {
        title: 'files that were denied',
        files: `
#- httpd.conf
Listen 80
<FilesMatch "^\\.ht">
    Require all denied
</FilesMatch>
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
<Location />
# <--------- warning[security/location-reopens-files]: This opens again what <FilesMatch ^\\.ht> denies, as <Location> is merged last: GET
    Require all granted
</Location>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/.htpasswd': 'pat:secret', '/srv/site/a.html': 'page' },
          get: '/.htpasswd',
          before: { status: 200, body: /pat:secret/ },
          after: { status: 403 },
        },
      },
      {
        title: 'methods that were to be shut out',
        files: `
#- httpd.conf
Listen 80
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
<FilesMatch "^\\.ht">
    Require all denied
</FilesMatch>
<Location />
# <--------- warning[security/location-reopens-files]: For GET and POST there is no Require here, which counts as a grant and opens again what
    <LimitExcept GET POST>
        Require all denied
    </LimitExcept>
</Location>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/.htpasswd': 'pat:secret' },
          get: '/.htpasswd',
          before: { status: 200, body: /pat:secret/ },
          after: { status: 403 },
        },
      },
      {
        title: 'in a virtual host, whose main file denies .htaccess',
        files: `
#- sites-enabled/site.conf
<VirtualHost *:80>
    ServerName example.org
    DocumentRoot /var/www/site
    <Location "/">
#   ^^^^^^^^^^^^^^ info[security/location-reopens-files]: This opens again what sections for files deny, such as that for .ht* in the main file, as
        Require all granted
    </Location>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'an application, another path, a login, both asked for',
        files: `
#- sites-enabled/site.conf
<VirtualHost *:80>
    ServerName example.org
    ProxyPass / http://127.0.0.1:8000/
    <Location />
        Require all granted
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example.org
    DocumentRoot /var/www/site
    <Location /static>
        Require all granted
    </Location>
    <Location />
        AuthMerging And
        Require all granted
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName three.example.org
    <Location />
        Require all granted
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName four.example.org
    DocumentRoot /var/www/four
    <Location />
        <LimitExcept GET POST>
            Require all denied
        </LimitExcept>
        Require ip 10.0.0.0/8
    </Location>
</VirtualHost>
`,
      },
    ],
  },
  check(directive, context) {
    const { configuration, report } = context
    const [path] = directive.args
    if (!isRead(directive) || path?.value !== '/' || directive.args.length !== 1 || directive.source.templated) return
    const own = authorizationOf(directive)
    const limited = directive.children.find(
      (each) => (each.name === 'limitexcept' || each.name === 'limit') && each.children.some((child) => child.name === 'require' && isRead(child)),
    )
    const granted = directive.children.some(grantsAll)
    if (own?.verdict !== 'granted' || own.merging !== 'off' || (!granted && !limited)) return
    const host = enclosing(directive, 'virtualhost')
    const root = directivesNamed(configuration, 'documentroot').find((each) => isRead(each) && enclosing(each, 'virtualhost') === host)
    if ((granted && !root) || isPassedOn(host, directive, context)) return
    const denied = directivesNamed(configuration, 'files', 'filesmatch').find(
      (each) =>
        isRead(each) && authorizationOf(each)?.verdict === 'denied' && (enclosing(each, 'virtualhost') ?? host) === host && !enclosing(each, 'location'),
    )
    report({
      at: placeOfDirective(directive),
      ...(denied || !granted ? {} : { severity: 'info' }),
      message: `${granted || !limited ? 'This' : `For ${limited.name === 'limitexcept' ? list(limited.args.map(({ value }) => value)) : 'other methods'} there is no Require here, which counts as a grant and`} opens again what ${denied ? `<${denied.node.words[0]?.value} ${denied.args.map(({ value }) => value).join(' ')}> denies` : 'sections for files deny, such as that for .ht* in the main file'}, as <Location> is merged last: GET /.htpasswd is answered with the file. ${granted ? 'Grant the folder in its <Directory>.' : 'Add "AuthMerging And".'}`,
      ...(denied ? { related: [{ at: placeOfDirective(denied), message: 'has no effect here' }] } : {}),
      fixes: [{ title: 'Ask for both with AuthMerging And', safe: false, edits: [insertInside(directive, ['AuthMerging And'])] }],
    })
  },
})

const list = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)

const grantsAll = (directive: PlacedDirective): boolean => directive.name === 'require' && directive.args[0]?.value.toLowerCase() === 'all'

/** Whether an application answers everything. */
function isPassedOn(host: PlacedDirective | undefined, section: PlacedDirective, { configuration }: ConfigurationContext): boolean {
  const mounts = directivesNamed(configuration, 'proxypass', 'proxypassmatch', 'wsgiscriptalias', 'wsgiscriptaliasmatch', 'scriptalias', 'scriptaliasmatch')
  if (mounts.some((each) => (enclosing(each, 'virtualhost') ?? host) === host && /^\^?\/?(?:\(?\.\*\)?)?\$?$/.test(each.args[0]?.value ?? '/'))) return true
  if (
    directivesNamed(configuration, 'rewriterule').some(
      (each) => /\bP\b|proxy/i.test(each.args[2]?.value ?? '') && (enclosing(each, 'virtualhost') ?? host) === host,
    )
  )
    return true
  return section.children.some((each) =>
    ['sethandler', 'proxypass', 'passengerenabled', 'passengerapproot', 'dav', 'perlhandler', 'perlresponsehandler'].includes(each.name),
  )
}
