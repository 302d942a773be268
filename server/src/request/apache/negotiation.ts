import { folderOf, lowerCase } from './bytes.ts'
import { optionsOf } from './core.ts'
import { lastEntry, words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'

interface Variant {
  readonly lookup: Exchange
  readonly name: string
  readonly type: string
  readonly languages: readonly string[]
  readonly encoding: string | undefined
  readonly charset: string | undefined
  readonly size: number
}

/** `handle_multi`: with MultiViews, the file among those of the same base name that the client likes best. */
export function negotiate(r: Exchange): Verdict {
  if (!r.world.has('negotiation_module') || r.file.kind !== 'none' || !optionsOf(r.dir).has('multiviews')) return 'declined'
  if (r.proxy !== 'none' || !r.filename?.startsWith('/')) return 'declined'
  const folder = folderOf(r.filename)
  const base = r.filename.slice(folder.length)
  const names = r.world.files.list(folder)
  if (!names) return 403
  const variants: Variant[] = []
  let any = false
  for (const name of names) {
    if (!name.startsWith(`${base}.`) || r.world.files.lstat(folder + name).kind === 'folder') continue
    any = true
    const lookup = r.world.lookUpEntry(r, name)
    if (lookup.file.kind !== 'file') continue
    if (lookup.handler !== undefined && lookup.contentType === undefined) lookup.contentType = 'application/x-httpd-cgi'
    const exceptions = lookup.notes.get('ap-mime-exceptions-list')?.split('\0')
    if (!exceptions || !fitsExceptions(base, exceptions)) continue
    if (lookup.status !== 200 || lookup.contentType === undefined) continue
    const [type = '', ...parameters] = lookup.contentType.split(/\s*;\s*/)
    const charset = parameters.find((each) => /^charset=/i.test(each))?.slice(8)
    variants.push({
      lookup,
      name,
      type: lowerCase(type),
      languages: lookup.contentLanguages,
      encoding: lookup.contentEncoding,
      charset,
      size: lookup.file.size,
    })
  }
  if (variants.length === 0) {
    if (!any) return 'declined'
    note(r, 'negotiation', 'decided', `files begin with ${base}, and none can be served: 404`)
    return 404
  }
  const prefersScripts = (r.method !== 'GET' && r.method !== 'HEAD') || r.args !== undefined || r.pathInfo !== ''
  const best = bestOf(r, variants, prefersScripts)
  setVary(r, variants)
  if (!best) {
    note(r, 'negotiation', 'decided', `the client takes none of ${variants.map(({ name }) => name).join(', ')}: 406`)
    return 406
  }
  note(r, 'negotiation', 'decided', `MultiViews chooses ${best.name} of ${variants.length} that begin with ${base}`, lastEntry(r.dir, 'options')?.directive)
  r.world.becomeLookup(r, best.lookup)
  return 'ok'
}

/** What is no extension of a name has to be part of what was asked for, in order. */
function fitsExceptions(base: string, exceptions: readonly string[]): boolean {
  let next = 0
  for (const segment of base.split('.')) if (next < exceptions.length && segment === exceptions[next]) next++
  return next === exceptions.length
}

interface Accepted {
  readonly name: string
  readonly quality: number
}

const accepted = (header: string | undefined): Accepted[] | undefined =>
  header?.split(',').flatMap((part) => {
    const [name = '', ...parameters] = part.trim().split(/\s*;\s*/)
    const quality = parameters.find((each) => /^q=/i.test(each))?.slice(2)
    return name === '' ? [] : [{ name: lowerCase(name), quality: quality === undefined ? 1 : Number(quality) || 0 }]
  })

interface Quality {
  readonly type: number
  readonly language: number
  readonly encoding: number
  readonly charset: number
  /** How much a type was asked for by name: 0 for `*` + `/*`. */
  readonly stars: number
}

/** Apache's own algorithm (`is_variant_better`). */
function bestOf(r: Exchange, variants: readonly Variant[], prefersScripts: boolean): Variant | undefined {
  const types = accepted(r.headersIn.get('Accept'))
  const languages = accepted(r.headersIn.get('Accept-Language'))
  const encodings = accepted(r.headersIn.get('Accept-Encoding'))
  const charsets = accepted(r.headersIn.get('Accept-Charset'))
  const priority = lastEntry(r.dir, 'languagepriority')
  const order = priority ? words(priority.directive).map(lowerCase) : []
  const force = lastEntry(r.dir, 'forcelanguagepriority')
  const forced = force ? words(force.directive).map(lowerCase) : ['prefer']
  const anyLanguage = variants.some((variant) => variant.languages.length > 0)
  const qualityOf = (variant: Variant): Quality => {
    const type = typeQuality(variant.type, types, prefersScripts)
    let language = 1
    if (anyLanguage && languages) {
      if (variant.languages.length === 0) language = 0.001
      else {
        language = Math.max(...variant.languages.map((each) => languageQuality(each, languages)))
        if (language === 0 && forced.includes('fallback')) language = 0.0001
      }
    }
    const encoding = encodingQuality(variant.encoding, encodings)
    const charset = charsetQuality(variant, charsets)
    return { type: type.quality, stars: type.stars, language, encoding, charset }
  }
  let best: { variant: Variant; quality: Quality } | undefined
  const product = ({ type, language, encoding, charset }: Quality): number => type * language * encoding * charset
  const rank = (variant: Variant): number => {
    const at = Math.min(...variant.languages.map((each) => order.indexOf(lowerCase(each))).filter((index) => index >= 0))
    return Number.isFinite(at) ? at : order.length
  }
  const sorted = [...variants].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const variant of sorted) {
    const quality = qualityOf(variant)
    if (product(quality) <= 0) continue
    if (!best || isBetter(variant, quality, best.variant, best.quality, rank, prefersScripts)) best = { variant, quality }
  }
  return best?.variant
}

function isBetter(variant: Variant, a: Quality, other: Variant, b: Quality, rank: (variant: Variant) => number, prefersScripts: boolean): boolean {
  if (a.type !== b.type) return a.type > b.type
  if (a.language !== b.language) return a.language > b.language
  const [x, y] = [rank(variant), rank(other)]
  if (x !== y && variant.languages.length > 0 && other.languages.length > 0) return x < y
  if (prefersScripts !== (variant.type === 'application/x-httpd-cgi') && prefersScripts === (other.type === 'application/x-httpd-cgi')) return false
  if (a.charset !== b.charset) return a.charset > b.charset
  if (a.encoding !== b.encoding) return a.encoding > b.encoding
  return variant.size < other.size
}

function typeQuality(type: string, types: readonly Accepted[] | undefined, prefersScripts: boolean): { quality: number; stars: number } {
  if (type === 'application/x-httpd-cgi' || type === 'text/x-server-parsed-html') return { quality: prefersScripts ? 1 : 0.5, stars: 0 }
  if (!types) return { quality: 1, stars: 0 }
  const plainStars = types.every(({ quality }) => quality === 1)
  let best = { quality: 0, stars: -1 }
  for (const each of types) {
    const stars =
      each.name === type ? 3 : each.name === '*/*' || each.name === '*' ? 0 : each.name.endsWith('/*') && type.startsWith(each.name.slice(0, -1)) ? 1 : -1
    if (stars < 0) continue
    // A browser that gives no qualities does not mean them: what is named comes first.
    const quality = plainStars && stars === 0 ? 0.01 : plainStars && stars === 1 ? 0.02 : each.quality
    if (stars > best.stars) best = { quality, stars }
  }
  return best.stars < 0 ? { quality: 0, stars: 0 } : best
}

function languageQuality(language: string, languages: readonly Accepted[]): number {
  const name = lowerCase(language)
  const exact = languages.find((each) => each.name === name)
  if (exact) return exact.quality
  const prefix = languages.filter((each) => name.startsWith(`${each.name}-`)).sort((a, b) => b.name.length - a.name.length)[0]
  if (prefix) return prefix.quality
  const star = languages.find((each) => each.name === '*')
  if (star) return star.quality
  const wider = languages.find((each) => each.name.startsWith(`${name}-`))
  return wider ? 0.001 : 0
}

function encodingQuality(encoding: string | undefined, encodings: readonly Accepted[] | undefined): number {
  const plain = encoding === undefined || /^(?:identity|[78]bit|binary)$/.test(encoding)
  if (!encodings) return plain ? 1 : 0.001
  if (plain) {
    const identity = encodings.find((each) => each.name === 'identity')
    return identity ? identity.quality : encodings.some((each) => each.name === '*' && each.quality === 0) ? 0 : 0.0001
  }
  const name = encoding.replace(/^x-/, '')
  const found = encodings.find((each) => each.name.replace(/^x-/, '') === name) ?? encodings.find((each) => each.name === '*')
  return found?.quality ?? 0
}

function charsetQuality({ charset, type }: Variant, charsets: readonly Accepted[] | undefined): number {
  if (!charsets) return 1
  const name = lowerCase(charset ?? (type.startsWith('text/') ? 'iso-8859-1' : ''))
  if (name === '') return 1
  const found = charsets.find((each) => each.name === name) ?? charsets.find((each) => each.name === '*')
  return found ? found.quality : name === 'iso-8859-1' ? 1 : 0
}

/** `set_neg_headers`: what the choice depended on. */
function setVary(r: Exchange, variants: readonly Variant[]): void {
  const differs = (pick: (variant: Variant) => string): boolean => new Set(variants.map(pick)).size > 1
  // With a path behind the name there is nothing to choose transparently.
  const parts = (r.method === 'GET' || r.method === 'HEAD') && r.pathInfo === '' ? ['negotiate'] : []
  if (differs(({ type }) => type)) parts.push('accept')
  if (differs(({ languages }) => languages.join(','))) parts.push('accept-language')
  if (differs(({ encoding }) => encoding ?? '')) parts.push('accept-encoding')
  if (differs(({ charset }) => charset ?? '')) parts.push('accept-charset')
  if (parts.length > 0) r.errHeadersOut.merge('Vary', parts.join(','))
}
