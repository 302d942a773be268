import type { Unit } from '../../../deployment/processes/unit-file.ts'
import type { Snapshot } from '../../../workspace/snapshot.ts'
import type { FindingEdit } from '../../rule.ts'

/** Writes a line into the `[Service]` section, before the line that starts the program. */
export function addToService(unit: Unit, line: string, snapshot: Snapshot): FindingEdit | undefined {
  const start = unit.value('Service', 'ExecStart')
  const content = start && snapshot.content(start.path)
  if (!start || content?.state !== 'content') return undefined
  const at = content.value.text.lastIndexOf('\n', start.start - 1) + 1
  return { path: start.path, start: at, end: at, newText: `${line}\n` }
}

/** A name for a folder of its own below `/run`: the unit's. */
export const folderNameOf = (unit: Unit): string => unit.name.replace(/@?\.\w+$/, '').replace(/[^\w.-]/g, '-')
