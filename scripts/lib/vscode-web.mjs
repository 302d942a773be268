// VS Code's web build: fetched on first use into a cache folder, and started on 127.0.0.1.
// It is code-server's build (npm: code-server), of which only VS Code's own server is used.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, run, stop } from './processes.mjs'
import { cacheFolder, duration, inProject, say } from './project.mjs'

/** VS Code 1.100.3; later ones need Node 22. */
const version = '4.100.3'
const ripgrep = '@vscode/ripgrep@1.18.0'

/** The folder of VS Code's server, fetched first where it is not in the cache. */
export async function ensureVsCode() {
  const folder = join(cacheFolder, `vscode-${version}`)
  const server = join(folder, 'node_modules/code-server/lib/vscode')
  if (existsSync(folder)) return server
  say(`Fetching a web build of VS Code from npm (code-server ${version}, about 250 MB, once) into ${folder} …`)
  const started = Date.now()
  mkdirSync(cacheFolder, { recursive: true })
  const draft = mkdtempSync(join(cacheFolder, 'draft-'))
  try {
    await installInto(draft)
    // Finished in one step, so that an interrupted fetch is never taken for a whole one.
    renameSync(draft, folder)
  } catch (error) {
    // Another run may have been quicker; then its copy serves.
    if (!existsSync(server)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  say(`  done in ${duration(Date.now() - started)}`)
  return server
}

/**
 * Starts VS Code's server on 127.0.0.1, always behind a random token, or any local user would get a terminal.
 * Returns `{ port, token, remote(path), address({ folder, payload }), exited, log(), close() }`.
 */
export async function startVsCode({ port, trustEverything = false, extensions, env = {} } = {}) {
  const home = await ensureVsCode()
  const chosen = port ?? (await freePort())
  const data = mkdtempSync(join(tmpdir(), 'webconf-vscode-'))
  const token = randomBytes(24).toString('hex')
  // In a file, because the arguments of a process can be read by every user of the machine.
  const tokenFile = join(data, 'token')
  writeFileSync(tokenFile, token, { mode: 0o600 })
  const args = ['--accept-server-license-terms', '--connection-token-file', tokenFile, '--host', '127.0.0.1', '--port', String(chosen)]
  args.push('--server-data-dir', data, '--telemetry-level', 'off', ...(trustEverything ? ['--disable-workspace-trust'] : []))
  if (extensions !== undefined) args.push('--extensions-dir', extensions)
  const child = spawn(process.execPath, [join(home, 'out/server-main.js'), ...args], {
    detached: process.platform !== 'win32',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const close = async () => {
    await stop(child)
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  const exited = new Promise((done) => child.once('exit', done))
  try {
    await new Promise((ready, refuse) => {
      const hear = (text) => {
        log += text
        if (log.includes('Extension host agent listening')) ready()
        if (log.includes('EADDRINUSE')) refuse(new Error(`Port ${chosen} is taken: choose another`))
      }
      child.stdout.setEncoding('utf8').on('data', hear)
      child.stderr.setEncoding('utf8').on('data', hear)
      child.once('error', refuse)
      exited.then(() => refuse(new Error(`VS Code's server stopped at once:\n${log}`)))
      setTimeout(() => refuse(new Error(`VS Code's server was not ready after 60 s:\n${log}`)), 60_000).unref()
    })
  } catch (error) {
    await close()
    throw error
  }
  const remote = (path) => `vscode-remote://127.0.0.1:${chosen}${encodeURI(path)}`
  const address = ({ folder, payload }) =>
    `http://127.0.0.1:${chosen}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}&tkn=${token}`
  return { port: chosen, token, remote, address, exited, log: () => log, close }
}

async function installInto(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const npm = async (cwd, ...args) => {
    const { code, stdout, stderr } = await run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd })
    if (code !== 0) throw new Error(`npm ${args.join(' ')} failed (exit ${code}):\n${stderr || stdout}`)
  }
  // Its own post-install refuses to run as root; these are the parts of it that are needed.
  await npm(folder, 'install', `code-server@${version}`)
  const server = join(folder, 'node_modules/code-server/lib/vscode')
  await npm(server, 'install', '--omit=dev')
  // For `workspace.findFiles`; the one that VS Code names fetches its program when it is installed.
  await npm(server, 'install', '--no-save', ripgrep)
  symlinkSync('node_modules', join(server, 'node_modules.asar'), 'junction')
  // Two packages would have to be compiled: the log, and a watch on the parent process, which VS Code also asks after each second.
  copyFileSync(inProject('scripts/lib/vscode-log.cjs'), join(server, 'node_modules/@vscode/spdlog/index.js'))
  writeFileSync(join(server, 'node_modules/native-watchdog/index.js'), 'exports.start = () => {}\n')
}
