import { directivesNamed, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { textsWithGroup } from '../../regex/questions.ts'
import { variableOf } from '../../site/apache/variables.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { removeDirective } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { isAround, originVariables, sentHeader } from './lib/reflected-origin.ts'

export const rule = defineRule({
  id: 'security/cors-any-origin-with-credentials-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['header'],
  severity: 'warning',
  summary: '`Access-Control-Allow-Origin` gives back any origin, with credentials: every page can read what a visitor is logged in to.',
  explanation: `
With \`Access-Control-Allow-Credentials: true\` a browser sends a visitor's cookies along, and lets the page whose origin is allowed read the answer. Where the allowed origin is
simply the one that asks (\`SetEnvIf Origin "(.*)" ORIGIN=$1\` and \`%{ORIGIN}e\`, or \`expr=%{req:Origin}\`), every page on the web may read it. Allow only origins from a list:

    SetEnvIf Origin "^https://([a-z]+\\.)?example\\.org$" ORIGIN=$0
    Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN

Browsers refuse credentials with \`*\`, so that such a pair does nothing. Without credentials an origin that is given back is the same as \`*\`: fine for what everybody may read.
`,
  source: 'The Fetch standard, "CORS protocol and credentials"; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'any origin through a variable',
        files: `
#- site.conf
<VirtualHost *:80>
    SetEnvIf Origin "^(.*)$" ORIGIN=$1
    Header always set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
#                                                 ^^^^^^^^^^^^ warning[security/cors-any-origin-with-credentials-apache]: A request with "Origin: https://evil.example" is answered with leave to read it, cookies and all
    Header always set Access-Control-Allow-Credentials true
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          headers: { Origin: 'https://evil.example' },
          get: '/',
          before: { status: 403, headers: /^access-control-allow-origin: https:\/\/evil\.example\naccess-control-allow-credentials: true$/im },
          after: { status: 403, headers: /^(?![\s\S]*credentials)/i },
        },
      },
      {
        title: 'by an expression, and any origin at all',
        files: `
#- site.conf
<Location /a>
    Header set Access-Control-Allow-Origin "expr=%{req:Origin}"
#                                          ^^^^^^^^^^^^^^^^^^^^ warning[security/cors-any-origin-with-credentials-apache]: A request with "Origin: https://evil.example" is
    Header set Access-Control-Allow-Credentials "true"
</Location>
<Location /b>
    Header set Access-Control-Allow-Origin "*"
#                                          ^^^ info[security/cors-any-origin-with-credentials-apache]: Browsers refuse credentials where any origin is allowed
    Header set Access-Control-Allow-Credentials "true"
</Location>
`,
      },
    ],
    passing: [
      {
        title: 'a list, no credentials, a part of the origin, a variable that is taken back',
        files: `
#- site.conf
<Location /a>
    SetEnvIf Origin "^https://([a-z]+\\.)?example\\.org$" LIST=$0
    Header set Access-Control-Allow-Origin "%{LIST}e" env=LIST
    Header set Access-Control-Allow-Credentials true
</Location>
<Location /b>
    SetEnvIf Origin "(.*)" ANY=$1
    Header set Access-Control-Allow-Origin "%{ANY}e" env=ANY
</Location>
<Location /c>
    SetEnvIf Origin "(.*)" TAKEN=$1
    SetEnvIf Origin "evil" !TAKEN
    Header set Access-Control-Allow-Origin "%{TAKEN}e" env=TAKEN
    Header set Access-Control-Allow-Credentials true env=TAKEN
</Location>
<Location /d>
    Header set Access-Control-Allow-Origin "expr=%{req:Origin}" "expr=%{req:Origin} =~ m#^https://example[.]org$#"
    Header set Access-Control-Allow-Credentials true
</Location>
<Location /e>
    Header set Access-Control-Allow-Origin "https://example.org"
    Header set Access-Control-Allow-Credentials true
</Location>
`,
      },
    ],
  },
  check(directive, context) {
    const sent = sentHeader(directive)
    if (sent?.name !== 'access-control-allow-origin' || !isRead(directive) || directive.source.templated) return
    const credentials = directivesNamed(context.configuration, 'header').find((each) => {
      const other = sentHeader(each)
      const fits = other?.name === 'access-control-allow-credentials' && /^true$/i.test(other.value) && isRead(each) && isAround(each, directive)
      return fits && (other.condition === undefined || other.condition === sent.condition)
    })
    if (!credentials || isTakenAway(directive, context)) return
    const at = placeOfArgument(directive, sent.argument)
    const related = [{ at: placeOfDirective(credentials), message: 'with credentials' }]
    const fixes = [{ title: 'Remove Access-Control-Allow-Credentials', safe: false, edits: [removeDirective(credentials)] }]
    if (sent.value === '*' && sent.condition === undefined) {
      const message =
        'Browsers refuse credentials where any origin is allowed ("*"): this pair does nothing. Give back an origin from a list, or leave the credentials out.'
      context.report({ at, severity: 'info', message, related, fixes })
      return
    }
    const setter = reflection(sent.value, sent.condition, directive, context)
    if (setter === undefined) return
    context.report({
      at,
      message:
        'A request with "Origin: https://evil.example" is answered with leave to read it, cookies and all: every page can read what a visitor is logged in to. Allow origins from a list.',
      related: setter === 'header' ? related : [...related, { at: placeOfDirective(setter), message: 'takes any origin' }],
      fixes,
    })
  },
})

/** What hands any origin on: the header itself, or a `SetEnvIf`. */
function reflection(
  value: string,
  condition: string | undefined,
  use: PlacedDirective,
  { configuration }: ConfigurationContext,
): PlacedDirective | 'header' | undefined {
  if (/^expr=\s*%\{(?:req:Origin|HTTP:Origin)\}\s*$/i.test(value)) return condition === undefined ? 'header' : undefined
  const name = /^%\{([\w-]+)\}e$/.exec(value)?.[1]
  if (name === undefined || (condition !== undefined && condition !== `env=${name}`)) return undefined
  const variables = originVariables(name, use, configuration)
  const language = variableOf('HTTP:Origin')?.language
  if (variables === 'unknown' || !language) return undefined
  const wanted = '^https://evil\\.example$'
  return variables.find(({ pattern, group }) => textsWithGroup(pattern, group, wanted, [{ automaton: language }], 3).some((each) => each.text === each.group))
    ?.setter
}

/** Whether something behind it takes the header away again, or gives it another value. */
const isTakenAway = (directive: PlacedDirective, { configuration }: ConfigurationContext): boolean =>
  directivesNamed(configuration, 'header').some((each) => {
    if (each.order <= directive.order || each.parent !== directive.parent) return false
    const sent = sentHeader(each)
    if (sent) return sent.name === 'access-control-allow-origin' && sent.condition === undefined
    return each.args.some(({ value }) => /^access-control-allow-(?:origin|credentials)$/i.test(value))
  })
