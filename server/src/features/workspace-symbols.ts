import { SymbolKind } from 'vscode-languageserver-types'
import { type Configuration, directivesNamed, type PlacedDirective, placeOfDirective } from '../configuration/placed.ts'
import type { Range } from '../syntax/position.ts'
import { derived } from '../workspace/derived.ts'
import type { WorkspacePart } from './lib/view.ts'
import { virtualHostName } from './symbols/apache/names.ts'
import { ofPlaced, short } from './symbols/named.ts'
import { serverName } from './symbols/nginx/names.ts'

/** A server, virtual host, location or folder of some configuration. */
export interface FoundSymbol {
  readonly name: string
  readonly kind: SymbolKind
  /** The name of what it stands in; empty at the top. */
  readonly container: string
  readonly path: string
  readonly range: Range
}

/**
 * The servers, virtual hosts, locations and directories of all configurations of which the name, or that of the server around it, has every
 * word of the query; those first in which a word begins with the query's first. A block that is included in several places is named once.
 */
export function workspaceSymbols(parts: readonly WorkspacePart[], query: string): FoundSymbol[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const seen = new Set<string>()
  const begins: FoundSymbol[] = []
  const holds: FoundSymbol[] = []
  for (const { understanding } of parts) {
    for (const { configuration } of understanding.configurations) {
      for (const { directive, container, name, kind, lower, all } of index(configuration)) {
        if (!words.every((word) => all.includes(word))) continue
        const { path, start, end } = placeOfDirective(directive)
        const key = `${path}\0${start}`
        if (seen.has(key)) continue
        seen.add(key)
        const { lines } = directive.source
        const symbol = { name, kind, container, path, range: { start: lines.positionAt(start), end: lines.positionAt(end) } }
        if (startsWord(lower, words[0] ?? '')) begins.push(symbol)
        else holds.push(symbol)
        if (begins.length >= most) return begins
      }
    }
  }
  return [...begins, ...holds].slice(0, most)
}

/** Editors ask again as more is typed. */
const most = 400

interface Entry {
  readonly directive: PlacedDirective
  readonly name: string
  readonly container: string
  readonly kind: SymbolKind
  /** The name in lower case, and with what is around it. */
  readonly lower: string
  readonly all: string
}

const index = derived((configuration: Configuration): readonly Entry[] => {
  const { dialect } = configuration
  const directives = dialect === 'nginx' ? directivesNamed(configuration, 'server', 'location') : directivesNamed(configuration, ...sections)
  return directives.flatMap((directive) => {
    if (!directive.node.block || (directive.name === 'server' && directive.parent?.name === 'upstream')) return []
    const name = nameOfSymbol(directive)
    const container = containerOf(directive)
    const kind = isHost(directive) ? SymbolKind.Class : SymbolKind.Method
    return [{ directive, name, container, kind, lower: name.toLowerCase(), all: `${name} ${container}`.toLowerCase() }]
  })
})

const sections = ['virtualhost', 'location', 'locationmatch', 'directory', 'directorymatch', 'files', 'filesmatch', 'proxy', 'proxymatch'] as const

const isHost = ({ name }: PlacedDirective): boolean => name === 'server' || name === 'virtualhost'

const nameOfSymbol = derived((directive: PlacedDirective): string => {
  const nameable = ofPlaced(directive)
  if (directive.name === 'server') return serverName(nameable)
  if (directive.name === 'virtualhost') return virtualHostName(nameable)
  return short([nameable.written, ...nameable.args].join(' '))
})

function containerOf(directive: PlacedDirective): string {
  for (let at = directive.parent; at; at = at.parent) if (isHost(at)) return nameOfSymbol(at)
  return ''
}

/** Whether a text stands at the beginning of a name, or behind a character that ends a word. */
function startsWord(name: string, text: string): boolean {
  for (let at = name.indexOf(text); at >= 0; at = name.indexOf(text, at + 1)) {
    if (at === 0 || !/[a-z0-9]/.test(name.charAt(at - 1))) return true
  }
  return false
}
