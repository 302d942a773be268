import type { Items } from './items.ts'

/** The two configuration languages. */
export type Dialect = 'nginx' | 'apache'

/**
 * The tree of one file: lossless (see `print`), tolerant of every mistake, the same node types for
 * both languages. Nodes know their width and not where they stand, and have no parent, so that an
 * unchanged node can serve again after an edit. All widths and offsets are UTF-16 units.
 */
export interface ConfigFile {
  readonly kind: 'file'
  readonly dialect: Dialect
  readonly items: Items
  /** White space after the last item. */
  readonly tail: string
  readonly width: number
  /** Line breaks in the file. */
  readonly lines: number
  /** Syntax errors, in the order in which the server would meet them. */
  readonly faults: readonly Fault[]
  /** Branches of a template open and close blocks unevenly: what stands inside what is not known. */
  readonly nestingUnknown?: true
}

/** What stands in a file or a block, one after the other. */
export type Item = Directive | Comment | Unparsed | Code

/**
 * A simple directive (`listen 80;`), a block (`location / { … }`), a section (`<Directory /x> …
 * </Directory>`), or an entry of a data block (`default 0;` in `map`): see `Block.holds`.
 */
export interface Directive {
  readonly kind: 'directive'
  /** From the white space before the name to the terminator, opening brace or end of the opening line. */
  readonly text: string
  /** The name, then the arguments. Empty only where a block opens without a name. */
  readonly words: readonly Word[]
  readonly block: Block | undefined
  /** Where the text ends in a terminator (`;`, `{`) or, for Apache, the end of a line, this is true. */
  readonly terminated: boolean
  /** Comments between the words (nginx), as ranges in `text`. */
  readonly comments: readonly TextRange[] | undefined
  readonly width: number
  readonly lines: number
}

/** A name or an argument. Its offsets count from the start of the directive's `text`. */
export interface Word {
  /** Where the word begins, its opening quote included. */
  readonly start: number
  /** Behind the word, its closing quote included. */
  readonly end: number
  /** The word as the server's lexer hands it on: quotes and escapes resolved, variables untouched. */
  readonly value: string
  readonly quote: '"' | "'" | undefined
  /**
   * nginx: where a quantifier's brace stands in an unquoted word (`^/\d{3}/`), as an offset in the directive's `text`. The server ends the
   * word there and opens a block; the word is what was meant.
   */
  readonly brace: number | undefined
  /** Parts that a template fills in, as ranges in the directive's `text`: the value there is unknown. */
  readonly holes: readonly TextRange[] | undefined
}

export interface Block {
  /** `directives`; `entries` of data (`map`, `types` …), whose names are values; `code` of another language. */
  readonly holds: 'directives' | 'entries' | 'code'
  readonly items: Items
  /** What closes the block with the white space before it (`\n}`, `\n</Directory>`); empty where nothing does. */
  readonly close: string
  readonly width: number
  readonly lines: number
}

export interface Comment {
  readonly kind: 'comment'
  /** With the white space before it. */
  readonly text: string
  /** Set where this is not a comment but a part of a template alone on its line. */
  readonly hole: Hole['role'] | undefined
  readonly width: number
  readonly lines: number
}

/** Text that is no directive in its place, such as a closing brace too many. */
export interface Unparsed {
  readonly kind: 'unparsed'
  readonly text: string
  readonly width: number
  readonly lines: number
}

/** The inside of a block that is written in another language (Lua, Perl). */
export interface Code {
  readonly kind: 'code'
  readonly language: 'lua' | 'perl'
  readonly text: string
  readonly width: number
  readonly lines: number
}

export interface TextRange {
  readonly start: number
  readonly end: number
}

/** A part of a template that is not configuration, as offsets in the file. */
export interface Hole extends TextRange {
  /** `value` stands for text, `trivia` for none; the others open, divide and close a condition or a loop. */
  readonly role: 'value' | 'trivia' | 'open' | 'else' | 'close'
}

/** A syntax error. Offsets count from the start of the file. */
export interface Fault extends TextRange {
  readonly kind: FaultKind
  /** The server's words, without file and line; for what the server lets pass, undefined. */
  readonly serverMessage: string | undefined
  /** An offset on the line that the server names. */
  readonly serverAt: number
  /** Apache: its words where a condition around does not hold, and only the pairing of sections is looked at; it names the line of that condition. */
  readonly skippedMessage?: string
  /** The insertion, deletion or replacement that plainly mends it. */
  readonly mend: { readonly start: number; readonly end: number; readonly newText: string; readonly title: string } | undefined
  /** Words for our own message: the name of the section, the character met … */
  readonly subject: string
}

export type FaultKind =
  // nginx
  | 'unexpected-character'
  | 'unexpected-brace'
  | 'unterminated-directive'
  | 'unterminated-quote'
  | 'unclosed-block'
  | 'overlong-word'
  | 'byte-order-mark'
  | 'ellipsis'
  // Apache
  | 'unclosed-section'
  | 'mismatched-close'
  | 'stray-close'
  | 'missing-bracket'
  | 'text-after-bracket'
  | 'text-after-close'
  | 'unterminated-quote-silent'
  | 'comment-continued'
  | 'overlong-line'

/** Nobody nests blocks this deep: in a file full of opening braces, those beyond are directives without a block, so that walks over the tree come back. */
export const deepestBlock = 250

/** The name of a directive as written; `''` where there is none. */
export const nameOf = (directive: Directive): string => directive.words[0]?.value ?? ''
