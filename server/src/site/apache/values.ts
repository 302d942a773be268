import { matcherOf } from '../../regex/execute.ts'
import type { Pattern } from '../../regex/tree.ts'
import type { Part } from './expansion.ts'
import type { RewriteCondition } from './rewrite-condition.ts'
import { variableOf } from './variables.ts'

/** A pattern that is looked for in the path of a request, and what is asked besides. */
export interface PathPattern {
  /** Undefined where it cannot be read. */
  readonly pattern: Pattern | undefined
  readonly negated: boolean
  /** `whole`: the path from its slash on; `relative`: what remains of it behind the folder. */
  readonly subject: 'whole' | 'relative'
  readonly conditions: readonly RewriteCondition[]
}

/** A request that somebody sends, as far as patterns and variables see it. */
export interface Request {
  /** Decoded, with its slash. */
  readonly path: string
  /** Without its question mark. */
  readonly query: string
  /** By their names in small letters. */
  readonly headers: ReadonlyMap<string, string>
}

/** The texts of the groups of the rule's pattern, and those of the condition that has matched last; empty where there are none. */
export interface Groups {
  readonly rule: readonly (string | undefined)[]
  readonly condition: readonly (string | undefined)[] | 'unknown'
  /** No condition asks for a port, a name or something else that is met only sometimes. */
  readonly always: boolean
}

/** The groups with which a pattern and its conditions let a request through; `no` where they do not; `unknown` where it depends on more than the request. */
export function groupsFor(place: PathPattern, request: Request): Groups | 'no' | 'unknown' {
  const matcher = place.pattern && matcherOf(place.pattern)
  if (!matcher) return 'unknown'
  const found = matcher(place.subject === 'whole' ? request.path : request.path.slice(1))
  if ((found === undefined) !== place.negated) return 'no'
  const rule = place.negated ? [] : (found ?? [])
  let condition: Groups['condition'] = []
  let unsure = false
  let always = true
  for (const alternatives of alternativesOf(place.conditions)) {
    let held: Outcome['holds'] = 'no'
    for (const each of alternatives) {
      const { holds, groups } = outcomeOf(each, request, rule, condition, place.subject)
      if (holds === 'no') continue
      // It may be that one before it has held already.
      if (groups !== undefined) condition = held === 'no' ? groups : 'unknown'
      if (held !== 'open' || holds === 'yes') held = holds
      if (holds === 'yes') break
    }
    // Behind the last one nothing is left that an OR could wait for: it holds (`mod_rewrite.c: apply_rewrite_rule`).
    if (held === 'no' && !alternatives.at(-1)?.orNext) return 'no'
    if (held === 'unknown') unsure = true
    if (held === 'open') always = false
  }
  return unsure ? 'unknown' : { rule, condition, always }
}

/** Conditions of which one is enough, together. */
export function alternativesOf(conditions: readonly RewriteCondition[]): readonly (readonly RewriteCondition[])[] {
  const all: RewriteCondition[][] = []
  for (const [i, condition] of conditions.entries()) {
    const list = conditions[i - 1]?.orNext ? all.at(-1) : undefined
    if (list) list.push(condition)
    else all.push([condition])
  }
  return all
}

interface Outcome {
  /** `open`: it depends on the circumstances in which it is sent, which anybody can choose or meet (the port, the name). */
  readonly holds: 'yes' | 'no' | 'open' | 'unknown'
  /** What it leaves for `%1`, where it leaves anything. */
  readonly groups: Groups['condition'] | undefined
}

function outcomeOf(each: RewriteCondition, request: Request, rule: Groups['rule'], before: Groups['condition'], subject: PathPattern['subject']): Outcome {
  if (each.kind === 'other') return { holds: 'unknown', groups: 'unknown' }
  if (each.kind === 'file') {
    // What an attacker asks for is not there; whether something else is depends on the server.
    const asked = each.test.some((part) => part.kind === 'variable' && /^(?:REQUEST_FILENAME|SCRIPT_FILENAME|REQUEST_URI)$/i.test(part.name))
    return { holds: asked ? (each.negated ? 'yes' : 'no') : 'open', groups: undefined }
  }
  const left = each.kind === 'regex' && !each.negated ? 'unknown' : undefined
  const text = expanded(each.test, { rule, condition: before }, request, subject)
  if (text === undefined) return { holds: each.test.every(isCircumstance) ? 'open' : 'unknown', groups: left }
  if (each.kind === 'equal') return { holds: (text === each.text) === each.negated ? 'no' : 'yes', groups: undefined }
  const matcher = each.pattern && matcherOf(each.pattern)
  if (!matcher) return { holds: 'unknown', groups: left }
  const found = matcher(text)
  return { holds: (found === undefined) === each.negated ? 'yes' : 'no', groups: each.negated ? undefined : found }
}

/** What nobody is kept out by: the protocol, the port, the name by which the server is asked, the time. */
const isCircumstance = (part: Part): boolean =>
  part.kind !== 'variable' ||
  /^(?:HTTPS|SERVER_PORT|SERVER_NAME|HTTP_HOST|HTTP:Host|REQUEST_SCHEME|SERVER_PROTOCOL|IPV6|TIME\w*|ENV:HTTPS|SSL:HTTPS|IS_SUBREQ|DOCUMENT_ROOT)$/i.test(
    part.name,
  ) ||
  variableOf(part.name)?.from === 'path'

/**
 * A text with its references filled in; undefined where one of them is not known, neither here nor by `otherwise`. A Host that the request does not
 * name is not known.
 */
export function expanded(
  parts: readonly Part[],
  groups: Pick<Groups, 'rule' | 'condition'>,
  request: Request,
  subject: PathPattern['subject'],
  otherwise: (part: Part) => string | undefined = () => undefined,
): string | undefined {
  let text = ''
  for (const part of parts) {
    const own = expandedPart(part, groups, request, subject) ?? otherwise(part)
    if (own === undefined) return undefined
    text += own
  }
  return text
}

function expandedPart(part: Part, groups: Pick<Groups, 'rule' | 'condition'>, request: Request, subject: PathPattern['subject']): string | undefined {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'group': {
      const own = part.of === 'rule' ? groups.rule : groups.condition
      return own === 'unknown' ? undefined : (own[part.number] ?? '')
    }
    case 'map':
      return undefined
    case 'variable':
      return variableValue(part.name, request, subject)
  }
}

function variableValue(name: string, request: Request, subject: PathPattern['subject']): string | undefined {
  const variable = variableOf(name)
  if (!variable) return ''
  switch (variable.from) {
    case 'path':
      // Of a folder it is not known where it lies.
      return subject === 'whole' ? request.path : undefined
    case 'query':
      return request.query
    case 'header': {
      const header = variable.header?.toLowerCase() ?? ''
      return request.headers.get(header) ?? (header === 'host' ? undefined : '')
    }
    case 'other':
      // Not set before the first internal redirection.
      return /^ENV:REDIRECT_\w+$/i.test(name) ? '' : name.toUpperCase() === 'REQUEST_METHOD' ? 'GET' : undefined
  }
}
