import { nginxVariable } from '../../catalog/nginx/catalog.ts'
import { nginxVariableDescription, nginxVariablePage } from '../../catalog/nginx/descriptions.ts'
import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { groupOf } from '../../regex/questions.ts'
import { captureProviders, definitionsOf, namedCaptures, type Use } from '../../site/nginx/definitions.ts'
import { protocolOf } from '../../site/nginx/inheritance.ts'
import { mapKeyRegex, type PlacedRegex, regexesOf } from '../../site/nginx/regexes.ts'
import { type Row, valueIn } from '../../site/nginx/values.ts'
import { builtIn } from '../../site/nginx/variables.ts'
import { code, listed, paragraphs, whereIs, whereIsDirective } from '../lib/markdown.ts'
import { exampleOf, groupsOf } from '../lib/pattern-words.ts'
import type { DocumentView } from '../lib/view.ts'
import { written } from './nginx-effective.ts'

/** A variable or capture in a stretch of source, by the offset under the pointer; the name in small letters. */
export function variableAt(text: string, offset: number): { readonly name: string; readonly start: number; readonly end: number } | undefined {
  for (const match of text.matchAll(/\$(?:([1-9])|\{(\w+)\}|([A-Za-z_]\w*))/g)) {
    const end = match.index + match[0].length
    if (offset < match.index || offset > end) continue
    return { name: (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase(), start: match.index, end }
  }
  return undefined
}

/** What a variable is, what defines it, and what it can contain where it is used. */
export function variableInWords(
  view: DocumentView,
  name: string,
  directive: PlacedDirective,
  configuration: Configuration,
  argument: number,
): string | undefined {
  const use: Use = { directive, configuration, own: ownRegex(directive, argument) }
  if (/^[1-9]$/.test(name)) return captureInWords(view, Number(name), use)
  const definitions = definitionsOf(name, use)
  const captures = definitions.length > 0 ? [] : namedCaptures(name, use)
  if (captures.length > 0) return paragraphs(...captures.slice(0, 3).map((regex) => groupInWords(view, name, regex)))
  const own = nginxVariable(name, protocolOf(directive, configuration) === 'stream' ? 'stream' : 'http')
  if (definitions.length === 0) return own && ownInWords(name, own)
  const from = definitions.slice(0, 3).map((each) => `${written(each)} (${whereIsDirective(view, each)})`)
  const onlyMaps = definitions.every((each) => each.name === 'map' && each.children.every((entry) => entry.name !== 'include' && entry.presence === 'present'))
  return paragraphs(`\`$${name}\` — given by ${listed(from, 3)}.`, onlyMaps ? canBe(name, use) : undefined)
}

/** The regular expression that is run for a value itself: that of its rewrite, of the key beside it in a map. */
function ownRegex(directive: PlacedDirective, argument: number): PlacedRegex | undefined {
  if (directive.name === 'rewrite' && argument === 1) return regexesOf(directive)[0]
  return directive.parent?.name === 'map' ? mapKeyRegex(directive) : undefined
}

/** What nginx says of its own variable. */
export function ownInWords(name: string, own: NonNullable<ReturnType<typeof nginxVariable>>): string {
  const description = nginxVariableDescription(own.name, own.module) ?? nginxVariableDescription(name, own.module)
  const page = nginxVariablePage(own.name, own.module) ?? nginxVariablePage(name, own.module)
  const facts = [
    `\`${own.module}\``,
    own.since === undefined ? '' : `since ${own.since}`,
    own.until === undefined ? '' : `until ${own.until}`,
    own.changeable ? '`set` can change it' : '',
    page === undefined ? '' : `[nginx.org](${page})`,
  ].filter((each) => each !== '')
  const what = namedInWords(name) ?? description
  return paragraphs(`\`$${name}\`${what === undefined ? '' : ` — ${what}`}`, contentOf(name), facts.join(' · '))
}

/** A variable that is named after a header, cookie or argument. */
function namedInWords(name: string): string | undefined {
  const [, kind = '', rest = ''] = /^(upstream_http|upstream_cookie|sent_http|http|cookie|arg)_(.+)$/.exec(name) ?? []
  const header = code(rest.replaceAll('_', '-').replaceAll(/(?:^|-)[a-z]/g, (all) => all.toUpperCase()))
  switch (kind) {
    case 'http':
      return `The ${header} header of the request.`
    case 'sent_http':
      return `The ${header} header of the response.`
    case 'upstream_http':
      return `The ${header} header of the upstream server's response.`
    case 'cookie':
      return `The cookie ${code(rest)} of the request.`
    case 'upstream_cookie':
      return `The cookie ${code(rest)} that the upstream server set.`
    case 'arg':
      return `The argument ${code(rest)} of the query.`
    default:
      return undefined
  }
}

/** What a request can make of a variable, in words (`ngx_http_parse_request_line`, `ngx_http_parse_header_line`). */
function contentOf(name: string): string | undefined {
  const found = contents.find(([pattern]) => pattern.test(name))
  return found && builtIn(name)?.chosen ? `Can contain: ${found[1]}.` : undefined
}

const contents: readonly (readonly [RegExp, string])[] = [
  [/^(?:document_)?uri$/, 'any path that the client asks for, spaces and line breaks too; no empty, `.` or `..` segments'],
  [/^request_uri$/, 'what the client sent, still encoded: no spaces and no control characters'],
  [/^(?:args|query_string)$/, 'what the client sent, still encoded: no spaces and no control characters'],
  [/^arg_/, 'what the client sent, still encoded: no `&`, no spaces and no control characters'],
  [/^http_host$/, 'what the client sent: no `/`, no spaces and no control characters'],
  [/^http_/, 'what the client sent, all but control characters'],
  [/^cookie_/, 'what the client sent, all but `;` and control characters'],
]

function captureInWords(view: DocumentView, number: number, use: Use): string | undefined {
  const providers = use.own ? [use.own] : captureProviders(use)
  const having = providers.filter((regex) => groupOf(regex.pattern, number) !== undefined)
  if (having.length === 0) return undefined
  return paragraphs(
    ...having.slice(0, 3).map((regex) => groupInWords(view, number, regex)),
    having.length > 1 ? 'Which of them, the request decides.' : undefined,
  )
}

function groupInWords(view: DocumentView, which: number | string, regex: PlacedRegex): string {
  const { pattern, directive } = regex
  const group = typeof which === 'number' ? groupOf(pattern, which) : pattern.groups.find((each) => each.name?.toLowerCase() === which)
  if (!group) return ''
  const where = whereIs(view, directive.source, regex.at.start)
  const example = exampleOf({ ...pattern, tree: group.body, groups: [] })
  const what = `what ${code(pattern.source.slice(group.start, group.end))} gets in ${code(pattern.source)} (${regex.kind === 'map' ? 'the key of a map' : `\`${regex.kind}\``}, ${where})`
  return `\`$${which}\` — ${what}${example === undefined ? '' : `, as ${code(example)}`}.`
}

/** The texts that a map can give. What `set` gives is not all that its variable can be: it is empty where nothing set it. */
function canBe(name: string, use: Use): string | undefined {
  const { alternatives } = valueIn(`$\{${name}}`, { ...use, own: undefined })
  const shown = [...new Set(alternatives.map(shownRow))]
  if (shown.includes(undefined) || shown.length === 0 || shown.length > 8) return undefined
  return `Can be: ${listed(
    shown.filter((each) => each !== undefined),
    8,
    'or',
  )}.`
}

/** A row of pieces as it is written, undefined where nothing is known of one of them. */
function shownRow(row: Row): string | undefined {
  if (row.some((piece) => piece.kind === 'opaque' && piece.language === undefined)) return undefined
  const text = row.map((piece) => (piece.kind === 'text' ? piece.text : piece.name)).join('')
  return text === '' ? 'empty' : code(text)
}

// ---- regular expressions

/** What a regular expression is matched against, its groups, and a text that it fits. */
export function regexInWords(regex: PlacedRegex): string {
  const { pattern, kind } = regex
  const paths = kind === 'location' || kind === 'rewrite' ? builtIn('uri')?.language : undefined
  const example = exampleOf(pattern, paths)
  return paragraphs(
    `Regular expression, ${pattern.caseless ? 'in any letter case' : 'letter case counts'}: ${subjects[kind]}${regex.negated ? '; it must **not** fit' : ''}.`,
    groupsOf(pattern),
    example === undefined ? undefined : `Fits ${code(example)}.`,
  )
}

const subjects: Readonly<Record<PlacedRegex['kind'], string>> = {
  location: 'looked for in the decoded path, without the query',
  rewrite: 'looked for in the decoded path, without the query',
  if: 'looked for in the variable',
  server_name: 'looked for in the name that is asked for, in small letters',
  map: 'looked for in the source of the map',
}
