import type { Question } from './answer.ts'

/**
 * Reads a request as it is typed: a URL, or a method before it (`POST https://shop.example/cart`). A path alone is one of the site of `base`, a name
 * without a scheme is asked by plain HTTP. Undefined where it is neither.
 */
export function readWritten(text: string, base = 'http://localhost/'): Pick<Question, 'method' | 'url'> | undefined {
  const parts = /^\s*(?:([A-Za-z]+)\s+)?(\S+)\s*$/.exec(text)
  if (!parts) return undefined
  const [, method = 'GET', written = ''] = parts
  const url = urlOf(written, base)
  return url === undefined ? undefined : { method: method.toUpperCase(), url }
}

/** A request as it is typed. */
export const asWritten = ({ method, url }: Pick<Question, 'method' | 'url'>): string => (method === 'GET' ? url : `${method} ${url}`)

function urlOf(written: string, base: string): string | undefined {
  if (/^https?:\/\/[^/?#]/i.test(written)) return written
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(written)) return undefined
  if (written.startsWith('/')) return `${/^https?:\/\/[^/?#]+/i.exec(base)?.[0] ?? 'http://localhost'}${written}`
  return /^(?:localhost|[^/?#\s]*[.:][^/?#\s]*)(?:[/?#]|$)/.test(written) ? `http://${written}` : undefined
}
