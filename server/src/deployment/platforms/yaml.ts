import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'
import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'

/** A value of a YAML or JSON file with its place; aliases are followed. */
export type YamlValue = YamlMap | YamlList | YamlScalar

export interface YamlMap {
  readonly kind: 'map'
  readonly entries: readonly YamlEntry[]
  readonly at: Place
  /** Written in braces: on one line, or as JSON. */
  readonly flow: boolean
}

export interface YamlEntry {
  readonly key: string
  readonly keyAt: Place
  /** Undefined where nothing stands behind the colon. */
  readonly value: YamlValue | undefined
}

export interface YamlList {
  readonly kind: 'list'
  readonly items: readonly YamlValue[]
  readonly at: Place
  readonly flow: boolean
}

export interface YamlScalar {
  readonly kind: 'scalar'
  /** As text, whatever its type: `true`, `8000`, `000755`. */
  readonly text: string
  readonly at: Place
  readonly style: 'plain' | 'quoted' | 'block'
}

export interface YamlFault {
  readonly kind: 'tab' | 'duplicate-key' | 'syntax'
  /** In plain words, without the excerpt. */
  readonly message: string
  readonly at: Place
}

export interface YamlFile {
  readonly path: string
  readonly text: string
  /** Undefined where the file is empty or nothing can be made of it. */
  readonly root: YamlValue | undefined
  readonly faults: readonly YamlFault[]
}

/** Longer files of this kind are made by a program. */
const longest = 500_000

/** Aliases of aliases multiply: beyond this many values the rest is left out. */
const mostValues = 50_000

/** Reads a file of YAML, of which JSON is a part; undefined where it is not there, not asked yet, or no text. */
export function readYaml(snapshot: Snapshot, path: string): YamlFile | undefined {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > longest) return undefined
  return parseYaml(path, content.value.text)
}

export function parseYaml(path: string, text: string): YamlFile {
  const place = (start: number, end: number): Place => ({ path, start: Math.min(start, text.length), end: Math.min(Math.max(end, start), text.length) })
  try {
    // JSON may be indented with tabs, YAML may not.
    const source = /^\s*\{/.test(text) ? text.replaceAll('\t', ' ') : text
    const document = parseDocument(source, { prettyErrors: false, keepSourceTokens: false, logLevel: 'silent', version: '1.1' })
    const anchors = new Map<string, Node>()
    let left = mostValues
    const convert = (node: unknown, depth: number): YamlValue | undefined => {
      if (depth > 30 || left-- <= 0) return undefined
      if (isAlias(node)) {
        const target = anchors.get(node.source)
        return target ? convert(target, depth + 1) : undefined
      }
      if (isMap(node) || isSeq(node) || isScalar(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node)
        const at = place(node.range?.[0] ?? 0, node.range?.[1] ?? 0)
        if (isSeq(node)) return { kind: 'list', items: node.items.flatMap((item) => convert(item, depth + 1) ?? []), at, flow: node.flow === true }
        if (isMap(node)) return { kind: 'map', entries: node.items.flatMap((pair) => entriesOf(pair.key, pair.value, depth)), at, flow: node.flow === true }
        const style = node.type === 'PLAIN' || node.type === undefined ? 'plain' : node.type.startsWith('QUOTE') ? 'quoted' : 'block'
        if (node.value === null && style === 'plain' && (node.source === undefined || node.source === '')) return undefined
        return { kind: 'scalar', text: style === 'plain' ? (node.source ?? String(node.value)) : String(node.value), at, style }
      }
      return undefined
    }
    const entriesOf = (key: unknown, value: unknown, depth: number): YamlEntry[] => {
      const made = convert(value, depth + 1)
      const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))) : undefined
      if (name === undefined || !isScalar(key)) return []
      if (name === '<<')
        return made?.kind === 'map' ? [...made.entries] : made?.kind === 'list' ? made.items.flatMap((each) => (each.kind === 'map' ? each.entries : [])) : []
      return [{ key: name, keyAt: place(key.range?.[0] ?? 0, key.range?.[1] ?? 0), value: made }]
    }
    const faults = document.errors.map((error): YamlFault => {
      const kind =
        error.code === 'TAB_AS_INDENT' || /\t/.test(lineAt(text, error.pos[0]).match(/^\s*/)?.[0] ?? '')
          ? 'tab'
          : error.code === 'DUPLICATE_KEY'
            ? 'duplicate-key'
            : 'syntax'
      return { kind, message: error.message, at: place(error.pos[0], error.pos[1]) }
    })
    return { path, text, root: convert(document.contents, 0), faults }
  } catch {
    return { path, text, root: undefined, faults: [] }
  }
}

const lineAt = (text: string, offset: number): string => {
  const end = text.indexOf('\n', offset)
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end)
}

/** The last entry of a name, as the value that counts. */
export const entryOf = (value: YamlValue | undefined, key: string): YamlEntry | undefined =>
  value?.kind === 'map' ? value.entries.findLast((entry) => entry.key === key) : undefined

/** The value at a path of keys. */
export function valueAt(value: YamlValue | undefined, ...keys: readonly string[]): YamlValue | undefined {
  let at = value
  for (const key of keys) at = entryOf(at, key)?.value
  return at
}

export const textOfYaml = (value: YamlValue | undefined): string | undefined => (value?.kind === 'scalar' ? value.text : undefined)

/** The texts of a list of scalars, or of one scalar by itself. */
export const scalarsOf = (value: YamlValue | undefined): readonly YamlScalar[] =>
  value?.kind === 'scalar' ? [value] : value?.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'scalar' ? [item] : [])) : []
