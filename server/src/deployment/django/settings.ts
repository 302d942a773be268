import { isInside, relativeTo } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { DJANGO_DEFAULTS } from './defaults.ts'
import { executeModule } from './execute.ts'
import { type Assignment, type Gap, startRun } from './interpreter.ts'
import { alternatives, isOpaque, isSequence, known, oneOf, type Place, type PyValue, type Settled, unknown, type Value } from './values.ts'

/** What is known of the settings of a Django project, without running them. */
export interface DjangoSettings {
  /** The file of the settings module. */
  readonly path: string
  /** `not asked`: the file is wanted and comes with a later snapshot. */
  readonly state: 'read' | 'absent' | 'refused' | 'not asked'
  /** The value when the module has been read to its end; Django's default where it never sets the name. */
  get(name: string): Value
  /** Every assignment to a name of the module, of all files in the order in which they run; the last counts. */
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>
  /** All files that were read: modules and `.env` files. */
  readonly files: readonly string[]
  /** False where something that cannot be read may set further names. */
  readonly whole: boolean
  readonly gaps: readonly Gap[]
  /** The first thing that is not Python, in any of the files. What stands before it is known. */
  readonly syntaxErrorAt: Place | undefined
}

/**
 * Reads a settings module. `importRoot` is the folder on `sys.path` from which the project is imported;
 * `variables` are environment variables that are known for certain. Paths in the values are paths of
 * the workspace.
 */
export function readSettings(snapshot: Snapshot, path: string, importRoot: string, variables: ReadonlyMap<string, string> = new Map()): DjangoSettings {
  const key = JSON.stringify([path, importRoot, ...variables])
  const known = readBefore.get(snapshot) ?? new Map<string, DjangoSettings>()
  readBefore.set(snapshot, known)
  const settings = known.get(key) ?? evaluateSettings(snapshot, path, importRoot, variables)
  known.set(key, settings)
  return settings
}

/** Derived from a snapshot alone, and gone with it: many rules ask for the same settings. */
const readBefore = new WeakMap<Snapshot, Map<string, DjangoSettings>>()

function evaluateSettings(snapshot: Snapshot, path: string, importRoot: string, variables: ReadonlyMap<string, string>): DjangoSettings {
  const run = startRun(snapshot, [importRoot], variables)
  const { module, frame } = executeModule(run, path, dottedName(path, importRoot))
  const content = frame ? undefined : snapshot.content(path)
  const published = new Map<string, Value>()
  const whole = module.gaps.length === 0
  const errors = [...run.modules.values()].flatMap((one) => one.syntaxErrorAt ?? [])
  const assignments = new Map<string, readonly Assignment[]>()
  for (const [name, all] of module.assignments)
    assignments.set(
      name,
      all.map((one) => ({ ...one, value: publish(one.value, 0) })),
    )
  return {
    path,
    state: frame ? 'read' : content?.state === 'absent' || content?.state === 'not asked' ? content.state : 'refused',
    get(name) {
      let value = published.get(name)
      if (!value) {
        value = settingOf(name, module.names.get(name), whole, module.gaps)
        published.set(name, value)
      }
      return value
    },
    assignments,
    files: [...run.files],
    whole,
    gaps: module.gaps,
    syntaxErrorAt: errors[0],
  }
}

/**
 * A URL setting that this site serves itself, as Django uses it: a relative one begins at the script
 * prefix, so `static/` is `/static/`. Undefined for another host (`https://cdn.example.org/`) and for no URL.
 */
export function localUrl(value: string): string | undefined {
  if (value === '' || /^([a-z][a-z0-9+.-]*:)?\/\//i.test(value)) return undefined
  return value.startsWith('/') ? value : `/${value}`
}

/** `/srv/app/config/settings.py` below `/srv/app` is `config.settings`; undefined outside. */
export function dottedName(path: string, importRoot: string): string | undefined {
  if (!isInside(path, importRoot) || !path.endsWith('.py')) return undefined
  return relativeTo(path, importRoot)
    .replace(/(\/__init__)?\.py$/, '')
    .replaceAll('/', '.')
}

function settingOf(name: string, value: Value | undefined, whole: boolean, gaps: readonly Gap[]): Value {
  const missing = whole ? defaultOf(name) : unknown(gaps[0]?.why ?? 'not all of the settings can be read')
  if (!value) return missing
  return publish(oneOf(alternatives(value).map((one) => (one.state === 'unknown' && one.unset ? missing : one))), 0)
}

function defaultOf(name: string): Value {
  const value = DJANGO_DEFAULTS.get(name)
  return value ? { state: 'known', value, at: undefined, isDefault: true } : unknown(`the settings do not set ${name}`)
}

/** Things of libraries and functions are no values that a rule can use. */
function publish(value: Value, depth: number): Value {
  if (value.state === 'one-of') return { state: 'one-of', values: value.values.flatMap((one) => alternatives(publish(one, depth)) as Settled[]) }
  if (value.state === 'unknown' || depth > 8) return value
  if (isOpaque(value.value)) return unknown(value.value.kind === 'symbol' ? `it comes from ${value.value.name}` : 'it is not a plain value')
  const inner = publishInner(value.value, depth + 1)
  return inner === value.value ? value : { ...value, value: inner }
}

function publishInner(value: PyValue, depth: number): PyValue {
  if (isSequence(value)) return { ...value, items: value.items.map((item) => publish(item, depth)) }
  if (value.kind === 'dict') return { ...value, entries: value.entries.map((entry) => ({ key: entry.key, value: publish(entry.value, depth) })) }
  return value
}

/** The value of a path of keys inside a dictionary setting: `entryAt(settings.get("DATABASES"), "default", "HOST")`; None where there is no such key. */
export function entryAt(value: Value, ...keys: readonly string[]): Value {
  let result = value
  for (const key of keys) {
    if (result.state !== 'known' || result.value.kind !== 'dict') return unknown('it is not a dictionary that can be read')
    const entry = result.value.entries.findLast((one) => one.key.kind === 'string' && one.key.value === key)
    if (!entry && !result.value.open) return known({ kind: 'none' }, undefined)
    if (!entry || result.value.open) return unknown('the dictionary is changed by something that cannot be read')
    result = entry.value
  }
  return result
}
