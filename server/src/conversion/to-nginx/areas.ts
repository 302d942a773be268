import type { PlacedDirective } from '../../configuration/placed.ts'
import { isInside, normalize, relativeTo } from '../../workspace/path.ts'
import { fileOf, type Handler, handlerOf, type Mapping } from './handlers.ts'
import { foldersOf, type Host, isThere, locationsOf, type Scope, scopesFor, word } from './host.ts'

/** A part of a site that one location of nginx answers. */
export interface Area {
  readonly kind: 'prefix' | 'exact'
  /** A prefix ends with a slash. */
  readonly path: string
  readonly handler: Handler
  readonly file: string | undefined
  readonly scopes: readonly Scope[]
  /** The sections that are this very part. */
  readonly sections: readonly (PlacedDirective | string)[]
}

/**
 * The parts of a site: Apache's prefixes end at a segment (`/static` holds `/static` and `/static/a`), nginx's anywhere, so that each is a location for
 * the path itself and one for all below it.
 */
export function areasOf(host: Host, mappings: readonly Mapping[]): readonly Area[] {
  const wanted = new Map<string, { kind: Area['kind']; path: string; sections: (PlacedDirective | string)[] }>()
  const want = (kind: Area['kind'], path: string, section?: PlacedDirective | string): void => {
    const key = `${kind} ${path}`
    const known = wanted.get(key) ?? { kind, path, sections: [] }
    wanted.set(key, known)
    if (section) known.sections.push(section)
  }
  const wantBoth = (path: string, section?: PlacedDirective | string): void => {
    if (path === '/' || path === '') {
      want('prefix', '/', section)
      return
    }
    if (path.endsWith('/')) {
      want('prefix', path, section)
      // nginx sends who asks for the path of a passing location without its slash to the one with it; Apache does not.
      want('exact', path.slice(0, -1))
    } else {
      want('prefix', `${path}/`, section)
      want('exact', path, section)
    }
  }
  want('prefix', '/')
  for (const { prefix, handler } of mappings) {
    const made = handler(prefix)
    if (made?.kind === 'alias' && made.isFile) want('exact', prefix)
    else wantBoth(prefix)
  }
  for (const section of locationsOf(host)) wantBoth(word(section, 0), section)
  for (const { folder, section } of placesOf(host)) for (const url of urlsOf(folder, host, mappings)) wantBoth(url, section)
  return [...wanted.values()].map(({ kind, path, sections }): Area => {
    const handler = handlerOf(host, mappings, path)
    const file = fileOf(handler, path)
    const isProxied = handler.kind === 'proxy'
    return { kind, path, handler, file, sections, scopes: scopesFor(host, { url: path, file: handler.kind === 'wsgi' ? scriptFolder(file) : file, isProxied }) }
  })
}

/** Sections are for folders: of a script it is its own. */
const scriptFolder = (script: string | undefined): string | undefined => script?.replace(/\/[^/]*$/, '')

/** The folders that something is said of: in a `<Directory>`, or in a `.htaccess` of a folder that is served. */
function placesOf(host: Host): readonly { readonly folder: string; readonly section: PlacedDirective | string }[] {
  const sections = foldersOf(host).filter((each) => !/[*?[]/.test(word(each, 0)) && isThere(each))
  return [
    ...sections.map((section) => ({ folder: normalize(word(section, 0)), section })),
    ...host.foldersWithHtaccess().map((folder) => ({ folder, section: folder })),
  ]
}

/** The URLs of a folder: by the document root, and by each alias that leads into a folder around it. */
function urlsOf(folder: string, host: Host, mappings: readonly Mapping[]): string[] {
  const urls: string[] = []
  const root = handlerOf(host, [], '/')
  const candidates = [
    ...(root.kind === 'root' ? [{ prefix: '/', target: root.folder }] : []),
    ...mappings.flatMap(({ prefix, handler }) => {
      const made = handler(prefix)
      return made?.kind === 'alias' && !made.isFile ? [{ prefix, target: made.folder }] : []
    }),
  ]
  for (const { prefix, target } of candidates) {
    const around = normalize(target)
    if (!isInside(folder, around)) continue
    const url = folder === around ? prefix : `${prefix.replace(/\/$/, '')}/${relativeTo(folder, around)}`
    const found = fileOf(handlerOf(host, mappings, folder === around ? url : `${url}/`), folder === around ? url : `${url}/`)
    if (found !== undefined && normalize(found) === folder) urls.push(url)
  }
  return urls
}
