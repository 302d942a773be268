import { eachItem } from '../syntax/items.ts'
import { type Dialect, nameOf } from '../syntax/tree.ts'
import { dialectOf, dialectOfPath } from '../workspace/dialect.ts'
import { basename, dirname } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { ResolveOptions } from './options.ts'
import type { Configuration } from './placed.ts'
import { resolveConfiguration } from './resolve.ts'

/** Files that make one configuration, the first of them its root. */
export interface Root {
  readonly dialect: Dialect
  readonly paths: readonly string[]
  /** What one path makes, where finding the roots resolved it already. */
  readonly configuration: Configuration | undefined
}

/**
 * The roots among a workspace's files: whole configurations first, then what no other file includes. Orphan
 * files of one folder (`conf.d/*.conf`) make one piece together; a `.htaccess` file stands for itself.
 */
export function findRoots(snapshot: Snapshot, files: readonly string[], options: ResolveOptions): Root[] {
  const candidates = configurationFiles(snapshot, files, options.settings.limits.files)
  const taken = new Set<string>()
  const roots: Root[] = []
  const resolved = new Map<string, Configuration | undefined>()
  const resolveOne = (path: string, dialect: Dialect): Configuration | undefined => {
    if (!resolved.has(path)) resolved.set(path, resolveConfiguration(snapshot, [path], dialect, options))
    return resolved.get(path)
  }
  const take = (path: string, dialect: Dialect): void => {
    for (const source of resolveOne(path, dialect)?.sources ?? []) if (source.path !== path) taken.add(source.path)
  }
  const whole = candidates.filter(({ path, dialect }) => isWhole(snapshot, path, dialect, options))
  for (const { path, dialect } of whole) take(path, dialect)
  const rest = candidates.filter((each) => !whole.includes(each) && !taken.has(each.path))
  // A piece may include others: those are no roots either.
  for (const { path, dialect } of rest) if (hasInclude(snapshot, path, dialect, options)) take(path, dialect)
  for (const { path, dialect } of whole) if (!taken.has(path)) roots.push({ dialect, paths: [path], configuration: resolveOne(path, dialect) })
  const orphans = new Map<string, { dialect: Dialect; paths: string[] }>()
  for (const { path, dialect } of rest) {
    if (taken.has(path)) continue
    if (basename(path).endsWith('.htaccess')) {
      roots.push({ dialect, paths: [path], configuration: resolved.get(path) })
      continue
    }
    const context = dialect === 'nginx' ? (resolveOne(path, dialect)?.context ?? '') : ''
    const key = `${dialect} ${dirname(path)} ${context}`
    const group = orphans.get(key)
    if (group) group.paths.push(path)
    else orphans.set(key, { dialect, paths: [path] })
  }
  const pieces = [...orphans.values()].map(({ dialect, paths }) => ({
    dialect,
    paths,
    configuration: paths.length === 1 ? resolved.get(paths[0] ?? '') : undefined,
  }))
  return [...roots, ...pieces]
}

/** The files that are a server's configuration by their names and, where those leave it open, their content. At most `limit`. */
export function configurationFiles(snapshot: Snapshot, files: readonly string[], limit: number): { path: string; dialect: Dialect }[] {
  const found: { path: string; dialect: Dialect }[] = []
  for (const path of files) {
    if (found.length >= limit) break
    const dialect = dialectOfPath(path) ?? (mayBeConfiguration(path) ? byContent(snapshot, path) : undefined)
    if (dialect && !isScript(snapshot, path)) found.push({ path, dialect })
  }
  return found
}

/** A program, or a list of a shell's variables, has the name of what it starts at times: `restart.nginx`, `nginx.conf` for a service manager. */
function isScript(snapshot: Snapshot, path: string): boolean {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary) return false
  const { text } = content.value
  if (/^#!\s*\//.test(text)) return true
  if (!/^[A-Z_]+=/m.test(text.slice(0, 2000)) || text.length > 2000) return false
  return text.split('\n').every((line) => /^\s*(?:#|$)|^[A-Z_]+=/.test(line))
}

/** Names under which either server's configuration is kept. */
const mayBeConfiguration = (path: string): boolean => /\.(conf|cfg|vhost)$|\.conf\.\w+$|(^|\/)(sites|conf|mods)-(available|enabled)\/[^/]+$/.test(path)

function byContent(snapshot: Snapshot, path: string): Dialect | undefined {
  const content = snapshot.content(path)
  return content.state === 'content' && !content.value.binary ? dialectOf(path, content.value.text) : undefined
}

function topNames(snapshot: Snapshot, path: string, dialect: Dialect, options: ResolveOptions): Set<string> {
  const read = options.reader.read(snapshot, path, dialect, options.settings.limits.fileSize)
  const names = new Set<string>()
  if (read.state === 'content') {
    for (const item of eachItem(read.value.tree.items)) if (item.kind === 'directive') names.add(nameOf(item).toLowerCase())
  }
  return names
}

function isWhole(snapshot: Snapshot, path: string, dialect: Dialect, options: ResolveOptions): boolean {
  const names = topNames(snapshot, path, dialect, options)
  if (dialect === 'nginx') return names.has('events')
  const main = ['httpd.conf', 'apache2.conf'].some((name) => basename(path).startsWith(name))
  return names.has('serverroot') || (names.has('listen') && main) || (names.has('loadmodule') && names.size > 3 && !basename(path).endsWith('.load'))
}

function hasInclude(snapshot: Snapshot, path: string, dialect: Dialect, options: ResolveOptions): boolean {
  const read = options.reader.read(snapshot, path, dialect, options.settings.limits.fileSize)
  return read.state === 'content' && /^\s*include/im.test(read.value.text)
}
