/** A version of Python, as far as it is told. */
export interface PythonVersion {
  readonly major: number
  /** Undefined where only "Python 3" is known. */
  readonly minor: number | undefined
  readonly patch: number | undefined
}

/** Reads `3`, `3.11`, `3.11.7`, `3.11.7.final.0`, `2.7.6+`, `3.13.0rc1`; undefined where it is no version. */
export function parsePythonVersion(text: string): PythonVersion | undefined {
  const match = /^\s*(\d{1,2})(?:\.(\d{1,3})(?:\.(\d{1,3}))?)?(?![\d])/.exec(text)
  if (!match) return undefined
  const number = (part: string | undefined): number | undefined => (part === undefined ? undefined : Number(part))
  return { major: Number(match[1]), minor: number(match[2]), patch: number(match[3]) }
}

/** Reads the digits of a tag: `27`, `311`, `39`, `3`. */
export function parseVersionDigits(digits: string): PythonVersion | undefined {
  const match = /^([23])(\d{1,2})?$/.exec(digits)
  if (!match) return undefined
  return { major: Number(match[1]), minor: match[2] === undefined ? undefined : Number(match[2]), patch: undefined }
}

/** The version in a name such as `python3.11`, `python3.13t`, `pypy3.9`, `python2`; undefined for other names. */
export function versionOfName(name: string): PythonVersion | undefined {
  const match = /^(?:python|pypy)(\d(?:\.\d{1,2})?)(?:t|m|mu|dmu?)?(?:\.exe)?$/i.exec(name)
  return match ? parsePythonVersion(match[1] as string) : undefined
}

/** Negative where `a` is older. A part that is not told counts as equal. */
export function comparePythonVersions(a: PythonVersion, b: PythonVersion): number {
  if (a.major !== b.major) return a.major - b.major
  if (a.minor === undefined || b.minor === undefined) return 0
  if (a.minor !== b.minor) return a.minor - b.minor
  return a.patch === undefined || b.patch === undefined ? 0 : a.patch - b.patch
}

/** Whether two are of the same minor version, so that compiled modules of one work in the other; undefined where that is not told. */
export function isSameMinor(a: PythonVersion, b: PythonVersion): boolean | undefined {
  if (a.major !== b.major) return false
  return a.minor === undefined || b.minor === undefined ? undefined : a.minor === b.minor
}

/** `3.11.7`, `3.11` or `3`: what is told. */
export const formatPythonVersion = (version: PythonVersion): string =>
  [version.major, version.minor, version.patch].filter((part) => part !== undefined).join('.')
