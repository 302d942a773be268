import { makeItems } from '../items.ts'
import { countLines, editDistance } from '../text.ts'
import { type Block, type ConfigFile, type Directive, deepestBlock, type Fault, type Hole, type Item, type TextRange, type Word } from '../tree.ts'
import { type LogicalLine, readLine } from './lines.ts'
import { type LogicalWord, nextWord, splitWords } from './words.ts'

/**
 * Parses Apache configuration line by line (`server/config.c: ap_build_config_sub`). Which conditional
 * sections hold is not known here: what Apache says of a section that never closes depends on it, and the
 * fault's `serverMessage` is what it says where every `<IfModule>` around is true.
 */
export function parseApache(text: string, holes: readonly Hole[] = []): ConfigFile {
  return new ApacheParser(text, holes).file()
}

/** A section whose closing line has not come yet. */
interface OpenSection {
  readonly from: number
  readonly headerEnd: number
  readonly words: readonly Word[]
  readonly name: string
  /** Offset of the opening bracket. */
  readonly bracket: number
  readonly items: Item[]
}

/** Sections that are read at once into a tree of their own, each with its own stack (`core.c: start_ifmod` …). */
const conditionals: ReadonlySet<string> = new Set(['ifmodule', 'ifdefine', 'ifversion', 'iffile', 'ifdirective', 'ifsection'])

/** `server/config.c`: a line of the main configuration may be this long (VARBUF_MAX_LEN). */
const longestLine = 16 * 1024 * 1024

class ApacheParser {
  private readonly text: string
  private readonly holes: readonly Hole[]
  private readonly faults: Fault[] = []
  private readonly stack: OpenSection[] = []
  private items: Item[] = []
  /** Where the white space before the next item begins. */
  private from = 0
  /** Sections that are open beyond the deepest nesting. */
  private excess = 0

  constructor(text: string, holes: readonly Hole[]) {
    this.text = text
    this.holes = holes
  }

  file(): ConfigFile {
    const marked = this.text.charCodeAt(0) === 0xfeff
    if (marked) {
      const mend = { start: 0, end: 1, newText: '', title: 'Remove the byte order mark' }
      const [first = ''] = readLine(this.text, 1).text.split(/\s/)
      const server = `Invalid command '\\xef\\xbb\\xbf${first}', perhaps misspelled or defined by a module not included in the server configuration`
      this.fault('byte-order-mark', 0, 1, server, 0, mend, '')
    }
    // Behind the mark the text is read as it is meant.
    for (let at = marked ? 1 : 0; at < this.text.length; ) {
      const line = readLine(this.text, at)
      at = this.readLine(line)
    }
    const open = this.stack.length > 0
    if (open) this.closeAtEnd()
    const tail = this.text.slice(this.from)
    const items = makeItems(this.items)
    return { kind: 'file', dialect: 'apache', items, tail, width: this.text.length, lines: items.lines + countLines(tail), faults: this.faults }
  }

  /** Takes one logical line in; returns where the next begins. */
  private readLine(written: LogicalLine): number {
    const line = this.masked(written)
    const first = line.text.charCodeAt(0)
    if (line.text === '') return line.next
    const hole = this.holeAlone(line)
    if (first === 35 /* # */ || hole) {
      this.pushComment(line, hole?.role)
      return line.next
    }
    if (line.text.length > longestLine) {
      this.fault('overlong-line', line.start, line.end, 'Line too long', line.start, undefined, '')
    }
    // Apache looks at the first word without its quotes.
    if ((first === 34 /* " */ || first === 39) /* ' */ && line.text.startsWith('</', 1)) return this.readClose(line)
    if (first === 60 /* < */) return line.text.charCodeAt(1) === 47 ? this.readClose(line) : this.readOpen(line)
    this.pushDirective(line, this.wordsOf(line, splitWords(line.text, 0)))
    return line.next
  }

  private pushComment(line: LogicalLine, hole: Hole['role'] | undefined): void {
    const text = this.text.slice(this.from, line.end)
    this.items.push({ kind: 'comment', text, hole, width: text.length, lines: countLines(text) })
    this.from = line.end
    if (line.joined && hole === undefined) {
      const firstEnd = this.text.indexOf('\n', line.start)
      const swallowed = this.text.slice(firstEnd + 1, line.end).trim()
      // Lines that are comments in any case lose nothing.
      if (firstEnd >= 0 && swallowed !== '' && !swallowed.startsWith('#')) {
        const slash = this.text.charCodeAt(firstEnd - 1) === 13 ? firstEnd - 2 : firstEnd - 1
        const mend = { start: slash, end: slash + 1, newText: '', title: 'Remove the "\\" that continues the comment' }
        this.fault('comment-continued', firstEnd + 1, line.end, undefined, line.start, mend, swallowed)
      }
    }
  }

  private pushDirective(line: LogicalLine, words: readonly Word[]): void {
    const text = this.text.slice(this.from, line.end)
    this.items.push({ kind: 'directive', text, words, block: undefined, terminated: true, comments: undefined, width: text.length, lines: countLines(text) })
    this.from = line.end
  }

  private readOpen(line: LogicalLine): number {
    const { text } = line
    const head = nextWord(text, 0)
    if (!head) return line.next
    // A bracket at the end of the first word closes the line; else the last bracket of the arguments does.
    const headClosed = head.value.endsWith('>')
    const nameEnd = headClosed ? head.end - 1 : head.end
    const bracketAt = text.lastIndexOf('>')
    // Without an argument Apache takes the bracket as given (`config.c`: args = ">").
    const closed = headClosed || bracketAt >= head.end || head.end === text.length
    const argsEnd = bracketAt >= head.end ? bracketAt : text.length
    const name = text.slice(1, nameEnd)
    const logical: LogicalWord[] = [{ start: 1, end: nameEnd, value: name, quote: undefined, closed: true }]
    if (!headClosed || bracketAt >= head.end) logical.push(...splitWords(text, head.end, argsEnd))
    const words = this.wordsOf(line, logical)
    const bracket = line.start
    if (!closed) {
      const at = line.end
      const mend = { start: at, end: at, newText: '>', title: 'Insert ">"' }
      this.fault('missing-bracket', bracket, at, `<${name}> directive missing closing '>'`, line.end, mend, name)
    } else if (bracketAt >= 0 && text.slice(bracketAt + 1).trim() !== '') {
      const start = line.toFile(bracketAt + 1)
      this.fault(
        'text-after-bracket',
        start,
        line.end,
        undefined,
        line.end,
        { start, end: line.end, newText: '', title: 'Remove what Apache ignores' },
        text.slice(bracketAt + 1).trim(),
      )
    }
    if (this.stack.length >= deepestBlock) {
      this.excess++
      this.pushDirective(line, words)
      return line.next
    }
    this.stack.push({ from: this.from, headerEnd: line.end, words, name, bracket, items: this.items })
    this.items = []
    this.from = line.end
    return name.toLowerCase() === 'perl' ? this.readPerl(line.next) : line.next
  }

  /** The inside of `<Perl>` is Perl up to its closing line. */
  private readPerl(at: number): number {
    const close = /^[ \t]*<\/Perl>/im.exec(this.text.slice(at))
    const end = close ? at + close.index : this.text.length
    const text = this.text.slice(this.from, end)
    if (text.trim() !== '') {
      this.items.push({ kind: 'code', language: 'perl', text, width: text.length, lines: countLines(text) })
      this.from = end
    }
    return end
  }

  private readClose(line: LogicalLine): number {
    const head = nextWord(line.text, 0)
    const word = head?.value ?? line.text
    const missing = !word.endsWith('>')
    const name = missing ? word.slice(2) : word.slice(2, -1)
    const rest = line.text.slice(head?.end ?? line.text.length).trim()
    if (this.excess > 0) {
      this.excess--
      this.pushUnparsed(line)
      return line.next
    }
    const open = this.stack.at(-1)
    if (!open) {
      const mend = { start: line.start, end: line.end, newText: '', title: `Remove </${name}>` }
      this.fault('stray-close', line.start, line.end, `</${name}> without matching <${name}> section`, line.end, mend, name)
      this.pushUnparsed(line)
      return line.next
    }
    if (missing) {
      const at = line.toFile(head?.end ?? line.text.length)
      const mend = { start: at, end: at, newText: '>', title: 'Insert ">"' }
      // A conditional section ends at the very words `</IfModule>`; anything else is looked up in a stack that is empty there.
      const server = conditionals.has(open.name.toLowerCase()) ? `${word} without matching <${word.slice(2)} section` : `${word}> directive missing closing '>'`
      this.fault('missing-bracket', line.start, line.end, server, line.end, mend, name)
    } else if (rest !== '' && conditionals.has(name.toLowerCase()) && sameName(open.name, name)) {
      const start = line.toFile(head?.end ?? 0)
      const mend = { start, end: line.end, newText: '', title: `Remove the text behind </${name}>` }
      this.fault('text-after-close', start, line.end, `</${name}> without matching <${name}> section`, line.end, mend, name)
    }
    if (sameName(open.name, name)) {
      this.closeSection(this.text.slice(this.from, line.end))
      this.from = line.end
      return line.next
    }
    const depth = this.stack.findLastIndex((section) => sameName(section.name, name))
    const openConditional = conditionals.has(open.name.toLowerCase())
    // Each conditional has a stack of its own: nothing outside it can be closed from within.
    const serverMessage = openConditional ? `</${name}> without matching <${name}> section` : `Expected </${open.name}> but saw </${name}>`
    if (depth < 0) {
      const mistyped = this.isMistyped(name, open.name)
      const mend = mistyped
        ? { start: line.start, end: line.end, newText: `</${open.name}>`, title: `Write </${open.name}>` }
        : { start: line.start, end: line.end, newText: '', title: `Remove </${name}>` }
      this.fault('mismatched-close', line.start, line.end, serverMessage, line.end, mend, open.name, `Expected </${open.name}> but saw </${name}>`)
      if (mistyped) {
        this.closeSection(this.text.slice(this.from, line.end))
        this.from = line.end
      } else this.pushUnparsed(line)
      return line.next
    }
    // The sections opened since then were never closed.
    const indent = /[^\n]*$/.exec(this.text.slice(open.from, open.bracket))?.[0] ?? ''
    const mend = { start: this.from, end: this.from, newText: `\n${indent}</${open.name}>`, title: `Close the section with </${open.name}>` }
    this.fault('unclosed-section', open.bracket, open.headerEnd, serverMessage, line.end, mend, open.name, `Expected </${open.name}> but saw </${name}>`)
    while (this.stack.length > depth + 1) this.closeSection('')
    this.closeSection(this.text.slice(this.from, line.end))
    this.from = line.end
    return line.next
  }

  /** A closing name close to the open one is a slip of the pen, not another section. */
  private isMistyped(name: string, open: string): boolean {
    return editDistance(name.toLowerCase(), open.toLowerCase()) <= Math.max(2, Math.floor(open.length / 4))
  }

  private closeAtEnd(): void {
    const end = this.text.length
    const silentFrom = this.stack.findIndex((section) => conditionals.has(section.name.toLowerCase()))
    const reported = silentFrom < 0 ? this.stack : this.stack.slice(0, silentFrom)
    const innermost = this.stack.at(-1)
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const section = this.stack[i]
      if (!section) continue
      const indent = /[^\n]*$/.exec(this.text.slice(section.from, section.bracket))?.[0] ?? ''
      const mend = {
        start: end,
        end,
        newText: `${this.text.endsWith('\n') ? '' : '\n'}${indent}</${section.name}>\n`,
        title: `Close the section with </${section.name}>`,
      }
      // Each section has a line of its own in the message, the innermost first, and the outermost gives the line. A true conditional ends with the
      // file in silence, and so does all that is open inside.
      const server =
        i === 0
          ? reported
              .map((each) => this.notClosed(each))
              .reverse()
              .join('\n')
          : this.notClosed(section)
      const skipped = section === innermost ? `Expected </${section.name}> before end of configuration` : undefined
      this.fault('unclosed-section', section.bracket, section.headerEnd, i < reported.length ? server : undefined, section.bracket, mend, section.name, skipped)
    }
    let close = this.text.slice(this.from)
    while (this.stack.length > 0) {
      this.closeSection(close)
      close = ''
    }
    this.from = end
  }

  /** `<FILE>` stands for the file's path on the server. */
  private notClosed(section: OpenSection): string {
    let line = 1
    for (let at = this.text.indexOf('\n'); at >= 0 && at < section.headerEnd; at = this.text.indexOf('\n', at + 1)) line++
    return `<FILE>:${line}: <${section.name}> was not closed.`
  }

  private closeSection(close: string): void {
    const open = this.stack.pop()
    if (!open) return
    const items = makeItems(this.items)
    const holds: Block['holds'] = open.name.toLowerCase() === 'perl' ? 'code' : 'directives'
    const block: Block = { holds, items, close, width: items.width + close.length, lines: items.lines + countLines(close) }
    const text = this.text.slice(open.from, open.headerEnd)
    const directive: Directive = {
      kind: 'directive',
      text,
      words: open.words,
      block,
      terminated: true,
      comments: undefined,
      width: text.length + block.width,
      lines: countLines(text) + block.lines,
    }
    this.items = open.items
    this.items.push(directive)
  }

  private pushUnparsed(line: LogicalLine): void {
    const text = this.text.slice(this.from, line.end)
    this.items.push({ kind: 'unparsed', text, width: text.length, lines: countLines(text) })
    this.from = line.end
  }

  private wordsOf(line: LogicalLine, logical: readonly LogicalWord[]): Word[] {
    const { from } = this
    const words: Word[] = []
    for (const word of logical) {
      const start = line.toFile(word.start)
      const end = line.toFile(word.end)
      if (!word.closed) this.silentQuote(start, line.end, word)
      const holes = this.holesIn(start, end)
      const value = holes ? this.text.slice(start, end).replace(/^(["'])(.*)\1$/s, '$2') : word.value
      words.push({ start: start - from, end: end - from, value, quote: word.quote, brace: undefined, holes })
    }
    return words
  }

  /** Apache takes a quote that never closes as running to the end of the line, and says nothing. */
  private silentQuote(start: number, end: number, word: LogicalWord): void {
    const quote = word.quote ?? '"'
    const mend = { start: end, end, newText: quote, title: `Close the quote with ${quote}` }
    this.fault('unterminated-quote-silent', start, end, undefined, end, mend, quote)
  }

  private holesIn(start: number, end: number): TextRange[] | undefined {
    if (this.holes.length === 0) return undefined
    const inside = this.holes.filter((hole) => hole.start < end && hole.end > start)
    return inside.length === 0 ? undefined : inside.map((hole) => ({ start: hole.start - this.from, end: hole.end - this.from }))
  }

  /** White space, quotes and brackets inside a hole are no part of the line's own. */
  private masked(line: LogicalLine): LogicalLine {
    if (!this.holes.some((hole) => hole.start < line.end && hole.end > line.start)) return line
    let text = ''
    for (let i = 0; i < line.text.length; i++) {
      const at = line.toFile(i)
      text += this.holes.some((hole) => at >= hole.start && at < hole.end) ? filler : line.text.charAt(i)
    }
    return { text, start: line.start, end: line.end, next: line.next, joined: line.joined, toFile: (offset) => line.toFile(offset) }
  }

  /** The hole that makes up a whole line. */
  private holeAlone(line: LogicalLine): Hole | undefined {
    if (this.holes.length === 0) return undefined
    return this.holes.find((hole) => hole.start <= line.start && hole.end >= line.end)
  }

  private fault(
    kind: Fault['kind'],
    start: number,
    end: number,
    serverMessage: string | undefined,
    serverAt: number,
    mend: Fault['mend'],
    subject: string,
    skippedMessage?: string,
  ): void {
    this.faults.push({ kind, start, end, serverMessage, serverAt, mend, subject, ...(skippedMessage === undefined ? {} : { skippedMessage }) })
  }
}

/** Stands for one character of a hole: no white space to Apache, and in no name. */
const filler = '\u00a0'

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
