import { definitionsIn } from '../../server/src/features/names/index.ts'
import { rename } from '../../server/src/features/rename.ts'
import { makeWorkspaceState } from '../../server/src/lsp/workspace-state.ts'
import type { Place } from '../../server/src/problem/place.ts'
import { applyEdits, workspace } from './example.ts'
import { memoryFileSystem } from './memory-file-system.ts'

/** Each name of a workspace renamed, one after the other. */
export interface Renamed {
  readonly files: Readonly<Record<string, string>>
  /** Old names by the new ones. */
  readonly names: ReadonlyMap<string, string>
  /** Why the other names were left as they are. */
  readonly refused: readonly string[]
  /** The files when all that was renamed has its old name again. */
  back(): Promise<Readonly<Record<string, string>>>
}

const fresh = 'zzq'

/** Renames every name that a workspace defines to one that nobody has. */
export async function renameAll(given: Readonly<Record<string, string>>): Promise<Renamed> {
  const state = makeWorkspaceState(memoryFileSystem(given))
  state.setFolders([workspace])
  let files = { ...given }
  const names = new Map<string, string>()
  const refused = new Map<string, string>()

  const change = async (at: Place, wanted: string): Promise<string | undefined> => {
    const answer = await state.ask(at.path, (view) => rename(view, at.start, wanted))
    if (!answer) return 'no configuration'
    if ('refused' in answer) return answer.refused
    if (answer.length === 0) return 'nothing was changed'
    files = applyEdits(files, answer)
    for (const path of new Set(answer.map((edit) => edit.path))) state.setOpen(path, files[path])
    return undefined
  }
  const definitions = (): Promise<{ place: Place; text: string; kind: string }[]> =>
    state.askAll((parts) =>
      parts.flatMap(({ understanding }) =>
        understanding.configurations.flatMap(({ configuration }) =>
          configuration.sources
            .flatMap(definitionsIn)
            .map(({ place, kind }) => ({ place, kind, text: (files[place.path] ?? '').slice(place.start, place.end) })),
        ),
      ),
    )

  // Each rename moves what stands behind it: what is defined is asked for anew.
  for (;;) {
    const next = (await definitions()).find(({ text, kind, place }) => !text.includes(fresh) && !refused.has(`${kind} ${text} ${place.path}`))
    if (!next) break
    const { text, kind, place } = next
    const sign = /^[@$%]?/.exec(text)?.[0] ?? ''
    const wanted = `${sign}${fresh}${names.size}`
    const why = await change(place, wanted)
    if (why === undefined) names.set(wanted, text)
    else refused.set(`${kind} ${text} ${place.path}`, why)
  }
  return {
    files,
    names,
    refused: [...refused.values()],
    async back() {
      for (const [made, old] of [...names].reverse()) {
        for (;;) {
          // A name that counts in several places is several names.
          const place = (await definitions()).find(({ text }) => text === made)?.place
          if (!place) break
          const why = await change(place, old)
          if (why !== undefined) throw new Error(`${made} back to ${old}: ${why}`)
        }
      }
      return files
    },
  }
}
