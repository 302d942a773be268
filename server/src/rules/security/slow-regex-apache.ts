import { type Argument, directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { type Automaton, exactly } from '../../regex/automaton.ts'
import { backtrackingOf } from '../../regex/backtracking.ts'
import { wordOf } from '../../regex/language.ts'
import { parsePattern } from '../../regex/parse.ts'
import type { Pattern } from '../../regex/tree.ts'
import { groupsFor, type Request } from '../../site/apache/values.ts'
import { pathLanguage, variableOf } from '../../site/apache/variables.ts'
import { requestsWithValue, requestText } from '../../site/apache/witness.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { isReached, matchRulesOf, type PathRule, rewriteRulesOf } from '../apache/lib/path-patterns.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { madePossessive, mayBeSlow, worstTexts } from './lib/slow-patterns.ts'

export const rule = defineRule({
  id: 'security/slow-regex-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A regular expression that takes exponentially long for some requests (ReDoS), and does not match them in the end.',
  explanation: `
PCRE2 tries one way to match after the other. Where a repetition stands in a repetition and both fit the same text, as in \`^/([a-z]+-?)+$\`, a text of n letters can be divided in
2^n ways, and all are tried before the match fails. After ten million steps PCRE2 gives up, and Apache goes on as if the pattern had not matched: each such request costs half a second
of a processor, and a rule that denies something lets it through.

The pattern is examined as an automaton: it is reported where a text was found that leads round one loop in two ways and in the end does not match. A possessive repetition (\`(a+)++\`) or a group
that cannot overlap (\`([a-z]+-)*\`) gives nothing back and is quick.
`,
  source:
    'Weber and Seidl, "On the degree of ambiguity of finite automata" (1991): criterion EDA; `server/util_pcre.c`: `ap_regexec`; tried with Apache 2.4.71: 0.55 s, and the rule does not match.',
  examples: {
    failing: [
      {
        title: 'a rule that denies, and does not any more',
        files: `
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/(([a-z]+-?)+\\.php|.*private)$ - [F]
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/slow-regex-apache]: GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa takes exponentially long
    RewriteRule ^ - [R=404]
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0private',
          before: { status: 404 },
          after: { status: 403 },
        },
      },
      {
        title: 'in conditions, redirections, sections and variables',
        files: `
#- site.conf
SetEnvIf User-Agent "^(\\w+\\s?)*bot$" BOT
#                   ^^^^^^^^^^^^^^^^ warning[security/slow-regex-apache]: A request with "User-Agent: aaaa
RedirectMatch ^/(a|a)*b$ /c
#             ^^^^^^^^^^ warning[security/slow-regex-apache]: GET /
<LocationMatch ^/([a-z]+/?)+0/$>
#              ^^^^^^^^^^^^^^^^ warning[security/slow-regex-apache]: GET /aaaa
    Require all denied
</LocationMatch>
<VirtualHost *:80>
    RewriteEngine On
    RewriteCond %{QUERY_STRING} ^(.*&)*x=1$
#                               ^^^^^^^^^^^ warning[security/slow-regex-apache]: GET /a?
    RewriteRule ^/a$ /b [L]
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'repetitions that cannot be divided in two ways, that cannot fail, that give nothing back, that no request reaches',
        files: `
#- site.conf
SetEnvIf Remote_Addr "^(1+)+$" LOCAL
RedirectMatch ^/([a-z]+/)+$ /c
RedirectMatch ^/(a+)+ /d
RedirectMatch ^/(?:[a-z0-9]+\\.)+php$ /e
AliasMatch ^/([a-z]+-?)++$ /srv/site/$0
AliasMatch ^/(.*)/(.*)/(.*)$ /srv/site/$1
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/a+$ - [F]
    RewriteCond %{REMOTE_USER} ^(.*&)*x=1$
    RewriteRule ^/b$ /c [L]
    RewriteRule ^ /index.php [END]
    RewriteRule ^/([a-z]+-?)+\\.html$ /x [L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const rule of rewriteRulesOf(configuration)) {
      tellOfPath(rule, (request) => isReached(rule, request))
      for (const [i, { kind, pattern, test, directive }] of rule.conditions.entries()) {
        const [part] = test
        const argument = directive.args[1]
        if (kind !== 'regex' || !pattern || !mayBeSlow(pattern) || !argument || test.length !== 1 || part?.kind !== 'variable') continue
        const language = variableOf(part.name)?.language
        // It is looked at where the pattern of the rule has matched, and the conditions before it.
        const place = { ...rule, conditions: rule.conditions.slice(0, i) }
        const reaching = (text: string): Request | undefined =>
          language && isText(text, language)
            ? requestsWithValue(place, part.name, text).find((request) => typeof groupsFor(place, request) === 'object' && isReached(rule, request))
            : undefined
        tell(directive, argument, pattern, (text) => described(reaching(text)))
      }
    }
    for (const rule of matchRulesOf(configuration, 'redirectmatch', 'aliasmatch', 'scriptaliasmatch', 'wsgiscriptaliasmatch', 'proxypassmatch'))
      tellOfPath(rule, (request) => isReached(rule, request))
    for (const directive of directivesNamed(configuration, 'locationmatch', 'setenvif', 'setenvifnocase', 'browsermatch', 'browsermatchnocase')) {
      if (!isRead(directive) || directive.source.templated) continue
      const header = directive.name.startsWith('setenvif') ? directive.args[0]?.value : directive.name === 'locationmatch' ? undefined : 'User-Agent'
      const argument = directive.args[directive.name.startsWith('setenvif') ? 1 : 0]
      if (!argument?.known || (header !== undefined && !/^(?:Request_URI|[\w-]+)$/i.test(header))) continue
      // Neither is a header, and they are not chosen by who sends the request.
      if (header && /^(?:Remote_\w+|Server_Addr|Request_Method|Request_Protocol)$/i.test(header)) continue
      const ofPath = header === undefined || /^Request_URI$/i.test(header)
      const language = variableOf(ofPath ? 'REQUEST_URI' : `HTTP:${header}`)?.language
      const pattern = parsePattern(argument.value, directive.name.endsWith('nocase'))
      if (!pattern || !language || (header && definesVariable(directive, header))) continue
      tell(directive, argument, pattern, (text) =>
        !isText(text, language) ? undefined : ofPath ? described({ path: text, query: '', headers: new Map() }) : `A request with "${header}: ${text}"`,
      )
    }

    function tellOfPath(rule: PathRule, reached: (request: Request) => boolean): void {
      const language = pathLanguage(rule.subject)
      if (!rule.pattern || !language) return
      tell(rule.directive, rule.patternArgument, rule.pattern, (text) => {
        const request = { path: rule.subject === 'whole' ? text : `/${text}`, query: '', headers: new Map<string, string>() }
        return isText(text, language) && reached(request) ? described(request) : undefined
      })
    }

    /** `shown` says which request has such a text, where one can. */
    function tell(directive: PlacedDirective, argument: Argument, pattern: Pattern, shown: (text: string) => string | undefined): void {
      if (!mayBeSlow(pattern)) return
      const found = backtrackingOf(pattern)
      if (!found || found === 'unknown' || found.growth !== 'exponential') return
      const request = worstTexts(pattern, found)
        .map(shown)
        .find((text) => text !== undefined)
      if (request === undefined) return
      const made = madePossessive(pattern)
      const edit = made === undefined ? undefined : replaceInArgument(directive, argument, pattern.source, made)
      report({
        at: placeOfArgument(directive, argument),
        message: `${request} takes exponentially long: "${found.pump}" can be divided in two ways each time it is repeated, and all ways are tried until PCRE2 gives up. Apache goes on then as if the pattern had not matched.`,
        fixes: edit ? [{ title: 'Make the repetition possessive', safe: true, edits: [edit] }] : [],
      })
    }
  },
})

const described = (request: Request | undefined): string | undefined => request && requestText(request)

const isText = (text: string, language: Automaton): boolean => wordOf(exactly(text), language) === text

/** The name is that of a variable which something before has set. */
const definesVariable = (directive: PlacedDirective, name: string): boolean =>
  (directive.parent?.children ?? []).some(
    (each) =>
      each.order < directive.order &&
      /^(?:setenvif|browsermatch)/.test(each.name) &&
      each.args.slice(1).some(({ value }) => value.replace(/^!|=.*$/g, '') === name),
  )
