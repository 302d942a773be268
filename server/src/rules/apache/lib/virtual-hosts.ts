import { type Argument, type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'

/** A virtual host that is certainly there, with the addresses and names that Apache chooses it by. */
export interface VirtualHost {
  readonly directive: PlacedDirective
  /** As Apache compares them: `*:80`; the same twice counts once. */
  readonly addresses: readonly string[]
  readonly serverName: HostName | undefined
  readonly aliases: readonly HostName[]
  /** False where a name may be another one than is seen, or may be missing. */
  readonly certain: boolean
}

/** A name with the place that it is written in. */
export interface HostName {
  /** In lower case, without scheme and port; of an alias with its wildcards. */
  readonly name: string
  readonly directive: PlacedDirective
  readonly argument: Argument
}

/** All virtual hosts, in the order in which Apache asks them. */
export function virtualHostsOf(configuration: Configuration): VirtualHost[] {
  return directivesNamed(configuration, 'virtualhost').flatMap((directive): VirtualHost[] => {
    if (directive.presence !== 'present' || directive.parent || !directive.node.block) return []
    if (directive.args.length === 0 || directive.args.some((argument) => !argument.known)) return []
    const own = directive.children.filter((child) => child.name === 'servername' || child.name === 'serveralias' || child.name === 'serverpath')
    const names = own.flatMap((each) => (each.presence === 'present' ? namesOf(each) : []))
    return [
      {
        directive,
        addresses: [...new Set(directive.args.map((argument) => addressOf(argument.value)))],
        serverName: names.findLast((each) => each.directive.name === 'servername'),
        aliases: names.filter((each) => each.directive.name === 'serveralias'),
        certain: own.every((each) => each.presence === 'present' && each.name !== 'serverpath' && each.args.every((argument) => argument.known)),
      },
    ]
  })
}

function namesOf(directive: PlacedDirective): HostName[] {
  return directive.args.flatMap((argument): HostName[] => {
    if (!argument.known) return []
    const value = argument.value.toLowerCase()
    if (directive.name === 'serveralias') return [{ name: value, directive, argument }]
    if (directive.name !== 'servername') return []
    const [name = ''] = value.replace(/^.*?:\/\//, '').split(':')
    return [{ name, directive, argument }]
  })
}

/** `_default_` is `*` (`server/vhost.c: get_addresses`). */
const addressOf = (written: string): string => written.toLowerCase().replace(/^_default_(?=:|$)/, '*')

/** Whether a name has wildcards. */
export const isWild = (name: string): boolean => /[*?]/.test(name)

/** Whether names fit one with wildcards (`server/util.c: ap_strcasecmp_match`); a `*` takes dots too. */
export function wildMatcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  const regex = new RegExp(`^${source}$`, 's')
  return (name) => regex.test(name)
}
