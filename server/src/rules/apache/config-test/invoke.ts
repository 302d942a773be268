import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import type { DirectiveReading } from './directive-reading.ts'
import { argumentCount, notAllowed } from './faults.ts'
import type { Handler, Said } from './reading.ts'
import { forbiddenHere } from './section.ts'

/** Whether the directive may stand where it does; what Apache says where it may not (`server/config.c: invoke_cmd`). */
export function refusedHere(reading: DirectiveReading): Said {
  return (reading.section.overrides & reading.prepared.overrides) === 0 ? notAllowed(reading) : undefined
}

/** What the handler says that refuses to work in a section of this kind. */
export function forbiddenBy(reading: DirectiveReading): Said {
  const { entry, section } = reading
  if ((reading.prepared.refuses & section.around) === 0 || section.open) return undefined
  const name = entry.section ? `<${entry.name}>` : entry.name
  const server = forbiddenHere(section, name, entry.onRead, entry.forbidden)
  return server === undefined ? undefined : notAllowed(reading, server)
}

/** Hands the arguments over as the kind of the directive says (`server/config.c: invoke_cmd`). */
export function invoke(reading: DirectiveReading): Said {
  const { directive, entry } = reading
  const { handler } = reading.prepared
  const given = readArguments(directive)
  const { words } = given
  switch (entry.arguments) {
    case 'raw':
      return forbiddenBy(reading) ?? (handler && given.known ? handler(reading, directive.argumentText) : undefined)
    case 'argv':
      // An empty word at the end is none.
      return run(reading, handler, given, words.at(-1) === '' && given.unknown !== words.length - 1 ? words.slice(0, -1) : words)
    case 'none':
      return given.least > 0 ? argumentCount(reading) : run(reading, handler, given, [])
    case 'flag': {
      const [first = ''] = words
      if (given.unknown === 0) return undefined
      const value = first.toLowerCase()
      if (value !== 'on' && value !== 'off') return argumentCount(reading)
      return run(reading, handler, given, [value])
    }
    case 'iterate':
      if (given.most === 0 || words[0] === '') return argumentCount(reading)
      return iterate(reading, handler, given, 0)
    case 'iterate2':
      if (given.most < 2 || words[0] === '') return argumentCount(reading)
      return iterate(reading, handler, given, 1)
    default: {
      const { needed, most } = counts[entry.arguments]
      if (given.least > most || given.most < needed || emptyBefore(given, needed)) return argumentCount(reading)
      if (entry.arguments === 'take13' && given.least === 2 && given.most === 2 && words[1] !== '') return argumentCount(reading)
      return run(reading, handler, given, entry.arguments === 'take12' && words[1] === '' && given.unknown !== 1 ? words.slice(0, 1) : words)
    }
  }
}

const counts: Readonly<Record<Exclude<ApacheEntry['arguments'], 'raw' | 'argv' | 'none' | 'flag' | 'iterate' | 'iterate2'>, { needed: number; most: number }>> =
  {
    take1: { needed: 1, most: 1 },
    take2: { needed: 2, most: 2 },
    take3: { needed: 3, most: 3 },
    take12: { needed: 1, most: 2 },
    take13: { needed: 1, most: 3 },
    take23: { needed: 2, most: 3 },
    take123: { needed: 1, most: 3 },
  }

/** The arguments as words, and how many there can be: one that is nothing but an unknown value may be none or several. */
interface Given {
  readonly words: readonly string[]
  /** All of them are known. */
  readonly known: boolean
  /** The number of the first that is not known; -1 where there is none. */
  readonly unknown: number
  readonly least: number
  readonly most: number
}

function readArguments(directive: PlacedDirective): Given {
  const words: string[] = []
  let unknown = -1
  let least = 0
  let most = 0
  const add = (value: string, known: boolean): void => {
    if (!known && unknown < 0) unknown = words.length
    if (known || !onlyVariables.test(value)) least++
    most += known ? 1 : Number.POSITIVE_INFINITY
    words.push(value)
  }
  if (directive.plain) {
    const { words: written } = directive.node
    for (let i = 1; i < written.length; i++) {
      const word = written[i]
      if (word) add(word.value, word.holes === undefined)
    }
  } else for (const argument of directive.args) add(argument.value, argument.known)
  return { words, known: unknown < 0, unknown, least, most }
}

/** Nothing but what is filled in: `${NAME}`, or a part of a template. */
const onlyVariables = /^(\$\{[^}]*\}|\{\{.*?\}\}|<%=?.*?%>|@\w+@|\$\w+|\u00a0)+$/

/** To Apache an empty word in quotes is no word. */
function emptyBefore({ words, unknown }: Given, needed: number): boolean {
  for (let i = 0; i < needed; i++) if (words[i] === '' && i !== unknown) return true
  return false
}

function run(reading: DirectiveReading, handler: Handler | undefined, given: Given, words: readonly string[]): Said {
  const refused = forbiddenBy(reading)
  return refused || !handler || !given.known ? refused : handler(reading, ...words)
}

/** One call for each word from `from` on, behind the first where that is 1; the first unknown or empty one ends it. */
function iterate(reading: DirectiveReading, handler: Handler | undefined, { words, unknown }: Given, from: 0 | 1): Said {
  const refused = forbiddenBy(reading)
  const [first = ''] = words
  if (refused || !handler || unknown === 0) return refused
  for (let at = from as number; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '' || at === unknown) return undefined
    reading.at = at
    const said = from === 0 ? handler(reading, word) : handler(reading, first, word)
    if (said) return said
  }
  return undefined
}
