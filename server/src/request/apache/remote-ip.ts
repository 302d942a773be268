import { lowerCase } from './bytes.ts'
import { word, words } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { addressBytes, isInSubnet } from './ip-address.ts'
import { serverEntries, serverEntry } from './servers.ts'

const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8', 'fc00::/7', 'fe80::/10', '::1/128']

/** `modules/metadata/mod_remoteip.c`: the client behind proxies that are trusted. */
export function setRemoteAddress(r: Exchange): void {
  if (!r.world.has('remoteip_module')) return
  const entry = serverEntry(r.server, 'remoteipheader')
  const name = entry && word(entry.directive, 0)
  const sent = name === undefined ? undefined : r.headersIn.get(name)
  if (!entry || name === undefined || sent === undefined) return
  const { own, inherited } = serverEntries(r.server, 'remoteiptrustedproxy', 'remoteipinternalproxy')
  const proxies = [...inherited, ...own].flatMap(({ directive }) =>
    words(directive).map((network) => ({
      network: lowerCase(network) === 'localhost' ? '127.0.0.1' : network,
      internal: directive.name === 'remoteipinternalproxy',
    })),
  )
  const list = sent.split(',').map((part) => part.trim())
  let client = r.clientAddress
  while (list.length > 0) {
    const proxy = proxies.find(({ network }) => isInSubnet(client, network))
    if (proxies.length > 0 && !proxy) break
    const next = list.at(-1) ?? ''
    if (addressBytes(next) === undefined) break
    // Who is not within our own house cannot vouch for an address of it.
    if (!(proxy?.internal ?? false) && privateNetworks.some((network) => isInSubnet(next, network))) break
    list.pop()
    client = next
  }
  if (client === r.clientAddress) return
  note(r, 'read', 'passed', `the client is ${client}, by ${name}`, entry.directive)
  r.clientAddress = client
  if (list.length > 0) r.headersIn.set(name, list.join(', '))
  else r.headersIn.unset(name)
}
