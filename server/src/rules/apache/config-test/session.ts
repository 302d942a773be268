import { nearestWord } from './corrections.ts'
import { isLoaded, loadIt } from './module-loaded.ts'
import { badValue, intWhere } from './numbers.ts'
import { type Handler, type Handlers, same, wordFix } from './reading.ts'

/** What a cookie's name may not have in it (`ap_cookie_check_string`, and an older check without `;`). */
const cookieName =
  (forbidden: RegExp, message: string, empty: string): Handler =>
  ({ entry }, text) => {
    const name = /^[ \t]*([^ \t]*)/.exec(text)?.[1] ?? ''
    if (name === '') return { server: `${entry.name} ${empty}`, at: 'name', words: `${entry.name} does not name a cookie.` }
    return forbidden.test(name)
      ? { server: `${entry.name} ${message}`, at: 0, words: `"${name}" is no name for a cookie: it must not have "=", ";" or "&" in it.` }
      : undefined
  }

const plainMessage = "cannot be empty, or contain '=' or '&'."

/** `mod_dav.c: dav_cmd_dav`; other modules bring providers of their own: only a slip of a known name is told. */
const davProvider: Handler = (reading, value) => {
  const words = ['On', 'Off', 'filesystem']
  if (same(value, 'off') || reading.state.unknownModule) return undefined
  if (same(value, 'on') || value === 'filesystem')
    return isLoaded(reading, 'dav_fs_module') === false ? { server: 'Unknown DAV provider: filesystem', words: loadIt(value, 'dav_fs_module') } : undefined
  const meant = nearestWord(value, words)
  return meant === undefined ? undefined : { server: `Unknown DAV provider: ${value}`, ...wordFix(reading, value, words) }
}

/** mod_session, mod_dav and mod_dbd. */
export const sessionHandlers: Handlers = {
  sessionexpiryupdateinterval: intWhere((value) => value >= 0, 'SessionExpiryUpdateInterval must be zero (disable) or a positive value', '0 or more'),
  sessioncookiename: cookieName(/[=&]/, plainMessage, plainMessage),
  sessioncookiename2: cookieName(/[=&]/, plainMessage, plainMessage),
  sessiondbdcookiename: cookieName(/[=;&]/, "cannot contain '=', ';' or '&'.", 'requires at least one argument!'),
  sessiondbdcookiename2: cookieName(/[=;&]/, "cannot contain '=', ';' or '&'.", 'requires at least one argument!'),
  dav: davProvider,
  davmintimeout: intWhere((value) => value >= 0, 'DAVMinTimeout requires a non-negative integer.', '0 or more'),
  ...Object.fromEntries(
    ['dbdmin', 'dbdkeep', 'dbdmax', 'dbdexptime'].map((name): [string, Handler] => [
      name,
      ({ entry }, value) => (/^\d*$/.test(value) ? undefined : badValue('Argument must be numeric!', entry.name, value, 'a number without sign or unit')),
    ]),
  ),
}
