#!/usr/bin/env node
// Runs the suites of test/vscode in a real VS Code through @vscode/test-electron: the desktop build where it can be
// shown and downloaded, else the web build in Chromium.
//
//   node scripts/vscode-tests.mjs [SUITE …]        after `node scripts/build.mjs --tests`
//
//   WEBCONF_VSCODE=desktop|web chooses; WEBCONF_EXTENSION is another folder to load the extension from.
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron'
import { duration, fail, inProject, root, say } from './lib/project.mjs'

const launcher = inProject('scripts/vscode-launcher.mjs')
// Archives may lose the mode that git keeps.
if (process.platform !== 'win32') chmodSync(launcher, 0o755)

try {
  const suites = process.argv.length > 2 ? process.argv.slice(2) : allSuites()
  const executable = await vscodeExecutable()
  let failed = 0
  for (const suite of suites) if (!(await runSuite(suite, executable))) failed++
  process.exitCode = failed > 0 ? 1 : 0
} catch (error) {
  fail(error)
}

function allSuites() {
  return readdirSync(inProject('test/vscode'))
    .filter((name) => name.endsWith('.suite.ts'))
    .map((name) => basename(name, '.suite.ts'))
}

/** Runs one suite in a VS Code of its own, on a copy of its workspace that the tests may change. */
async function runSuite(suite, vscodeExecutablePath) {
  say(`# ${suite}`)
  const started = Date.now()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'webconf-suite-')))
  const workspace = join(folder, suite)
  try {
    cpSync(workspaceOf(suite), workspace, { recursive: true, verbatimSymlinks: true })
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: process.env.WEBCONF_EXTENSION ?? root,
      extensionTestsPath: inProject('dist/test', `${suite}.cjs`),
      launchArgs: [workspace, `--user-data-dir=${join(folder, 'user')}`, `--extensions-dir=${join(folder, 'extensions')}`],
      extensionTestsEnv: {
        WEBCONF_SUITE: suite,
        ...(vscodeExecutablePath === launcher ? { WEBCONF_SCREENSHOTS: inProject('test/screenshots') } : {}),
      },
    })
    return true
  } catch (error) {
    say(`# ${suite}: ${error.message}`)
    return false
  } finally {
    say(`# ${suite} took ${duration(Date.now() - started)}`)
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** A suite named like an example runs in it; others bring their workspace. */
function workspaceOf(suite) {
  const places = [inProject('test/vscode/workspaces', suite), inProject('examples', suite)]
  const place = places.find(existsSync)
  if (place === undefined) throw new Error(`The suite ${suite} has no workspace: neither ${places.join(' nor ')}`)
  return place
}

async function vscodeExecutable() {
  const asked = process.env.WEBCONF_VSCODE
  const canShow = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  if (asked === 'desktop' || (asked !== 'web' && canShow)) {
    try {
      return await downloadAndUnzipVSCode({ version: 'stable' })
    } catch (error) {
      if (asked === 'desktop') throw error
      say(`# desktop VS Code cannot be downloaded (${error.message}); its web build is used`)
    }
  }
  return launcher
}
