// Where the project is, and how its scripts speak to the person at the terminal.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '../..')

/** A path below the project's root. */
export const inProject = (...parts) => join(root, ...parts)

/** Where downloads of ours are kept between runs: VS Code's web build. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'webconf')

/** Whether a continuous-integration service runs us: then nothing may be left out for want of a program. */
export const onCi = /^(1|true|yes)$/i.test(process.env.CI ?? '')

/** Whether we may install Debian's packages. */
export const isAdministrator = process.getuid?.() === 0

/** Says on standard output what is being done. */
export function say(text = '') {
  process.stdout.write(`${text}\n`)
}

/** `0.8 s`, `12.3 s`, `2 min 5 s`. */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** Ends a script with one plain sentence instead of a stack. */
export function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
