import type { Argument, Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { toByteText } from '../../regex/bytes.ts'
import { inEffect, ownOf } from '../../site/nginx/blocks.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'

/** The configuration that is in force for a request at a moment: `r->loc_conf`. */
export interface Scope {
  /** The `server`, `location`, `if` or `limit_except` block; undefined for a server that is not there. */
  readonly block: PlacedDirective
  readonly kind: 'server' | 'location' | 'if' | 'limit_except'
  /** The location's name, also of the blocks inside it: a prefix, a pattern without `~`, `@named`; empty for a server. */
  readonly name: string
  readonly modifier: '' | '=' | '^~' | '~' | '~*' | '@'
}

/** The bytes of an argument. */
export const bytesOf = (directive: PlacedDirective, argument: Argument): string =>
  directive.source.encoding === 'latin-1' ? argument.value : toByteText(argument.value)

/** The bytes of a directive's argument at an index, the first at 0; undefined where it has none. */
export function argumentAt(directive: PlacedDirective | undefined, index: number): string | undefined {
  const argument = directive?.args[index]
  return directive && argument ? bytesOf(directive, argument) : undefined
}

export const argumentsOf = (directive: PlacedDirective): string[] => directive.args.map((argument) => bytesOf(directive, argument))

/** What a request's handling asks of the configuration. */
export interface Settings {
  readonly configuration: Configuration
  /** The folder that relative paths begin at, with its last slash: `nginx -p`. */
  readonly prefix: string
}

/** The directive of a name that is in force in a scope, its own or inherited. */
export const directiveIn = (scope: Scope, { configuration }: Settings, name: string): PlacedDirective | undefined => inEffect(scope.block, configuration, name)

/** The first argument of the directive in force. */
export const valueIn = (scope: Scope, settings: Settings, name: string): string | undefined => argumentAt(directiveIn(scope, settings, name), 0)

/** Whether a flag is on; `fallback` is nginx's default. */
export function flagIn(scope: Scope, settings: Settings, name: string, fallback: boolean): boolean {
  const value = valueIn(scope, settings, name)?.toLowerCase()
  return value === undefined ? fallback : value === 'on'
}

/** A block's own directive of a name, which nothing inside inherits. */
export const ownDirective = (scope: Scope, { configuration }: Settings, name: string): PlacedDirective | undefined =>
  ownOf(scope.block, configuration, name).at(-1)

/** The directives of these names of the nearest level that has any. */
export const levelIn = (scope: Scope, { configuration }: Settings, ...names: readonly string[]): readonly PlacedDirective[] =>
  levelInEffect(scope.block, configuration, ...names)?.directives ?? []

/** A path as `ngx_conf_full_name` completes it. */
export const fullName = (path: string, { prefix }: Settings): string => (path.startsWith('/') ? path : prefix + path)
