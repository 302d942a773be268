import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { parsePattern } from '../../../regex/parse.ts'
import { aliasHolds } from '../../../site/apache/aliases.ts'
import { type Part, rewriteParts, substitutionParts } from '../../../site/apache/expansion.ts'
import { conditionOf } from '../../../site/apache/rewrite-condition.ts'
import { type Groups, groupsFor, type PathPattern, type Request } from '../../../site/apache/values.ts'
import { derived } from '../../../workspace/derived.ts'
import { isRead } from '../config-test/conditions.ts'
import { ends, type Rewrite, rewriteScopesOf } from './rewriting.ts'

/** A directive that looks for a pattern in the path, and what it makes of it. */
export interface PathRule extends PathPattern {
  readonly directive: PlacedDirective
  readonly patternArgument: Argument
  readonly targetArgument: Argument
  /** What the target is made of. */
  readonly target: readonly Part[]
  /** Of mod_rewrite. */
  readonly rewrite: Rewrite | undefined
  /** The rules of mod_rewrite in its place, of which this is one. */
  readonly rules: readonly PathRule[]
  /** What stands beside it. */
  readonly siblings: readonly PlacedDirective[]
}

/** The rules of mod_rewrite in places that are read whole and known word by word. */
export const rewriteRulesOf = derived((configuration: Configuration): readonly PathRule[] =>
  rewriteScopesOf(configuration).flatMap((scope) => {
    if (!scope.certain || scope.kind === 'other') return []
    const made: PathRule[] = []
    for (const rewrite of scope.rules) {
      made.push({
        directive: rewrite.directive,
        patternArgument: rewrite.patternArgument,
        targetArgument: rewrite.targetArgument,
        target: rewrite.target === '-' ? [] : rewriteParts(rewrite.target),
        pattern: parsePattern(rewrite.pattern, rewrite.flags.has('nc')),
        negated: rewrite.negated,
        subject: scope.kind === 'server' ? 'whole' : 'relative',
        conditions: rewrite.conditions.map(conditionOf),
        rewrite,
        rules: made,
        siblings: [],
      })
    }
    return made
  }),
)

/** The rules of other modules with a pattern: `RedirectMatch`, `AliasMatch`, `ScriptAliasMatch`, `WSGIScriptAliasMatch`, `ProxyPassMatch`. */
export function matchRulesOf(configuration: Configuration, ...names: readonly string[]): readonly PathRule[] {
  return directivesNamed(configuration, ...names).flatMap((directive): PathRule[] => {
    if (!isRead(directive) || directive.source.templated || enclosing(directive, 'location', 'locationmatch', 'if')) return []
    const args =
      directive.name === 'redirectmatch' && /^(?:permanent|temp|seeother|gone|\d{3})$/i.test(directive.args[0]?.value ?? '')
        ? directive.args.slice(1)
        : directive.args
    const [patternArgument, targetArgument] = args
    if (!patternArgument?.known || !targetArgument?.known) return []
    return [
      {
        directive,
        patternArgument,
        targetArgument,
        target: substitutionParts(targetArgument.value),
        pattern: parsePattern(patternArgument.value),
        negated: false,
        subject: 'whole',
        conditions: [],
        rewrite: undefined,
        rules: [],
        siblings: directive.parent?.children ?? configuration.top,
      },
    ]
  })
}

/** The groups with which a rule gets a request; undefined where it does not, or where nobody knows. */
export function groupsReaching(rule: PathRule, request: Request): Groups | undefined {
  const groups = groupsFor(rule, request)
  return groups !== 'no' && groups !== 'unknown' && isReached(rule, request) ? groups : undefined
}

/** Whether nothing before a rule takes a request away, so that its pattern is tried. */
export function isReached(rule: PathRule, request: Request): boolean {
  for (const [i, each] of rule.rules.entries()) {
    if (each === rule) break
    // A chained rule sees what the one before has made.
    if (takes(each, request) || (each.rewrite?.flags.has('c') && rule.rules[i + 1] === rule)) return false
  }
  return !isTakenBefore(rule, request.path)
}

/** Whether a rule keeps a request from those behind it, or hands on another one: certainly, or as far as is known. */
function takes(rule: PathRule, request: Request): boolean {
  const { rewrite } = rule
  if (!rewrite) return false
  const quiet = rewrite.target === '-' && !ends(rewrite) && !['c', 's', 'n', 'r', 'p'].some((flag) => rewrite.flags.has(flag))
  if (quiet) return false
  const groups = groupsFor(rule, request)
  return groups !== 'no' && (groups === 'unknown' || groups.always)
}

/** Directives of one module that are asked in their order, the first that fits taking the request. */
const families: readonly (readonly string[])[] = [
  ['redirect', 'redirectpermanent', 'redirecttemp', 'redirectmatch'],
  ['alias', 'aliasmatch', 'scriptalias', 'scriptaliasmatch'],
  ['wsgiscriptalias', 'wsgiscriptaliasmatch'],
  ['proxypass', 'proxypassmatch'],
]

function isTakenBefore({ directive, siblings }: PathRule, path: string): boolean {
  const family = families.find((names) => names.includes(directive.name)) ?? []
  for (const each of siblings) {
    if (each.order >= directive.order) return false
    if (!family.includes(each.name) || each.presence === 'absent') continue
    const [first, second] = each.args
    const written = each.name.startsWith('redirect') && !/^[/^]/.test(first?.value ?? '') ? second : first
    if (!written) continue
    if (!written.known) return true
    if (each.name.endsWith('match')) {
      const groups = groupsFor(
        { pattern: parsePattern(written.value), negated: false, subject: 'whole', conditions: [] },
        { path, query: '', headers: new Map() },
      )
      if (groups !== 'no') return true
    } else if (each.name === 'proxypass' ? path.startsWith(written.value) : aliasHolds(written.value, path)) return true
  }
  return false
}
