import { type Configuration, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { mayHoldUnread, outwards, ownOf, valueInEffect } from './blocks.ts'
import { type HttpServer, httpServer, isTls } from './servers.ts'

/** The `allow` and `deny` in effect in a block, in their order: those of the nearest level that has any. */
export function accessRules(block: PlacedDirective | undefined, configuration: Configuration): readonly PlacedDirective[] {
  for (const each of outwards(block)) {
    const [allowed, denied] = [ownOf(each, configuration, 'allow'), ownOf(each, configuration, 'deny')]
    if (allowed.length + denied.length > 0) return denied.length === 0 ? allowed : [...allowed, ...denied].sort((a, b) => a.order - b.order)
  }
  return []
}

export const isForAll = (rule: PlacedDirective): boolean => rule.args[0]?.value === 'all'

/** Whether the rules in effect in a block refuse whoever they do not name. */
export function refusesOthers(block: PlacedDirective | undefined, configuration: Configuration): boolean {
  const rules = accessRules(block, configuration)
  return rules.find(isForAll)?.name === 'deny' || rules.some((rule) => rule.name === 'deny' && /^(?:0\.0\.0\.0|::)\/0$/.test(rule.args[0]?.value ?? ''))
}

const authentication = ['auth_basic', 'auth_request', 'auth_jwt', 'auth_oidc', 'auth_pam', 'auth_ldap', 'auth_gss', 'auth_digest']

/** Whether a visitor has to say who they are in a block. */
export function hasAuthentication(block: PlacedDirective | undefined, configuration: Configuration): boolean {
  if (authentication.some((name) => (valueInEffect(block, configuration, name) ?? 'off') !== 'off')) return true
  return valueInEffect(block, configuration, 'ssl_verify_client') === 'on'
}

/** Whether code decides who gets in. */
export function hasAccessCode(block: PlacedDirective | undefined, configuration: Configuration): boolean {
  for (const each of outwards(block)) {
    for (const name of ['access_by_lua', 'access_by_lua_block', 'access_by_lua_file', 'perl', 'js_access', 'rewrite_by_lua_block', 'rewrite_by_lua_file']) {
      if (ownOf(each, configuration, name).length > 0) return true
    }
  }
  return false
}

/** The server around a directive; undefined where it is not seen. */
export function serverAround(directive: PlacedDirective): HttpServer | undefined {
  const server = enclosing(directive, 'server')
  return server && httpServer(server)
}

/** Whether all that a server listens on is seen: its `listen`s are not in an include that was not read. */
export const listensSeen = (server: HttpServer, configuration: Configuration): boolean => !mayHoldUnread(server.directive, configuration, 'listen')

/** Whether a server can be reached from this machine alone: it listens on the loopback address or Unix sockets. */
export const isLocal = (server: HttpServer): boolean =>
  server.listens.length > 0 &&
  server.listens.every(({ address: { family, host } }) => family === 'unix' || /^127\./.test(host) || host === '[::1]' || host === 'localhost')

/** Whether a server speaks TLS on any of its addresses, or by the old `ssl on`. */
export const speaksTls = (server: HttpServer, configuration: Configuration): boolean =>
  server.listens.some(isTls) || valueInEffect(server.directive, configuration, 'ssl')?.toLowerCase() === 'on'
