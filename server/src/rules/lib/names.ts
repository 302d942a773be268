/** How many single letters must change to make one text of another. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The name that was plainly meant: one only, a slip or two away. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.min(2, Math.floor(name.length / 3)))
  const close = [...new Set(names)].filter((each) => each !== name && editDistance(name.toLowerCase(), each.toLowerCase()) <= most)
  return close.length === 1 ? close[0] : undefined
}
