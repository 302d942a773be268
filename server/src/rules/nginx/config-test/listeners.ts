import type { PlacedDirective } from '../../../configuration/placed.ts'

/** One address that servers listen on (`ngx_http_conf_addr_t`). */
export interface Listener {
  /** Family and address and port, as compared. */
  readonly key: string
  /** As nginx writes it: `0.0.0.0:80`. */
  readonly text: string
  /** The servers on it. */
  readonly servers: { readonly block: PlacedDirective | undefined; readonly directive: PlacedDirective }[]
  /** The `listen` that sets options of the socket. */
  set: PlacedDirective | undefined
  defaultServer: PlacedDirective | undefined
  /** Some `listen` for it has `ssl`. */
  ssl: boolean
}
