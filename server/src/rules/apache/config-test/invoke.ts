import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import type { Argument } from '../../../configuration/placed.ts'
import type { DirectiveReading } from './directive-reading.ts'
import { argumentCount, notAllowed } from './faults.ts'
import { handlerOf } from './handlers.ts'
import type { Handler, Said } from './reading.ts'
import { forbiddenHere, overridesOf } from './section.ts'

/** Whether the directive may stand where it does; what Apache says where it may not (`server/config.c: invoke_cmd`). */
export function refusedHere(reading: DirectiveReading): Said {
  const { entry, section } = reading
  return (section.overrides & overridesOf(entry)) === 0 ? notAllowed(reading) : undefined
}

/** Hands the arguments over as the kind of the directive says (`server/config.c: invoke_cmd`). */
export function invoke(reading: DirectiveReading): Said {
  const { directive, entry } = reading
  const { args } = directive
  const handler = handlerOf(entry)
  if (entry.arguments === 'raw') {
    const refused = forbiddenBy(reading)
    if (refused) return refused
    return handler && args.every(isKnown) ? handler(reading, directive.argumentText) : undefined
  }
  const given = countArguments(args)
  const words = args.map(valueOf)
  switch (entry.arguments) {
    case 'argv':
      return run(reading, handler, args, words)
    case 'none':
      return given.least > 0 ? argumentCount(reading) : run(reading, handler, args, [])
    case 'flag': {
      const [first] = args
      if (first && !first.known) return undefined
      const value = (words[0] ?? '').toLowerCase()
      if (value !== 'on' && value !== 'off') return argumentCount(reading)
      return run(reading, handler, args, [value])
    }
    case 'iterate':
      if (given.most === 0 || words[0] === '') return argumentCount(reading)
      return iterate(reading, handler, args)
    case 'iterate2':
      if (given.most < 2 || words[0] === '') return argumentCount(reading)
      return iterateSecond(reading, handler, args)
    default: {
      const { needed, most } = counts[entry.arguments]
      if (given.least > most || given.most < needed || emptyBefore(args, needed)) return argumentCount(reading)
      if (entry.arguments === 'take13' && given.least === 2 && given.most === 2 && words[1] !== '') return argumentCount(reading)
      return run(reading, handler, args, words)
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

/** How many words there can be: one that is nothing but an unknown value may be none or several. */
function countArguments(args: readonly Argument[]): { least: number; most: number } {
  let least = 0
  let most = 0
  for (const argument of args) {
    if (argument.known || !/^(\$\{[^}]*\})+$/.test(argument.value)) least++
    most += argument.known ? 1 : Number.POSITIVE_INFINITY
  }
  return { least, most }
}

/** To Apache an empty word in quotes is no word. */
const emptyBefore = (args: readonly Argument[], needed: number): boolean => args.slice(0, needed).some((argument) => argument.known && argument.value === '')

function run(reading: DirectiveReading, handler: Handler | undefined, args: readonly Argument[], words: readonly string[]): Said {
  const refused = forbiddenBy(reading)
  if (refused || !handler || !args.every(isKnown)) return refused
  return handler(reading, ...words)
}

function iterate(reading: DirectiveReading, handler: Handler | undefined, args: readonly Argument[]): Said {
  const refused = forbiddenBy(reading)
  if (refused || !handler) return refused
  for (const [i, argument] of args.entries()) {
    if (!argument.known || argument.value === '') return undefined
    reading.at = i
    const said = handler(reading, argument.value)
    if (said) return said
  }
  return undefined
}

function iterateSecond(reading: DirectiveReading, handler: Handler | undefined, args: readonly Argument[]): Said {
  const refused = forbiddenBy(reading)
  const [first, ...others] = args
  if (refused || !handler || !first?.known) return refused
  for (const [i, argument] of others.entries()) {
    if (!argument.known || argument.value === '') return undefined
    reading.at = i + 1
    const said = handler(reading, first.value, argument.value)
    if (said) return said
  }
  return undefined
}

/** What the handler says that refuses to work in a section of this kind. */
export function forbiddenBy(reading: DirectiveReading): Said {
  const { entry, section } = reading
  if (section.open) return undefined
  const name = entry.section ? `<${entry.name}>` : entry.name
  const server = forbiddenHere(section, name, entry.onRead, entry.forbidden)
  return server === undefined ? undefined : notAllowed(reading, server)
}

const isKnown = (argument: Argument): boolean => argument.known
const valueOf = (argument: Argument): string => argument.value
