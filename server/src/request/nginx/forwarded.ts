import { isAddressWithPort } from '../../catalog/nginx/address.ts'
import { parseCidr } from '../../catalog/nginx/values.ts'
import type { Run } from './run.ts'

/** Whether an address lies in one of some networks. */
export const isWithin = (address: string, networks: readonly string[]): boolean =>
  networks.some((network) => {
    const cidr = parseCidr(network)
    return cidr !== undefined && parseCidr(`${address}/${cidr.key.slice(cidr.key.lastIndexOf('/') + 1)}`)?.key === cidr.key
  })

/** The client's address by X-Forwarded-For, where the connection comes from a proxy that is trusted (`ngx_http_get_forwarded_addr`). */
export function forwardedAddress(run: Run, address: string, trusted: readonly string[], recursive: boolean, header = 'x-forwarded-for'): string {
  const headers = run.headersIn.filter(({ lower }) => lower === header).map(({ value }) => value)
  let at = address
  for (const value of headers.reverse()) {
    let rest = value
    do {
      if (!isWithin(at, trusted)) return at
      rest = rest.replace(/[ ,]+$/, '')
      const last = /[^ ,]*$/.exec(rest)?.[0] ?? ''
      if (!isAddressWithPort(last)) return at
      at = last.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
      rest = rest.slice(0, rest.length - last.length)
    } while (recursive && /[^ ,]/.test(rest))
    if (!recursive) break
  }
  return at
}
