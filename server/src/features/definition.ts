import { parseEnvvars } from '../configuration/apache/envvars.ts'
import type { Place } from '../problem/place.ts'
import { basename } from '../workspace/path.ts'
import { applicationPlaces } from './application-links.ts'
import { cursorAt } from './lib/cursor.ts'
import { inclusionsFrom } from './lib/includes.ts'
import type { DocumentView } from './lib/view.ts'
import { nameAt, nameEverywhere } from './names/index.ts'
import { isDefinition } from './names/name-use.ts'

/** Where what is at the cursor is defined. */
export interface Definition {
  /** What the cursor is on. */
  readonly from: Place
  readonly to: readonly Place[]
}

/** The definitions of a name, the files of an include, or what of the application a directive names. */
export function definitionAt(view: DocumentView, offset: number): Definition | undefined {
  if (!view.current) return undefined
  const { source, part } = view
  const { at } = cursorAt(source.tree, source.text, offset)
  if (at.kind !== 'argument' && at.kind !== 'name') {
    const inCode = at.kind === 'other' ? nameAt(source, offset) : undefined
    return inCode && definitionOf(inCode, view)
  }
  const directive = at.directive
  if (directive) {
    const from = { path: source.path, start: at.start, end: at.end }
    const included = at.kind === 'argument' ? includedFiles(directive.start, view) : []
    if (included.length > 0) return { from, to: included.map((path) => ({ path, start: 0, end: 0 })) }
  }
  const use = nameAt(source, offset)
  const named = use && definitionOf(use, view)
  if (named || !directive || at.kind !== 'argument') return named
  const places = applicationPlaces(directive, view)
  return places.length > 0 ? { from: { path: source.path, start: at.start, end: at.end }, to: unique(places) } : undefined

  function definitionOf(found: NonNullable<typeof use>, { configurations }: DocumentView): Definition | undefined {
    const all = configurations.length === 0 ? [] : nameEverywhere(found, part.understanding.configurations).uses.filter(isDefinition)
    if (all.length > 0) return { from: found.place, to: unique(all.map(({ place }) => place)) }
    const outside = found.kind === 'define' ? inEnvvars(found.name, view) : undefined
    return outside && { from: found.place, to: [outside] }
  }
}

/** The files that an include directive reads, in the order of reading. */
function includedFiles(start: number, { source, configurations }: DocumentView): string[] {
  const files = configurations.flatMap(({ configuration }) =>
    inclusionsFrom(source.path, configuration).flatMap(({ directive, file }) => (directive.start === start ? [file.path] : [])),
  )
  return [...new Set(files)]
}

/** Where Debian's `envvars` gives a name its value. */
function inEnvvars(name: string, { part, snapshot }: DocumentView): Place | undefined {
  for (const path of part.input.files) {
    if (basename(path) !== 'envvars') continue
    const content = snapshot.content(path)
    if (content.state !== 'content' || !parseEnvvars(content.value.text).has(name)) continue
    const at = content.value.text.search(new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}=`, 'm'))
    const start = at < 0 ? -1 : content.value.text.indexOf(`${name}=`, at)
    if (start >= 0) return { path, start, end: start + name.length }
  }
  return undefined
}

const unique = (places: readonly Place[]): Place[] => [...new Map(places.map((place) => [`${place.path}:${place.start}`, place])).values()]
