import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { known, word, words } from './host.ts'
import { escapeRegex } from './rewrite-conditions.ts'
import { type Line, quoted, simple, when } from './text.ts'

export const redirectNames = ['redirect', 'redirectmatch', 'redirecttemp', 'redirectpermanent'] as const

const codes: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 }

/** `Redirect` and its relatives (`mod_alias.c: add_redirect_internal`), in order: the first that fits decides in both servers. `location`: the path of the section around it. */
export function redirectLine(directive: PlacedDirective, location: string | undefined, ledger: Ledger): readonly Line[] {
  const [first = '', ...others] = words(directive)
  const named =
    directive.name === 'redirectpermanent' || directive.name === 'redirecttemp'
      ? undefined
      : (codes[first.toLowerCase()] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined))
  const code = named ?? (directive.name === 'redirectpermanent' ? 301 : 302)
  const rest = named === undefined ? [first, ...others] : others
  const isEnd = code < 300 || code > 399
  const [from, target] = location !== undefined && (isEnd ? rest.length === 0 : rest.length === 1) ? [location, rest[0]] : rest
  if (!known(directive) || from === undefined || (!isEnd && target === undefined) || target?.includes('${') || target?.includes('%{')) {
    ledger.left(directive, 'Its target is filled in by Apache: write it with rewrite or return.')
    return []
  }
  const isRegex = directive.name === 'redirectmatch'
  const inSection = location !== undefined && from === location && rest.length <= 1
  // A prefix ends at a segment, and what remains of the path goes behind the target.
  const stem = escapeRegex(from)
  const pattern = isRegex ? from : inSection ? `^${stem.replace(/\/$/, '')}(?:/|$)` : from.endsWith('/') ? `^${stem}(.*)$` : `^${stem}(/.*)?$`
  ledger.done(directive)
  if (isEnd) return [when(`$uri ~ ${quoted(isRegex ? from : `^${stem}${from.endsWith('/') ? '' : '(?:/|$)'}`)}`, simple('return', String(code)))]
  const to = isRegex ? (target ?? '').replace(/\$0/g, '$uri') : inSection ? (target ?? '') : `${target}$1`
  if (isRegex ? /\$(?![\d]|uri)/.test(to) : (target ?? '').includes('$')) {
    ledger.left(directive, 'nginx takes the dollar sign in its target for a variable.')
    return []
  }
  if (code === 301 || code === 302) return [simple('rewrite', pattern, to, code === 301 ? 'permanent' : 'redirect')]
  ledger.differs(directive, 'Signs in the rest of the path that are written with % by the client stand as they are in the address that nginx sends.')
  return [when(`$uri ~ ${quoted(pattern)}`, simple('return', String(code), `${to}${to.includes('?') ? '' : '$is_args$args'}`))]
}

/** Whether it redirects every path of a host. */
export const redirectsAll = (directive: PlacedDirective): boolean =>
  directive.name !== 'redirectmatch' && words(directive).includes('/') && word(directive, words(directive).length - 2) === '/'
