import type { PlacedDirective } from '../../configuration/placed.ts'
import { ends, type Rewrite, type RewriteScope, redirects } from '../../rules/apache/lib/rewriting.ts'
import type { Ledger } from '../ledger.ts'
import { known, word } from './host.ts'
import { capturesAll, folderPattern, isUniversal } from './patterns.ts'
import { type Asked, askedBy, conditionText, type HostFacts, variableFor } from './rewrite-conditions.ts'
import { type Line, quoted, simple, when } from './text.ts'

/** What the rules of one place come to. */
export interface Rewriting {
  /** Directives of the rewrite module, in order. */
  readonly codes: readonly Line[]
  /** The last words of a `try_files`, where the rules end in a front controller. */
  readonly front: FrontController | undefined
}

export interface FrontController {
  /** What is served where neither file nor folder is there. */
  readonly target: string
  /** Folders that are there are served too. */
  readonly keepsFolders: boolean
  /** The target is the URL of an upstream. */
  readonly isProxy: boolean
  readonly rule: PlacedDirective
}

interface Place {
  /** A folder's URL with slashes at both ends; undefined for a server. */
  readonly base: string | undefined
  /** RewriteBase says so. */
  readonly hasBase?: boolean
  readonly facts: HostFacts
  readonly nameFor: (stem: string) => string
}

/** Flags that change which rules come next. */
const jumping = ['c', 's', 'n'] as const

/** The rules of a scope as directives of nginx's rewrite module; what is not certain is left. */
export function rewritingOf(scope: RewriteScope, place: Place, ledger: Ledger): Rewriting {
  const { rules } = scope
  ledger.done(...scope.engine, ...scope.base)
  const isOn = /^on$/i.test(scope.engine.at(-1)?.args[0]?.value ?? 'off')
  if (!isOn) {
    for (const each of rules) ledger.done(each.directive, ...each.conditions)
    return { codes: [], front: undefined }
  }
  for (const each of scope.options) ledger.left(each, 'Rules are not handed on from one place to another in nginx: write them where they hold.')
  for (const each of scope.stray) ledger.left(each, 'No rule follows it, so that it does nothing.')
  const jump = rules.find(({ flags }) => jumping.some((flag) => flags.has(flag)))
  if (jump || scope.options.length > 0) {
    for (const each of rules)
      leaveRule(
        each,
        jump ? 'Which rules are tried depends on the flags C, S or N of one of them: nginx has no such jumps.' : 'Rules of another place hold here too.',
        ledger,
      )
    return { codes: [], front: undefined }
  }
  const front = frontController(rules, place, ledger)
  const codes: Line[] = []
  for (const [i, rule] of rules.entries()) {
    if (front?.covers.includes(rule)) continue
    codes.push(...ruleLines(rule, rules.slice(i + 1), place, ledger))
  }
  return { codes, front: front?.front }
}

function leaveRule(rule: Rewrite, why: string, ledger: Ledger): void {
  for (const each of rule.conditions) ledger.left(each, 'Its rule is not carried over.')
  ledger.left(rule.directive, why)
}

/**
 * Rules that end in "what is neither file nor folder goes to one program": the last rule, with the conditions that say so, or behind a rule that lets
 * files and folders pass.
 */
function frontController(rules: readonly Rewrite[], place: Place, ledger: Ledger): { front: FrontController; covers: Rewrite[] } | undefined {
  const rule = rules.at(-1)
  if (!rule || rule.negated || !isUniversal(rule.pattern) || redirects(rule) || rule.target === '-' || ['f', 'g', 'r'].some((flag) => rule.flags.has(flag)))
    return undefined
  const isProxy = rule.flags.has('p')
  const covers = [rule]
  let asked = rule.conditions.map((each) => ({ ...askedBy(each, place.facts, place.base !== undefined), or: hasOr(each) }))
  const pass = rules.at(-2)
  if (asked.length === 0 && pass?.target === '-' && isUniversal(pass.pattern) && !pass.negated && ends(pass)) {
    // Each of them lets the request pass: none of them is what is asked for.
    const passing = pass.conditions.map((each) => ({ ...askedBy(each, place.facts, place.base !== undefined), or: hasOr(each) }))
    if (!passing.every(({ kind }) => kind === 'file') || !passing.slice(0, -1).every(({ or }) => or)) return undefined
    asked = passing.map((each) => (each.kind === 'file' ? { ...each, negated: !each.negated, or: false } : each))
    covers.push(pass)
  }
  const files = asked.flatMap((each) => (each.kind === 'file' ? [each] : []))
  const certain = asked.every((each) => each.kind === 'file' || (each.kind === 'constant' && each.holds))
  if (!certain || asked.some(({ or }) => or) || !files.every(({ negated }) => negated) || !files.some(({ test }) => test === 'f')) return undefined
  // What lets the program itself pass is no longer needed: it is a file.
  const before = rules.at(-1 - covers.length)
  if (before?.target === '-' && before.conditions.length === 0 && /^\^\/?index\\?\.php\$$/.test(before.pattern) && ends(before)) covers.push(before)
  const keepsFolders = files.some(({ test }) => test === 'd')
  const target = isProxy ? proxyTarget(rule) : internalTarget(rule, place)
  if (target === undefined || (!isProxy && target.includes('$'))) return undefined
  if (!isProxy && /[{}\s;]/.test(target)) return undefined
  for (const each of covers) ledger.done(each.directive, ...each.conditions)
  return { front: { target, keepsFolders, isProxy, rule: rule.directive }, covers }
}

/** The origin of a rule that passes everything on as it is. */
function proxyTarget({ target, pattern }: Rewrite): string | undefined {
  const match = /^(https?:\/\/[^/$%?]+)(\/?)\$1$/.exec(target) ?? /^(https?:\/\/[^/$%?]+)()%\{REQUEST_URI\}$/i.exec(target)
  if (!match?.[1]) return undefined
  return target.endsWith('$1') && capturesAll(pattern) === undefined ? undefined : match[1]
}

const hasOr = (condition: PlacedDirective): boolean => /[[,]\s*(?:or|ornext)\s*[\],]/i.test(word(condition, 2))

/** Where a rule leads within the site, with what nginx does with the query; undefined where that cannot be written. */
function internalTarget(rule: Rewrite, place: Place): string | undefined {
  const { target, flags } = rule
  const [path = '', query] = splitQuery(target)
  const absolute =
    path.startsWith('/') || path.startsWith('\u0001') || /^%\{REQUEST_URI\}/i.test(path) ? path : place.base === undefined ? `/${path}` : `${place.base}${path}`
  const text = targetText(query === undefined ? absolute : `${absolute}?${query}`)
  if (text === undefined) return undefined
  // nginx puts the query of the request behind that of the rule, except where a question mark ends it.
  if (flags.has('qsd')) return query === undefined || query === '' ? `${text.replace(/\?$/, '')}?` : `${text}?`
  if (query === undefined) return text
  return flags.has('qsa') ? text : query === '' ? text : `${text}?`
}

function splitQuery(target: string): [string, string | undefined] {
  const at = target.indexOf('?')
  return at < 0 ? [target, undefined] : [target.slice(0, at), target.slice(at + 1)]
}

/** A substitution with nginx's variables; undefined where it has one that nginx has not. */
function targetText(target: string): string | undefined {
  let fine = !/\$\{|%\d|\\/.test(target) && !/\$(?![1-9])/.test(target)
  const text = target.replace(/%\{([\w:-]+)\}/g, (all, name: string, at: number) => {
    const variable = name.toUpperCase() === 'HTTPS' ? undefined : variableFor(name)
    if (variable === undefined) fine = false
    return variable === undefined ? all : before(variable, target.charAt(at + all.length))
  })
  return fine && !/%(?![0-9A-Fa-f]{2})/.test(text) ? text : undefined
}

/** A variable with its name in braces, where what follows would be taken for a part of it. */
const before = (variable: string, next: string): string => (/\w/.test(next) ? `\${${variable.slice(1)}}` : variable)

/** A text with the variable of what a condition has matched. */
const filledIn = (text: string, captured: string): string => text.replace(/\u0001(.?)/gs, (_, next: string) => before(captured, next) + next)

/** One rule with its conditions. */
function ruleLines(rule: Rewrite, later: readonly Rewrite[], place: Place, ledger: Ledger): readonly Line[] {
  const { flags, directive } = rule
  if (!known(directive)) {
    leaveRule(rule, 'What it says is not known: a part of it is filled in elsewhere.', ledger)
    return []
  }
  const unknownFlag = [...flags.keys()].find((flag) => !understood.has(flag))
  const setsVariable = flags.has('e') && !/^HTTP_AUTHORIZATION:/i.test(flags.get('e') ?? '')
  if (flags.has('e') && !setsVariable && rule.target === '-') {
    ledger.kept(directive, 'nginx hands the header Authorization on by itself.')
    ledger.done(...rule.conditions)
    return []
  }
  if (unknownFlag !== undefined || setsVariable) {
    leaveRule(rule, `nginx’s rewrite has nothing like the flag ${(unknownFlag ?? 'e').toUpperCase()}.`, ledger)
    return []
  }
  const asked = rule.conditions.map((each) => ({ ...askedBy(each, place.facts, place.base !== undefined), or: hasOr(each), directive: each }))
  const strange = asked.find((each) => each.kind === 'unknown')
  if (strange?.kind === 'unknown') {
    leaveRule(rule, `Its condition cannot be asked: ${strange.why}.`, ledger)
    return []
  }
  const pattern = place.base === undefined ? rule.pattern : folderPattern(rule.pattern, place.base)
  if (pattern === undefined) {
    leaveRule(rule, 'The anchors of its pattern cannot be moved to the whole path.', ledger)
    return []
  }
  const written = flags.has('nc') ? `(?i)${pattern}` : pattern
  // `%1` is what the last condition that fits has matched: it is kept in a variable.
  const usesCondition = /%\d/.test(rule.target)
  const matching = asked.filter((each) => each.kind === 'text' && each.isMatch)
  if (usesCondition && (matching.length !== 1 || asked.some(({ or }) => or) || /%[02-9]/.test(rule.target))) {
    leaveRule(rule, 'What its condition has matched cannot be told apart.', ledger)
    return []
  }
  const groups = groupsOf(asked)
  if (groups === 'never') {
    for (const each of [directive, ...rule.conditions]) ledger.kept(each, 'It never holds in this virtual host, whose port and protocol are known.')
    return []
  }
  const captured = usesCondition ? `$${place.nameFor('matched')}` : ''
  const matched = matching[0]
  if (
    usesCondition &&
    rule.target.startsWith('%1') &&
    place.base !== undefined &&
    !(matched?.kind === 'text' && /^\$uri ~\*? "?\^?\(\./.test(matched.condition))
  ) {
    leaveRule(rule, 'Whether what its condition has matched begins with a slash is not known.', ledger)
    return []
  }
  const filled: Rewrite = usesCondition ? { ...rule, target: rule.target.replaceAll('%1', '%{__MATCHED}') } : rule
  const action = actionOf(filled, written, rule.negated, later, place, captured, ledger)
  if (!action) return []
  ledger.done(directive, ...rule.conditions)
  return guarded(action.needs ? [...groups, [action.needs]] : groups, action.lines, captured, place)
}

/** What a rule does, and the match of its pattern where the lines do not make it themselves. */
interface Action {
  readonly lines: readonly Line[]
  readonly needs?: Asked | undefined
}

/** Flags that are carried over, or mean nothing in nginx. */
const understood: ReadonlySet<string> = new Set(['l', 'end', 'r', 'f', 'g', 'nc', 'ne', 'qsa', 'qsd', 'pt', 'ns', 'b', 'unsafeallow3f', 'e'])

/** Groups of conditions of which one must hold each; what always holds is left out. */
function groupsOf(asked: readonly (Asked & { readonly or: boolean })[]): readonly (readonly Asked[])[] | 'never' {
  const groups: Asked[][] = []
  let group: Asked[] = []
  for (const each of asked) {
    group.push(each)
    if (each.or) continue
    groups.push(group)
    group = []
  }
  if (group.length > 0) groups.push(group)
  const open = groups.filter((each) => !each.some((one) => one.kind === 'constant' && one.holds)).map((each) => each.filter((one) => one.kind !== 'constant'))
  return open.some((each) => each.length === 0) ? 'never' : open
}

/** Lines under conditions: `if` takes one, so that several are counted in variables. */
function guarded(groups: readonly (readonly Asked[])[], action: readonly Line[], captured: string, place: Place): readonly Line[] {
  const [first, ...more] = groups
  if (!first) return action
  const keep = (asked: Asked): Line[] => (captured !== '' && asked.kind === 'text' && asked.isMatch ? [{ words: ['set', captured, '$1'] }] : [])
  const only = first[0]
  if (more.length === 0 && first.length === 1 && only) return [when(conditionText(only) ?? '', ...keep(only), ...action)]
  const names = groups.map(() => `$${place.nameFor('holds')}`)
  const lines: Line[] = []
  groups.forEach((group, i) => {
    lines.push({ words: ['set', names[i] ?? '', '""'] })
    for (const each of group) lines.push(when(conditionText(each) ?? '', { words: ['set', names[i] ?? '', '1'] }, ...keep(each)))
  })
  const [name = ''] = names
  if (names.length === 1) return [...lines, when(`${name} = 1`, ...action)]
  const all = `$${place.nameFor('all')}`
  return [...lines, { words: ['set', all, `"${names.join('')}"`] }, when(`${all} = ${'1'.repeat(names.length)}`, ...action)]
}

/** What a rule does; undefined where it was left. */
function actionOf(
  rule: Rewrite,
  pattern: string,
  negated: boolean,
  later: readonly Rewrite[],
  place: Place,
  captured: string,
  ledger: Ledger,
): Action | undefined {
  const { flags, directive, target } = rule
  const everything = isUniversal(rule.pattern)
  const match: Asked = { kind: 'text', condition: `$uri ${negated ? '!' : ''}~ ${quoted(pattern)}`, isMatch: false }
  const under = (...lines: readonly Line[]): Action => ({ lines, needs: everything && !negated ? undefined : match })
  const code = flags.has('f') ? '403' : flags.has('g') ? '410' : codeOf(flags.get('r'))
  const isRedirect = redirects(rule)
  if (!isRedirect && code !== undefined && (flags.has('f') || flags.has('g') || flags.has('r'))) return under(simple('return', code))
  if (target === '-') {
    if (flags.has('l') || flags.has('end')) return under(simple('break'))
    return { lines: [] }
  }
  if (isRedirect) {
    if (flags.has('r') && !ends(rule) && !flags.has('l') && later.length > 0)
      ledger.differs(directive, 'Without the flag L, Apache goes on with the rules below it; nginx redirects at once.')
    return redirectLines(rule, pattern, everything, negated, place, captured, under, ledger)
  }
  const written = internalTarget({ ...rule, target: target.replaceAll('%{__MATCHED}', '\u0001') }, place)
  if (written === undefined) {
    leaveRule(rule, 'Its target has a part that nginx has no variable for.', ledger)
    return undefined
  }
  const path = filledIn(written, captured)
  const isLast = flags.has('l') || flags.has('end') || flags.has('pt')
  if (negated) return under(rewriteLine('^', path, isLast ? 'last' : undefined))
  return { lines: [rewriteLine(pattern, path, isLast ? 'last' : undefined)] }
}

const rewriteLine = (pattern: string, target: string, flag: string | undefined): Line =>
  simple('rewrite', pattern, target, ...(flag === undefined ? [] : [flag]))

const codeNames: Readonly<Record<string, string>> = { permanent: '301', temp: '302', seeother: '303', gone: '410' }

const codeOf = (given: string | undefined): string | undefined =>
  given === undefined ? undefined : (codeNames[given.toLowerCase()] ?? (given === '' ? '302' : given))

function redirectLines(
  rule: Rewrite,
  pattern: string,
  everything: boolean,
  negated: boolean,
  place: Place,
  captured: string,
  under: (...lines: readonly Line[]) => Action,
  ledger: Ledger,
): Action | undefined {
  const { flags, target, directive } = rule
  const code = codeOf(flags.get('r')) ?? '302'
  // The whole path and the query, as the client sent them.
  const inFolder = place.base !== undefined
  const whole = /^(.*)%\{REQUEST_URI\}$/i.exec(target)?.[1]
  const first = /^(.*)\$1$/.exec(target)?.[1]
  const capture = capturesAll(rule.pattern)
  const remains =
    first !== undefined &&
    capture !== undefined &&
    (inFolder ? place.base === '/' && first.endsWith('/') : capture === 'without slash' ? first.endsWith('/') : !first.endsWith('/'))
  const prefix = whole ?? (remains ? first?.replace(/\/$/, '') : undefined)
  if (prefix !== undefined && !flags.has('qsd')) {
    const origin = targetText(prefix.replaceAll('%{__MATCHED}', '\u0001'))
    if (origin === undefined || /\$\d/.test(prefix)) return unknown()
    if (!negated && !everything && whole === undefined) return unknown()
    return under(simple('return', code, `${filledIn(origin, captured)}$request_uri`))
  }
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(target)
  const absolute = isUrl || target.startsWith('/') || target.startsWith('%{__MATCHED}') ? target : `${place.base ?? '/'}${target}`
  const written = internalTarget({ ...rule, target: absolute.replaceAll('%{__MATCHED}', '\u0001') }, { ...place, base: isUrl ? undefined : place.base })
  const made = written === undefined ? undefined : filledIn(written, captured)
  if (absolute !== target && place.base !== undefined && !place.hasBase)
    ledger.differs(directive, 'Without RewriteBase, Apache puts the path of the folder on the disk into the address; the folder’s URL is taken.')
  const path = isUrl ? made?.replace(/^\//, '') : made
  if (path === undefined) return unknown()
  const escaped = flags.has('ne') ? path : path.replaceAll('#', '%23')
  if (code === '301' || code === '302') {
    const kind = code === '301' ? 'permanent' : 'redirect'
    return negated ? under(rewriteLine('^', escaped, kind)) : { lines: [rewriteLine(pattern, escaped, kind)] }
  }
  const query = escaped.endsWith('?')
    ? escaped.slice(0, -1)
    : `${escaped}${escaped.includes('?') ? '&' : ''}${escaped.includes('?') ? '$args' : '$is_args$args'}`
  if (/\$\d/.test(escaped))
    ledger.differs(directive, 'Signs in the captured part that are written with % by the client stand as they are in the address that nginx sends.')
  const inside = simple('return', code, query)
  return negated ? under(inside) : { lines: [inside], needs: { kind: 'text', condition: `$uri ~ ${quoted(pattern)}`, isMatch: false } }

  function unknown(): undefined {
    leaveRule(rule, 'Where it redirects to has a part that nginx has no variable for.', ledger)
    return undefined
  }
}
