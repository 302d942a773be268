import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import type { Argument, PlacedDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { commentToOwnLine } from './config-test/faults.ts'

export const rule = defineRule({
  id: 'apache/comment-behind-directive',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A comment behind a directive, of which Apache takes the words as values.',
  explanation: `
Only a line that begins with \`#\` is a comment. Behind a directive the words of a comment are arguments to it. Most directives refuse them, which \`apache2 -t\` tells; those that
take a list are silent: \`DirectoryIndex index.html # or home.html\` makes \`#\`, \`or\` and \`home.html\` index files, and \`Require user ada # not bob\` lets \`bob\` in.

Where Apache only ignores the words (behind On and Off, behind the flags of a \`RewriteRule\`), nothing goes wrong today, and this is said as a piece of information.
`,
  source: '`server/util.c`: `ap_cfg_getline_core`; `server/config.c`: `invoke_cmd`; each directive tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a word of the comment is an index file',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/site
    DirectoryIndex welcome.html # formerly home.html
#                               ^^^^^^^^^^^^^^^^^^^^ warning[apache/comment-behind-directive]: Apache has no comments behind a directive: DirectoryIndex takes "# formerly home.html" as values
    <Directory /srv/site>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/home.html': 'draft' },
          get: '/',
          before: { status: 200, body: /draft/ },
          after: { status: 404 },
        },
      },
      {
        title: 'users, names, and a flag, behind which it is only ignored',
        files: `
#- site.conf
KeepAlive On # as in the old server
#            ^^^^^^^^^^^^^^^^^^^^^^ info[apache/comment-behind-directive]: Apache has no comments behind a directive: it ignores "# as in the old server" here
<VirtualHost *:80>
    ServerName www.example.org
    ServerAlias example.org #example.net
#                           ^^^^^^^^^^^^ warning[apache/comment-behind-directive]: Apache has no comments behind a directive: ServerAlias takes "#example.net" as values
    <Location /admin>
        Require user ada # not bob
#                        ^^^^^^^^^ warning[apache/comment-behind-directive]: Apache has no comments behind a directive: Require takes "# not bob" as values
    </Location>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'a "#" in file patterns, in a URL, in a regular expression, in quotes and in a colour',
        files: `
#- site.conf
IndexIgnore .??* *~ *# #* HEADER* README*
Redirect /help https://www.example.org/manual#contents
SetEnvIf Request_URI #top from-top
AddDescription "#1 of all" .html
RewriteEngine On
RewriteRule ^/a$ /b#c [NE,R]
Header set X-Colour #336699
`,
      },
      {
        title: 'comments on lines of their own',
        files: `
#- site.conf
# The old name of the page:
DirectoryIndex welcome.html home.html
    # indented
KeepAlive On
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of configuration.all) {
      if (directive.presence === 'absent' || !directive.node.text.includes('#')) continue
      const at = directive.args.findIndex((argument) => argument.known && argument.quote === undefined && argument.value.startsWith('#'))
      const mark = directive.args[at]
      const last = directive.args.at(-1)
      if (at < 1 || !mark || !last || directive.node.block) continue
      const effect = effectOf(directive, at, mark)
      if (!effect) continue
      const { path, text } = directive.source
      const words = text.slice(mark.start, last.end)
      const name = apacheDirectives(directive.name)[0]?.name ?? directive.name
      report({
        at: { path, start: mark.start, end: last.end },
        severity: effect === 'values' ? 'warning' : 'info',
        message: `Apache has no comments behind a directive: ${effect === 'values' ? `${name} takes "${words}" as values` : `it ignores "${words}" here`}. Put the comment on a line of its own.`,
        fixes: directive.node.text.trim().includes('\n') ? [] : [commentToOwnLine(directive, mark.start)],
      })
    }
  },
})

type Effect = 'values' | 'ignored'

/** What becomes of a comment that begins with an argument; undefined where Apache refuses it, or where it may be none. */
function effectOf({ name, args }: PlacedDirective, at: number, mark: Argument): Effect | undefined {
  const first = values.get(name)
  if (first !== undefined) return at >= first ? 'values' : undefined
  // Patterns of file names may begin with "#": only the sign by itself, with words behind it, is the beginning of a comment.
  const firstFile = files.get(name)
  if (firstFile !== undefined) return at >= firstFile && mark.value === '#' && /^\w+$/.test(args[at + 1]?.value ?? '') ? 'values' : undefined
  if (name === 'require') return requireEffect(args, at)
  if (name === 'rewriterule' || name === 'rewritecond') return at === 3 && /^\[.*\]$/.test(args[2]?.value ?? '') ? 'ignored' : undefined
  if (at !== 1 || !/^o(n|ff)$/i.test(args[0]?.value ?? '')) return undefined
  const entries = apacheDirectives(name)
  return entries.length > 0 && entries.every((entry) => entry.arguments === 'flag' && entry.source !== 'third-party') ? 'ignored' : undefined
}

/** `mod_authz_user.c`, `mod_authz_groupfile.c`, `mod_authz_host.c`: lists of names; others take no list, or refuse the sign. */
function requireEffect(args: readonly Argument[], at: number): Effect | undefined {
  const [first, second] = args.map((argument) => argument.value.toLowerCase())
  const shift = first === 'not' ? 1 : 0
  const provider = shift === 1 ? second : first
  if (/^(user|group|host|env|forward-dns)$/.test(provider ?? '')) return at >= 2 + shift ? 'values' : undefined
  return provider === 'valid-user' && at === 1 + shift ? 'ignored' : undefined
}

/** Directives that take any word as one more value, and the first argument of which a "#" is none that is meant. */
const values: ReadonlyMap<string, number> = new Map([
  ...[
    'directoryindex',
    'serveralias',
    'cacheignoreheaders',
    'passenv',
    'unsetenv',
    'removehandler',
    'removetype',
    'removecharset',
    'removeencoding',
    'removelanguage',
    'removeinputfilter',
    'removeoutputfilter',
    'languagepriority',
    'noproxy',
    'proxyblock',
    'protocols',
    'registerhttpmethod',
    'mdomain',
    'mdcachallenges',
    'userdir',
    'accessfilename',
    'anonymous',
    'remoteipinternalproxy',
    'remoteiptrustedproxy',
    'filterchain',
    'proxyhtmlevents',
  ].map((name) => [name, 1] as const),
  ...[
    'addcharset',
    'addencoding',
    'addhandler',
    'addinputfilter',
    'addlanguage',
    'addoutputfilter',
    'addoutputfilterbytype',
    'addtype',
    'addiconbytype',
    'addaltbytype',
    'proxyhtmllinks',
    'browsermatch',
    'browsermatchnocase',
    'setenvifexpr',
  ].map((name) => [name, 2] as const),
  ['setenvif', 3],
  ['setenvifnocase', 3],
])

/** The same for lists of file names and patterns. */
const files: ReadonlyMap<string, number> = new Map([
  ['indexignore', 1],
  ['adddescription', 2],
  ['addicon', 2],
  ['addalt', 2],
])
