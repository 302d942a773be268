#!/usr/bin/env node
// Runs the suites of test/vscode in a real VS Code through @vscode/test-electron: the desktop build where it can be
// shown and downloaded, else the web build in Chromium. Suites named `*.web` run the web extension, in the web build always.
//
//   node scripts/vscode-tests.mjs [SUITE …]        after `node scripts/build.mjs --tests`
//
// `SUITE.installed` runs a suite on the extension as it is packed and installed.
//
//   WEBCONF_VSCODE=desktop|web chooses
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron'
import { packExtension, stageExtension } from './lib/packages.mjs'
import { run } from './lib/processes.mjs'
import { duration, fail, inProject, root, say } from './lib/project.mjs'
import { ensureVsCode } from './lib/vscode-web.mjs'

const launcher = inProject('scripts/vscode-launcher.mjs')
// Archives may lose the mode that git keeps.
if (process.platform !== 'win32') chmodSync(launcher, 0o755)

/** Where VS Code finds the extension and the tests of a suite. */
const kinds = {
  developed: () => ({ extension: root }),
  web: (folder, name) => {
    const extension = webExtension(folder, name)
    // Tests outside of the extension's folder would be run by Node.
    return { executable: launcher, extension, tests: join(extension, 'dist/tests.js'), args: ['--extensionDevelopmentKind=web'] }
  },
  installed: async (folder, _name, executable) => {
    await install(await packExtension(join(folder, 'packages')), join(folder, 'extensions'), executable)
    return { extension: inProject('test/vscode/no-extension') }
  },
}

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
  const suites = readdirSync(inProject('test/vscode'))
    .filter((name) => name.endsWith('.suite.ts'))
    .map((name) => basename(name, '.suite.ts'))
  return [...suites, 'coralnet.installed']
}

/** Runs one suite in a VS Code of its own, on a copy of its workspace that the tests may change. */
async function runSuite(suite, vscodeExecutablePath) {
  say(`# ${suite}`)
  const started = Date.now()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'webconf-suite-')))
  const workspace = join(folder, suite)
  const [name, kind] = suite.split('.')
  try {
    cpSync(workspaceOf(name), workspace, { recursive: true, verbatimSymlinks: true })
    const { executable = vscodeExecutablePath, ...where } = await kinds[kind ?? 'developed'](folder, name, vscodeExecutablePath)
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: where.extension,
      extensionTestsPath: where.tests ?? inProject('dist/test', `${name}.cjs`),
      launchArgs: [workspace, `--user-data-dir=${join(folder, 'user')}`, `--extensions-dir=${join(folder, 'extensions')}`, ...(where.args ?? [])],
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

/** Installs a packed extension, as a person does. */
async function install(vsix, folder, executable) {
  const [program, ...args] =
    executable === launcher
      ? [process.execPath, join(await ensureVsCode(), 'out/server-main.js'), '--accept-server-license-terms', '--server-data-dir', join(folder, '../server')]
      : resolveCliArgsFromVSCodeExecutablePath(executable)
  const { code, stdout, stderr } = await run(program, [...args, '--extensions-dir', folder, '--install-extension', vsix])
  if (code !== 0 || !/successfully installed/.test(stdout)) throw new Error(`${vsix} was not installed (exit ${code}): ${stdout}${stderr}`)
}

/** The extension as a browser gets it: as it is installed, without the entry for Node, which a VS Code that has both would prefer. */
function webExtension(folder, suite) {
  const copy = join(folder, 'web-extension')
  const { main: _, ...manifest } = stageExtension(copy)
  writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest))
  // Browsers load nothing under another ending.
  cpSync(inProject('dist/test', `${suite}.web.cjs`), join(copy, 'dist/tests.js'))
  return copy
}

/** A suite named like an example runs in it; others bring their workspace. */
function workspaceOf(name) {
  const places = [inProject('test/vscode/workspaces', name), inProject('examples', name)]
  const place = places.find(existsSync)
  if (place === undefined) throw new Error(`The suite ${name} has no workspace: neither ${places.join(' nor ')}`)
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
