/** Whether a version comes before another: `1.9.8` before `1.30.1`. */
export function isBefore(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split('.').map(Number))
  for (let i = 0; i < 3; i++) {
    const difference = (one?.[i] ?? 0) - (two?.[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

/** Whether a fault that was mended on a stable and on a mainline branch is in a version. */
export const isAffected = (version: string, stable: string, mainline: string): boolean => {
  const branch = mainline.split('.').slice(0, 2).join('.')
  return version.startsWith(`${branch}.`) || !isBefore(version, `${branch}.0`) ? isBefore(version, mainline) : isBefore(version, stable)
}
