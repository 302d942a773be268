import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { derived } from '../../../workspace/derived.ts'

/** The directives of some names in a virtual host, and those of the main server, in the server's order; what is absent is not among them. */
export function ofHost(configuration: Configuration, host: PlacedDirective | undefined, ...names: readonly string[]): readonly PlacedDirective[] {
  const index = indexOf(configuration)
  return names.flatMap((name) => {
    const known = index.get(name) ?? sortByHost(configuration, name)
    index.set(name, known)
    return host ? [...(known.get(undefined) ?? []), ...(known.get(host) ?? [])] : (known.get(undefined) ?? [])
  })
}

type ByHost = ReadonlyMap<PlacedDirective | undefined, readonly PlacedDirective[]>

/** A configuration may have thousands of virtual hosts: each name is sorted once. */
const indexOf = derived((_configuration: Configuration) => new Map<string, ByHost>())

function sortByHost(configuration: Configuration, name: string): ByHost {
  const byHost = new Map<PlacedDirective | undefined, PlacedDirective[]>()
  for (const directive of directivesNamed(configuration, name)) {
    if (directive.presence === 'absent') continue
    const host = enclosing(directive, 'virtualhost')
    const list = byHost.get(host)
    if (list) list.push(directive)
    else byHost.set(host, [directive])
  }
  return byHost
}
