/** An address with a port, as APR reads it (`apr_parse_addr_port`). */
export interface ParsedAddress {
  /** Undefined where the text is a port alone. */
  readonly host: string | undefined
  readonly port: number | undefined
}

/** Reads host and port; undefined where APR refuses the text. A text without a number behind its last colon is a host as a whole. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (/^\d+$/.test(text)) return isPort(text) ? { host: undefined, port: Number(text) } : undefined
  const [, before = text, digits] = /^(.*):(\d+)$/s.exec(text) ?? []
  if (digits !== undefined && (before === '' || !isPort(digits))) return undefined
  const port = digits === undefined ? undefined : Number(digits)
  if (!before.startsWith('[')) return { host: before, port }
  const inner = /^\[([0-9a-f:.]+)(%[^\]]+)?\]$/i.exec(before)?.[1]
  return inner !== undefined && isIPv6(inner) ? { host: inner, port } : undefined
}

const isPort = (digits: string): boolean => Number(digits) >= 1 && Number(digits) <= 65535

/** Whether a text is an IPv6 address (`inet_pton`). */
export function isIPv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const [i, half] of halves.entries()) {
    if (half === '') continue
    const parts = half.split(':')
    for (const [j, part] of parts.entries()) {
      const last = i === halves.length - 1 && j === parts.length - 1
      if (last && part.includes('.')) {
        if (!isIPv4(part)) return false
        groups += 2
      } else if (/^0*[0-9a-f]{1,4}$/i.test(part)) groups++
      else return false
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8
}

/** Whether a text is an IPv4 address with four parts (`inet_pton`). */
export const isIPv4 = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)
