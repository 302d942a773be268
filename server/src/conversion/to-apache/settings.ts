import { parseOffset, parseTime } from '../../catalog/nginx/values.ts'
import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import type { Ledger } from '../ledger.ts'
import { type Line, section, simple } from './text.ts'

/** What is said of a place by subject, with inheritance. */
export const subjects = ['index', 'listing', 'charset', 'body', 'gzip', 'access', 'headers', 'expires', 'errors'] as const
export type Subject = (typeof subjects)[number]

export const valuesOf = (directive: PlacedDirective): readonly string[] => directive.args.map(({ value }) => value)

/** The directives of some names in effect in a block. */
export function inForce(block: PlacedDirective, configuration: Configuration, ...names: readonly string[]): readonly PlacedDirective[] {
  return levelInEffect(block, configuration, ...names)?.directives.filter(({ presence }) => presence !== 'absent') ?? []
}

/** All subjects of a block. */
export function settingsOf(block: PlacedDirective, configuration: Configuration, ledger: Ledger): Map<Subject, readonly Line[]> {
  const last = (name: string): PlacedDirective | undefined => inForce(block, configuration, name).at(-1)
  const is = (directive: PlacedDirective | undefined, value: string): boolean => directive?.args[0]?.value.toLowerCase() === value
  const [index, listing, charset, body, gzip] = ['index', 'autoindex', 'charset', 'client_max_body_size', 'gzip'].map(last)
  if (is(listing, 'on') && listing) ledger.differs(listing, 'The listing of a folder looks another way.')
  ledger.done(index, listing, charset, body, gzip)
  const types = last('gzip_types')
  ledger.done(
    types,
    last('gzip_vary'),
    last('gzip_proxied'),
    last('gzip_comp_level'),
    last('gzip_min_length'),
    last('gzip_disable'),
    last('gzip_buffers'),
    last('gzip_http_version'),
  )
  const size = parseOffset(body?.args[0]?.value ?? '1m')
  return new Map<Subject, readonly Line[]>([
    ['index', [simple('DirectoryIndex', ...(index ? valuesOf(index) : ['index.html']))]],
    ['listing', is(listing, 'on') ? [simple('Options', '+Indexes')] : []],
    ['charset', charset && !is(charset, 'off') && !charset.args[0]?.value.includes('$') ? [simple('AddDefaultCharset', charset.args[0]?.value ?? '')] : []],
    ['body', [simple('LimitRequestBody', String(size ?? 1_048_576))]],
    [
      'gzip',
      is(gzip, 'on')
        ? [simple('AddOutputFilterByType', 'DEFLATE', 'text/html', ...(types ? valuesOf(types).filter((each) => each !== '*' && each !== 'text/html') : []))]
        : [],
    ],
    ['access', accessLines(block, configuration, ledger)],
    ['headers', headerLines(block, configuration, ledger)],
    ['expires', expiresLines(block, configuration, ledger)],
    ['errors', errorLines(block, configuration, ledger)],
  ])
}

/** What takes back what a section around says. */
export const resetOf = (subject: Subject, others: readonly Line[]): readonly Line[] => {
  switch (subject) {
    case 'access':
      return [simple('Require', 'all', 'granted')]
    case 'expires':
      return [simple('ExpiresActive', 'Off')]
    case 'listing':
      return [simple('Options', '-Indexes')]
    case 'charset':
      return [simple('AddDefaultCharset', 'Off')]
    case 'errors':
      return codesIn(others).map((code) => simple('ErrorDocument', code, 'default'))
    case 'headers':
      return headersIn(others).map((text) => ({ text }))
    default:
      return []
  }
}

const codesIn = (lines: readonly Line[]): readonly string[] => [
  ...new Set(lines.flatMap((line) => ('text' in line ? (/^ErrorDocument (\d+)/.exec(line.text)?.[1] ?? []) : []))),
]

const headersIn = (lines: readonly Line[]): readonly string[] => [
  ...new Set(
    lines.flatMap((line) =>
      'text' in line
        ? [/^Header( always)? (?:set|add) (\S+)/.exec(line.text)].flatMap((found) => (found ? [`Header${found[1] ?? ''} unset ${found[2]}`] : []))
        : [],
    ),
  ),
]

/** A list of `allow` and `deny`, of which the first that fits decides, and a password. */
function accessLines(block: PlacedDirective, configuration: Configuration, ledger: Ledger): readonly Line[] {
  const rules = inForce(block, configuration, 'allow', 'deny')
  const [realm, file, satisfy] = ['auth_basic', 'auth_basic_user_file', 'satisfy'].map((name) => inForce(block, configuration, name).at(-1))
  ledger.done(...rules, realm, file, satisfy)
  const addresses = requirement(rules)
  const asks = realm && realm.args[0]?.value.toLowerCase() !== 'off'
  const auth: Line[] = asks
    ? [simple('AuthType', 'Basic'), simple('AuthName', realm.args[0]?.value ?? ''), simple('AuthUserFile', file?.args[0]?.value ?? '/dev/null')]
    : []
  if (!asks) return addresses
  const user = simple('Require', 'valid-user')
  if (addresses.length === 0) return [...auth, user]
  const isAny = satisfy?.args[0]?.value === 'any'
  return [...auth, section(isAny ? 'RequireAny' : 'RequireAll', '', [...addresses, user])]
}

function requirement(rules: readonly PlacedDirective[]): readonly Line[] {
  const [first, ...rest] = rules
  if (!first) return []
  const who = first.args[0]?.value ?? ''
  const allow = first.name === 'allow'
  if (who === 'all') return [simple('Require', 'all', allow ? 'granted' : 'denied')]
  if (who === 'unix:') return requirement(rest)
  // Neighbours that say the same make one line.
  const same = rules.findIndex((each) => each.name !== first.name || each.args[0]?.value === 'all')
  const group = rules.slice(0, same < 0 ? rules.length : same)
  const hosts = group.map((each) => each.args[0]?.value ?? '')
  const after = requirement(rules.slice(group.length))
  const isClosed = after.length === 1 && after[0] !== undefined && 'text' in after[0] && after[0].text === 'Require all denied'
  if (allow) {
    if (after.length === 0) return []
    return isClosed ? [simple('Require', 'ip', ...hosts)] : [section('RequireAny', '', [simple('Require', 'ip', ...hosts), ...after])]
  }
  return [section('RequireAll', '', [...(after.length === 0 ? [simple('Require', 'all', 'granted')] : after), simple('Require', 'not', 'ip', ...hosts)])]
}

function headerLines(block: PlacedDirective, configuration: Configuration, ledger: Ledger): readonly Line[] {
  const lines: Line[] = []
  for (const each of inForce(block, configuration, 'add_header')) {
    const [name = '', value = '', always] = valuesOf(each)
    if (value === '') {
      ledger.done(each)
      continue
    }
    const text = value.includes('$') ? (value === '$scheme' ? 'expr=%{REQUEST_SCHEME}' : undefined) : value.replaceAll('%', '%%')
    if (text === undefined) {
      ledger.left(each, 'Its value has a variable: say it with "expr=…" by hand.')
      continue
    }
    if (always === undefined) ledger.differs(each, 'nginx adds it to redirects too; Apache’s Header without "always" adds it to successful answers only.')
    else ledger.done(each)
    lines.push(
      simple(
        'Header',
        ...(always === undefined ? [] : ['always']),
        lines.some((line) => 'text' in line && line.text.split(' ').includes(name)) ? 'add' : 'set',
        name,
        text,
      ),
    )
  }
  for (const each of inForce(block, configuration, 'proxy_hide_header')) {
    ledger.done(each)
    lines.push(simple('Header', 'unset', each.args[0]?.value ?? ''))
  }
  return lines
}

function expiresLines(block: PlacedDirective, configuration: Configuration, ledger: Ledger): readonly Line[] {
  const found = inForce(block, configuration, 'expires').at(-1)
  if (!found) return []
  const [first = '', second] = valuesOf(found)
  if (first === 'off') {
    ledger.done(found)
    return []
  }
  const base = first === 'modified' ? 'modification' : 'access'
  const text = (first === 'modified' ? second : first) ?? ''
  const seconds = text === 'max' ? 315_360_000 : parseTime(text.replace(/^\+/, ''), 'seconds')
  if (text.startsWith('$') || text.startsWith('@') || text.startsWith('-') || text === 'epoch' || seconds === undefined) {
    ledger.left(found, 'Say it with ExpiresByType, or with Header set Cache-Control, by hand.')
    return []
  }
  if (text === 'max') ledger.differs(found, 'nginx names the last day of 2037; Apache counts ten years from the request.')
  else ledger.done(found)
  return [simple('ExpiresActive', 'On'), simple('ExpiresDefault', `${base} plus ${seconds} seconds`)]
}

function errorLines(block: PlacedDirective, configuration: Configuration, ledger: Ledger): readonly Line[] {
  return inForce(block, configuration, 'error_page').flatMap((each): Line[] => {
    const values = valuesOf(each)
    const target = values.at(-1) ?? ''
    const codes = values.slice(0, -1)
    const answer = codes.find((code) => code.startsWith('='))
    if (target.startsWith('@') || target.includes('$') || (answer !== undefined && !(/^=30[12]?$/.test(answer) && /^https?:/.test(target)))) {
      ledger.left(each, 'Apache keeps the status of an error, and its page is a path, a text or the address of another site.')
      return []
    }
    ledger.done(each)
    return codes.filter((code) => /^[45]\d\d$/.test(code) && !/^49\d$/.test(code)).map((code) => simple('ErrorDocument', code, target))
  })
}
