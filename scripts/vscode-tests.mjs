#!/usr/bin/env node
// Runs the suites of test/vscode in a real VS Code through @vscode/test-electron: the desktop build where it can be
// shown and downloaded, else the web build in Chromium. Suites named `*.web` run the web extension, in the web build always.
//
//   node scripts/vscode-tests.mjs [SUITE …]        after `node scripts/build.mjs --tests`
//
//   WEBCONF_VSCODE=desktop|web chooses; WEBCONF_EXTENSION is another folder to load the extension from.
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
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
  const isWeb = suite.endsWith('.web')
  const executable = isWeb ? launcher : vscodeExecutablePath
  try {
    cpSync(workspaceOf(suite), workspace, { recursive: true, verbatimSymlinks: true })
    const extension = isWeb ? webExtension(folder, suite) : (process.env.WEBCONF_EXTENSION ?? root)
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: extension,
      // Tests outside of the extension's folder would be run by Node.
      extensionTestsPath: isWeb ? join(extension, 'dist/tests.js') : inProject('dist/test', `${suite}.cjs`),
      launchArgs: [
        workspace,
        `--user-data-dir=${join(folder, 'user')}`,
        `--extensions-dir=${join(folder, 'extensions')}`,
        ...(isWeb ? ['--extensionDevelopmentKind=web'] : []),
      ],
      extensionTestsEnv: {
        WEBCONF_SUITE: suite,
        ...(executable === launcher ? { WEBCONF_SCREENSHOTS: inProject('test/screenshots') } : {}),
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

/** The extension as a browser gets it: without the entry for Node, which a VS Code that has both would prefer, and no ES module, which its workers do not load. */
function webExtension(folder, suite) {
  const copy = join(folder, 'web-extension')
  const { main, type, ...manifest } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  for (const path of ['dist/client.web.js', 'dist/server.worker.js', 'dist/package.json', 'syntaxes', 'docs', 'client/deployment.svg']) {
    cpSync(inProject(path), join(copy, path), { recursive: true })
  }
  // Browsers load nothing under another ending.
  cpSync(inProject('dist/test', `${suite}.cjs`), join(copy, 'dist/tests.js'))
  writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest))
  return copy
}

/** A suite named like an example runs in it; others bring their workspace. */
function workspaceOf(suite) {
  const name = suite.replace(/\.web$/, '')
  const places = [inProject('test/vscode/workspaces', name), inProject('examples', name)]
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
