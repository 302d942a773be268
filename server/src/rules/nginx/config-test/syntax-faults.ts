import { nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import type { Configuration, Source } from '../../../configuration/placed.ts'
import type { Fault } from '../../../syntax/tree.ts'
import { faultFindings, lineOf } from '../../lib/faults.ts'
import type { Finding } from '../../rule.ts'

/** What the parser found wrong (`ngx_conf_read_token`, `ngx_conf_parse`). */
export function syntaxFaults(configuration: Configuration): Generator<Finding> {
  const withEllipsis = new Set<Source>()
  return faultFindings(configuration, explain, 'emerg', (fault, source) => {
    if (fault.kind !== 'ellipsis') return fault
    // Text with ellipses is an excerpt: the first says so. Blocks of other servers' modules are not nginx's to judge.
    if (withEllipsis.has(source) || isInForeignBlock(configuration, source, fault.start)) return undefined
    withEllipsis.add(source)
    return fault
  })
}

function isInForeignBlock(configuration: Configuration, source: Source, offset: number): boolean {
  return configuration.all.some((directive) => {
    if (directive.source !== source || !directive.node.block || offset < directive.start || offset >= directive.start + directive.node.width) return false
    const entries = nginxDirectives(directive.name)
    return entries.length > 0 && entries.every((entry) => entry.source === 'plus' || entry.source === 'third-party')
  })
}

function explain(fault: Fault, source: Source): string {
  const line = lineOf(source, fault.serverAt)
  const named = line === lineOf(source, fault.start) ? '' : ` nginx names line ${line}.`
  const text = source.text.slice(fault.start, fault.end)
  switch (fault.kind) {
    case 'unterminated-directive':
      return `"${text.split(/\s/)[0]}" does not end: a ";" is missing here, and nginx refuses the file.${named}`
    case 'unclosed-block':
      return `The block "${fault.subject}" is never closed: a "}" is missing, and nginx refuses the file.${named}`
    case 'unexpected-brace':
      return 'This "}" closes nothing: there is one brace too many, or one is missing above. A block cannot end in another file than it began in.'
    case 'unterminated-quote':
      return `This quote is never closed, so the text behind it, line after line, becomes part of the word.${named}`
    case 'unexpected-character':
      return fault.subject === '{' || fault.subject === ';'
        ? `nginx expects a directive's name here, not "${fault.subject}".`
        : `After a closing quote only white space, ";", "{" or ")" may follow, not "${fault.subject}".`
    case 'overlong-word':
      return 'This word or comment has 4096 bytes or more: nginx reads into a buffer of that size and refuses the file.'
    case 'ellipsis':
      return '"..." stands for what was left out; nginx takes it for a directive and refuses the file.'
    case 'byte-order-mark':
      return "The file begins with a byte order mark, which nginx takes as part of the first directive's name: it knows no directive of that name."
    default:
      return fault.serverMessage ?? fault.kind
  }
}
