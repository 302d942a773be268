import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These run inside VS Code: see scripts/vscode-tests.mjs.
    exclude: ['test/vscode/**'],
    // Real servers are started by some.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
