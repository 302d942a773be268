import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Endpoint } from '../../request/request.ts'

/** What requests can be sent to: a server of nginx, a virtual host of Apache or its main server. */
export interface Site {
  /** The block; undefined for the main server of Apache. */
  readonly directive: PlacedDirective | undefined
  /** Where it can be reached, the best first: with TLS where it has that. */
  readonly endpoints: readonly SiteEndpoint[]
  /** Names for a URL, the best first; the last one is for who has no name of his own. */
  hosts(): readonly string[]
  /** Whether it goes by a name that is asked for. */
  isCalled(host: string): boolean
  /** The directives that a step of an answer names where this site was chosen. */
  readonly chosenBy: readonly PlacedDirective[]
}

export interface SiteEndpoint extends Endpoint {
  readonly tls: boolean
}

/** A name of a wildcard for a URL: `*.a.example` and `.a.example` have one each, `www.*` has none. */
export function hostOfName(name: string): string | undefined {
  const written = name.startsWith('*.') ? `www${name.slice(1)}` : name.replace(/^\./, '')
  return /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(written) ? written.toLowerCase() : undefined
}

/** An address as a URL has it. */
export const hostOfAddress = (address: string): string => (address.includes(':') ? `[${address}]` : address)
