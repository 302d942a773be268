#!/usr/bin/env node
// Speed, as ratios measured side by side in one run: the whole check of 2,000 virtual hosts against the real servers'
// own test where they are installed, parsing inside a process, and from a key press to problems.
//
//   npm run bench [-- [--formatters] [FILE]]
//     --formatters   installs other formatters to compare with
//     FILE           a configuration in which keys are pressed (default: the generated nginx.conf)
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { apacheHost, nginxHost } from './lib/bench-input.mjs'
import { wasmInside } from './lib/wasm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'webconf-bench-'))
const hosts = 2000
const asksForFormatters = process.argv.includes('--formatters')
const given = process.argv.slice(2).find((each) => !each.startsWith('--'))
const rounds = 7

const many = (make) => Array.from({ length: hosts }, (_, i) => make(i)).join('')
const files = {
  nginx: join(folder, 'nginx.conf'),
  many: join(folder, 'many', 'nginx.conf'),
  apache: join(folder, 'httpd.conf'),
}
const nginxHead = `pid ${folder}/nginx.pid;
error_log stderr;
worker_processes auto;
events { worker_connections 1024; }
http {
    access_log off;
    server_names_hash_max_size 65536;
    server_names_hash_bucket_size 128;
    log_format main '$remote_addr [$time_local] "$request" $status $body_bytes_sent';
`
mkdirSync(join(folder, 'many', 'sites'), { recursive: true })
writeFileSync(files.nginx, `${nginxHead}${many(nginxHost)}}\n`)
writeFileSync(files.many, `${nginxHead}    include sites/*.conf;\n}\n`)
for (let i = 0; i < hosts; i++) writeFileSync(join(folder, 'many', 'sites', `host${i}.conf`), nginxHost(i))
const modules = ['mpm_event', 'authz_core', 'authz_host', 'alias', 'rewrite', 'headers', 'dir']
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`)
  .join('')
writeFileSync(
  files.apache,
  `ServerRoot ${folder}\nServerName localhost\nListen 127.0.0.1:8080\n${modules}PidFile ${folder}/apache.pid\nErrorLog ${folder}/error.log\nLogFormat "%h" combined\n${many((i) => apacheHost(i, folder))}`,
)

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
const seconds = (ms) => `${(ms / 1000).toFixed(3)} s`

/** Runs commands in turn, A B A B …, and returns the median of each. */
function sideBySide(commands) {
  const times = commands.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [program, ...args]] of commands.entries()) {
      const started = performance.now()
      const run = spawnSync(program, args, { stdio: 'ignore' })
      if (run.error) throw run.error
      if (round > 0) times[i].push(performance.now() - started)
    }
  }
  return times.map(median)
}

const cli = join(root, 'dist/cli.js')
if (!existsSync(cli)) throw new Error('build first: npm run build')
for (const [server, binary, args] of [
  ['nginx', '/usr/sbin/nginx', ['-t', '-p', folder, '-e', 'stderr', '-c', files.nginx]],
  ['many', '/usr/sbin/nginx', ['-t', '-p', folder, '-e', 'stderr', '-c', files.many]],
  ['apache', '/usr/sbin/apache2', ['-t', '-f', files.apache]],
]) {
  const lines = server === 'many' ? `${hosts + 1} files of nginx` : `${readFileSync(files[server], 'utf8').split('\n').length} lines`
  const check = [process.execPath, cli, 'check', '--format', 'json', '--fail-on', 'error', files[server]]
  if (existsSync(binary)) {
    const [ours, theirs] = sideBySide([check, [binary, ...args]])
    console.log(`${server}: ${lines}; webconf check ${seconds(ours)}, ${basename(binary)} -t ${seconds(theirs)}: ratio ${(ours / theirs).toFixed(2)}`)
  } else console.log(`${server}: ${lines}; webconf check ${seconds(sideBySide([check])[0])} (${binary} is not installed)`)
}

{
  // A project of 3,000 modules with a virtualenv of 400 MB beside it: the time and memory of a first check.
  const project = join(folder, 'project')
  const packages = join(project, 'venv/lib/python3.11/site-packages')
  const put = (path, text) => {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  const names = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
  put('manage.py', names)
  put('shop/__init__.py', '')
  put('shop/wsgi.py', `${names}application = None\n`)
  put(
    'shop/settings.py',
    "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nDEBUG = False\nSTATIC_URL = '/static/'\nSTATIC_ROOT = BASE_DIR / 'collected'\n",
  )
  put('venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n')
  put('venv/bin/activate', '')
  put(
    'deploy/httpd.conf',
    'WSGIDaemonProcess shop python-home=/srv/shop/venv python-path=/srv/shop\nWSGIScriptAlias / /srv/shop/shop/wsgi.py process-group=shop\nAlias /static/ /srv/shop/collected/\n',
  )
  for (let i = 0; i < 3000; i++) put(`apps/app${i % 150}/module${i}.py`, 'from django.db import models\n'.repeat(30))
  const filling = Buffer.alloc(20_000, 'x')
  for (let i = 0; i < 400; i++) {
    put(`venv/lib/python3.11/site-packages/package${i}-1.0.dist-info/METADATA`, `Name: package${i}\nVersion: 1.0\n`)
    mkdirSync(join(packages, `package${i}`))
    for (let j = 0; j < 50; j++) writeFileSync(join(packages, `package${i}`, `module${j}.py`), filling)
  }
  const tell = 'data:text/javascript,process.on("exit",()=>process.stderr.write(`${process.resourceUsage().maxRSS}`))'
  const times = []
  let memory = 0
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now()
    const run = spawnSync(process.execPath, ['--import', tell, cli, 'check', project], { encoding: 'utf8' })
    if (round > 0) times.push(performance.now() - started)
    memory = Math.max(memory, Number(run.stderr))
  }
  console.log(`project: 3,000 modules and a virtualenv of 400 MB; webconf check ${seconds(median(times))}, ${Math.round(memory / 1024)} MB`)
}

const bundle = join(folder, 'core.mjs')
writeFileSync(
  join(folder, 'core.ts'),
  `export { parse } from '${root}/server/src/syntax/parse.ts'\nexport { makeWorkspaceState } from '${root}/server/src/lsp/workspace-state.ts'\nexport { formatDocument } from '${root}/server/src/features/format.ts'\nexport { applyReplacements } from '${root}/server/src/problem/edits.ts'\nexport { nodeFileSystem, waitingFileSystem } from '${root}/server/src/cli/node-file-system.ts'\nexport { interpreterOf } from '${root}/server/src/request/interpret.ts'\nexport { requestOfUrl } from '${root}/server/src/request/read-url.ts'\nexport { resolveOnMachine } from '${root}/server/src/configuration/on-machine.ts'\nexport { makeSourceReader } from '${root}/server/src/configuration/source.ts'\nexport { makeSession } from '${root}/server/src/workspace/session.ts'\nexport { defaultSettings } from '${root}/server/src/workspace/settings.ts'\n`,
)
await build({
  entryPoints: [join(folder, 'core.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  plugins: [wasmInside],
  // Its build for Node is CommonJS, which has no place in a module.
  alias: { yaml: join(root, 'node_modules/yaml/browser/index.js') },
  nodePaths: [join(root, 'node_modules')],
  outfile: bundle,
  logLevel: 'error',
})
const core = await import(pathToFileURL(bundle).href)
const { applyReplacements, formatDocument, parse, makeWorkspaceState, nodeFileSystem } = core

for (const server of ['nginx', 'apache']) {
  const text = readFileSync(files[server], 'utf8')
  const times = []
  for (let i = 0; i < 20; i++) {
    const started = performance.now()
    parse(text, server)
    times.push(performance.now() - started)
  }
  console.log(`${server}: parse ${median(times).toFixed(1)} ms for ${text.split('\n').length} lines (inside a process, median of 20)`)
}

// Each parser in a process of its own, timed inside it, once: what a command or an editor that has just started sees.
const parsers = {
  webconf: `import { parse } from '${pathToFileURL(bundle).href}'\nconst run = (text) => parse(text, 'nginx')`,
  'nginx-conf': `import { NginxConfFile } from '${pathToFileURL(join(root, 'node_modules/nginx-conf/dist/index.js')).href}'\nconst run = (text) => new Promise((done) => NginxConfFile.createFromSource(text, done))`,
  '@webantic/nginx-config-parser': `import Parser from '${pathToFileURL(join(root, 'node_modules/@webantic/nginx-config-parser/index.js')).href}'\nconst run = (text) => new Parser().parse(text)`,
}
const parsing = Object.entries(parsers).map(([name, code], i) => {
  const file = join(folder, `parser-${i}.mjs`)
  writeFileSync(
    file,
    `${code}\nimport { readFileSync } from 'node:fs'\nconst text = readFileSync('${files.nginx}', 'utf8')\nconst started = performance.now()\nawait run(text)\nconsole.log(performance.now() - started)\n`,
  )
  return { name, file, times: [] }
})
for (let round = 0; round <= rounds; round++) {
  for (const { file, times } of parsing) {
    const run = spawnSync(process.execPath, [file], { encoding: 'utf8' })
    if (round > 0) times.push(Number(run.stdout))
  }
}
const [own, ...others] = parsing.map(({ name, times }) => ({ name, time: median(times) }))
console.log(
  `parse of nginx.conf in a new process: webconf ${own.time.toFixed(0)} ms; ${others.map(({ name, time }) => `${name} ${time.toFixed(0)} ms (${(time / own.time).toFixed(1)} times as long)`).join('; ')}`,
)

await benchFormatting()
await benchTraces()

const pressed = given ? resolve(given) : files.nginx
const state = makeWorkspaceState(nodeFileSystem)
const original = readFileSync(pressed, 'utf8')
state.setOpen(pressed, original)
await state.check()
const presses = []
for (let i = 0; i < 60; i++) {
  const started = performance.now()
  const at = Math.floor(((i % 50) / 50) * original.length)
  state.setOpen(pressed, `${original.slice(0, at)}\n# ${i}\n${original.slice(original.indexOf('\n', at) + 1)}`)
  await state.check()
  if (i >= 10) presses.push(performance.now() - started)
}
console.log(
  `key press to problems in ${basename(pressed)} (${original.split('\n').length} lines): median ${median(presses).toFixed(1)} ms, p95 ${percentile(presses, 0.95).toFixed(1)} ms`,
)
rmSync(folder, { recursive: true, force: true })

/** What a request gets, asked of hosts all over the configurations, which have been read. */
async function benchTraces() {
  for (const server of ['nginx', 'apache']) {
    const session = core.makeSession(core.waitingFileSystem, core.defaultSettings.limits.fileSize)
    const reader = core.makeSourceReader()
    const configuration = await session.settle((snapshot) => core.resolveOnMachine(snapshot, files[server], server, reader, core.defaultSettings))
    const answer = core.interpreterOf(configuration)
    const times = []
    for (let i = 0; i < 400; i++) {
      const path = ['/', '/static/app.css', '/media/a/b', '/x?y=z'][i % 4]
      const request = core.requestOfUrl(`http://host${(i * 37) % hosts}.example.org:8080${path}`)
      const started = performance.now()
      await session.settle((snapshot) => answer(configuration, request, snapshot))
      times.push(performance.now() - started)
    }
    const [first, ...others] = times
    const lines = readFileSync(files[server], 'utf8').split('\n').length
    console.log(
      `${server}: a request traced in ${lines} lines: median ${median(others).toFixed(2)} ms, p95 ${percentile(others, 0.95).toFixed(2)} ms; the first ${first.toFixed(1)} ms`,
    )
  }
}

/**
 * Laying out nginx.conf with all its indentation lost: whole commands side by side, and the work inside a process that has done it before. The
 * others are installed, into a folder for temporary files, where --formatters asks for it: they are no dependencies of ours.
 */
async function benchFormatting() {
  const flat = readFileSync(files.nginx, 'utf8').replace(/^ +/gm, '')
  const options = { indent: '    ', tabWidth: 8, align: false }
  const times = (work) => {
    const all = []
    for (let i = 0; i < rounds + 3; i++) {
      const started = performance.now()
      work()
      if (i >= 3) all.push(performance.now() - started)
    }
    return median(all)
  }
  const inside = times(() => applyReplacements(flat, formatDocument(flat, 'nginx', [], options).replacements))
  const cache = join(tmpdir(), 'webconf-formatters')
  if (asksForFormatters) {
    mkdirSync(cache, { recursive: true })
    const wanted = ['nginxbeautifier@1.0.19', 'prettier@2.8.8', 'prettier-plugin-nginx@1.0.3']
    console.log(`installs ${wanted.join(', ')} into ${cache}`)
    spawnSync('npm', ['install', '--prefix', cache, '--no-save', '--no-audit', '--no-fund', ...wanted], { stdio: 'inherit' })
  }
  const beautifier = join(cache, 'node_modules/nginxbeautifier/index.js')
  if (!existsSync(beautifier)) {
    console.log(`format of nginx.conf: ${inside.toFixed(0)} ms inside a process (npm run bench -- --formatters compares with others)`)
    return
  }
  const file = (name) => join(folder, `flat-${name}.conf`)
  const commands = {
    webconf: [cli, 'format', '--dialect', 'nginx', file('webconf')],
    nginxbeautifier: [beautifier, '-s', '4', '-i', file('nginxbeautifier')],
    'prettier-plugin-nginx': [
      join(cache, 'node_modules/prettier/bin-prettier.js'),
      ...['--plugin', join(cache, 'node_modules/prettier-plugin-nginx'), '--parser', 'nginx', '--tab-width', '4', '--write', file('prettier-plugin-nginx')],
    ],
  }
  // The slowest takes a minute: a few rounds tell.
  const whole = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  for (let round = 0; round < 3; round++) {
    for (const [name, args] of Object.entries(commands)) {
      writeFileSync(file(name), flat)
      const started = performance.now()
      const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`)
      whole[name].push(performance.now() - started)
    }
  }
  const own = median(whole.webconf)
  const shown = Object.entries(whole).map(([name, all]) => `${name} ${seconds(median(all))} (${(median(all) / own).toFixed(1)})`)
  console.log(`format of nginx.conf, whole commands: ${shown.join('; ')}`)
  const theirs = createRequire(import.meta.url)(join(cache, 'node_modules/nginxbeautifier/nginxbeautifier.js'))
  theirs.modifyOptions({ INDENTATION: '    ' })
  const others = times(() => theirs.perform_indentation(theirs.join_opening_bracket(theirs.clean_lines(flat))).join('\n'))
  console.log(
    `format of nginx.conf inside a process: webconf ${inside.toFixed(0)} ms; nginxbeautifier ${others.toFixed(0)} ms (${(others / inside).toFixed(1)})`,
  )
}
