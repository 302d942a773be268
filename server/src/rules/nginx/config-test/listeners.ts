import type { PlacedDirective } from '../../../configuration/placed.ts'

/** One address that servers listen on (`ngx_http_conf_addr_t`). */
export interface Listener {
  /** As nginx writes it: `0.0.0.0:80`. */
  readonly text: string
  readonly first: PlacedDirective
  /** The servers on it, each with its `listen`, in their order; undefined stands for the block that a piece is the inside of. */
  readonly servers: Map<PlacedDirective | undefined, PlacedDirective>
  /** The `listen` that sets options of the socket. */
  set: PlacedDirective | undefined
  defaultServer: PlacedDirective | undefined
  /** Some `listen` for it has `ssl`. */
  ssl: boolean
}
