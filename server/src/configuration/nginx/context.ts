import { isAllowedIn, type NginxContext, nginxDirectives } from '../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../placed.ts'

/** Contexts in the order in which a piece is taken to stand in them, with the catalog's names. */
const candidates: readonly (readonly [string, NginxContext])[] = [
  ['main', 'main'],
  ['http', 'http'],
  ['http,server', 'server'],
  ['http,server,location', 'location'],
  ['http,upstream', 'upstream'],
  ['stream', 'stream'],
  ['stream,server', 'stream-server'],
  ['stream,upstream', 'stream-upstream'],
  ['mail', 'mail'],
  ['mail,server', 'mail-server'],
  ['events', 'events'],
  ['http,server,location,if', 'if-in-location'],
]

/** The context in which the fewest of these directives would be out of place; unknown names have no say. */
export function inferContext(directives: readonly PlacedDirective[]): string {
  const names = [...new Set(directives.map((directive) => directive.name))].filter((name) => nginxDirectives(name).length > 0)
  let best = 'main'
  let fewest = Number.POSITIVE_INFINITY
  for (const [context, catalogContext] of candidates) {
    let misplaced = 0
    for (const name of names) if (!nginxDirectives(name).some((entry) => isAllowedIn(entry, catalogContext))) misplaced++
    if (misplaced < fewest) {
      best = context
      fewest = misplaced
    }
  }
  return best
}
