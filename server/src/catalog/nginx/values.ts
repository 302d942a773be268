/**
 * nginx's small value languages, one reader each. `undefined` is NGX_ERROR. Numbers beyond 2^53 keep only their
 * magnitude, which is all that the checks look at.
 */

const maxInteger = 9223372036854775807n

/** `ngx_atoi`: digits only. */
export function parseNumber(text: string): number | undefined {
  return parseDecimal(text, maxInteger)
}

/** `ngx_parse_size`: bytes, or with `k` or `m`. */
export function parseSize(text: string): number | undefined {
  return parseScaled(text, /^(\d+)([kKmM]?)$/)
}

/** `ngx_parse_offset`: bytes, or with `k`, `m` or `g`. */
export function parseOffset(text: string): number | undefined {
  return parseScaled(text, /^(\d+)([kKmMgG]?)$/)
}

/** `ngx_parse_time`: `1h 30m`, units falling; in seconds, or in milliseconds with the unit `ms` admitted. */
export function parseTime(text: string, unit: 'seconds' | 'milliseconds'): number | undefined {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    y: [1, 31_536_000],
    M: [2, 2_592_000],
    w: [3, 604_800],
    d: [4, 86_400],
    h: [5, 3600],
    m: [6, 60],
    s: [7, 1],
    ms: [8, 0.001],
    ' ': [9, 1],
  }
  const inSeconds = unit === 'seconds'
  let total = 0
  let step = inSeconds ? 0 : 2
  let valid = false
  let rest = text
  while (rest !== '') {
    const match = /^(\d*)(ms|[yMwdhms ]?) */.exec(rest)
    if (!match || match[0] === '') return undefined
    const digits = match[1] ?? ''
    const name = match[2] ?? ''
    rest = rest.slice(match[0].length)
    if (digits !== '') valid = true
    const value = parseDecimal(digits === '' ? '0' : digits, maxInteger)
    if (value === undefined) return undefined
    if (name === '') {
      if (rest !== '') return undefined
      total += value
      break
    }
    const [own, scale] = steps[name] ?? [0, 0]
    if (name === 'ms' && inSeconds) return undefined
    // A year is no unit where milliseconds are counted; a space may follow anything above seconds.
    const last = name === 'y' ? 0 : name === ' ' ? 6 : own - 1
    if (step > last) return undefined
    step = own
    total += value * scale
  }
  if (!valid) return undefined
  const result = inSeconds ? total : total * 1000
  return result > Number(maxInteger) ? undefined : result
}

/** `ngx_atofp` with two digits behind the point: hundredths. */
export function parseHundredths(text: string): number | undefined {
  const match = /^(\d*)(?:\.(\d{0,2}))?$/.exec(text)
  if (!match || text === '') return undefined
  return Number(match[1] ?? 0) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** The address and prefix of `ngx_ptocidr`; `meaningless` where bits behind the prefix are set. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6'
  /** The network in one form for comparing. */
  readonly key: string
  readonly meaningless: boolean
}

export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const ipv4 = parseIpv4(address)
  const bytes = ipv4 ?? parseIpv6(address)
  if (!bytes) return undefined
  const width = bytes.length * 8
  const prefix = slash < 0 ? width : parseNumber(text.slice(slash + 1))
  if (prefix === undefined || prefix > width) return undefined
  const network = bytes.map((byte, i) => byte & (0xff << Math.max(0, Math.min(8, 8 - (prefix - i * 8)))) & 0xff)
  return {
    family: ipv4 ? 'ipv4' : 'ipv6',
    key: `${network.join('.')}/${prefix}`,
    meaningless: network.some((byte, i) => byte !== bytes[i]),
  }
}

/** `ngx_inet_addr`: four decimal numbers. */
export function parseIpv4(text: string): number[] | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

/** `ngx_inet6_addr`, without brackets. */
export function parseIpv6(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || text.split('::').length > 2 || /(^:[^:])|([^:]:$)|:::/.test(text)) return undefined
  const groups = (part: string): number[] | undefined => {
    if (part === '') return []
    const bytes: number[] = []
    const words = part.split(':')
    for (const [i, word] of words.entries()) {
      const ipv4 = i === words.length - 1 ? parseIpv4(word) : undefined
      if (ipv4) bytes.push(...ipv4)
      else if (/^[0-9a-fA-F]{1,4}$/.test(word)) bytes.push(Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff)
      else return undefined
    }
    return bytes
  }
  const [head, tail] = text.split('::')
  const first = groups(head ?? '')
  if (!first) return undefined
  if (tail === undefined) return first.length === 16 ? first : undefined
  const last = groups(tail)
  if (!last || first.length + last.length > 14) return undefined
  return [...first, ...new Array<number>(16 - first.length - last.length).fill(0), ...last]
}

function parseDecimal(text: string, max: bigint): number | undefined {
  if (!/^\d+$/.test(text)) return undefined
  if (text.length < 16) return Number(text)
  return BigInt(text) > max ? undefined : Number(text)
}

function parseScaled(text: string, form: RegExp): number | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const scale = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(match[2] ?? '').toLowerCase()] ?? 1
  const value = parseDecimal(match[1] ?? '', maxInteger)
  return value === undefined || value * scale > Number(maxInteger) ? undefined : value * scale
}
