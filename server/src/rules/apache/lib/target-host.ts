import { hasTopLevelChoice } from './rewriting.ts'

/** What of a URL's host comes from the request. */
export interface HostFromRequest {
  /** `glued`: something of the request comes right behind the host; `chosen`: it is the host. */
  readonly kind: 'glued' | 'chosen'
  /** The scheme and what is fixed of the host. */
  readonly before: string
  /** The reference that brings it: `$1`. */
  readonly reference: string
  /** Where it stands in the target. */
  readonly at: number
  /** The path of a request that fits the pattern, up to what is free. */
  readonly path: string
}

/**
 * Whether a pattern with a target lets the request say something of the host; undefined also where the pattern is not one of the simple ones that
 * people write. `slash`: what the pattern meets begins with a slash.
 */
export function hostFromRequest(pattern: string, target: string, slash: boolean): HostFromRequest | undefined {
  const match = /^((?:https?|wss?|ftp|ajp|fcgi|h2c?):\/\/)([\w.:-]*|%\{HTTP_HOST\}|%\{SERVER_NAME\})\$(\d)/i.exec(target)
  const group = match && firstGroup(pattern)
  // A number is a number, and a name that is spelled out is known.
  if (match?.[3] !== '1' || !group) return undefined
  const [, scheme = '', host = ''] = match
  const behind = target.charAt(match[0].length)
  const anchored = group.before.startsWith('^')
  const literal = group.before.replace(/^\^/, '').replaceAll('\\/', '/').replaceAll('\\.', '.')
  if (!anchored && literal !== '') return undefined
  if (!/^[\w/.-]*\/?\??$/.test(literal) || !isFree(group.inside)) return undefined
  const optionalSlash = literal.endsWith('/?')
  const fixed = optionalSlash ? literal.slice(0, -1) : literal.endsWith('?') ? undefined : literal
  if (fixed === undefined) return undefined
  // The group begins behind a slash, or takes that slash itself.
  const startsBehindSlash = fixed.endsWith('/') || (fixed === '' && !slash)
  if (!startsBehindSlash) return undefined
  const path = fixed.startsWith('/') ? fixed : `/${fixed}`
  const reference = `$${match[3]}`
  const at = match[0].length - reference.length
  if (host === '')
    return behind === '' || behind === '/' || behind === ':' || behind === '?' ? { kind: 'chosen', before: scheme, reference, at, path } : undefined
  return { kind: 'glued', before: `${scheme}${host}`, reference, at, path }
}

interface Group {
  readonly before: string
  readonly inside: string
}

function firstGroup(pattern: string): Group | undefined {
  if (hasTopLevelChoice(pattern)) return undefined
  const match = /^([^()[\]{}*+|]*)\(([^()]*)\)(?![?*+{])/.exec(pattern)
  return match ? { before: match[1] ?? '', inside: match[2] ?? '' } : undefined
}

/** Whether a group takes names of hosts as the sender likes. */
const isFree = (inside: string): boolean => /^(?:\.[*+]\??|\.\{\d+,\}|\[\^[/?&#]{1,3}\][*+]\??|\\S[*+]\??|\[\w.-]*a-z[\w.\\-]*\.[\w.\\-]*\][*+])$/i.test(inside)
