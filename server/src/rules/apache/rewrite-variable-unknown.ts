import { type Argument, directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { allParts, rewriteParts, type VariablePart } from '../../site/apache/expansion.ts'
import { variableNames, variableOf } from '../../site/apache/variables.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { nearestWord } from './config-test/corrections.ts'

export const rule = defineRule({
  id: 'apache/rewrite-variable-unknown',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A variable (`%{NAME}`) in a `RewriteRule` or `RewriteCond` that mod_rewrite does not have: it is always empty.',
  explanation: `
mod_rewrite knows a fixed list of variables (\`REQUEST_URI\`, \`HTTP_HOST\`, \`QUERY_STRING\` …) and says nothing of any other name: it puts nothing in its place. A condition on it comes out the same
for every request.

Headers that have no variable of their own are written \`%{HTTP:X-Forwarded-Proto}\`, variables of the environment \`%{ENV:NAME}\`, those of mod_ssl \`%{SSL:SSL_PROTOCOL}\`. What expressions
(\`<If>\`, \`Require expr\`, \`RewriteCond expr\`) know is another list.
`,
  source: '`modules/mappers/mod_rewrite.c`: `lookup_variable`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a name that is almost right',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    RewriteEngine On
    RewriteRule ^/old https://example.org%{REQUEST_URL} [R=301,L]
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-variable-unknown]: mod_rewrite has no variable %{REQUEST_URL}, and puts nothing there. Did you mean %{REQUEST_URI}?
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: 'www.example.org',
          get: '/old/page',
          before: { status: 301, headers: /^location: https:\/\/example\.org$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/old\/page$/im },
        },
      },
      {
        title: 'headers, the environment, mod_ssl; in conditions, flags and maps',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{HTTP_X_FORWARDED_PROTO} !https
#           ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-variable-unknown]: mod_rewrite has no variable %{HTTP_X_FORWARDED_PROTO}, and puts nothing there. The header is %{HTTP:X-Forwarded-Proto}.
RewriteRule ^ https://example.org%{REQUEST_URI} [R=301,L]
RewriteCond %{REDIRECT_STATUS} ^$
#           ^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-variable-unknown]: mod_rewrite has no variable %{REDIRECT_STATUS}, and puts nothing there. The variable of the environment is %{ENV:REDIRECT_STATUS}.
RewriteRule ^a$ b [E=proto:%{SSL_PROTOCOL}]
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-variable-unknown]: mod_rewrite has no variable %{SSL_PROTOCOL}, and puts nothing there. mod_ssl's is %{SSL:SSL_PROTOCOL}.
`,
      },
    ],
    passing: [
      {
        title: 'what there is, in any case; lookahead; expressions; what is no variable',
        files: `
#- .htaccess
RewriteEngine On
RewriteCond %{request_uri} !^/a
RewriteCond %{HTTP:X-Forwarded-Proto} !https
RewriteCond %{ENV:REDIRECT_STATUS} ^$
RewriteCond %{LA-U:REMOTE_USER} ^(.+)$
RewriteCond %{SSL:SSL_PROTOCOL} TLS
RewriteCond expr "%{SERVER_PORT} -eq 80 && %{REQUEST_STATUS} == 200"
RewriteCond %{DOCUMENT_ROOT}/%{HTTP_HOST}%{REQUEST_URI} -f
RewriteRule ^(.*)$ /%{HTTP_HOST}/$1 [L,E=user:%1]
RewriteRule ^b$ /c\\%{NAME}
Header set X-Time "%{NAME}e"
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of directivesNamed(configuration, 'rewriterule', 'rewritecond')) {
      if (!isRead(directive) || directive.source.templated) continue
      const [first, second, flags] = directive.args
      const expanded = directive.name === 'rewritecond' ? [first] : [second, flags]
      for (const argument of expanded) if (argument?.known && argument.value.includes('%{')) look(directive, argument)
    }

    function look(directive: PlacedDirective, argument: Argument): void {
      const unknown = allParts(rewriteParts(argument.value)).find((part): part is VariablePart => part.kind === 'variable' && !variableOf(part.name))
      if (!unknown || unknown.name === '') return
      const written = `%{${unknown.name}}`
      const meant = meantBy(unknown.name)
      const edit = meant && replaceInArgument(directive, argument, written, `%{${meant.name}}`)
      report({
        at: placeOfArgument(directive, argument),
        message: `mod_rewrite has no variable ${written}, and puts nothing there.${meant ? ` ${meant.words}` : ' What is in the environment is %{ENV:…}, a header %{HTTP:…}.'}`,
        fixes: edit ? [{ title: `Write %{${meant.name}}`, safe: meant.plain, edits: [edit] }] : [],
      })
    }
  },
})

interface Meant {
  readonly name: string
  readonly words: string
  /** Nothing else can be meant. */
  readonly plain: boolean
}

function meantBy(name: string): Meant | undefined {
  const near = nearestWord(name, variableNames)
  if (near) return { name: near, words: `Did you mean %{${near}}?`, plain: true }
  const header = /^HTTP_(\w+)$/i.exec(name)?.[1]
  if (header) {
    const words = header
      .toLowerCase()
      .split('_')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    const meant = `HTTP:${words.join('-')}`
    return { name: meant, words: `The header is %{${meant}}.`, plain: true }
  }
  if (/^SSL_\w+$/i.test(name)) return { name: `SSL:${name}`, words: `mod_ssl's is %{SSL:${name}}.`, plain: true }
  if (/^[A-Za-z_]\w+$/.test(name)) return { name: `ENV:${name}`, words: `The variable of the environment is %{ENV:${name}}.`, plain: false }
  return undefined
}
