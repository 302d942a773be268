// WebAssembly modules go into the bundles as base64 text: no host has to find and read a file beside its code.
import { readFileSync } from 'node:fs'

/** For esbuild. */
export const wasmLoader = { '.wasm': 'base64' }

/** For Vite and vitest. */
export const wasmPlugin = {
  name: 'wasm-as-base64',
  enforce: 'pre',
  load(id) {
    const path = id.split('?')[0]
    if (path.endsWith('.wasm')) return `export default ${JSON.stringify(readFileSync(path).toString('base64'))}`
  },
}
