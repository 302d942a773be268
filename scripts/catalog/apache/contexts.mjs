// What a handler refuses through `ap_check_cmd_context` before it does anything else (`server/core.c`).
import { bracedText } from '../nginx/c-text.mjs'

/** @typedef {import('./c-tables.mjs').Prepared} Prepared */

/** The bits of http_config.h; `files` stands for NOT_IN_FILES, which is about `<Files>` and about `<If>`. */
const flags = new Map([
  ['NOT_IN_VIRTUALHOST', ['virtualhost']],
  ['NOT_IN_LIMIT', ['limit']],
  ['NOT_IN_DIRECTORY', ['directory']],
  ['NOT_IN_LOCATION', ['location']],
  ['NOT_IN_FILES', ['files']],
  ['NOT_IN_HTACCESS', ['htaccess']],
  ['NOT_IN_PROXY', ['proxy']],
  ['NOT_IN_DIR_LOC_FILE', ['directory', 'location', 'files']],
  ['NOT_IN_DIR_CONTEXT', ['limit', 'directory', 'location', 'files', 'proxy']],
  ['GLOBAL_ONLY', ['virtualhost', 'limit', 'directory', 'location', 'files', 'proxy']],
])
const flagOrder = ['virtualhost', 'limit', 'directory', 'location', 'files', 'htaccess', 'proxy']

/**
 * Makes the question: what does the handler `name`, used by a table in `path`, refuse first? `undefined` where it checks nothing, `'unclear'` where it
 * checks, but not as its first act or not always.
 * @param {Prepared[]} files @returns {(name: string, path: string) => string[] | 'unclear' | undefined}
 */
export function refusals(files) {
  const cache = new Map()
  const bodyOf = (/** @type {string} */ name, /** @type {string} */ path) => {
    const own = files.find((file) => file.path === path)
    for (const file of own ? [own, ...files.filter((other) => other !== own && /\.(?:c|cc|cpp)$/.test(other.path))] : files) {
      for (const text of file.branches) {
        if (!text.includes(name)) continue
        const body = functionBody(text, name)
        if (body !== undefined) return { body, path: file.path }
      }
    }
    return undefined
  }
  const ask = (/** @type {string} */ name, /** @type {string} */ path, depth = 0) => {
    const key = `${name}\0${path}`
    if (cache.has(key)) return cache.get(key)
    const found = name && depth < 4 ? bodyOf(name, path) : undefined
    const answer = found && firstRefusal(found.body, (other) => ask(other, found.path, depth + 1))
    cache.set(key, answer)
    return answer
  }
  return ask
}

/** @param {string} whole @param {(name: string) => string[] | 'unclear' | undefined} ask @returns {string[] | 'unclear' | undefined} */
function firstRefusal(whole, ask) {
  // A check whose answer only makes a warning (AllowOverride).
  const body = whole.replace(/if\s*\(\s*ap_check_cmd_context\s*\([^;{}]*\)\s*\)\s*\{(?:(?!return)[^{}])*\}/g, '')
  const checks = body.includes('ap_check_cmd_context')
  for (const call of body.matchAll(/\b(\w+)\s*\(\s*(?:cmd|parms|cparms|params|parm)\s*,\s*([^;]*?)\)/g)) {
    const before = body.slice(0, call.index)
    const opening = /(?:^|[;{}])\s*(?:if\s*\(\s*\(?\s*(\w+)\s*=|return|(?:const\s+char\s*\*\s*)?(\w+)\s*=)\s*$/.exec(before)
    if (!opening || /\b(?:return|if|for|while|switch|do|goto)\b/.test(before.slice(0, opening.index))) break
    const name = call[1] ?? ''
    const variable = opening[1] ?? opening[2]
    if (variable !== undefined) {
      const rest = body.slice(call.index + call[0].length)
      const next = /\breturn\b\s*([^;]*);/.exec(rest)
      if (next?.[1]?.trim() !== variable) continue
    }
    const answer = name === 'ap_check_cmd_context' ? read(call[2] ?? '') : ask(name)
    if (answer !== undefined) return answer
    if (variable === undefined) break
  }
  return checks ? 'unclear' : undefined
}

/** The body of the function `name`, whose type may stand right before it (`AP_DECLARE(const char *)ap_set_mutex(…)`). @param {string} text @param {string} name */
function functionBody(text, name) {
  const match = new RegExp(`(?:^|[\\s*)])${name}\\s*\\([^;{)]*\\)\\s*\\{`).exec(text)
  return match ? bracedText(text, match.index + match[0].length - 1) : undefined
}

/** @param {string} text @returns {string[] | 'unclear'} */
function read(text) {
  const words = text.match(/\w+/g) ?? []
  const set = words.flatMap((word) => flags.get(word) ?? ['?'])
  return set.includes('?') ? 'unclear' : flagOrder.filter((flag) => set.includes(flag))
}
