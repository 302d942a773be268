import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { derived } from '../../workspace/derived.ts'
import { code, counted, listed, whereIsDirective } from '../lib/markdown.ts'
import type { DocumentView } from '../lib/view.ts'

/** Where `proxy_pass` and the like send a request, and under which path; undefined where variables decide. */
export function targetInWords(view: DocumentView, pass: PlacedDirective, configuration: Configuration): string | undefined {
  const target = pass.args[0]
  if (!target?.known || target.value.includes('$')) return undefined
  const { host, path } = partsOf(target.value)
  const upstream = host === undefined ? undefined : upstreamOf(host, configuration)
  const group = upstream && `The group ${code(host ?? '')} (${whereIsDirective(view, upstream)}): ${membersOf(upstream)}.`
  return [group, pass.name === 'proxy_pass' ? pathInWords(pass, path) : undefined].filter((part) => part !== undefined).join(' ') || undefined
}

function membersOf(upstream: PlacedDirective): string {
  const members = upstream.children.filter((each) => each.name === 'server' && each.presence !== 'absent').flatMap((each) => each.args[0]?.value ?? [])
  return members.length === 0
    ? 'no servers are seen'
    : members.length > 6
      ? counted(members.length, 'server')
      : listed(
          members.map((each) => code(each)),
          6,
        )
}

const upstreamOf = (host: string, configuration: Configuration): PlacedDirective | undefined => upstreams(configuration).get(host.toLowerCase())

const upstreams = derived(
  (configuration: Configuration): ReadonlyMap<string, PlacedDirective> =>
    new Map(
      directivesNamed(configuration, 'upstream').flatMap((each) =>
        each.presence === 'present' && each.args[0] ? [[each.args[0].value.toLowerCase(), each]] : [],
      ),
    ),
)

/** The directives that send requests to a host, by its name in small letters with its port. */
export const passedTo = (host: string, configuration: Configuration): readonly PlacedDirective[] => users(configuration).get(host.toLowerCase()) ?? []

const users = derived((configuration: Configuration): ReadonlyMap<string, readonly PlacedDirective[]> => {
  const byHost = new Map<string, PlacedDirective[]>()
  for (const pass of directivesNamed(configuration, ...passing)) {
    const host = pass.presence === 'absent' ? undefined : partsOf(pass.args[0]?.value ?? '').host?.toLowerCase()
    if (host === undefined) continue
    const list = byHost.get(host)
    if (list) list.push(pass)
    else byHost.set(host, [pass])
  }
  return byHost
})

const passing = ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass'] as const

/** Host and path of `http://host:port/path`; of a socket the path behind its second colon. */
function partsOf(target: string): { readonly host: string | undefined; readonly path: string } {
  const rest = target.replace(/^[a-z]+:\/\//i, '')
  if (/^unix:/i.test(rest)) {
    const end = rest.indexOf(':', 5)
    return { host: undefined, path: end < 0 ? '' : rest.slice(end + 1) }
  }
  const slash = rest.search(/[/?#]/)
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  return { host: authority, path: slash < 0 ? '' : rest.slice(slash) }
}

/** What path the server behind is asked for (`ngx_http_proxy_create_request`). */
function pathInWords(pass: PlacedDirective, path: string): string | undefined {
  const block = pass.parent
  const location = block && locationOf(block)
  // A rewrite that ends with `break` hands on what it made.
  if (!block || !location?.argument.known || block.children.some(({ name }) => name === 'rewrite' || name === 'if')) return undefined
  if (path === '') return 'The path is passed on as it came.'
  if (location.modifier !== '' && location.modifier !== '^~' && location.modifier !== '=') return undefined
  const rest = location.modifier === '=' ? '' : location.path.endsWith('/') ? 'page' : '/page'
  return `${code(`${location.path}${rest}`)} is asked for there as ${code(`${path}${rest}`)}.`
}
