import { parseNumber, parseSize } from '../../catalog/nginx/values.ts'
import { toByteText } from '../../regex/bytes.ts'
import { inEffect } from '../../site/nginx/blocks.ts'
import type { HttpServer } from '../../site/nginx/servers.ts'
import { type Listener, primaryName } from './listeners.ts'
import { readHeader, readRequestLine, uniqueHeaders, validHost } from './request-line.ts'
import { execute, note, type Run } from './run.ts'
import { argumentsOf, flagIn, type Scope } from './settings.ts'
import { normalizeUri } from './uri.ts'

/** A server as the scope of what is not in a location. */
export const scopeOfServer = (server: HttpServer): Scope => ({ block: server.directive, kind: 'server', name: toByteText(primaryName(server)), modifier: '' })

/**
 * Reads the request line and headers as they come, and chooses the server on the way (`ngx_http_process_request_line` and what follows it).
 * The status with which the request is refused, else undefined.
 */
export function readRequest(run: Run, listener: Listener): number | undefined {
  const { method, target, version, headers } = run.request
  const line = `${method} ${target}${version === '0.9' ? '' : ` HTTP/${version}`}`
  const buffers = makeBuffers(run)
  if (!buffers.take(line.length + 2)) {
    note(run, 'request', `the request line has ${line.length} bytes: more than large_client_header_buffers`)
    return 414
  }
  const read = readRequestLine(line)
  if ('status' in read) {
    run.version = read.version
    note(run, 'request', `"${line}": ${read.why}`)
    return read.status
  }
  run.requestLine = line
  run.method = read.method
  run.version = read.version
  run.protocol = read.protocol
  const hasPath = read.unparsed.startsWith('/')
  const plain = normalizeUri(read.unparsed, flagIn(run.scope, run.settings, 'merge_slashes', true))
  if (!plain) {
    note(run, 'request', `${read.unparsed} is no path that nginx takes`)
    return 400
  }
  run.uri = plain.uri
  run.args = plain.args
  run.quotedUri = plain.quoted
  run.plusInUri = plain.plus
  run.unparsedUri = read.unparsed
  run.validUnparsedUri = hasPath
  note(run, 'request', `${run.method} ${run.uri}${run.args === '' ? '' : `, arguments ${run.args}`}`, undefined, 'passed')
  if (read.host !== undefined) {
    const host = validHost(read.host)
    if (host === undefined) {
      note(run, 'request', `"${read.host}" is no host`)
      return 400
    }
    chooseServer(run, listener, host)
    run.host = host
  }
  if (run.version < 1000) {
    if (run.host === '') chooseServer(run, listener, '')
    return undefined
  }
  const refused = readHeaders(run, listener, buffers, [...headers, ['Connection', 'close']])
  return refused ?? afterHeaders(run, listener)
}

function readHeaders(run: Run, listener: Listener, buffers: Buffers, headers: readonly (readonly [string, string])[]): number | undefined {
  let hasHost = false
  for (const [name, value] of headers) {
    if (!buffers.take(name.length + value.length + 4)) {
      note(run, 'request', `the header ${name} is longer than large_client_header_buffers`)
      return 494
    }
    const header = readHeader(name, value, flagIn(run.scope, run.settings, 'underscores_in_headers', false))
    if (header === 'refused') {
      note(run, 'request', `"${name}" is no name of a header`)
      return 400
    }
    if (header === 'ignored') {
      if (flagIn(run.scope, run.settings, 'ignore_invalid_headers', true)) {
        note(run, 'request', `the header ${name} is ignored for its name`, undefined, 'lost')
        continue
      }
      run.headersIn.push({ name, lower: name.toLowerCase(), value: value.replace(/^ +| +$/g, '') })
      continue
    }
    const isRepeated = run.headersIn.some(({ lower }) => lower === header.lower)
    run.headersIn.push(header)
    if (header.lower === 'host') {
      if (hasHost) {
        note(run, 'request', 'the Host header comes twice')
        return 400
      }
      hasHost = true
      const host = validHost(header.value)
      if (host === undefined) {
        note(run, 'request', `"${header.value}" is no host`)
        return 400
      }
      if (run.host === '') {
        chooseServer(run, listener, host)
        run.host = host
      }
    } else if (isRepeated && uniqueHeaders.has(header.lower)) {
      note(run, 'request', `the header ${header.name} comes twice`)
      return 400
    }
  }
  return undefined
}

/** `ngx_http_process_request_header` */
function afterHeaders(run: Run, listener: Listener): number | undefined {
  if (run.host === '') chooseServer(run, listener, '')
  const header = (lower: string): string | undefined => run.headersIn.find((each) => each.lower === lower)?.value
  const fail = (status: number, why: string): number => {
    note(run, 'request', why)
    return status
  }
  if (header('host') === undefined && run.version > 1000) return fail(400, 'HTTP/1.1 asks for a Host header')
  const length = header('content-length')
  if (length !== undefined) {
    const number = parseNumber(length)
    if (number === undefined) return fail(400, `"${length}" is no length`)
    run.contentLength = number
  }
  const encoding = header('transfer-encoding')
  if (encoding !== undefined) {
    if (run.version < 1001) return fail(400, 'HTTP/1.0 has no Transfer-Encoding')
    if (encoding.toLowerCase() !== 'chunked') return fail(501, `the encoding "${encoding}" is not known`)
    if (length !== undefined) return fail(400, 'Content-Length and Transfer-Encoding exclude each other')
    run.chunked = true
  }
  if (run.method === 'CONNECT' || run.method === 'TRACE') return fail(405, `nginx does not take ${run.method}`)
  if (listener.tls && !run.request.tls) return fail(497, 'plain HTTP was sent to a port for TLS')
  const verify = run.request.tls ? inEffect(run.scope.block, run.settings.configuration, 'ssl_verify_client') : undefined
  if (verify && argumentsOf(verify)[0] === 'on') {
    note(run, 'request', 'ssl_verify_client asks for a certificate of the client, and none is sent', verify)
    return 496
  }
  return undefined
}

/** Sets the server by its name: an exact one, wildcards, then regular expressions (`ngx_http_find_virtual_server`). */
function chooseServer(run: Run, listener: Listener, host: string): void {
  const server = serverNamed(run, listener, host)
  if (!server) {
    const why = listener.defaultBy ? 'it is the default server' : 'it is the first one there'
    note(
      run,
      'server',
      `${host === '' ? 'no name is given' : `no server is called ${host}`}: ${run.server.name === '' ? 'the server without a name' : run.server.name} answers, as ${why}`,
      listener.defaultBy ?? run.server.block,
    )
    return
  }
  run.server = scopeOfServer(server)
  run.scope = run.server
  const by = inEffect(server.directive, run.settings.configuration, 'server_name') ?? server.directive
  note(run, 'server', `${run.server.name === '' ? 'the server without a name' : run.server.name} answers for "${host}"`, by)
}

function serverNamed(run: Run, listener: Listener, host: string): HttpServer | undefined {
  const lone = listener.servers.length === 1
  const found = lone ? undefined : listener.names.find(host)
  if (found || host === '') return found
  for (const { server, pattern } of listener.patterns) {
    const text = toByteText(pattern)
    const matches = execute(run, text, /[A-Z]/.test(text), host)
    if (matches === true) return server
    if (matches === 'failed') return undefined
  }
  return lone ? listener.names.find(host) : undefined
}

/** The buffers that the request line and headers have to fit in, none of them over two. */
interface Buffers {
  take(bytes: number): boolean
}

function makeBuffers(run: Run): Buffers {
  const sizes = (name: string): string[] => {
    const directive = inEffect(run.scope.block, run.settings.configuration, name)
    return directive ? argumentsOf(directive) : []
  }
  let left = parseSize(sizes('client_header_buffer_size')[0] ?? '1k') ?? 1024
  let used = 0
  return {
    take(bytes) {
      if (bytes <= left) {
        left -= bytes
        return true
      }
      const [count = '4', size = '8k'] = sizes('large_client_header_buffers')
      const large = parseSize(size) ?? 8192
      used++
      if (bytes > large || used > Number(count)) return false
      left = large - bytes
      return true
    },
  }
}
