import { forEachItem, type Items } from '../../syntax/items.ts'
import { nameOf } from '../../syntax/tree.ts'
import { dirname, isAbsolute, isInside } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type Builder, deepestNesting, makeBuilder, type Scope } from '../builder.ts'
import { givenContext } from '../context-comment.ts'
import { isPattern } from '../glob.ts'
import { locate } from '../locate.ts'
import type { ResolveOptions } from '../options.ts'
import type { Configuration, PlacedDirective, Source } from '../placed.ts'
import { inferContext } from './context.ts'

/** What a root (or the orphan files of one folder, together) makes, with all includes in place. */
export function resolveNginx(snapshot: Snapshot, roots: readonly string[], options: ResolveOptions): Configuration | undefined {
  const builder = makeBuilder()
  const first = roots[0]
  if (first === undefined) return undefined
  const read: Source[] = []
  for (const path of roots) {
    const found = options.reader.read(snapshot, path, 'nginx', options.settings.limits.fileSize)
    if (found.state === 'content') read.push(found.value)
    else if (found.state !== 'absent') builder.open = true
  }
  const root = read[0]
  if (!root) return undefined
  for (const source of read) {
    builder.addSource(source)
    builder.open ||= source.templated
    placeItems(source.tree.items, 0, { source, parent: undefined, presence: 'present', includedBy: [] }, { snapshot, options, builder, root, nesting: 0 })
  }
  const context = givenContext(root, options) ?? inferContext(builder.top)
  const whole = context === 'main' && builder.top.some((directive) => directive.name === 'events')
  return {
    dialect: 'nginx',
    root,
    sources: builder.sources,
    top: builder.top,
    all: builder.all,
    context,
    contextKnown: true,
    whole,
    open: !whole || builder.open,
    unread: builder.open,
    inclusions: builder.inclusions,
    includeFaults: whole ? builder.includeFaults : builder.includeFaults.filter((fault) => fault.kind !== 'missing'),
    conditions: new Map(),
    defines: new Map(),
    modules: undefined,
    serverRoot: undefined,
  }
}

interface Walk {
  readonly snapshot: Snapshot
  readonly options: ResolveOptions
  readonly builder: Builder
  readonly root: Source
  /** How many blocks are open around what is placed now. */
  nesting: number
}

function placeItems(items: Items, start: number, scope: Scope, walk: Walk): void {
  if (walk.nesting >= deepestNesting) {
    walk.builder.open = true
    return
  }
  walk.nesting++
  let conditions = 0
  forEachItem(items, start, (item, at) => {
    if (item.kind === 'comment' && item.hole !== undefined) {
      if (item.hole === 'open') conditions++
      else if (item.hole === 'close') conditions = Math.max(0, conditions - 1)
    }
    if (item.kind !== 'directive') return
    const name = nameOf(item)
    const include = name === 'include' && item.block === undefined
    const around: Scope = conditions > 0 ? { ...scope, presence: 'unknown' } : scope
    const placed = walk.builder.place(item, at, name, undefined, around, !include)
    if (include) followInclude(placed, around, walk)
    else if (item.block) placeItems(item.block.items, at + item.text.length, { ...around, parent: placed }, walk)
  })
  walk.nesting--
}

/** Folders in which nginx configurations are installed. */
const serverFolders = ['/etc/nginx', '/usr/local/nginx/conf', '/usr/local/openresty/nginx/conf', '/usr/local/etc/nginx', '/opt/nginx/conf']

function followInclude(directive: PlacedDirective, scope: Scope, walk: Walk): void {
  const { builder, options, root, snapshot } = walk
  const argument = directive.args[0]
  if (!argument) return
  if (!argument.known) {
    builder.open = true
    return
  }
  const path = argument.value
  const found = locate(options.index, path, root.path, serverFolders, options.settings.paths)
  if (found.files.length === 0) {
    const onServer = options.settings.deployment.thisMachine || serverFolders.some((folder) => isInside(root.path, folder))
    const stock = isStockFile(path)
    if (!found.folderKnown || stock) builder.open ||= !isHarmless(path)
    else if (isPattern(path)) builder.includeFaults.push({ directive, kind: 'no-match', path, why: '' })
    else {
      builder.open = true
      builder.includeFaults.push({
        directive,
        kind: 'missing',
        path: isAbsolute(path) ? path : `${onServer ? dirname(root.path) : '/etc/nginx'}/${path}`,
        why: '',
      })
    }
    return
  }
  for (const file of found.files) {
    if (file === scope.source.path || scope.includedBy.some((each) => each.source.path === file) || file === root.path) {
      builder.includeFaults.push({ directive, kind: 'loop', path: file, why: '' })
      continue
    }
    const read = options.reader.read(snapshot, file, 'nginx', options.settings.limits.fileSize)
    if (read.state !== 'content') {
      builder.open = true
      if (read.state === 'refused') builder.includeFaults.push({ directive, kind: 'refused', path: file, why: read.why })
      else if (read.state === 'binary') builder.includeFaults.push({ directive, kind: 'binary', path: file, why: '' })
      else if (read.state === 'too large') builder.includeFaults.push({ directive, kind: 'too-large', path: file, why: '' })
      continue
    }
    builder.addSource(read.value, directive)
    builder.open ||= read.value.templated
    placeItems(read.value.tree.items, 0, { ...scope, source: read.value, includedBy: [...scope.includedBy, directive] }, walk)
  }
}

/** Files that packages install: their absence from a repository says nothing. */
const isStockFile = (path: string): boolean =>
  /(^|\/)(mime\.types|[a-z]+_params|koi-utf|koi-win|win-utf|naxsi[^/]*|fastcgi\.conf)$|(^|\/)(snippets|modules-enabled)\//.test(path) ||
  path.includes('/letsencrypt/')

/** Stock files that define nothing a rule could miss. */
const isHarmless = (path: string): boolean => /(^|\/)(mime\.types|koi-utf|koi-win|win-utf)$|(^|\/)modules-enabled\//.test(path)
