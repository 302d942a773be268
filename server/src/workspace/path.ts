/** Paths with `/`, absolute on Unix (`/etc`) and on Windows (`c:/…`); pure text, nothing is read. */

export const isAbsolute = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)

/** Removes `.`, `..`, doubled and trailing slashes. */
export function normalize(path: string): string {
  if (isNormal(path)) return path
  const drive = /^[A-Za-z]:/.exec(path)?.[0] ?? ''
  const rest = path.slice(drive.length)
  const absolute = rest.startsWith('/')
  const segments: string[] = []
  for (const segment of rest.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') {
      if (segments.length > 0 && segments.at(-1) !== '..') segments.pop()
      else if (!absolute) segments.push('..')
    } else segments.push(segment)
  }
  return `${drive}${absolute ? '/' : ''}${segments.join('/')}` || '.'
}

/** An absolute path with nothing to be removed, as most are. */
function isNormal(path: string): boolean {
  return path.length > 1 && path.startsWith('/') && !path.endsWith('/') && !path.includes('//') && !path.includes('/.')
}

/** Joins segments and normalizes; a later absolute path begins anew. */
export function join(...parts: readonly string[]): string {
  let path = ''
  for (const part of parts) path = isAbsolute(part) || path === '' ? part : `${path}/${part}`
  return normalize(path)
}

/** The folder that holds a path; `/` for the root itself. */
export function dirname(path: string): string {
  const plain = path.length > 1 ? path.replace(/\/+$/, '') : path
  const at = plain.lastIndexOf('/')
  if (at < 0) return '.'
  return at === 0 ? '/' : plain.slice(0, at)
}

export function basename(path: string): string {
  const plain = path.replace(/\/+$/, '')
  return plain.slice(plain.lastIndexOf('/') + 1)
}

/** Whether `path` is `folder` or lies below it. Both normalized. */
export const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** `path` relative to `folder`, which must hold it; `.` for the folder itself. */
export const relativeTo = (path: string, folder: string): string =>
  path === folder ? '.' : path.slice(folder.endsWith('/') ? folder.length : folder.length + 1)

export const segmentsOf = (path: string): readonly string[] => path.split('/').filter(Boolean)
