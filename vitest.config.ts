import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { wasmPlugin } from './scripts/lib/wasm.mjs'

export default defineConfig({
  plugins: [wasmPlugin],
  test: {
    server: { deps: { inline: [/pcre2-wasm/] } },
    include: ['test/**/*.test.ts'],
    // These run inside VS Code: see scripts/vscode-tests.mjs.
    exclude: ['test/vscode/**'],
    // Real servers are started by some.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Much of the time goes to waiting for servers: vitest's own choice would leave one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
