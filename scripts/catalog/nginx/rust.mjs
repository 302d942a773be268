// `ngx_command_t` tables of modules written in Rust (nginx-acme).
import { argumentCounts, contextsOf, evaluateFlags, isBlock, isFlag } from './flags.mjs'

/** Inner tables are read by the block they belong to: their rows carry no context flag. */
const innerContexts = new Map([['NGX_HTTP_ACME_ISSUER_COMMANDS', 'acme_issuer']])

/** Adds the directives of one file. @param {string} text @param {import('./link.mjs').Tree} tree */
export function readRust(text, tree) {
  for (const table of text.matchAll(/static mut (\w+)\s*:\s*\[ngx_command_t[^=]*=\s*\[([\s\S]*?)\n\];/g)) {
    const inner = innerContexts.get(table[1] ?? '')
    for (const row of (table[2] ?? '').matchAll(/ngx_command_t\s*\{([\s\S]*?)\n {4}\}/g)) {
      const body = row[1] ?? ''
      const name = /name:\s*ngx_string!\("([^"]+)"\)/.exec(body)?.[1]
      const flags = /type_:\s*([^,]+?)(?:\s+as\s+\w+)?,/.exec(body)?.[1]
      if (!name || !flags) continue
      const { mask } = evaluateFlags(flags, () => undefined)
      tree.directives.push({
        name,
        module: 'ngx_http_acme_module',
        kind: 'http',
        contexts: inner ? [inner] : contextsOf(mask, 'http'),
        ...argumentCounts(mask),
        ...(isFlag(mask) ? { flag: true } : {}),
        ...(isBlock(mask) ? { block: true } : {}),
        setter: /set:\s*Some\((\w+)\)/.exec(body)?.[1] ?? '',
        value: 'custom',
        repeat: 'unknown',
      })
    }
  }
}
