/**
 * Where an nginx directive may stand: one bit of `cf->cmd_type` for one kind of module. `any` is NGX_ANY_CONF (`include`).
 * A `server` of `stream` is another context than one of `http`, as for nginx; an `if` is two, by the block it stands in.
 * The last row are blocks with a reader of their own.
 */
export type NginxContext =
  | 'any'
  | 'main'
  | 'events'
  | 'http'
  | 'server'
  | 'location'
  | 'if-in-server'
  | 'if-in-location'
  | 'limit_except'
  | 'upstream'
  | 'stream'
  | 'stream-server'
  | 'stream-upstream'
  | 'mail'
  | 'mail-server'
  | 'rtmp'
  | 'rtmp-server'
  | 'rtmp-application'
  | 'rtmp-recorder'
  | 'mgmt'
  | 'oidc_provider'
  | 'otel_exporter'
  | 'acme_issuer'

/** Where a module comes from: nginx itself, one of those in Debian's nginx-extras, another one, or NGINX Plus and App Protect. */
export type NginxSource = 'core' | 'debian' | 'third-party' | 'plus'

/**
 * What the argument is to nginx's own setter (`ngx_conf_set_size_slot` → `size`); `custom` when the module reads it itself.
 * `off` is a size in bytes that may also end in `g`; `msec` and `sec` are times; `complex` is a text with variables.
 */
export type NginxValueKind =
  | 'flag'
  | 'size'
  | 'off'
  | 'msec'
  | 'sec'
  | 'num'
  | 'str'
  | 'enum'
  | 'bitmask'
  | 'str_array'
  | 'keyval'
  | 'bufs'
  | 'access'
  | 'path'
  | 'complex'
  | 'complex-size'
  | 'predicate'
  | 'types'
  | 'custom'

/** The kind of module that declares a directive; `ngx_conf_handler` passes over those of another kind than the block being read. */
export type NginxModuleKind = 'core' | 'conf' | 'event' | 'http' | 'stream' | 'mail' | 'rtmp'

/** One row of a module's `ngx_command_t` table, for the span of nginx versions in which it was so. */
export interface NginxEntry {
  readonly name: string
  readonly module: string
  readonly source: NginxSource
  readonly kind: NginxModuleKind
  readonly contexts: readonly NginxContext[]
  /** How many arguments; `max` is absent where there is no limit. */
  readonly args: { readonly min: number; readonly max: number | undefined }
  /** The admitted counts, where `args` alone does not say it (two or four, not three). */
  readonly counts: readonly number[] | undefined
  /** NGX_CONF_FLAG: exactly one argument. Whether it must be `on` or `off` is said by `value`, not by this (`ssl_ocsp` once). */
  readonly flag: boolean
  readonly block: boolean
  /** What the block holds: a context, `if` (by the outer block), data or Lua; undefined where unknown or no block. */
  readonly opens: NginxContext | 'if' | 'data' | 'lua' | undefined
  readonly value: NginxValueKind
  /** The C function, where it is not nginx's standard one for `value`. */
  readonly setter: string | undefined
  /** The words that an `enum` or `bitmask` takes, in any case. */
  readonly values: readonly string[] | undefined
  /** Limits of a `num`; `max` is absent where there is only a lower one. */
  readonly bounds: { readonly min: number; readonly max: number | undefined } | undefined
  /** The check that follows the standard setter. */
  readonly post: string | undefined
  /** Structure and field that the value goes to: directives with the same one are duplicates of each other. */
  readonly slot: string | undefined
  /** The configuration that holds the slot, where known: of `main` there is one for all of `http` or `stream`. */
  readonly level: 'main' | 'srv' | 'loc' | undefined
  /** A second use on the same level: refused ("is duplicate"), added to the first (or simply accepted), or not known. */
  readonly repeat: 'error' | 'accumulate' | 'unknown'
  /** Its setter makes a variable of a name among the arguments (`set $x`, `map … $x`). */
  readonly definesVariable: boolean
  /** Still read but ignored or to be replaced: what the server tells to use instead, or an empty text. */
  readonly deprecated: string | undefined
  /** The first nginx version with this entry; absent where it is older than what was read. Versions of other modules are not given. */
  readonly since: string | undefined
  /** The first nginx version without this entry. */
  readonly until: string | undefined
  /** Releases of older stable branches that got it too, each with the later ones of its branch. */
  readonly backported: readonly string[]
  readonly default: string | undefined
  /** The arguments in the documentation's notation, one text a form. */
  readonly syntax: readonly string[]
}

/** A variable that a module declares; the ones that a configuration makes are not here. */
export interface NginxVariable {
  /** Without `$`; of a prefix variable the fixed part (`http_`). */
  readonly name: string
  readonly module: string
  readonly source: NginxSource
  readonly protocol: 'http' | 'stream'
  /** Any name that begins so is a variable. */
  readonly prefix: boolean
  /** A configuration may define it anew (`set $limit_rate`). */
  readonly changeable: boolean
  readonly since: string | undefined
  readonly until: string | undefined
}
