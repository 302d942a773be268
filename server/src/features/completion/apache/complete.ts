import type { Section } from '../../../rules/apache/config-test/section.ts'
import { eachItem } from '../../../syntax/items.ts'
import { nameOf } from '../../../syntax/tree.ts'
import type { Cursor, CursorPlace } from '../../lib/cursor.ts'
import type { DocumentView, NodeAt } from '../../lib/view.ts'
import { type Proposal, proposal, type Span } from '../proposal.ts'
import { argumentProposals } from './arguments.ts'
import { directiveProposals } from './directives.ts'
import { placeInside } from './place.ts'
import { type ApacheTemplate, apacheTemplates } from './templates.ts'

type Argument = Extract<CursorPlace, { kind: 'argument' }>

/** What can stand at the cursor in an Apache file. */
export function completeApache(view: DocumentView, cursor: Cursor): readonly Proposal[] {
  const { at, around, offset } = cursor
  const { text } = view.source
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  const closing = /^[ \t]*<\/(\w*)$/.exec(line)
  if (closing) return closingProposals(around, at, offset - (closing[1]?.length ?? 0), endOfWord(text, offset, /[\w>]/))
  if (at.kind === 'argument') return ofArgument(view, around, at, offset, text)
  if (at.kind !== 'name') return []
  const { start } = at
  const end = endOfWord(text, offset, /[\w-]/)
  const bracket = text.charAt(start - 1) === '<'
  const free = /^>?[ \t]*(?:[\r\n]|$)/.test(text.slice(end, end + 200))
  // An editor that closes brackets has put one behind the cursor.
  const span: Span = { start, end: bracket && free && text.charAt(end) === '>' ? end + 1 : end }
  const place = placeInside(view, around)
  const items = around.at(-1)?.node.block?.items ?? view.source.tree.items
  const present = new Set<string>()
  for (const item of eachItem(items)) if (item.kind === 'directive' && item !== at.directive?.node) present.add(nameOf(item).toLowerCase())
  const found = directiveProposals(view, place, span, { bracket, withArguments: free, present })
  if (free && !bracket)
    for (const template of apacheTemplates) if (place.sections.some((section) => fits(template, section))) found.push(templateProposal(template, span))
  return found
}

const templateProposal = ({ name, about, snippet }: ApacheTemplate, span: Span): Proposal =>
  proposal(span, 'template', name, 6, { snippet, about, detail: 'template' })

function fits({ places }: ApacheTemplate, section: Section): boolean {
  if (section.limited || section.open) return false
  if (section.path) return places.includes('directory') && !section.htaccess
  return places.includes(section.virtual ? 'virtualhost' : 'server')
}

/** The innermost section that is open is closed. */
function closingProposals(around: readonly NodeAt[], at: CursorPlace, start: number, end: number): Proposal[] {
  const section = at.kind === 'close' ? at.directive.node : around.at(-1)?.node
  if (!section) return []
  const name = nameOf(section)
  return [proposal({ start, end }, 'block', `${name}>`, 0)]
}

function endOfWord(text: string, offset: number, part: RegExp): number {
  let end = offset
  while (end < text.length && part.test(text.charAt(end))) end++
  return end
}

function ofArgument(view: DocumentView, around: readonly NodeAt[], at: Argument, offset: number, text: string): readonly Proposal[] {
  const { directive, index, word } = at
  const { node, start } = directive
  const raw = word ? text.slice(at.start, offset) : ''
  const quote = raw.startsWith('"') ? '"' : raw.startsWith("'") ? "'" : undefined
  const end = word ? endOfWord(text, offset, /[^\s"'>,\]|=:/{}()%]/) : offset
  const values = node.words.slice(1).map(({ value }) => value)
  const first = node.words[1]
  const textStart = first ? start + first.start : offset
  const name = nameOf(node).toLowerCase()
  // Patterns are one's own.
  if (isPattern(name, index, values)) return []
  return argumentProposals({
    view,
    place: placeInside(view, around),
    directive: node,
    name,
    index,
    typed: quote ? raw.slice(1) : raw,
    quote,
    span: { start: at.start + (quote ? 1 : 0), end: Math.max(end, offset) },
    before: values.slice(0, index),
    behind: values.slice(word ? index + 1 : index),
    text: text.slice(textStart, offset),
    textStart,
  })
}

/** Whether an argument is a regular expression. */
function isPattern(name: string, index: number, values: readonly string[]): boolean {
  switch (name) {
    case 'rewriterule':
    case 'aliasmatch':
    case 'scriptaliasmatch':
    case 'wsgiscriptaliasmatch':
    case 'directorymatch':
    case 'locationmatch':
    case 'filesmatch':
    case 'proxymatch':
    case 'browsermatch':
    case 'browsermatchnocase':
      return index === 0
    case 'setenvif':
    case 'setenvifnocase':
      return index === 1
    case 'directory':
    case 'location':
    case 'files':
      return index === 1 && values[0] === '~'
    default:
      return false
  }
}
