import { documentRootEntry, documentRootOf, httpScheme, serverNameOf, serverPortOf } from './core.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { mergePath } from './sections.ts'

/** The name of the client: `localhost` is 127.0.0.1 and the other way round, no other name is known. */
export const remoteHost = (r: Exchange): string => (r.clientAddress === '127.0.0.1' ? 'localhost' : r.clientAddress)

/** `ap_context_document_root` */
export const contextRootOf = (r: Exchange): string => r.contextRoot ?? documentRootOf(r)

/** The request header that a variable of mod_rewrite and of expressions stands for, by the variable in capitals. */
export const headerVariables: Readonly<Record<string, string>> = {
  HTTP_USER_AGENT: 'User-Agent',
  HTTP_PROXY_CONNECTION: 'Proxy-Connection',
  HTTP_REFERER: 'Referer',
  HTTP_COOKIE: 'Cookie',
  HTTP_FORWARDED: 'Forwarded',
  HTTP_HOST: 'Host',
  HTTP_ACCEPT: 'Accept',
}

/** A variable that mod_rewrite (`lookup_variable`) and expressions (`util_expr_eval.c: req_table` and others) read alike; its name in capitals. */
export function requestVariable(name: string, r: Exchange): string | undefined {
  switch (name) {
    case 'REQUEST_METHOD':
      return r.method
    case 'REQUEST_SCHEME':
      return httpScheme(r)
    case 'REQUEST_URI':
      return r.uri
    case 'REQUEST_FILENAME':
    case 'SCRIPT_FILENAME':
      return r.filename ?? ''
    case 'REMOTE_HOST':
      return remoteHost(r)
    case 'REMOTE_ADDR':
      return r.clientAddress
    case 'CONN_REMOTE_ADDR':
      return r.world.request.client
    case 'REMOTE_USER':
      return r.user ?? ''
    case 'SERVER_NAME':
      return serverNameOf(r)
    case 'SERVER_PORT':
      return String(serverPortOf(r))
    case 'SERVER_PROTOCOL':
      return r.protocol
    case 'PATH_INFO':
      return r.pathInfo
    case 'QUERY_STRING':
      return r.args ?? ''
    case 'IS_SUBREQ':
      return r.main ? 'true' : 'false'
    case 'DOCUMENT_ROOT':
      return documentRootOf(r)
    case 'AUTH_TYPE':
      return r.authType ?? ''
    case 'THE_REQUEST':
      return r.theRequest
    case 'CONTEXT_PREFIX':
      return r.contextPrefix ?? ''
    case 'CONTEXT_DOCUMENT_ROOT':
      return contextRootOf(r)
    case 'HTTPS':
      return r.world.request.tls ? 'on' : 'off'
    case 'IPV6':
      return r.clientAddress.includes(':') ? 'on' : 'off'
    default:
      return undefined
  }
}

/** `ServerAdmin`; what stands for none is each reader's own. */
export const serverAdmin = (r: Exchange): string | undefined => r.server.own.named.get('serveradmin')?.at(-1)?.directive.args[0]?.value

/** `ap_core_translate`: a URL below the document root. */
export function translateToDocumentRoot(r: Exchange): Verdict {
  if (r.proxy !== 'none') {
    note(r, 'translate', 'decided', 'a request for another server is not served from files: 403')
    return 403
  }
  if (!r.uri.startsWith('/') && r.uri !== '*') {
    note(r, 'translate', 'decided', `"${r.uri}" is no path: 400`)
    return 400
  }
  const { path } = r.server
  const inPath = path !== undefined && r.uri.startsWith(path) && (path.endsWith('/') || r.uri.length === path.length || r.uri.charAt(path.length) === '/')
  const rest = (inPath ? r.uri.slice(path.length) : r.uri).replace(/^\/+/, '')
  const root = documentRootOf(r)
  // What leads above the document root is refused.
  if (leadsAbove(rest)) {
    note(r, 'translate', 'decided', `${r.uri} leads above ${root}: 403`)
    return 403
  }
  r.filename = rest === '' ? `${root}/` : mergePath(root, rest)
  note(r, 'translate', 'passed', `${r.uri} is ${r.filename}`, documentRootEntry(r)?.directive)
  return 'ok'
}

function leadsAbove(path: string): boolean {
  let depth = 0
  for (const segment of path.split('/')) {
    if (segment === '..') depth--
    else if (segment !== '' && segment !== '.') depth++
    if (depth < 0) return true
  }
  return false
}
