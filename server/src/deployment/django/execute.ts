import type { SyntaxNode } from '@lezer/common'
import { dirname, isAbsolute, join } from '../../workspace/path.ts'
import { bindNames, callArguments } from './arguments.ts'
import { assignedNames } from './assigned-names.ts'
import { evaluate, evaluateList, parametersOf } from './evaluate.ts'
import { runImport } from './imports.ts'
import { type Frame, loseTrack, type Module, mergeNames, nested, type Run } from './interpreter.ts'
import { bind, MUTATING_METHODS, mutated, update } from './mutate.ts'
import { binaryOperation } from './operators.ts'
import { childrenOf, LONGEST_SOURCE, parsePython, placeOf, statementsOf, textOfNode } from './python-source.ts'
import { alternatives, isSequence, known, knownText, NONE, oneOf, truthOf, UNSET, unknown, type Value } from './values.ts'

/** Whether what follows is reached: `stopped` after `return`, `raise`, `break` and `continue`. */
type Flow = 'next' | 'stopped'

/** Reads a module once; while it is being read (an import loop) the names so far are what it has. */
export function loadModule(run: Run, path: string, dotted: string | undefined): Module {
  return run.modules.get(path) ?? executeModule(run, path, dotted).module
}

/** Reads a module; `frame`, in which further expressions of it can be evaluated, is undefined where it cannot be read. */
export function executeModule(run: Run, path: string, dotted: string | undefined): { readonly module: Module; readonly frame: Frame | undefined } {
  const module: Module = { path, dotted, names: new Map(), assignments: new Map(), gaps: [], syntaxErrorAt: undefined }
  run.modules.set(path, module)
  const frame = nested(run, 12, undefined, () => executeFile(run, module, path, undefined))
  if (frame) module.names = frame.names
  else module.gaps.push({ at: { path, start: 0, end: 0 }, why: `${path} cannot be read` })
  return { module, frame }
}

/** Runs a file, in the names of another frame if one is given. Undefined where it cannot be read. */
function executeFile(run: Run, module: Module, path: string, inside: Frame | undefined): Frame | undefined {
  const content = run.snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || content.value.text.length > LONGEST_SOURCE) return undefined
  run.files.add(path)
  const source = parsePython(path, content.value.text)
  const frame: Frame = { run, source, module, names: inside?.names ?? module.names, outer: undefined, returned: [] }
  const error = source.syntaxErrorAt
  const statements = statementsOf(source.tree.topNode)
  const firstWrong = error ? statements.findIndex((statement) => statement.to >= error.start || statement.type.isError) : -1
  runBlock(firstWrong < 0 ? statements : statements.slice(0, firstWrong), frame)
  if (error) {
    module.syntaxErrorAt ??= error
    forgetAfterError(frame, statements[firstWrong]?.from ?? error.start)
  }
  if (inside) inside.names = frame.names
  return frame
}

/** Of what follows a syntax error only this is taken: which names are assigned there. */
function forgetAfterError(frame: Frame, from: number): void {
  const why = `${frame.source.path} has a syntax error`
  const rest = frame.source.text.slice(from)
  for (const match of rest.matchAll(/^[ \t]*([A-Za-z_]\w*)[ \t]*(?:\[[^\n]*\][ \t]*)?(?:[-+*/|&]?=(?!=)|:[^=\n]+=|\.[a-z]+\()/gm))
    frame.names.set(match[1] as string, unknown(why))
  if (/import\s*\(?\s*\*|\b(?:locals|globals|vars|exec|execfile|include)\s*\(/.test(rest))
    loseTrack(frame, { path: frame.source.path, start: from, end: from }, why)
  else frame.module.gaps.push({ at: { path: frame.source.path, start: from, end: from }, why })
}

function runBlock(statements: readonly SyntaxNode[], frame: Frame): Flow {
  for (const statement of statements) if (runStatement(statement, frame) === 'stopped') return 'stopped'
  return 'next'
}

function runStatement(statement: SyntaxNode, frame: Frame): Flow {
  const flow = nested<Flow | undefined>(frame.run, 2, undefined, () => dispatch(statement, frame))
  if (flow) return flow
  const why = 'the settings are too large or too deeply nested to evaluate'
  if (frame.outer) frame.returned.push(unknown(why))
  else loseTrack(frame, placeOf(statement, frame.source), why)
  return 'stopped'
}

function dispatch(statement: SyntaxNode, frame: Frame): Flow {
  switch (statement.name) {
    case 'AssignStatement':
      runAssign(statement, frame)
      return 'next'
    case 'UpdateStatement':
      runUpdate(statement, frame)
      return 'next'
    case 'ExpressionStatement':
      // Python 2's `exec code`.
      if (/^exec\b(?!\s*\()/.test(textOfNode(statement, frame.source))) loseTrack(frame, placeOf(statement, frame.source), 'exec may set any name')
      for (const child of childrenOf(statement)) runExpression(child, statement, frame)
      return 'next'
    case 'StatementGroup':
      return runBlock(
        childrenOf(statement).filter((child) => child.name !== ';'),
        frame,
      )
    case 'ImportStatement':
      runImport(statement, frame, loadModule)
      return 'next'
    case 'IfStatement':
      return runIf(childrenOf(statement), frame)
    case 'TryStatement':
      return runTry(statement, frame)
    case 'WithStatement':
      return runWith(statement, frame)
    case 'ForStatement':
      runFor(statement, frame)
      return 'next'
    case 'FunctionDefinition':
      runFunction(statement, frame)
      return 'next'
    case 'ClassDefinition':
      runClass(statement, frame)
      return 'next'
    case 'ReturnStatement': {
      const values = childrenOf(statement).filter((child) => child.name !== 'return' && child.name !== ',')
      frame.returned.push(values.length === 0 ? known(NONE, placeOf(statement, frame.source)) : evaluateList(values, frame))
      mutateInside(values, statement, frame)
      return 'stopped'
    }
    case 'RaiseStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return 'stopped'
    case 'DeleteStatement':
      for (const child of childrenOf(statement)) {
        if (child.name === 'VariableName') frame.names.delete(textOfNode(child, frame.source))
        else if (child.name === 'MemberExpression') forgetRoot(child, frame)
      }
      return 'next'
    case 'DecoratedStatement':
    case 'WhileStatement':
    case 'MatchStatement':
      forget(statement, frame)
      return 'next'
    case 'ScopeStatement':
      for (const name of assignedNames(statement, frame.source)) frame.module.names.set(name, unknown(`${name} is set by a function`))
      return 'next'
    default:
      return 'next'
  }
}

/** All names that the code may assign are unknown from here on. */
function forget(node: SyntaxNode, frame: Frame): void {
  if (frame.outer && /\breturn\b/.test(textOfNode(node, frame.source))) frame.returned.push(unknown('what a function returns is not evaluated'))
  for (const name of assignedNames(node, frame.source)) frame.names.set(name, unknown('it is assigned by code that is not evaluated'))
}

/** The name in which a part of something stands is unknown from here on. */
function forgetRoot(node: SyntaxNode, frame: Frame): void {
  let root: SyntaxNode | undefined = node
  while (root && root.name !== 'VariableName') root = childrenOf(root)[0]
  if (root) update(root, frame, node, true, () => unknown('a part of it is changed by code that is not evaluated'))
}

/** Calls within an expression that change what they are called on: `X = APPS.pop()`. */
function mutateInside(nodes: readonly SyntaxNode[], statement: SyntaxNode, frame: Frame): void {
  const cursorEnd = nodes.at(-1)?.to ?? 0
  for (const node of nodes) {
    node.cursor().iterate((reference) => {
      if (reference.from >= cursorEnd && reference.from > node.from) return false
      const [callee, list] = reference.name === 'CallExpression' ? childrenOf(reference.node) : []
      const [object, dot, name] = callee?.name === 'MemberExpression' ? childrenOf(callee) : []
      if (!object || !list || dot?.name !== '.' || !name || !MUTATING_METHODS.has(textOfNode(name, frame.source))) return true
      const self = evaluate(object, frame)
      const isData = self.state !== 'known' || isSequence(self.value) || self.value.kind === 'dict'
      if (isData && isInLoop(reference.node, node)) forgetRoot(object, frame)
      else if (isData) {
        const args = callArguments(list, frame, evaluate, placeOf(reference.node, frame.source))
        update(object, frame, statement, true, (old) => mutated(old, textOfNode(name, frame.source), args))
      }
      return true
    })
  }
}

/** Whether code may run several times, or later. */
function isInLoop(node: SyntaxNode, whole: SyntaxNode): boolean {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (/Comprehension|Lambda|Conditional/.test(at.name)) return true
    if (at.from === whole.from && at.to === whole.to) return false
  }
  return false
}

function runAssign(statement: SyntaxNode, frame: Frame): void {
  const parts: SyntaxNode[][] = [[]]
  let assigned = false
  for (const child of childrenOf(statement)) {
    if (child.name === 'AssignOp') {
      parts.push([])
      assigned = true
    } else if (child.name !== 'TypeDef') parts.at(-1)?.push(child)
  }
  if (!assigned) return
  const right = parts.pop() as SyntaxNode[]
  const isTuple = right.some((node) => node.name === ',')
  const starred = right.some((node) => node.name === '*')
  const nodes = right.filter((node) => node.name !== ',' && node.name !== '*')
  let value = starred ? unknown('this expression is not evaluated') : evaluateList(nodes, frame)
  if (isTuple && nodes.length === 1 && nodes[0])
    value = known(
      { kind: 'tuple', items: [evaluate(nodes[0], frame)], open: false },
      { path: frame.source.path, start: nodes[0].from, end: right.at(-1)?.to ?? nodes[0].to },
    )
  mutateInside(nodes, statement, frame)
  for (const targets of parts) assign(targets, value, statement, frame)
}

/** One target, or several that unpack the value. */
function assign(nodes: readonly SyntaxNode[], value: Value, statement: SyntaxNode, frame: Frame): void {
  const targets = nodes.filter((node) => !/^[,()[\]]$/.test(node.name))
  const [target] = targets
  if (!target) return
  if (nodes.length === 1) {
    if (target.name === 'VariableName') bind(frame, textOfNode(target, frame.source), value, target, statement)
    else if (target.name === 'TupleExpression' || target.name === 'ArrayExpression' || target.name === 'ParenthesizedExpression')
      assign(childrenOf(target), value, statement, frame)
    else if (target.name === 'MemberExpression') assignMember(target, value, statement, frame)
    return
  }
  const items =
    value.state === 'known' && isSequence(value.value) && !value.value.open && value.value.items.length === targets.length ? value.value.items : undefined
  const starred = nodes.some((node) => node.name === '*')
  for (const [i, one] of targets.entries()) assign([one], (starred ? undefined : items?.[i]) ?? unknown('what is unpacked is not known'), statement, frame)
}

function assignMember(target: SyntaxNode, value: Value, statement: SyntaxNode, frame: Frame): void {
  const object = childrenOf(target)[0]
  const container = object && evaluate(object, frame)
  if (container?.state === 'known' && container.value.kind === 'symbol') {
    if (/^builtins\.(locals|globals|vars)\(\)$/.test(container.value.name))
      loseTrack(frame, placeOf(statement, frame.source), `${container.value.name.slice(9)} is changed`)
    return
  }
  if (container?.state === 'known' && container.value.kind === 'module') {
    const name = childrenOf(target).at(-1)
    if (name?.name === 'PropertyName') frame.run.modules.get(container.value.path)?.names.set(textOfNode(name, frame.source), value)
    return
  }
  update(target, frame, statement, true, () => value)
}

function runUpdate(statement: SyntaxNode, frame: Frame): void {
  const [target, operator, ...rest] = childrenOf(statement)
  if (!target || !operator) return
  const nodes = rest.filter((node) => node.name !== ',')
  let value = evaluateList(nodes, frame)
  mutateInside(nodes, statement, frame)
  if (rest.length === 2 && rest[1]?.name === ',') value = known({ kind: 'tuple', items: [value], open: false }, placeOf(statement, frame.source))
  const at = value.state === 'known' ? (value.at ?? placeOf(statement, frame.source)) : placeOf(statement, frame.source)
  const symbol = textOfNode(operator, frame.source).slice(0, -1)
  update(target, frame, statement, evaluateKind(target, frame) === 'list', (old) => {
    // `list += tuple` works where `list + tuple` does not.
    const like =
      old.state === 'known' && old.value.kind === 'list' && value.state === 'known' && isSequence(value.value)
        ? known({ ...value.value, kind: 'list' }, value.at)
        : value
    return binaryOperation(symbol, old, like, at)
  })
}

function evaluateKind(node: SyntaxNode, frame: Frame): string | undefined {
  const value = evaluate(node, frame)
  return value.state === 'known' ? value.value.kind : undefined
}

/** An expression for its effect: `X.append(…)`, `include("base.py")`, `execfile(…)`, `module.settings(locals())`. */
function runExpression(node: SyntaxNode, statement: SyntaxNode, frame: Frame): void {
  const [callee, list] = node.name === 'CallExpression' ? childrenOf(node) : []
  if (!callee || !list) return
  const [object, dot, name] = callee.name === 'MemberExpression' ? childrenOf(callee) : []
  const method = name && dot?.name === '.' ? textOfNode(name, frame.source) : ''
  const at = placeOf(node, frame.source)
  if (object && MUTATING_METHODS.has(method)) {
    const self = evaluate(object, frame)
    if (self.state !== 'known' || self.value.kind !== 'symbol') {
      const args = callArguments(list, frame, evaluate, at)
      update(object, frame, statement, true, (old) => mutated(old, method, args))
      return
    }
  }
  const by = evaluate(callee, frame)
  const symbol = by.state === 'known' && by.value.kind === 'symbol' ? by.value.name : ''
  if (symbol === 'split_settings.tools.include' || symbol === 'builtins.execfile') {
    includeFiles(list, node, frame, symbol)
    return
  }
  if (symbol === 'os.environ.setdefault') return
  if (symbol === 'builtins.exec' || symbol === 'builtins.setattr') {
    loseTrack(frame, at, `${symbol.slice(9)}() may set any name`)
    return
  }
  evaluate(node, frame)
}

/** django-split-settings and Python 2's `execfile`: the files run in the names of this one. */
function includeFiles(list: SyntaxNode, node: SyntaxNode, frame: Frame, symbol: string): void {
  for (const argument of childrenOf(list).filter((child) => !/^[(),]$/.test(child.name))) {
    const optional = argument.name === 'CallExpression' ? childrenOf(argument)[1] : undefined
    const pathNode = optional ? childrenOf(optional)[1] : argument
    const written = pathNode && knownText(evaluate(pathNode, frame))
    const path =
      written === undefined ? undefined : isAbsolute(written) ? written : symbol.startsWith('split') ? join(dirname(frame.source.path), written) : undefined
    const done =
      path !== undefined &&
      !/[*?[]/.test(path) &&
      path !== frame.source.path &&
      nested(frame.run, 12, undefined, () => executeFile(frame.run, frame.module, path, frame))
    if (!done) loseTrack(frame, placeOf(node, frame.source), `${written ?? 'a file'} is included and cannot be read`)
  }
}

interface Branch {
  readonly names: Map<string, Value>
  readonly flow: Flow
}

/** Runs code on a copy of the names. */
function branch(frame: Frame, before: Map<string, Value>, work: () => Flow): Branch {
  frame.names = new Map(before)
  const flow = work()
  return { names: frame.names, flow }
}

/** Goes on with the names of all branches that do not stop. */
function goOn(frame: Frame, before: Map<string, Value>, branches: readonly Branch[]): Flow {
  const going = branches.filter((one) => one.flow === 'next')
  frame.names = going.length === 0 ? before : going.map((one) => one.names).reduce((a, b) => mergeNames(a, b, UNSET))
  return going.length === 0 ? 'stopped' : 'next'
}

/** `if`, `elif` and `else` from the first of these children on. */
function runIf(children: readonly SyntaxNode[], frame: Frame): Flow {
  const [keyword, second, third] = children
  if (!keyword || !second) return 'next'
  if (keyword.name === 'else') return runBody(second, frame)
  if (third?.name !== 'Body') return 'next'
  const truth = truthOf(evaluate(second, frame))
  if (truth === true) return runBody(third, frame)
  const rest = children.slice(3)
  if (truth === false) return nested<Flow>(frame.run, 1, 'next', () => runIf(rest, frame))
  const before = frame.names
  const yes = branch(frame, before, () => runBody(third, frame))
  const no = branch(frame, before, () => nested<Flow>(frame.run, 1, 'next', () => runIf(rest, frame)))
  return goOn(frame, before, [yes, no])
}

const runBody = (body: SyntaxNode, frame: Frame): Flow => runBlock(statementsOf(body), frame)

function runTry(statement: SyntaxNode, frame: Frame): Flow {
  const children = childrenOf(statement)
  const bodyAfter = (keyword: string, from = 0): SyntaxNode | undefined => {
    const at = children.findIndex((child, i) => i >= from && child.name === keyword)
    return at < 0 ? undefined : children.slice(at).find((child) => child.name === 'Body')
  }
  const body = bodyAfter('try')
  if (!body) return 'next'
  const before = frame.names
  const uncertain = frame.run.uncertainImports
  const branches = [
    branch(frame, before, () => {
      const flow = runBody(body, frame)
      const otherwise = bodyAfter('else')
      return flow === 'next' && otherwise ? runBody(otherwise, frame) : flow
    }),
  ]
  const importsHold = frame.run.uncertainImports === uncertain
  for (const [i, child] of children.entries()) {
    const handler = child.name === 'except' ? bodyAfter('except', i) : undefined
    if (!handler) continue
    const caught = frame.source.text.slice(child.to, handler.from)
    const onlyImports = /^[\s(]*(ImportError|ModuleNotFoundError)([\s,]+(ImportError|ModuleNotFoundError))*[\s)]*(as\s+\w+|,\s*\w+)?\s*$/.test(caught)
    const cannotFail = importsHold && (onlyImports || statementsOf(body).every((one) => one.name === 'ImportStatement' || one.name === 'PassStatement'))
    if (!cannotFail) branches.push(branch(frame, before, () => runBody(handler, frame)))
  }
  const flow = goOn(frame, before, branches)
  const last = bodyAfter('finally')
  return last && runBody(last, frame) === 'stopped' ? 'stopped' : flow
}

function runWith(statement: SyntaxNode, frame: Frame): Flow {
  const children = childrenOf(statement)
  for (const [i, child] of children.entries()) {
    if (child.name === 'as' && children[i + 1]?.name === 'VariableName')
      frame.names.set(textOfNode(children[i + 1] as SyntaxNode, frame.source), unknown('it is read from a file'))
  }
  const body = children.find((child) => child.name === 'Body')
  if (!body) return 'next'
  const flow = runBody(body, frame)
  // Inside `with env.prefixed("X_")` the names of environment variables are not those written.
  if (/\.prefixed\s*\(/.test(frame.source.text.slice(statement.from, body.from))) forget(body, frame)
  return flow
}

const MOST_ROUNDS = 60

/** A loop over a list that is known runs; of any other only the names are taken. */
function runFor(statement: SyntaxNode, frame: Frame): void {
  const children = childrenOf(statement)
  const into = children.findIndex((child) => child.name === 'in')
  const body = children.find((child) => child.name === 'Body')
  const targets = children.slice(1, into).filter((child) => child.name !== ',')
  const over = into >= 0 && children[into + 1] && children[into + 2] === body ? evaluate(children[into + 1] as SyntaxNode, frame) : undefined
  const items = over?.state === 'known' && isSequence(over.value) && !over.value.open && over.value.items.length <= MOST_ROUNDS ? over.value.items : undefined
  const text = frame.source.text.slice(statement.from, statement.to)
  const simple =
    items &&
    body &&
    targets.every((target) => target.name === 'VariableName') &&
    !/\b(break|continue|return|yield)\b/.test(text) &&
    !children.some((child) => child.name === 'else')
  if (!simple) {
    forget(statement, frame)
    return
  }
  for (const item of items) {
    const names = bindNames(
      targets.map((target) => textOfNode(target, frame.source)),
      item,
    )
    for (const [name, value] of names ?? []) frame.names.set(name, value)
    runBody(body, frame)
  }
}

function runFunction(statement: SyntaxNode, frame: Frame): void {
  const children = childrenOf(statement)
  const name = children.find((child) => child.name === 'VariableName')
  const parameters = children.find((child) => child.name === 'ParamList')
  const body = children.find((child) => child.name === 'Body')
  if (!name || !parameters || !body) {
    forget(statement, frame)
    return
  }
  const bindParameters = parametersOf(parameters, frame)
  const unreadable = children[0]?.name === 'async' || /\byield\b/.test(frame.source.text.slice(body.from, body.to))
  const call = (args: Parameters<typeof bindParameters>[0]): Value => {
    const names = unreadable ? undefined : bindParameters(args)
    if (!names) return unknown('what a function returns is not evaluated')
    const inner: Frame = { ...frame, names, outer: frame, returned: [] }
    const flow = nested<Flow | undefined>(frame.run, 6, undefined, () => runBody(body, inner))
    if (flow === undefined) return unknown('functions call each other too deeply')
    const results = flow === 'next' ? [...inner.returned, known(NONE, args.at)] : inner.returned
    if (results.length === 0) return unknown('the function raises an exception')
    return oneOf(results.flatMap(alternatives))
  }
  bind(frame, textOfNode(name, frame.source), known({ kind: 'function', call }, placeOf(name, frame.source)), name, statement)
}

/** django-configurations takes the settings from a class: nothing at module level says what they are. */
function runClass(statement: SyntaxNode, frame: Frame): void {
  const children = childrenOf(statement)
  const name = children.find((child) => child.name === 'VariableName')
  const bases = children.find((child) => child.name === 'ArgList')
  if (!name) return
  const isConfiguration = childrenOf(bases ?? statement).some((child) => {
    const base = bases && /Name$|^MemberExpression$/.test(child.name) ? evaluate(child, frame) : undefined
    return base?.state === 'known' && base.value.kind === 'symbol' && base.value.name.startsWith('configurations.')
  })
  const at = placeOf(name, frame.source)
  if (isConfiguration) frame.module.gaps.push({ at, why: `django-configurations takes the settings from the class ${textOfNode(name, frame.source)}` })
  bind(
    frame,
    textOfNode(name, frame.source),
    isConfiguration ? known({ kind: 'symbol', name: 'configurations.Configuration' }, at) : unknown('it is a class'),
    name,
    statement,
  )
}
