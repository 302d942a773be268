import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { normalize } from '../../workspace/path.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { pathOf } from '../apache/lib/section-path.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/system-folder-served-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['documentroot', 'alias'],
  severity: 'warning',
  summary: 'A `DocumentRoot` or `Alias` that is the whole disk, or a folder of the system with secrets in it: `/`, `/etc`, `/root` …',
  explanation: `
Whatever lies below a served folder can be asked for by name, whether anything links to it or not. With \`DocumentRoot /\` and a grant, \`GET /etc/passwd\` is answered, and so are keys and
configurations that Apache's user may read. Serve a folder that holds what is meant to be public and nothing else.

There is no fix, as only you know that folder.
`,
  source: 'Apache\'s security tips, "Protect Server Files by Default".',
  examples: {
    failing: [
      {
        title: 'the whole disk, and folders of the system',
        files: `
#- site.conf
DocumentRoot /
#            ^ warning[security/system-folder-served-apache]: GET /etc/passwd asks for /etc/passwd: the whole disk is served, as far as Apache may read
<VirtualHost *:80>
    ServerName example.org
    DocumentRoot /etc/
#                ^^^^^ warning[security/system-folder-served-apache]: GET /passwd asks for /etc/passwd: /etc is served, as far as Apache may read it and a
    Alias /backup /root
#                 ^^^^^ warning[apache/access-not-granted]: No section here grants /root. The main files of Debian and RHEL deny everything in
#                 ^^^^^ warning[security/system-folder-served-apache]: GET /backup/.ssh/id_rsa asks for /root/.ssh/id_rsa: /root is served, as far as Apache may
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'folders of sites and of documentation',
        files: `
#- site.conf
DocumentRoot /var/www/html
Alias /doc/ /usr/share/doc/
Alias /javascript /usr/share/javascript
Alias /conf /etc
<Directory /etc>
    Require ip 10.0.0.0/8
</Directory>
`,
      },
    ],
  },
  check(directive, context) {
    const { report } = context
    const target = directive.args.at(-1)
    if (!isRead(directive) || !target?.known || !target.value.startsWith('/') || directive.args.length !== (directive.name === 'alias' ? 2 : 1)) return
    const path = normalize(target.value)
    const lies = secrets[path]
    if (lies === undefined || isGuarded(path, context)) return
    const url = directive.name === 'alias' ? (directive.args[0]?.value ?? '').replace(/\/$/, '') : ''
    report({
      at: placeOfArgument(directive, target),
      message: `GET ${url}${lies} asks for ${path === '/' ? '' : path}${lies}: ${path === '/' ? 'the whole disk' : path} is served, as far as Apache may read it and a section grants it. Serve a folder that holds what is public only.`,
    })
  },
})

/** Whether a section for the folder asks for something. */
const isGuarded = (path: string, { configuration }: ConfigurationContext): boolean =>
  path !== '/' &&
  directivesNamed(configuration, 'directory').some((each) => {
    const own = each.presence === 'absent' || pathOf(each) !== path ? undefined : authorizationOf(each)
    return own !== undefined && own.verdict !== 'granted'
  })

/** Folders that no site is in, each with a file that shows why. */
const secrets: Readonly<Record<string, string>> = {
  '/': '/etc/passwd',
  '/etc': '/passwd',
  '/etc/apache2': '/apache2.conf',
  '/etc/httpd': '/conf/httpd.conf',
  '/etc/ssl': '/private/server.key',
  '/etc/letsencrypt': '/live/example.org/privkey.pem',
  '/root': '/.ssh/id_rsa',
  '/home': '/user/.ssh/id_rsa',
  '/proc': '/self/environ',
  '/sys': '/kernel/notes',
  '/dev': '/mem',
  '/boot': '/grub/grub.cfg',
}
