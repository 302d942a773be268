import type { PlacedDirective } from '../../configuration/placed.ts'
import { type Automaton, bytesRepeated, bytesTaken, concatenated, either, exactly, intersected, searched } from '../../regex/automaton.ts'
import { allBytes } from '../../regex/bytes.ts'
import { groupLanguage, groupOf } from '../../regex/questions.ts'
import { conditionOf } from './conditions.ts'
import { captureProviders, definitionsOf, guardsOf, isDefinedOrAsked, namedCaptures, rawPathRewrite, type Use } from './definitions.ts'
import { mapKeyRegex, type PlacedRegex } from './regexes.ts'
import { builtIn } from './variables.ts'

/** What a text with variables can be: one of several rows of pieces. */
export interface Value {
  readonly alternatives: readonly Row[]
}

export type Row = readonly Piece[]

export type Piece = Literal | Input | Opaque

/** Written in the configuration. */
export interface Literal {
  readonly kind: 'text'
  readonly text: string
}

/** From the request, chosen by whoever sends it. */
export interface Input {
  readonly kind: 'input'
  /** As the value names it: `$1`, `$arg_next`. */
  readonly name: string
  /** What it can be, or more. */
  readonly language: Automaton
  readonly origin: Origin
  /** The directives that hand it on or give it: `set`, a line of a `map`, what has the regular expression; the nearest first. */
  readonly through: readonly PlacedDirective[]
}

/** From elsewhere, not chosen by whoever sends the request as far as is known; its texts may be known or not. */
export interface Opaque {
  readonly kind: 'opaque'
  readonly name: string
  readonly language: Automaton | undefined
}

export type Origin =
  | { readonly kind: 'variable'; readonly variable: string }
  | { readonly kind: 'capture'; readonly regex: PlacedRegex; readonly group: number; readonly subject: Value }

/** What a text of a directive can be. */
export const valueIn = (text: string, use: Use): Value => evaluate(text, use, [])

/** Whether a text names a variable or capture. */
export const hasVariables = (text: string): boolean => text.includes('$')

/** The variables and captures of a text, without `$` and braces, in small letters, with their places in it. */
export function variablesOf(text: string): readonly { readonly name: string; readonly start: number; readonly end: number }[] {
  return [...text.matchAll(/\$(?:([1-9])|\{(\w+)\}|([A-Za-z_]\w*))/g)].map((match) => ({
    name: (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** Rows above which no more are made of one value, and definitions through which a variable is followed. */
const mostRows = 48
const deepest = 12

function evaluate(text: string, use: Use, asked: readonly string[]): Value {
  let rows: Piece[][] = [[]]
  let at = 0
  const put = (pieces: readonly Row[]): void => {
    if (pieces.length === 0) return
    rows = rows.flatMap((row) => pieces.map((piece) => [...row, ...piece])).slice(0, mostRows)
  }
  for (const { name, start, end } of variablesOf(text)) {
    if (start > at) put([[{ kind: 'text', text: text.slice(at, start) }]])
    put(
      asked.length < deepest && !asked.includes(name) ? variable(name, use, asked).alternatives : [[{ kind: 'opaque', name: `$${name}`, language: undefined }]],
    )
    at = end
  }
  if (at < text.length) put([[{ kind: 'text', text: text.slice(at) }]])
  return { alternatives: rows }
}

const unknownValue = (name: string): Value => ({ alternatives: [[{ kind: 'opaque', name: `$${name}`, language: undefined }]] })

function variable(name: string, use: Use, asked: readonly string[]): Value {
  if (/^[1-9]$/.test(name)) return captured(Number(name), use, asked)
  if (isOwnEverywhere(name, use)) return ofServer(name)
  return guardsOf(name, use).reduce((value, guard) => within(value, searched(guard.pattern.tree)), unguarded(name, use, asked))
}

function unguarded(name: string, use: Use, asked: readonly string[]): Value {
  const inner = [...asked, name]
  const definitions = definitionsOf(name, use)
  if (definitions.length > 0) return join(definitions.map((definition) => defined(definition, name, use, inner)))
  const named = namedCaptures(name, use)
  if (named.length > 0) return join(named.map((regex) => capture(regex, groupOf(regex.pattern, namedAs(regex, name))?.number ?? 0, use, inner, `$${name}`)))
  return ofServer(isPath(name) && rawPathRewrite(use.directive) ? 'request_uri' : name, name)
}

/** Whether a variable is nginx's own and means the same wherever it is used: nothing defines it, captures it or asks for it. */
const isOwnEverywhere = (name: string, { configuration }: Use): boolean => !isPath(name) && !isDefinedOrAsked(name, configuration)

const isPath = (name: string): boolean => name === 'uri' || name === 'document_uri'

/** A variable of nginx's own, under the name by which it is asked for. */
function ofServer(name: string, asked = name): Value {
  const key = name === asked ? name : `${name} ${asked}`
  const known = ofServerKnown.get(key)
  if (known) return known
  const own = builtIn(name)
  const value: Value = own
    ? {
        alternatives: [
          own.chosen
            ? [{ kind: 'input', name: `$${asked}`, language: own.language, origin: { kind: 'variable', variable: name }, through: [] }]
            : [{ kind: 'opaque', name: `$${asked}`, language: own.language }],
        ],
      }
    : unknownValue(asked)
  if (ofServerKnown.size < mostKept) ofServerKnown.set(key, value)
  return value
}

const ofServerKnown = new Map<string, Value>()
const mostKept = 1000

const join = (values: readonly Value[]): Value => ({ alternatives: values.flatMap((value) => value.alternatives).slice(0, mostRows) })

/** A capture's name with its case as it is written. */
const namedAs = (regex: PlacedRegex, lower: string): string => regex.pattern.groups.find((group) => group.name?.toLowerCase() === lower)?.name ?? ''

// ---- set, map, geo, split_clients

function defined(definition: PlacedDirective, name: string, use: Use, asked: readonly string[]): Value {
  switch (definition.name) {
    case 'set': {
      const text = definition.args[1]
      return text?.known ? passedOn(evaluate(text.value, { ...use, directive: definition, own: undefined }, asked), definition, name) : unknownValue(name)
    }
    case 'map':
      return mapped(definition, name, use, asked)
    case 'geo':
    case 'split_clients': {
      const texts = definition.children.flatMap((entry) => (entry.args[0] && entry.name !== 'include' ? [entry.args[0].value] : []))
      return { alternatives: texts.slice(0, mostRows).map((text) => [{ kind: 'text', text }]) }
    }
    default:
      return unknownValue(name)
  }
}

function mapped(map: PlacedDirective, name: string, use: Use, asked: readonly string[]): Value {
  const source = map.args[0]
  if (!source?.known) return unknownValue(name)
  const rows: Row[] = []
  let complete = false
  for (const entry of map.children) {
    const text = entry.args[0]
    if (entry.presence === 'absent' || entry.name === 'include' || !text) continue
    if (entry.name === 'default') complete = true
    const regex = mapKeyRegex(entry)
    const value = text.known ? evaluate(text.value, { ...use, directive: entry, ...(regex ? { own: regex } : { own: undefined }) }, asked) : unknownValue(name)
    if (!regex && text.value === source.value && !special.has(entry.name) && /^\$\{?\w+\}?$/.test(text.value)) {
      rows.push([{ kind: 'text', text: entry.name }])
      continue
    }
    const narrowed = regex && text.value === source.value ? within(value, searched(regex.pattern.tree)) : value
    rows.push(...passedOn(narrowed, entry, name).alternatives)
    if (rows.length >= mostRows) break
  }
  if (!complete) rows.push([{ kind: 'text', text: '' }])
  return { alternatives: rows }
}

/** Lines of a map that are no values of its source. */
const special: ReadonlySet<string> = new Set(['default', 'hostnames', 'volatile', 'include'])

/** The value where it is one that a pattern finds something in: a map whose line gives its own source back. */
function within(value: Value, language: Automaton | undefined): Value {
  if (!language) return value
  const wanted = language
  return {
    alternatives: value.alternatives.map((row) => (row.length === 1 && row[0]?.kind === 'input' ? [narrow(row[0], wanted)] : row)),
  }
}

function narrow(input: Input, language: Automaton): Piece {
  const both = intersected(input.language, language)
  return both ? { ...input, language: both } : input
}

const passedOn = (value: Value, by: PlacedDirective, name: string): Value => ({
  alternatives: value.alternatives.map((row) =>
    row.map((piece) => (piece.kind === 'input' ? { ...piece, name: row.length === 1 ? `$${name}` : piece.name, through: [by, ...piece.through] } : piece)),
  ),
})

// ---- captures

function captured(number: number, use: Use, asked: readonly string[]): Value {
  const providers = use.own ? [use.own] : captureProviders(use)
  const values = providers
    .filter((regex) => regex.pattern.groups.some((group) => group.number === number))
    .map((regex) => capture(regex, number, use, asked, `$${number}`))
  return values.length > 0 ? join(values) : { alternatives: [[{ kind: 'text', text: '' }]] }
}

function capture(regex: PlacedRegex, number: number, use: Use, asked: readonly string[], name: string): Value {
  const group = groupOf(regex.pattern, number)
  const own = group && groupLanguage(group)
  if (!own) return unknownValue(name.slice(1))
  const subject = subjectOf(regex, use, asked)
  const language = languageOf(subject)
  const free = subject.alternatives.some((row) => row.some((piece) => piece.kind === 'input'))
  if (!free) return { alternatives: [[{ kind: 'opaque', name, language: own }]] }
  const bound = language && bytesRepeated(bytesTaken(language))
  const narrowed = bound ? (intersected(own, bound) ?? own) : own
  return {
    alternatives: [[{ kind: 'input', name, language: narrowed, origin: { kind: 'capture', regex, group: number, subject }, through: [regex.directive] }]],
  }
}

/** What a regular expression is matched against. */
export function subjectOf(regex: PlacedRegex, use: Use, asked: readonly string[]): Value {
  const at: Use = { directive: regex.directive, configuration: use.configuration }
  const name = (variableName: string): Value =>
    asked.length < deepest && !asked.includes(variableName) ? variable(variableName, at, asked) : unknownValue(variableName)
  switch (regex.kind) {
    case 'location':
    case 'rewrite':
      return name('uri')
    case 'server_name':
      return name('host')
    case 'if':
      return name(conditionOf(regex.directive)?.variable ?? '')
    case 'map': {
      const source = regex.directive.parent?.args[0]
      return source?.known ? evaluate(source.value, at, asked) : unknownValue('')
    }
  }
}

/** All texts of a value, what is not known taken to be anything; undefined where it is too large. */
export function languageOf(value: Value): Automaton | undefined {
  const [only] = value.alternatives.length === 1 ? (value.alternatives[0] ?? []) : []
  if (only && value.alternatives[0]?.length === 1) return pieceLanguage(only)
  const rows = value.alternatives.map((row) => concatenated(row.map(pieceLanguage)))
  const known = rows.filter((row) => row !== undefined)
  return known.length < rows.length || known.length === 0 ? undefined : known.length === 1 ? known[0] : either(known)
}

const pieceLanguage = (piece: Piece): Automaton => (piece.kind === 'text' ? exactly(piece.text) : (piece.language ?? bytesRepeated(allBytes)))
