import { parseNumber } from './c-numbers.ts'
import { unknownWord } from './core.ts'
import { nearestWord } from './corrections.ts'
import { expressionFault } from './expressions.ts'
import { patternFault } from './patterns.ts'
import { atoi, type Handler, type Handlers, oneOf, type Reading, type Refusal, type Said } from './reading.ts'
import { serverOf } from './section.ts'
import { wordsOf } from './sections.ts'

/** A number within bounds, as `atoi` reads it. */
const within =
  (least: number, most: number, server: string): Handler =>
  ({ entry }, value) => {
    const number = atoi(value)
    if (number >= least && number <= most) return undefined
    const range = most === Number.POSITIVE_INFINITY ? `a number from ${least} on` : `a number from ${least} to ${most}`
    return { server, words: `${entry.name} takes ${range}, not "${value}".` }
  }

const positive = (server: string): Handler => within(1, Number.POSITIVE_INFINITY, server)

/** A size with nothing behind it (`apr_strtoff`). */
const size =
  (server: string, least: number, overflow = server, rest = true): Handler =>
  ({ entry }, value) => {
    const number = parseNumber(value)
    const words = `${entry.name} takes a number of bytes, not "${value}".`
    if (number.overflow) return { server: overflow, words }
    return number.value < least || (rest && number.rest !== '') ? { server, words } : undefined
  }

/** `mod_deflate.c: deflate_set_note`, `mod_brotli.c: set_filter_note` */
const note =
  (message: (word: string) => string): Handler =>
  (reading, first, second) =>
    !second || /^(ratio|input|output)$/i.test(first) ? undefined : unknownWord(reading, 0, first, ['Ratio', 'Input', 'Output'], message(first))

/** `mod_substitute.c: set_pattern` */
const substitute: Handler = (reading, line): Said => {
  const words = `"${line}" is no substitution: write s/PATTERN/TEXT/, with any sign in place of "/".`
  if (!/^s/i.test(line)) return { server: 'Bad Substitute format, must be an s/// pattern', words }
  const delimiter = line.charAt(1)
  const first = delimiter === '' ? -1 : line.indexOf(delimiter, 2)
  if (first <= 2) return { server: 'Bad Substitute format, must be a complete s/// pattern', words }
  const second = line.indexOf(delimiter, first + 1)
  const flags = second < 0 ? '' : line.slice(second + 1)
  if (!/^[infq]*$/i.test(flags))
    return {
      server: 'Bad Substitute flag, only s///[infq] are supported',
      words: `"${flags}" is no list of flags: i, n, f and q are all there are. A "${delimiter}" in the pattern or text needs another sign around them.`,
    }
  if (/n/i.test(flags)) return undefined
  const fault = patternFault(line.slice(2, first), reading.at)
  return fault && { server: 'Substitute could not compile regex', ...fault }
}

/** `mod_substitute.c: set_max_line_length` */
const substituteMaxLineLength: Handler = (_, value) => {
  const { value: number, rest, overflow } = parseNumber(value)
  return !overflow && number >= 0 && /^[bkmg]?$/i.test(rest)
    ? undefined
    : {
        server: "SubstituteMaxLineLength must be a non-negative integer optionally suffixed with 'b', 'k', 'm' or 'g'.",
        words: `SubstituteMaxLineLength takes a number with b, k, m or g behind it, not "${value}".`,
      }
}

/** The output filters of the modules that come with Apache (`ap_register_output_filter`), which compares names without their case. */
const filterNames = `BROTLI_COMPRESS BUFFER BYTERANGE CACHE CACHE_INVALIDATE CACHE_OUT CACHE_OUT_SUBREQ CACHE_REMOVE_URL CACHE_SAVE CACHE_SAVE_SUBREQ CHUNK
  CONTENT_LENGTH CORE DATA DEFLATE DUMPIO_OUT FIXUP_HEADERS_ERR FIXUP_HEADERS_OUT HTTP_HEADER HTTP_OUTERROR INCLUDES INFLATE LOGIO_TTFB_OUT MOD_EXPIRES
  MOD_SESSION_OUT OLD_WRITE SUBREQ_CORE RATE_LIMIT REQTIMEOUT SED SUBSTITUTE XLATEOUT proxy-html xml2enc BUCKETEER CASEFILTER`.split(/\s+/)

const knownFilters: ReadonlySet<string> = new Set(filterNames.map((name) => name.toLowerCase()))
export const usualFilters = ['BROTLI_COMPRESS', 'BUFFER', 'DEFLATE', 'INCLUDES', 'INFLATE', 'RATE_LIMIT', 'SED', 'SUBSTITUTE', 'proxy-html', 'xml2enc']

/** `mod_filter.c: add_filter`: a provider is a filter that some module has by now. Modules that nobody knows may have any, unless it is a slip. */
function unknownFilter(reading: Reading, name: string, at: number): Refusal | undefined {
  const { state } = reading
  const lower = name.toLowerCase()
  if (knownFilters.has(lower) || /^(h2_|proxy_|mod_|php|lua)/.test(lower) || state.unknownModule || isDefined(reading, lower)) return undefined
  const meant = nearestWord(name, usualFilters)
  if (meant === undefined && (state.configuration.open || !state.configuration.whole)) return undefined
  const told = unknownWord(reading, at, name, usualFilters, `Unknown filter provider ${name}`)
  return {
    ...told,
    at,
    words: `There is no filter "${name}"${meant ? `; did you mean "${meant}"?` : ': no module has it, and no ExtFilterDefine before this line.'}`,
  }
}

const isDefined = ({ state }: Reading, name: string): boolean =>
  state.configuration.all.some(
    (each) =>
      (each.name === 'extfilterdefine' || each.name === 'luaoutputfilter') && (each.args[0]?.known !== true || each.args[0].value.toLowerCase() === name),
  )

/** `mod_filter.c: filter_bytype` */
const addOutputFilterByType: Handler = (reading, ...words) => {
  const [names = ''] = words
  if (words.length < 2)
    return {
      server: 'AddOutputFilterByType requires at least two arguments',
      rule: 'apache/argument-count',
      at: 'name',
      words: 'AddOutputFilterByType takes filters and the MIME types that they are for.',
    }
  for (const name of names.split(';')) {
    const fault = name === '' ? undefined : unknownFilter(reading, name, 0)
    if (fault) return fault
  }
  return undefined
}

/** `mod_filter.c: filter_provider` */
const filterProvider: Handler = (reading, _name, provider, expression) => {
  const fault = unknownFilter(reading, provider, 1)
  if (fault || !knownFilters.has(provider.toLowerCase())) return fault
  return expressionFault(reading, expression, 2, 'Error parsing FilterProvider expression:')
}

/** `mod_filter.c: filter_protocol`, `filter_debug`: the filter is one that stands before in the same section. */
const smartFilter =
  (server: (name: string) => string): Handler =>
  (reading, name) => {
    const { state, section } = reading
    const { configuration } = state
    const complete = section.path && !section.open ? !configuration.unread : configuration.whole && !configuration.open
    if (!complete || name.startsWith('BYTYPE:') || declaresFilter(reading, name)) return undefined
    return { server: server(name), at: 0, words: `There is no smart filter "${name}": no FilterDeclare or FilterProvider names it.` }
  }

const declaresFilter = ({ state }: Reading, name: string): boolean =>
  state.configuration.all.some(
    (each) => (each.name === 'filterdeclare' || each.name === 'filterprovider') && (each.args[0]?.known !== true || each.args[0].value === name),
  )

/** `mod_reqtimeout.c: set_reqtimeouts` */
const requestReadTimeout: Handler = (_, text) => {
  for (const [at, word] of wordsOf(text).entries()) {
    const equals = word.indexOf('=')
    if (equals < 0)
      return {
        server: "Invalid RequestReadTimeout parameter. Parameter must be in the form 'key=value'",
        at,
        words: `"${word}" is no key=value: write for example header=20-40,MinRate=500.`,
      }
    const [key, value] = [word.slice(0, equals), word.slice(equals + 1)]
    const fault = stageFault(key, value)
    if (fault)
      return { server: `RequestReadTimeout: ${key}=${value}: ${fault}`, at, words: `${key}=${value}: ${fault.charAt(0).toLowerCase()}${fault.slice(1)}.` }
  }
  return undefined
}

/** `mod_reqtimeout.c: set_reqtimeout_param` */
function stageFault(key: string, value: string): string | undefined {
  if (!/^(handshake|header|body)$/i.test(key)) return 'Unknown RequestReadTimeout parameter'
  const rateAt = value.toLowerCase().indexOf(',minrate=')
  if (rateAt < 0) return value.includes('-') ? 'Must set MinRate option if using timeout range' : integerFault(value)
  const rate = value.slice(rateAt + ',minrate='.length)
  const rateFault = integerFault(rate)
  if (rateFault) return rateFault
  if (atoi(rate) === 0) return 'Minimum data rate must be larger than 0'
  const range = value.slice(0, rateAt)
  const dash = range.indexOf('-')
  const most = dash < 0 ? undefined : range.slice(dash + 1)
  const first = dash < 0 ? range : range.slice(0, dash)
  const fault = (most === undefined ? undefined : integerFault(most)) ?? integerFault(first)
  if (fault) return fault
  const least = atoi(first)
  const maximum = most === undefined ? 0 : atoi(most)
  return maximum !== 0 && least >= maximum ? 'Maximum timeout must be larger than initial timeout' : undefined
}

/** `mod_reqtimeout.c: parse_int` */
function integerFault(text: string): string | undefined {
  const { value, rest } = parseNumber(text)
  if (rest === text) return `Value '${text}' not numerical`
  if (rest !== '') return `Cannot parse '${rest}'`
  return value < 0 ? 'Value must be non-negative' : undefined
}

/** `mod_ext_filter.c: define_filter` */
const extFilterDefine: Handler = (reading, text) => {
  const name = /^\S*/.exec(text)?.[0] ?? ''
  const { set } = serverOf(reading.section)
  const key = `extfilterdefine ${name.toLowerCase()}`
  const earlier = set.get(key)
  if (earlier && reading.directive.presence === 'present')
    return { server: `ExtFilter ${name} is already defined`, rule: 'apache/conflict', at: 0, words: `The filter ${name} is defined a second time.` }
  if (reading.directive.presence === 'present') set.set(key, reading.directive)
  let rest = text.slice(name.length).trimStart()
  while (rest !== '') {
    const word = /^\S*/.exec(rest)?.[0] ?? ''
    if (/^preservescontentlength/i.test(rest)) {
      if (!/^preservescontentlength$/i.test(word)) return extFault(reading, text, rest, `mangled argument \`${word}'`)
    } else if (/^mode=/i.test(rest)) {
      if (!/^(input|output)$/i.test(word.slice(5))) return extFault(reading, text, rest, `Invalid mode: \`${word.slice(5)}'`)
    } else if (/^cmd="/i.test(rest)) {
      const quoted = /^cmd="(?:[^"\\]|\\.)*"/is.exec(rest)?.[0]
      if (quoted === undefined) return extFault(reading, text, rest, 'Expected cmd= delimiter')
      rest = rest.slice(quoted.length).trimStart()
      continue
    } else if (!/^(ftype|enableenv|disableenv|intype|outtype|cmd)=/i.test(rest)) return extFault(reading, text, rest, `Unexpected parameter: \`${rest}'`)
    rest = rest.slice(word.length).trimStart()
  }
  return undefined
}

function extFault({ entry }: Reading, text: string, rest: string, server: string): Refusal {
  const at = wordsOf(text.slice(0, text.length - rest.length)).length
  return {
    server,
    at,
    words: `${entry.name} does not take "${rest}": it takes cmd="…", mode=, intype=, outtype=, ftype=, enableenv=, disableenv= and PreservesContentLength.`,
  }
}

/** `mod_proxy_html.c: set_urlmap`, `comp_urlmap`: what it makes of a variable's name alone is no expression. */
const proxyHtmlUrlMap: Handler = (reading, text) => {
  const [, , flags = '', condition = ''] = wordsOf(text)
  if (flags === '' || condition === '') return undefined
  if (!/^!?\w+(=.+)?$/.test(condition)) return expressionFault(reading, condition, 3, '')
  if (condition.includes('=')) return undefined
  const variable = condition.replace('!', '')
  return {
    server: `syntax error, unexpected ${condition.startsWith('!') ? 'T_OP_NOT' : 'T_STR_BEGIN'}`,
    at: 3,
    words: `The name of a variable alone is a condition that Apache cannot read: write "${condition.startsWith('!') ? '!' : ''}reqenv('${variable}')" or ${variable}=VALUE.`,
  }
}

const optionOf =
  (words: readonly string[], message: string): Handler =>
  (reading, value) =>
    words.some((each) => each.toLowerCase() === value.toLowerCase()) ? undefined : unknownWord(reading, reading.at, value, words, `${message}${value}`)

/** The modules of `modules/filters`. */
export const filterHandlers: Handlers = {
  deflatefilternote: note((word) => `Unknown note type ${word}`),
  deflatewindowsize: within(1, 15, 'DeflateWindowSize must be between 1 and 15'),
  deflatebuffersize: positive('DeflateBufferSize should be positive'),
  deflatememlevel: within(1, 9, 'DeflateMemLevel must be between 1 and 9'),
  deflatecompressionlevel: within(1, 9, 'Compression Level must be between 1 and 9'),
  deflateinflatelimitrequestbody: size('DeflateInflateLimitRequestBody requires a non-negative integer.', 0, 'DeflateInflateLimitRequestBody is not parsable.'),
  deflateinflateratiolimit: positive('DeflateInflateRatioLimit must be positive'),
  deflateinflateratioburst: positive('DeflateInflateRatioBurst must be positive'),
  deflatealteretag: oneOf(['NoChange', 'AddSuffix', 'Remove'], "DeflateAlterETAG accepts only 'NoChange', 'AddSuffix', and 'Remove'"),
  brotlifilternote: note((word) => `Unknown BrotliFilterNote type '${word}'`),
  brotlicompressionquality: within(0, 11, 'BrotliCompressionQuality must be between 0 and 11'),
  brotlicompressionwindow: within(10, 24, 'BrotliCompressionWindow must be between 10 and 24'),
  brotlicompressionmaxinputblock: within(16, 24, 'BrotliCompressionMaxInputBlock must be between 16 and 24'),
  brotlialteretag: oneOf(['AddSuffix', 'NoChange', 'Remove'], "BrotliAlterETag accepts only 'AddSuffix', 'NoChange' and 'Remove'"),
  substitute,
  substitutemaxlinelength: substituteMaxLineLength,
  addoutputfilterbytype: addOutputFilterByType,
  filterprovider: filterProvider,
  filterprotocol: smartFilter(() => 'FilterProtocol: No such filter'),
  filtertrace: smartFilter((name) => `Undeclared smart filter ${name}`),
  requestreadtimeout: requestReadTimeout,
  extfilterdefine: extFilterDefine,
  extfilteroptions: optionOf(['LogStderr', 'NoLogStderr', 'Onfail=remove', 'Onfail=abort'], 'Invalid ExtFilterOptions option: '),
  charsetoptions: optionOf(['ImplicitAdd', 'NoImplicitAdd', 'TranslateAllMimeTypes', 'NoTranslateAllMimeTypes'], 'Invalid CharsetOptions option: '),
  buffersize: size('BufferSize must be a size in bytes, and greater than zero', 1, undefined, false),
  keptbodysize: size('KeptBodySize must be a valid size in bytes, or zero.', 0),
  proxyhtmlurlmap: proxyHtmlUrlMap,
}
