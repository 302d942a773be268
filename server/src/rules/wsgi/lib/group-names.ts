import { wsgiOptions } from '../../../application/wsgi-process.ts'
import { type PlacedDirective, placeOfArgument } from '../../../configuration/placed.ts'
import type { Place } from '../../../problem/place.ts'
import { placeOfOption } from './python-home.ts'

/** The name of a process or application group where it is used. */
export interface UsedGroup {
  readonly kind: 'process' | 'application'
  readonly name: string
  readonly known: boolean
  /** The argument, or the option with its name. */
  readonly at: Place
}

/** Directives that use groups, and how many arguments stand before their options; those without options name the group itself. */
const optionsFrom: Readonly<Record<string, number>> = {
  wsgiscriptalias: 2,
  wsgiscriptaliasmatch: 2,
  wsgiimportscript: 1,
  wsgihandlerscript: 2,
  wsgidispatchscript: 1,
  wsgiaccessscript: 1,
  wsgiauthuserscript: 1,
  wsgiauthgroupscript: 1,
}

export const directivesWithGroups: readonly string[] = ['wsgiprocessgroup', 'wsgiapplicationgroup', ...Object.keys(optionsFrom)]

/** The groups that a directive names. */
export function groupsIn(directive: PlacedDirective): UsedGroup[] {
  if (directive.name === 'wsgiprocessgroup' || directive.name === 'wsgiapplicationgroup') {
    const argument = directive.args[0]
    const kind = directive.name === 'wsgiprocessgroup' ? 'process' : 'application'
    return argument ? [{ kind, name: argument.value, known: argument.known, at: placeOfArgument(directive, argument) }] : []
  }
  const skip = optionsFrom[directive.name]
  if (skip === undefined) return []
  return wsgiOptions(directive, skip).flatMap((option): UsedGroup[] =>
    option.name === 'process-group' || option.name === 'application-group'
      ? [
          {
            kind: option.name === 'process-group' ? 'process' : 'application',
            name: option.value,
            known: option.known,
            at: placeOfOption(directive, option),
          },
        ]
      : [],
  )
}
