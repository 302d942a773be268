import { type PlacedDirective, placeOfDirective } from '../configuration/placed.ts'
import { type Remark, shown } from './conversion.ts'

/** What has become of each directive: what nobody has spoken for at the end is left, so that nothing is lost unseen. */
export interface Ledger {
  /** It is carried over as it is, or has no effect here. */
  done(...directives: readonly (PlacedDirective | undefined)[]): void
  kept(directive: PlacedDirective, message: string): void
  differs(directive: PlacedDirective, message: string): void
  left(directive: PlacedDirective, message: string): void
  isSettled(directive: PlacedDirective): boolean
  /** All remarks in the order of the source. */
  remarks(): readonly Remark[]
  /** What was left, with its reason. */
  leftOnes(): readonly { readonly directive: PlacedDirective; readonly message: string }[]
}

interface Entry {
  readonly directive: PlacedDirective
  readonly outcome: Remark['outcome']
  readonly message: string
}

export function makeLedger(): Ledger {
  const settled = new Set<PlacedDirective>()
  const entries: Entry[] = []
  const note = (outcome: Remark['outcome']) => (directive: PlacedDirective, message: string) => {
    settled.add(directive)
    // The same is found for each location that a directive holds in.
    if (entries.some((each) => each.directive === directive && (each.message === message || (outcome === 'left' && each.outcome === 'left')))) return
    entries.push({ directive, outcome, message })
  }
  return {
    done(...directives) {
      for (const each of directives) if (each) settled.add(each)
    },
    kept: note('kept'),
    differs: note('differs'),
    left: note('left'),
    isSettled: (directive) => settled.has(directive),
    remarks: () =>
      [...entries]
        .sort((a, b) => inSource(a.directive, b.directive))
        .map(({ directive, outcome, message }) => ({ at: placeOfDirective(directive), directive: shown(directive), outcome, message })),
    leftOnes: () => entries.filter(({ outcome }) => outcome === 'left').sort((a, b) => inSource(a.directive, b.directive)),
  }
}

/** Directives of a `.htaccess` are numbered by themselves: files come one after the other. */
function inSource(a: PlacedDirective, b: PlacedDirective): number {
  if (a.source === b.source) return a.start - b.start
  return a.source.path < b.source.path ? -1 : 1
}
