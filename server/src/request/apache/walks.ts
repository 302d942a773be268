import { folderOf, joinPath, withoutDoubleSlashes } from './bytes.ts'
import { filesOfConfig, ifsOfConfig, type Option, optionsOf, overrideOf } from './core.ts'
import { dirConfig, withSections } from './dir-config.ts'
import { type Exchange, noFile, note, type Verdict } from './exchange.ts'
import { evaluate, parseCondition } from './expression.ts'
import type { FileFacts } from './files.ts'
import { fnmatch } from './fnmatch.ts'
import type { Pattern } from './pattern.ts'
import { mergePath, type Section } from './sections.ts'

/** `server/request.c: ap_directory_walk`: goes down to a file, and merges what the folders on the way say. */
export function directoryWalk(r: Exchange): Verdict {
  if (r.filename === undefined || !r.filename.startsWith('/')) return 'ok'
  const { files } = r.world
  r.isMapped = true
  r.filename = mergePath('', r.filename)
  r.wanted = r.filename
  r.file = files.stat(r.filename)
  const known = r.file.kind !== 'none'
  const base = r.dir
  const found: Section[] = []
  const here = () => withSections(base, found)
  // A folder has no path information: what is left goes on being looked for.
  let rest: string
  let saved: string
  if (r.file.kind === 'folder' && r.pathInfo !== '') {
    rest = mergePath(r.filename, r.pathInfo.replace(/^\/+/, ''))
    saved = ''
  } else {
    rest = r.filename
    saved = r.pathInfo
  }
  rest = rest.slice(1)
  let filename = '/'
  let depth = 1
  let index = 0
  let facts: FileFacts = { ...noFile, kind: 'folder' }
  const sections = r.server.folders
  for (;;) {
    const folder = filename.endsWith('/') ? filename : `${filename}/`
    for (; index < sections.length; index++) {
      const section = sections[index]
      if (!section || section.pattern || section.depth > depth) break
      if (section.depth > 0 && (section.depth < depth || !folderFits(section, folder))) continue
      found.push(section)
      if (section.at) note(r, 'sections', 'passed', `<Directory "${section.path}"> holds for ${folder}`, section.at)
    }
    const htaccess = r.world.htaccessOf(r, folder, overrideOf(here()))
    if (typeof htaccess === 'number') {
      r.filename = filename
      return htaccess
    }
    if (htaccess) found.push(htaccess)
    if (rest === '') break
    const slash = rest.indexOf('/', rest.startsWith('/') ? 1 : 0)
    const segment = slash < 0 ? rest : rest.slice(0, slash)
    rest = slash < 0 ? '' : rest.slice(slash)
    filename += segment
    if (filename.endsWith('/') && filename !== '/') break
    const options = optionsOf(here())
    // Where links may be followed anyway and all is there, nothing is looked at on the way.
    if (known && options.has('symlinks') && !options.has('symlinks-if-owner')) {
      facts = { ...noFile, kind: 'folder' }
      depth++
      continue
    }
    facts = files.lstat(filename)
    if (facts.isBlocked) {
      r.filename = filename
      note(r, 'map', 'decided', `${filename} cannot be looked at: what stands before it is no folder, or a name is too long: 403`)
      return 403
    }
    if (facts.kind === 'none') break
    if (facts.kind === 'link') {
      const target = followLink(r, filename, options)
      if (!target) {
        r.filename = filename
        return 403
      }
      facts = target
    }
    if (facts.kind === 'file' || facts.kind === 'none') break
    if (facts.kind !== 'folder') {
      r.filename = filename
      note(r, 'map', 'decided', `${filename} is neither a file nor a folder`)
      return 403
    }
    depth++
  }
  if (r.file.kind === 'none') r.file = facts
  r.filename = filename
  r.pathInfo = rest === '' ? saved : saved === '' ? rest : joinPath(rest, saved.replace(/^\//, ''))
  for (; index < sections.length; index++) {
    const section = sections[index]
    if (!section?.pattern || !fitsPattern(r, section.pattern, filename)) continue
    found.push(section)
    note(r, 'sections', 'passed', `<DirectoryMatch "${section.path}"> fits ${filename}`, section.at)
  }
  r.dir = here()
  return 'ok'
}

function folderFits(section: Section, folder: string): boolean {
  return section.isWild ? fnmatch(section.path ?? '', folder, { pathname: true }) : section.path === folder
}

/** `resolve_symlink`: what a link leads to, where it may be followed. */
function followLink(r: Exchange, path: string, options: ReadonlySet<Option>): FileFacts | undefined {
  const refuse = (why: string): undefined => {
    note(r, 'map', 'decided', `${path} is a link, ${why}`, lastOptions(r))
    return undefined
  }
  const ofOwner = options.has('symlinks-if-owner')
  if (!options.has('symlinks') && !ofOwner) return refuse('and Options has neither FollowSymLinks nor SymLinksIfOwnerMatch there')
  const target = r.world.files.stat(path)
  if (target.kind === 'none') return refuse('and what it leads to is not there')
  // Who owns the link itself is not to be seen; it is taken for the owner of what it leads to.
  return target
}

const lastOptions = (r: Exchange) => r.dir.sections.flatMap((section) => section.named.get('options') ?? []).at(-1)?.directive

/** Runs a section's pattern; what its named groups hold goes to the environment, as `MATCH_NAME`. */
function fitsPattern(r: Exchange, pattern: Pattern, subject: string): boolean {
  const match = pattern.run(subject)
  if (!match) return false
  for (const { name, group } of pattern.names) {
    const value = match.groups[group]
    if (value !== undefined) r.env.set(`MATCH_${name.toUpperCase()}`, value)
  }
  return true
}

/** `ap_file_walk`: merges the `<Files>` that fit the name. */
export function fileWalk(r: Exchange): void {
  if (r.filename === undefined) return
  const name = r.filename.slice(folderOf(r.filename).length)
  const fitting = filesOfConfig(r.dir).filter((section) => {
    const fits = section.pattern
      ? fitsPattern(r, section.pattern, name)
      : section.isWild
        ? fnmatch(section.path ?? '', name, { pathname: true })
        : section.path === name
    if (fits) note(r, 'sections', 'passed', `<Files "${section.path}"> fits the name "${name}"`, section.at)
    return fits
  })
  r.dir = withSections(r.dir, fitting)
}

/** `ap_location_walk`: merges the `<Location>` that fit the URL. */
function locationWalk(r: Exchange, quiet = false): void {
  const uri = r.world.mergesSlashes(r) || r.uri === '' || !r.uri.startsWith('/') ? r.uri : withoutDoubleSlashes(r.uri)
  const fitting = r.server.locations.filter((section) => {
    const fits = section.pattern ? fitsPattern(r, section.pattern, r.uri) : locationFits(section, uri)
    if (fits && !quiet) note(r, 'sections', 'passed', `<Location${section.pattern ? 'Match' : ''} "${section.path}"> fits ${r.uri}`, section.at)
    return fits
  })
  r.dir = withSections(r.dir, fitting)
}

function locationFits(section: Section, uri: string): boolean {
  const path = section.path ?? ''
  if (section.isWild) return fnmatch(path, uri, { pathname: true })
  if (!uri.startsWith(path)) return false
  return path === '' || path.endsWith('/') || uri.length === path.length || uri.charAt(path.length) === '/'
}

/** `ap_if_walk`: merges the `<If>` whose conditions hold, and those within them. */
function ifWalk(r: Exchange, quiet = false): void {
  for (let ifs = ifsOfConfig(r.dir.sections); ifs.length > 0; ) {
    const chosen: Section[] = []
    let before: boolean | undefined
    for (const section of ifs) {
      if (section.branch !== 'if' && before === true) continue
      if (section.branch !== 'else') {
        const written = section.at?.args[0]?.value ?? ''
        const expression = parseCondition(written)
        before = expression !== undefined && evaluate(r, expression)
        if (!quiet) note(r, 'sections', before ? 'passed' : 'lost', `the condition "${written}" ${before ? 'holds' : 'does not hold'}`, section.at)
        if (!before) continue
      } else before = undefined
      chosen.push(section)
    }
    if (chosen.length === 0) return
    r.dir = withSections(r.dir, chosen)
    ifs = ifsOfConfig(chosen)
  }
}

export function walkLocationAndIf(r: Exchange, quiet = false): void {
  locationWalk(r, quiet)
  ifWalk(r, quiet)
}

/** Where a walk begins. */
export const atDefaults = (r: Exchange) => dirConfig(r.server.defaults.sections)
