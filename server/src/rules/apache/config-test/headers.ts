import { unknownWord } from './core.ts'
import { expressionFault } from './expressions.ts'
import { firstByte } from './first-byte.ts'
import { patternFault } from './patterns.ts'
import type { Detail, Handler, Handlers, Reading, Refusal, Said } from './reading.ts'
import { wordsOf } from './sections.ts'

const rule = 'apache/invalid-header' as const
export const headerActions = ['add', 'set', 'setifempty', 'append', 'merge', 'unset', 'echo', 'note', 'edit', 'edit*']

/** `mod_headers.c: header_cmd`, `header_inout_cmd` */
const header =
  (response: boolean): Handler =>
  (reading, text) => {
    const words = wordsOf(text)
    const skipped = response && /^(always|onsuccess)$/i.test(words[0] ?? '') ? 1 : 0
    const [action = '', name = '', value, more, last, ...surplus] = words.slice(skipped)
    const about = (server: string, index: number | 'name', told: string): Refusal => ({
      server,
      rule,
      at: index === 'name' ? index : index + skipped,
      words: told,
    })
    if (surplus.length > 0) return tooMany(reading, `${reading.entry.name} has too many arguments`, skipped + 5)
    const kind = action.toLowerCase()
    if (!headerActions.includes(kind)) return badAction(reading, skipped, action)
    let condition = last
    let at = 4
    if (kind === 'edit' || kind === 'edit*') {
      if (more === undefined)
        return about(
          'Header edit requires a match and a substitution',
          'name',
          `${reading.entry.name} ${action} takes a header, a pattern and what to put in its place.`,
        )
      const fault = patternFault(value ?? '', 2 + skipped)
      if (fault) return { server: 'Header edit regex could not be compiled', ...fault, rule }
    } else {
      if (last !== undefined) return tooMany(reading, 'Too many arguments to directive', skipped + 3)
      condition = more
      at = 3
    }
    if (kind === 'unset' || kind === 'echo') {
      if (value !== undefined) {
        const few = kind === 'unset' ? 'header unset takes two arguments' : 'Header echo takes two arguments'
        if (condition !== undefined) return about(few, 2, `${action} takes the name of a header, and no value.`)
        condition = value
        at = 2
      }
      if (kind === 'echo') {
        if (!response) return about('Header echo only valid on Header directives', 0, 'Only Header can echo, RequestHeader cannot.')
        const fault = patternFault(name, 1 + skipped)
        if (fault) return { server: 'Header echo regex could not be compiled', ...fault, rule }
      }
    } else if (value === undefined) return noValue(reading, skipped, action, name)
    const bad = condition === undefined ? undefined : badCondition(reading, condition, at + skipped)
    if (bad) return bad
    if (kind === 'unset' || kind === 'echo') return undefined
    return kind.startsWith('edit') ? badFormat(reading, more ?? '', 3 + skipped) : badFormat(reading, value ?? '', 2 + skipped)
  }

function badAction(reading: Reading, at: number, action: string): Refusal {
  const { name } = reading.entry
  const server = "first argument must be 'add', 'set', 'setifempty', 'append', 'merge', 'unset', 'echo', 'note', 'edit', or 'edit*'."
  if (action === '') return { server, rule, at: 'name', words: `${name} takes an action (${headerActions.join(', ')}), a header and its value.` }
  const told = unknownWord(reading, at, action, headerActions, server)
  return {
    ...told,
    rule,
    words: action.startsWith('#') ? told.words : `${name} knows no action "${action}": the first word is one of ${headerActions.join(', ')}.`,
  }
}

function noValue(reading: Reading, skipped: number, action: string, name: string): Refusal {
  const { directive, entry } = reading
  const colon = /^([\w-]+):(.*)$/s.exec(name)
  const written = directive.args[1 + skipped]
  const words = colon?.[2]
    ? `${entry.name} ${action} takes the header and its value as two words: "${colon[1]}", then "${colon[2]}".`
    : `${entry.name} ${action} takes a value behind the header${name === '' ? '' : ` ${name}`}; to take a header away, use unset.`
  return { server: 'Header requires three arguments', rule, at: written ? 'all' : 'name', words }
}

function tooMany(reading: Reading, server: string, at: number): Refusal {
  const { directive, entry } = reading
  const extra = directive.args[at]
  const words = extra?.value.startsWith('#')
    ? unknownWord(reading, at, extra.value, [], server)
    : { words: `${entry.name} has more words than it can take: a value with spaces needs quotes.`, fixes: quoteValue(reading) }
  return { at, ...words, server, rule }
}

/** The value that was left without quotes: from the third word (behind `always`, the fourth) to the end. */
function quoteValue({ directive }: Reading): Detail['fixes'] {
  const { args, source } = directive
  const first = args[/^(always|onsuccess)$/i.test(args[0]?.value ?? '') ? 3 : 2]
  const tail = args.at(-1)
  const end = /^(early$|env=|expr=)/i.test(tail?.value ?? '') ? args.at(-2) : tail
  const action = args[/^(always|onsuccess)$/i.test(args[0]?.value ?? '') ? 1 : 0]?.value ?? ''
  if (!first || !end || /^(unset|echo|edit\*?)$/i.test(action) || args.some((argument) => !argument.known || argument.quote !== undefined)) return []
  const value = source.text.slice(first.start, end.end)
  if (/["\\\n]/.test(value)) return []
  return [{ title: 'Put the value in quotes', safe: false, edits: [{ path: source.path, start: first.start, end: end.end, newText: `"${value}"` }] }]
}

function badCondition(reading: Reading, condition: string, at: number): Said {
  if (/^early$/i.test(condition)) return undefined
  if (/^env=/i.test(condition)) {
    const variable = condition.slice(4)
    if (variable !== '' && variable !== '!') return undefined
    return {
      server: 'error: missing environment variable name. envclause should be in the form env=envar ',
      rule,
      at,
      words: `"${condition}" names no variable: write env=NAME, or env=!NAME.`,
    }
  }
  if (/^expr=/i.test(condition)) return expressionFault(reading, condition.slice(5), at, "Can't parse envclause/expression: ")
  const server = `Unknown parameter: ${condition}`
  if (condition.startsWith('#')) return { ...unknownWord(reading, at, condition, [], server), rule }
  return {
    server,
    rule,
    at,
    words: `"${condition}" stands where only early, env=… or expr=… can: a value with spaces needs quotes.`,
    fixes: quoteValue(reading),
  }
}

/** `mod_headers.c: parse_format_string` */
function badFormat(reading: Reading, format: string, at: number): Said {
  if (format.startsWith('expr=')) return expressionFault(reading, format.slice(5), at, "Can't parse value expression : ", 'string')
  for (let i = format.indexOf('%'); i >= 0; i = format.indexOf('%', i)) {
    const begin = i
    i++
    if (i >= format.length) return undefined
    if (format.charAt(i) === '%') {
      i++
      continue
    }
    if (format.charAt(i) === '{') {
      const close = format.indexOf('}', i)
      i = close < 0 ? format.length : close + 1
    }
    const letter = format.charAt(i)
    if (letter !== '' && 'Dteslib'.includes(letter)) {
      i++
      continue
    }
    const tag = format.slice(begin, i + 1)
    return {
      server: `Unrecognized header format %${letter === '' ? '' : firstByte(letter, reading.directive.source.encoding)}`,
      rule,
      at,
      words: `"${tag}" is no format: a header knows %D, %t, %l, %i, %b, %{NAME}e and %{NAME}s; a percent sign is written "%%".`,
      fixes: doublePercent(reading, at, tag),
    }
  }
  return undefined
}

/** Writes the percent sign of a tag twice, where the tag stands once in the argument. */
function doublePercent({ directive }: Reading, at: number, tag: string): Detail['fixes'] {
  const argument = directive.args[at]
  if (!argument || tag.startsWith('%{')) return []
  const written = directive.source.text.slice(argument.start, argument.end)
  const first = written.indexOf(tag)
  if (first < 0 || written.indexOf(tag, first + 1) >= 0) return []
  const start = argument.start + first
  return [{ title: 'Write the percent sign as "%%"', safe: false, edits: [{ path: directive.source.path, start, end: start, newText: '%' }] }]
}

/** `modules/metadata/mod_headers.c` */
export const headersHandlers: Handlers = { header: header(true), requestheader: header(false) }
