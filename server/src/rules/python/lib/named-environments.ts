import { daemonOptions } from '../../../application/wsgi-process.ts'
import type { Argument, PlacedDirective } from '../../../configuration/placed.ts'
import { normalize } from '../../../workspace/path.ts'

/** A virtualenv that a directive names, by its root or by its `site-packages`. */
export interface NamedEnvironment {
  /** As deployed. */
  readonly root: string
  /** The root as written. */
  readonly written: string
  /** `python3.9` of a path into `lib/python3.9`. */
  readonly library: string | undefined
  readonly argument: Argument
}

export const directivesWithEnvironments: readonly string[] = ['wsgipythonhome', 'wsgipythonpath', 'wsgidaemonprocess']

export function environmentsNamedBy(directive: PlacedDirective): NamedEnvironment[] {
  const first = directive.args[0]
  if (directive.name === 'wsgipythonhome') return first?.known ? [home(first.value, first)] : []
  if (directive.name === 'wsgipythonpath') return first?.known ? onPath(first.value, first) : []
  if (directive.name !== 'wsgidaemonprocess') return []
  return daemonOptions(directive).flatMap((option) => {
    const argument = directive.args.find((each) => each.start === option.start)
    if (!argument || !option.known) return []
    if (option.name === 'python-home') return [home(option.value, argument)]
    return option.name === 'python-path' ? onPath(option.value, argument) : []
  })
}

const home = (value: string, argument: Argument): NamedEnvironment => ({ root: normalize(value), written: value, library: undefined, argument })

const onPath = (value: string, argument: Argument): NamedEnvironment[] =>
  value.split(':').flatMap((folder) => {
    const match = /^(.+?)\/lib(?:64)?\/(python\d(?:\.\d+)?)\/site-packages\/?$/.exec(folder)
    const [, root, library] = match ?? []
    return root === undefined ? [] : [{ root: normalize(root), written: root, library, argument }]
  })
