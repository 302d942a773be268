import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import { aliasHandlers } from './alias.ts'
import { authHandlers } from './auth.ts'
import { authzHandlers } from './authz.ts'
import { autoindexHandlers } from './autoindex.ts'
import { cacheHandlers } from './cache.ts'
import { coreHandlers } from './core.ts'
import { expiresHandlers } from './expires.ts'
import { filterHandlers } from './filters.ts'
import { headersHandlers } from './headers.ts'
import { http2Handlers } from './http2.ts'
import { ldapHandlers } from './ldap.ts'
import { logHandlers } from './logs.ts'
import { luaHandlers } from './lua.ts'
import { mdHandlers } from './md.ts'
import { mimeHandlers } from './mime.ts'
import { mpmHandlers } from './mpm.ts'
import { proxyHandlers } from './proxy.ts'
import { type Handler, type Handlers, wholeNumber } from './reading.ts'
import { requestHandlers } from './request-modules.ts'
import { rewriteHandlers } from './rewrite.ts'
import { sessionHandlers } from './session.ts'
import { setenvifHandlers } from './setenvif.ts'
import { socacheHandlers } from './socache.ts'
import { sslHandlers } from './ssl.ts'
import { wsgiHandlers } from './wsgi.ts'

/** The handlers of each module's directives; a name is of one module, or works the same in all that have it. */
const byName: ReadonlyMap<string, Handler> = new Map(
  [
    cacheHandlers,
    luaHandlers,
    mdHandlers,
    http2Handlers,
    ldapHandlers,
    authHandlers,
    sessionHandlers,
    mpmHandlers,
    socacheHandlers,
    sslHandlers,
    proxyHandlers,
    coreHandlers,
    authzHandlers,
    wsgiHandlers,
    aliasHandlers,
    autoindexHandlers,
    expiresHandlers,
    filterHandlers,
    headersHandlers,
    logHandlers,
    mimeHandlers,
    requestHandlers,
    rewriteHandlers,
    setenvifHandlers,
  ].flatMap((handlers: Handlers) => Object.entries(handlers)),
)

/** Apache's own functions for simple values (`server/config.c`). */
const slots: Handlers = {
  ap_set_int_slot: ({ entry }, value) =>
    wholeNumber(value) === undefined
      ? { server: `Invalid value for directive ${entry.name}, expected integer`, words: `${entry.name} takes a whole number, not "${value}".` }
      : undefined,
  ap_set_deprecated: ({ entry }) => entry.help,
}

/** What looks at the arguments of a directive; undefined where any will do. */
export function handlerOf(entry: ApacheEntry): Handler | undefined {
  const known = handlers.get(entry)
  if (known !== undefined || handlers.has(entry)) return known
  const made = byName.get(entry.name.toLowerCase()) ?? (entry.handler !== undefined && Object.hasOwn(slots, entry.handler) ? slots[entry.handler] : undefined)
  handlers.set(entry, made)
  return made
}

const handlers = new Map<ApacheEntry, Handler | undefined>()
