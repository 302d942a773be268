import type { Block } from '../tree.ts'

/**
 * What a block holds is decided by its name alone: nginx gives the bodies of these to a handler that
 * takes each line's words as data, and lua-nginx-module reads `*_by_lua_block` with a lexer of its own.
 */
export function blockHolds(name: string): Block['holds'] {
  if (dataBlocks.has(name)) return 'entries'
  if (name.endsWith('_by_lua_block')) return 'code'
  return 'directives'
}

const dataBlocks: ReadonlySet<string> = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map', 'geoip2', 'match'])
