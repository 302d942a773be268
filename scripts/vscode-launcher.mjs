#!/usr/bin/env node
// Stands in for the desktop VS Code of @vscode/test-electron where that cannot be downloaded or shown: takes its
// arguments, opens a web build of VS Code in Chromium, and ends with the exit code of the tests.
//
//   --extensionDevelopmentPath=FOLDER --extensionTestsPath=MODULE [--extensionDevelopmentKind=web] [--extensions-dir=FOLDER] [--disable-workspace-trust] WORKSPACE
//
// A test that prints `webconf:screenshot NAME` gets one in WEBCONF_SCREENSHOTS/NAME.png.
import { mkdirSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumArgs, findChromium } from './lib/chromium.mjs'
import { fail } from './lib/project.mjs'
import { startVsCode } from './lib/vscode-web.mjs'

const timeout = Number(process.env.WEBCONF_VSCODE_TIMEOUT ?? 300) * 1000
const screenshots = process.env.WEBCONF_SCREENSHOTS

let vscode
let browser
let ending = false
/** The last of what VS Code itself prints, shown where the tests fail. */
let workbench = ''

try {
  await launch()
} catch (error) {
  await close()
  fail(error)
}

async function launch() {
  const extension = resolve(argument('extensionDevelopmentPath') ?? process.cwd())
  const tests = argument('extensionTestsPath')
  const workspace = process.argv.slice(2).findLast((arg) => !arg.startsWith('-') && statSync(arg, { throwIfNoEntry: false })?.isDirectory())
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error("No Chromium or Chrome was found; set CHROME_PATH, or install Debian's chromium")
  if (tests === undefined || workspace === undefined) throw new Error('--extensionTestsPath=MODULE and a workspace folder are needed')

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130))
  setTimeout(() => {
    process.stderr.write(`VS Code did not end within ${timeout / 1000} s\n`)
    end(124, 'timeout')
  }, timeout).unref()

  vscode = await startVsCode({ trustEverything: process.argv.includes('--disable-workspace-trust'), extensions: argument('extensions-dir') })
  vscode.exited.then(() => {
    if (!ending) process.stderr.write(`VS Code's server stopped:\n${vscode.log()}\n`)
    return end(1)
  })
  browser = await chromium.launch({ executablePath, args: chromiumArgs })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  page.on('crash', () => end(1))
  // What runs in a worker prints to the browser's console.
  page.on('console', (message) => hear(page, [message.text()]))
  // The workbench calls these two when it is started with tests.
  await page.exposeFunction('codeAutomationLog', (_type, args) => hear(page, args))
  await page.exposeFunction('codeAutomationExit', (code) => end(code, 'end'))
  const payload = [
    ['extensionDevelopmentPath', vscode.remote(extension)],
    ['extensionTestsPath', vscode.remote(resolve(tests))],
    ['skipWelcome', 'true'],
    ...(process.argv.includes('--extensionDevelopmentKind=web') ? [['extensionDevelopmentKind', 'web']] : []),
  ]
  await page.goto(vscode.address({ folder: resolve(workspace), payload }))
}

function argument(name) {
  return process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
}

/** Passes on what the tests print, and does what they ask for. */
async function hear(page, args) {
  const text = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ')
  const asked = /^webconf:screenshot ([\w-]+)$/.exec(text)
  if (asked) await screenshot(page, asked[1])
  else if (/^(ok|not ok|#) /.test(text)) process.stdout.write(`${text}\n`)
  else workbench = `${workbench}${text}\n`.slice(-10_000)
}

async function screenshot(page, name) {
  if (!screenshots) return
  mkdirSync(screenshots, { recursive: true })
  // The test waits for the file, which therefore appears when it is whole.
  const draft = join(screenshots, `.${name}.draft.png`)
  try {
    await page.screenshot({ path: draft })
    renameSync(draft, join(screenshots, `${name}.png`))
  } catch (error) {
    process.stderr.write(`no screenshot ${name}: ${error.message}\n`)
  }
}

async function end(code, picture) {
  if (ending) return
  ending = true
  const page = browser?.contexts()[0]?.pages()[0]
  const name = process.env.WEBCONF_SUITE
  if (picture && page && name) await screenshot(page, `${name}-${picture}`)
  if (code !== 0) process.stderr.write(`What VS Code printed meanwhile:\n${workbench.replace(/^/gm, '    ')}\n`)
  await close()
  process.exit(code)
}

async function close() {
  ending = true
  await browser?.close().catch(() => {})
  await vscode?.close()
}
