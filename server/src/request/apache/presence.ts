import { apacheDirectives, apacheModules } from '../../catalog/apache/catalog.ts'
import { evaluateCondition } from '../../configuration/apache/conditions.ts'
import type { Condition, Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { toBytes } from './bytes.ts'
import type { Files } from './files.ts'
import type { IsThere } from './sections.ts'

/** Whether conditions hold that a configuration by itself leaves open: for a server that is started without `-D`, on the machine of these files. */
export function presenceIn(configuration: Configuration, files: Files, serverRoot: string): IsThere {
  const holds = ({ directive, holds: known }: Condition): boolean => {
    if (known !== 'unknown') return known === 'present'
    const words = directive.args.map(({ value }) => value)
    const negated = words[0]?.startsWith('!') === true
    const subject = negated ? (words[0]?.slice(1) ?? '') : (words[0] ?? '')
    const plain = (): boolean => {
      switch (directive.name) {
        case 'iffile': {
          const path = toBytes(subject)
          return files.stat(path.startsWith('/') ? path : `${serverRoot}/${path}`).kind !== 'none'
        }
        case 'ifdirective':
        case 'ifsection': {
          const isSection = directive.name === 'ifsection'
          return apacheDirectives(subject.replace(/^</, '')).some((entry) => entry.section === isSection && isLoaded(entry.module, configuration))
        }
        case 'ifmodule':
          return true
        case 'ifversion':
          return evaluateCondition('ifversion', words, { modules: new Set(), modulesComplete: true, defines: new Map(), version }) !== 'absent'
        default:
          return false
      }
    }
    return directive.name === 'ifversion' ? plain() : plain() !== negated
  }
  return (directive: PlacedDirective) => {
    if (directive.presence !== 'unknown') return directive.presence === 'present'
    for (let condition = directive.condition; condition; condition = condition.outer) if (!holds(condition)) return false
    return true
  }
}

/** The version that is interpreted. */
const version = '2.4.71'

function isLoaded(name: string, { modules }: Configuration): boolean {
  if (modules === undefined || name === 'core' || name === 'mod_so' || name === 'http_core') return true
  const identifier = apacheModules().find((module) => module.name === name)?.identifier
  return identifier === undefined || modules.has(identifier)
}
