import { escapeUri, lowerCase } from './bytes.ts'
import { constructUrl } from './core.ts'
import { type DirConfig, entriesIn, isOn, lastEntry, merged, word, words } from './dir-config.ts'
import { type Exchange, isRedirectStatus, note, type Verdict } from './exchange.ts'
import { overlaid } from './table.ts'

/** `modules/mappers/mod_dir.c`, the last of the fixups. */
export function fixupDirectory(r: Exchange): Verdict {
  if (!r.world.has('dir_module')) return 'declined'
  if (r.file.kind === 'folder') return folder(r)
  return r.file.kind === 'none' && r.handler === undefined ? fallback(r) : 'declined'
}

function folder(r: Exchange): Verdict {
  r.handler ??= 'httpd/unix-directory'
  if (r.pathInfo !== '') return 'declined'
  if (!r.uri.endsWith('/')) {
    const slash = lastEntry(r.dir, 'directoryslash')
    if (isOn(slash) === false) return 'declined'
    if (r.method !== 'GET' && r.method !== 'HEAD' && r.env.has('redirect-carefully')) return 'declined'
    const location = constructUrl(r, `${escapeUri(r.uri)}/${r.args === undefined ? '' : `?${r.args}`}`)
    r.headersOut.set('Location', location)
    note(r, 'fixups', 'decided', `${r.filename} is a folder, and ${r.uri} has no slash at its end: 301 to ${location}`, slash?.directive)
    return 301
  }
  if (r.handler === 'redirect-handler') return 'declined'
  if (isOn(lastEntry(r.dir, 'directorycheckhandler')) === true && r.handler !== 'httpd/unix-directory') return 'declined'
  const { names, directives } = indexNames(r.dir)
  let problem = 0
  for (const [i, name] of names.entries()) {
    const lookup = r.world.lookUpUri(r, r.args === undefined ? name : `${name}?${r.args}`)
    const at = directives[i]
    if (lookup.status === 200 && (lookup.handler === 'proxy-server' || lookup.file.kind === 'file')) {
      const redirect = redirectStatus(r.dir)
      if (redirect !== undefined) {
        r.headersOut.set('Location', constructUrl(r, lookup.uri))
        note(r, 'fixups', 'decided', `the index ${name} is there: ${redirect} to ${lookup.uri}`, at)
        return redirect
      }
      note(r, 'fixups', 'decided', `the index ${name} is there`, at)
      r.world.becomeLookup(r, lookup)
      return 'ok'
    }
    const isLast = i === names.length - 1
    if (isRedirectStatus(lookup.status) || ((lookup.status === 406 || lookup.status === 401) && isLast)) {
      r.notes = overlaid(r.notes, lookup.notes)
      r.headersOut = overlaid(r.headersOut, lookup.headersOut)
      r.errHeadersOut = overlaid(r.errHeadersOut, lookup.errHeadersOut)
      note(r, 'fixups', 'decided', `the index ${name} is answered with ${lookup.status}`, at)
      return lookup.status
    }
    note(
      r,
      'fixups',
      'lost',
      lookup.status === 200 || lookup.status === 404 ? `the index ${name} is not there` : `the index ${name} would be answered with ${lookup.status}`,
      at,
    )
    if (lookup.status !== 404 && lookup.status !== 200) problem = lookup.status
  }
  if (problem > 0) return problem
  return 'declined'
}

/** `DirectoryIndex`: a section's own take the place of those before. */
const indexNames = merged((config: DirConfig) => {
  const section = config.sections.findLast((each) => each.named.has('directoryindex'))
  const names: string[] = []
  const directives = []
  for (const { directive } of section ? entriesIn(section, 'directoryindex') : []) {
    const given = words(directive)
    // "disabled" alone takes all back.
    if (given.length === 1 && lowerCase(given[0] ?? '') === 'disabled') {
      names.length = 0
      directives.length = 0
      continue
    }
    for (const name of given) {
      names.push(name)
      directives.push(directive)
    }
  }
  return section ? { names, directives } : { names: ['index.html'], directives: [undefined] }
})

function redirectStatus(config: DirConfig): number | undefined {
  const entry = lastEntry(config, 'directoryindexredirect')
  const value = entry ? lowerCase(word(entry.directive, 0)) : 'off'
  const named: Readonly<Record<string, number>> = { on: 302, temp: 302, permanent: 301, seeother: 303 }
  return named[value] ?? (/^3\d\d$/.test(value) ? Number(value) : undefined)
}

/** `FallbackResource` */
function fallback(r: Exchange): Verdict {
  const entry = lastEntry(r.dir, 'fallbackresource')
  const name = entry && word(entry.directive, 0)
  if (!entry || name === undefined || lowerCase(name) === 'disabled') return 'declined'
  const lookup = r.world.lookUpUri(r, r.args === undefined ? name : `${name}?${r.args}`)
  if (lookup.status === 200 && (lookup.handler === 'proxy-server' || lookup.file.kind === 'file')) {
    note(r, 'fixups', 'decided', `${r.filename} is not there: ${name} answers`, entry.directive)
    r.world.becomeLookup(r, lookup)
    return 'ok'
  }
  if (isRedirectStatus(lookup.status)) {
    r.notes = overlaid(r.notes, lookup.notes)
    r.headersOut = overlaid(r.headersOut, lookup.headersOut)
    r.errHeadersOut = overlaid(r.errHeadersOut, lookup.errHeadersOut)
    return lookup.status
  }
  note(r, 'fixups', 'lost', `${name} cannot answer either`, entry.directive)
  return lookup.status !== 404 && lookup.status !== 200 ? lookup.status : 'declined'
}
