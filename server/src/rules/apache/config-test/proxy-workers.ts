import type { PlacedDirective } from '../../../configuration/placed.ts'
import { withoutSocket, workerOf } from './proxy-url.ts'
import type { Reading } from './reading.ts'
import { type Section, serverOf } from './section.ts'

/** A worker that is defined already. */
export interface KnownWorker {
  readonly name: string
  /** What defined it; its presence says whether it is certain. */
  readonly by: PlacedDirective
}

/** Whether a worker's name is compared as it is, or with `$1` standing for anything (`AP_PROXY_WORKER_IS_PREFIX`, `_IS_MATCH`). */
export type WorkerKind = 'prefix' | 'match' | 'either'

/** What a server or virtual host keeps a worker under; those of a balancer are its own. */
const keyOf = (kind: 'prefix' | 'match', balancer: string, name: string): string => `worker ${kind} ${balancer} ${name}`

/**
 * The worker that serves a URL already: the longest whose name the URL begins with, and that has the same scheme, host and port
 * (`proxy_util.c: ap_proxy_get_worker_ex`).
 */
export function findWorker({ section }: Reading, url: string, kind: WorkerKind, balancer = ''): KnownWorker | undefined {
  const { set } = serverOf(section)
  const real = withoutSocket(url)
  const colon = real?.indexOf(':') ?? -1
  if (real === undefined || colon < 0 || !real.startsWith('//', colon + 1) || real.length <= colon + 3) return undefined
  const slash = real.indexOf('/', colon + 3)
  const least = slash < 0 ? real.length : slash
  const wanted = real.slice(0, least).toLowerCase() + real.slice(least)
  if (kind !== 'match') {
    for (let length = wanted.length; length >= least; length--) {
      const name = wanted.slice(0, length)
      const by = set.get(keyOf('prefix', balancer, name))
      if (by) return { name, by }
    }
  }
  return kind === 'prefix' || !set.has(anyMatch) ? undefined : findMatch(set, wanted, balancer)
}

/** Present where a server has a worker of ProxyPassMatch. */
const anyMatch = 'worker match'

/** Of these the host need not be the same: a reference may stand in it. */
function findMatch(set: Section['set'], wanted: string, balancer: string): KnownWorker | undefined {
  const prefix = keyOf('match', balancer, '')
  let best: KnownWorker | undefined
  for (const [key, by] of set) {
    if (!key.startsWith(prefix)) continue
    const name = key.slice(prefix.length)
    if (name.length > wanted.length || (best && name.length <= best.name.length)) continue
    if (matches(wanted, 0, name, 0) === 0) best = { name, by }
  }
  return best
}

/** `proxy_util.c: ap_proxy_strcmp_ematch`: 0 for a match, 1 for a difference, -1 where the text ends too early. */
function matches(text: string, from: number, pattern: string, start: number): number {
  let x = from
  for (let y = start; y < pattern.length; y++, x++) {
    if (isReference(pattern, y)) {
      do y += 2
      while (isReference(pattern, y))
      if (y >= pattern.length) return 0
      for (; x < text.length; x++) {
        const said = matches(text, x, pattern, y)
        if (said !== 1) return said
      }
      return -1
    }
    if (x >= text.length) return -1
    if (pattern.charAt(y) === '\\' && ++y >= pattern.length) return -2
    if (text.charAt(x) !== pattern.charAt(y)) return 1
  }
  return 0
}

const isReference = (text: string, at: number): boolean => text.charAt(at) === '$' && /\d/.test(text.charAt(at + 1))

/** Remembers a worker for the rest of the server or virtual host. */
export function defineWorker({ section, directive }: Reading, name: string, kind: 'prefix' | 'match', balancer = ''): void {
  const { set } = serverOf(section)
  const key = keyOf(kind, balancer, name)
  if (set.get(key)?.presence !== 'present') set.set(key, directive)
  if (kind === 'match') set.set(anyMatch, directive)
}

/** A worker as Apache shows it: with its socket, if it has one (`proxy_util.c: ap_proxy_worker_name`). */
export function shownWorker({ name, by }: KnownWorker): string {
  for (const { value } of by.args) {
    if (!/^unix:/i.test(value)) continue
    const worker = workerOf(value, false)
    if ('name' in worker && worker.name === name && worker.socket !== undefined) return `unix:${worker.socket}|${name}`
  }
  return name
}
