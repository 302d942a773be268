import type { Configuration, PlacedDirective, Source } from '../../../configuration/placed.ts'
import type { Fault } from '../../../syntax/tree.ts'
import { meant } from '../config-test/conditions.ts'
import { lineOfEnd } from '../config-test/directive-reading.ts'

/**
 * A fault as Apache meets it. Where a condition around does not hold, nothing is looked at but the pairing of sections, and the condition's own line
 * is named (`server/config.c: ap_soak_end_container`); the inside of a macro is not looked at before its use (`mod_macro.c`).
 */
export function asMet(configuration: Configuration): (fault: Fault, source: Source) => Fault | undefined {
  const around = new Map<Source, PlacedDirective[]>()
  const sectionsOf = (source: Source): PlacedDirective[] => {
    let known = around.get(source)
    if (!known) {
      known = configuration.all.filter((each) => each.source === source && each.node.block && (each.name === 'macro' || configuration.conditions.has(each)))
      around.set(source, known)
    }
    return known
  }
  return (fault, source) => {
    for (const section of sectionsOf(source)) {
      if (fault.start < section.start || fault.start >= section.start + section.node.width) continue
      const own = fault.start < section.start + section.node.text.length
      if (section.name === 'macro') {
        if (!own) return undefined
        if (fault.kind === 'unclosed-section') return { ...fault, serverMessage: unclosedMacro(section) }
        continue
      }
      const condition = configuration.conditions.get(section)
      const holds = condition === undefined ? 'unknown' : meant(condition)
      if (holds === 'present' || (own && fault.kind !== 'unclosed-section')) continue
      if (fault.skippedMessage === undefined) return fault.kind === 'unclosed-section' ? { ...fault, serverMessage: undefined } : undefined
      // Of a condition that is not known a section never closed may go unnoticed; pairs that do not match never do.
      if (holds === 'unknown' && fault.kind === 'unclosed-section' && fault.serverMessage === undefined) return fault
      return { ...fault, serverMessage: fault.skippedMessage, serverAt: section.start + section.node.text.length - 1 }
    }
    return fault
  }
}

const unclosedMacro = (macro: PlacedDirective): string =>
  `macro '${macro.args[0]?.value ?? ''}' (defined on line ${lineOfEnd(macro)} of "<FILE>")\\n\\tcontents error: expected token not found: </Macro>`
