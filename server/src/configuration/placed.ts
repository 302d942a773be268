import type { Place } from '../problem/place.ts'
import type { LineIndex } from '../syntax/line-index.ts'
import type { ConfigFile, Dialect, Directive, Word } from '../syntax/tree.ts'
import { derived } from '../workspace/derived.ts'

/** One configuration file as it was read: its text, tree and lines. */
export interface Source {
  /** Workspace path. */
  readonly path: string
  readonly text: string
  readonly tree: ConfigFile
  readonly lines: LineIndex
  readonly encoding: 'utf-8' | 'latin-1'
  /** Parts of it are filled in by a template engine. */
  readonly templated: boolean
}

/** Whether the conditions around a directive hold. */
export type Presence = 'present' | 'absent' | 'unknown'

/**
 * A directive in its place in a configuration: the unit of everything after the parser. One node may be
 * placed several times, where its file is included in several places.
 */
export interface PlacedDirective {
  readonly node: Directive
  readonly source: Source
  /** Where `node` begins in its source (UTF-16 offset). */
  readonly start: number
  /** As the server compares names: lower case for Apache (`virtualhost`, without `<`), as written for nginx. */
  readonly name: string
  /** Words after expansion (`${}` and macro arguments; Apache only). For nginx the words of the node. */
  readonly args: readonly Argument[]
  /** Nothing is replaced in it: its arguments are the words of the node. */
  readonly plain: boolean
  /** The arguments as one text before they are split, as handlers that split for themselves get it; of a section with its bracket. */
  readonly argumentText: string
  /** The section or block around it, through includes; conditional sections and includes are looked through. */
  readonly parent: PlacedDirective | undefined
  /** The directives inside, in the server's order, includes and conditional sections expanded in place. */
  readonly children: readonly PlacedDirective[]
  /** The include directives through which it came, outermost first. */
  readonly includedBy: readonly PlacedDirective[]
  readonly presence: Presence
  /** Apache: the innermost conditional section around it. */
  readonly condition: Condition | undefined
  /** Its number in the server's order of reading, over the whole configuration. */
  readonly order: number
}

/** A conditional section (`<IfModule>` …) around a directive. */
export interface Condition {
  readonly directive: PlacedDirective
  /** Whether it holds by itself, whatever is around it. */
  readonly holds: Presence
  readonly outer: Condition | undefined
}

export interface Argument {
  readonly value: string
  /** False where a part of the value cannot be known: an undefined `${NAME}`, a template's hole. */
  readonly known: boolean
  /** The word as written that it came from, as offsets in the source. Several arguments may come from one word. */
  readonly start: number
  readonly end: number
  readonly quote: Word['quote']
}

/** What a root file and all that it includes make. */
export interface Configuration {
  readonly dialect: Dialect
  readonly root: Source
  /** All files read, the root first. */
  readonly sources: readonly Source[]
  /** The directives at the top, as `PlacedDirective.children`. */
  readonly top: readonly PlacedDirective[]
  /** Every directive in the server's order of reading: also conditional sections, includes, and what is absent. */
  readonly all: readonly PlacedDirective[]
  /** The root's context (`main`, `http`, `http,server` …; `server`, `virtualhost`, `directory`, `htaccess`). */
  readonly context: string
  /** Someone said the context, or it cannot be another: nothing is in a wrong place for being at the top of a piece of which this is not known. */
  readonly contextKnown: boolean
  /** Whole: it has what only a main configuration has. Else a piece of a configuration that is elsewhere. */
  readonly whole: boolean
  /** A piece, or a whole with something unread: no rule claims that a name, grant or file is nowhere. */
  readonly open: boolean
  /** Something that belongs to it could not be read: an include of a folder that is not here, a file refused. */
  readonly unread: boolean
  /** Which include read which file, in the order of reading; files without any directive too. */
  readonly inclusions: readonly Inclusion[]
  readonly includeFaults: readonly IncludeFault[]
  /** Apache: the conditional sections, by their directives. */
  readonly conditions: ReadonlyMap<PlacedDirective, Condition>
  /** Apache: names and values defined at the end of reading. */
  readonly defines: ReadonlyMap<string, string>
  /** Apache: base names of loaded modules' identifiers (`wsgi_module`); undefined where it cannot be known. */
  readonly modules: ReadonlySet<string> | undefined
  /** Apache: the ServerRoot in effect for relative paths, undefined where none is set. */
  readonly serverRoot: string | undefined
}

/** A file and the include directive that read it. One directive may read many files. */
export interface Inclusion {
  readonly directive: PlacedDirective
  readonly file: Source
}

export interface IncludeFault {
  readonly directive: PlacedDirective
  readonly kind: 'loop' | 'missing' | 'refused' | 'no-match' | 'too-deep' | 'binary' | 'too-large'
  /** The path or pattern as the server resolves it, and more words where something refused. */
  readonly path: string
  readonly why: string
}

/** The directives of some names, in the server's order, as `Configuration.all`: what is absent is among them. */
export function directivesNamed(configuration: Configuration, ...names: readonly string[]): readonly PlacedDirective[] {
  const index = byName(configuration)
  if (names.length === 1) return index.get(names[0] ?? '') ?? []
  return names.flatMap((name) => index.get(name) ?? []).sort((a, b) => a.order - b.order)
}

const byName = derived((configuration: Configuration): ReadonlyMap<string, PlacedDirective[]> => {
  const index = new Map<string, PlacedDirective[]>()
  for (const directive of configuration.all) {
    const list = index.get(directive.name)
    if (list) list.push(directive)
    else index.set(directive.name, [directive])
  }
  return index
})

/** Whether anything came in by an include. */
export const isOpened = (include: PlacedDirective, configuration: Configuration): boolean => opened(configuration).has(include)

const opened = derived((configuration: Configuration): ReadonlySet<PlacedDirective> => new Set(configuration.all.flatMap((each) => each.includedBy)))

/** Where a directive's name stands (without its bracket). */
export function placeOfName(directive: PlacedDirective): Place {
  const word = directive.node.words[0]
  return { path: directive.source.path, start: directive.start + (word?.start ?? 0), end: directive.start + (word?.end ?? 1) }
}

/** Where an argument stands as written. */
export const placeOfArgument = (directive: PlacedDirective, argument: Argument): Place => ({
  path: directive.source.path,
  start: argument.start,
  end: argument.end,
})

/** From the first word (or bracket) to the end of the line or terminator that ends the directive or opens its block. */
export function placeOfDirective(directive: PlacedDirective): Place {
  const { node, start, source } = directive
  const first = node.words[0]?.start ?? 0
  const bracket = node.text.charCodeAt(first - 1) === 60 ? 1 : 0
  return { path: source.path, start: start + first - bracket, end: start + node.text.length }
}

/** The whole directive with its block, from its first word or bracket; the white space before it is not part. */
export function placeOfWhole(directive: PlacedDirective): Place {
  const { start } = placeOfDirective(directive)
  return { path: directive.source.path, start, end: directive.start + directive.node.width }
}

/** The white space before the directive on its own line. */
export function indentOf(directive: PlacedDirective): string {
  const { start } = placeOfDirective(directive)
  const { text } = directive.source
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lead = text.slice(lineStart, start)
  return /^[ \t]*$/.test(lead) ? lead : (/^[ \t]*/.exec(lead)?.[0] ?? '')
}

/** The nearest enclosing directive of one of these names. */
export function enclosing(directive: PlacedDirective, ...names: readonly string[]): PlacedDirective | undefined {
  for (let at = directive.parent; at; at = at.parent) if (names.includes(at.name)) return at
  return undefined
}
