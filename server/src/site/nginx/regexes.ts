import { type Argument, type Configuration, directivesNamed, type PlacedDirective, placeOfName } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { toByteText } from '../../regex/bytes.ts'
import { parsePattern } from '../../regex/parse.ts'
import type { Pattern } from '../../regex/tree.ts'
import { derived } from '../../workspace/derived.ts'
import { conditionOf } from './conditions.ts'
import { locationOf } from './locations.ts'

/** A regular expression in its place: of a location, a rewrite, an `if`, a server name or a key of a map. */
export interface PlacedRegex {
  readonly kind: 'location' | 'rewrite' | 'if' | 'server_name' | 'map'
  /** The directive that has it; of a map the entry. */
  readonly directive: PlacedDirective
  readonly at: Place
  /** The argument that it is in; undefined for the key of a map. */
  readonly argument: Argument | undefined
  readonly pattern: Pattern
  /** `!~`: what stands under it happens where nothing is found. */
  readonly negated: boolean
}

/** The regular expressions of a directive itself, those that can be read; of a map those of its keys. */
export const regexesOf = (directive: PlacedDirective): readonly PlacedRegex[] => (withRegexes.has(directive.name) ? readRegexes(directive) : none)

const none: readonly PlacedRegex[] = []

const readRegexes = derived((directive: PlacedDirective): readonly PlacedRegex[] => {
  switch (directive.name) {
    case 'location': {
      const location = locationOf(directive)
      if (location?.modifier !== '~' && location?.modifier !== '~*') return none
      return placed('location', directive, location.argument, location.path, location.modifier === '~*')
    }
    case 'rewrite': {
      const [argument] = directive.args
      return argument ? placed('rewrite', directive, argument, argument.value, false) : []
    }
    case 'if': {
      const condition = conditionOf(directive)
      if (!condition?.operator.includes('~')) return none
      return placed('if', directive, condition.argument, condition.value, condition.operator.endsWith('*'), condition.operator.startsWith('!'))
    }
    case 'server_name':
      return directive.args.some(({ value }) => value.startsWith('~'))
        ? directive.args.flatMap((argument) =>
            argument.value.startsWith('~') ? placed('server_name', directive, argument, argument.value.slice(1), true) : [],
          )
        : none
    case 'map':
      return directive.node.block ? directive.children.flatMap((entry) => mapKeyRegex(entry) ?? []) : []
    default:
      return none
  }
})

/** The regular expression that is the key of a map's entry. */
export function mapKeyRegex(entry: PlacedDirective): PlacedRegex | undefined {
  if (!entry.name.startsWith('~')) return undefined
  const caseless = entry.name.startsWith('~*')
  const pattern = read(entry.name.slice(caseless ? 2 : 1), caseless)
  return pattern && { kind: 'map', directive: entry, at: placeOfName(entry), argument: undefined, pattern, negated: false }
}

function placed(kind: PlacedRegex['kind'], directive: PlacedDirective, argument: Argument, source: string, caseless: boolean, negated = false): PlacedRegex[] {
  const pattern = argument.known ? read(source, caseless) : undefined
  if (!pattern) return []
  return [{ kind, directive, at: { path: directive.source.path, start: argument.start, end: argument.end }, argument, pattern, negated }]
}

const read = (source: string, caseless: boolean): Pattern | undefined => parsePattern(toByteText(source), caseless)

/** Every regular expression of a configuration of the http and stream modules, in the order of reading. */
export const regexesIn: (configuration: Configuration) => readonly PlacedRegex[] = derived((configuration: Configuration) =>
  directivesNamed(configuration, ...withRegexes).flatMap((directive) => (directive.presence !== 'absent' && !isEntry(directive) ? regexesOf(directive) : none)),
)

const withRegexes = new Set(['location', 'rewrite', 'if', 'server_name', 'map'])

/** A line of a block whose lines are data. */
export const isEntry = ({ parent }: PlacedDirective): boolean => parent !== undefined && dataBlocks.has(parent.name)

const dataBlocks = new Set(['map', 'geo', 'split_clients', 'types', 'charset_map'])
