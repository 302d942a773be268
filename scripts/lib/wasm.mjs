// A WebAssembly module is imported as a function that gives its base64 text: no host has to know of a file beside its code.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const base64Of = (path) => JSON.stringify(readFileSync(path).toString('base64'))

/** For esbuild: the text is part of the bundle. */
export const wasmInside = {
  name: 'wasm-inside',
  setup(build) {
    build.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: `export default () => ${base64Of(path)}`, loader: 'js' }))
  },
}

/** For esbuild and Node: the text is a file in `folder` beside the bundle, read when it is first wanted, as in few runs it is. */
export const wasmBeside = (folder) => ({
  name: 'wasm-beside',
  setup(build) {
    build.onLoad({ filter: /\.wasm$/ }, ({ path }) => {
      const file = `${basename(path, '.wasm')}.cjs`
      writeFileSync(join(folder, file), `module.exports = ${base64Of(path)}\n`)
      return { contents: `export default () => require('./${file}')`, loader: 'js' }
    })
    build.onResolve({ filter: /^\.\/\w+\.cjs$/ }, ({ path, importer }) => (importer.endsWith('.wasm') ? { path, external: true } : undefined))
  },
})

/** For Vite and vitest. */
export const wasmPlugin = {
  name: 'wasm-inside',
  enforce: 'pre',
  load(id) {
    const path = id.split('?')[0]
    return path.endsWith('.wasm') ? `export default () => ${base64Of(path)}` : undefined
  },
}
