import { SymbolKind } from 'vscode-languageserver-types'
import { few, firstOf, type Nameable, type SymbolName, short, valuesOf } from '../named.ts'

/** The symbol of an nginx directive; undefined for one that an outline does not show. `isBlock`: it opens a block. */
export function nginxSymbol(directive: Nameable, isBlock: boolean): SymbolName | undefined {
  const { name, args } = directive
  if (!isBlock) {
    const kind = simple.get(name)
    return kind && { name: short([name, zoneOf(args) ?? args[0] ?? ''].join(' ')), detail: '', kind }
  }
  const whole = short([name, ...args].join(' ')) || '{ }'
  switch (name) {
    case 'server':
      return { name: serverName(directive), detail: firstOf(directive, roots), kind: SymbolKind.Class }
    case 'location':
      return { name: whole, detail: firstOf(directive, leadsTo), kind: SymbolKind.Method }
    case 'if':
    case 'limit_except':
      return { name: whole, detail: '', kind: SymbolKind.Boolean }
    case 'upstream':
      return { name: whole, detail: few(valuesOf(directive, 'server').filter(isAddress), 3), kind: SymbolKind.Interface }
    case 'map':
    case 'geo':
    case 'split_clients':
    case 'types':
      return { name: whole, detail: '', kind: SymbolKind.Variable }
    default:
      return { name: whole, detail: '', kind: SymbolKind.Module }
  }
}

/** `server example.com www.example.com :80 :443`. */
export function serverName(directive: Nameable): string {
  const ports: string[] = []
  for (const child of directive.children()) if (child.name === 'listen' && child.args[0] !== undefined) ports.push(shortAddress(child.args[0]))
  return short(['server', few(valuesOf(directive, 'server_name'), 2), few(ports, 3)].filter((each) => each !== '').join(' '))
}

/** `:443` for a port on all interfaces, else the address as written. */
function shortAddress(listen: string): string {
  const port = /^(?:(?:\*|0\.0\.0\.0|\[::0?\]):)?(\d+)$/.exec(listen)?.[1]
  return port === undefined ? listen : `:${port}`
}

const isAddress = (argument: string): boolean => !/^(?:\w+=.*|backup|down|resolve|drain)$/.test(argument)

/** The name of a shared memory zone: `zone=one:10m`, `keys_zone=cache:10m`. */
const zoneOf = (args: readonly string[]): string | undefined => args.flatMap((each) => /^(?:keys_)?zone=([^:]+)/.exec(each)?.[1] ?? [])[0]

const simple: ReadonlyMap<string, SymbolKind> = new Map([
  ['include', SymbolKind.File],
  ['log_format', SymbolKind.Constant],
  ['limit_req_zone', SymbolKind.Constant],
  ['limit_conn_zone', SymbolKind.Constant],
  ['proxy_cache_path', SymbolKind.Constant],
  ['fastcgi_cache_path', SymbolKind.Constant],
  ['uwsgi_cache_path', SymbolKind.Constant],
  ['scgi_cache_path', SymbolKind.Constant],
])

const roots: ReadonlySet<string> = new Set(['root', 'return'])
const leadsTo: ReadonlySet<string> = new Set([
  'proxy_pass',
  'uwsgi_pass',
  'fastcgi_pass',
  'scgi_pass',
  'grpc_pass',
  'memcached_pass',
  'return',
  'alias',
  'try_files',
  'root',
])
