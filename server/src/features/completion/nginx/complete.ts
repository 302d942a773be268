import { mediaTypes } from '../../../catalog/http.ts'
import { eachItem, type Items } from '../../../syntax/items.ts'
import { type Directive, nameOf } from '../../../syntax/tree.ts'
import type { Cursor, CursorPlace } from '../../lib/cursor.ts'
import { ofOwnLine } from '../../lib/half-typed.ts'
import type { DocumentView, NodeAt } from '../../lib/view.ts'
import { type Proposal, proposal, type Span, words } from '../proposal.ts'
import { argumentProposals } from './arguments.ts'
import { directiveProposals, namesAmong } from './directives.ts'
import { type NginxPlace, placeInside } from './place.ts'
import { nginxTemplates } from './templates.ts'

type Argument = Extract<CursorPlace, { kind: 'argument' }>

/** What can stand at the cursor in an nginx file. */
export function completeNginx(view: DocumentView, cursor: Cursor): readonly Proposal[] {
  const { at, around, offset } = cursor
  const { text } = view.source
  if (at.kind === 'name') return nameProposals(view, around, at.directive, at.start, offset, text)
  if (at.kind !== 'argument') return []
  const own = ofArgument(view, around, ofOwnLine(at, text, offset), offset, text)
  // A line that begins behind a directive without its `;` is perhaps a directive of its own.
  if (!at.beginsLine) return own
  const start = at.word ? at.start : offset
  return [...nameProposals(view, around, at.directive, start, offset, text), ...own.map((each) => ({ ...each, rank: each.rank + 20 }))]
}

function nameProposals(view: DocumentView, around: readonly NodeAt[], directive: NodeAt | undefined, start: number, offset: number, text: string): Proposal[] {
  const place = placeInside(view, around)
  const end = endOfWord(text, offset, /[\w-]/)
  const span: Span = { start, end }
  if (/["'$~\\]/.test(text.slice(start, offset))) return []
  const block = around.at(-1)
  const items = block?.node.block?.items ?? view.source.tree.items
  if (place.data !== undefined) return entryNames(place.data, items, span)
  const free = isFree(text, end)
  const found = directiveProposals(place, span, namesAmong(eachItem(items), directive?.node), free, view.part.input.settings)
  if (free) {
    for (const { name, about, contexts, snippet } of nginxTemplates) {
      if (contexts.some((context) => place.contexts.includes(context))) found.push(proposal(span, 'template', name, 6, { snippet, about, detail: 'template' }))
    }
  }
  return found
}

/** Whether nothing stands on the line behind an offset but what closes a block or a comment. */
const isFree = (text: string, offset: number): boolean => /^[ \t]*(?:[\r\n}#]|$)/.test(text.slice(offset, offset + 200))

function endOfWord(text: string, offset: number, part: RegExp): number {
  let end = offset
  while (end < text.length && part.test(text.charAt(end))) end++
  return end
}

/** The first word of a line in a block of data. */
function entryNames(data: string, items: Items, span: Span): Proposal[] {
  const given = namesAmong(eachItem(items), undefined)
  const left = (labels: readonly string[]): readonly string[] => labels.filter((label) => !given.has(label) || label === 'include')
  switch (data) {
    case 'map':
      return words(span, 'word', left(['default', 'hostnames', 'volatile', 'include']), 1)
    case 'geo':
      return words(span, 'word', left(['default', 'include', 'delete', 'proxy', 'proxy_recursive', 'ranges']), 1)
    case 'split_clients':
      return words(span, 'value', left(['50%', '10%', '*']), 1)
    case 'types':
      return [...words(span, 'word', ['include'], 4), ...words(span, 'value', left(mediaTypes), 1)]
    default:
      return []
  }
}

function ofArgument(view: DocumentView, around: readonly NodeAt[], at: Argument, offset: number, text: string): readonly Proposal[] {
  const { directive, index, word } = at
  const place: NginxPlace = placeInside(view, around)
  const raw = word ? text.slice(at.start, offset) : ''
  const quote = raw.startsWith('"') ? '"' : raw.startsWith("'") ? "'" : undefined
  const typed = quote ? raw.slice(1) : raw
  // A word whose end is not typed yet may reach far: only what is on its line and has no end of a directive in it is replaced.
  const end = word ? endOfWord(text, offset, /[^\s;{}"'$(),|/]/) : offset
  const args = directive.node.words.slice(1)
  const values = args.map((each) => each.value)
  if (isPattern(directive.node, index, typed)) return []
  return argumentProposals({
    view,
    place,
    around: around.map(({ node }) => node),
    directive: directive.node,
    index,
    typed,
    quote,
    span: { start: at.start + (quote ? 1 : 0), end: Math.max(end, offset) },
    before: values.slice(0, index),
    behind: values.slice(word ? index + 1 : index),
    version: view.part.input.settings.nginx.version,
  })
}

/** In a regular expression nothing is proposed. */
function isPattern(directive: Directive, index: number, typed: string): boolean {
  const values = directive.words.map(({ value }) => value)
  switch (nameOf(directive)) {
    case 'rewrite':
      return index === 0
    case 'location':
      return index === 1 && /^~\*?$/.test(values[1] ?? '')
    case 'if':
      return index >= 2 && /^!?~\*?$/.test(values[2] ?? '')
    case 'server_name':
    case 'valid_referers':
    case 'proxy_redirect':
      return typed.startsWith('~')
    default:
      return false
  }
}
