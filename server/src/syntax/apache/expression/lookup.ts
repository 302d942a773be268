import data from './data/expression.json' with { type: 'json' }
import { isSubnet } from './subnet.ts'

/** What can be looked up by name: `server/util_expr_eval.c`, `AP_EXPR_FUNC_VAR` and its kin. */
export type NameKind = 'variable' | 'function' | 'list' | 'unary' | 'binary'

export interface LookupOptions {
  /**
   * No functions that read files: `AP_EXPR_FLAG_RESTRICTED`, which mod_authnz_fcgi's `UserExpr` has, and since 2.4.68 all of an `.htaccess`
   * (CVE-2026-44119). Operators like `-f` stay.
   */
  readonly restricted?: boolean
  /** Whether a module is loaded (`ssl_module`), undefined where that is not known; none is known without it. */
  readonly isLoaded?: (module: string) => boolean | undefined
  /** Modules that are not known here are loaded, which may bring names of their own. */
  readonly mayHaveOtherNames?: boolean
}

/** The server's words against a name or its argument; or that it depends on what is not known; or neither, and all is well. */
export interface Lookup {
  readonly error?: string
  readonly unknown?: true
}

/** Looks a name up as the server does at the time it reads the expression. `argument` is there where it is a constant text. */
export function lookUp(kind: NameKind, name: string, argument: string | undefined, options: LookupOptions): Lookup {
  const own = ownName(kind, name)
  if (own) return useOwn(kind, own, name, argument, options)
  const module = moduleWith(kind, name)
  const loaded = module === undefined ? false : options.isLoaded ? options.isLoaded(module) : undefined
  if (loaded === true) return {}
  if (loaded === undefined || options.mayHaveOtherNames === true) return { unknown: true }
  return { error: `${titles[kind]} '${dash(kind)}${name}' does not exist` }
}

interface Provided {
  readonly name: string
  readonly restricted?: boolean
  readonly subnet?: boolean
}

function useOwn(kind: NameKind, own: Provided, name: string, argument: string | undefined, options: LookupOptions): Lookup {
  if (kind === 'function' && own.restricted && options.restricted) return { error: `${own.name} not available in restricted context` }
  if (!own.subnet) return {}
  if (argument === undefined) return { error: `-${name} requires subnet/netmask as constant argument` }
  return isSubnet(argument) ? {} : { error: 'parsing of subnet/netmask failed' }
}

/** Operators of one letter are told apart by case, all else is not. */
function ownName(kind: NameKind, name: string): Provided | undefined {
  if (kind === 'unary') return unary.get(name)
  return own[kind]?.get(name.toLowerCase())
}

/** What modules of httpd add (the hook `expr_lookup`): `modules/ssl/ssl_engine_vars.c`, `modules/proxy/mod_proxy_hcheck.c`. */
function moduleWith(kind: NameKind, name: string): string | undefined {
  const lower = name.toLowerCase()
  if (kind === 'variable' ? lower.startsWith('ssl_') : kind === 'function' ? lower === 'ssl' : kind === 'list' && lower === 'peerextlist') return 'ssl_module'
  if (kind === 'variable' ? lower.startsWith('hc_') : kind === 'function' && lower === 'hc') return 'proxy_hcheck_module'
  return undefined
}

const titles: Readonly<Record<NameKind, string>> = {
  variable: 'Variable',
  function: 'Function',
  list: 'List-returning function',
  unary: 'Unary operator',
  binary: 'Binary operator',
}
const dash = (kind: NameKind): string => (kind === 'unary' || kind === 'binary' ? '-' : '')

const byName = (all: readonly Provided[]): ReadonlyMap<string, Provided> => new Map(all.map((each) => [each.name.toLowerCase(), each]))
const unary: ReadonlyMap<string, Provided> = new Map(data.names.unary.map((each): [string, Provided] => [each.name, each]))
const own: Partial<Record<NameKind, ReadonlyMap<string, Provided>>> = {
  variable: byName(data.names.variables.map((name) => ({ name }))),
  function: byName(data.names.functions),
  binary: byName(data.names.binary),
}
