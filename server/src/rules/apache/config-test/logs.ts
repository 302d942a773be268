import { expressionFault } from './expressions.ts'
import { firstByte } from './first-byte.ts'
import { type Detail, type Handler, type Handlers, oneOf, type Reading, type Refusal, type Said } from './reading.ts'

const rule = 'apache/invalid-log-format' as const

/** `mod_log_config.c: log_pre_config`, with those of mod_logio and mod_ssl. */
const accessLetters = 'haAlutfbBionLeVvpPHmqXCkrDTUsRIOScx'
const accessTriples = ['^ti', '^to', '^FB']

/** `server/core.c: core_register_log_hooks` … `ap_register_errorlog_handler` */
const errorLetters = 'aAeEFiklLmnPtTvV'

type Encoding = 'utf-8' | 'latin-1'

interface FormatFault {
  readonly server: string
  /** The piece of the format at fault. */
  readonly tag: string
  readonly words: string
}

/** What is wrong with a format of LogFormat (`mod_log_config.c: parse_log_item`). */
function accessFormatFault(format: string, anyLetter: boolean, encoding: Encoding): FormatFault | undefined {
  for (let i = format.indexOf('%'); i >= 0; i = format.indexOf('%', i)) {
    const begin = i++
    if (format.charAt(i) === '%') {
      i++
      continue
    }
    i = skipModifiers(format, i, /[!<>,\d]/)
    if (i >= format.length) {
      const tag = format.slice(begin)
      return {
        server: 'Ran off end of LogFormat parsing args to some directive',
        tag,
        words: `The format ends within "${tag}": the letter that says what to log is missing. A percent sign is written "%%".`,
      }
    }
    if (accessTriples.includes(format.slice(i, i + 3))) {
      i += 3
      continue
    }
    const letter = format.charAt(i++)
    if (accessLetters.includes(letter) || anyLetter) continue
    return {
      server: `Unrecognized LogFormat directive %${firstByte(letter, encoding)}`,
      tag: format.slice(begin, i),
      words: `LogFormat knows no "%${letter}": ${letter === '"' || letter === ' ' ? 'a letter is missing there, and ' : ''}a percent sign is written "%%".`,
    }
  }
  return undefined
}

function skipModifiers(format: string, from: number, modifier: RegExp): number {
  let i = from
  for (; i < format.length; i++) {
    if (format.charAt(i) === '{') {
      const close = format.indexOf('}', i)
      if (close < 0) return format.length
      i = close
    } else if (!modifier.test(format.charAt(i))) break
  }
  return i
}

/** What is wrong with a format of ErrorLogFormat (`server/core.c: parse_errorlog_string`). */
function errorFormatFault(format: string, main: boolean, anyLetter: boolean, encoding: Encoding): FormatFault | undefined {
  let message = false
  let i = 0
  while (i < format.length) {
    if (format.charAt(i) !== '%') {
      // A backslash takes the next character with it.
      i += format.charAt(i) === '\\' ? 2 : 1
      continue
    }
    const begin = i++
    if (format.charAt(i) === ' ') {
      i++
      continue
    }
    if (format.charAt(i) === '%') {
      i++
      continue
    }
    i = skipModifiers(format, i, /[+\-\d]/)
    const letter = format.charAt(i++)
    const tag = format.slice(begin, i)
    const modifiers = tag.replace(/\{[^}]*\}?/g, '').slice(1, -1)
    const about = (server: string, words: string): FormatFault => ({ server, tag, words })
    if (letter === '')
      return about(
        'Ran off end of error log format parsing args to some directive',
        `The format ends within "${tag}": the letter that says what to log is missing.`,
      )
    if (letter !== 'M' && !errorLetters.includes(letter) && !anyLetter)
      return about(
        `Unrecognized error log format directive %${firstByte(letter, encoding)}`,
        `ErrorLogFormat knows no "%${letter}": a percent sign is written "%%".`,
      )
    if (letter === 'M') {
      if (!main) return about('%M cannot be used in once-per-request or once-per-connection formats', '%M is the message, and stands only in the main format.')
      message = true
    }
    const level = Number(/\d+(?!.*\d)/.exec(modifiers)?.[0] ?? 0)
    if (main && modifiers.includes('+'))
      return about("The '+' flag cannot be used in the main error log format", '"+" leaves out a line that lacks the value, which the main format cannot do.')
    if (!main && level > 0)
      return about(
        'The loglevel cannot be used as a condition in once-per-request or once-per-connection formats',
        'A number, which asks for a level, works only in the main format.',
      )
    if (level > 15) return about('The specified loglevel modifier is out of range', `${level} is no level: they go up to 15 (trace8).`)
  }
  if (!main || message) return undefined
  return { server: "main ErrorLogFormat must contain message format string '%M'", tag: '', words: 'The format lacks %M, the message itself.' }
}

const refusal = (reading: Reading, fault: FormatFault | undefined, at: number): Refusal | undefined =>
  fault && { server: fault.server, rule, at, words: fault.words, fixes: doublePercent(reading, at, fault.tag) }

/** Writes the percent sign of a tag twice, where the tag stands once in the argument and can be meant so. */
function doublePercent({ directive }: Reading, at: number, tag: string): Detail['fixes'] {
  const argument = directive.args[at]
  if (!argument || !/^%[^{}\w]?$|^%[\d]*[^\w{}]$/.test(tag)) return []
  const written = directive.source.text.slice(argument.start, argument.end)
  const first = written.indexOf(tag)
  if (first < 0 || (tag !== '%' && written.indexOf(tag, first + 1) >= 0) || (tag === '%' && written.split('%').length > 2)) return []
  const start = argument.start + first
  return [{ title: 'Write the percent sign as "%%"', safe: false, edits: [{ path: directive.source.path, start, end: start, newText: '%' }] }]
}

const logFormat: Handler = (reading, format) => refusal(reading, accessFormatFault(format, reading.state.unknownModule, reading.directive.source.encoding), 0)

/** `mod_log_config.c: add_custom_log` */
const customLog: Handler = (reading, _file, format, condition) => {
  const bad = condition === undefined ? undefined : badCondition(reading, condition)
  return bad ?? refusal(reading, accessFormatFault(format, reading.state.unknownModule, reading.directive.source.encoding), 1)
}

function badCondition(reading: Reading, condition: string): Said {
  if (/^env=/i.test(condition)) {
    if (condition.length > 4 && condition.slice(4) !== '!') return undefined
    return { server: 'missing environment variable name', rule, at: 2, words: `"${condition}" names no variable: write env=NAME, or env=!NAME.` }
  }
  if (/^expr=/i.test(condition)) {
    if (condition.length === 5)
      return { server: 'missing condition', rule, at: 2, words: 'expr= needs an expression behind it, in quotes where it has spaces.' }
    return expressionFault(reading, condition.slice(5), 2, '')
  }
  return {
    server: 'error in condition clause',
    rule,
    at: 2,
    words: `"${condition}" stands where only env=… or expr=… can: a format with spaces needs quotes.`,
  }
}

/** `server/core.c: set_errorlog_format`; an empty second word is none. */
const errorLogFormat: Handler = (reading, first, second) => {
  const fault = (format: string, main: boolean) => errorFormatFault(format, main, reading.state.unknownModule, reading.directive.source.encoding)
  if (!second) return refusal(reading, fault(first, true), 0)
  return errorLogKind(reading, first) ?? refusal(reading, fault(second, false), 1)
}

const errorLogKind = oneOf(['connection', 'request'], 'ErrorLogFormat type must be one of request, connection')

/** `modules/loggers/mod_log_config.c`, `server/core.c` */
export const logHandlers: Handlers = { logformat: logFormat, customlog: customLog, globallog: customLog, errorlogformat: errorLogFormat }
