import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { readable, sizeOf } from '../../../regex/bytes.ts'
import { parsePattern } from '../../../regex/parse.ts'
import type { Pattern } from '../../../regex/tree.ts'
import { type Part, rewriteParts, substitutionParts } from '../../../site/apache/expansion.ts'
import { conditionOf } from '../../../site/apache/rewrite-condition.ts'
import { type Groups, groupsFor, type PathPattern, type Request } from '../../../site/apache/values.ts'
import { derived } from '../../../workspace/derived.ts'
import { isRead } from '../config-test/conditions.ts'
import { makePathIndex, type PathIndex } from './path-index.ts'
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
  /** Its own place among them. */
  readonly index: number
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
        index: made.length,
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
        index: 0,
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
  // A chained rule sees what the one before has made.
  if (rule.rules[rule.index - 1]?.rewrite?.flags.has('c')) return false
  const text = rule.subject === 'whole' ? request.path : request.path.slice(1)
  return !triedFor(rule.rules, text).some((each) => each.index < rule.index && takes(each, request)) && !isTakenBefore(rule, request.path)
}

/** Of rules those whose patterns may find something in a text, judged by what they begin with. */
function triedFor<Rule extends TriedRule>(rules: readonly Rule[], text: string): readonly Rule[] {
  const index = byBeginning(rules)
  const found: number[] = []
  for (let length = 0; length <= text.length; length++) for (const at of index.get(text.slice(0, length)) ?? []) found.push(at)
  return found.flatMap((at) => rules[at] ?? [])
}

interface TriedRule extends PathPattern {
  readonly directive: PlacedDirective
}

const byBeginning = derived((rules: readonly PathPattern[]): ReadonlyMap<string, number[]> => {
  const index = new Map<string, number[]>()
  for (const [at, rule] of rules.entries()) {
    const beginning = rule.negated || !rule.pattern ? '' : beginningOf(rule.pattern)
    const list = index.get(beginning)
    if (list) list.push(at)
    else index.set(beginning, [at])
  }
  return index
})

/** What everything begins with in which a pattern finds something. */
function beginningOf({ tree, caseless }: Pattern): string {
  if (tree.type !== 'sequence' || caseless) return ''
  const [first, ...items] = tree.items
  if (first?.type !== 'anchor' || first.kind !== 'start') return ''
  let text = ''
  for (const item of items) {
    if (item.type !== 'class' || sizeOf(item.set) !== 1) return text
    text += String.fromCharCode(readable(item.set) ?? 0)
  }
  return text
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

function isTakenBefore({ directive, siblings, rewrite }: PathRule, path: string): boolean {
  if (rewrite) return false
  const takers = takersOf(siblings).get(families.findIndex((names) => names.includes(directive.name)))
  if (!takers) return false
  const isBefore = (each: PlacedDirective | undefined): boolean => each !== undefined && each.order < directive.order
  if (isBefore(takers.unknown) || isBefore(takers.plain.taker(path))) return true
  const request = { path, query: '', headers: new Map<string, string>() }
  return triedFor(takers.patterns, path).some((each) => isBefore(each.directive) && groupsFor(each, request) !== 'no')
}

/** What of one module takes requests, beside each other. */
interface Takers {
  readonly plain: PathIndex
  readonly patterns: TriedRule[]
  /** The first of which it is not known what it takes. */
  unknown: PlacedDirective | undefined
}

const takersOf = derived((siblings: readonly PlacedDirective[]): ReadonlyMap<number, Takers> => {
  const all = new Map<number, Takers>()
  for (const directive of siblings) {
    const family = families.findIndex((names) => names.includes(directive.name))
    if (family < 0 || directive.presence === 'absent') continue
    const takers: Takers = all.get(family) ?? { plain: makePathIndex(), patterns: [], unknown: undefined }
    all.set(family, takers)
    const [first, second] = directive.args
    const written = directive.name.startsWith('redirect') && !/^[/^]/.test(first?.value ?? '') ? second : first
    if (!written?.known) takers.unknown ??= directive
    else if (directive.name.endsWith('match'))
      takers.patterns.push({ directive, pattern: parsePattern(written.value), negated: false, subject: 'whole', conditions: [] })
    else takers.plain.add(written.value, directive)
  }
  return all
})
