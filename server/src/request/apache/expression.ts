import type { Match } from '../../regex/match.ts'
import { type ExpressionOptions, parseExpression } from '../../syntax/apache/expression/parse-expression.ts'
import type { Expression } from '../../syntax/apache/expression/tree.ts'
import { hexadecimal, md5, sha1 } from '../digest.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { escapeUri, lowerCase, sameIgnoringCase, toBytes, unescapeUrl, upperCase } from './bytes.ts'
import type { Exchange } from './exchange.ts'
import { Undecided } from './files.ts'
import { fnmatch } from './fnmatch.ts'
import { isInSubnet } from './ip-address.ts'
import { mayHold } from './may-hold.ts'
import { compilePattern } from './pattern.ts'
import { headerVariables, requestVariable, serverAdmin } from './request-facts.ts'

/** What groups of a pattern hold, for `$1` in an expression and behind it. */
export interface Captures {
  match: Match | undefined
}

/** Reads a condition; undefined where Apache would not take it. */
export const parseCondition = (text: string): Expression | undefined => parsed(text, {})

/** Reads a text with `%{…}` in it. */
export const parseText = (text: string): Expression | undefined => parsed(text, { isString: true })

function parsed(text: string, options: ExpressionOptions): Expression | undefined {
  const key = `${options.isString ? 's' : 'c'} ${text}`
  const known = trees.get(key)
  if (known !== undefined) return known ?? undefined
  const verdict = parseExpression(text, { ...options, mayHaveOtherNames: true })
  const root = verdict.ok ? verdict.root : undefined
  if (trees.size >= mostKept) trees.clear()
  trees.set(key, root ?? null)
  return root
}

const trees = new Map<string, Expression | null>()
const mostKept = 1000

/** Whether a condition holds; undefined where it fails. Its headers become part of `Vary`. */
export function evaluate(r: Exchange, expression: Expression, captures: Captures = { match: undefined }): boolean {
  const evaluation: Evaluation = { r, captures, vary: [] }
  const result = mayHold(r.world, expression, () => holds(expression, evaluation))
  if (evaluation.vary.length > 0) r.headersOut.merge('Vary', evaluation.vary.join(', '))
  return result
}

/** The text that a string expression makes. */
export const evaluateText = (r: Exchange, expression: Expression, captures: Captures = { match: undefined }): string =>
  text(expression, { r, captures, vary: [] })

/** The text of an argument with `%{…}` filled in. */
export function expandText(r: Exchange, written: string): string {
  const expression = parseText(written)
  return expression ? evaluateText(r, expression) : written
}

interface Evaluation {
  readonly r: Exchange
  readonly captures: Captures
  readonly vary: string[]
}

function holds(node: Expression, e: Evaluation): boolean {
  const [a, b] = node.operands
  const word = (operand: Expression | undefined): string => (operand ? text(operand, e) : '')
  switch (node.op) {
    case 'True':
      return true
    case 'False':
      return false
    case 'Not':
      return a !== undefined && !holds(a, e)
    case 'Or':
      return (a !== undefined && holds(a, e)) || (b !== undefined && holds(b, e))
    case 'And':
      return a !== undefined && holds(a, e) && b !== undefined && holds(b, e)
    case 'Comp':
      return a !== undefined && holds(a, e)
    case 'UnaryOpCall':
      return unary(node.text ?? '', word(a), e)
    case 'BinaryOpCall':
      return binary(lowerCase(node.text ?? ''), word(a), word(b))
    case 'EQ':
      return compareNumbers(word(a), word(b)) === 0
    case 'NE':
      return compareNumbers(word(a), word(b)) !== 0
    case 'LT':
      return compareNumbers(word(a), word(b)) < 0
    case 'LE':
      return compareNumbers(word(a), word(b)) <= 0
    case 'GT':
      return compareNumbers(word(a), word(b)) > 0
    case 'GE':
      return compareNumbers(word(a), word(b)) >= 0
    case 'STR_EQ':
      return word(a) === word(b)
    case 'STR_NE':
      return word(a) !== word(b)
    case 'STR_LT':
      return word(a) < word(b)
    case 'STR_LE':
      return word(a) <= word(b)
    case 'STR_GT':
      return word(a) > word(b)
    case 'STR_GE':
      return word(a) >= word(b)
    case 'IN':
      return b !== undefined && isInList(word(a), b, e)
    case 'REG':
      return matches(word(a), b, e)
    case 'NRE':
      return !matches(word(a), b, e)
    default:
      return false
  }
}

/** `server/util_expr_eval.c: intstrcmp`: numbers that are digits alone are compared by value. */
function compareNumbers(a: string, b: string): number {
  const digits = (value: string): bigint => BigInt(/^\d+/.exec(value)?.[0] ?? '0')
  const difference = digits(a) - digits(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function matches(subject: string, regex: Expression | undefined, e: Evaluation): boolean {
  const written = regex?.text ?? ''
  // What stands behind the pattern's closing delimiter: an `i`, or nothing.
  const caseless = regex !== undefined && regex.end - (regex.textStart ?? 0) - written.length > 1
  const pattern = compilePattern(toBytes(written), caseless)
  const match = pattern?.run(subject)
  if (/\((?!\?)|\(\?(?:P?<[A-Za-z_]|')/.test(written)) e.captures.match = match
  return match !== undefined
}

function isInList(needle: string, list: Expression, e: Evaluation): boolean {
  if (list.op !== 'ListElement') return false
  return list.operands.some((operand) => (operand.op === 'ListElement' ? isInList(needle, operand, e) : text(operand, e) === needle))
}

function text(node: Expression, e: Evaluation): string {
  switch (node.op) {
    case 'String':
    case 'Digit':
      return toBytes(node.text ?? '')
    case 'Concat':
      return node.operands.map((operand) => text(operand, e)).join('')
    case 'Var':
      return variable(node.text ?? '', e)
    case 'StringFuncCall':
      return call(lowerCase(node.text ?? ''), node.operands[0] ? text(node.operands[0], e) : '', e)
    case 'RegexBackref':
      return e.captures.match?.groups[Number(node.text)] ?? ''
    default:
      return ''
  }
}

function variable(name: string, e: Evaluation): string {
  const upper = upperCase(name)
  const header = headerVariables[upper]
  if (header !== undefined) {
    if (header !== 'Host') e.vary.push(header)
    return e.r.headersIn.get(header) ?? ''
  }
  const { r } = e
  switch (upper) {
    case 'DOCUMENT_URI':
      return r.env.get('DOCUMENT_URI') ?? r.uri
    case 'SERVER_ADMIN':
      return serverAdmin(r) ?? '[no address given]'
    case 'CONTENT_TYPE':
      return r.contentType ?? ''
    case 'HANDLER':
      return r.handler ?? ''
    case 'REQUEST_STATUS':
      return String(r.status)
    case 'HTTP2':
      return 'off'
    case 'REMOTE_IDENT':
      return ''
    default: {
      const value = requestVariable(upper, r)
      if (value !== undefined) return value
      // The time, the port of the client, log ids: nobody can know them beforehand.
      throw new Undecided(`%{${name}}`)
    }
  }
}

function call(name: string, argument: string, e: Evaluation): string {
  const { r } = e
  switch (name) {
    case 'req':
    case 'http':
      if (!sameIgnoringCase(argument, 'Host')) e.vary.push(argument)
      return r.headersIn.get(argument) ?? ''
    case 'req_novary':
      return r.headersIn.get(argument) ?? ''
    case 'resp':
      return r.headersOut.get(argument) ?? r.errHeadersOut.get(argument) ?? ''
    case 'reqenv':
      return r.env.get(argument) ?? ''
    case 'note':
      return r.notes.get(argument) ?? ''
    case 'env':
      return r.notes.get(argument) ?? r.env.get(argument) ?? ''
    case 'osenv':
      return ''
    case 'tolower':
      return lowerCase(argument)
    case 'toupper':
      return upperCase(argument)
    case 'escape':
      return escapeUri(argument)
    case 'unescape': {
      const { text: plain, status } = unescapeUrl(argument, { forbidSlashes: true })
      return status === 0 ? plain : ''
    }
    case 'base64':
      return toBase64(argument)
    case 'unbase64':
      return fromBase64(argument)
    case 'md5':
      return hexadecimal(md5(argument))
    case 'sha1':
      return hexadecimal(sha1(argument))
    case 'file': {
      const found = r.world.files.content(argument)
      return found.state === 'content' ? found.text : ''
    }
    case 'filesize':
      return String(r.world.files.stat(argument).size)
    case 'ldap':
      return argument.replace(/[*()\\\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    default:
      return ''
  }
}

function unary(name: string, argument: string, e: Evaluation): boolean {
  const { r } = e
  switch (name) {
    case 'n':
      return argument !== ''
    case 'z':
      return argument === ''
    case 'T':
      return !/^(?:|off|no|false|0)$/i.test(argument)
    case 'R':
      return isInSubnet(r.clientAddress, argument)
    case 'd':
      return r.world.files.stat(argument).kind === 'folder'
    case 'e':
      return r.world.files.stat(argument).kind !== 'none'
    case 'f':
      return r.world.files.stat(argument).kind === 'file'
    case 's': {
      const facts = r.world.files.stat(argument)
      return facts.kind === 'file' && facts.size > 0
    }
    case 'L':
    case 'h':
      return r.world.files.lstat(argument).kind === 'link'
    case 'x':
      return r.world.files.stat(argument).kind !== 'none' && r.world.files.stat(argument).executable
    case 'F': {
      const found = r.world.lookUpFile(r, argument)
      return found.status < 300 && r.world.files.stat(found.filename ?? '').kind !== 'none'
    }
    case 'U':
    case 'A': {
      if (r.main && r.main.uri === r.uri) return false
      return r.world.lookUpUri(r, argument).status < 400
    }
    default:
      return false
  }
}

function binary(name: string, a: string, b: string): boolean {
  switch (name) {
    case 'ipmatch':
      return isInSubnet(a, b)
    case 'strmatch':
      return fnmatch(b, a, { pathname: false })
    case 'strcmatch':
      return fnmatch(b, a, { pathname: false, ignoresCase: true })
    case 'fnmatch':
      return fnmatch(b, a, { pathname: true })
    default:
      return false
  }
}
