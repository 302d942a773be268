import type { Place } from '../../problem/place.ts'
import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type ExtensionName, parseExtensionName, parseWheelTag, type WheelTag } from './extension-name.ts'

/** What is installed in a `site-packages` folder, told from its names alone. */
export interface Packages {
  readonly folder: string
  readonly distributions: readonly Distribution[]
  /** By any spelling of its name. */
  get(name: string): Distribution | undefined
}

export interface Distribution {
  readonly name: string
  readonly version: string | undefined
  /** The `.dist-info` or `.egg-info` folder or file. */
  readonly path: string
  readonly kind: 'dist-info' | 'egg-info'
  /** An `.egg-info` can be a single file. */
  readonly isFolder: boolean
}

/** The spelling by which names of distributions are compared (PEP 503). */
export const normalizeDistributionName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** The installed distributions: one folder listing. */
export function readPackages(snapshot: Snapshot, folder: string): Packages | 'absent' | 'unknown' {
  const entries = snapshot.folder(folder)
  if (entries.state === 'absent') return 'absent'
  if (entries.state !== 'content') return 'unknown'
  const distributions: Distribution[] = []
  for (const entry of entries.value) {
    const match = /^(.+?)(?:-(\d[^-]*|[^-]*\d[^-]*))?(?:-py\d[\d.]*)?\.(dist-info|egg-info)$/.exec(entry.name)
    if (match)
      distributions.push({
        name: match[1] as string,
        version: match[2],
        path: join(folder, entry.name),
        kind: match[3] as Distribution['kind'],
        isFolder: entry.kind !== 'file',
      })
  }
  const byName = new Map(distributions.map((one) => [normalizeDistributionName(one.name), one]))
  return { folder, distributions, get: (name) => byName.get(normalizeDistributionName(name)) }
}

export interface Metadata {
  readonly name: string | undefined
  readonly version: string | undefined
  readonly requiresPython: { readonly value: string; readonly at: Place } | undefined
  readonly requires: readonly string[]
}

/** The `METADATA` (or `PKG-INFO`) of a distribution. */
export function readMetadata(snapshot: Snapshot, distribution: Distribution): Metadata | undefined {
  const path =
    distribution.kind === 'dist-info' ? join(distribution.path, 'METADATA') : distribution.isFolder ? join(distribution.path, 'PKG-INFO') : distribution.path
  const headers = readHeaders(snapshot, path)
  if (!headers) return undefined
  const requiresPython = headers.find((one) => one.key === 'requires-python')
  return {
    name: headers.find((one) => one.key === 'name')?.value,
    version: headers.find((one) => one.key === 'version')?.value,
    requiresPython: requiresPython && { value: requiresPython.value, at: requiresPython.at },
    requires: headers.filter((one) => one.key === 'requires-dist').map((one) => one.value),
  }
}

export interface Wheel {
  readonly isPure: boolean
  readonly tags: readonly (WheelTag & { readonly at: Place })[]
}

/** The `WHEEL` of a distribution: for which Pythons it was built. Undefined where there is none or it is not known. */
export function readWheel(snapshot: Snapshot, distribution: Distribution): Wheel | undefined {
  if (distribution.kind !== 'dist-info') return undefined
  const headers = readHeaders(snapshot, join(distribution.path, 'WHEEL'))
  if (!headers) return undefined
  const tags = headers.flatMap(({ key, value, at }) => {
    const tag = key === 'tag' ? parseWheelTag(value) : undefined
    return tag ? [{ ...tag, at }] : []
  })
  return { isPure: headers.some((one) => one.key === 'root-is-purelib' && one.value.toLowerCase() === 'true'), tags }
}

export interface CompiledModule extends ExtensionName {
  readonly path: string
}

/** The compiled modules directly in a package's folder (`site-packages/psycopg2`) or in `site-packages` itself. */
export function compiledModules(snapshot: Snapshot, folder: string): readonly CompiledModule[] | 'absent' | 'unknown' {
  const entries = snapshot.folder(folder)
  if (entries.state === 'absent') return 'absent'
  if (entries.state !== 'content') return 'unknown'
  return entries.value.flatMap((entry) => {
    const parsed = entry.kind === 'folder' ? undefined : parseExtensionName(entry.name)
    return parsed ? [{ ...parsed, path: join(folder, entry.name) }] : []
  })
}

interface Header {
  readonly key: string
  readonly value: string
  readonly at: Place
}

/** The lines `Key: value` up to the first empty one. */
function readHeaders(snapshot: Snapshot, path: string): readonly Header[] | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary) return undefined
  const headers: Header[] = []
  let offset = 0
  for (const line of content.value.text.split('\n')) {
    if (line.trim() === '') break
    const match = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line)
    if (match) {
      const start = offset + line.indexOf(match[2] as string, (match[1] as string).length + 1)
      headers.push({ key: (match[1] as string).toLowerCase(), value: match[2] as string, at: { path, start, end: start + (match[2] as string).length } })
    }
    offset += line.length + 1
  }
  return headers
}
