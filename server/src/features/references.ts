import type { Place } from '../problem/place.ts'
import type { DocumentView } from './lib/view.ts'
import { nameAt, nameEverywhere } from './names/index.ts'
import { isDefinition } from './names/name-use.ts'

/** Where the name at the cursor stands, in all configurations that share it; `definitions`: those that define it too. */
export function referencesAt(view: DocumentView, offset: number, definitions: boolean): readonly Place[] {
  const use = view.current ? nameAt(view.source, offset) : undefined
  if (!use) return []
  return nameEverywhere(use, view.part.understanding.configurations)
    .uses.filter((each) => definitions || !isDefinition(each) || each.role === 'both')
    .map(({ place }) => place)
}
