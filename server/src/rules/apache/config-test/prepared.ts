import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import { handlerOf } from './handlers.ts'
import type { Handler } from './reading.ts'
import { maskOf, refusedBy } from './section.ts'

/** What is looked up of an entry once, however often its directive is used. */
export interface Prepared {
  readonly entry: ApacheEntry
  readonly handler: Handler | undefined
  /** `req_override` */
  readonly overrides: number
  /** What its handler refuses, as bits of `Section.around`. */
  readonly refuses: number
}

const known = new Map<ApacheEntry, Prepared>()

export function prepare(entry: ApacheEntry): Prepared {
  let prepared = known.get(entry)
  if (!prepared) {
    prepared = { entry, handler: handlerOf(entry), overrides: maskOf(entry.overrides), refuses: refusedBy(entry.forbidden) }
    known.set(entry, prepared)
  }
  return prepared
}
