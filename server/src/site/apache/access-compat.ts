import type { PlacedDirective } from '../../configuration/placed.ts'
import { appliesToGet } from './authorization.ts'

/** The access directives of Apache 2.2 in one section, for GET. A section that has any replaces what was set before (no merge function). */
export interface OldAccess {
  readonly verdict: 'granted' | 'denied' | 'depends'
  readonly satisfy: 'all' | 'any' | undefined
  readonly directives: readonly PlacedDirective[]
}

export const oldAccessNames: ReadonlySet<string> = new Set(['order', 'allow', 'deny', 'satisfy'])

export function oldAccessOf(section: PlacedDirective): OldAccess | undefined {
  const directives = oldDirectivesIn(section)
  if (directives.length === 0) return undefined
  const last = (name: string): PlacedDirective | undefined => directives.findLast((each) => each.name === name)
  const order = last('order')?.args[0]?.value.toLowerCase() ?? 'deny,allow'
  const allowed = matches(directives, 'allow')
  const denied = matches(directives, 'deny')
  const satisfy = last('satisfy')?.args[0]?.value.toLowerCase()
  const unknown = directives.some((each) => each.presence === 'unknown')
  return {
    verdict: unknown ? 'depends' : decide(order, allowed, denied),
    satisfy: satisfy === 'any' || satisfy === 'all' ? satisfy : undefined,
    directives,
  }
}

function oldDirectivesIn(section: PlacedDirective): PlacedDirective[] {
  return section.children.flatMap((child) => (oldAccessNames.has(child.name) ? [child] : appliesToGet(child) ? oldDirectivesIn(child) : []))
}

type Match = 'everyone' | 'some' | 'no one'

function matches(directives: readonly PlacedDirective[], name: 'allow' | 'deny'): Match {
  const hosts = directives.filter((each) => each.name === name).flatMap((each) => each.args.slice(1).map((argument) => argument.value.toLowerCase()))
  return hosts.includes('all') ? 'everyone' : hosts.length > 0 ? 'some' : 'no one'
}

function decide(order: string, allowed: Match, denied: Match): OldAccess['verdict'] {
  if (order === 'allow,deny' || order === 'mutual-failure') {
    if (denied === 'everyone' || allowed === 'no one') return 'denied'
    return allowed === 'everyone' && denied === 'no one' ? 'granted' : 'depends'
  }
  if (allowed === 'everyone' || denied === 'no one') return 'granted'
  return denied === 'everyone' && allowed === 'no one' ? 'denied' : 'depends'
}
