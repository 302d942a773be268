import { type Address, parseAddress } from '../../catalog/nginx/address.ts'
import { type Argument, type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { protocolOf } from './inheritance.ts'

/** One `listen` of a server. */
export interface Listen {
  readonly directive: PlacedDirective
  readonly address: Address
  /** The words behind the address: `ssl`, `http2`, `default_server`, `backlog=512`. */
  readonly parameters: readonly string[]
}

/** A `server` of the http block (or of a piece of it). */
export interface HttpServer {
  readonly directive: PlacedDirective
  /** What can be read of its listens. Empty where it has none: nginx listens on port 80 (8000 without rights). */
  readonly listens: readonly Listen[]
  readonly names: readonly { readonly name: string; readonly directive: PlacedDirective; readonly argument: Argument }[]
}

/** The servers of the http block that are certainly or possibly there, in their order. */
export const httpServersOf: (configuration: Configuration) => readonly HttpServer[] = derived((configuration: Configuration) =>
  directivesNamed(configuration, 'server').flatMap((directive) =>
    directive.presence !== 'absent' && directive.node.block && protocolOf(directive, configuration) === 'http' && directive.parent?.name !== 'upstream'
      ? [httpServer(directive)]
      : [],
  ),
)

/** What a `server` block listens on and is called. */
export const httpServer = derived((directive: PlacedDirective): HttpServer => {
  const listens: Listen[] = []
  const names: HttpServer['names'][number][] = []
  for (const each of directive.children) {
    if (each.presence === 'absent') continue
    if (each.name === 'listen') {
      const listen = listenOf(each)
      if (listen) listens.push(listen)
    } else if (each.name === 'server_name') {
      for (const argument of each.args) names.push({ name: argument.value.toLowerCase(), directive: each, argument })
    }
  }
  return { directive, listens, names }
})

function listenOf(directive: PlacedDirective): Listen | undefined {
  const [first, ...rest] = directive.args
  if (!first?.known) return undefined
  const address = parseAddress(first.value, { listen: true, defaultPort: 80 })
  return typeof address === 'string' ? undefined : { directive, address, parameters: rest.map(({ value }) => value) }
}

/** Whether a listen speaks TLS. */
export const isTls = (listen: Listen): boolean => listen.parameters.includes('ssl') || listen.parameters.includes('quic')
