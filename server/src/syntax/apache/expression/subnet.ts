/** Whether APR takes it for an address or a network (`apr_ipsubnet_create`): `10.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `fe80::/10`. */
export function isSubnet(text: string): boolean {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  if (!address.includes(':') && !/^[\d.]*$/.test(address)) return false
  const isV6 = isV6Address(address)
  if (isV6 && isMappedV4(address)) return false
  if (!isV6 && !isV4Address(address)) return slash < 0 && isNetworkStart(address)
  if (slash < 0) return true
  const mask = text.slice(slash + 1)
  const bits = /^[ \t\n\v\f\r]*\+?(\d+)$/.exec(mask)?.[1]
  if (bits !== undefined && Number(bits) > 0 && Number(bits) <= (isV6 ? 128 : 32)) return true
  return !isV6 && isV4Address(mask)
}

/** `10.` or `192.168`: the first bytes of a network, APR's old way to write one. Its numbers are those of `atoi`, which has 32 bits. */
function isNetworkStart(text: string): boolean {
  // APR 1.7.1 stopped taking an empty text.
  if (text === '') return false
  if (text.length >= 16 || !/^(?:\d+\.){0,3}\d+\.?$/.test(text)) return false
  return text.split('.').every((octet) => (Number(octet) | 0) >= 0 && (Number(octet) | 0) <= 255)
}

/** As the C library's `inet_pton` reads it: four numbers, none with a zero before it. */
function isV4Address(text: string): boolean {
  return /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text) && text.split('.').every((octet) => Number(octet) <= 255)
}

function isV6Address(text: string): boolean {
  return groupsOf(text) !== undefined
}

/** The groups of an IPv6 address, the last two of an IPv4 ending as zeros; undefined where it is none. */
function groupsOf(text: string): readonly number[] | undefined {
  const v4 = /(?<=^|:)[\d.]+$/.exec(text)
  const hasV4 = v4?.[0].includes('.') === true
  if (hasV4 && !isV4Address(v4[0])) return undefined
  const plain = hasV4 ? `${text.slice(0, v4.index)}0:0` : text
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (![...before, ...after].every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined
  const missing = 8 - before.length - after.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) => Number.parseInt(group, 16))
}

/** `::ffff:10.0.0.1`, which APR wants as `10.0.0.1`. */
function isMappedV4(text: string): boolean {
  const groups = groupsOf(text)
  return groups?.[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}
