import { patternFault } from './patterns.ts'
import { type Handler, type Handlers, same, wordFix } from './reading.ts'

/** When a hook runs (`mod_lua.c: register_translate_name_hook` and its like). */
const hook: Handler = (reading, _, __, when) =>
  when === undefined || /^(early|late)$/i.test(when)
    ? undefined
    : { server: "Third argument must be 'early' or 'late'", ...wordFix(reading, when, ['early', 'late'], 2) }

const quoted = (words: readonly string[]): string =>
  `${words
    .slice(0, -1)
    .map((word) => `'${word}'`)
    .join(', ')}, and '${words.at(-1)}'`

const type =
  (words: readonly string[]): Handler =>
  (reading, value) =>
    words.some((word) => same(word, value))
      ? undefined
      : { server: `${reading.entry.name} type of '${value}' not recognized, valid options are ${quoted(words)}`, ...wordFix(reading, value, words) }

const scopes = ['once', 'request', 'conn', 'thread', 'server']

/** mod_lua */
export const luaHandlers: Handlers = {
  luahooktranslatename: hook,
  luahookaccesschecker: hook,
  luahookauthchecker: hook,
  luahookinsertfilter: () => ({
    server: 'LuaHookInsertFilter not yet implemented',
    at: 'name',
    words: 'Apache does not have LuaHookInsertFilter yet: remove it.',
  }),
  luascope: (reading, value) =>
    scopes.includes(value)
      ? undefined
      : {
          server: `Invalid value for LuaScope, '${value}', acceptable values are: ${scopes.map((scope) => `'${scope}'`).join(', ')}`,
          ...wordFix(reading, value, scopes, 0),
        },
  luacodecache: type(['never', 'stat', 'forever']),
  luainherit: type(['none', 'parent-first', 'parent-last']),
  luamaphandler: (_, pattern) => {
    const fault = patternFault(pattern, 0)
    return fault && { server: 'Invalid regex pattern!', ...fault }
  },
}
