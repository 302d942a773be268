import { segmentMatcher } from '../../configuration/glob.ts'
import { normalize, segmentsOf } from '../../workspace/path.ts'

/** Whether a `<Directory>` path, wildcards included, is one of the folders above a file (`fnmatch` with FNM_PATHNAME). */
export function directoryHolds(section: string, file: string): boolean {
  const wanted = segmentsOf(normalize(section))
  const folders = segmentsOf(file).slice(0, -1)
  return wanted.length <= folders.length && wanted.every((pattern, i) => segmentMatcher(pattern)(folders[i] ?? ''))
}

/** How Apache sorts `<Directory>` sections: by the number of their slashes. */
export const depthOf = (section: string): number => segmentsOf(normalize(section)).length

/** Whether a `<Location>` path holds a URL: as a prefix that ends with a segment, wildcards not crossing slashes. */
export function locationHolds(section: string, url: string): boolean {
  const plain = section.replace(/(?!^)\/$/, '')
  if (!/[*?[]/.test(plain)) {
    if (section === '/' || section === '') return true
    return section.endsWith('/') ? url.startsWith(section) : url === plain || url.startsWith(`${plain}/`)
  }
  const wanted = segmentsOf(plain)
  const segments = segmentsOf(url)
  return wanted.length <= segments.length && wanted.every((pattern, i) => segmentMatcher(pattern)(segments[i] ?? ''))
}

/** Whether a `<Files>` name fits a file's name. */
export const fileFits = (section: string, name: string): boolean => segmentMatcher(section)(name)
