/** What a proposal is, for its picture and its place in the list. */
export type ProposalKind = 'directive' | 'block' | 'template' | 'word' | 'parameter' | 'value' | 'variable' | 'name' | 'function' | 'file' | 'folder' | 'module'

/** One thing that can stand at the cursor. All offsets are UTF-16 units of the document. */
export interface Proposal {
  readonly label: string
  readonly kind: ProposalKind
  /** What is put in place of `start` to `end`; the label where it is not said. */
  readonly text?: string
  /** The same with places to fill in (`$1`, `${2:name}`, `$0`), for clients that know them. */
  readonly snippet?: string
  readonly start: number
  readonly end: number
  /** Proposals of a lower rank come first; of one rank in the order of the alphabet. */
  readonly rank: number
  /** A few words beside the label: a module, a version, where a name is defined. */
  readonly detail?: string | undefined
  /** Still taken by the server, but not to be written any more. */
  readonly deprecated?: boolean
  /** What typed text is compared with, where it is not the label. */
  readonly filter?: string
  /** The directive that it is, for its documentation. */
  readonly directive?: { readonly name: string; readonly module: string }
  /** The variable that it is, by its name alone. */
  readonly variable?: { readonly name: string; readonly protocol?: 'http' | 'stream' }
  /** Plain words about it. */
  readonly about?: string
  /** Characters that take it and are put behind it. */
  readonly commit?: readonly string[]
}

/** The range that proposals replace, and what makes them. */
export interface Span {
  readonly start: number
  readonly end: number
}

export const proposal = (span: Span, kind: ProposalKind, label: string, rank: number, more: Partial<Proposal> = {}): Proposal => ({
  label,
  kind,
  start: span.start,
  end: span.end,
  rank,
  ...more,
})

/** Proposals of words, in the order given. */
export const words = (span: Span, kind: ProposalKind, labels: readonly string[], rank: number, more: Partial<Proposal> = {}): Proposal[] =>
  labels.map((label, i) => proposal(span, kind, label, rank + i / 1000, more))

/** A text as it stands in a snippet. */
export const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&')

/** A snippet without its places: what a client gets that knows none. Defaults stay, of choices the first. */
export const plainOfSnippet = (snippet: string): string =>
  snippet
    .replace(/(?<!\\)\$\{\d+\|([^,|}]*)[^}]*\}/g, '$1')
    .replace(/(?<!\\)\$\{\d+:((?:\\.|[^\\}])*)\}/g, '$1')
    .replace(/(?<!\\)\$(?:\d+|\{\d+\})/g, '')
    .replace(/\\([\\$}])/g, '$1')

/** One proposal a label: that of the lowest rank. */
export function withoutDoubles(proposals: readonly Proposal[]): Proposal[] {
  const best = new Map<string, Proposal>()
  for (const each of proposals) {
    const key = `${each.kind === 'template' ? 'template ' : ''}${each.label}`
    const known = best.get(key)
    if (!known || each.rank < known.rank) best.set(key, each)
  }
  return [...best.values()]
}
