import { parseNumber } from './c-numbers.ts'
import { nearestWord } from './corrections.ts'
import { expressionFault } from './expressions.ts'
import { isLoaded, loadIt } from './module-loaded.ts'
import { badValue } from './numbers.ts'
import { type Handler, type Handlers, type Reading, type Refusal, same, wordFix } from './reading.ts'
import { cacheFault } from './socache.ts'

/** The authentication providers of httpd's modules, and whether they can do Digest (`get_realm_hash`). */
export const authnProviders: Readonly<Record<string, boolean>> = { file: true, dbd: true, dbm: true, socache: true, ldap: false, anon: false }

/** `mod_auth_basic.c: add_authn_provider`, and those of mod_auth_digest and mod_auth_form. Names are compared with their letter case. */
const provider =
  (kind: 'Basic' | 'Digest' | 'Form'): Handler =>
  (reading, value) => {
    if (Object.hasOwn(authnProviders, value)) {
      const module = `${value === 'ldap' ? 'authnz' : 'authn'}_${value}_module`
      if (isLoaded(reading, module) === false && !reading.state.unknownModule)
        return { server: `Unknown Authn provider: ${value}`, rule: 'apache/invalid-access', words: loadIt(value, module) }
      if (kind !== 'Digest' || authnProviders[value]) return undefined
      return {
        server: `The '${value}' Authn provider doesn't support Digest Authentication`,
        words: `"${value}" cannot do Digest authentication: use "file", "dbd" or "dbm", or AuthType Basic.`,
      }
    }
    if (reading.state.providers.has(`authn ${value}`)) return undefined
    // Other modules bring providers of their own: only a slip of a known name is told.
    const meant = nearestWord(value, Object.keys(authnProviders))
    if (meant === undefined || reading.state.unknownModule) return undefined
    return { server: `Unknown Authn provider: ${value}`, rule: 'apache/invalid-access', ...wordFix(reading, value, Object.keys(authnProviders)) }
  }

/** A handler for a text with expressions in it; `prefix` is what Apache puts before what is wrong. */
const text =
  (prefix: (value: string) => string): Handler =>
  (reading, value) =>
    expressionFault(reading, value, 0, prefix(value), 'string')

/** `mod_auth_basic.c: add_basic_fake` */
const basicFake: Handler = (reading, user, password) => {
  if (same(user, 'off')) return undefined
  return (
    expressionFault(reading, user, 0, `Could not parse fake username expression '${user}': `, 'string') ??
    (password === undefined
      ? undefined
      : expressionFault(reading, password, 1, `Could not parse fake password expression associated to user '${user}': `, 'string'))
  )
}

/** `mod_auth_digest.c: set_nonce_lifetime`: behind the number may be a space and anything. */
const nonceLifetime: Handler = ({ entry }, value) => {
  const { rest } = parseNumber(value)
  return rest === '' || /^\s/.test(rest) ? undefined : badValue(`Invalid time in AuthDigestNonceLifetime: ${value}`, entry.name, value, 'a number of seconds')
}

/** What a list of clients needs at the least (`sizeof(*client_list) + sizeof(client_entry*) + sizeof(client_entry)` with 64 bits). */
const leastShared = 88

/** `mod_auth_digest.c: set_shmem_size` */
const shmemSize: Handler = ({ entry }, value) => {
  const { value: number, rest } = parseNumber(value)
  const unit = rest.trimStart().charAt(0).toLowerCase()
  const factor = unit === '' || unit === 'b' ? 1 : unit === 'k' ? 1024 : unit === 'm' ? 1048576 : undefined
  if (factor === undefined) return badValue(`Invalid size in AuthDigestShmemSize: ${value}`, entry.name, value, 'a size, as 64K or 1M')
  const size = number * factor
  return size < leastShared ? badValue(`size in AuthDigestShmemSize too small: ${size} < ${leastShared}`, entry.name, value, 'larger') : undefined
}

/** `mod_auth_form.c: check_string` */
const formField: Handler = ({ entry }, value) =>
  /[=&]/.test(value) || value === ''
    ? { server: `${entry.name} cannot be empty, or contain '=' or '&'.`, words: `"${value}" is no name of a form's field: it must not have "=" or "&" in it.` }
    : undefined

/** `mod_authnz_fcgi.c: fcgi_check_authn_provider` */
const checkFcgiProvider: Handler = (reading, name, ...options) => {
  const directive = 'AuthnzFcgiCheckAuthnProvider'
  if (name === undefined) return { server: `${directive}: No provider given`, at: 'name', words: `${directive} does not name a provider.` }
  if (same(name, 'None') && options.length > 0) return { server: 'Options aren\'t supported with "None"', at: 1, words: '"None" takes no options.' }
  for (let i = 0; i < options.length; i += 2) {
    const option = options[i] ?? ''
    const value = options[i + 1]
    if (value === undefined) return { server: `${directive}: ${option}needs an argument`, at: i + 1, words: `The option "${option}" has no value.` }
    if (/^(authoritative|requirebasicauth)$/i.test(option)) {
      if (!/^(on|off)$/i.test(value))
        return { server: `${directive}: Bad argument '${value}' to option '${option}'`, at: i + 2, words: `${option} is On or Off, not "${value}".` }
    } else if (same(option, 'UserExpr')) {
      const fault = expressionFault(reading, value, i + 2, '', 'string')
      if (fault) {
        const refusal: Refusal = typeof fault === 'string' ? { server: fault } : fault
        return { ...refusal, server: `${directive}: Error parsing '${value}': '${refusal.server}'` }
      }
    } else if (!same(option, 'DefaultUser'))
      return {
        server: `${directive}: Unexpected option '${option}'`,
        ...wordFix(reading, option, ['Authoritative', 'DefaultUser', 'RequireBasicAuth', 'UserExpr'], i + 1),
      }
  }
  return undefined
}

/** `mod_authnz_fcgi.c: fcgi_define_provider`; whether the backend's host can be found is not known. */
const defineFcgiProvider: Handler = (reading, ...args) => {
  const [type, name, address, extra] = args
  const say = (said: string, at: Refusal['at'] = 'name'): Refusal => ({ server: `AuthnzFcgiDefineProvider: ${said}`, ...(at === undefined ? {} : { at }) })
  if (type === undefined) return say('No type given')
  if (!/^auth(n|z|nz)$/i.test(type)) return { ...say(`Invalid provider type ${type}`, 0), ...wordFix(reading, type, ['authn', 'authz', 'authnz'], 0) }
  if (name === undefined) return say('No provider name given')
  if (address === undefined) return say('No backend-address given')
  const words = `"${address}" is no address of a FastCGI server: write fcgi://HOST:PORT/.`
  const port = /^fcgi:\/\/.*:(\d{1,5})\/?$/.exec(address)?.[1]
  if (port === undefined) return { ...say(`backend-address '${address}' has invalid form`, 2), words }
  if (Number(port) > 65535) return { ...say(`backend-address '${address}' has invalid port`, 2), words }
  if (extra !== undefined) return say(`Unexpected parameter ${extra}`, 3)
  if (!same(type, 'authz')) remember(reading, `authn ${name}`)
  if (!same(type, 'authn')) remember(reading, `authz ${name}`)
  return undefined
}

function remember({ state, directive }: Reading, key: string): void {
  state.providers.set(key, directive)
}

/** mod_auth_*, mod_authn_* and mod_authnz_fcgi. */
export const authHandlers: Handlers = {
  authbasicprovider: provider('Basic'),
  authdigestprovider: provider('Digest'),
  authformprovider: provider('Form'),
  authtype: text((value) => `Cannot parse expression '${value}' in AuthType: `),
  authname: text((value) => `Cannot parse expression '${value}' in AuthName: `),
  authbasicfake: basicFake,
  authbasicusedigestalgorithm: ({ entry }, value) =>
    /^(off|md5)$/i.test(value) ? undefined : badValue(`Invalid algorithm in AuthBasicUseDigestAlgorithm: ${value}`, entry.name, value, 'Off or MD5'),
  authdigestqop: (_, value) =>
    same(value, 'auth')
      ? undefined
      : {
          server: "AuthDigestQop is deprecated: only 'auth' is supported",
          words: `Apache only has the quality of protection "auth", not "${value}": leave the directive out.`,
        },
  authdigestnoncelifetime: nonceLifetime,
  authdigestalgorithm: ({ entry }, value) =>
    same(value, 'MD5') ? undefined : badValue(`Unsupported algorithm in AuthDigestAlgorithm: ${value}`, entry.name, value, 'MD5'),
  authdigestshmemsize: shmemSize,
  authformusername: formField,
  authformpassword: formField,
  authformlocation: formField,
  authformmethod: formField,
  authformmimetype: formField,
  authformbody: formField,
  authformsize: ({ entry }, value) => {
    const { value: size, overflow } = parseNumber(value)
    return size < 0 || overflow ? badValue('AuthCookieFormSize must be a size in bytes, or zero.', entry.name, value, '0 or more') : undefined
  },
  authformloginrequiredlocation: text((value) => `Could not parse login required expression '${value}': `),
  authformloginsuccesslocation: text((value) => `Could not parse login success expression '${value}': `),
  authformlogoutlocation: text((value) => `Could not parse logout required expression '${value}': `),
  authncachesocache: (reading, value) =>
    cacheFault(
      reading,
      value,
      () => `Unknown socache provider '${value}'. Maybe you need to load the appropriate socache module (mod_socache_${value}?)`,
      'AuthnCacheSOCache: ',
    ),
  authnzfcgicheckauthnprovider: checkFcgiProvider,
  authnzfcgidefineprovider: defineFcgiProvider,
}
