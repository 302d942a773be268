#!/usr/bin/env node
// `npm test`: everything that can be checked, alone on a fresh machine.
//
//   npm test [-- --quick] [--raise-floor]
//
//   --quick        without VS Code and the scores
//   --raise-floor  write the scores that are better than test/scores.json into it
//
// CI=true: a server or a VS Code that cannot be had is a failure, and nothing is left out for it.
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { duration, fail, say } from './lib/project.mjs'
import * as steps from './lib/test-steps.mjs'

async function test({ quick, raise }) {
  const started = Date.now()
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const notes = []
  const failures = []
  const step = async (name, work) => {
    say(`\n── ${name}`)
    const begun = Date.now()
    const result = await work().catch((error) => {
      say(error.stack)
      return { passed: 0, failed: 1, skipped: 0, notes: [] }
    })
    for (const key of Object.keys(totals)) totals[key] += result[key]
    notes.push(...result.notes)
    if (result.failed > 0) failures.push(`${name}: ${result.failed} failed`)
    const counts = [`${result.passed} passed`, `${result.failed} failed`, ...(result.skipped ? [`${result.skipped} skipped`] : [])]
    say(`── ${name}: ${counts.join(', ')} (${duration(Date.now() - begun)})`)
    return result.failed === 0
  }
  const leaveOut = async (why) => ({ passed: 0, failed: 0, skipped: 1, notes: [why] })
  const notBuilt = async () => {
    throw new Error('cannot be tried: the build failed')
  }

  await step('programs that the tests need', steps.packages)
  await step('lint and format', steps.lint)
  await step('types', steps.types)
  await step('who imports whom', steps.rooms)
  await step('generated files are fresh', steps.generated)
  const built = await step('build', steps.build)
  await step('tests', steps.vitest)
  if (quick) {
    await step('real VS Code', () => leaveOut('real VS Code was left out (--quick): npm test runs it'))
    await step('scores', () => leaveOut('the scores were left out (--quick): npm test takes them'))
  } else {
    await step('real VS Code', built ? steps.vscode : notBuilt)
    await step('scores', built ? () => steps.scores({ raise }) : notBuilt)
  }

  say(`\nnpm test took ${duration(Date.now() - started)}`)
  for (const note of notes) say(`  - ${note}`)
  for (const failure of failures) say(`  ! ${failure}`)
  say(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`)
  process.exitCode = totals.failed > 0 ? 1 : 0
}

try {
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, 'raise-floor': { type: 'boolean' } } })
  await ensureDependencies()
  await test({ quick: values.quick, raise: values['raise-floor'] })
} catch (error) {
  fail(error)
}
