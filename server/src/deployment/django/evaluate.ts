import type { SyntaxNode } from '@lezer/common'
import { callArguments, comprehension } from './arguments.ts'
import { callEnv, readVariable } from './environment.ts'
import { environmentVariable, type Frame, lookUp, loseTrack, nested } from './interpreter.ts'
import { attributeOf, callMethod } from './methods.ts'
import { binaryOperation, compare, mergeDicts, slice, strOf, subscript } from './operators.ts'
import { osAbspath, osJoin } from './os-path.ts'
import { childrenOf, placeOf, textOfNode } from './python-source.ts'
import { decodeEscapes, decodeNumber, decodeStringLiteral } from './python-text.ts'
import { builtinNamed, callSymbol, symbolNamed } from './symbols.ts'
import {
  alternatives,
  type CallArguments,
  combine,
  type DictEntry,
  isSequence,
  known,
  knownText,
  NONE,
  numberOf,
  oneOf,
  type Place,
  type PyDict,
  type PyValue,
  placed,
  pyBoolean,
  pyNumber,
  pyString,
  type Settled,
  truthOf,
  truthOfPy,
  unknown,
  type Value,
} from './values.ts'

/** What an expression gives. Never throws; what is beyond the subset that settings use is unknown. */
export function evaluate(node: SyntaxNode, frame: Frame): Value {
  return nested<Value>(frame.run, 1, TOO_MUCH, () => evaluateAt(node, frame, placeOf(node, frame.source)))
}

const TOO_MUCH = unknown('the settings are too large or too deeply nested to evaluate')

/** Nodes between commas as one value: the node itself, or a tuple. */
export function evaluateList(nodes: readonly SyntaxNode[], frame: Frame): Value {
  const [first] = nodes
  const last = nodes.at(-1)
  if (!first || !last) return unknown('there is no value')
  if (nodes.length === 1) return evaluate(first, frame)
  return known(sequence('tuple', nodes, frame), { path: frame.source.path, start: first.from, end: last.to })
}

function evaluateAt(node: SyntaxNode, frame: Frame, at: Place): Value {
  switch (node.name) {
    case 'String':
      return stringValue(node, frame, at)
    case 'FormatString':
      return formatString(node, frame, at)
    case 'ContinuedString':
      return childrenOf(node)
        .map((part) => evaluate(part, frame))
        .reduce((a, b) => binaryOperation('+', a, b, at))
    case 'Number': {
      const number = decodeNumber(textOfNode(node, frame.source))
      return number === undefined ? unknown('this number is not evaluated') : known(pyNumber(number), at)
    }
    case 'Boolean':
      return known(pyBoolean(textOfNode(node, frame.source) === 'True'), at)
    case 'None':
      return known(NONE, at)
    case 'VariableName':
      return variable(textOfNode(node, frame.source), frame, at)
    case 'ParenthesizedExpression':
    case 'NamedExpression': {
      if (frame.source.text.charAt(node.from) === '`') return unknown('what repr() gives is not evaluated')
      const inner = childrenOf(node).filter((child) => child.name !== '(' && child.name !== ')')
      const value = inner.at(-1)
      return value && !inner.some((child) => child.name === '*') ? placed(evaluate(value, frame), at) : unknown('this expression is not evaluated')
    }
    case 'ArrayExpression':
      return known(sequence('list', childrenOf(node), frame), at)
    case 'TupleExpression':
      return known(sequence('tuple', childrenOf(node), frame), at)
    case 'SetExpression':
      return known(sequence('set', childrenOf(node), frame), at)
    case 'DictionaryExpression':
      return known(dictionary(node, frame), at)
    case 'ArrayComprehensionExpression':
    case 'SetComprehensionExpression':
    case 'ComprehensionExpression':
      return comprehension(node, frame, evaluate, at)
    case 'ConditionalExpression':
      return conditional(node, frame)
    case 'BinaryExpression':
    case 'UnaryExpression':
      return operation(node, frame, at)
    case 'MemberExpression':
      return member(node, frame, at)
    case 'CallExpression':
      return call(node, frame, at)
    case 'LambdaExpression':
      return lambda(node, frame, at)
    default:
      return unknown('this expression is not evaluated')
  }
}

function stringValue(node: SyntaxNode, frame: Frame, at: Place): Value {
  const literal = decodeStringLiteral(textOfNode(node, frame.source))
  if (!literal) return unknown('the string is malformed')
  return known(literal.bytes ? { kind: 'string', value: literal.value, bytes: true } : pyString(literal.value), at)
}

function formatString(node: SyntaxNode, frame: Frame, at: Place): Value {
  const text = textOfNode(node, frame.source)
  const open = /^([A-Za-z]*)("""|'''|"|')/.exec(text)
  if (!open) return unknown('the string is malformed')
  const raw = /r/i.test(open[1] as string)
  const parts: Value[] = []
  const literal = (from: number, to: number): void => {
    const written = frame.source.text.slice(from, to)
    // A lone brace: what the parser was given is not what is written (a line that looks like a comment).
    if (/[{}]/.test(written.replace(/\{\{|\}\}/g, ''))) parts.push(unknown('this string is not evaluated'))
    const body = written.replaceAll('{{', '{').replaceAll('}}', '}')
    if (body !== '') parts.push(known(pyString(raw ? body : decodeEscapes(body)), at))
  }
  let position = node.from + open[0].length
  for (const child of childrenOf(node).filter((one) => one.name === 'FormatReplacement')) {
    literal(position, child.from)
    parts.push(replacement(child, frame))
    position = child.to
  }
  literal(position, node.to - (open[2] as string).length)
  return combine(parts, at, (...values) => {
    const texts = values.map(strOf)
    return texts.includes(undefined) ? undefined : pyString(texts.join(''))
  })
}

function replacement(node: SyntaxNode, frame: Frame): Value {
  const inner = childrenOf(node).filter((child) => child.name !== '{' && child.name !== '}')
  const [expression, ...rest] = inner
  const simple = rest.every((child) => child.name === 'FormatConversion' && textOfNode(child, frame.source) === '!s')
  return expression && simple ? evaluate(expression, frame) : unknown('a formatted value is not evaluated')
}

function variable(name: string, frame: Frame, at: Place): Value {
  const value = lookUp(frame, name)
  if (value) return placed(value, at)
  if (name === '__file__') return known(pyString(frame.source.path), at)
  if (name === '__name__') return frame.module.dotted === undefined ? unknown('the name of the module is not known') : known(pyString(frame.module.dotted), at)
  const builtin = builtinNamed(name)
  return builtin ? known(builtin, at) : unknown(`${name} has no value here`)
}

/** Items between commas; `*x` puts in the items of x. Punctuation among the nodes is passed over. */
function sequence(kind: 'list' | 'tuple' | 'set', nodes: readonly SyntaxNode[], frame: Frame): PyValue {
  const items: Value[] = []
  let open = false
  let starred = false
  for (const node of nodes) {
    if (node.name === '*') starred = true
    if (/^[[\](){},*]$/.test(node.name)) continue
    const value = evaluate(node, frame)
    if (!starred) items.push(value)
    else if (value.state === 'known' && isSequence(value.value)) {
      items.push(...value.value.items)
      open ||= value.value.open
    } else open = true
    starred = false
  }
  return items.length > MOST_ITEMS ? { kind, items: [], open: true } : { kind, items, open }
}

function dictionary(node: SyntaxNode, frame: Frame): PyDict {
  const entries: DictEntry[] = []
  let open = false
  let key: Value | undefined
  let spread = false
  for (const child of childrenOf(node)) {
    if (child.name === '**') spread = true
    if (/^([{},:]|\*\*)$/.test(child.name)) continue
    const value = evaluate(child, frame)
    if (spread) {
      if (value.state === 'known' && value.value.kind === 'dict') entries.push(...value.value.entries)
      open ||= value.state !== 'known' || value.value.kind !== 'dict' || value.value.open
      spread = false
    } else if (!key) key = value
    else {
      if (key.state === 'known') entries.push({ key: key.value, value })
      else open = true
      key = undefined
    }
  }
  return mergeDicts({ kind: 'dict', entries: [], open }, { kind: 'dict', entries: entries.slice(0, MOST_ITEMS), open: entries.length > MOST_ITEMS })
}

const MOST_ITEMS = 5000

function conditional(node: SyntaxNode, frame: Frame): Value {
  const [yes, , condition, , no] = childrenOf(node)
  if (!yes || !condition || !no) return unknown('this expression is not evaluated')
  const truth = truthOf(evaluate(condition, frame))
  if (truth !== undefined) return evaluate(truth ? yes : no, frame)
  return oneOf([evaluate(yes, frame), evaluate(no, frame)])
}

/** Operators, `and`, `or` and `not`. */
function operation(node: SyntaxNode, frame: Frame, at: Place): Value {
  const terms = booleanTerms(node, 0)
  if (!terms) return TOO_MUCH
  if (terms.length > 1) return orExpression(terms, frame, at)
  const children = childrenOf(node)
  if (node.name === 'UnaryExpression') {
    const [sign, operand] = children
    const operator = sign && textOfNode(sign, frame.source)
    if (!operand || (operator !== '-' && operator !== '+')) return unknown('this expression is not evaluated')
    return combine([evaluate(operand, frame)], at, (value) => {
      const number = value && numberOf(value)
      return number === undefined ? undefined : pyNumber(operator === '-' ? -number : number)
    })
  }
  const left = children[0]
  const right = children.at(-1)
  if (!left || !right || children.length < 3) return unknown('this expression is not evaluated')
  const operator = children
    .slice(1, -1)
    .map((child) => textOfNode(child, frame.source))
    .join(' ')
  if (!/^(==|!=|<>|<=?|>=?|in|not in|is|is not)$/.test(operator)) return binaryOperation(operator, evaluate(left, frame), evaluate(right, frame), at)
  // `a < b < c` is parsed as `(a < b) < c`, which is not what it means.
  if (left.name === 'BinaryExpression' && childrenOf(left).some((child) => /^(CompareOp|in|is)$/.test(child.name)))
    return unknown('a chain of comparisons is not evaluated')
  const container = evaluate(right, frame)
  if (operator.endsWith('in') && container.state === 'known' && container.value.kind === 'symbol' && container.value.name === 'os.environ') {
    return variableIsSet(evaluate(left, frame), operator === 'in', frame, at)
  }
  return combine([evaluate(left, frame), container], at, (a, b) => (a && b ? compare(operator, a, b) : undefined))
}

function variableIsSet(name: Value, positive: boolean, frame: Frame, at: Place): Value {
  const variableName = knownText(name)
  if (variableName === undefined) return unknown('it depends on an environment variable')
  const found = environmentVariable(frame, variableName)
  const value = pyBoolean((found !== undefined) === positive)
  if (found?.from === 'given') return known(value, at)
  return { state: 'default', variable: variableName, value, at, from: found ? '.env' : 'code' }
}

type Term = SyntaxNode | 'and' | 'or' | 'not'

/**
 * `not a and b or c` as a flat list. The grammar gives `not` everything that follows, so its tree
 * cannot be taken as it is: Python binds `not` tighter than `and`, and `and` tighter than `or`.
 */
function booleanTerms(node: SyntaxNode, depth: number): Term[] | undefined {
  if (depth > MOST_TERMS) return undefined
  const [left, operator, right] = childrenOf(node)
  if (node.name === 'UnaryExpression' && left?.name === 'not' && operator) {
    const operand = booleanTerms(operator, depth + 1)
    return operand && ['not', ...operand]
  }
  if (node.name !== 'BinaryExpression' || !left || !right || (operator?.name !== 'and' && operator?.name !== 'or')) return [node]
  const before = booleanTerms(left, depth + 1)
  const after = booleanTerms(right, depth + 1)
  return before && after && [...before, operator.name, ...after]
}

const MOST_TERMS = 40

function orExpression(terms: readonly Term[], frame: Frame, at: Place): Value {
  return split(terms, 'or')
    .map((part) =>
      split(part, 'and')
        .map((one) => notExpression(one, frame, at))
        .reduce((a, b) => choose(a, b, false)),
    )
    .reduce((a, b) => choose(a, b, true))
}

function notExpression(terms: readonly Term[], frame: Frame, at: Place): Value {
  const node = terms.at(-1)
  if (node === undefined || typeof node === 'string') return unknown('this expression is not evaluated')
  const value = evaluate(node, frame)
  const negations = terms.length - 1
  if (negations === 0) return value
  return combine([value], at, (one) => {
    const truth = one && truthOfPy(one)
    return truth === undefined ? undefined : pyBoolean(negations % 2 === 1 ? !truth : truth)
  })
}

function split(terms: readonly Term[], by: 'and' | 'or'): Term[][] {
  const parts: Term[][] = [[]]
  for (const term of terms) {
    if (term === by) parts.push([])
    else parts.at(-1)?.push(term)
  }
  return parts
}

/** `a or b` (`first` true) and `a and b`: one of the two operands. */
function choose(a: Value, b: Value, first: boolean): Value {
  return oneOf(
    alternatives(a).flatMap((one): readonly Settled[] => {
      if (one.state === 'unknown') return one.variable === undefined ? [one, ...alternatives(b)] : [one]
      const truth = truthOfPy(one.value)
      if (truth === undefined) return [one, ...alternatives(b)]
      if (truth === first) return [one]
      if (one.state === 'known') return alternatives(b)
      return alternatives(b).map((other) =>
        other.state === 'known' ? { state: 'default', variable: one.variable, from: one.from, value: other.value, at: other.at } : other,
      )
    }),
  )
}

function member(node: SyntaxNode, frame: Frame, at: Place): Value {
  const [objectNode, ...rest] = childrenOf(node)
  if (!objectNode) return unknown('this expression is not evaluated')
  const object = evaluate(objectNode, frame)
  if (rest[0]?.name !== '[') return attribute(object, rest[1] ? textOfNode(rest[1], frame.source) : '', frame, at)
  const inside = rest.slice(1, -1)
  if (object.state === 'known' && object.value.kind === 'symbol') {
    return object.value.name === 'os.environ' && inside[0] ? readVariable(frame, evaluate(inside[0], frame), undefined, at) : unknown('it is made by a library')
  }
  const colon = inside.findIndex((child) => child.name === ':')
  if (colon < 0) return inside[0] && inside.length === 1 ? subscripted(object, evaluate(inside[0], frame), at) : unknown('this subscript is not evaluated')
  const bound = (node: SyntaxNode | undefined): number | undefined => {
    const value = node && evaluate(node, frame)
    return value?.state === 'known' ? numberOf(value.value) : undefined
  }
  const [from, to] = [inside[colon - 1], inside[colon + 1]]
  const [start, end] = [bound(from), bound(to)]
  if (inside.length > 3 || (from && start === undefined) || (to && end === undefined)) return unknown('this subscript is not evaluated')
  return combine([object], at, (value) => value && slice(value, start, end))
}

function subscripted(object: Value, key: Value, at: Place): Value {
  if (object.state === 'known' && key.state === 'known') return placed(subscript(object.value, key.value), at)
  if (object.state === 'unknown') return object
  return combine([object, key], at, (one, two) => {
    const item = one && two && subscript(one, two)
    return item?.state === 'known' ? item.value : undefined
  })
}

function attribute(object: Value, name: string, frame: Frame, at: Place): Value {
  if (object.state === 'known' && object.value.kind === 'symbol') return known(symbolNamed(`${object.value.name}.${name}`), at)
  if (object.state === 'known' && object.value.kind === 'module') {
    const value = frame.run.modules.get(object.value.path)?.names.get(name)
    return value ? placed(value, at) : unknown(`${name} is not found in ${object.value.path}`)
  }
  if (object.state === 'unknown') return object
  return combine([object], at, (value) => value && attributeOf(value, name))
}

function call(node: SyntaxNode, frame: Frame, at: Place): Value {
  const [callee, list] = childrenOf(node)
  if (!callee || !list) return unknown('this call is not evaluated')
  const args = callArguments(list, frame, evaluate, at)
  const touchesNames = [...args.positional, ...args.named.values()].some(
    (one) => one.state === 'known' && one.value.kind === 'symbol' && /^builtins\.(locals|globals|vars)\(\)$/.test(one.value.name),
  )
  if (touchesNames) loseTrack(frame, at, `${textOfNode(callee, frame.source)}() may set any name`)
  const [object, dot, name] = callee.name === 'MemberExpression' ? childrenOf(callee) : []
  if (!object || dot?.name !== '.' || !name) return callValue(evaluate(callee, frame), args, frame)
  const self = evaluate(object, frame)
  const method = textOfNode(name, frame.source)
  if (self.state === 'unknown') return self
  if (self.state === 'known' && self.value.kind === 'env') return callEnv(frame, self.value, method, args)
  if (self.state === 'known' && (self.value.kind === 'symbol' || self.value.kind === 'module')) {
    if (self.value.kind === 'symbol' && /^builtins\.(locals|globals|vars)\(\)$/.test(self.value.name))
      loseTrack(frame, at, `${self.value.name.slice(9)} is changed`)
    return callValue(attribute(self, method, frame, at), args, frame)
  }
  return callMethod(self, method, args)
}

function callValue(callee: Value, args: CallArguments, frame: Frame): Value {
  if (callee.state === 'unknown') return callee
  if (callee.state !== 'known') return unknown('which function is called is not known')
  const by = callee.value
  if (by.kind === 'symbol' && by.name.startsWith('dynaconf.')) loseTrack(frame, args.at, 'dynaconf sets the settings')
  if (by.kind === 'symbol') return callSymbol(frame, by.name, args)
  if (by.kind === 'function') return by.call(args)
  if (by.kind === 'env') return callEnv(frame, by, 'call', args)
  if (by.kind !== 'path' || by.flavor !== 'environ' || args.open) return unknown('this call is not evaluated')
  // `root("static")` of django-environ gives a string.
  return combine(args.positional, args.at, (...values) => {
    const texts = values.map((value) => (value.kind === 'string' ? value.value : undefined))
    const joined = texts.includes(undefined) ? undefined : osAbspath(osJoin(by.value, ...(texts as string[])))
    return joined === undefined ? undefined : pyString(joined)
  })
}

function lambda(node: SyntaxNode, frame: Frame, at: Place): Value {
  const children = childrenOf(node)
  const parameters = children.find((child) => child.name === 'ParamList')
  const body = children.at(-1)
  if (!parameters || !body || body === parameters) return unknown('this expression is not evaluated')
  const bind = parametersOf(parameters, frame)
  return known(
    {
      kind: 'function',
      call: (args) => {
        const names = bind(args)
        return names ? evaluate(body, { ...frame, names, outer: frame }) : unknown('the arguments of a call cannot be read')
      },
    },
    at,
  )
}

/** How the arguments of a call become the names of a function; undefined where they do not fit or cannot be read. */
export function parametersOf(list: SyntaxNode, frame: Frame): (args: CallArguments) => Map<string, Value> | undefined {
  interface Parameter {
    name: string
    star: string
    fallback: Value | undefined
  }
  const parameters: Parameter[] = []
  let star = ''
  let assigned = false
  for (const child of childrenOf(list)) {
    if (child.name === '*' || child.name === '**') star = child.name
    else if (child.name === 'AssignOp') assigned = true
    else if (child.name === ',') star = ''
    else if (assigned) {
      const last = parameters.at(-1)
      if (last) last.fallback = evaluate(child, frame)
      assigned = false
    } else if (child.name === 'VariableName') parameters.push({ name: textOfNode(child, frame.source), star, fallback: undefined })
  }
  return (args) => {
    if (args.open) return undefined
    const names = new Map<string, Value>()
    const rest = [...args.positional]
    for (const { name, star: kind, fallback } of parameters) {
      if (kind === '*') names.set(name, known({ kind: 'tuple', items: rest.splice(0), open: false }, args.at))
      else if (kind === '**') names.set(name, unknown('named arguments are not evaluated'))
      else {
        const value = args.named.get(name) ?? rest.shift() ?? fallback
        if (!value) return undefined
        names.set(name, value)
      }
    }
    return rest.length > 0 ? undefined : names
  }
}
