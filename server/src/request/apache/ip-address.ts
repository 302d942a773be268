/** The bytes of an address, 4 or 16; undefined where it is none. An IPv4 address within IPv6 is an IPv4 address. */
export function addressBytes(text: string): readonly number[] | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split('.').map(Number)
    return bytes.every((byte) => byte <= 255) ? bytes : undefined
  }
  if (!text.includes(':')) return undefined
  const tail = /(?<=:)\d{1,3}(?:\.\d{1,3}){3}$/.exec(text)
  const v4 = tail ? addressBytes(tail[0]) : undefined
  if (tail && !v4) return undefined
  const plain =
    tail && v4 ? `${text.slice(0, tail.index)}${((v4[0] ?? 0) * 256 + (v4[1] ?? 0)).toString(16)}:${((v4[2] ?? 0) * 256 + (v4[3] ?? 0)).toString(16)}` : text
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - before.length - after.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after]
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined
  const bytes = groups.flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return isMapped ? bytes.slice(12) : bytes
}

/** Whether an address is in a network as Apache writes them (`apr_ipsubnet_create`): `10.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `fe80::/10`. */
export function isInSubnet(address: string, network: string): boolean {
  const bytes = addressBytes(address)
  if (!bytes) return false
  const [base = '', mask] = network.split('/')
  const full = addressBytes(base)
  if (!full) {
    if (mask !== undefined || !/^(?:\d+\.){0,3}\d*$/.test(base)) return false
    const start = base
      .split('.')
      .filter((part) => part !== '')
      .map(Number)
    return start.length > 0 && bytes.length === 4 && start.every((part, i) => bytes[i] === part)
  }
  if (full.length !== bytes.length) return false
  const maskBytes = mask === undefined ? undefined : /^\d+$/.test(mask) ? bitsMask(Number(mask), full.length) : addressBytes(mask)
  if (mask !== undefined && !maskBytes) return false
  return full.every((byte, i) => ((byte ^ (bytes[i] ?? 0)) & (maskBytes?.[i] ?? 255)) === 0)
}

const bitsMask = (bits: number, length: number): number[] =>
  Array.from({ length }, (_, i) => (bits >= (i + 1) * 8 ? 255 : bits <= i * 8 ? 0 : 256 - 2 ** (8 - (bits - i * 8))))
