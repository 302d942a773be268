import { applyEdits, compatibleFixes } from '../problem/edits.ts'
import type { FileReport } from '../problem/report.ts'

/** A check of the workspace with some texts in place of what is on disk. */
export type CheckWith = (texts: ReadonlyMap<string, string>) => Promise<readonly FileReport[]>

/** What fixing all came to. */
export interface FixedAll {
  /** New texts by path; a path that was absent is created. */
  readonly texts: ReadonlyMap<string, string>
  /** What they replace, where there was something. */
  readonly before: ReadonlyMap<string, string>
  /** Paths that are to be executable. */
  readonly executable: ReadonlySet<string>
  readonly fixes: number
  /** What is left after the last round. */
  readonly reports: readonly FileReport[]
}

/** Fixes bring out other problems; more rounds than this would be a fix that undoes another. */
const mostRounds = 10

/** Applies the safe fixes that do not overlap, in order, checks again, and repeats until nothing changes. */
export async function fixAll(check: CheckWith, read: (path: string) => Promise<string | undefined>): Promise<FixedAll> {
  const texts = new Map<string, string>()
  const originals = new Map<string, string>()
  const executable = new Set<string>()
  let fixes = 0
  for (let round = 0; ; round++) {
    const reports = await check(texts)
    const chosen = compatibleFixes(reports)
    if (chosen.length === 0 || round >= mostRounds) return { texts, before: originals, executable, fixes, reports }
    const edits = chosen.flatMap((fix) => fix.edits)
    let changed = false
    for (const path of new Set(edits.map((edit) => edit.path))) {
      const own = edits.filter((edit) => edit.path === path)
      const original = texts.get(path) ?? (await read(path))
      if (original !== undefined && !texts.has(path)) originals.set(path, original)
      const before = original ?? ''
      const after = applyEdits(before, own)
      if (after === undefined || after === before) continue
      texts.set(path, after)
      if (own.some((edit) => edit.executable)) executable.add(path)
      changed = true
    }
    if (!changed) return { texts, before: originals, executable, fixes, reports }
    fixes += chosen.length
  }
}
