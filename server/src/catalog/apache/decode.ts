import type { ApacheArguments, ApacheContext, ApacheEntry, ApacheForbidden, ApacheOverride, ApacheSource } from './entry.ts'

/** The data file as scripts/catalog/apache/assemble.mjs writes it. */
export interface CatalogData {
  readonly modules: readonly ModuleData[]
  readonly removed: readonly RemovedRow[]
}

/** What one module declares. */
export interface ModuleData {
  readonly name: string
  readonly identifier: string
  readonly file: string
  readonly source: ApacheSource
  readonly debian?: boolean
  readonly directives: readonly DirectiveRow[]
}

/** `[name, arguments, overrides, forbidden, handler, help, more]`; sections keep their bracket. */
export type DirectiveRow = readonly [string, ApacheArguments, string, string, string, string, DirectiveExtras?]

/** `[name, module, until, replacement]` */
export type RemovedRow = readonly [string, string, string, string?]

interface DirectiveExtras {
  readonly data?: string
  readonly since?: string
  readonly until?: string
  readonly only?: string
  readonly syntax?: string
  readonly default?: string
  readonly contexts?: string
}

const overrideLetters: readonly (readonly [string, ApacheOverride])[] = [
  ['s', 'server'],
  ['a', 'access'],
  ['p', 'proxy'],
  ['l', 'limit'],
  ['o', 'options'],
  ['f', 'fileinfo'],
  ['u', 'authconfig'],
  ['i', 'indexes'],
]

const forbiddenLetters: readonly (readonly [string, ApacheForbidden])[] = [
  ['v', 'virtualhost'],
  ['l', 'limit'],
  ['d', 'directory'],
  ['o', 'location'],
  ['f', 'files'],
  ['f', 'if'],
  ['h', 'htaccess'],
  ['p', 'proxy'],
]

const contextLetters: readonly (readonly [string, ApacheContext])[] = [
  ['s', 'server'],
  ['v', 'virtualhost'],
  ['d', 'directory'],
  ['h', 'htaccess'],
  ['p', 'proxy'],
]

/** Turns a row into an entry. */
export function decodeDirective(module: ModuleData, [name, kind, overrides, forbidden, handler, help, more]: DirectiveRow): ApacheEntry {
  const section = name.startsWith('<')
  return {
    name: section ? name.slice(1) : name,
    module: module.name,
    source: module.source,
    section,
    overrides: overrideLetters.filter(([letter]) => overrides.includes(letter)).map(([, value]) => value),
    onRead: overrides.includes('r'),
    arguments: kind,
    help: help === '' ? undefined : help,
    handler: handler === '' ? undefined : handler,
    data: more?.data,
    forbidden: forbiddenLetters.filter(([letter]) => forbidden.includes(letter)).map(([, value]) => value),
    since: more?.since,
    until: more?.until,
    only: more?.only,
    syntax: more?.syntax,
    default: more?.default,
    contexts: contextLetters.filter(([letter]) => more?.contexts?.includes(letter) === true).map(([, value]) => value),
  }
}
