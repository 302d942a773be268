import type { Detail, Handler, Handlers, Reading, Said } from './reading.ts'
import { wordsOf } from './sections.ts'

type CodeFault = Detail & { server: string; words: string }

const example = 'write for example "access plus 1 month", or A2592000'

/** `mod_expires.c: check_code` */
function expiresFault(code: string): CodeFault | undefined {
  if (/^[AM]/.test(code)) return undefined
  const [base = '', ...others] = wordsOf(code)
  if (!/^[nam]/i.test(base))
    return {
      server: `bad expires code, unrecognised <base> '${base}'`,
      words: `An expiry begins with access, now or modification, not "${base}": ${example}. It is one word, in quotes.`,
    }
  return durationFault(/^p/i.test(others[0] ?? '') ? others.slice(1) : others, expiresWords)
}

interface DurationWords {
  number(word: string): string
  readonly missing: string
  type(word: string): string
}

const expiresWords: DurationWords = {
  number: (word) => `bad expires code, numeric value expected <num> '${word}'`,
  missing: 'bad expires code, missing <type>',
  type: (word) => `bad expires code, unrecognised <type>'${word}'`,
}

/** Numbers and units, up to the first empty word. */
function durationFault(words: readonly string[], messages: DurationWords): CodeFault | undefined {
  for (let i = 0; i < words.length && words[i] !== ''; i += 2) {
    const number = words[i] ?? ''
    if (!/^\d/.test(number)) return { server: messages.number(number), words: `"${number}" stands where a number is expected: ${example}.` }
    const unit = words[i + 1] ?? ''
    if (unit === '') return { server: messages.missing, words: `Behind ${number} the unit is missing: years, months, weeks, days, hours, minutes or seconds.` }
    if (!/^([ywdhs]|mo|mi)/i.test(unit))
      return { server: messages.type(unit), words: `"${unit}" is no unit: it takes years, months, weeks, days, hours, minutes and seconds.` }
  }
  return undefined
}

/** `mod_expires.c: set_expiresbytype` */
const expiresByType: Handler = (_, type, code) => {
  if (!type.includes('/'))
    return { server: 'Invalid mimetype: should contain a slash', at: 0, words: `"${type}" is no MIME type: those have a slash, as "text/css".` }
  const fault = expiresFault(code)
  return fault && { ...fault, server: `'ExpiresByType ${type} ${code}': ${fault.server}`, at: 1 }
}

/** `mod_expires.c: set_expiresdefault` */
const expiresDefault: Handler = (_, code) => {
  const fault = expiresFault(code)
  return fault && { ...fault, server: `'ExpiresDefault ${code}': ${fault.server}` }
}

const cookieWords: DurationWords = {
  number: () => 'bad expires code, numeric value expected.',
  missing: 'bad expires code, missing <type>',
  type: () => 'bad expires code, unrecognized type',
}

/** `mod_usertrack.c: set_cookie_exp` */
const cookieExpires: Handler = (_: Reading, code): Said => {
  if (/^\d(.*\d)?$/s.test(code)) return undefined
  const words = wordsOf(code)
  return durationFault(/^p/i.test(words[0] ?? '') ? words.slice(1) : words, cookieWords)
}

/** `modules/metadata/mod_expires.c`, and what mod_usertrack takes in the same form. */
export const expiresHandlers: Handlers = { expiresbytype: expiresByType, expiresdefault: expiresDefault, cookieexpires: cookieExpires }
