import { apacheDirectives, apacheModules } from '../../../catalog/apache/catalog.ts'
import { moduleIdentifier } from '../../../configuration/apache/conditions.ts'
import type { Condition, PlacedDirective, Presence } from '../../../configuration/placed.ts'

/**
 * Whether Apache reads what stands under conditions of which nothing certain is known. What people write under `<IfModule>` of a module
 * that comes with Apache is meant to be read, and is wrong where it is wrong; what needs another module, a `-D` or a file may never be.
 */
export function isRead(directive: PlacedDirective): boolean {
  if (directive.presence !== 'unknown') return directive.presence === 'present'
  for (let condition = directive.condition; condition; condition = condition.outer) if (meant(condition) !== 'present') return false
  return true
}

/** Whether a conditional section by itself is meant to be read; unknown where that depends on how the server is started. */
export function meant({ directive, holds }: Condition): Presence {
  if (holds !== 'unknown') return holds
  const [first] = directive.args
  if (!first?.known) return 'unknown'
  const negated = first.value.startsWith('!')
  const subject = negated ? first.value.slice(1) : first.value
  const decided = (is: boolean): Presence => (is === negated ? 'absent' : 'present')
  switch (directive.name) {
    case 'ifmodule': {
      const identifier = moduleIdentifier(subject)
      return decided(identifier !== undefined && comesWithApache(identifier))
    }
    case 'ifdirective':
      return decided(apacheDirectives(subject).some((entry) => !entry.section && entry.source === 'core'))
    case 'ifsection':
      return decided(apacheDirectives(subject).some((entry) => entry.section && entry.source === 'core'))
    default:
      return 'unknown'
  }
}

/** Where nothing is said, the server runs the event MPM, as distributions deliver it: no other MPM is loaded beside it, nor the CGI module of prefork. */
const besideEvent: ReadonlySet<string> = new Set(['mpm_prefork_module', 'mpm_worker_module', 'mpm_winnt_module', 'cgi_module'])

let identifiers: ReadonlySet<string> | undefined

function comesWithApache(identifier: string): boolean {
  identifiers ??= new Set(apacheModules().flatMap((module) => (module.debian ? [module.identifier] : [])))
  return identifiers.has(identifier) && !besideEvent.has(identifier)
}
