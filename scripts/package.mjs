#!/usr/bin/env node
// `npm run package`: builds, and makes what people install: the extension (webconf-VERSION.vsix) and the npm package of the command
// (webconf-VERSION.tgz), both in dist/packages/, and says how large they are.
import { rmSync, statSync } from 'node:fs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { packCommand, packExtension } from './lib/packages.mjs'
import { run } from './lib/processes.mjs'
import { fail, inProject, say } from './lib/project.mjs'

try {
  await ensureDependencies()
  const built = await run(process.execPath, [inProject('scripts/build.mjs')])
  if (built.code !== 0) throw new Error(built.stderr || built.stdout)
  const target = inProject('dist/packages')
  rmSync(target, { recursive: true, force: true })
  const extension = await packExtension(target)
  const command = await packCommand(target)
  for (const file of [extension, command]) say(`${file}  ${(statSync(file).size / 1024).toFixed(0)} KiB`)
} catch (error) {
  fail(error)
}
