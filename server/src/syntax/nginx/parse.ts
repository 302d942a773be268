import { type Items, makeItems, noItems } from '../items.ts'
import { countLines } from '../text.ts'
import { type Block, type ConfigFile, type Directive, deepestBlock, type Fault, type Hole, type Item, type TextRange, type Word } from '../tree.ts'
import { blockHolds } from './block-kinds.ts'
import {
  bufferBytes,
  endOfLine,
  indentBefore,
  isBlank,
  isLineBreak,
  isLongerThanBuffer,
  isOrdinary,
  isQuantifier,
  isSpace,
  resolveEscapes,
} from './characters.ts'
import { endOfLuaBlock } from './lua.ts'

/**
 * Parses nginx configuration with the tokens of `ngx_conf_file.c: ngx_conf_read_token`. nginx stops at
 * its first mistake; this goes on, so that the rest of the file keeps its meaning.
 */
export function parseNginx(text: string, holes: readonly Hole[] = []): ConfigFile {
  return new NginxParser(text, holes).file()
}

/** A block whose closing brace has not come yet. */
interface OpenBlock {
  readonly header: Header
  /** Behind the opening brace. */
  readonly headerEnd: number
  readonly holds: Block['holds']
  /** What stands before the block in its parent. */
  readonly items: Item[]
}

/** The words of a directive as far as they are read. */
interface Header {
  /** Where the white space before the directive begins. */
  readonly from: number
  readonly words: Word[]
  comments: TextRange[] | undefined
}

class NginxParser {
  private readonly text: string
  private readonly holes: readonly Hole[]
  private readonly hasHoles: boolean
  private readonly faults: Fault[] = []
  private readonly stack: OpenBlock[] = []
  private items: Item[] = []
  private holds: Block['holds'] = 'directives'
  private at = 0
  private holeIndex = 0
  /** Blocks that are open beyond the deepest nesting. */
  private excess = 0
  /** The first block that a brace indented like a block further out has closed: the one that lacks its own, if any does. */
  private suspect: { readonly header: Header; readonly at: number; readonly indent: string } | undefined

  constructor(text: string, holes: readonly Hole[]) {
    this.text = text
    this.holes = holes
    this.hasHoles = holes.length > 0
  }

  file(): ConfigFile {
    if (this.text.charCodeAt(0) === 0xfeff) {
      const title = 'Remove the byte order mark'
      const mend = { start: 0, end: 1, newText: '', title }
      // The mark becomes part of the first word: nginx then knows no directive of that name.
      this.faults.push({ kind: 'byte-order-mark', start: 0, end: 1, serverMessage: undefined, serverAt: 0, mend, subject: '' })
    }
    const tailStart = this.readAll()
    const tail = this.text.slice(tailStart)
    const items = makeItems(this.items)
    // Each branch of a condition may open and close braces of its own.
    const branches = this.holes.some((hole) => hole.role === 'open' || hole.role === 'else')
    const faults = branches ? this.faults.filter((fault) => fault.kind !== 'unclosed-block' && fault.kind !== 'unexpected-brace') : this.faults
    const nestingUnknown = faults.length < this.faults.length
    return {
      kind: 'file',
      dialect: 'nginx',
      items,
      tail,
      width: this.text.length,
      lines: items.lines + countLines(tail),
      faults,
      ...(nestingUnknown ? { nestingUnknown } : {}),
    }
  }

  /** Reads everything; returns where the white space after the last item begins. */
  private readAll(): number {
    for (;;) {
      const from = this.at
      this.skipSpace()
      if (this.at >= this.text.length) {
        if (this.stack.length === 0) return from
        this.closeAtEnd(from)
        return this.text.length
      }
      const ch = this.text.charCodeAt(this.at)
      const hole = this.holeAt(this.at)
      if (hole && (hole.role !== 'value' || this.endsItsLine(hole))) {
        this.at = hole.end
        this.pushComment(from, hole.role)
      } else if (ch === 35 /* # */) this.readComment(from)
      else if (ch === 125 /* } */) this.readClosingBrace(from)
      else if (ch === 59 /* ; */) this.readStraySemicolon(from)
      else this.readDirective(from)
    }
  }

  private readComment(from: number): void {
    const start = this.at
    this.skipComment()
    this.checkLength(start, this.at)
    this.pushComment(from, undefined)
  }

  private pushComment(from: number, hole: Hole['role'] | undefined): void {
    const text = this.text.slice(from, this.at)
    this.items.push({ kind: 'comment', text, hole, width: text.length, lines: countLines(text) })
  }

  private readStraySemicolon(from: number): void {
    const start = this.at
    this.at++
    this.pushUnparsed(from)
    this.fault('unexpected-character', start, start + 1, 'unexpected ";"', start, { start, end: start + 1, newText: '', title: 'Remove the ";"' }, ';')
  }

  private readClosingBrace(from: number): void {
    const start = this.at
    this.at++
    if (this.excess > 0) {
      this.excess--
      this.pushUnparsed(from)
      return
    }
    const open = this.stack.pop()
    if (!open) {
      this.pushUnparsed(from)
      this.fault('unexpected-brace', start, start + 1, 'unexpected "}"', start, { start, end: start + 1, newText: '', title: 'Remove the "}"' }, '}')
      return
    }
    if (!this.suspect) this.suspectMissingBrace(open, from, start)
    this.closeBlock(open, this.text.slice(from, this.at))
  }

  private suspectMissingBrace(open: OpenBlock, from: number, brace: number): void {
    const indent = indentBefore(this.text, brace)
    if (indent < 0) return
    const own = this.indentOf(open.header)
    if (own < 0 || own === indent) return
    if (this.stack.some((block) => this.indentOf(block.header) === indent)) {
      const nameAt = open.header.from + (open.header.words[0]?.start ?? 0)
      this.suspect = { header: open.header, at: from, indent: this.text.slice(nameAt - own, nameAt) }
    }
  }

  private indentOf(header: Header): number {
    return indentBefore(this.text, header.from + (header.words[0]?.start ?? 0))
  }

  private pushUnparsed(from: number): void {
    const text = this.text.slice(from, this.at)
    this.items.push({ kind: 'unparsed', text, width: text.length, lines: countLines(text) })
  }

  private closeBlock(open: OpenBlock, close: string): void {
    const items = makeItems(this.items)
    const block = makeBlock(open.holds, items, close)
    this.items = open.items
    this.holds = this.stack.at(-1)?.holds ?? 'directives'
    this.items.push(makeDirective(open.header, this.text, open.headerEnd, block, true))
  }

  /** The file ends inside blocks: each ends with it, and one says so: what the indentation suspects, or the innermost. */
  private closeAtEnd(from: number): void {
    const header = this.suspect?.header ?? this.stack.at(-1)?.header
    if (header) {
      const end = this.text.length
      const name = header.words[0]
      const start = header.from + (name?.start ?? 0)
      const title = 'Close the block with "}"'
      const mend = this.suspect
        ? { start: this.suspect.at, end: this.suspect.at, newText: `\n${this.suspect.indent}}`, title }
        : { start: end, end, newText: `${this.text.endsWith('\n') ? '' : '\n'}}\n`, title }
      const stop = header.from + (header.words.at(-1)?.end ?? 1)
      const last = this.items.at(-1)
      const cutOff = last?.kind === 'directive' && !last.terminated
      this.fault('unclosed-block', start, stop, `unexpected end of file, expecting ${cutOff ? '";" or "}"' : '"}"'}`, Math.max(0, end), mend, name?.value ?? '')
    }
    let close = this.text.slice(from)
    for (let open = this.stack.pop(); open; open = this.stack.pop()) {
      this.closeBlock(open, close)
      close = ''
    }
    this.at = this.text.length
  }

  private readDirective(from: number): void {
    const header: Header = { from, words: [], comments: undefined }
    for (;;) {
      this.skipSpace()
      if (header.words[0]?.value === '...' && this.text.slice(header.from + (header.words.at(-1)?.end ?? 0), this.at).includes('\n')) {
        this.endEllipsis(header)
        return
      }
      if (this.at >= this.text.length) {
        this.endUnterminated(header, 'unexpected end of file, expecting ";" or "}"', this.text.length, '')
        return
      }
      const hole = this.holeAt(this.at)
      if (hole && hole.role !== 'value' && header.words.length > 0) {
        header.comments ??= []
        header.comments.push({ start: this.at - from, end: hole.end - from })
        this.at = hole.end
        // What stands under a condition may be there or not: how the directive goes on is unknown.
        if (hole.role !== 'trivia') markUnknown(header, hole, from)
        continue
      }
      if (hole) {
        this.readPlain(header)
        continue
      }
      const ch = this.text.charCodeAt(this.at)
      if (ch === 59 /* ; */) {
        this.at++
        this.pushDirective(header, true)
        return
      }
      if (ch === 123 /* { */) {
        this.openBlock(header)
        return
      }
      if (ch === 125 /* } */) {
        this.endUnterminated(header, 'unexpected "}"', this.at, '}')
        return
      }
      if (ch === 35 /* # */) {
        const start = this.at
        this.skipComment()
        this.checkLength(start, this.at)
        header.comments ??= []
        header.comments.push({ start: start - from, end: this.at - from })
        continue
      }
      if (ch === 34 /* " */ || ch === 39 /* ' */) {
        if (!this.readQuoted(header, ch)) return
      } else this.readPlain(header)
    }
  }

  private openBlock(header: Header): void {
    const brace = this.at
    this.at++
    const name = header.words[0]?.value ?? ''
    if (header.words.length === 0 || this.holds === 'entries') {
      this.fault('unexpected-character', brace, brace + 1, 'unexpected "{"', brace, undefined, '{')
    }
    if (this.stack.length >= deepestBlock) {
      this.excess++
      this.pushDirective(header, true)
      return
    }
    const holds = blockHolds(name)
    this.stack.push({ header, headerEnd: this.at, holds, items: this.items })
    this.items = []
    this.holds = holds
    if (holds === 'code') this.readCode()
  }

  private readCode(): void {
    const start = this.at
    const end = endOfLuaBlock(this.text, start)
    this.at = end ?? this.text.length
    const text = this.text.slice(start, this.at)
    if (text !== '') this.items.push({ kind: 'code', language: 'lua', text, width: text.length, lines: countLines(text) })
  }

  private pushDirective(header: Header, terminated: boolean): void {
    this.items.push(makeDirective(header, this.text, this.at, undefined, terminated))
  }

  /** A directive that a closing brace or the end of the file cuts off: the mark goes behind its last word. */
  private endUnterminated(header: Header, serverMessage: string, serverAt: number, subject: string): void {
    const last = header.words.at(-1)
    const end = header.from + (last?.end ?? 0)
    // White space and comments behind the last word belong to what follows.
    this.at = end
    header.comments = header.comments?.filter((comment) => header.from + comment.end <= end)
    this.pushDirective(header, false)
    const first = header.words[0]
    // Under a condition, or made by the template, it may end where we do not see it.
    if (header.words.some((word) => word.holes)) return
    const start = header.from + (first?.start ?? 0)
    const mend = { start: end, end, newText: ';', title: 'Insert ";"' }
    this.fault('unterminated-directive', start, end, serverMessage, serverAt, mend, subject)
  }

  /**
   * An ellipsis stands for lines left out, as documentation does: it ends with its line, and what follows keeps its meaning. nginx
   * reads on to the next terminator and then knows no directive of that name, unless a brace or the end of the file comes first.
   */
  private endEllipsis(header: Header): void {
    const end = header.from + (header.words.at(-1)?.end ?? 0)
    const probe = new NginxParser(this.text, this.holes)
    probe.at = end
    const ending = probe.terminatorAhead()
    this.at = end
    header.comments = header.comments?.filter((comment) => header.from + comment.end <= end)
    this.pushDirective(header, false)
    const start = header.from + (header.words[0]?.start ?? 0)
    this.fault('ellipsis', start, end, ending.message, ending.at, undefined, '...')
  }

  /** What ends the words that follow: nginx's message for it, and where it stands. */
  private terminatorAhead(): { message: string; at: number } {
    const header: Header = { from: this.at, words: [], comments: undefined }
    for (;;) {
      this.skipSpace()
      const ch = this.text.charCodeAt(this.at)
      if (this.at >= this.text.length) return { message: 'unexpected end of file, expecting ";" or "}"', at: this.at }
      if (ch === 125 /* } */) return { message: 'unexpected "}"', at: this.at }
      if (ch === 59 /* ; */ || ch === 123 /* { */) return { message: 'unknown directive "..."', at: this.at }
      if (ch === 35 /* # */) this.skipComment()
      else if (ch !== 34 && ch !== 39) this.readPlain(header)
      else if (!this.readQuoted(header, ch)) return { message: 'unexpected end of file, expecting ";" or "}"', at: this.text.length }
    }
  }

  private readPlain(header: Header): void {
    const { text } = this
    const start = this.at
    const length = text.length
    let i = start
    let escaped = false
    let wordHoles: TextRange[] | undefined
    let brace: number | undefined
    const { hasHoles } = this
    while (i < length) {
      const hole = hasHoles ? this.holeAt(i) : undefined
      if (hole) {
        if (hole.role !== 'value' && i > start) break
        wordHoles ??= []
        wordHoles.push({ start: hole.start - header.from, end: hole.end - header.from })
        i = hole.end
        continue
      }
      const ch = text.charCodeAt(i)
      if (ch > 127 || isOrdinary[ch] === 1) i++
      else if (ch === 92 /* \ */) {
        escaped = true
        i += 2
      }
      // The brace behind a dollar sign belongs to a variable.
      else if (ch === 36 /* $ */) i += text.charCodeAt(i + 1) === 123 ? 2 : 1
      else if (ch === 123 && i > start && header.words.length > 0 && isQuantifier(text, i)) {
        brace ??= i - header.from
        i++
      } else break
    }
    const end = Math.min(i, length)
    this.at = end
    this.checkLength(start, end)
    const raw = text.slice(start, end)
    header.words.push({
      start: start - header.from,
      end: end - header.from,
      value: escaped ? resolveEscapes(raw) : raw,
      quote: undefined,
      brace,
      holes: wordHoles,
    })
  }

  /** Reads a quoted word; false where the directive ended with it, because its quote never closes. */
  private readQuoted(header: Header, quote: number): boolean {
    const { text } = this
    const start = this.at
    const mark = quote === 34 ? '"' : "'"
    let i = start + 1
    let escaped = false
    let closed = false
    let wordHoles: TextRange[] | undefined
    while (i < text.length) {
      const hole = this.holeAt(i)
      if (hole) {
        wordHoles ??= []
        wordHoles.push({ start: hole.start - header.from, end: hole.end - header.from })
        i = hole.end
        continue
      }
      const ch = text.charCodeAt(i)
      if (ch === 92) {
        escaped = true
        i += 2
        continue
      }
      if (ch === quote) {
        closed = true
        break
      }
      i++
    }
    i = Math.min(i, text.length)
    if (!closed) {
      const tooLong = isLongerThanBuffer(text, start + 1, i)
      const message = tooLong ? `too long parameter, probably missing terminating "${mark}" character` : 'unexpected end of file, expecting ";" or "}"'
      return this.endUnclosedQuote(header, start, mark, message, tooLong ? start : text.length)
    }
    const next = i + 1
    const after = text.charCodeAt(next)
    const glued = next < text.length && !isSpace(after) && after !== 59 && after !== 123 && after !== 41 && !this.holeAt(next)
    if (glued) {
      const lineEnd = endOfLine(text, start)
      if (lineEnd < i) {
        // The quote was left open on its line, and a later quote closed it by chance.
        return this.endUnclosedQuote(header, start, mark, `unexpected "${text.charAt(next)}"`, next)
      }
    }
    this.checkLength(start + 1, i, mark)
    const raw = text.slice(start + 1, i)
    header.words.push({
      start: start - header.from,
      end: next - header.from,
      value: escaped ? resolveEscapes(raw) : raw,
      quote: mark,
      brace: undefined,
      holes: wordHoles,
    })
    this.at = next
    if (glued && after !== 125 /* } is met, and reported, by the loop over the words */) {
      const ch = text.charAt(next)
      this.fault('unexpected-character', next, next + 1, `unexpected "${ch}"`, next, { start: next, end: next, newText: ' ', title: 'Insert a space' }, ch)
    }
    return true
  }

  /** An opening quote without its partner: the word ends with its line, so that what follows keeps its meaning. */
  private endUnclosedQuote(header: Header, start: number, mark: '"' | "'", message: string, serverAt: number): boolean {
    const { text } = this
    let end = endOfLine(text, start)
    while (end > start + 1 && isSpace(text.charCodeAt(end - 1))) end--
    const terminator = text.charCodeAt(end - 1)
    const terminated = end - 1 > start && (terminator === 59 || terminator === 123)
    if (terminated) end--
    header.words.push({
      start: start - header.from,
      end: end - header.from,
      value: text.slice(start + 1, end),
      quote: mark,
      brace: undefined,
      holes: undefined,
    })
    this.at = end
    this.fault('unterminated-quote', start, end, message, serverAt, { start: end, end, newText: mark, title: `Close the quote with ${mark}` }, mark)
    if (terminated) return true
    // No terminator on the line: take the directive as ended there.
    this.pushDirective(header, false)
    return false
  }

  private skipSpace(): void {
    const { text } = this
    let i = this.at
    while (i < text.length && isSpace(text.charCodeAt(i))) i++
    this.at = i
  }

  private skipComment(): void {
    const end = this.text.indexOf('\n', this.at)
    this.at = end < 0 ? this.text.length : end
    if (end > 0 && this.text.charCodeAt(end - 1) === 13) this.at = end - 1
  }

  /** The hole that covers `offset`, if any: holes come in order, as the text is read. */
  private holeAt(offset: number): Hole | undefined {
    return this.hasHoles ? this.findHole(offset) : undefined
  }

  private findHole(offset: number): Hole | undefined {
    const { holes } = this
    while (this.holeIndex > 0 && (holes[this.holeIndex - 1]?.end ?? 0) > offset) this.holeIndex--
    while (this.holeIndex < holes.length && (holes[this.holeIndex]?.end ?? 0) <= offset) this.holeIndex++
    const hole = holes[this.holeIndex]
    return hole && hole.start <= offset ? hole : undefined
  }

  /** Whether nothing but white space, other holes and a comment follows on the hole's line. */
  private endsItsLine(hole: Hole): boolean {
    const { text } = this
    let at = hole.end
    for (;;) {
      while (at < text.length && isBlank(text.charCodeAt(at))) at++
      const next = this.holes.find((each) => each.start === at)
      if (!next) break
      at = next.end
    }
    const ch = text.charCodeAt(at)
    return at >= text.length || isLineBreak(ch) || ch === 35 /* # */ || ch === 125 /* } */
  }

  private checkLength(start: number, end: number, quote?: string): void {
    if ((end - start) * 3 < bufferBytes || !isLongerThanBuffer(this.text, start, end)) return
    const message = quote
      ? `too long parameter, probably missing terminating "${quote}" character`
      : `too long parameter "${this.text.slice(start, start + 10)}..." started`
    this.fault('overlong-word', start, end, message, start, undefined, '')
  }

  private fault(
    kind: Fault['kind'],
    start: number,
    end: number,
    serverMessage: string | undefined,
    serverAt: number,
    mend: Fault['mend'],
    subject: string,
  ): void {
    this.faults.push({ kind, start, end, serverMessage, serverAt, mend, subject })
  }
}

/** Gives the last word so far a hole that stands behind it. */
function markUnknown(header: Header, hole: Hole, from: number): void {
  const last = header.words.pop()
  if (last) header.words.push({ ...last, holes: [...(last.holes ?? []), { start: hole.start - from, end: hole.end - from }] })
}

function makeDirective(header: Header, file: string, end: number, block: Block | undefined, terminated: boolean): Directive {
  const { from, words, comments } = header
  let lines = block?.lines ?? 0
  for (let at = file.indexOf('\n', from); at >= 0 && at < end; at = file.indexOf('\n', at + 1)) lines++
  return {
    kind: 'directive',
    text: file.slice(from, end),
    words,
    block,
    terminated,
    comments: comments?.length ? comments : undefined,
    width: end - from + (block?.width ?? 0),
    lines,
  }
}

const makeBlock = (holds: Block['holds'], items: Items, close: string): Block => ({
  holds,
  items: items.count === 0 ? noItems : items,
  close,
  width: items.width + close.length,
  lines: items.lines + countLines(close),
})
