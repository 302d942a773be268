import type { PlacedDirective } from '../../../configuration/placed.ts'

/** What a location matches (`ngx_http_core_loc_conf_t`); an `if` or `limit_except` has the name of what it stands in. */
export interface Location {
  readonly directive: PlacedDirective
  /** The path, pattern or name, without the modifier. */
  readonly name: string
  readonly kind: 'prefix' | 'exact' | 'regex' | 'named' | 'if' | 'limit_except'
  readonly noRegex: boolean
}
