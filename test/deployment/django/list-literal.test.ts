import { describe, expect, test } from 'vitest'
import { appendBehind, fillEmpty, isStringLiteral, type PythonEdit, removeItem } from '../../../server/src/deployment/django/list-literal.ts'
import { appendLine } from '../../../server/src/rules/lib/edits.ts'
import { memorySnapshot } from '../memory-snapshot.ts'

const path = '/srv/app/settings.py'

/** Applies what `edit` makes of the part of the text between « and ». */
function edited(
  marked: string,
  edit: (at: { path: string; start: number; end: number }, snapshot: ReturnType<typeof memorySnapshot>['snapshot']) => PythonEdit | undefined,
): string | undefined {
  const [start, end] = [marked.indexOf('«'), marked.indexOf('»') - 1]
  const text = marked.replace(/[«»]/g, '')
  const made = edit({ path, start, end }, memorySnapshot({ [path]: text }).snapshot)
  return made && text.slice(0, made.start) + made.newText + text.slice(made.end)
}

describe('a string behind the last item', () => {
  test.each([
    ['H = [«"a"»]', 'H = ["a", "b"]'],
    ["H = ['x', «'a'»]", "H = ['x', 'a', 'b']"],
    ['H = («"a"»,)', 'H = ("a", "b",)'],
    ['H += [«NAME»]', 'H += [NAME, "b"]'],
    ['H = [\n    "x",\n    «"a"»,  # why\n]', 'H = [\n    "x",\n    "a",\n    "b",  # why\n]'],
    ['H.append(«"a"»)', undefined],
    ['H = «"a b".split()»', undefined],
  ])('%j', (text, expected) => expect(edited(text, (at, snapshot) => appendBehind(at, 'b', snapshot))).toBe(expected))
})

test.each([
  ['H = «[]»', 'H = ["b"]'],
  ['H = «()»', 'H = ["b"]'],
  ['H = «list()»', 'H = ["b"]'],
  ['H = «NONE»', undefined],
])('an empty list is filled: %j', (text, expected) => expect(edited(text, (at, snapshot) => fillEmpty(at, 'b', snapshot))).toBe(expected))

test.each([
  ['H = [«"a"»]', 'H = []'],
  ['H = [«"a"», "b"]', 'H = ["b"]'],
  ['H = ["b", «"a"»]', 'H = ["b"]'],
  ['H = [\n    «"a"»,\n    "b",\n]', 'H = [\n    "b",\n]'],
  ['f(«"a"»)', undefined],
])('an item is taken out: %j', (text, expected) => expect(edited(text, removeItem)).toBe(expected))

test('a statement comes on a line of its own', () => {
  expect(edited('«»A = 1', (_, snapshot) => appendLine(path, 'B = 2', snapshot))).toBe('A = 1\nB = 2\n')
})

test.each([
  ['A = «"a"»', true],
  ['A = «f"a"»', false],
  ['A = «"""a"""»', false],
  ['A = «b»', false],
])('a plain string: %j is %s', (text, expected) => {
  const [start, end] = [text.indexOf('«'), text.indexOf('»') - 1]
  expect(isStringLiteral({ path, start, end }, memorySnapshot({ [path]: text.replace(/[«»]/g, '') }).snapshot)).toBe(expected)
})
