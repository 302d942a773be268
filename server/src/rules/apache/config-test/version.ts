import { patternFault } from './patterns.ts'
import type { Reading, Refusal } from './reading.ts'
import { wordsOf } from './sections.ts'

const invalid = 'Version appears to be invalid. It must have the format major[.minor[.patch]] where major, minor and patch are numbers.'

/** What Apache has against the opening line of an `<IfVersion>` (`mod_version.c: start_ifversion`). */
export function ifVersionFault(reading: Reading): Refusal | undefined {
  const words = wordsOf(reading.directive.argumentText)
  if (words.length === 0 || words.length > 3) return undefined
  let [first = '', second, third] = words
  if (second === undefined) [first, second] = ['=', first]
  if (third === undefined && second === '>') [first, second, third] = ['=', first, '>']
  const about = (server: string, told: string): Refusal => ({ server, rule: 'apache/invalid-section', at: 0, words: told })
  if (second === '' || (third !== '>' && !second.endsWith('>')))
    return about("<IfVersion> directive missing closing '>'", 'The ">" at the end is missing, or something that is no version stands before it.')
  const version = third === '>' ? second : second.slice(0, -1)
  const operator = first.startsWith('!') && first.length > 1 ? first.slice(1) : first
  const known = /^(?:[=<>]=?|~)$/.test(operator)
  if (!known)
    return about(`unrecognized operator '${first}'`, `"${first}" compares nothing: <IfVersion> knows =, ==, >, >=, <, <= and ~, with "!" before it for not.`)
  const isPattern = operator === '~' || (operator.startsWith('=') && version.startsWith('/'))
  if (!isPattern) return isVersion(version) ? undefined : about(invalid, `"${version}" is no version: write 2, 2.4 or 2.4.10.`)
  if (operator !== '~' && (version.length < 2 || !version.endsWith('/')))
    return about('Missing delimiting / of regular expression.', `"${version}" lacks the "/" at its end.`)
  const fault = patternFault(operator === '~' ? version : version.slice(1, -1), 0)
  return fault && { server: 'Unable to compile regular expression', ...fault }
}

/** `mod_version.c: compare_version`: digits and dots, three numbers at most. */
const isVersion = (text: string): boolean => /^\d+(?:\.\d*){0,2}\.?$/.test(text)
