import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'

/** A mapping from a URL prefix to a deployed path. */
export interface Alias {
  readonly directive: PlacedDirective
  readonly url: string
  readonly target: string
  readonly urlArgument: Argument | undefined
  readonly targetArgument: Argument
  /** The virtual host in which it stands; undefined in the main server, whose aliases all virtual hosts inherit. */
  readonly host: PlacedDirective | undefined
}

/** All `Alias` and `ScriptAlias` directives with plain paths, in the order in which Apache tries them. */
export const aliasesOf = derived((configuration: Configuration): readonly Alias[] => {
  const candidates = directivesNamed(configuration, 'alias', 'scriptalias').filter(({ presence }) => presence !== 'absent')
  return candidates.flatMap((directive): Alias[] => {
    const host = enclosing(directive, 'virtualhost')
    const [first, second] = directive.args
    const location = enclosing(directive, 'location')
    // Inside <Location> the section gives the URL.
    if (location && first && !second)
      return [{ directive, host, url: location.args[0]?.value ?? '', target: first.value, urlArgument: undefined, targetArgument: first }]
    if (!first || !second || !first.known || !second.known) return []
    return [{ directive, host, url: first.value, target: second.value, urlArgument: first, targetArgument: second }]
  })
})

/** The alias that serves a URL in a virtual host: the virtual host's own first, the first that fits. */
export function aliasFor(aliases: readonly Alias[], url: string, host: PlacedDirective | undefined): Alias | undefined {
  const own = aliases.filter((alias) => alias.host === host)
  const inherited = host ? aliases.filter((alias) => alias.host === undefined) : []
  return [...own, ...inherited].find((alias) => aliasHolds(alias.url, url))
}

/** Whether an alias's URL is a prefix of another at the end of a segment (`mod_alias.c: alias_matches`). */
export function aliasHolds(alias: string, url: string): boolean {
  if (!url.startsWith(alias)) return false
  return alias.endsWith('/') || url.length === alias.length || url.charAt(alias.length) === '/'
}
