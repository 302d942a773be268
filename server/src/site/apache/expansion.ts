/** A part of a text in which Apache puts something before it uses it. Offsets are those of the text. */
export type Part = WrittenPart | GroupPart | VariablePart | MapPart

interface Span {
  readonly start: number
  readonly end: number
}

export interface WrittenPart extends Span {
  readonly kind: 'text'
  /** Without the backslashes that are taken away. */
  readonly text: string
}

/** What a group of a pattern has: of the rule's own (`$1`), or of the condition that has matched last (`%1`). */
export interface GroupPart extends Span {
  readonly kind: 'group'
  readonly of: 'rule' | 'condition'
  readonly number: number
}

/** `%{NAME}`, the name as written. */
export interface VariablePart extends Span {
  readonly kind: 'variable'
  readonly name: string
}

/** `${map:key|default}`. */
export interface MapPart extends Span {
  readonly kind: 'map'
  readonly map: string
  readonly key: readonly Part[]
  readonly otherwise: readonly Part[]
}

/** The parts of a substitution, test string, variable or cookie of mod_rewrite (`mod_rewrite.c: do_expand`). */
export function rewriteParts(text: string, offset = 0): readonly Part[] {
  const parts = collector(offset)
  for (let i = 0; i < text.length; ) {
    const ch = text.charAt(i)
    const next = text.charAt(i + 1)
    if (ch === '\\' && next !== '') {
      parts.put(next, i, i + 2)
      i += 2
    } else if ((ch === '$' || ch === '%') && /[0-9]/.test(next)) {
      parts.add({ kind: 'group', of: ch === '$' ? 'rule' : 'condition', number: Number(next), start: offset + i, end: offset + i + 2 })
      i += 2
    } else if ((ch === '$' || ch === '%') && next === '{') {
      const inner = i + 2
      const close = closingCurly(text, inner)
      const colon = ch === '$' && close >= 0 ? inCurlies(text, inner, ':') : -1
      if (close < 0 || (ch === '$' && colon < 0)) {
        parts.put(text.slice(i, inner), i, inner)
        i = inner
        continue
      }
      const end = close + 1
      if (ch === '%') parts.add({ kind: 'variable', name: text.slice(inner, close), start: offset + i, end: offset + end })
      else {
        const bar = inCurlies(text, colon + 1, '|')
        parts.add({
          kind: 'map',
          map: text.slice(inner, colon),
          key: rewriteParts(text.slice(colon + 1, bar < 0 ? close : bar), offset + colon + 1),
          otherwise: bar < 0 ? [] : rewriteParts(text.slice(bar + 1, close), offset + bar + 1),
          start: offset + i,
          end: offset + end,
        })
      }
      i = end
    } else {
      parts.put(ch, i, i + 1)
      i++
    }
  }
  return parts.all
}

/** The parts of what other modules put in the place of a match (`server/util.c: ap_pregsub`): `$0` to `$9`. */
export function substitutionParts(text: string): readonly Part[] {
  const parts = collector(0)
  for (let i = 0; i < text.length; ) {
    const ch = text.charAt(i)
    const next = text.charAt(i + 1)
    if (ch === '$' && /[0-9]/.test(next)) parts.add({ kind: 'group', of: 'rule', number: Number(next), start: i, end: i + 2 })
    else if (ch === '\\' && next !== '') parts.put(next, i, i + 2)
    else {
      parts.put(ch, i, i + 1)
      i++
      continue
    }
    i += 2
  }
  return parts.all
}

/** All parts, also those inside of maps. */
export const allParts = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part) => (part.kind === 'map' ? [part, ...allParts(part.key), ...allParts(part.otherwise)] : [part]))

function collector(offset: number): { readonly all: Part[]; add(part: Part): void; put(text: string, start: number, end: number): void } {
  const all: Part[] = []
  return {
    all,
    add: (part) => void all.push(part),
    put(text, start, end) {
      const last = all.at(-1)
      if (last?.kind === 'text') all[all.length - 1] = { ...last, text: last.text + text, end: offset + end }
      else all.push({ kind: 'text', text, start: offset + start, end: offset + end })
    },
  }
}

/** `mod_rewrite.c: find_closing_curly` */
const closingCurly = (text: string, from: number): number => inCurlies(text, from, '}')

/** `mod_rewrite.c: find_char_in_curlies` */
function inCurlies(text: string, from: number, wanted: string): number {
  let depth = 1
  for (let i = from; i < text.length; i++) {
    const ch = text.charAt(i)
    if (ch === wanted && depth === 1) return i
    if (ch === '{') depth++
    else if (ch === '}' && --depth === 0) return -1
  }
  return -1
}
