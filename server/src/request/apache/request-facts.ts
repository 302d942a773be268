import { documentRootEntry, documentRootOf } from './core.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { mergePath } from './sections.ts'

/** The name of the client: `localhost` is 127.0.0.1 and the other way round, no other name is known. */
export const remoteHost = (r: Exchange): string => (r.clientAddress === '127.0.0.1' ? 'localhost' : r.clientAddress)

/** `ap_context_document_root` */
export const contextRootOf = (r: Exchange): string => r.contextRoot ?? documentRootOf(r)

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
