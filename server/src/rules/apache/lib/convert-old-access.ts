import { type Configuration, directivesNamed, indentOf, type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import { requirementsIn } from '../../../site/apache/authorization.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'

/**
 * Writes a group of Apache 2.2's access directives with `Require`, as Apache's page on upgrading does; undefined
 * where that would change who may come.
 */
export function convertOldAccess(
  section: PlacedDirective | undefined,
  group: readonly PlacedDirective[],
  configuration: Configuration,
): FindingFix | undefined {
  const [first, ...rest] = group
  if (!first || section?.name === 'limit' || section?.name === 'limitexcept') return undefined
  if (group.some((each) => each.presence !== 'present' || each.source !== first.source || each.args.some((argument) => !argument.known))) return undefined
  const own = section ? requirementsIn(section) : configuration.top.filter((each) => each.name === 'require' || each.name.startsWith('require'))
  const lines = linesFor(group, own)
  if (!lines) return undefined
  const { path } = first.source
  const indent = indentOf(first)
  const place = placeOfDirective(first)
  const replace = lines.length === 0 ? removeDirective(first) : { path, start: place.start, end: place.end, newText: lines.join(`\n${indent}`) }
  // A folder that asks for users or hosts further out would be opened to all.
  const asksElsewhere = directivesNamed(configuration, 'require').some(
    (each) => each.presence !== 'absent' && !own.includes(each) && each.parent !== section && each.args[0]?.value.toLowerCase() !== 'all',
  )
  return {
    title: lines.length === 0 ? `Remove ${first.node.words[0]?.value ?? first.name}: Require says it already` : 'Write it with Require',
    safe: !asksElsewhere || (lines.length === 1 && lines[0] === 'Require all denied'),
    edits: [replace, ...rest.map(removeDirective)],
  }
}

function linesFor(group: readonly PlacedDirective[], own: readonly PlacedDirective[]): string[] | undefined {
  const last = (name: string): string | undefined => group.findLast((each) => each.name === name)?.args[0]?.value.toLowerCase()
  const hosts = (name: string): string[] => group.filter((each) => each.name === name).flatMap((each) => each.args.slice(1).map((argument) => argument.value))
  const [allowed, denied] = [hosts('allow'), hosts('deny')]
  const isAll = (values: readonly string[]): boolean => values.some((value) => value.toLowerCase() === 'all')
  if (!group.some((each) => each.name !== 'satisfy')) return undefined
  const order = last('order') ?? 'deny,allow'
  const any = last('satisfy') === 'any'
  const rule = order === 'deny,allow' ? denyAllow() : allowDeny()
  if (own.length === 0) return any && rule !== 'granted' ? undefined : typeof rule === 'string' ? [`Require all ${rule}`] : rule
  // Beside a Require of the same section: what grants everyone asks for nothing, and "any" is how Require lines add up.
  if (rule === 'granted' && !any) return []
  const plain = own.every((each) => each.name === 'require' && each.args[0]?.value.toLowerCase() !== 'all')
  if (any && plain && Array.isArray(rule) && !rule[0]?.startsWith('<')) return rule
  return undefined

  function denyAllow(): 'granted' | 'denied' | string[] | undefined {
    if (isAll(allowed) || denied.length === 0) return 'granted'
    if (isAll(denied)) return allowed.length === 0 ? 'denied' : requireLines(allowed, '')
    return allowed.length === 0 ? allBut(denied) : undefined
  }
  function allowDeny(): 'granted' | 'denied' | string[] | undefined {
    if (isAll(denied) || allowed.length === 0) return 'denied'
    if (isAll(allowed)) return denied.length === 0 ? 'granted' : allBut(denied)
    return denied.length === 0 ? requireLines(allowed, '') : undefined
  }
}

function allBut(denied: readonly string[]): string[] | undefined {
  const lines = requireLines(denied, 'not ')
  return lines && ['<RequireAll>', '    Require all granted', ...lines.map((line) => `    ${line}`), '</RequireAll>']
}

/** One line for addresses, one for host names, one for variables. */
function requireLines(values: readonly string[], not: string): string[] | undefined {
  const found: Record<'ip' | 'host' | 'env', string[]> = { ip: [], host: [], env: [] }
  for (const value of values) {
    if (/^env=!/i.test(value)) return undefined
    if (/^env=/i.test(value)) found.env.push(value.slice(4))
    else if (/^[\d.]+(?:\/[\d.]+)?$|:/.test(value)) found.ip.push(value.replace(/\.$/, ''))
    else if (/[*?]/.test(value)) return undefined
    else found.host.push(value)
  }
  return Object.entries(found).flatMap(([kind, list]) => (list.length > 0 ? [`Require ${not}${kind} ${list.join(' ')}`] : []))
}
