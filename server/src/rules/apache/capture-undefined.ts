import { type Argument, type Configuration, directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { parsePattern } from '../../regex/parse.ts'
import type { Pattern } from '../../regex/tree.ts'
import { allParts, type GroupPart, type Part, rewriteParts, substitutionParts } from '../../site/apache/expansion.ts'
import { conditionOf, type RewriteCondition } from '../../site/apache/rewrite-condition.ts'
import { alternativesOf } from '../../site/apache/values.ts'
import { insertBefore, removeDirective, replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { type Rewrite, redirects, rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/capture-undefined',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A reference (`$1`, `%1`) to a group that the pattern before it does not have: it is always empty.',
  explanation: `
\`$1\` is what the first group of the rule's own pattern has matched, \`%1\` that of the \`RewriteCond\` that has matched last. Where there is no such group Apache puts nothing, and says nothing of it.

A pattern with \`!\` before it has not matched and leaves no groups, nor do tests like \`-f\` and \`=text\`. Each condition with a regular expression takes the place of those before it: behind
\`RewriteCond %{HTTPS} off\` the groups of an earlier condition are gone, so that the one whose groups are wanted is to come last. Apache reads one digit: \`$10\` is \`$1\` and a zero.
`,
  source: '`modules/mappers/mod_rewrite.c`: `apply_rewrite_cond`, `do_expand`; `server/util.c`: `ap_pregsub`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a condition that comes too late',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    RewriteEngine On
    RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
    RewriteCond %{HTTPS} off
    RewriteRule ^ https://%1%{REQUEST_URI} [R=301,L]
#                 ^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/capture-undefined]: %1 is always empty: the condition that matches last, "off", has no groups
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          host: 'www.example.org',
          get: '/page',
          before: { status: 301, headers: /^location: https:\/\/\/page$/im },
          after: { status: 301, headers: /^location: https:\/\/example\.org\/page$/im },
        },
      },
      {
        title: 'no such group in the pattern, a pattern that has not matched, no condition',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^old/.*$ /new/$1 [R=301,L]
#                    ^^^^^^^ warning[apache/capture-undefined]: $1 is always empty: ^old/.*$ has no groups
RewriteRule !^app/ /app/$0 [L]
#                  ^^^^^^^ warning[apache/capture-undefined]: $0 is always empty: a pattern with "!" has not matched, and so leaves no groups
RewriteRule ^shop/(.*)$ /store/%1 [L]
#                       ^^^^^^^^^ warning[apache/capture-undefined]: %1 is always empty: the rule has no RewriteCond (what its own pattern has taken is $1)
RewriteCond %{QUERY_STRING} !^id=(\\d+)$
RewriteRule ^item$ /items/%1 [L]
#                  ^^^^^^^^^ warning[apache/capture-undefined]: %1 is always empty: no condition before it leaves groups
RewriteCond /pages/$2.html -f
#           ^^^^^^^^^^^^^^ warning[apache/capture-undefined]: $2 is always empty: ^(\\w+)$ has one group
RewriteRule ^(\\w+)$ /pages/$1.html [L]
RewriteRule ^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)$ /$10 [L]
#                                            ^^^^ warning[apache/capture-undefined]: Apache reads $10 as $1 and a "0"
`,
      },
      {
        title: 'other directives with patterns',
        files: `
#- site.conf
RedirectMatch 301 ^/old/.*$ https://example.org/$1
#                           ^^^^^^^^^^^^^^^^^^^^^^ warning[apache/capture-undefined]: $1 is always empty: ^/old/.*$ has no groups
AliasMatch ^/files/(.*)$ /srv/files/$2
#                        ^^^^^^^^^^^^^ warning[apache/capture-undefined]: $2 is always empty: ^/files/(.*)$ has one group
SetEnvIf User-Agent "bot/[0-9.]+" BOT=$1
#                                 ^^^^^^ warning[apache/capture-undefined]: $1 is always empty: bot/[0-9.]+ has no groups
Header edit Set-Cookie ^.*$ "$1; Secure"
#                           ^^^^^^^^^^^^ warning[apache/capture-undefined]: $1 is always empty: ^.*$ has no groups
`,
      },
    ],
    passing: [
      {
        title: 'groups that there are: of the last condition, of either of two, of a group that may be empty',
        files: `
#- site.conf
RedirectMatch 301 ^/old/(.*)$ https://example.org/$1
RedirectMatch 410 ^/gone
AliasMatch ^/files/ /srv/files$0
SetEnvIf User-Agent "bot/([0-9.]+)" BOT=$1
SetEnvIf Request_URI "^/price" PRICE=\\$1
Header edit Set-Cookie ^(.*)$ "$1; Secure"
Header set X-Price "$1"
<VirtualHost *:80>
    RewriteEngine On
    RewriteCond %{HTTPS} off
    RewriteCond %{HTTP_HOST} ^www\\.(.+)$ [NC]
    RewriteRule ^(a)?/x https://%1/$1 [R=301,L]
    RewriteCond %{QUERY_STRING} ^a=(.*)$ [OR]
    RewriteCond %{QUERY_STRING} ^b$
    RewriteRule ^/y$ /z/%1 [L]
    RewriteCond %{QUERY_STRING} ^a=(.*)$
    RewriteCond %{DOCUMENT_ROOT}/%1 -f
    RewriteCond %{HTTP_HOST} !^www
    RewriteRule ^/f$ /files/%1 [L]
    RewriteCond expr "%{QUERY_STRING} =~ /^(.)$/"
    RewriteRule ^/e$ /\${m:%1|x} [L]
    RewriteRule ^/(?|a(b)|c(d))$ /$1 [L]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const tell = (use: Use): void => {
      const words = faultOf(use)
      if (!words) return
      report({ at: placeOfArgument(use.directive, use.argument), message: words.message, fixes: fixesFor(use, words.part) })
    }
    for (const use of usesOfRewriting(configuration)) tell(use)
    for (const use of usesOfOthers(configuration)) tell(use)
  },
})

/** A text with references, and what they refer to. */
interface Use {
  readonly directive: PlacedDirective
  readonly argument: Argument
  readonly parts: readonly Part[]
  /** As written, without its `!`. */
  readonly source: string
  /** Undefined where it cannot be read. */
  readonly pattern: Pattern | undefined
  readonly negated: boolean
  /** Those before it; undefined where references to them mean nothing. */
  readonly conditions: readonly RewriteCondition[] | undefined
  readonly rewrite: Rewrite | undefined
}

function* usesOfRewriting(configuration: Configuration): Generator<Use> {
  for (const scope of rewriteScopesOf(configuration)) {
    if (!scope.certain) continue
    for (const rewrite of scope.rules) {
      if (![rewrite.directive, ...rewrite.conditions].some(({ args }) => args.some(({ value }) => /[$%][0-9]/.test(value)))) continue
      const conditions = rewrite.conditions.map(conditionOf)
      const pattern = parsePattern(rewrite.pattern, rewrite.flags.has('nc'))
      const use = (directive: PlacedDirective, argument: Argument | undefined, before: readonly RewriteCondition[]): Use[] =>
        argument && /[$%][0-9]/.test(argument.value)
          ? [
              {
                directive,
                argument,
                parts: allParts(rewriteParts(argument.value)),
                source: rewrite.pattern,
                pattern,
                negated: rewrite.negated,
                conditions: before,
                rewrite,
              },
            ]
          : []
      for (const [i, condition] of rewrite.conditions.entries()) {
        // Of an expression nothing is expanded here.
        if (condition.args[0]?.value.toLowerCase() !== 'expr') yield* use(condition, condition.args[0], conditions.slice(0, i))
      }
      yield* use(rewrite.directive, rewrite.targetArgument, conditions)
      yield* use(rewrite.directive, rewrite.directive.args[2], conditions)
    }
  }
}

function* usesOfOthers(configuration: Configuration): Generator<Use> {
  const names = [
    'redirectmatch',
    'aliasmatch',
    'scriptaliasmatch',
    'wsgiscriptaliasmatch',
    'proxypassmatch',
    'setenvif',
    'setenvifnocase',
    'browsermatch',
    'browsermatchnocase',
    'header',
    'requestheader',
  ]
  for (const directive of directivesNamed(configuration, ...names)) {
    if (!isRead(directive) || directive.source.templated) continue
    const [source, texts] = patternAndTexts(directive)
    if (!source?.known) continue
    for (const argument of texts)
      if (argument.known && /\$[0-9]/.test(argument.value))
        yield {
          directive,
          argument,
          parts: substitutionParts(argument.value),
          source: source.value,
          pattern: parsePattern(source.value, directive.name.endsWith('nocase')),
          negated: false,
          conditions: undefined,
          rewrite: undefined,
        }
  }
}

/** The pattern of a directive, and the texts that it is put into. */
function patternAndTexts({ name, args, parent }: PlacedDirective): readonly [Argument | undefined, readonly Argument[]] {
  if (name === 'header' || name === 'requestheader') {
    const from = args.findIndex(({ value }) => /^edit\*?$/i.test(value))
    const value = args[from + 3]
    return from < 0 || from > 1 || !value || value.value.startsWith('expr=') ? [undefined, []] : [args[from + 2], [value]]
  }
  if (name.startsWith('setenvif')) return [args[1], args.slice(2)]
  if (name.startsWith('browsermatch')) return [args[0], args.slice(1)]
  // In a <LocationMatch> the pattern is that of the section.
  if (parent?.name.startsWith('location') && args.length < 2) return [undefined, []]
  const first = name === 'redirectmatch' && /^(?:permanent|temp|seeother|gone|\d{3})$/i.test(args[0]?.value ?? '') ? 1 : 0
  return [args[first], args.slice(first + 1, first + 2)]
}

function faultOf(use: Use): { readonly part: GroupPart; readonly message: string } | undefined {
  for (const part of use.parts) {
    if (part.kind !== 'group') continue
    const written = `${part.of === 'rule' ? '$' : '%'}${part.number}`
    if (isEscapeOfUrl(use, part)) continue
    const reason = part.of === 'rule' ? withoutRuleGroup(use, part) : withoutConditionGroup(use, part)
    if (reason) return { part, message: `${written} is always empty: ${reason}.` }
    const digit = use.argument.value.charAt(part.end)
    if (part.of === 'rule' && /[0-9]/.test(digit) && hasGroup(use.pattern, Number(`${part.number}${digit}`)))
      return {
        part,
        message: `Apache reads ${written}${digit} as ${written} and a "${digit}": there is no reference above $9. Make groups that nothing refers to (?:…).`,
      }
  }
  return undefined
}

/** `%20` in a redirection without conditions: `apache/rewrite-target-escaped` tells of it. */
function isEscapeOfUrl({ rewrite, argument, conditions }: Use, part: GroupPart): boolean {
  if (part.of !== 'condition' || argument !== rewrite?.targetArgument || conditions?.length !== 0) return false
  return redirects(rewrite) && /^%[2-7][0-9A-F]/i.test(argument.value.slice(part.start))
}

const hasGroup = (pattern: Pattern | undefined, number: number): boolean => pattern?.groups.some((group) => group.number === number) === true

function withoutRuleGroup({ pattern, negated, source }: Use, { number }: GroupPart): string | undefined {
  if (negated) return 'a pattern with "!" has not matched, and so leaves no groups'
  if (!pattern?.understood || number === 0 || hasGroup(pattern, number)) return undefined
  return `${source} has ${counted(pattern)}`
}

const counted = ({ groups }: Pattern): string => (groups.length === 0 ? 'no groups' : groups.length === 1 ? 'one group' : `${groups.length} groups`)

function withoutConditionGroup({ conditions, directive }: Use, { number }: GroupPart): string | undefined {
  if (!conditions) return undefined
  if (conditions.length === 0)
    return directive.name === 'rewritecond'
      ? 'no condition comes before this one'
      : `the rule has no RewriteCond (what its own pattern has taken is $${number})`
  const providers = lastMatched(conditions)
  if (!providers) return undefined
  if (providers.length === 0) return 'no condition before it leaves groups'
  if (providers.some(({ pattern }) => !pattern?.understood || number === 0 || hasGroup(pattern, number))) return undefined
  const [only] = providers
  if (providers.length > 1 || !only?.pattern) return 'none of the conditions that may match last has such a group'
  return `the condition that matches last, "${only.pattern.source}", has ${counted(only.pattern)}`
}

/** The conditions of which one has left its groups behind all of these; undefined where it is not known. */
function lastMatched(conditions: readonly RewriteCondition[]): readonly RewriteCondition[] | undefined {
  const providers: RewriteCondition[] = []
  for (const alternatives of [...alternativesOf(conditions)].reverse()) {
    // An expression may have groups of its own; behind an OR at the end all may have failed.
    if (alternatives.some(({ kind, test }) => kind === 'other' && test.every((part) => part.kind === 'text'))) return undefined
    const leaving = alternatives.filter(({ kind, negated }) => kind === 'regex' && !negated)
    providers.push(...leaving)
    if (leaving.length === alternatives.length && !alternatives.at(-1)?.orNext) break
  }
  return providers
}

function fixesFor(use: Use, part: GroupPart): readonly FindingFix[] {
  const { argument, directive, conditions, pattern, source, rewrite } = use
  const written = argument.value.slice(part.start, part.end)
  if (part.of === 'condition') {
    if (conditions?.length === 0 && hasGroup(pattern, part.number) && !use.negated) {
      const edit = replaceInArgument(directive, argument, written, `$${part.number}`)
      return edit ? [{ title: `Write $${part.number}`, safe: true, edits: [edit] }] : []
    }
    return rewrite && conditions && directive === rewrite.directive ? moveLast(rewrite, conditions, part.number) : []
  }
  const open = /(?<!\\)(?:\.|\[\^?[^\]]+\])[*+](?=\$?$)/.exec(source)
  const patternArgument = rewrite?.patternArgument ?? patternAndTexts(directive)[0]
  if (!open || !pattern || !patternArgument || use.negated || pattern.groups.length !== part.number - 1) return []
  const owner = rewrite?.directive ?? directive
  const at = owner.source.text.slice(patternArgument.start, patternArgument.end).lastIndexOf(open[0])
  if (at < 0) return []
  const start = patternArgument.start + at
  return [
    { title: `Make a group of ${open[0]}`, safe: false, edits: [{ path: owner.source.path, start, end: start + open[0].length, newText: `(${open[0]})` }] },
  ]
}

/** Moves the one condition that has the group behind the others, where their order does not matter. */
function moveLast({ directive }: Rewrite, conditions: readonly RewriteCondition[], number: number): readonly FindingFix[] {
  const having = conditions.filter((each) => each.kind === 'regex' && !each.negated && hasGroup(each.pattern, number))
  const [wanted] = having
  const refers = (each: RewriteCondition): boolean => allParts(each.test).some((part) => part.kind === 'group' && part.of === 'condition')
  if (!wanted || having.length > 1 || conditions.some((each) => each.orNext || refers(each) || each.directive.source !== directive.source)) return []
  const line = wanted.directive.node.text.trim()
  if (line.includes('\n') || wanted.directive.condition !== directive.condition) return []
  const edits = [removeDirective(wanted.directive), insertBefore(directive, [line])]
  return [{ title: `Put the condition on ${wanted.directive.args[0]?.value} last`, safe: true, edits }]
}
