import { forEachItem, type Items } from '../../syntax/items.ts'
import { type Directive, nameOf } from '../../syntax/tree.ts'
import { basename, dirname, isAbsolute, join, normalize } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type Builder, deepestNesting, makeBuilder, type Scope } from '../builder.ts'
import { givenContext } from '../context-comment.ts'
import { isPattern } from '../glob.ts'
import { locate } from '../locate.ts'
import type { ResolveOptions } from '../options.ts'
import type { Condition, Configuration, PlacedDirective, Presence, Source } from '../placed.ts'
import { evaluateCondition, type ServerKnowledge } from './conditions.ts'
import { parseEnvvars } from './envvars.ts'
import { expandArguments, type Lookup, type Parameters } from './expand.ts'

/** What a root (or the orphan files of one folder, together) makes, read as `server/config.c: ap_build_config` reads it. */
export function resolveApache(snapshot: Snapshot, roots: readonly string[], options: ResolveOptions): Configuration | undefined {
  const builder = makeBuilder()
  const read: Source[] = []
  for (const path of roots) {
    const found = options.reader.read(snapshot, path, 'apache', options.settings.limits.fileSize)
    if (found.state === 'content') read.push(found.value)
    else if (found.state !== 'absent') builder.open = true
  }
  const root = read[0]
  if (!root) return undefined
  const defines = definesOf(options)
  const environment = readEnvvars(snapshot, root.path, options)
  const walk: Walk = {
    snapshot,
    options,
    builder,
    root,
    defines,
    lookUp: (variable) => defines.get(variable) ?? environment.get(variable),
    modules: new Set([...options.settings.apache.modules, ...(options.within?.modules ?? [])]),
    macros: new Map(),
    names: new Map(),
    conditions: new Map(),
    serverRoot: undefined,
    unreadBefore: false,
    depth: 0,
    nesting: 0,
  }
  // Of what someone puts into a context nobody says that it is all there is.
  const whole = options.context === undefined && isWhole(root)
  walk.unreadBefore = !whole && options.within?.modules === undefined
  for (const source of read) {
    builder.addSource(source)
    builder.open ||= source.templated
    placeItems(source.tree.items, 0, { source, parent: undefined, presence: 'present', includedBy: [] }, walk, [])
  }
  const given = givenContext(root, options)
  const htaccess = basename(root.path).endsWith('.htaccess')
  return {
    dialect: 'apache',
    root,
    sources: builder.sources,
    top: builder.top,
    all: builder.all,
    context: given ?? (htaccess ? 'htaccess' : 'server'),
    contextKnown: given !== undefined || htaccess || whole || builder.top.some((directive) => onlyOfServer.has(directive.name)),
    whole,
    open: !whole || builder.open,
    unread: builder.open,
    inclusions: builder.inclusions,
    includeFaults: whole ? builder.includeFaults : builder.includeFaults.filter((fault) => fault.kind !== 'missing' && fault.kind !== 'no-match'),
    conditions: walk.conditions,
    defines: walk.defines,
    modules: walk.unreadBefore ? undefined : walk.modules,
    serverRoot: walk.serverRoot,
  }
}

interface Walk {
  readonly snapshot: Snapshot
  readonly options: ResolveOptions
  readonly builder: Builder
  readonly root: Source
  readonly defines: Map<string, string>
  /** What `${NAME}` stands for where the walk is now. */
  readonly lookUp: Lookup
  readonly modules: Set<string>
  readonly macros: Map<string, Macro>
  /** Names in lower case, by what was written. */
  readonly names: Map<string, string>
  readonly conditions: Map<PlacedDirective, Condition>
  serverRoot: string | undefined
  /** Whether something before this point could not be read, so that a LoadModule or Define may be missing. */
  unreadBefore: boolean
  depth: number
  /** How many sections are open around what is placed now. */
  nesting: number
}

interface Macro {
  readonly node: Directive
  readonly start: number
  readonly source: Source
  readonly parameters: readonly string[]
}

/** `config.c`: AP_MAX_INCLUDE_DEPTH. */
const deepest = 128

/** Directives that Apache takes at the top of the server alone: what stands beside them stands there too. */
const onlyOfServer: ReadonlySet<string> = new Set(['virtualhost', 'listen', 'pidfile', 'user', 'group', 'wsgipythonhome', 'wsgipythonpath'])

const conditionals: ReadonlySet<string> = new Set(['ifmodule', 'ifdefine', 'ifversion', 'iffile', 'ifdirective', 'ifsection'])

/** Folders in which Apache configurations are installed. */
const serverFolders = ['/etc/apache2', '/etc/httpd', '/usr/local/apache2', '/usr/local/etc/apache24', '/opt/bitnami/apache']

function isWhole(root: Source): boolean {
  let found = false
  const look = (items: Items): void =>
    forEachItem(items, 0, (item) => {
      if (item.kind !== 'directive') return
      const name = nameOf(item).toLowerCase()
      if (name === 'listen' || name === 'serverroot' || name === 'loadmodule') found = true
      else if (item.block && conditionals.has(name)) look(item.block.items)
    })
  look(root.tree.items)
  return found
}

function definesOf(options: ResolveOptions): Map<string, string> {
  const defines = new Map<string, string>(options.within?.defines)
  for (const text of options.settings.apache.defines) {
    const [name = '', ...value] = text.split('=')
    defines.set(name, value.join('='))
  }
  return defines
}

/** Debian's `envvars` beside the root file, or in a folder above it. */
function readEnvvars(snapshot: Snapshot, rootPath: string, options: ResolveOptions): ReadonlyMap<string, string> {
  for (let folder = dirname(rootPath); ; folder = dirname(folder)) {
    const path = join(folder, 'envvars')
    if (options.index.files.has(path)) {
      const content = snapshot.content(path)
      return content.state === 'content' ? parseEnvvars(content.value.text) : new Map()
    }
    if (options.index.roots.includes(folder) || folder === '/' || folder === '.') return new Map()
  }
}

function placeItems(items: Items, start: number, scope: Scope, walk: Walk, parameters: Parameters): void {
  if (walk.nesting >= deepestNesting) {
    walk.builder.open = true
    return
  }
  walk.nesting++
  let branches = 0
  forEachItem(items, start, (item, at) => {
    if (item.kind === 'comment' && item.hole !== undefined) {
      if (item.hole === 'open') branches++
      else if (item.hole === 'close') branches = Math.max(0, branches - 1)
    }
    if (item.kind === 'directive') placeDirective(item, at, branches > 0 ? { ...scope, presence: both(scope.presence, 'unknown') } : scope, walk, parameters)
  })
  walk.nesting--
}

/** A name in lower case, the same text each time: names are looked up again and again. */
function lowerName(written: string, { names }: Walk): string {
  let name = names.get(written)
  if (name === undefined) {
    name = written.toLowerCase()
    names.set(written, name)
  }
  return name
}

function placeDirective(node: Directive, start: number, scope: Scope, walk: Walk, parameters: Parameters): void {
  const { builder } = walk
  const name = lowerName(nameOf(node), walk)
  const expanded = expandArguments(node, start, walk.lookUp, parameters)
  const inside = start + node.text.length
  if (conditionals.has(name) && node.block) {
    const placed = builder.place(node, start, name, expanded, scope, false)
    const words = placed.args.map((argument) => argument.value)
    const holds = placed.args.every((argument) => argument.known) ? evaluateCondition(name, words, knowledgeOf(walk)) : 'unknown'
    const condition: Condition = { directive: placed, holds, outer: scope.condition }
    walk.conditions.set(placed, condition)
    placeItems(node.block.items, inside, { ...scope, presence: both(placed.presence, holds), condition }, walk, parameters)
    return
  }
  if (scope.presence === 'absent') {
    const placed = builder.place(node, start, name, expanded, scope)
    if (node.block) placeItems(node.block.items, inside, { ...scope, parent: placed }, walk, parameters)
    return
  }
  if (name === 'macro' && node.block) {
    const placed = builder.place(node, start, name, expanded, scope, false)
    const [macro, ...names] = placed.args.map((argument) => argument.value)
    if (macro !== undefined) walk.macros.set(macro.toLowerCase(), { node, start, source: scope.source, parameters: names })
    return
  }
  const hidden = name === 'include' || name === 'includeoptional' || name === 'use'
  const placed = builder.place(node, start, name, expanded, scope, !hidden)
  const value = (index: number): string | undefined => {
    const argument = placed.args[index]
    return argument?.known ? argument.value : undefined
  }
  switch (name) {
    case 'include':
    case 'includeoptional':
      followInclude(placed, scope, walk)
      return
    case 'use':
      expandMacro(placed, scope, walk)
      return
    case 'define':
      if (value(0) !== undefined) walk.defines.set(value(0) ?? '', value(1) ?? '')
      return
    case 'undefine':
      if (scope.presence === 'present') walk.defines.delete(value(0) ?? '')
      return
    case 'loadmodule':
      if (scope.presence === 'present') walk.modules.add(placed.args[0]?.value ?? '')
      else walk.unreadBefore = true
      return
    case 'serverroot':
      walk.serverRoot = value(0)
      return
  }
  if (node.block) placeItems(node.block.items, inside, { ...scope, parent: placed }, walk, parameters)
}

const knowledgeOf = (walk: Walk): ServerKnowledge => ({
  modules: walk.modules,
  // Without a line that loads any, they may all be built in.
  modulesComplete: !walk.unreadBefore && walk.modules.size > 0,
  defines: walk.defines,
  version: walk.options.settings.apache.version,
})

const both = (outer: Presence, inner: Presence): Presence =>
  outer === 'absent' || inner === 'absent' ? 'absent' : outer === 'unknown' || inner === 'unknown' ? 'unknown' : 'present'

function expandMacro(use: PlacedDirective, scope: Scope, walk: Walk): void {
  const [name, ...values] = use.args.map((argument) => argument.value)
  const macro = walk.macros.get((name ?? '').toLowerCase())
  if (!macro?.node.block) {
    // Its definition may stand in a file that is not here.
    walk.builder.open = true
    return
  }
  // Apache refuses a macro that uses itself, and one with another number of arguments.
  const within = scope.includedBy.some((each) => each.name === 'use' && each.args[0]?.value.toLowerCase() === name?.toLowerCase())
  if (within || walk.depth >= deepest || values.length !== macro.parameters.length) return
  const parameters = macro.parameters
    .map((parameter, i): readonly [string, string] => [parameter, values[i] ?? ''])
    .filter(([parameter]) => parameter !== '')
    .sort((a, b) => b[0].length - a[0].length)
  walk.depth++
  placeItems(
    macro.node.block.items,
    macro.start + macro.node.text.length,
    { ...scope, source: macro.source, includedBy: [...scope.includedBy, use] },
    walk,
    parameters,
  )
  walk.depth--
}

function followInclude(directive: PlacedDirective, scope: Scope, walk: Walk): void {
  const { builder, options, root, snapshot } = walk
  const argument = directive.args[0]
  const optional = directive.name === 'includeoptional'
  const unread = (): void => {
    builder.open = true
    walk.unreadBefore = true
  }
  if (!argument) return
  if (!argument.known) {
    unread()
    return
  }
  const path = normalize(argument.value)
  const folders = walk.serverRoot ? [normalize(walk.serverRoot), ...serverFolders] : serverFolders
  const found = locate(options.index, path, root.path, folders, options.settings.paths)
  if (found.files.length === 0) {
    if (!found.folderKnown) unread()
    if (!found.folderKnown || optional) return
    const deployed = isAbsolute(path) ? path : join(walk.serverRoot ?? '/etc/apache2', path)
    builder.includeFaults.push({ directive, kind: isPattern(path) ? 'no-match' : 'missing', path: deployed, why: '' })
    return
  }
  for (const file of found.files) {
    if (file === scope.source.path || file === root.path || scope.includedBy.some((each) => each.source.path === file)) {
      builder.includeFaults.push({ directive, kind: 'loop', path: file, why: '' })
      continue
    }
    if (scope.includedBy.length >= deepest) {
      builder.includeFaults.push({ directive, kind: 'too-deep', path: file, why: '' })
      continue
    }
    const read = options.reader.read(snapshot, file, 'apache', options.settings.limits.fileSize)
    if (read.state !== 'content') {
      unread()
      if (read.state === 'refused') builder.includeFaults.push({ directive, kind: 'refused', path: file, why: read.why })
      else if (read.state === 'binary') builder.includeFaults.push({ directive, kind: 'binary', path: file, why: '' })
      else if (read.state === 'too large') builder.includeFaults.push({ directive, kind: 'too-large', path: file, why: '' })
      continue
    }
    builder.addSource(read.value, directive)
    placeItems(read.value.tree.items, 0, { ...scope, source: read.value, includedBy: [...scope.includedBy, directive] }, walk, [])
  }
}
