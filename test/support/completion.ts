import { complete } from '../../server/src/features/completion/complete.ts'
import { type Proposal, plainOfSnippet } from '../../server/src/features/completion/proposal.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { marked } from './features.ts'

/** What is offered at a cursor, as an editor shows it: what begins as the typed text does, in its order. */
export interface Offer {
  readonly proposals: readonly Proposal[]
  readonly labels: readonly string[]
  /** The document with a proposal taken; a snippet with the defaults in its places. */
  taking(label: string): string
}

export async function offer(text: string, dialect: Dialect = 'nginx', trigger?: string): Promise<Offer> {
  const fixture = marked(text, dialect)
  const { offset, path, files } = fixture
  const document = files[path] ?? ''
  const all = await fixture.ask((view) => complete(view, offset, trigger))
  const fits = (each: Proposal): boolean => (each.filter ?? each.label).toLowerCase().startsWith(document.slice(each.start, offset).toLowerCase())
  const proposals = all.filter(fits).sort((a, b) => a.rank - b.rank || (a.label < b.label ? -1 : 1))
  return {
    proposals,
    labels: proposals.map(({ label }) => label),
    taking(label) {
      const taken = proposals.find((each) => each.label === label)
      if (!taken) throw new Error(`${label} is not offered`)
      const put = taken.snippet === undefined ? (taken.text ?? taken.label) : plainOfSnippet(taken.snippet)
      return document.slice(0, taken.start) + put + document.slice(taken.end)
    },
  }
}

/** What must be offered: the first of all in their order, some among them, and what must not be. */
export interface Wanted {
  readonly first?: readonly string[]
  readonly has?: readonly string[]
  readonly not?: readonly string[]
  /** Nothing else is offered. */
  readonly only?: readonly string[]
}
