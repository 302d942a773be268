import { unknownPart } from '../unknown.ts'
import { definedValue, isDefined } from './defined.ts'
import { fastcgiScript } from './fastcgi-split.ts'
import { realPath } from './files.ts'
import { documentRoot, mapUri } from './paths.ts'
import type { Run } from './run.ts'
import { valueIn } from './settings.ts'

/** A variable's value for a request, its name in small letters and without `$`; empty where it has none. */
export function variable(run: Run, name: string): string {
  const stored = run.variables.get(name)
  if (stored !== undefined) return stored
  if (isDefined(run, name)) return definedValue(run, name)
  const make = made[name]
  if (make) return make(run)
  if (name.startsWith('http_')) return headerNamed(run, name.slice(5))
  if (name.startsWith('arg_')) return argument(run.args, name.slice(4)) ?? ''
  if (name.startsWith('cookie_')) return cookie(run, name.slice(7)) ?? ''
  if (name.startsWith('sent_http_')) return sentHeader(run, name.slice(10))
  if (name.startsWith('upstream_')) return run.outcome.upstream === undefined ? '' : ofUpstream(run, name)
  return unknownPart(`$${name}`)
}

const made: Readonly<Record<string, (run: Run) => string>> = {
  uri: (run) => run.uri,
  document_uri: (run) => run.uri,
  request_uri: (run) => run.unparsedUri,
  args: (run) => run.args,
  query_string: (run) => run.args,
  is_args: (run) => (run.args === '' ? '' : '?'),
  host: (run) => run.host || serverName(run),
  hostname: () => unknownPart('the name of the machine'),
  server_name: (run) => serverName(run),
  server_addr: (run) => run.request.connect.address,
  server_port: (run) => String(run.request.connect.port),
  server_protocol: (run) => run.protocol,
  scheme: (run) => (run.request.tls ? 'https' : 'http'),
  https: (run) => (run.request.tls ? 'on' : ''),
  remote_addr: (run) => run.client,
  remote_port: () => unknownPart('the port of the client'),
  realip_remote_addr: (run) => run.request.client,
  binary_remote_addr: (run) => binaryAddress(run.client),
  request: (run) => run.requestLine,
  request_method: (run) => run.method,
  request_filename: (run) => mapUri(run)?.path ?? '',
  document_root: (run) => documentRoot(run),
  realpath_root: (run) => realPath(run, documentRoot(run)) ?? '',
  remote_user: (run) => run.user ?? '',
  content_type: (run) => headerNamed(run, 'content_type'),
  content_length: (run) => headerNamed(run, 'content_length'),
  http_x_forwarded_for: (run) => joined(run, 'x-forwarded-for', ', '),
  http_cookie: (run) => joined(run, 'cookie', '; '),
  proxy_add_x_forwarded_for: (run) => [...valuesOf(run, 'x-forwarded-for'), run.client].join(', '),
  proxy_host: (run) => run.variables.get(' proxy_host') ?? '',
  proxy_port: (run) => run.variables.get(' proxy_port') ?? '',
  fastcgi_script_name: (run) => {
    const { script } = fastcgiScript(run)
    return script.endsWith('/') ? script + fastcgiIndex(run) : script
  },
  fastcgi_path_info: (run) => fastcgiScript(run).pathInfo,
  status: (run) => {
    const status = run.errStatus || run.response.status
    return status > 0 ? String(status) : run.version === 9 ? '009' : '000'
  },
  request_completion: () => '',
  request_body: () => '',
  request_body_file: () => '',
  invalid_referer: (run) => definedValue(run, 'invalid_referer'),
  nginx_version: () => '1.22.1',
  ssl_protocol: () => '',
  ssl_cipher: () => '',
  ssl_server_name: () => '',
  ssl_client_verify: () => '',
  http2: () => '',
  proxy_protocol_addr: () => '',
  modern_browser: () => unknownPart('$modern_browser'),
  uid_got: () => '',
  limit_rate: () => '0',
}

const serverName = (run: Run): string => run.server.name

const fastcgiIndex = (run: Run): string => valueIn(run.scope, run.settings, 'fastcgi_index') ?? ''

const valuesOf = (run: Run, lower: string): string[] => run.headersIn.filter((header) => header.lower === lower).map(({ value }) => value)

const joined = (run: Run, lower: string, separator: string): string => valuesOf(run, lower).join(separator)

/** `$http_…`: the first header whose name is this one with `_` for `-`. */
function headerNamed(run: Run, name: string): string {
  return run.headersIn.find(({ lower }) => lower.replaceAll('-', '_') === name)?.value ?? ''
}

/** `ngx_http_arg`: the first argument of a name, whatever its case. */
export function argument(args: string, name: string): string | undefined {
  if (name === '') return undefined
  for (const pair of args.split('&')) {
    if (pair.length > name.length && pair.charAt(name.length) === '=' && pair.slice(0, name.length).toLowerCase() === name) return pair.slice(name.length + 1)
  }
  return undefined
}

/** `ngx_http_parse_multi_header_lines`. */
function cookie(run: Run, name: string): string | undefined {
  for (const line of valuesOf(run, 'cookie')) {
    let rest = line
    while (rest !== '') {
      if (rest.slice(0, name.length).toLowerCase() === name) {
        const value = /^ *= *([^;]*)/.exec(rest.slice(name.length))
        if (value) return value[1]
      }
      const next = rest.search(/[;,]/)
      rest = next < 0 ? '' : rest.slice(next + 1).replace(/^ +/, '')
    }
  }
  return undefined
}

/** What is known of the response's headers while they are made. */
function sentHeader(run: Run, name: string): string {
  const { response } = run
  if (name === 'content_type') return response.contentType
  if (name === 'location') return response.location ?? ''
  const found = response.headers.filter((header) => header.name.toLowerCase().replaceAll('-', '_') === name)
  if (found.length > 0) return found.map(({ value }) => value).join(', ')
  return name === 'cache_control' || name === 'link' ? '' : unknownPart(`$sent_http_${name}`)
}

/** An upstream that is reached is taken to answer 200; what else it says is not known. */
function ofUpstream(run: Run, name: string): string {
  if (name === 'upstream_addr') return run.outcome.upstream ?? ''
  if (name === 'upstream_status') return run.errStatus === 0 ? '200' : '502'
  return unknownPart(`$${name}`)
}

function binaryAddress(address: string): string {
  return address
    .split('.')
    .map((part) => String.fromCharCode(Number(part)))
    .join('')
}
