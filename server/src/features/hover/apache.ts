import type { Cursor } from '../lib/cursor.ts'
import type { DocumentView } from '../lib/view.ts'
import type { Said } from './said.ts'

export function hoverApache(_view: DocumentView, _cursor: Cursor): Said | undefined {
  return undefined
}
