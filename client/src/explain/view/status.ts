import type { Answer } from '../answer.ts'

/** What a status is called, those that configurations give. */
const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Content Too Large',
  414: 'URI Too Long',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  444: 'the connection is closed without an answer',
  497: 'HTTP request to a port for TLS',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

const reasonOf = (status: number): string => reasons[status] ?? ''

/** What is said of an answer above all else. What an application answers is not for the server to say. */
export function headlineOf({ status, upstream, handler }: Answer): string {
  if (status === 200 && upstream !== undefined) return `Handed on to ${upstream}`
  if (status === 200 && handler === 'wsgi-script') return 'Answered by the WSGI application'
  return status === undefined ? 'The status is not known' : `${status} ${reasonOf(status)}`.trim()
}

/** How a status is to be looked at. */
export function kindOf(status: number | undefined): 'unknown' | 'good' | 'redirect' | 'bad' {
  if (status === undefined) return 'unknown'
  if (status < 300) return 'good'
  return status < 400 ? 'redirect' : 'bad'
}
