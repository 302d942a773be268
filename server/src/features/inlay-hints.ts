import type { InlayHint } from 'vscode-languageserver-types'
import type { Configuration, PlacedDirective, Source } from '../configuration/placed.ts'
import { mayHoldUnread, outwards, ownOf } from '../site/nginx/blocks.ts'
import { passingDirectives } from '../site/nginx/locations.ts'
import type { Range } from '../syntax/position.ts'
import { derived } from '../workspace/derived.ts'
import { isAbsolute, join } from '../workspace/path.ts'
import { filesReadBy } from './lib/includes.ts'
import { counted, whereIsDirective } from './lib/markdown.ts'
import type { DocumentView } from './lib/view.ts'

/** A quiet note behind something: what a path resolves to, what is inherited. */
interface Note {
  readonly source: Source
  /** Where it stands, an offset. */
  readonly at: number
  readonly label: string
  /** The directive that it comes from, where that is another one. */
  readonly from: PlacedDirective | undefined
}

/** The notes in a range of the document; none where the settings turn them off. */
export function inlayHintsIn(view: DocumentView, range: Range): InlayHint[] {
  const { source, part, configurations, current } = view
  if (!part.input.settings.inlayHints || !current) return []
  const [start, end] = [source.lines.offsetAt(range.start), source.lines.offsetAt(range.end)]
  const notes = configurations.flatMap(({ configuration }) => notesIn(configuration).get(source) ?? []).filter((note) => note.at >= start && note.at <= end)
  const byPlace = new Map<number, Note | undefined>()
  // Where a file is read in several places, only what holds in all of them is shown.
  for (const note of notes) byPlace.set(note.at, byPlace.has(note.at) && byPlace.get(note.at)?.label !== note.label ? undefined : note)
  return [...byPlace.values()].flatMap((note) =>
    note
      ? [
          {
            position: source.lines.positionAt(note.at),
            label: note.label,
            paddingLeft: true,
            ...(note.from ? { tooltip: `Inherited: ${whereIsDirective(view, note.from)}` } : {}),
          },
        ]
      : [],
  )
}

const notesIn = derived((configuration: Configuration): ReadonlyMap<Source, readonly Note[]> => {
  const bySource = new Map<Source, Note[]>()
  const note = configuration.dialect === 'nginx' ? noteOfNginx : noteOfApache
  for (const directive of configuration.all) {
    if (directive.presence !== 'present' || directive.source.templated) continue
    const found = note(directive, configuration)
    if (!found) continue
    const list = bySource.get(found.source)
    if (list) list.push(found)
    else bySource.set(found.source, [found])
  }
  return bySource
})

function noteOfNginx(directive: PlacedDirective, configuration: Configuration): Note | undefined {
  if (directive.name === 'include') return includeNote(directive, configuration)
  return directive.name === 'location' ? rootNote(directive, configuration) : undefined
}

/** How many files a pattern fits. */
function includeNote(directive: PlacedDirective, configuration: Configuration): Note | undefined {
  const [argument] = directive.args
  if (!argument?.known || !/[*?[]/.test(argument.value)) return undefined
  const files = filesReadBy(directive, configuration)
  return files.length === 0 ? undefined : { source: directive.source, at: argument.end, label: counted(files.length, 'file'), from: undefined }
}

/** The `root` of a location that serves files and has none of its own. */
function rootNote(directive: PlacedDirective, configuration: Configuration): Note | undefined {
  const { children } = directive
  if (!children.some(({ name }) => servesFiles.has(name)) || children.some(({ name }) => hasOwn.has(name) || passingDirectives.has(name))) return undefined
  for (const block of outwards(directive)) {
    const own = [...ownOf(block, configuration, 'root'), ...ownOf(block, configuration, 'alias')]
    const [root] = own
    if (own.length > 1) return undefined
    if (root) {
      const [folder] = root.args
      if (root.name !== 'root' || root.presence !== 'present' || !folder?.known) return undefined
      return { source: directive.source, at: directive.start + directive.node.text.length, label: `root ${folder.value}`, from: root }
    }
    if (mayHoldUnread(block, configuration, 'root')) return undefined
  }
  return undefined
}

const servesFiles: ReadonlySet<string> = new Set(['try_files', 'index', 'autoindex', 'expires', 'gzip_static'])
const hasOwn: ReadonlySet<string> = new Set([
  'root',
  'alias',
  'return',
  'rewrite',
  'include',
  'empty_gif',
  'stub_status',
  'content_by_lua_block',
  'content_by_lua_file',
])

function noteOfApache(directive: PlacedDirective, configuration: Configuration): Note | undefined {
  if (directive.name === 'include' || directive.name === 'includeoptional') {
    const note = includeNote(directive, configuration)
    if (note) return note
  }
  const index = pathArguments.get(directive.name)
  const argument = index === undefined ? undefined : directive.args[index]
  if (!argument?.known || /^\||^syslog|[*?[%]/.test(argument.value)) return undefined
  const written = directive.source.text.slice(argument.start, argument.end)
  const resolved = isAbsolute(argument.value) || configuration.serverRoot === undefined ? argument.value : join(configuration.serverRoot, argument.value)
  if (!isAbsolute(resolved) || written.replace(/^["']|["']$/g, '') === resolved || (!written.includes('${') && !configuration.whole)) return undefined
  return { source: directive.source, at: argument.end, label: resolved, from: undefined }
}

const pathArguments: ReadonlyMap<string, number> = new Map([
  ['documentroot', 0],
  ['directory', 0],
  ['alias', 1],
  ['scriptalias', 1],
  ['wsgiscriptalias', 1],
  ['errorlog', 0],
  ['customlog', 0],
  ['include', 0],
  ['sslcertificatefile', 0],
  ['sslcertificatekeyfile', 0],
])
