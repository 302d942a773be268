import { editDistance } from '../../syntax/text.ts'

/** The name that was plainly meant: one only, a slip or two away. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.min(2, Math.floor(name.length / 3)))
  const close = [...new Set(names)].filter((each) => each !== name && editDistance(name.toLowerCase(), each.toLowerCase()) <= most)
  return close.length === 1 ? close[0] : undefined
}
