import type { PlacedDirective } from '../../../configuration/placed.ts'

/**
 * The name of a virtual host by its `ServerName`, without scheme and port (`server/core.c: set_server_name`); undefined where it has none, as
 * the name is then looked up from the address, or where it is not known.
 */
export function nameOfHost(host: PlacedDirective): string | undefined {
  const names = host.children.filter((each) => each.name === 'servername')
  const last = names.at(-1)
  const argument = last?.args[0]
  if (!argument?.known || names.some((each) => each.presence !== 'present')) return undefined
  const name = argument.value.replace(/^[a-z]+:\/\//i, '').replace(/:\d*$/, '')
  return name === '' ? undefined : name
}
