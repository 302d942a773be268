import { contextInside, isAllowedIn, type NginxContext, nginxDirectives } from '../../catalog/nginx/catalog.ts'
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

/** The context in which the fewest of these directives, and of those inside them, would be out of place; unknown names have no say. */
export function inferContext(directives: readonly PlacedDirective[]): string {
  const data = inferData(directives)
  if (data !== undefined) return data
  let best = 'main'
  let fewest = Number.POSITIVE_INFINITY
  for (const [context, catalogContext] of candidates) {
    const misplaced = countMisplaced(directives, catalogContext, { left: 2000 })
    if (misplaced < fewest) {
      best = context
      fewest = misplaced
    }
  }
  return best
}

/** Counts until the budget of directives is spent: the beginning of a long file tells as much as all of it. */
function countMisplaced(directives: readonly PlacedDirective[], context: NginxContext, budget: { left: number }): number {
  let misplaced = 0
  for (const directive of directives) {
    if (budget.left-- <= 0) return misplaced
    const entries = nginxDirectives(directive.name)
    if (entries.length === 0) continue
    const allowed = entries.filter((entry) => isAllowedIn(entry, context))
    const entry = allowed.find((each) => each.block === (directive.node.block !== undefined))
    if (!entry) misplaced += 2
    else if (!fitsIn(directive, context)) misplaced++
    else if (directive.node.block) {
      const inside = contextInside(entry, context)
      if (inside !== undefined && inside !== 'data' && inside !== 'lua') misplaced += countMisplaced(directive.children, inside, budget)
    }
  }
  return misplaced
}

/** Whether the arguments are those of the http or of the stream directive, where both have one of the name. */
function fitsIn({ name, args }: PlacedDirective, context: NginxContext): boolean {
  const stream = context.startsWith('stream')
  const first = args[0]?.value ?? ''
  switch (name) {
    case 'proxy_pass':
      return stream ? !/^https?:\/\//i.test(first) : first.includes('$') || /^https?:\/\//i.test(first)
    case 'return':
      return stream ? !/^\d{3}$/.test(first) : /^(\d|https?:|\$scheme)/.test(first) || args.length > 1
    case 'listen':
      return stream || !args.some((argument) => argument.value === 'udp')
    default:
      return true
  }
}

/** A piece that is the inside of a block of data: lines of which none begins with a directive's name. */
function inferData(directives: readonly PlacedDirective[]): string | undefined {
  const lines = directives.filter((directive) => directive.name !== 'include' && directive.node.terminated)
  if (lines.length === 0 || lines.some((line) => line.node.block || (nginxDirectives(line.name).length > 0 && line.name !== 'default'))) return undefined
  const names = lines.map((line) => line.name)
  const every = (form: RegExp): boolean => names.every((name) => form.test(name))
  if (every(/^[\w.+-]+\/[\w.+*-]+$/) && lines.every((line) => line.args.length > 0))
    return names.some((name) => /^\d+\.\d+\.\d+\.\d+\//.test(name)) ? 'http,geo' : 'http,types'
  if (lines.some((line) => line.args.length !== 1)) return undefined
  if (every(/^(default|delete|proxy|[\da-fA-F:.]+(\/\d+)?|\d[\d.]*-[\d.]+)$/) && names.some((name) => /^[\da-fA-F]*[:.]/.test(name))) return 'http,geo'
  if (every(/^([\d.]+%|\*)$/)) return 'http,split_clients'
  return names.some((name) => name === 'default' || !/^\w+$/.test(name)) ? 'http,map' : undefined
}
