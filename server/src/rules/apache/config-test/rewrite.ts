import { conditionPattern } from '../../../site/apache/rewrite-condition.ts'
import { splitWords } from '../../../syntax/apache/words.ts'
import type { FindingFix } from '../../rule.ts'
import { replaceWord, unknownWord } from './core.ts'
import { nearestWord } from './corrections.ts'
import { lineOfEnd } from './directive-reading.ts'
import { expressionFault } from './expressions.ts'
import { patternFault } from './patterns.ts'
import { atoi, type Handler, type Handlers, type Reading, type Refusal, type Said } from './reading.ts'
import { parseArgumentLine, type RewriteWord } from './rewrite-words.ts'
import { wordsOf } from './sections.ts'
import { knownStatuses } from './status-codes.ts'

const rule = 'apache/invalid-rewrite' as const

/** `mod_rewrite.c: cmd_rewriterule` */
const rewriteRule: Handler = (reading, text) => {
  const line = parseArgumentLine(text)
  if (!line) return badLine(reading, text, 'a pattern and a substitution')
  const { first, third } = line
  const flagFault = third && parseFlags(reading, text, third, ruleFlag)
  if (flagFault) return flagFault
  const pattern = first.value.startsWith('!') ? first.value.slice(1) : first.value
  return badPattern(reading, text, first, pattern)
}

/** `mod_rewrite.c: cmd_rewritecond` */
const rewriteCond: Handler = (reading, text) => {
  const line = parseArgumentLine(text)
  if (!line) return badLine(reading, text, 'a test string and a pattern')
  const { second, third } = line
  const flags = new Set<string>()
  const flagFault = third && parseFlags(reading, text, third, (key) => condFlag(key, flags))
  if (flagFault) return flagFault
  const { kind, pattern } = conditionPattern(line.first.value, second.value)
  if (kind !== 'regex' && kind !== 'text' && flags.has('nc')) {
    reading.warn(
      `RewriteCond: NoCase option for non-regex pattern '${pattern}' is not supported and will be ignored. (${reading.directive.source.path}:${lineOfEnd(reading.directive)})`,
      { at: argumentAt(text, third?.start ?? 0), words: 'The flag NC has no effect here: this condition compares no text.' },
    )
  }
  if (kind === 'regex') return badPattern(reading, text, second, pattern)
  if (kind !== 'expression') return undefined
  return expressionFault(reading, pattern, argumentAt(text, second.start), `RewriteCond: cannot compile expression "${pattern}" `)
}

function badLine(reading: Reading, text: string, takes: string): Refusal {
  const { name } = reading.entry
  const server = `${name}: bad argument line '${text}'`
  const quote = /^["']/.test(text)
  return {
    server,
    rule,
    at: 'name',
    words: quote
      ? `The quote at the beginning is never closed: ${name} takes ${takes}.`
      : `${name} takes ${takes}, and flags in brackets where wanted; here is ${text === '' ? 'nothing' : `only "${text}"`}.`,
  }
}

function badPattern(reading: Reading, text: string, word: RewriteWord, pattern: string): Said {
  const at = argumentAt(text, word.start)
  const fault = patternFault(pattern, at)
  return fault && { server: `${reading.entry.name}: cannot compile regular expression '${pattern}'`, ...fault, rule }
}

/** Which of the directive's words stands at an offset of its text. */
function argumentAt(text: string, offset: number): number {
  const words = splitWords(text, 0)
  let at = 0
  for (const [i, word] of words.entries()) if (word.start <= offset) at = i
  return at
}

/** Goes through flags in brackets (`mod_rewrite.c: cmd_parseflagfield`); `take` returns what is wrong with one of them. */
function parseFlags(reading: Reading, text: string, word: RewriteWord, take: (key: string, value: string) => string | undefined): Refusal | undefined {
  const { name } = reading.entry
  const at = argumentAt(text, word.start)
  const { value: field } = word
  if (!field.startsWith('[') || !field.endsWith(']') || field.length < 2) return badDelimiters(reading, text, word, at)
  let rest = `${field.slice(1, -1)},`
  for (;;) {
    const spaces = rest.length - rest.trimStart().length
    rest = rest.slice(spaces)
    const comma = rest.indexOf(',')
    if (comma < 0) return undefined
    // Between a space and a comma Apache cuts before the flag instead of behind it, and takes all that is left for its name.
    const flag = comma === 0 && spaces > 0 ? rest : rest.slice(0, comma).trimEnd()
    rest = rest.slice(comma + 1)
    const equals = flag.indexOf('=')
    const key = equals < 0 ? flag : flag.slice(0, equals)
    const server = take(key, equals < 0 ? '' : flag.slice(equals + 1))
    if (server !== undefined) return { server: `${name}: ${server}`, rule, at, ...flagWords(reading, at, key, server) }
  }
}

function badDelimiters(reading: Reading, text: string, word: RewriteWord, at: number): Refusal {
  const { name } = reading.entry
  const server = `${name}: bad flag delimiters`
  const { directive } = reading
  const from = directive.args[at]
  const tail = text.slice(word.start)
  if (word.value.startsWith('#')) return { ...unknownWord(reading, at, word.value, [], server), rule }
  const apart = /^\[[^[\]"'\n]*\](?=\s|$)/.exec(tail)?.[0]
  const to = apart === undefined ? undefined : directive.args[at + splitWords(apart, 0).length - 1]
  if (apart !== undefined && from && to) {
    // A space inside of a value is meant; beside commas and brackets it is not.
    const written = /[^,[\s]\s+[^,\]\s]/.test(apart) ? `"${apart}"` : apart.replace(/\s+/g, '')
    return {
      server,
      rule,
      at,
      words: `The flags are one word: "${apart}" ends at its first space. Write ${written}.`,
      fixes: [{ title: `Write ${written}`, safe: true, edits: [{ path: directive.source.path, start: from.start, end: to.end, newText: written }] }],
    }
  }
  if (/^[\w=,|:.!-]+$/.test(word.value) && areFlags(word.value, name)) {
    return { server, rule, at, words: `Flags stand in brackets: "[${word.value}]".`, fixes: [replaceWord(reading, at, `[${word.value}]`)] }
  }
  const half = word.value.startsWith('[') ? 'never closes its bracket' : 'stands where the flags are expected, in brackets'
  return { server, rule, at, words: `"${word.value}" ${half}. A pattern or substitution with spaces needs quotes.`, fixes: quoteSubstitution(reading, at) }
}

/** The words from the second to the flags, which are the last, are one that was left without quotes. */
function quoteSubstitution({ directive }: Reading, at: number): FindingFix[] {
  const { args, source } = directive
  const [first, flags] = [args[1], args.at(-1)]
  const last = flags && /^\[[^[\]]+\]$/.test(flags.value) ? args.at(-2) : undefined
  if (at !== 2 || !first || !last || last === first || args.some((argument) => argument.quote !== undefined || !argument.known)) return []
  const text = source.text.slice(first.start, last.end)
  if (/["\\\n]/.test(text)) return []
  return [{ title: `Write "${text}"`, safe: false, edits: [{ path: source.path, start: first.start, end: last.end, newText: `"${text}"` }] }]
}

/** Whether a word reads as flags without their brackets. */
function areFlags(text: string, name: string): boolean {
  const take = name === 'RewriteCond' ? (key: string) => condFlag(key, new Set()) : ruleFlag
  return text.split(',').every((flag) => {
    const [key = '', value = ''] = flag.split('=')
    return key !== '' && key === key.toUpperCase() && take(key, value) === undefined
  })
}

function flagWords(reading: Reading, at: number, key: string, server: string): { words: string; fixes?: FindingFix[] } {
  const { name } = reading.entry
  if (!server.startsWith('unknown flag')) return { words: `${server.charAt(0).toUpperCase()}${server.slice(1)}.` }
  const argument = reading.directive.args[at]
  if (key === '') {
    const tidy = argument?.value.replace(/,+(?=[,\]])|(?<=\[),+/g, '')
    return {
      words: 'Between two commas, or beside a bracket, stands no flag.',
      fixes: argument && tidy && tidy !== '[]' && argument.quote === undefined ? [replaceWord(reading, at, tidy)] : [],
    }
  }
  const meant = key.length < 4 ? undefined : nearestWord(key, name === 'RewriteCond' ? condFlagNames : ruleFlagNames)
  const words = `${name} knows no flag "${key}"${meant ? `; did you mean "${meant}"?` : '.'}`
  if (!meant || !argument || argument.quote !== undefined) return { words }
  const flags = argument.value.slice(1, -1).split(',')
  const wrong = flags.findIndex((flag) => flag.split('=')[0] === key)
  if (wrong < 0) return { words }
  flags[wrong] = meant + (flags[wrong] ?? '').slice(key.length)
  return { words, fixes: [{ ...replaceWord(reading, at, `[${flags.join(',')}]`), safe: false }] }
}

/** `mod_rewrite.c: cmd_rewritecond_setflag` */
function condFlag(key: string, taken: Set<string>): string | undefined {
  const flag = key.toLowerCase()
  if (flag === 'nocase' || flag === 'nc') taken.add('nc')
  else if (!['ornext', 'or', 'novary', 'nv'].includes(flag)) return `unknown flag '${key}'`
  return undefined
}

export const condFlagNames = ['NC', 'nocase', 'OR', 'ornext', 'NV', 'novary']

export const ruleFlagNames =
  `B backrefescaping BNE BNP backrefnoplus BCTLS C chain CO cookie D DPI discardpath E env END F forbidden G gone H handler L last N next NE
  noescape NS nosubreq NC nocase P proxy PT passthrough QSA qsappend QSD qsdiscard QSL qslast R redirect S skip T type UnsafePrefixStat UnsafeAllow3F UNC`.split(
    /\s+/,
  )

const ruleFlags: ReadonlySet<string> = new Set(ruleFlagNames.map((name) => name.toLowerCase()))

/** `mod_rewrite.c: cmd_rewriterule_setflag`. A flag that begins with D is never refused, whatever follows. */
function ruleFlag(key: string, value: string): string | undefined {
  const flag = key.toLowerCase()
  if (!ruleFlags.has(flag) && !flag.startsWith('d')) return `unknown flag '${key}'`
  if (flag === 'bne' && value === '') return "flag 'BNE' wants a list of characters (i.e. [BNE=...])"
  if ((flag === 'r' || flag === 'redirect') && /^\d/.test(value) && !knownStatuses.has(atoi(value))) return `invalid HTTP response code '${value}' for flag 'R'`
  return undefined
}

export const rewriteOptionWords = [
  'Inherit',
  'InheritBefore',
  'InheritDown',
  'InheritDownBefore',
  'IgnoreInherit',
  'AllowNoSlash',
  'AllowAnyURI',
  'MergeBase',
  'IgnoreContextInfo',
  'LegacyPrefixDocRoot',
  'UnsafePrefixStat',
]

/** `mod_rewrite.c: cmd_rewriteoptions` */
const rewriteOptions: Handler = (reading, value) => {
  for (const word of wordsOf(value)) {
    if (/^maxredirects=/i.test(word)) {
      reading.warn('RewriteOptions: MaxRedirects option has been removed in favor of the global LimitInternalRecursion directive and will be ignored.', {
        words: 'MaxRedirects is gone and has no effect: LimitInternalRecursion does what it did.',
      })
    } else if (!rewriteOptionWords.some((each) => each.toLowerCase() === word.toLowerCase()))
      return { ...unknownWord(reading, reading.at, word, rewriteOptionWords, `RewriteOptions: unknown option '${word}'`), rule }
  }
  return undefined
}

/** `mod_rewrite.c: cmd_rewritebase` */
const rewriteBase: Handler = ({ section }, url) => {
  if (!section.path && !section.open)
    return {
      server: 'RewriteBase: only valid in per-directory config files',
      rule,
      at: 'name',
      words: 'RewriteBase belongs into a <Directory> or a .htaccess file: outside, rules see the whole path of the URL.',
    }
  if (url.startsWith('/')) return undefined
  return { server: 'RewriteBase: argument is not a valid URL', rule, words: `RewriteBase takes a path that begins with "/", not "${url}".` }
}

/** `mod_rewrite.c: cmd_rewritemap`; whether the files are there is not asked. */
const rewriteMap: Handler = (reading, _name, map) => {
  const kind = map.toLowerCase()
  if (kind.startsWith('dbm')) {
    const typed = map.charAt(3) === '=' && map.indexOf(':', 4) >= 0
    if (map.charAt(3) !== ':' && !typed)
      return { server: `RewriteMap: bad map:${map}`, rule, at: 1, words: `"${map}" is no map: write dbm:FILE, or dbm=TYPE:FILE.` }
    const type = typed ? map.slice(4, map.indexOf(':', 4)) : 'default'
    if (!/^(default|sdbm|gdbm|ndbm|db|lmdb)$/i.test(type)) return { server: `RewriteMap: dbm type ${type} is invalid`, rule, at: 1 }
  }
  if (kind.startsWith('int:') && !reading.state.unknownModule && !internalMaps.includes(map.slice(4)))
    return { ...unknownWord(reading, 1, map.slice(4), internalMaps, `RewriteMap: internal map not found:${map.slice(4)}`), rule }
  return undefined
}

export const internalMaps = ['tolower', 'toupper', 'escape', 'unescape']

/** `modules/mappers/mod_rewrite.c` */
export const rewriteHandlers: Handlers = {
  rewriterule: rewriteRule,
  rewritecond: rewriteCond,
  rewriteoptions: rewriteOptions,
  rewritebase: rewriteBase,
  rewritemap: rewriteMap,
}
