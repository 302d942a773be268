import { unknownWord } from './core.ts'
import type { Handler, Handlers, Reading, Said } from './reading.ts'

/** Words of which some exclude others, over all lines of a section: `excludes` says which, and what Apache answers. */
function exclusive(
  reading: Reading,
  word: string,
  words: readonly string[],
  excludes: Readonly<Record<string, readonly [readonly string[], string]>>,
  unknown: string,
): Said {
  const lower = word.toLowerCase()
  const rival = excludes[lower]
  if (!Object.hasOwn(excludes, lower) || !rival) return unknownWord(reading, reading.at, word, words, unknown)
  const { section, directive, entry } = reading
  const key = (other: string): string => `${entry.name.toLowerCase()} ${other}`
  const [others, server] = rival
  const earlier = others.find((other) => section.set.has(key(other)))
  if (earlier !== undefined) return { server, rule: 'apache/conflict', words: `${entry.name} ${word} and ${earlier} exclude each other.` }
  if (directive.presence === 'present') section.set.set(key(lower), directive)
  return undefined
}

/** `mod_mime.c: multiviews_match` */
const multiviewsMatch: Handler = (reading, word) =>
  exclusive(
    reading,
    word,
    ['Any', 'NegotiatedOnly', 'Filters', 'Handlers'],
    {
      any: [['negotiatedonly', 'filters', 'handlers'], 'Any is incompatible with NegotiatedOnly, Filters and Handlers'],
      negotiatedonly: [['any', 'filters', 'handlers'], 'NegotiatedOnly is incompatible with Any, Filters and Handlers'],
      filters: [['any', 'negotiatedonly'], 'Filters is incompatible with Any and NegotiatedOnly'],
      handlers: [['any', 'negotiatedonly'], 'Handlers is incompatible with Any and NegotiatedOnly'],
    },
    `Unrecognized option '${word}'`,
  )

/** `mod_negotiation.c: set_force_priority` */
const forceLanguagePriority: Handler = (reading, word) =>
  exclusive(
    reading,
    word,
    ['None', 'Prefer', 'Fallback'],
    {
      none: [['prefer', 'fallback'], 'Cannot combine ForceLanguagePriority options with None'],
      prefer: [['none'], 'Cannot combine ForceLanguagePriority options None and Prefer'],
      fallback: [['none'], 'Cannot combine ForceLanguagePriority options None and Fallback'],
    },
    `Invalid ForceLanguagePriority option ${word}`,
  )

/** `modules/http/mod_mime.c`, `modules/mappers/mod_negotiation.c` */
export const mimeHandlers: Handlers = { multiviewsmatch: multiviewsMatch, forcelanguagepriority: forceLanguagePriority }
