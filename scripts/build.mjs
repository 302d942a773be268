#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
// Bundles the extension, the language server and the command into dist/.
//
//   node scripts/build.mjs [--watch] [--dev] [--tests]
//
//   --dev    readable, with source maps (implied by --watch)
//   --tests  also the tests that run inside VS Code, into dist/test/
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { duration, fail, inProject, root, say } from './lib/project.mjs'
import { wasmBeside, wasmInside } from './lib/wasm.mjs'

const { values: options } = parseArgs({ options: { watch: { type: 'boolean' }, dev: { type: 'boolean' }, tests: { type: 'boolean' } } })
const readable = options.dev || options.watch

/** What Node and the browser's workers run: from which entry to which file. */
const bundles = [
  { entry: 'client/src/extension.ts', file: 'client.cjs', platform: 'node', format: 'cjs', external: ['vscode'] },
  { entry: 'server/src/lsp/node-main.ts', file: 'server.js', platform: 'node', format: 'cjs', cached: true },
  { entry: 'server/src/cli/main.ts', file: 'cli.js', platform: 'node', format: 'cjs', cached: true, executable: true },
  { entry: 'server/src/lsp/worker-main.ts', file: 'server.worker.js', platform: 'browser', format: 'iife' },
  { entry: 'client/src/extension-web.ts', file: 'client.web.js', platform: 'browser', format: 'cjs', external: ['vscode'] },
  // The page of the panel that explains a request.
  { entry: 'client/src/explain/view/main.ts', file: 'explain.js', platform: 'browser', format: 'iife' },
  { entry: 'client/src/explain/view/style.css', file: 'explain.css', platform: 'browser' },
]

async function build() {
  const started = Date.now()
  const wanted = [...bundles, ...(options.tests ? testBundles() : [])]
  prepareFolder(wanted)
  const { context } = await import('esbuild')
  const contexts = await Promise.all(wanted.map((bundle) => context(settingsOf(bundle))))
  if (options.watch) {
    await Promise.all(contexts.map((each) => each.watch()))
    say('Watching; every change is built at once. Ctrl+C ends.')
    return
  }
  // esbuild has printed the errors themselves, with their places.
  const results = await Promise.allSettled(contexts.map((each) => each.rebuild()))
  await Promise.all(contexts.map((each) => each.dispose()))
  const failed = wanted.filter((_, i) => results[i].status === 'rejected')
  if (failed.length > 0) throw new Error(`Not built: ${failed.map(({ entry }) => entry).join(', ')}`)
  if (!readable) writeCodeCache()
  for (const { file, cached } of wanted) say(`dist/${file.padEnd(18)} ${kibibytes(mainFile(file, cached))}`)
  say(`built in ${duration(Date.now() - started)}`)
}

/** The tests that run inside VS Code: one module for each suite. */
function testBundles() {
  const folder = inProject('test/vscode')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.suite.ts'))
    .map((name) => ({
      entry: `test/vscode/${name}`,
      file: `test/${basename(name, '.suite.ts')}.cjs`,
      // Suites of the web extension run in a worker of the browser.
      platform: name.endsWith('.web.suite.ts') ? 'browser' : 'node',
      format: 'cjs',
      external: ['vscode'],
    }))
}

/**
 * The package is ESM, the bundles are CommonJS, which starts quicker and which every VS Code loads:
 * a package.json of their own says so. The extension's is a .cjs besides, because VS Code from 1.100 on
 * goes by the package's "type" alone.
 */
function prepareFolder(wanted) {
  mkdirSync(inProject('dist'), { recursive: true })
  if (options.tests) rmSync(inProject('dist/test'), { recursive: true, force: true })
  writeFileSync(inProject('dist/package.json'), '{ "type": "commonjs" }\n')
  for (const { file, cached, executable } of wanted) {
    if (!cached) continue
    rmSync(inProject('dist', mainFile(file, true).replace(/js$/, 'cache')), { force: true })
    writeFileSync(inProject('dist', file), starter(file))
    if (executable) chmodSync(inProject('dist', file), 0o755)
  }
}

/**
 * Runs the bundle from the compiled code that the build has kept beside it: a good third of the time that a check of a small file takes is
 * compiling. Another V8 than the build's takes the source as it is. A cache is written where WEBCONF_WRITE_CODE_CACHE says so.
 */
const starter = (file) => `#!/usr/bin/env node
'use strict'
const { readFileSync, writeFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { dirname } = require('node:path')
const { Script } = require('node:vm')
const filename = require.resolve('./${mainFile(file, true)}')
const cache = filename.replace(/js$/, 'cache')
let cachedData
try {
  cachedData = readFileSync(cache)
} catch {}
// The bundle is ASCII.
const script = new Script(wrap(readFileSync(filename, 'latin1')), { filename, cachedData })
if (process.env.WEBCONF_WRITE_CODE_CACHE) process.on('exit', () => writeFileSync(cache, script.createCachedData()))
const main = { exports: {}, filename }
script.runInThisContext().call(main.exports, main.exports, createRequire(filename), main, filename, dirname(filename))
`

/** Runs the command once over an example, so that what it needed is kept compiled. */
function writeCodeCache() {
  const cli = inProject('dist/cli.js')
  const example = inProject('examples/coralnet')
  if (!existsSync(cli) || !existsSync(example)) return
  spawnSync(process.execPath, [cli, 'check', example], { env: { ...process.env, WEBCONF_WRITE_CODE_CACHE: '1' }, stdio: 'ignore' })
}

/** The file that holds a bundle's code, where a starter goes before it. */
function mainFile(file, cached) {
  return cached ? file.replace(/\.js$/, '-main.js') : file
}

function settingsOf({ entry, file, platform, format, external = [], cached }) {
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join('dist', mainFile(file, cached)),
    bundle: true,
    platform,
    format,
    external,
    target: platform === 'node' ? 'node20' : 'es2022',
    // Some packages' "main" is a UMD file that cannot be bundled; their "module" can.
    mainFields: platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    minify: !readable,
    sourcemap: readable ? 'linked' : false,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [largeJson, platform === 'node' ? wasmBeside(inProject('dist')) : wasmInside],
  }
}

/** The catalogs: a text given to JSON.parse is read quicker than the same data written as code. */
const largeJson = {
  name: 'large-json',
  setup(build) {
    build.onLoad({ filter: /\/data\/[^/]*\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')))
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js', watchFiles: [path] }
    })
  },
}

function kibibytes(file) {
  return `${(statSync(inProject('dist', file)).size / 1024).toFixed(0).padStart(5)} KiB`
}

try {
  await ensureDependencies()
  await build()
} catch (error) {
  fail(error)
}
