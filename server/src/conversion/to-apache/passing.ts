import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { endsAtSegment, type Place, wholePattern } from './places.ts'
import { inForce, valuesOf } from './settings.ts'
import { inQuotes, type Line, section, simple } from './text.ts'

/** How a place hands requests on. */
export interface Passing {
  /** `ProxyPass` and its like, for the virtual host. */
  readonly lines: readonly Line[]
  /** For the section of the place. */
  readonly inside: readonly Line[]
  /** Balancers. */
  readonly balancers: readonly Line[]
}

export const passNames = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass'] as const

export const passOf = (block: PlacedDirective): PlacedDirective | undefined =>
  block.children.find((each) => (passNames as readonly string[]).includes(each.name) && each.presence !== 'absent')

/** A place that passes requests on; undefined where that cannot be written: then it is closed. */
export function passingOf(place: Place, configuration: Configuration, ledger: Ledger): Passing | undefined {
  const directive = passOf(place.block)
  if (!directive) return undefined
  const address = valuesOf(directive)[0] ?? ''
  const refuse = (why: string): undefined => {
    ledger.left(directive, `${why}; the location is closed until that is written by hand.`)
    return undefined
  }
  if (address.includes('$')) return refuse('Where it passes to depends on a variable')
  if (directive.name === 'fastcgi_pass' && place.kind === 'regex') {
    ledger.done(directive)
    const target = originOf(address, 'fcgi', configuration, ledger)
    if (!target) return refuse('Apache’s FastCGI proxy has one address')
    return {
      lines: [],
      inside: [{ text: `SetHandler ${inQuotes(`proxy:${target.origin}`)}` }, ...environmentOf(place.block, configuration, ledger)],
      balancers: [],
    }
  }
  if (directive.name === 'uwsgi_pass' || directive.name === 'fastcgi_pass' || directive.name === 'scgi_pass') {
    const scheme = directive.name === 'uwsgi_pass' ? 'uwsgi' : directive.name === 'scgi_pass' ? 'scgi' : 'fcgi'
    const target = originOf(address, scheme, configuration, ledger)
    if (!target || place.kind === 'regex') return refuse('Its address cannot be written for Apache')
    if (place.path === '/') ledger.done(directive)
    else
      ledger.differs(
        directive,
        `Apache gives the application SCRIPT_NAME "${place.path.replace(/\/$/, '')}" and the rest as PATH_INFO; nginx gives the whole path as PATH_INFO.`,
      )
    return { lines: [simple('ProxyPass', place.path, `${target.origin}/`)], inside: [], balancers: target.balancers }
  }
  const [, scheme = '', rest = ''] = /^(https?):\/\/(.*)$/i.exec(address) ?? []
  if (directive.name !== 'proxy_pass' || scheme === '') return refuse('Apache has no such proxy')
  const unix = /^(unix:[^:]+)(?::(.*))?$/.exec(rest)
  const authority = unix?.[1] ?? rest.replace(/[/?].*$/, '')
  const uri = unix ? unix[2] : rest.length > authority.length ? rest.slice(authority.length) : undefined
  const target = originOf(authority, scheme.toLowerCase(), configuration, ledger)
  if (!target) return refuse('Its upstream cannot be written as a balancer')
  return proxied(place, directive, target, uri, configuration, ledger)
}

interface Origin {
  readonly origin: string
  readonly balancers: readonly Line[]
}

/** An address with its scheme, as Apache writes it; of an `upstream` with several servers the balancer. */
function originOf(authority: string, scheme: string, configuration: Configuration, ledger: Ledger): Origin | undefined {
  if (authority.startsWith('unix:')) return { origin: `${authority}|${scheme}://localhost`, balancers: [] }
  const upstream = directivesNamed(configuration, 'upstream').find((each) => each.presence !== 'absent' && each.args[0]?.value === authority)
  if (!upstream) return { origin: `${scheme}://${authority}`, balancers: [] }
  const servers = upstream.children.filter(({ name }) => name === 'server')
  ledger.done(
    upstream,
    ...upstream.children.filter(({ name }) => name === 'keepalive' || name === 'zone' || name === 'keepalive_timeout' || name === 'keepalive_requests'),
  )
  for (const each of upstream.children)
    if (['ip_hash', 'hash', 'random', 'least_conn', 'least_time'].includes(each.name)) ledger.left(each, 'Choose a method of balancing with ProxySet lbmethod.')
  const members = servers.map((each) => {
    const [address = '', ...parameters] = valuesOf(each)
    const weight = parameters.find((one) => one.startsWith('weight='))?.slice('weight='.length)
    const strange = parameters.filter((one) => !/^(?:weight=|backup$|down$)/.test(one))
    if (strange.length > 0) ledger.differs(each, `${strange.join(', ')}: say it with the parameters of BalancerMember.`)
    else ledger.done(each)
    const url = address.startsWith('unix:') ? `${address}|${scheme}://localhost` : `${scheme}://${address}`
    return {
      url,
      more: [
        ...(weight === undefined ? [] : [`loadfactor=${weight}`]),
        ...(parameters.includes('backup') ? ['status=+H'] : []),
        ...(parameters.includes('down') ? ['status=+D'] : []),
      ],
    }
  })
  const [only] = members
  if (!only) return undefined
  if (members.length === 1) return { origin: only.url, balancers: [] }
  const name = authority.replaceAll('_', '-')
  return {
    origin: `balancer://${name}`,
    balancers: [
      section(
        'Proxy',
        inQuotes(`balancer://${name}`),
        members.map(({ url, more }) => simple('BalancerMember', url, ...more)),
      ),
    ],
  }
}

function proxied(
  place: Place,
  directive: PlacedDirective,
  { origin, balancers }: Origin,
  uri: string | undefined,
  configuration: Configuration,
  ledger: Ledger,
): Passing | undefined {
  const { block } = place
  const inside: Line[] = []
  const parameters: string[] = []
  for (const each of inForce(block, configuration, 'proxy_set_header')) {
    const [name = '', value = ''] = valuesOf(each)
    const lower = name.toLowerCase()
    if (lower === 'upgrade') parameters.push('upgrade=websocket')
    else if (lower === 'host' && (value === '$host' || value === '$http_host')) inside.push(simple('ProxyPreserveHost', 'On'))
    else if (
      lower === 'x-forwarded-for' ||
      (lower === 'x-forwarded-host' && /^\$(?:http_)?host$/.test(value)) ||
      lower === 'x-forwarded-server' ||
      lower === 'connection' ||
      (lower === 'host' && value === '$proxy_host')
    )
      ledger.kept(each, lower === 'connection' ? 'Apache keeps connections by itself.' : 'Apache’s proxy sets this header by itself.')
    else {
      const text = value === '' ? '' : headerText(value)
      if (text === undefined || lower === 'host') {
        ledger.left(each, 'Its value has a variable that Apache writes another way: say it with RequestHeader.')
        continue
      }
      inside.push(value === '' ? simple('RequestHeader', 'unset', name) : simple('RequestHeader', 'set', name, text))
    }
    ledger.done(each)
  }
  const timeout = inForce(block, configuration, 'proxy_read_timeout').at(-1)
  const seconds = /^(\d+)(s|m)?$/.exec(timeout?.args[0]?.value ?? '')
  if (timeout && seconds) {
    ledger.done(timeout)
    parameters.push(`timeout=${Number(seconds[1]) * (seconds[2] === 'm' ? 60 : 1)}`)
  }
  const redirects = inForce(block, configuration, 'proxy_redirect')
  ledger.done(directive, ...redirects)
  const isOff = redirects.some((each) => each.args[0]?.value === 'off')
  const rewrites = block.children.filter(({ name }) => name === 'rewrite')
  const [rewrite, ...others] = rewrites
  if (
    place.kind === 'prefix' &&
    rewrite?.args[2]?.value === 'break' &&
    others.length === 0 &&
    uri === undefined &&
    /^\/[^$?]*\$1$/.test(rewrite.args[1]?.value ?? '')
  ) {
    ledger.done(rewrite)
    return { lines: [simple('ProxyPassMatch', rewrite.args[0]?.value ?? '', `${origin}${rewrite.args[1]?.value ?? ''}`, ...parameters)], inside, balancers }
  }
  if (place.kind !== 'prefix') {
    if (uri !== undefined && place.kind === 'regex') {
      ledger.left(directive, 'A path behind the address of a pattern is not taken by nginx either.')
      return undefined
    }
    return {
      // Where nothing of the match is put in, Apache puts the whole path behind: an empty group is put in.
      lines: [
        uri === undefined
          ? simple('ProxyPassMatch', wholePattern(place), `${origin}$0`, ...parameters)
          : simple('ProxyPassMatch', place.pattern.replace(/\$$/, '()$'), `${origin}${uri}$1`, ...parameters),
      ],
      inside,
      balancers,
    }
  }
  if (!endsAtSegment(place))
    ledger.differs(directive, `nginx passes on all paths that begin with ${place.path}, also ${place.path}more; Apache those of this segment alone.`)
  const target = `${origin}${uri ?? place.path}`
  const reverse = isOff ? [] : [simple('ProxyPassReverse', place.path, target.replace(/^unix:[^|]*\|/, ''))]
  return { lines: [simple('ProxyPass', place.path, target, ...parameters), ...reverse], inside, balancers }
}

const expressions: Readonly<Record<string, string>> = {
  $scheme: 'expr=%{REQUEST_SCHEME}',
  $remote_addr: 'expr=%{REMOTE_ADDR}',
  $host: 'expr=%{SERVER_NAME}',
  $http_host: 'expr=%{HTTP_HOST}',
  $server_port: 'expr=%{SERVER_PORT}',
  $remote_user: 'expr=%{REMOTE_USER}',
}

const headerText = (value: string): string | undefined => expressions[value] ?? (value.includes('$') ? undefined : value.replaceAll('%', '%%'))

/** The parameters of FastCGI that are a site's own. */
function environmentOf(block: PlacedDirective, configuration: Configuration, ledger: Ledger): readonly Line[] {
  return inForce(block, configuration, 'fastcgi_param').flatMap((each): Line[] => {
    const [name = '', value = ''] = valuesOf(each)
    ledger.done(each)
    if (value.includes('$') || usual.has(name)) return []
    return [simple('SetEnv', name, value)]
  })
}

/** What Apache gives to FastCGI itself. */
const usual: ReadonlySet<string> = new Set(['GATEWAY_INTERFACE', 'REDIRECT_STATUS', 'SERVER_SOFTWARE'])

/** The origin that a named location passes to, where it passes on as it is. */
export function namedOrigin(
  server: PlacedDirective,
  name: string,
  configuration: Configuration,
  ledger: Ledger,
): { readonly origin: string; readonly passing: Passing } | undefined {
  const block = server.children.find((each) => each.name === 'location' && each.args[0]?.value === name)
  const pass = block && passOf(block)
  if (!block || pass?.name !== 'proxy_pass') return undefined
  const place: Place = { block, location: undefined, kind: 'prefix', path: '/', pattern: '^/', rank: 0 }
  const passing = passingOf(place, configuration, ledger)
  const first = passing?.lines[0]
  const target = first && 'text' in first ? /^ProxyPass \/ (\S+)\//.exec(first.text)?.[1] : undefined
  return passing && target !== undefined && !target.startsWith('unix:') ? { origin: target, passing } : undefined
}
