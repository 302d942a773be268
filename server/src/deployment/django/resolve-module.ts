import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/** Where a module of the project is. A folder without `__init__.py` is a namespace package. */
export type ModuleLocation =
  | { readonly state: 'file'; readonly path: string; readonly isPackage: boolean }
  | { readonly state: 'folder'; readonly path: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' }

/** Finds `a.b.c` in the first root that has it, as `import` does: a package goes before a module of the same name. */
export function resolveModule(snapshot: Snapshot, roots: readonly string[], dotted: string): ModuleLocation {
  const segments = dotted.split('.').filter(Boolean)
  let namespace: ModuleLocation | undefined
  for (const root of roots) {
    const location = resolveInFolder(snapshot, root, segments)
    if (location.state === 'folder') namespace ??= location
    else if (location.state !== 'absent') return location
  }
  return namespace ?? { state: 'absent' }
}

/** Finds a module below a folder; the folder itself for no segments. */
export function resolveInFolder(snapshot: Snapshot, folder: string, segments: readonly string[]): ModuleLocation {
  let path = folder
  for (const [i, segment] of segments.entries()) {
    const names = namesIn(snapshot, path)
    if (!names) return { state: 'unknown' }
    if (names.get(segment) === 'folder' || names.get(segment) === 'link') path = join(path, segment)
    else if (i === segments.length - 1 && names.has(`${segment}.py`)) return { state: 'file', path: join(path, `${segment}.py`), isPackage: false }
    else return { state: 'absent' }
  }
  const names = namesIn(snapshot, path)
  if (!names) return { state: 'unknown' }
  return names.has('__init__.py') ? { state: 'file', path: join(path, '__init__.py'), isPackage: true } : { state: 'folder', path }
}

type Names = ReadonlyMap<string, 'file' | 'folder' | 'link' | 'other'>

function namesIn(snapshot: Snapshot, folder: string): Names | undefined {
  const entries = snapshot.folder(folder)
  if (entries.state === 'absent') return new Map()
  return entries.state === 'content' ? new Map(entries.value.map((entry) => [entry.name, entry.kind])) : undefined
}
