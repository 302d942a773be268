/** The path of a `file:` URI (or of another scheme's), with `/` on every system. */
export function pathOfUri(uri: string): string {
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/[^?#]*)/i.exec(uri)
  const path = decodeURIComponent(match?.[1] ?? uri)
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path
}

/** The URI of a path, of the same scheme and authority as `like`. */
export function uriOfPath(path: string, like: string): string {
  const base = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(like)?.[0] ?? 'file://'
  const absolute = path.startsWith('/') ? path : `/${path}`
  return base + absolute.split('/').map(encodeSegment).join('/')
}

/** As VS Code writes URIs: a drive's colon is escaped too. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replace(/[!'()*]/g, (ch) => `%${ch.charCodeAt(0).toString(16).toUpperCase()}`)
