import type { Use } from '../../../site/nginx/definitions.ts'
import type { Input, Row } from '../../../site/nginx/values.ts'
import { type Possibility, possible } from '../../../site/nginx/witness.ts'

export interface Found {
  readonly input: Input
  readonly way: Possibility | undefined
  /** What stands before it in the host. */
  readonly before: string
}

/** The input of a row that lets the client choose the host of the URL that it makes. */
export function chosenHost(row: Row, use: Use): Found | undefined {
  // Where the scheme is written out, the host begins behind it; else it may all come with an input.
  const hasScheme = row.findIndex((piece) => piece.kind === 'text' && piece.text.includes('://'))
  let inHost = hasScheme < 0
  let before = ''
  for (const [i, piece] of row.entries()) {
    if (piece.kind === 'text') {
      const from = !inHost && piece.text.includes('://') ? piece.text.indexOf('://') + 3 : 0
      if (from > 0) {
        inHost = true
        before = ''
      }
      const own = piece.text.slice(from)
      if (inHost && /[/?#]/.test(own)) return undefined
      if (inHost) before += own
      continue
    }
    if (piece.kind === 'opaque') {
      before = 'x'
      continue
    }
    if (!possible(piece, '^[^/]', use)) {
      // It is a path, or nothing.
      if (inHost) return undefined
      continue
    }
    const whole = !inHost || (hasScheme < 0 && before === '')
    const rest = row.slice(i + 1)
    const ends = rest.length === 0 || rest[0]?.kind !== 'text' || /^(?:[/?#:]|$)/.test(rest[0].text)
    const way = wayToChoose(piece, { whole: whole && use.directive.name !== 'fastcgi_pass', before, ends }, use)
    if (way) return { input: piece, way, before: whole ? '' : before }
    if (whole && hasScheme < 0 && ends && possible(piece, '\\.', use)) return { input: piece, way: undefined, before: '' }
    if (inHost) before += 'x'
  }
  return undefined
}

function wayToChoose(input: Input, at: { readonly whole: boolean; readonly before: string; readonly ends: boolean }, use: Use): Possibility | undefined {
  const stop = at.ends ? '$' : '[/?#]'
  const patterns = at.whole
    ? ['^http://127\\.0\\.0\\.1/$']
    : at.before === ''
      ? [`^127\\.0\\.0\\.1${stop}`, `^evil\\.example${stop}`]
      : // Behind a colon comes the port, and behind a name its domain.
        at.before.endsWith(':')
        ? [`^22[^0-9]*$`]
        : at.before.endsWith('.') && at.before !== '.'
          ? [`^evil\\.example${stop}`]
          : [`^\\.evil\\.example${stop}`, `^[^/?#]*\\.evil\\.example${stop}`]
  for (const pattern of patterns) {
    const way = possible(input, pattern, use)
    if (way) return way
  }
  return undefined
}
