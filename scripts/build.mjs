#!/usr/bin/env node
// Bundles the command, the language server and the extension into dist/.
//
//   node scripts/build.mjs [--tests] [--watch]
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, context } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const watch = process.argv.includes('--watch')
const withTests = process.argv.includes('--tests')

const common = { bundle: true, minify: !watch, sourcemap: watch, legalComments: 'none', logLevel: 'warning', mainFields: ['module', 'main'] }
const node = { ...common, platform: 'node', target: 'node20', format: 'cjs' }
const browser = { ...common, platform: 'browser', target: 'es2022' }
const bundles = [
  { ...node, entryPoints: ['server/src/cli/main.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['server/src/lsp/node-main.ts'], outfile: 'dist/server.js' },
  // A browser's worker runs the same core: this bundle fails to build where something in it needs Node.
  { ...browser, entryPoints: ['server/src/lsp/worker-main.ts'], outfile: 'dist/server.worker.js', format: 'iife' },
  { ...node, entryPoints: ['client/src/extension.ts'], outfile: 'dist/client.js', external: ['vscode'] },
  ...(withTests ? [{ ...node, entryPoints: ['test/vscode/suite/index.ts'], outfile: 'dist/test/vscode.cjs', external: ['vscode'] }] : []),
]

mkdirSync(dist, { recursive: true })
// The bundles are CommonJS in a package of ES modules.
writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n')
const missing = bundles.flatMap((bundle) => bundle.entryPoints).filter((entry) => !existsSync(join(root, entry)))
if (missing.length > 0) {
  console.error(`cannot build: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not there`)
  process.exit(1)
}
for (const options of bundles) {
  if (watch) await (await context({ ...options, absWorkingDir: root })).watch()
  else await build({ ...options, absWorkingDir: root })
  const size = existsSync(join(root, options.outfile)) ? `${Math.round(statSync(join(root, options.outfile)).size / 1024)} kB` : ''
  console.log(`${options.outfile.padEnd(24)} ${size}`)
}
chmodSync(join(dist, 'cli.js'), 0o755)
