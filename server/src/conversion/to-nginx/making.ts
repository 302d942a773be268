import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import type { Host } from './host.ts'
import type { FrontController } from './rewrite.ts'
import type { HostFacts } from './rewrite-conditions.ts'
import { type Line, printNginx } from './text.ts'

/** What is made of one host, while it is made. */
export interface Making {
  readonly host: Host
  readonly ledger: Ledger
  readonly facts: HostFacts
  /** A front controller of the host's own rules. */
  readonly front: FrontController | undefined
  /** A name that no other variable has. */
  nameFor(stem: string): string
  /** Blocks for the level of `http`; the same is put there once. */
  addHttp(lines: readonly Line[]): void
  /** Locations of the server that others lead to; the same is put there once. */
  addLocations(lines: readonly Line[]): void
  /** What the same directives come to is made once, so that its names are the same. */
  once<T>(subject: string, directives: readonly PlacedDirective[], make: () => T): T
}

export interface MadeLines {
  readonly http: readonly Line[]
  readonly locations: readonly Line[]
}

/** The collecting half of a `Making`. `taken`: names of variables that are there. */
export function makeCollector(taken: Set<string>): Pick<Making, 'nameFor' | 'addHttp' | 'addLocations' | 'once'> & { made(): MadeLines } {
  const http = new Map<string, Line>()
  const locations = new Map<string, Line>()
  const known = new Map<string, unknown>()
  return {
    nameFor(stem) {
      let name = stem
      for (let i = 2; taken.has(name); i++) name = `${stem}_${i}`
      taken.add(name)
      return name
    },
    addHttp(lines) {
      for (const line of lines) http.set(printNginx([line]), line)
    },
    addLocations(lines) {
      for (const line of lines) locations.set(printNginx([line]), line)
    },
    once(subject, directives, make) {
      const key = `${subject} ${directives.map(({ source, start }) => `${source.path}:${start}`).join(' ')}`
      if (!known.has(key)) known.set(key, make())
      return known.get(key) as ReturnType<typeof make>
    },
    made: () => ({ http: [...http.values()], locations: [...locations.values()] }),
  }
}
