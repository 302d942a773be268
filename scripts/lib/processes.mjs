// Starting other programs.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { root } from './project.mjs'

const onWindows = process.platform === 'win32'

/**
 * Runs a program to its end. `show` passes its output on as it comes; it is also returned.
 * Never rejects: a program that cannot be started has the code 127.
 */
export function run(command, args, { show = false, cwd = root, env = process.env, timeout } = {}) {
  return new Promise((done) => {
    // npm is a .cmd file on Windows, which only a shell starts.
    const child = spawn(command, args, { cwd, env, timeout, shell: onWindows && command === 'npm', stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      if (show) process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
      if (show) process.stderr.write(text)
    })
    child.once('error', (error) => done({ code: 127, stdout, stderr: `${stderr}${error.message}\n` }))
    child.once('close', (code, signal) => done({ code: code ?? 128, signal, stdout, stderr }))
  })
}

/** Where a program is on PATH (with the folders that hold servers), or undefined. */
export function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...(onWindows ? [] : ['/usr/sbin', '/sbin', '/usr/local/sbin'])]
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of onWindows ? ['.cmd', '.exe', ''] : ['']) {
        const path = join(folder || '.', name + ending)
        if (isExecutable(path)) return path
      }
    }
  }
  return undefined
}

/** Whether a path is a program that may be started. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A TCP port on 127.0.0.1 that is free now. */
export function freePort() {
  return new Promise((done, refuse) => {
    const server = createServer()
    server.once('error', refuse)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/**
 * Ends a process that was started with `detached: true`, with all that it started itself,
 * and waits until it is gone.
 */
export async function stop(child, patience = 5000) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((done) => child.once('exit', done))
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patience)
  await gone
  clearTimeout(timer)
  // What the process left behind in its group goes with it.
  signalGroup(child, 'SIGKILL')
}

function signalGroup(child, signal) {
  try {
    if (onWindows) child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // Already gone.
  }
}
