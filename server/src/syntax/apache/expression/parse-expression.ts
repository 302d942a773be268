import data from './data/expression.json' with { type: 'json' }
import { type LookupOptions, lookUp, type NameKind } from './lookup.ts'
import { makeScanner, type Token } from './scanner.ts'
import type { Expression } from './tree.ts'

export interface ExpressionOptions extends LookupOptions {
  /** A text with `%{…}` and `$1` in it, not a condition: `AP_EXPR_FLAG_STRING_RESULT`. */
  readonly isString?: boolean
  /** Whether PCRE2 takes a pattern, undefined where that is not known; every pattern is taken without it. Names may be given twice (`PCRE2_DUPNAMES`). */
  readonly compiles?: (pattern: string) => boolean | undefined
}

/** What httpd makes of an expression, or its words against it. */
export type ExpressionVerdict = ParsedExpression | RefusedExpression

export interface ParsedExpression {
  readonly ok: true
  readonly root: Expression
}

export interface RefusedExpression {
  readonly ok: false
  /** What `ap_expr_parse` says, without the caller's words before it; `logText` makes of it what is seen. */
  readonly message: string
  /** The message depends on what is not known, such as the modules that are loaded; that there is a mistake does not. */
  readonly isUnsure: boolean
  /** The server ends at once and names neither directive nor line. */
  readonly isFatal: boolean
  /** What is wrong there, as offsets in the text. */
  readonly start: number
  readonly end: number
}

/**
 * Reads an expression as httpd does when it reads its configuration (`server/util_expr_eval.c: ap_expr_parse`). The parser's tables are the server's own,
 * so that its messages are too. `AP_EXPR_FLAG_SSL_EXPR_COMPAT` and `AP_EXPR_FLAG_DONT_VARY` change nothing here.
 */
export function parseExpression(text: string, options: ExpressionOptions = {}): ExpressionVerdict {
  const read = makeScanner(text, options.isString === true)
  const states = [0]
  const stack: Value[] = [{ start: 0, end: 0 }]
  const found: Findings = { options }
  let ahead: Token | undefined

  const refuse = (message: string | undefined, at: Place): RefusedExpression => {
    const parts = [message, found.name?.message].filter((part) => part !== undefined)
    const place = message === undefined ? (found.name ?? at) : at
    return refusal(parts.length === 0 ? 'syntax error' : parts.join(': '), place, found.isUnsure === true)
  }
  /** The next word, looked at and not taken. What the scanner has against it goes before what was found of names. */
  const look = (): Token => {
    if (ahead) return ahead
    ahead = read()
    if (ahead.error !== undefined) found.name = { message: ahead.error, start: ahead.start, end: ahead.end }
    return ahead
  }

  for (;;) {
    const state = states.at(-1) ?? 0
    if (states.length >= data.depth) return refuse('memory exhausted', ahead ?? { start: text.length, end: text.length })
    if (state === data.final) return found.name || !found.root ? refuse(undefined, stack[0] ?? wholeOf(text)) : { ok: true, root: found.root }
    const action = entryOf(data.actions, state)
    let next = 0
    if (action !== data.noAction) {
      const token = look()
      if (token.symbol === 'jammed') return { ...refusal('flex scanner jammed', token, false), isFatal: true }
      const symbol = symbolOf(token)
      const entry = action + symbol
      if (entry >= 0 && entry <= data.last && data.check[entry] === symbol) next = entryOf(data.table, entry)
      if (next === data.errorAction) return refuse(syntaxError(state, symbol), token)
      if (next > 0) {
        states.push(next)
        stack.push({ start: token.start, end: token.end, token })
        ahead = undefined
        continue
      }
    }
    const rule = next < 0 ? -next : entryOf(data.defaultRule, state)
    if (rule === 0) {
      const token = action === data.noAction ? ahead : look()
      return refuse(token ? syntaxError(state, symbolOf(token)) : 'syntax error', token ?? wholeOf(text))
    }
    const length = entryOf(data.ruleLength, rule)
    const parts = stack.splice(stack.length - length, length)
    states.length -= length
    const value = reduce(data.rules[rule] ?? [], parts, found)
    if (value === 'abort') return refuse(undefined, parts[0] ?? wholeOf(text))
    if (value === 'bad pattern') return refuse('Failed to compile regular expression', parts[0] ?? wholeOf(text))
    stack.push(value)
    states.push(stateAfter(states.at(-1) ?? 0, entryOf(data.ruleSymbol, rule)))
    if (data.symbols[entryOf(data.ruleSymbol, rule)] === 'root') found.root = value.node
  }
}

interface Place {
  readonly start: number
  readonly end: number
}

/** What the parser's stack holds for a symbol: a word of the text, or a node; nothing of a node whose name does not exist. */
interface Value extends Place {
  readonly token?: Token
  readonly node?: Expression
}

interface Findings {
  readonly options: ExpressionOptions
  root?: Expression | undefined
  /** The last that was said of a name or by the scanner: the server keeps one such message, and reads on. */
  name?: Place & { readonly message: string }
  isUnsure?: true
}

/** Does what the server's grammar does where a rule is complete (`server/util_expr_parse.y`). */
function reduce(action: readonly (string | number)[], parts: readonly Value[], found: Findings): Value | 'abort' | 'bad pattern' {
  const [kind, ...args] = action
  const start = parts[0]?.start ?? 0
  const end = parts.at(-1)?.end ?? start
  const part = (arg: string | number | undefined): Value => (typeof arg === 'number' ? parts[arg - 1] : undefined) ?? { start, end }
  const node = (op: string, name: Value | undefined, operands: readonly Value[]): Value => ({
    start,
    end,
    node: {
      op,
      ...(name?.token ? { text: name.token.text, textStart: nameStart(name.token) } : {}),
      operands: operands.flatMap((operand) => operand.node ?? []),
      start,
      end,
    },
  })
  const call = (what: NameKind, op: string, argument: Value | undefined, operands: readonly Value[]): Value => {
    const name = part(args[0])
    if (!name.token || !nameExists(what, name.token, argument, found)) return { start, end }
    return node(op, name, operands)
  }
  switch (kind) {
    case 'abort':
      return 'abort'
    case 'pass':
      return { ...part(args[0]), start, end }
    case 'make': {
      const [op, ...operands] = args
      if (operands[0] === '') return { start, end, node: { op: String(op), text: '', textStart: start + 1, operands: [], start, end } }
      return node(
        String(op),
        operands.map(part).find((each) => each.token),
        operands.map(part),
      )
    }
    case 'regex': {
      const pattern = part(args[0])
      return found.options.compiles?.(pattern.token?.text ?? '') === false ? 'bad pattern' : node('Regex', pattern, [])
    }
    case 'variable':
      return call('variable', 'Var', undefined, [])
    case 'function':
      return call('function', 'StringFuncCall', part(args[1]), [part(args[1])])
    case 'list':
      return call('list', 'ListFuncCall', part(args[1]), [part(args[1])])
    case 'unary':
      return call('unary', 'UnaryOpCall', part(args[1]), [part(args[1])])
    default:
      return call('binary', 'BinaryOpCall', part(args[2]), [part(args[1]), part(args[2])])
  }
}

/** Looks a name up; a string without anything to fill in is known to what checks its argument. */
function nameExists(kind: NameKind, name: Token, argument: Value | undefined, found: Findings): boolean {
  const constant = argument?.node?.op === 'String' ? argument.node.text : undefined
  const { error, unknown } = lookUp(kind, name.text, constant, found.options)
  if (unknown) found.isUnsure = true
  if (error !== undefined) found.name = { message: error, start: name.start, end: name.end }
  return error === undefined
}

/** Behind the `-` of an operator and the beginning of a pattern. */
function nameStart(token: Token): number {
  if (token.symbol === 'T_REGEX_I') return token.end - token.text.length - 2
  if (token.symbol === 'T_REGEX') return token.end - token.text.length - 1
  return token.symbol === 'T_OP_UNARY' || token.symbol === 'T_OP_BINARY' || token.symbol === 'T_REGEX_BACKREF' ? token.start + 1 : token.start
}

/** `yysyntax_error` of bison: what is there, and what could be, unless that were more than four. */
function syntaxError(state: number, symbol: number): string {
  const action = entryOf(data.actions, state)
  const expected: string[] = []
  if (action !== data.noAction) {
    const end = Math.min(data.last - action + 1, data.tokens)
    for (let each = Math.max(0, -action); each < end; each++) {
      if (data.check[each + action] === each && each !== errorToken && data.table[each + action] !== data.errorAction) expected.push(data.symbols[each] ?? '')
    }
  }
  const message = `syntax error, unexpected ${data.symbols[symbol]}`
  return expected.length === 0 || expected.length > 4 ? message : `${message}, expecting ${expected.join(' or ')}`
}

function stateAfter(state: number, symbol: number): number {
  const entry = entryOf(data.states, symbol - data.tokens) + state
  return entry >= 0 && entry <= data.last && data.check[entry] === state ? entryOf(data.table, entry) : entryOf(data.defaultState, symbol - data.tokens)
}

function refusal(message: string, { start, end }: Place, isUnsure: boolean): RefusedExpression {
  return { ok: false, message, isUnsure, isFatal: false, start, end }
}

const wholeOf = (text: string): Place => ({ start: 0, end: text.length })
const entryOf = (table: readonly number[], index: number): number => table[index] ?? 0
const symbolOf = (token: Token): number => symbolNumbers.get(token.symbol) ?? 0
const symbolNumbers: ReadonlyMap<string, number> = new Map(data.symbols.map((name, i) => [name, i]))
/** Bison's own token for mistakes, which this grammar has no rule for: the first mistake is the end. */
const errorToken = data.symbols.indexOf('error')
