import { choose, mayBePassword } from '../choices.ts'
import { hexadecimal, md5 } from '../digest.ts'
import { isApachePassword } from '../password.ts'
import { fromBase64 } from './base64.ts'
import { lowerCase, sameIgnoringCase } from './bytes.ts'
import { serverRootRelative } from './core.ts'
import { entriesIn, isOn, lastEntry, word, words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { expandText } from './expression.ts'

/** Finds out who asks (`check_user_id`); without `AuthType` nobody is asked. */
export function authenticate(r: Exchange): Verdict {
  const entry = lastEntry(r.dir, 'authtype')
  const type = entry && expandText(r, entry.directive.args[0]?.value ?? '')
  if (type === undefined || lowerCase(type) === 'none') return 'ok'
  if (lowerCase(type) === 'digest' && r.world.has('auth_digest_module')) return askDigest(r)
  if (lowerCase(type) !== 'basic' || !r.world.has('auth_basic_module')) {
    note(r, 'authn', 'decided', `no module is there for AuthType ${type}: 500`, entry?.directive)
    return 500
  }
  if (realmOf(r) === undefined) {
    note(r, 'authn', 'decided', 'AuthName is missing: 500', entry?.directive)
    return 500
  }
  r.authType = type
  const header = r.headersIn.get('Authorization')
  if (header === undefined) return refuse(r, 'no password was sent')
  const space = header.indexOf(' ')
  const scheme = space < 0 ? header : header.slice(0, space)
  if (!sameIgnoringCase(scheme, 'Basic')) return refuse(r, `the client sent ${scheme} and not Basic`)
  const decoded = fromBase64(space < 0 ? '' : header.slice(space).replace(/^[ \t]+/, ''))
  const colon = decoded.indexOf(':')
  const user = colon < 0 ? decoded : decoded.slice(0, colon)
  const password = colon < 0 ? '' : decoded.slice(colon + 1)
  r.user = user
  const result = lookUp(r, user, password)
  if (result === 'granted') {
    note(r, 'authn', 'passed', `the password of ${user} is right`)
    return 'ok'
  }
  const authoritative = isOn(lastEntry(r.dir, 'authbasicauthoritative')) !== false
  if (!authoritative && result !== 'denied') return 500
  if (result === 'error') {
    note(r, 'authn', 'decided', 'the password file cannot be read: 500', lastEntry(r.dir, 'authuserfile')?.directive)
    return 500
  }
  return refuse(r, result === 'denied' ? `the password of ${user} is wrong` : `there is no user ${user}`)
}

type Found = 'granted' | 'denied' | 'unknown user' | 'error'

function lookUp(r: Exchange, user: string, password: string): Found {
  const section = r.dir.sections.findLast((each) => each.named.has('authbasicprovider'))
  const providers = section ? entriesIn(section, 'authbasicprovider').flatMap(({ directive }) => words(directive)) : ['file']
  let result: Found = 'unknown user'
  for (const provider of providers) {
    result = lowerCase(provider) === 'file' ? inFile(r, user, password) : elsewhere(r, provider, user)
    if (result !== 'unknown user') return result
  }
  return result
}

/** A database, a directory service: nobody knows what they hold. */
const elsewhere = (r: Exchange, provider: string, user: string): Found =>
  choose<Found>(r.world.choices, [
    { condition: `${provider} knows "${user}" with this password`, value: 'granted' },
    { condition: `${provider} has another password of "${user}"`, value: 'denied' },
    { condition: `${provider} does not know "${user}"`, value: 'unknown user' },
  ])

function inFile(r: Exchange, user: string, password: string): Found {
  const entry = lastEntry(r.dir, 'authuserfile')
  if (!entry) return 'error'
  const content = r.world.files.content(serverRootRelative(r, word(entry.directive, 0)))
  if (content.state !== 'content') return 'error'
  for (const line of content.text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const plain = line.replace(/\r$/, '').trim()
    const colon = plain.indexOf(':')
    if (colon < 0 || plain.slice(0, colon) !== user) continue
    const digest = plain.slice(colon + 1).split(':')[0] ?? ''
    const usesDigest = lastEntry(r.dir, 'authbasicusedigestalgorithm')
    if (usesDigest && lowerCase(word(usesDigest.directive, 0)) === 'md5')
      return digest === hexadecimal(md5(`${user}:${realmOf(r) ?? ''}:${password}`)) ? 'granted' : 'denied'
    const fits = isApachePassword(password, digest)
    return (fits ?? mayBePassword(r.world.choices, user)) ? 'granted' : 'denied'
  }
  return 'unknown user'
}

function askDigest(r: Exchange): Verdict {
  const header = r.headersIn.get('Authorization')
  if (header === undefined) return refuse(r, 'no Digest answer was sent')
  const user = /\busername="([^"]*)"/.exec(header)?.[1] ?? ''
  if (!mayBePassword(r.world.choices, user)) return refuse(r, `the password of ${user} is wrong`)
  r.user = user
  return 'ok'
}

function realmOf(r: Exchange): string | undefined {
  const entry = lastEntry(r.dir, 'authname')
  return entry && expandText(r, entry.directive.args[0]?.value ?? '')
}

/** Asks for a password. */
export function noteAuthFailure(r: Exchange): void {
  if (r.authType === undefined || sameIgnoringCase(r.authType, 'Basic')) r.errHeadersOut.set('WWW-Authenticate', `Basic realm="${realmOf(r) ?? ''}"`)
}

function refuse(r: Exchange, why: string): Verdict {
  noteAuthFailure(r)
  note(r, 'authn', 'decided', `${why}: 401`, lastEntry(r.dir, 'authtype')?.directive)
  return 401
}
