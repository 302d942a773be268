import type { DocumentView } from '../../server/src/features/lib/view.ts'
import { makeWorkspaceState, type WorkspaceState } from '../../server/src/lsp/workspace-state.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { readExample, workspace } from './example.ts'
import { memoryFileSystem } from './memory-file-system.ts'

/** What marks the cursor in a fixture. */
export const cursorMark = '‸'

/** A workspace in memory with a cursor in one of its files. */
export interface Marked {
  readonly state: WorkspaceState
  readonly files: Readonly<Record<string, string>>
  readonly path: string
  readonly offset: number
  /** What a feature says at the cursor. */
  ask<T>(feature: (view: DocumentView, offset: number) => T): Promise<T>
}

/**
 * Reads a workspace written as in the rules' examples (`#- path` begins a file), with one `‸` where the cursor is. The file with the
 * cursor is open in the editor. Without any `#- path` the text is `nginx.conf`, or `httpd.conf` where `dialect` says so.
 */
export function marked(text: string, dialect: Dialect = 'nginx'): Marked {
  const { files: all } = readExample(/^#- /m.test(text) ? text : `#- ${dialect === 'nginx' ? 'nginx.conf' : 'httpd.conf'}\n${text}`)
  const path = Object.keys(all).find((each) => all[each]?.includes(cursorMark))
  if (path === undefined) throw new Error(`no ${cursorMark} in the fixture`)
  const offset = all[path]?.indexOf(cursorMark) ?? 0
  const files = { ...all, [path]: all[path]?.replace(cursorMark, '') ?? '' }
  const state = makeWorkspaceState(memoryFileSystem(files))
  state.setFolders([workspace])
  state.setOpen(path, files[path], /nginx/.test(path) ? 'nginx' : dialect)
  return {
    state,
    files,
    path,
    offset,
    async ask(feature) {
      const answer = await state.ask(path, (view) => ({ of: feature(view, offset) }))
      if (!answer) throw new Error(`${path} is no configuration`)
      return answer.of
    },
  }
}
