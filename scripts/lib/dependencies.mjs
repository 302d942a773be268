// Makes sure that node_modules is what package-lock.json says, with plain Node: this runs right after `git clone`.
import { readFileSync } from 'node:fs'
import { run } from './processes.mjs'
import { duration, inProject, say } from './project.mjs'

/** Runs `npm ci` where node_modules is absent or not what package-lock.json asks for, saying so. */
export async function ensureDependencies() {
  const missing = missingDependencies()
  if (missing.length === 0) return
  say(`Installing the npm packages that package-lock.json names (npm ci): ${missing.length} to be put right …`)
  const started = Date.now()
  const { code, stdout, stderr } = await run('npm', ['ci', '--no-audit', '--no-fund'])
  if (code !== 0) throw new Error(`npm ci failed (exit ${code}):\n${stderr || stdout}`)
  say(`  done in ${duration(Date.now() - started)}`)
}

/** The packages of package-lock.json that are not installed in the version it names. */
function missingDependencies() {
  const wanted = readLock(inProject('package-lock.json'))
  if (wanted === undefined) throw new Error('package-lock.json is missing: the clone is not complete')
  const installed = readLock(inProject('node_modules/.package-lock.json')) ?? {}
  return Object.entries(wanted)
    .filter(([path]) => path !== '')
    .filter(([path, { version, link, optional, devOptional }]) => {
      if (link) return false
      const there = installed[path]
      // Builds for other systems are in the lock file and never installed.
      if (there === undefined) return !(optional || devOptional)
      return there.version !== version
    })
    .map(([path]) => path)
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}
