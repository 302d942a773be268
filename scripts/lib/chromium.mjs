// The browser in which VS Code's web build is tested.
import { findProgram, isExecutable } from './processes.mjs'

/** Where Chromium or Chrome is (CHROME_PATH first), or undefined. */
export function findChromium() {
  const named = process.env.CHROME_PATH
  if (named) return isExecutable(named) ? named : undefined
  const mac = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome') ?? mac.find(isExecutable)
}

/** Arguments for a run without a person: nothing is fetched, nothing is asked; as root there is no sandbox. */
export const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
