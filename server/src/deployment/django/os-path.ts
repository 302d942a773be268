import { isAbsolute, normalize } from '../../workspace/path.ts'

/** `os.path` and `pathlib` as functions of text (`posixpath.py`, `pathlib.py`). */

export function osJoin(first: string, ...rest: readonly string[]): string {
  let path = first
  for (const part of rest) {
    if (isAbsolute(part)) path = part
    else path = path === '' || path.endsWith('/') ? path + part : `${path}/${part}`
  }
  return path
}

export function osDirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

export const osBasename = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

export const osNormpath = (path: string): string => normalize(path)

/** `abspath` and `realpath`: undefined for a relative path, which depends on the working directory. */
export const osAbspath = (path: string): string | undefined => (isAbsolute(path) ? normalize(path) : undefined)

export function osSplitext(path: string): readonly [string, string] {
  const name = osBasename(path)
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || /^\.*$/.test(name.slice(0, dot))) return [path, '']
  const length = name.length - dot
  return [path.slice(0, -length), path.slice(-length)]
}

/** The text of `pathlib.Path(…)`: `.` and doubled slashes go, `..` stays. */
export function purePath(path: string): string {
  const drive = /^[A-Za-z]:/.exec(path)?.[0] ?? ''
  const rest = path.slice(drive.length)
  const segments = rest.split('/').filter((segment) => segment !== '' && segment !== '.')
  return `${drive}${rest.startsWith('/') ? '/' : ''}${segments.join('/')}` || '.'
}

/** `Path.parent`: purely of the text, so `a/..` has the parent `a`. */
export function pureParent(path: string): string {
  const pure = purePath(path)
  if (pure === '.' || /^([A-Za-z]:)?\/$/.test(pure)) return pure
  const at = pure.lastIndexOf('/')
  if (at < 0) return '.'
  const head = pure.slice(0, at)
  return head === '' || /^[A-Za-z]:$/.test(head) ? `${head}/` : head
}
