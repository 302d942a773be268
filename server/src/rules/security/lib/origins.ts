import { getDomain, parse } from 'tldts'
import { searched } from '../../../regex/automaton.ts'
import { hasByte, readable } from '../../../regex/bytes.ts'
import { matcherOf } from '../../../regex/execute.ts'
import { wordsOf } from '../../../regex/language.ts'
import { parsePattern } from '../../../regex/parse.ts'
import { searching } from '../../../regex/questions.ts'
import { isExact, type Pattern, type RegexNode } from '../../../regex/tree.ts'

export type Header = 'origin' | 'referer'

/** What is wrong with a pattern that is to let only some origins or referers through. */
export type Verdict =
  /** One that is nobody's of those who are meant. */
  | { readonly kind: 'foreign'; readonly witness: string; readonly domains: readonly string[] }
  /** No browser sends what it asks for. */
  | { readonly kind: 'never' }
  /** Nothing that one could live on, but not what is meant: a dot that is not escaped, or no `^`. */
  | { readonly kind: 'loose'; readonly what: 'dot' | 'start' }

/** Judges a pattern; undefined where nothing is wrong, or nobody can say. */
export function judge(pattern: Pattern, header: Header): Verdict | undefined {
  const known = judged[header].get(pattern)
  if (known !== undefined) return known ?? undefined
  const verdict = verdictOn(pattern, header)
  judged[header].set(pattern, verdict ?? null)
  return verdict
}

/** The same patterns are judged after every edit. */
const judged = { origin: new WeakMap<Pattern, Verdict | null>(), referer: new WeakMap<Pattern, Verdict | null>() }

function verdictOn(pattern: Pattern, header: Header): Verdict | undefined {
  const language = searched(pattern.tree)
  const matcher = matcherOf(pattern)
  if (!language || (!matcher && !isExact(pattern.tree))) return undefined
  const matches = (text: string): boolean => !matcher || matcher(text) !== undefined
  const intended = intendedTexts(pattern.tree)
  const domains = new Set(intended.flatMap((text) => domainOf(hostOf(text)) ?? []))
  const hosts = [...new Set(intended.map(hostOf))].slice(0, 12)
  for (const template of templates(header, [...domains], hosts)) {
    const wanted = searching(template)
    const words = wanted && wordsOf([{ automaton: language }, { automaton: wanted }], 10)
    if (!words || words === 'unknown') continue
    const witness = words.find((word) => {
      const host = hostOf(word)
      const domain = domainOf(host)
      return domain !== undefined && !domains.has(domain) && !hosts.includes(host) && parse(host).isIp !== true && matches(word)
    })
    // Where not all that are meant are known, another one may be.
    if (witness !== undefined && (intended.length < mostIntended || witness.includes('evil.example')))
      return { kind: 'foreign', witness, domains: [...domains] }
  }
  if (header === 'origin') {
    const valid = searching(validOrigin)
    const words = valid && wordsOf([{ automaton: language }, { automaton: valid }], 1)
    if (words && words !== 'unknown' && words.length === 0) return { kind: 'never' }
  }
  if (hasBareDot(pattern)) return { kind: 'loose', what: 'dot' }
  return header === 'origin' && !beginsAtStart(pattern.tree) && intended.some((text) => text.includes('://')) ? { kind: 'loose', what: 'start' } : undefined
}

const validOrigin = '^(?:null|[a-z][a-z0-9+.-]*://[a-z0-9._~%\\[\\]:-]*)$'

/** Origins that people can have, from which those are sought that the pattern lets through. */
function templates(header: Header, domains: readonly string[], hosts: readonly string[]): readonly string[] {
  const label = '(?:[a-z0-9-]+\\.)*'
  const end = header === 'origin' ? '(?::[0-9]+)?$' : '(?::[0-9]+)?(?:/[\\x21-\\x7e]*)?$'
  const made = [`^https://evil\\.example${end}`, `^https?://${label}[a-z0-9-]+\\.evil\\.example${end}`, `^https?://evil\\.example${end}`]
  for (const domain of domains.slice(0, 8)) made.push(`^https?://(?:evil[a-z0-9-]*|[a-z0-9][a-z0-9-]*)${quoted(domain)}${end}`)
  for (const host of hosts) {
    const parts = host.split('.')
    for (let i = 1; i < parts.length - 1; i++) made.push(`^https?://${quoted(parts.slice(0, i).join('.'))}-${quoted(parts.slice(i).join('.'))}${end}`)
  }
  made.push(`^https?://${label}[a-z0-9][a-z0-9-]*\\.(?:com|net|org|io|ru|de|xyz|uk|dev|app|co|info)${end}`)
  made.push(`^https?://${label}[a-z0-9][a-z0-9-]*\\.[a-z]+\\.[a-z]+${end}`)
  return made
}

export const quoted = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, (ch) => (ch === '-' || ch === '_' ? ch : `\\${ch}`))

/** The host of an origin or URL, also of one without a scheme. */
const hostOf = (text: string): string => (/^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/:?#]*)/i.exec(text)?.[1] ?? '').toLowerCase()

/** The domain that someone registers; undefined where it is none of the public ones. */
function domainOf(host: string): string | undefined {
  const known = parse(host, { allowPrivateDomains: true })
  if (host.endsWith('.evil.example') || host === 'evil.example') return 'evil.example'
  return known.domain && (known.isIcann || known.isPrivate) ? known.domain : undefined
}

/** The registrable domains of hosts, for those who write a pattern anew. */
export const registrable = (host: string): string | undefined => getDomain(host, { allowPrivateDomains: true }) ?? undefined

/** Texts above which no more are made of one pattern. */
const mostIntended = 64

/** What a pattern is meant for: a dot that stands alone is a dot, and what may be left out is left out, or there once. */
export function intendedTexts(node: RegexNode): readonly string[] {
  switch (node.type) {
    case 'class':
      return [String.fromCharCode(hasByte(node.set, 46) && hasByte(node.set, 97) && hasByte(node.set, 47) ? 46 : (readable(node.set) ?? 97))]
    case 'sequence':
      return node.items.reduce<readonly string[]>(
        (texts, item) => {
          const own = intendedTexts(item)
          return texts.flatMap((text) => own.map((each) => text + each)).slice(0, mostIntended)
        },
        [''],
      )
    case 'alternation':
      return node.branches.flatMap(intendedTexts).slice(0, mostIntended)
    case 'group':
      return intendedTexts(node.body)
    case 'quantifier': {
      const open = node.body.type === 'class' && !node.body.literal
      const once = open ? ['a'].filter((letter) => node.body.type === 'class' && hasByte(node.body.set, letter.charCodeAt(0))) : intendedTexts(node.body)
      const some = once.length > 0 ? once.map((text) => text.repeat(Math.max(1, node.min))) : intendedTexts(node.body)
      return node.min === 0 ? (open ? [''] : ['', ...some].slice(0, mostIntended)) : some
    }
    default:
      return ['']
  }
}

/** Whether a dot that stands for any character stands where one of a name is meant. */
function hasBareDot(pattern: Pattern): boolean {
  return bareDots(pattern).length > 0
}

/** The places of dots that stand for any one character, with a name on either side. */
export function bareDots({ tree, source }: Pattern): readonly number[] {
  const places: number[] = []
  const visit = (node: RegexNode): void => {
    if (node.type === 'class' && source.slice(node.start, node.end) === '.') {
      const after = source.charAt(node.end)
      if (/[A-Za-z0-9)]/.test(source.charAt(node.start - 1)) && /[A-Za-z0-9(]/.test(after)) places.push(node.start)
      return
    }
    if (node.type === 'quantifier' && node.body.type === 'class') return
    const inner = node.type === 'sequence' ? node.items : node.type === 'alternation' ? node.branches : 'body' in node ? [node.body] : []
    inner.forEach(visit)
  }
  visit(tree)
  return places.sort((a, b) => a - b)
}

/** Whether every way through a node begins with `^`. */
export function beginsAtStart(node: RegexNode): boolean {
  switch (node.type) {
    case 'anchor':
      return node.kind === 'start'
    case 'sequence':
      return node.items.length > 0 && node.items.slice(0, 2).some((item) => beginsAtStart(item))
    case 'alternation':
      return node.branches.every(beginsAtStart)
    case 'group':
      return beginsAtStart(node.body)
    default:
      return false
  }
}

/** A pattern for the same domains that lets no other through; undefined where none could be made. */
export function mended(pattern: Pattern, header: Header, domains: readonly string[]): string | undefined {
  const { source } = pattern
  let escaped = source
  for (const at of [...bareDots(pattern)].reverse()) escaped = `${escaped.slice(0, at)}\\${escaped.slice(at)}`
  const bare = escaped.replace(/^\^/, '').replace(/\$$/, '')
  const inner = pattern.tree.type === 'alternation' ? `(?:${bare})` : bare
  const hasScheme = /:\\?\/\\?\//.test(bare)
  const end = header === 'origin' ? (/:[^/]*$/.test(bare) && !hasScheme ? '$' : '(?::[0-9]+)?$') : '(?:[/?:]|$)'
  const scheme = hasScheme ? '' : 'https?://'
  const candidates = [
    escaped,
    `^${scheme}${inner}$`,
    ...(header === 'origin' ? [`^${scheme}${inner.replace(/\\?\/\??$/, '')}$`] : []),
    `^${scheme}${inner}${end}`,
  ]
  if (domains.length > 0 && domains.length <= 6) {
    const names = domains.map(quoted)
    candidates.push(
      `^https?://(?:[a-z0-9-]+\\.)*${names.length === 1 ? names[0] : `(?:${names.join('|')})`}${header === 'origin' ? '(?::[0-9]+)?$' : '(?:[/?:]|$)'}`,
    )
  }
  return candidates.find((candidate) => {
    if (candidate === source) return false
    const made = parsePattern(candidate, pattern.caseless)
    return made !== undefined && judge(made, header) === undefined
  })
}

/** A test for whether there is a header at all. */
export const isOfAny = ({ source }: Pattern): boolean => /^\(?\^?[.$+*?()]*$/.test(source)

/** How much a verdict weighs. */
export const severityOf = (verdict: Verdict): 'warning' | 'info' | 'hint' => (verdict.kind !== 'loose' ? 'warning' : verdict.what === 'dot' ? 'info' : 'hint')

/** What is said of it. */
export function wordsFor(verdict: Verdict, header: Header): string {
  const name = header === 'origin' ? 'Origin' : 'Referer'
  if (verdict.kind === 'foreign')
    return `"${verdict.witness}" gets through: the pattern for ${name} is to begin with ^https?:// and end with ${header === 'origin' ? '$' : 'a slash'}, with every dot of the name escaped.`
  if (verdict.kind === 'never')
    return 'No browser sends an Origin that fits: it is scheme, host in small letters and port, with no slash or path behind it. The test comes out the same for everyone.'
  return verdict.what === 'dot'
    ? `The dot is not escaped and fits any character: write "\\.".`
    : 'The pattern may begin anywhere in the header: begin it with "^".'
}
