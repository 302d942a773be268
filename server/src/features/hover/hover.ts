import type { Hover } from 'vscode-languageserver-types'
import { cursorAt } from '../lib/cursor.ts'
import type { DocumentView } from '../lib/view.ts'
import { hoverApache } from './apache.ts'
import { hoverNginx } from './nginx.ts'
import type { Said } from './said.ts'

/** What is to be said of the place under the pointer; undefined where nothing is. */
export function hoverAt(view: DocumentView, offset: number): Hover | undefined {
  const { tree, text, lines } = view.source
  const cursor = cursorAt(tree, text, offset)
  const said: Said | undefined = tree.dialect === 'nginx' ? hoverNginx(view, cursor) : hoverApache(view, cursor)
  if (!said || said.text === '') return undefined
  return {
    contents: { kind: 'markdown', value: said.text },
    range: { start: lines.positionAt(said.start), end: lines.positionAt(said.end) },
  }
}
