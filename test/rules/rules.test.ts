import { describe, expect, it } from 'vitest'
import { rules } from '../../server/src/rules/all.ts'
import type { Rule } from '../../server/src/rules/rule.ts'
import { applyEdits, type Expected, type FiledProblem, problemsOf, readExample, settingsFor, show } from '../support/example.ts'

// Every rule's examples are its specification: what is marked is found, what is not marked is clean, and every
// fix takes the problem away without bringing another.
for (const rule of rules) {
  describe(rule.id, () => {
    it('has failing and passing examples', () => {
      expect(rule.examples.failing.length).toBeGreaterThan(0)
      expect(rule.examples.passing.length).toBeGreaterThan(0)
    })
    for (const example of rule.examples.failing) {
      it(`finds: ${example.title}`, async () => {
        const { files, expected } = readExample(example.files)
        expect(expected.some((each) => each.rule === rule.id)).toBe(true)
        expectProblems(await problemsOf(files, settingsFor(rule, files)), expected, rule)
      })
      it(`mends: ${example.title}`, async () => {
        const { files } = readExample(example.files)
        const before = await problemsOf(files, settingsFor(rule, files))
        for (const problem of before.filter((each) => each.rule === rule.id)) {
          for (const fix of (problem.fixes ?? []).filter((each) => each.edits.length > 0)) {
            const after = await problemsOf(applyEdits(files, fix.edits), settingsFor(rule, files))
            const same = after.filter((each) => each.rule === rule.id && each.message === problem.message)
            const already = before.filter((each) => each.rule === rule.id && each.message === problem.message).length
            expect(same.length, `"${fix.title}" leaves ${show(problem)}`).toBeLessThan(already)
            const known = new Set(before.map((each) => `${each.rule} ${each.path}`))
            const fresh = after.filter((each) => isLoud(each) && !known.has(`${each.rule} ${each.path}`))
            expect(fresh.map(show), `"${fix.title}" brings new problems`).toEqual([])
          }
        }
      })
    }
    for (const example of rule.examples.passing) {
      it(`is silent: ${example.title}`, async () => {
        const { files, expected } = readExample(example.files)
        expectProblems(await problemsOf(files, settingsFor(rule, files)), expected, rule)
      })
    }
  })
}

const isLoud = (problem: FiledProblem): boolean => problem.severity === 'error' || problem.severity === 'warning'

function expectProblems(found: readonly FiledProblem[], expected: readonly Expected[], rule: Rule): void {
  const rest = found.filter((problem) => isLoud(problem) || problem.rule === rule.id || expected.some((each) => each.rule === problem.rule))
  for (const each of expected) {
    const at = rest.findIndex((problem) => fits(problem, each))
    expect(at, `not found: ${JSON.stringify(each)}\nfound: ${found.map(show).join('\n       ')}`).toBeGreaterThanOrEqual(0)
    rest.splice(at, 1)
  }
  expect(rest.map(show), 'found without being marked').toEqual([])
}

function fits(problem: FiledProblem, expected: Expected): boolean {
  const { start, end } = problem.range
  const columns =
    expected.columns === undefined || (start.character === expected.columns[0] && (end.line > start.line || end.character === expected.columns[1]))
  return (
    problem.path === expected.path &&
    start.line === expected.line &&
    columns &&
    problem.severity === expected.severity &&
    problem.rule === expected.rule &&
    problem.message.startsWith(expected.message)
  )
}
