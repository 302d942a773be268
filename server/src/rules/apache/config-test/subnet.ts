import { isIPv4, isIPv6 } from './address.ts'

/** APR's verdict on an address or network: `name` where it does not look like one at all. */
export type SubnetFault = 'name' | 'The specified IP address is invalid.' | 'The specified network mask is invalid.'

/** Reads an address, a network (`10.1`, `10.1.`) or either with a mask (`apr_ipsubnet_create`); undefined where it is right. */
export function subnetFault(address: string, mask: string | undefined): SubnetFault | undefined {
  if (address === '' || (!address.includes(':') && !/^[\d.]*$/.test(address))) return 'name'
  const version = isIPv4(address) ? 4 : isIPv6(address) ? 6 : isNetwork(address) ? 4 : undefined
  if (version === undefined) return 'The specified IP address is invalid.'
  if (mask === undefined) return undefined
  const bits = /^\s*[+-]?\d+$/.test(mask) ? Number(mask) : undefined
  if (bits !== undefined && bits >= 0 && bits <= (version === 4 ? 32 : 128)) return undefined
  return version === 4 && isIPv4(mask) ? undefined : 'The specified network mask is invalid.'
}

/** Fewer than four numbers, each but the last with a dot behind it. */
const isNetwork = (text: string): boolean => /^\d+(\.\d+){0,3}\.?$/.test(text) && text.split('.').every((part) => part === '' || Number(part) <= 255)
