import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { conditionOf } from './conditions.ts'
import { isEntry, type PlacedRegex, regexesIn, regexesOf } from './regexes.ts'

/** Where a value stands: what variables mean depends on it. */
export interface Use {
  readonly directive: PlacedDirective
  readonly configuration: Configuration
  /** The regular expression that has just been run for it: of the rewrite itself, or of the key of a map's entry. */
  readonly own?: PlacedRegex | undefined
}

/** The definitions of a variable that may hold where it is used, nearest first. */
export function definitionsOf(name: string, use: Use): readonly PlacedDirective[] {
  const { blocks, sets, foreign } = definitionsIn(use.configuration).get(name) ?? nothingDefined
  if (foreign.length > 0) return foreign
  if (sets.length === 0) return blocks
  const reached = sets.filter((set) => mayRunBefore(set, use.directive))
  // The last one that is certainly carried out takes the place of those before.
  const certain = reached.findLast((set) => surrounds(set.parent, use.directive))
  return [...blocks, ...(certain ? reached.filter((set) => set.order >= certain.order) : reached)]
}

/** Whether anything in a configuration gives a variable a value, captures it, or asks for it in an `if`. */
export const isDefinedOrAsked = (name: string, configuration: Configuration): boolean =>
  definitionsIn(configuration).has(name) || named(configuration).has(name) || askedIn(configuration).has(name)

const askedIn = derived(
  (configuration: Configuration): ReadonlySet<string | undefined> => new Set(directivesNamed(configuration, 'if').map((each) => conditionOf(each)?.variable)),
)

interface Definitions {
  readonly blocks: PlacedDirective[]
  readonly sets: PlacedDirective[]
  /** Of modules whose values nothing is known of: `auth_request_set`, `js_set`, `set_by_lua`. */
  readonly foreign: PlacedDirective[]
}

const nothingDefined: Definitions = { blocks: [], sets: [], foreign: [] }

const definitionsIn = derived((configuration: Configuration): ReadonlyMap<string, Definitions> => {
  const all = new Map<string, Definitions>()
  const of = (written: string | undefined): Definitions | undefined => {
    if (!written?.startsWith('$')) return undefined
    const name = written.slice(1).toLowerCase()
    const known = all.get(name)
    if (known) return known
    const made = { blocks: [], sets: [], foreign: [] }
    all.set(name, made)
    return made
  }
  for (const directive of configuration.all) {
    if (directive.presence === 'absent' || isEntry(directive)) continue
    const { name, args } = directive
    if (name === 'set') of(args[0]?.value)?.sets.push(directive)
    else if (name === 'map' || name === 'split_clients') of(args[1]?.value)?.blocks.push(directive)
    else if (name === 'geo') of(args.at(-1)?.value)?.blocks.push(directive)
    else if (/_set$|^set_|^keyval$|^geoip2$|^(js|perl)_|^auth_jwt_claim|^array_|^encrypted_|^more_/.test(name))
      of(args.find(({ value }) => value.startsWith('$'))?.value)?.foreign.push(directive)
  }
  return all
})

/** Whether a block is around a directive (or is the outside, or the server that it belongs to). */
function surrounds(block: PlacedDirective | undefined, directive: PlacedDirective): boolean {
  if (!block) return true
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) if (at === block) return true
  return false
}

/** Whether a directive of the rewrite module may have been carried out when another is: those of the blocks around it, and of an `if` in them. */
function mayRunBefore(earlier: PlacedDirective, use: PlacedDirective): boolean {
  let block = earlier.parent
  while (block?.name === 'if' && !surrounds(block, use)) block = block.parent
  if (!surrounds(block, use)) return false
  // What a location around another has is not carried out for it.
  if (block?.name === 'location' && innermostLocation(use) !== block) return false
  return !isRewriteModule(use) || earlier.order < use.order || innermostLocation(use) !== innermostLocation(earlier)
}

export function innermostLocation(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at: PlacedDirective | undefined = directive.name === 'location' ? directive : directive.parent; at; at = at.parent)
    if (at.name === 'location') return at
  return undefined
}

/** Directives carried out one after the other, before anything else of the block. */
export const isRewriteModule = (directive: PlacedDirective): boolean => rewriteModule.has(directive.name)

const rewriteModule: ReadonlySet<string> = new Set(['set', 'if', 'rewrite', 'return', 'break'])

/** The patterns that a variable must fit for a directive to be carried out: `if ($variable !~ pattern) { return 403; }` before it. */
export function guardsOf(name: string, { directive }: Use): readonly PlacedRegex[] {
  const guards: PlacedRegex[] = []
  let at = directive
  for (;;) {
    const block = at.parent
    // What it stands in is no test that it has passed, unless it says so.
    if (block?.name === 'if') {
      const condition = conditionOf(block)
      if (condition?.variable === name && (condition.operator === '~' || condition.operator === '~*')) guards.push(...regexesOf(block))
    }
    for (const each of block ? conditionsIn(block) : []) {
      if (each === at || (isRewriteModule(at) && each.order > at.order)) continue
      if (conditionOf(each)?.variable !== name || !each.children.some((inner) => inner.name === 'return' && inner.presence === 'present')) continue
      guards.push(...regexesOf(each).filter((regex) => regex.negated))
    }
    if (!block) return guards
    at = block
  }
}

const conditionsIn = derived((block: PlacedDirective): readonly PlacedDirective[] => block.children.filter((each) => each.name === 'if'))

// ---- captures

/**
 * The regular expressions of which a numbered capture may be where a directive is carried out, the likeliest first; the last one certainly
 * was run. Maps that are evaluated in between are left out.
 */
export function captureProviders({ directive, configuration }: Use): readonly PlacedRegex[] {
  const providers: PlacedRegex[] = []
  let at = directive
  let phase: 'before' | 'all' = isRewriteModule(directive) ? 'before' : 'all'
  for (;;) {
    const block = at.parent
    // Of the blocks around a location only the server's own rewriting has been done, and the location's own.
    const runs = !block || block.name === 'server' || block.name === 'if' || (block.name === 'location' && at.name !== 'location')
    if (runs) {
      const siblings = block ? block.children : configuration.top
      for (const each of [...siblings].reverse()) {
        if (each === at || (phase === 'before' && each.order >= at.order) || each.presence === 'absent') continue
        providers.push(...leftBehind(each, block?.name !== 'location'))
      }
    }
    if (!block) return providers
    if (block.name === 'server') {
      for (const each of block.children) if (each.name === 'server_name') providers.push(...regexesOf(each))
      return providers
    }
    const own = block.name === 'if' || block.name === 'location' ? regexesOf(block).filter((regex) => !regex.negated) : []
    if (own.length > 0) return [...providers, ...own]
    // An `if` stands among what is carried out in order.
    phase = block.name === 'if' && (phase === 'before' || block.parent?.name !== 'location') ? 'before' : 'all'
    at = block
  }
}

/** The regular expressions whose captures are still there behind a directive of the rewrite module; in a location `last` leads to another one. */
function leftBehind(directive: PlacedDirective, last: boolean): readonly PlacedRegex[] {
  if (directive.name === 'rewrite') {
    const flag = directive.args[2]?.value
    return flag === undefined || flag === 'break' || (flag === 'last' && last) ? regexesOf(directive) : []
  }
  if (directive.name !== 'if' || directive.children.some(({ name }) => name === 'return')) return []
  return [...[...directive.children].reverse().flatMap((each) => leftBehind(each, last)), ...regexesOf(directive).filter((regex) => !regex.negated)]
}

/** The regular expressions of the same server, or of what is outside of servers, that have a group of this name. */
export function namedCaptures(name: string, use: Use): readonly PlacedRegex[] {
  const server = serverOf(use.directive)
  return (named(use.configuration).get(name) ?? []).filter((regex) => {
    const own = serverOf(regex.directive)
    return own === undefined || server === undefined || own === server
  })
}

const named = derived((configuration: Configuration): ReadonlyMap<string, PlacedRegex[]> => {
  const all = new Map<string, PlacedRegex[]>()
  for (const regex of regexesIn(configuration))
    for (const { name } of regex.pattern.groups) {
      if (name === undefined) continue
      const list = all.get(name.toLowerCase())
      if (list) list.push(regex)
      else all.set(name.toLowerCase(), [regex])
    }
  return all
})

function serverOf(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at = directive.parent; at; at = at.parent) if (at.name === 'server') return at
  return undefined
}

/** A rewrite that puts the path as it was sent in place of the decoded one, whatever the request. */
export function rawPathRewrite(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at = directive.parent; at; at = at.parent) {
    if (at.name !== 'location' && at.name !== 'server' && at.name !== 'if') continue
    const found = at.children.find(
      (each) => each.name === 'rewrite' && each.args[0]?.value === '^' && /^\$(?:request_uri|\{request_uri\})$/i.test(each.args[1]?.value ?? ''),
    )
    if (found && found !== directive) return found
    if (at.name === 'location') return undefined
  }
  return undefined
}
