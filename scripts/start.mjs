#!/usr/bin/env node
// `npm start`: installs, builds, and opens VS Code with webconf in it on an example or on a folder of yours.
//
//   npm start [-- [FOLDER] [--no-open] [--port N] [--web]]
//
//   FOLDER     what to open (default: examples/coralnet)
//   --no-open  print the address only, open no browser
//   --port N   the web VS Code's port on 127.0.0.1 (default: a free one)
//   --web      the web VS Code even where desktop VS Code is installed
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { firstConfigurationOf, tourOf } from './lib/examples.mjs'
import { findProgram, run } from './lib/processes.mjs'
import { fail, inProject, isAdministrator, root, say } from './lib/project.mjs'
import { startVsCode } from './lib/vscode-web.mjs'

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'no-open': { type: 'boolean' }, port: { type: 'string' }, web: { type: 'boolean' } },
  })
  await start(positionals[0] ?? 'examples/coralnet', { open: !values['no-open'], port: portOf(values.port), web: values.web })
} catch (error) {
  fail(error)
}

async function start(named, { open, port, web }) {
  // npm runs us in the project's folder; a relative path is meant from where the person stands.
  const folder = [resolve(process.env.INIT_CWD ?? process.cwd(), named), inProject(named)].find(isFolder)
  if (folder === undefined) throw new Error(`There is no folder ${named}`)
  await ensureDependencies()
  say('Building webconf …')
  const built = await run(process.execPath, [inProject('scripts/build.mjs')])
  if (built.code !== 0) throw new Error(built.stderr || built.stdout)

  const file = firstConfigurationOf(folder)
  const desktop = web ? undefined : findProgram('code')
  // Desktop VS Code refuses to run as root.
  if (desktop !== undefined && !isAdministrator) await openDesktop(desktop, folder, file)
  else await openWeb(folder, file, { open, port })
}

async function openDesktop(program, folder, file) {
  say(`Opening ${relative(root, folder) || folder} in desktop VS Code, with webconf from this folder in it …`)
  const { code, stderr } = await run(program, [`--extensionDevelopmentPath=${root}`, folder, ...(file ? [file] : [])])
  if (code !== 0) throw new Error(`${program} failed (exit ${code}): ${stderr}\nTry: npm start -- --web`)
  sayWhatToLookAt(folder, file)
}

async function openWeb(folder, file, { open, port }) {
  say('Starting a web VS Code on 127.0.0.1 …')
  const vscode = await startVsCode({ port })
  const payload = [['extensionDevelopmentPath', vscode.remote(root)], ['skipWelcome', 'true'], ...(file ? [['openFile', vscode.remote(file)]] : [])]
  const url = vscode.address({ folder, payload })

  let ending = false
  const end = async (code) => {
    if (ending) return
    ending = true
    await vscode.close()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0))
  vscode.exited.then(() => {
    if (!ending) process.stderr.write(`VS Code's server stopped:\n${vscode.log()}\n`)
    return end(1)
  })

  say('')
  say(`webconf is ready at ${url}`)
  say('')
  say('The address holds a secret token: whoever has it can use VS Code as you. Ctrl+C here ends it.')
  sayWhatToLookAt(folder, file)
  if (open) openBrowser(url)
}

function sayWhatToLookAt(folder, file) {
  say('')
  say('VS Code first asks whether you trust the folder: webconf works either way.')
  if (file !== undefined) say(`What to look at first, in ${relative(folder, file)}:`)
  for (const line of tourOf(folder)) say(`  - ${line}`)
  if (folder.startsWith(inProject('examples'))) say(`The example is opened in place: \`git checkout ${relative(root, folder)}\` makes it as it was.`)
}

/** Best effort: the address has been printed. */
function openBrowser(url) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? (process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? 'xdg-open' : undefined)
  if (opener === undefined || findProgram(opener) === undefined) return
  const child = spawn(opener, [url], { detached: true, stdio: 'ignore' })
  child.once('error', () => {})
  child.unref()
}

function portOf(text) {
  if (text === undefined) return undefined
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`--port wants a number from 1 to 65535, not ${text}`)
  return port
}

function isFolder(path) {
  return statSync(join(path, '.'), { throwIfNoEntry: false })?.isDirectory() ?? false
}
