/** `10 MiB (10,485,760 bytes)`; what is below a KiB in bytes alone. */
export function sizeInWords(bytes: number): string {
  const inBytes = `${grouped(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
  const [unit, size] = sizes.find(([, each]) => bytes >= each) ?? ['', 1]
  if (unit === '') return inBytes
  const number = bytes / size
  return `${Number.isInteger(number) ? number : `about ${number.toFixed(1)}`} ${unit} (${inBytes})`
}

const sizes = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const

/** `24 hours (86,400 seconds)`, `1 minute 30 seconds`, `500 milliseconds`. */
export function timeInWords(seconds: number): string {
  if (seconds !== 0 && seconds < 1) return plural(Math.round(seconds * 1000), 'millisecond')
  if (seconds === 86_400) return '24 hours (86,400 seconds)'
  const parts: string[] = []
  let left = seconds
  for (const [unit, size] of times) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(plural(count, unit))
    left -= count * size
  }
  const words = parts.join(' ') || '0 seconds'
  return seconds >= 120 ? `${words} (${grouped(seconds)} seconds)` : words
}

const times = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

const plural = (count: number, unit: string): string => `${grouped(count)} ${unit}${count === 1 ? '' : 's'}`

/** With a comma between each three digits. */
const grouped = (number: number): string => String(number).replace(/\B(?=(?:\d{3})+(?!\d))/g, ',')
