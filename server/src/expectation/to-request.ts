import type { Configuration } from '../configuration/placed.ts'
import { toByteText } from '../regex/bytes.ts'
import { requestOfUrl } from '../request/read-url.ts'
import type { Request } from '../request/request.ts'
import type { Asked } from './expectation.ts'
import { type AnsweringServer, answeringServers, endpointFor } from './servers.ts'

/** The request that an expectation is about, in a configuration; `server` is the one in whose block it stands. Undefined where nobody answers. */
export function requestFor(asked: Asked, configuration: Configuration, server: AnsweringServer | undefined): Request | undefined {
  const { method, client, version } = asked
  const headers = asked.headers.map(([name, value]) => `${name}: ${value}`)
  const common = { method, headers, client, version }
  if (/^https?:\/\//i.test(asked.target)) {
    const request = requestOfUrl(asked.target, { ...common, connect: asked.connect })
    const host = /^https?:\/\/([^/?#]*)/i.exec(asked.target)?.[1] ?? ''
    return asked.connect === undefined ? { ...request, connect: endpointFor(configuration, withoutPort(host), request.connect.port) } : request
  }
  const origin = originOf(asked.host, configuration, server)
  if (!origin) return undefined
  const request = requestOfUrl(`${origin.tls ? 'https' : 'http'}://${origin.authority}/`, { ...common, connect: asked.connect })
  const connect = asked.connect === undefined ? origin.connect : request.connect
  return { ...request, target: toByteText(asked.target), connect, tls: origin.tls }
}

interface Origin {
  readonly authority: string
  readonly connect: Request['connect']
  readonly tls: boolean
}

/** Where a request for a path alone goes. */
function originOf(host: string | undefined, configuration: Configuration, server: AnsweringServer | undefined): Origin | undefined {
  const servers = answeringServers(configuration)
  const port = host === undefined ? undefined : /:(\d{1,5})$/.exec(host)?.[1]
  if (host !== undefined && port !== undefined) {
    const connect = endpointFor(configuration, withoutPort(host), Number(port))
    const tls = servers.some(({ listens }) => listens.some((each) => each.tls && each.port === connect.port && each.address === connect.address))
    return { authority: host, connect, tls }
  }
  const named = host === undefined ? undefined : servers.find(({ names }) => names.includes(host.toLowerCase()))
  const chosen = named ?? (host === undefined ? server : undefined) ?? servers[0]
  const listen = chosen?.listens[0]
  if (!chosen || !listen) return undefined
  const { address, port: number, tls } = listen
  const isUsual = number === (tls ? 443 : 80)
  return { authority: `${host ?? chosen.host}${isUsual ? '' : `:${number}`}`, connect: { address, port: number }, tls }
}

const withoutPort = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')

/** A request as it is shown where its place says no host: `GET http://shop.example/a`. */
export function shownRequest({ method, target, headers, connect, tls }: Request): string {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? `${connect.address}:${connect.port}`
  return target.startsWith('/') ? `${method} ${tls ? 'https' : 'http'}://${host}${target}` : `${method} ${target} (Host: ${host})`
}
