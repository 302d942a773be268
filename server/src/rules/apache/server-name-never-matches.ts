import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/server-name-never-matches',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['servername', 'serveralias'],
  severity: 'warning',
  summary: 'A `ServerName` or `ServerAlias` that no request can have as its host: with a path, a scheme, a port or a comma.',
  explanation: `
Apache compares these names with the host that a request asks for, which is a name without scheme, port and path. \`ServerName www.example.org/\`, \`ServerAlias http://example.org\`,
\`ServerAlias example.org:8080\` and \`ServerAlias example.org, example.net\` (whose first name ends in a comma) are accepted in silence and never fit, so that another virtual host
answers.

\`ServerName\` may begin with a scheme and end in a port (\`https://www.example.org:443\`): Apache takes both off, and uses them for the addresses that it makes of itself.
`,
  source: '`server/core.c`: `server_hostname_port`; `server/vhost.c`: `matches_aliases`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a name with a slash, which another virtual host answers',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName other.example.org
    Redirect 410 /
</VirtualHost>
<VirtualHost *:80>
    ServerName http://localhost/
#              ^^^^^^^^^^^^^^^^^ warning[apache/server-name-never-matches]: No request asks for the host "localhost/", so that this name never fits. Write http://localhost.
    DocumentRoot /srv/site
    <Directory /srv/site>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/page.html': 'a' },
          get: '/page.html',
          before: { status: 410 },
          after: { status: 200 },
        },
      },
      {
        title: 'further names with a scheme, a port and a comma',
        files: `
#- site.conf
<VirtualHost *:8080>
    ServerName www.example.org:8080
    ServerAlias http://example.org
#               ^^^^^^^^^^^^^^^^^^ warning[apache/server-name-never-matches]: No request asks for the host "http://example.org", so that this name never fits. Write example.org.
    ServerAlias example.org:8080
#               ^^^^^^^^^^^^^^^^ warning[apache/server-name-never-matches]: No request asks for the host "example.org:8080"
    ServerAlias example.com, example.net
#               ^^^^^^^^^^^^ warning[apache/server-name-never-matches]: No request asks for the host "example.com,", so that this name never fits. Write example.com.
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'a scheme and a port before and behind a ServerName, wildcards, an IPv6 address, other letters',
        files: `
#- site.conf
<VirtualHost *:443>
    ServerName https://www.example.org:443
    ServerAlias *.example.org example.* my_host.example.org bücher.example
    ServerAlias 192.0.2.7 [2001:db8::7]
</VirtualHost>
`,
      },
      {
        title: 'names that come from elsewhere',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName \${SITE}/
    ServerAlias \${SITE}:8080
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { report }) {
    if (directive.node.words.some((word) => word.holes)) return
    for (const argument of directive.args) {
      if (argument.value.startsWith('#')) return
      if (!argument.known || argument.value === '') continue
      const { host, meant } = directive.name === 'servername' ? ofServerName(argument.value) : ofServerAlias(argument.value)
      if (host === undefined) continue
      report({
        at: placeOfArgument(directive, argument),
        message: `No request asks for the host "${host}", so that this name never fits.${meant === undefined ? '' : ` Write ${meant}.`}`,
        fixes: meant === undefined || isFromElsewhere(directive, argument, meant) ? [] : [write(directive, argument, meant)],
      })
    }
  },
})

interface Judged {
  /** What is compared in vain; undefined where it may fit. */
  readonly host?: string
  readonly meant?: string
}

/** A scheme and a port are taken off, the rest is the host's name. */
function ofServerName(value: string): Judged {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(value)?.[0] ?? ''
  const rest = value.slice(scheme.length)
  // What stands behind a colon is the port, read up to its last digit.
  const [host = ''] = rest.split(':')
  if (!/[/,;]/.test(host)) return {}
  const plain = /^([\w.-]+)(?:\/[^,;]*|[,;])$/.exec(rest)?.[1]
  return { host, ...(plain === undefined ? {} : { meant: `${scheme}${plain}` }) }
}

function ofServerAlias(value: string): Judged {
  if (!/[/,;]|^[^[\]:]+:\d*$/.test(value)) return {}
  const plain = /^(?:[a-z]+:\/\/)?([\w.*?-]+)(?::\d+)?(?:\/.*|[,;])?$/i.exec(value)?.[1]
  return { host: value, ...(plain === undefined ? {} : { meant: plain }) }
}

const write = (directive: PlacedDirective, argument: Argument, meant: string) => ({
  title: `Write ${meant}`,
  safe: true,
  edits: [replaceArgument(directive, argument, meant)],
})

/** A name that a macro or a variable gave is not corrected where it is used. */
const isFromElsewhere = (directive: PlacedDirective, argument: Argument, meant: string): boolean =>
  !directive.source.text.slice(argument.start, argument.end).includes(meant.replace(/^[a-z]+:\/\//i, ''))
