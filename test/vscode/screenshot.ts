import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './helpers.ts'

/** Keeps a picture of the window in test/screenshots, where VS Code runs in a browser of ours (a desktop one takes none). */
export async function screenshot(name: string): Promise<void> {
  const folder = process.env.WEBCONF_SCREENSHOTS
  if (folder === undefined) return
  const file = join(folder, `${name}.png`)
  rmSync(file, { force: true })
  console.log(`webconf:screenshot ${name}`)
  await eventually(`the screenshot ${name}`, () => existsSync(file))
}
