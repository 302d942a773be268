import { parseNumber, parseTimeout } from './c-numbers.ts'
import { badValue, intWhere } from './numbers.ts'
import { type Handler, type Handlers, oneOf, same, wordFix } from './reading.ts'

const onOff = oneOf(['On', 'Off'], 'value must be On or Off')
const above0 = intWhere((value) => value >= 1, 'value must be > 0', 'at least 1')
const kilobyte = intWhere((value) => value >= 1024, 'value must be >= 1024', 'at least 1024')
const notNegative = intWhere((value) => value >= 0, 'value must be 0 or larger', '0 or more')

const time =
  (server: string): Handler =>
  ({ entry }, value) =>
    parseTimeout(value, 's') === undefined ? badValue(server, entry.name, value, 'a time, as 10 or 500ms') : undefined

/** `h2_config.c: h2_conf_add_push_priority` */
const pushPriority: Handler = (reading, type, second, third) => {
  if (type === '') return "1st argument must be a mime-type, like 'text/css' or '*'"
  const weightOnly = third === undefined && /^\d/.test(second)
  const dependency = weightOnly ? 'after' : second
  const weight = weightOnly ? second : third
  if (!/^(after|before|interleaved)$/i.test(dependency))
    return { server: "dependency must be one of 'After', 'Before' or 'Interleaved'", ...wordFix(reading, dependency, ['After', 'Before', 'Interleaved'], 1) }
  if (weight === undefined) return undefined
  if (same(dependency, 'before'))
    return { server: "dependency 'Before' does not allow a weight", at: 2, words: `"${dependency}" takes no weight: leave out "${weight}".` }
  return parseNumber(weight).value < 1
    ? { server: 'weight must be a number >= 1', at: weightOnly ? 1 : 2, words: `"${weight}" is no weight: it is at least 1.` }
    : undefined
}

/** `h2_config.c: h2_conf_add_push_res` */
const pushResource: Handler = (_, first, second, third) => {
  const adds = same(first, 'add')
  if (!adds && third !== undefined) return { server: 'too many parameter', at: 2, words: `"${third}" is one argument too many.` }
  const last = adds ? third : second
  return last === undefined || same(last, 'critical')
    ? undefined
    : { server: 'unknown last parameter', at: adds ? 2 : 1, words: `Behind the URL can only stand "critical", not "${last}".` }
}

/** `h2_config.c: h2_conf_set_push_diary_size` */
const pushDiarySize: Handler = ({ entry }, value) => {
  const size = parseNumber(value).value
  if (size < 0) return badValue('value must be >= 0', entry.name, value, '0 or more')
  if (size > 0 && !Number.isInteger(Math.log2(size))) return badValue('value must a power of 2', entry.name, value, 'a power of two')
  // The message names twice what is possible.
  return size > 32768 ? badValue('value must <= 65536', entry.name, value, '32768 at most') : undefined
}

/** `h2_config.c: h2_conf_set_padding` */
const padding: Handler = ({ entry }, value) => {
  const bits = parseNumber(value).value
  return bits < 0 || bits > 8 ? badValue(`number of bits must be ${bits < 0 ? '>= 0' : '<= 8'}`, entry.name, value, 'from 0 to 8') : undefined
}

/** mod_http2 */
export const http2Handlers: Handlers = {
  h2maxsessionstreams: above0,
  h2minworkers: above0,
  h2maxworkers: above0,
  h2windowsize: kilobyte,
  h2streammaxmemsize: kilobyte,
  h2maxdataframelen: notNegative,
  h2maxheaderblocklen: notNegative,
  h2maxstreamerrors: notNegative,
  h2maxworkeridleseconds: time('Invalid idle limit value'),
  h2streamtimeout: time('Invalid timeout value'),
  h2direct: onOff,
  h2push: onOff,
  h2websockets: onOff,
  h2moderntlsonly: onOff,
  h2upgrade: onOff,
  h2copyfiles: onOff,
  h2earlyhints: onOff,
  h2outputbuffering: onOff,
  h2proxyrequests: onOff,
  h2pushpriority: pushPriority,
  h2pushresource: pushResource,
  h2pushdiarysize: pushDiarySize,
  h2padding: padding,
  h2earlyhint: (_, __, value) =>
    /\S/.test(value) ? undefined : { server: 'Early Hint header value must not be empty/only space', at: 1, words: 'The header of H2EarlyHint has no value.' },
  h2sessionextrafiles: (reading) =>
    reading.warn('H2SessionExtraFiles is obsolete and will be ignored', { at: 'name', words: 'H2SessionExtraFiles does nothing any more: remove it.' }),
  h2serializeheaders: (reading, value) =>
    same(value, 'on')
      ? reading.warn('H2SerializeHeaders: this feature has been disabled and the directive to enable it is ignored.', {
          words: 'H2SerializeHeaders does nothing any more: remove it.',
        })
      : undefined,
}
