import { splitWords } from '../../syntax/apache/words.ts'
import type { Directive } from '../../syntax/tree.ts'
import type { Expanded } from '../builder.ts'

/** What `${NAME}` stands for: a value, or undefined where no one can know. */
export type Lookup = (name: string) => string | undefined

/** Replacements of macro parameters, longest name first. */
export type Parameters = readonly (readonly [string, string])[]

/**
 * The arguments of a directive after macro parameters and `${NAME}` are replaced, split into words only
 * then, as Apache does (`core.c: ap_resolve_env` over the whole line). Each keeps the place it came from.
 * Undefined where nothing is to be replaced.
 */
export function expandArguments(node: Directive, start: number, lookup: Lookup, parameters: Parameters = []): Expanded | undefined {
  const name = node.words[0]
  const last = node.words.at(-1)
  if (!name || !last) return undefined
  if (parameters.length === 0 && !node.text.includes('${')) return undefined
  const written = node.text.slice(name.end, last.end)
  if (!written.includes('${') && !parameters.some(([parameter]) => written.includes(parameter))) return undefined
  let pieces = joinLines(withoutHoles(node, name.end, last.end), start + name.end)
  for (const [parameter, value] of parameters) pieces = replaceAll(pieces, parameter, value)
  pieces = replaceVariables(pieces, lookup)
  const text = pieces.map((piece) => piece.text).join('')
  const args = splitWords(text, 0).map((word) => {
    const covered = coveredBy(pieces, word.start, word.end)
    return { value: word.value, known: covered.known && !word.value.includes('\u00a0\u00a0'), start: covered.start, end: covered.end, quote: word.quote }
  })
  return { args, text: `${text}${node.block ? node.text.slice(last.end) : ''}`.trim() }
}

/** A stretch of text and the stretch of the source it came from; `literal` ones map unit by unit. */
interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly literal: boolean
  readonly known: boolean
}

/** The text between two offsets, with what a template fills in as signs that part no words. */
function withoutHoles(node: Directive, from: number, to: number): string {
  let text = node.text.slice(from, to)
  for (const word of node.words) {
    for (const hole of word.holes ?? []) {
      const [first, end] = [Math.max(hole.start, from) - from, Math.min(hole.end, to) - from]
      text = text.slice(0, first) + '\u00a0'.repeat(Math.max(0, end - first)) + text.slice(end)
    }
  }
  return text
}

function joinLines(written: string, start: number): Piece[] {
  const pieces: Piece[] = []
  const continuation = /\\\r?\n/g
  let at = 0
  for (let match = continuation.exec(written); match; match = continuation.exec(written)) {
    pieces.push({ text: written.slice(at, match.index), start: start + at, end: start + match.index, literal: true, known: true })
    at = match.index + match[0].length
  }
  pieces.push({ text: written.slice(at), start: start + at, end: start + written.length, literal: true, known: true })
  return pieces
}

function replaceAll(pieces: readonly Piece[], name: string, value: string): Piece[] {
  return pieces.flatMap((piece) => {
    if (!piece.literal || !piece.text.includes(name)) return [piece]
    const result: Piece[] = []
    let at = 0
    for (let found = piece.text.indexOf(name); found >= 0; found = piece.text.indexOf(name, at)) {
      result.push(cut(piece, at, found))
      result.push({ text: value, start: piece.start + found, end: piece.start + found + name.length, literal: false, known: true })
      at = found + name.length
    }
    result.push(cut(piece, at, piece.text.length))
    return result
  })
}

function replaceVariables(pieces: readonly Piece[], lookup: Lookup): Piece[] {
  return pieces.flatMap((piece) => {
    const variable = /\$\{([^}]*)\}/g
    const result: Piece[] = []
    let at = 0
    for (let match = variable.exec(piece.text); match; match = variable.exec(piece.text)) {
      const name = match[1] ?? ''
      // `${map:key}` belongs to RewriteMap and stays as it is.
      if (name.includes(':')) continue
      const value = lookup(name)
      if (match.index > at) result.push(cut(piece, at, match.index))
      const end = match.index + match[0].length
      const place = piece.literal ? { start: piece.start + match.index, end: piece.start + end } : { start: piece.start, end: piece.end }
      result.push({ text: value ?? match[0], ...place, literal: false, known: value !== undefined })
      at = end
    }
    if (at < piece.text.length) result.push(cut(piece, at, piece.text.length))
    return result
  })
}

const cut = (piece: Piece, from: number, to: number): Piece =>
  piece.literal
    ? { ...piece, text: piece.text.slice(from, to), start: piece.start + from, end: piece.start + to }
    : { ...piece, text: piece.text.slice(from, to) }

function coveredBy(pieces: readonly Piece[], from: number, to: number): { start: number; end: number; known: boolean } {
  let at = 0
  let start: number | undefined
  let end = 0
  let known = true
  for (const piece of pieces) {
    const pieceEnd = at + piece.text.length
    if (pieceEnd > from && at < to) {
      const first = piece.literal ? piece.start + Math.max(0, from - at) : piece.start
      const last = piece.literal ? piece.start + Math.min(piece.text.length, to - at) : piece.end
      start ??= first
      end = last
      known &&= piece.known
    }
    at = pieceEnd
  }
  return { start: start ?? 0, end, known }
}
