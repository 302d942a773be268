import type { SyntaxNode } from '@lezer/common'
import { dirname, join } from '../../workspace/path.ts'
import { type Frame, loseTrack, type Module, type Run } from './interpreter.ts'
import { bind } from './mutate.ts'
import { childrenOf, placeOf, textOfNode } from './python-source.ts'
import { type ModuleLocation, resolveInFolder, resolveModule } from './resolve-module.ts'
import { symbolNamed } from './symbols.ts'
import { isSequence, known, knownText, unknown, type Value } from './values.ts'

/** Reads a module of the project, or gives it as it is when it is being read already. */
export type LoadModule = (run: Run, path: string, dotted: string | undefined) => Module

/** Libraries that are never the project's own, so that nothing is looked for. */
const LIBRARIES = new Set(
  'os sys pathlib posixpath typing django environ environs decouple dotenv unipath configurations split_settings dj_database_url datetime logging json re socket warnings collections distutils email tempfile time platform subprocess importlib random string ast io functools itertools urllib base64 hashlib secrets copy imp glob codecs locale __future__ celery kombu corsheaders rest_framework storages sentry_sdk raven ldap django_auth_ldap djcelery django_heroku whitenoise boto3 yaml toml tomllib configparser ConfigParser pkg_resources six psycopg2 MySQLdb pymysql'.split(
    ' ',
  ),
)

/** Libraries whose names are not those of settings: a star import of them sets nothing. */
const HARMLESS_STARS = /^(os|os\.path|sys|pathlib|posixpath|typing|datetime|django\.conf\.global_settings|environ|decouple|unipath|re|logging)$/

interface ImportedName {
  readonly name: string
  readonly as: string
  readonly node: SyntaxNode
}

/** `import …` and `from … import …`. */
export function runImport(statement: SyntaxNode, frame: Frame, load: LoadModule): void {
  const children = childrenOf(statement)
  if (children[0]?.name === 'from') {
    runFrom(statement, children, frame, load)
    return
  }
  for (const imported of importedNames(children.slice(1), frame)) importModule(statement, imported, frame, load)
}

function importModule(statement: SyntaxNode, { name, as, node }: ImportedName, frame: Frame, load: LoadModule): void {
  const location = locate(frame, name)
  if (location.state !== 'file') {
    noteUncertain(frame, name, location)
    const bound = as === '' ? (name.split('.')[0] as string) : as
    bind(frame, bound, known(symbolNamed(as === '' ? bound : name), placeOf(node, frame.source)), node, statement)
    return
  }
  const module = load(frame.run, location.path, name)
  if (as !== '' || !name.includes('.')) {
    bind(frame, as || name, known({ kind: 'module', path: module.path }, placeOf(node, frame.source)), node, statement)
    return
  }
  // `import a.b.c` binds `a`, and each part to the one before.
  const parts = name.split('.')
  const modules = parts.map((_, i) => {
    const part = locate(frame, parts.slice(0, i + 1).join('.'))
    return part.state === 'file' ? load(frame.run, part.path, parts.slice(0, i + 1).join('.')) : undefined
  })
  for (const [i, inner] of modules.entries())
    if (i > 0 && inner) modules[i - 1]?.names.set(parts[i] as string, known({ kind: 'module', path: inner.path }, undefined))
  const first = modules[0]
  bind(
    frame,
    parts[0] as string,
    first ? known({ kind: 'module', path: first.path }, placeOf(node, frame.source)) : unknown('a package without __init__.py is not followed'),
    node,
    statement,
  )
}

function runFrom(statement: SyntaxNode, children: readonly SyntaxNode[], frame: Frame, load: LoadModule): void {
  const keyword = children.findIndex((child) => child.name === 'import')
  if (keyword < 0) return
  const source = children.slice(1, keyword)
  const segments = source.filter((child) => child.name === 'VariableName').map((child) => textOfNode(child, frame.source))
  const firstName = source.findIndex((child) => child.name === 'VariableName')
  const dots = (firstName < 0 ? source : source.slice(0, firstName)).reduce(
    (sum, child) => sum + (child.name === 'Ellipsis' || child.name === '...' ? 3 : child.name === '.' ? 1 : 0),
    0,
  )
  const dotted = segments.join('.')
  const location = dots > 0 ? resolveInFolder(frame.run.snapshot, ancestor(dirname(frame.source.path), dots - 1), segments) : locate(frame, dotted)
  noteUncertain(frame, dots > 0 ? '' : dotted, location)
  const module = location.state === 'file' ? load(frame.run, location.path, dots > 0 ? relativeName(frame, dots, dotted) : dotted) : undefined
  const rest = children.slice(keyword + 1)
  const shown = `${'.'.repeat(dots)}${dotted}`
  if (rest[0]?.name === '*') {
    if (module) {
      importStar(module, frame)
      return
    }
    if (dots === 0 && HARMLESS_STARS.test(dotted)) return
    loseTrack(frame, placeOf(statement, frame.source), `${shown} cannot be read and may set any name`)
    return
  }
  for (const { name, as, node } of importedNames(rest, frame)) {
    bind(frame, as || name, importedValue(name, shown, dots, location, module, frame, load, node), node, statement)
  }
}

function importedValue(
  name: string,
  shown: string,
  dots: number,
  location: ModuleLocation,
  module: Module | undefined,
  frame: Frame,
  load: LoadModule,
  node: SyntaxNode,
): Value {
  const value = module?.names.get(name)
  if (value) return value
  const folder = location.state === 'folder' ? location.path : location.state === 'file' && location.isPackage ? dirname(location.path) : undefined
  const inner = folder === undefined ? undefined : resolveInFolder(frame.run.snapshot, folder, [name])
  if (inner?.state === 'file') return known({ kind: 'module', path: load(frame.run, inner.path, undefined).path }, placeOf(node, frame.source))
  if (location.state === 'file' || location.state === 'folder') return unknown(`${name} is not found in ${shown}`)
  return dots > 0 ? unknown(`${shown} cannot be read`) : known(symbolNamed(`${shown}.${name}`), placeOf(node, frame.source))
}

/** All public names of the module, or those that its `__all__` names, with what is known of their assignments. */
export function importStar(module: Module, frame: Frame): void {
  const all = module.names.get('__all__')
  const listed = all?.state === 'known' && isSequence(all.value) && !all.value.open ? new Set(all.value.items.map(knownText)) : undefined
  for (const [name, value] of module.names) {
    if (listed ? !listed.has(name) : name.startsWith('_')) continue
    frame.names.set(name, value)
    if (frame.outer) continue
    frame.module.assignments.set(name, [...(frame.module.assignments.get(name) ?? []), ...(module.assignments.get(name) ?? [])])
  }
  frame.module.gaps.push(...module.gaps)
}

function locate(frame: Frame, dotted: string): ModuleLocation {
  if (LIBRARIES.has(dotted.split('.')[0] as string)) return { state: 'absent' }
  return resolveModule(frame.run.snapshot, frame.run.roots, dotted)
}

/** Python's own modules are always there; what else is not in the project may be missing on the server. */
function noteUncertain(frame: Frame, dotted: string, location: ModuleLocation): void {
  if (location.state !== 'file' && !/^(os|sys|pathlib|typing|datetime|logging|json|re|socket|django)(\.|$)/.test(dotted)) frame.run.uncertainImports++
}

function ancestor(folder: string, levels: number): string {
  return levels <= 0 ? folder : join(folder, ...Array.from({ length: Math.min(levels, 50) }, () => '..'))
}

function relativeName(frame: Frame, dots: number, dotted: string): string | undefined {
  if (frame.module.dotted === undefined) return undefined
  const isPackage = frame.module.path.endsWith('/__init__.py')
  const parts = frame.module.dotted.split('.')
  const kept = parts.slice(0, Math.max(0, parts.length - dots + (isPackage ? 1 : 0)))
  return [...kept, ...(dotted === '' ? [] : [dotted])].join('.')
}

function importedNames(children: readonly SyntaxNode[], frame: Frame): ImportedName[] {
  const names: ImportedName[] = []
  let parts: string[] = []
  let as = ''
  let node: SyntaxNode | undefined
  let afterAs = false
  const finish = (): void => {
    if (node && parts.length > 0) names.push({ name: parts.join('.'), as, node })
    parts = []
    as = ''
    node = undefined
    afterAs = false
  }
  for (const child of children) {
    if (child.name === ',') finish()
    else if (child.name === 'as') afterAs = true
    else if (child.name === 'VariableName') {
      if (afterAs) as = textOfNode(child, frame.source)
      else parts.push(textOfNode(child, frame.source))
      node = child
    }
  }
  finish()
  return names
}
