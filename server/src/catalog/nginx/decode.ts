import type { NginxContext, NginxEntry, NginxModuleKind, NginxSource, NginxValueKind, NginxVariable } from './entry.ts'

/** The data file as scripts/catalog/nginx/assemble.mjs writes it. */
export interface CatalogData {
  readonly modules: readonly ModuleData[]
}

/** What one module declares, in one source. */
export interface ModuleData {
  readonly name: string
  readonly source: NginxSource
  readonly directives: readonly DirectiveRow[]
  readonly variables: readonly VariableRow[]
}

/** `[name, kind, contexts, arguments, value, repeat, more]` */
export type DirectiveRow = readonly [string, NginxModuleKind, string, string, NginxValueKind, NginxEntry['repeat'], DirectiveExtras]

/** `[name, protocol, flags, more]` */
export type VariableRow = readonly [string, 'http' | 'stream', string, { readonly since?: string; readonly until?: string }?]

interface DirectiveExtras {
  readonly setter?: string
  readonly level?: 'main' | 'srv' | 'loc'
  readonly slot?: string
  readonly values?: readonly string[]
  readonly bounds?: readonly [number, number | null]
  readonly post?: string
  readonly defines?: boolean
  readonly deprecated?: string | true
  readonly since?: string
  readonly until?: string
  readonly backported?: readonly string[]
  readonly opens?: NginxEntry['opens']
  readonly default?: string
  readonly syntax?: readonly string[]
}

/** Turns a row into an entry. */
export function decodeDirective(module: ModuleData, [name, kind, contexts, arity, value, repeat, more]: DirectiveRow): NginxEntry {
  const { args, counts } = decodeArity(arity)
  return {
    name,
    module: module.name,
    source: module.source,
    kind,
    contexts: contexts.split(' ') as NginxContext[],
    args,
    counts,
    flag: arity.includes('f'),
    block: arity.includes('b'),
    opens: more.opens,
    value,
    setter: more.setter,
    values: more.values,
    bounds: more.bounds && { min: more.bounds[0], max: more.bounds[1] ?? undefined },
    post: more.post,
    slot: more.slot,
    level: more.level,
    repeat,
    definesVariable: more.defines === true,
    deprecated: more.deprecated === true ? '' : more.deprecated,
    since: more.since,
    until: more.until,
    backported: more.backported ?? [],
    default: more.default,
    syntax: more.syntax ?? [],
  }
}

/** Turns a row into a variable. */
export function decodeVariable(module: ModuleData, [name, protocol, flags, more]: VariableRow): NginxVariable {
  return {
    name,
    module: module.name,
    source: module.source,
    protocol,
    prefix: flags.includes('p'),
    changeable: flags.includes('c'),
    since: more?.since,
    until: more?.until,
  }
}

/** "1", "1-3", "2,4" or "1+", with `b` for a block and `f` for a flag behind. */
function decodeArity(text: string): Pick<NginxEntry, 'args' | 'counts'> {
  const numbers = text.replace(/[bf]+$/, '')
  if (numbers.endsWith('+')) return { args: { min: Number(numbers.slice(0, -1)), max: undefined }, counts: undefined }
  const parts = numbers.split(/[-,]/).map(Number)
  const args = { min: parts[0] ?? 0, max: parts.at(-1) ?? 0 }
  return { args, counts: numbers.includes(',') ? parts : undefined }
}
