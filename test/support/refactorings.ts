import { expect } from 'vitest'
import { refactorings } from '../../server/src/features/refactor/all.ts'
import type { Edit } from '../../server/src/problem/problem.ts'
import { relativeTo } from '../../server/src/workspace/path.ts'
import { apacheSays, canAskApache } from './apache-test.ts'
import { applyEdits, problemsOf, show, workspace } from './example.ts'
import { cursorMark, type Marked, marked } from './features.ts'
import { installedNginx } from './nginx-test.ts'
import { nginxBinary } from './real-server.ts'

/** A workspace with a selection between two `‸`, or a cursor at one. */
export function selected(text: string, dialect?: 'nginx' | 'apache'): Marked & { readonly end: number } {
  const first = text.indexOf(cursorMark)
  const second = text.indexOf(cursorMark, first + 1)
  if (second < 0) {
    const found = marked(text, dialect)
    return { ...found, end: found.offset }
  }
  const found = marked(text.slice(0, second) + text.slice(second + 1), dialect)
  return { ...found, end: found.offset + second - first - 1 }
}

/** The titles of what one refactoring offers. */
export async function offered(id: string, text: string, dialect?: 'nginx' | 'apache'): Promise<string[]> {
  const { ask, end } = selected(text, dialect)
  return ask((view, start) =>
    refactoringOf(id)
      .offers(view, { start, end })
      .map((each) => each.title),
  )
}

/**
 * The files after a refactoring, those that changed, by their paths in the workspace. Nothing new may be wrong in them, and the real server
 * must say what it said before.
 *
 * @param title the beginning of the title, where there are several offers
 * @param server the main file for the real server, where it is to be asked
 */
export async function refactored(
  id: string,
  text: string,
  { title = '', server, dialect }: { title?: string; server?: string; dialect?: 'nginx' | 'apache' } = {},
): Promise<Record<string, string>> {
  const { ask, end, files } = selected(text, dialect)
  // Asked more than once, until all that it looks at is loaded.
  const { edits, titles } = await ask((view, start): { edits: readonly Edit[] | undefined; titles: string[] } => {
    const offers = refactoringOf(id).offers(view, { start, end })
    return { edits: offers.find((each) => each.title.startsWith(title))?.edits(), titles: offers.map((each) => each.title) }
  })
  if (!edits) throw new Error(`${id} is not offered as "${title}", but ${titles.join(', ') || 'nothing'}`)
  const after = applyEdits(files, edits)
  const [old, now] = [await problemsOf(files), await problemsOf(after)]
  const before = new Set(old.map(kindOf))
  expect(now.filter((problem) => !before.has(kindOf(problem))).map(show)).toEqual([])
  if (server !== undefined) await expectAccepted(after, server)
  return Object.fromEntries(Object.keys(after).flatMap((path) => (after[path] === files[path] ? [] : [[relativeTo(path, workspace), after[path] ?? '']])))
}

/** A problem wherever it stands: lines move. */
const kindOf = ({ message, rule }: { readonly message: string; readonly rule: string }): string => `${rule} ${message}`

async function expectAccepted(files: Readonly<Record<string, string>>, server: string): Promise<void> {
  if (/nginx/.test(server)) {
    if (!nginxBinary) return
    const nginx = installedNginx()
    const moved = Object.fromEntries(Object.entries(files).map(([path, text]) => [relativeTo(path, workspace), text]))
    const verdict = await nginx?.test(moved, server)
    nginx?.remove()
    expect(verdict, files[`${workspace}/${server}`]).toMatchObject({ accepted: true, warnings: [] })
  } else if (canAskApache) {
    const verdict = await apacheSays(expanded(server, files))
    expect(verdict, files[`${workspace}/${server}`]).toMatchObject({ ok: true })
  }
}

/** A file of Apache with what it includes in place: the real server is asked about one text. */
const expanded = (path: string, files: Readonly<Record<string, string>>): string =>
  (files[`${workspace}/${path}`] ?? '')
    .replace(/^\s*Include (\S+)$/gm, (_, included: string) => expanded(included, files))
    .replace(/^\s*(?:ServerRoot|Listen|LoadModule) .*$/gm, '')

function refactoringOf(id: string) {
  const found = refactorings.find((each) => each.id === id)
  if (!found) throw new Error(`there is no refactoring ${id}`)
  return found
}
