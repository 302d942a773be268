// The steps of `npm test`. Each gives `{ passed, failed, skipped, notes }`: notes say what was skipped and how to get it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { ensurePackages } from './debian.mjs'
import { run } from './processes.mjs'
import { inProject, onCi, say } from './project.mjs'
import { compareScores, haveScores, raiseFloor, takeScores } from './scores.mjs'

const passed = { passed: 1, failed: 0, skipped: 0, notes: [] }
const failed = { ...passed, passed: 0, failed: 1 }
const skipped = (...notes) => ({ ...passed, passed: 0, skipped: 1, notes })

/** Runs a program of ours or of a package by Node; its output is shown where it fails. */
async function program(path, ...args) {
  const { code, stdout, stderr } = await run(process.execPath, [inProject(path), ...args])
  if (code === 0) return passed
  say(`${stdout}${stderr}`.trimEnd())
  return failed
}

/** The programs that the tests meet. On CI each must be there. */
export async function packages() {
  const missing = await ensurePackages()
  if (missing.length === 0) return passed
  const notes = missing.map(({ name, purpose, how }) => `${name} is not installed, which ${purpose} need: ${how}`)
  if (!onCi) return skipped(...notes)
  for (const note of notes) say(note)
  return failed
}

export const lint = () => program('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')

export const types = () => program('node_modules/typescript/bin/tsc')

export const rooms = () =>
  program(
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    'client/src',
    'server/src',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
  )

export const generated = () => program('scripts/generate.mjs', '--check')

export async function build() {
  const { code, stdout, stderr } = await run(process.execPath, [inProject('scripts/build.mjs'), '--tests'])
  say(`${stdout}${stderr}`.trimEnd())
  return code === 0 ? passed : failed
}

/** All of test/ but test/vscode: each test counts. */
export async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), 'webconf-vitest-'))
  try {
    const report = join(folder, 'report.json')
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const { code } = await run(process.execPath, [inProject('node_modules/vitest/vitest.mjs'), ...args], { show: true })
    if (!existsSync(report)) return failed
    return countVitest(JSON.parse(readFileSync(report, 'utf8')), code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function countVitest(report, code) {
  const files = report.testResults
  const tests = files.flatMap(({ assertionResults }) => assertionResults)
  const count = (...states) => tests.filter(({ status }) => states.includes(status)).length
  // A file that cannot be read has failed without any test of its own.
  const brokenFiles = files.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length
  const failures = count('failed') + brokenFiles
  const notes = tests
    .filter(({ status }) => ['skipped', 'pending', 'disabled', 'todo'].includes(status))
    .map(({ fullName }) => `test left out: ${fullName.trim()}`)
  return { passed: count('passed'), failed: code !== 0 && failures === 0 ? 1 : failures, skipped: notes.length, notes }
}

/** The suites that run in a real VS Code: each test counts. */
export async function vscode() {
  if (process.env.WEBCONF_VSCODE !== 'desktop' && process.platform === 'linux' && findChromium() === undefined) {
    const note = "VS Code was left out, for want of Chromium or Chrome: install it (Debian's package is chromium), or set CHROME_PATH"
    if (!onCi) return skipped(note)
    say(note)
    return failed
  }
  const { code, stdout } = await run(process.execPath, [inProject('scripts/vscode-tests.mjs')], { show: true })
  const count = (pattern) => stdout.match(pattern)?.length ?? 0
  const good = count(/^ok /gm)
  const bad = count(/^not ok /gm)
  // A run that ends badly, or tests nothing, is a failure of its own.
  return { ...passed, passed: good, failed: bad > 0 ? bad : code !== 0 || good === 0 ? 1 : 0 }
}

/** The scores on real files: each set counts. */
export async function scores({ raise }) {
  if (!haveScores) return skipped('the scores were left out: the files for them are not part of the project; set WEBCONF_SCORES to their folder')
  const { scores, failures, output } = await takeScores()
  const compared = compareScores(scores)
  for (const { name, text, state } of compared)
    say(`${name.padEnd(18)} ${text}${{ lower: '  LOWER than the floor', higher: '  higher than the floor', new: '  (no floor yet)', met: '' }[state]}`)
  for (const failure of failures) say(failure)
  if (compared.some(({ state }) => state === 'lower') || failures.length > 0) say(output)
  const better = compared.filter(({ state }) => state === 'higher' || state === 'new')
  const notes = []
  if (raise) {
    raiseFloor(scores)
    say('test/scores.json now holds the best of each')
  } else if (better.length > 0)
    notes.push(`${better.map(({ name }) => name).join(', ')}: above the floor or without one; raise it with: npm test -- --raise-floor`)
  const count = (...states) => compared.filter(({ state }) => states.includes(state)).length
  return { passed: count('met', 'higher') + (raise ? count('new') : 0), failed: count('lower') + failures.length, skipped: raise ? 0 : count('new'), notes }
}
