import { parseNumber } from '../../catalog/nginx/values.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { conditionOf } from '../../site/nginx/conditions.ts'
import { choose } from '../choices.ts'
import { isKnown, readable } from '../unknown.ts'
import { isExecutable, openPath } from './files.ts'
import { declined, execute, note, type Run } from './run.ts'
import { compileValue, evaluate, type Writing, writeParts } from './script.ts'
import { argumentAt, argumentsOf, bytesOf, type Scope } from './settings.ts'
import { unescapeRedirect } from './uri.ts'

/** What ends the directives of the rewrite module in a block. */
type End = { readonly status: number } | { readonly text: string; readonly status: number } | 'stop'

/** What the rewrite module does in its phase: `declined` where the request goes on, else a status or a text to be sent. */
export type RewriteResult = typeof declined | { readonly status: number; readonly text: string | undefined }

/** Carries out the directives of the rewrite module of the scope, one after the other (`ngx_http_rewrite_handler`). */
export function rewritePhase(run: Run, enter: (scope: Scope) => void): RewriteResult {
  const writing: Writing = { quote: true, isArgs: false }
  const end = carryOut(run, run.scope.block.children, writing, enter)
  return end === undefined || end === 'stop' ? declined : { status: end.status, text: 'text' in end ? end.text : undefined }
}

function carryOut(run: Run, directives: readonly PlacedDirective[], writing: Writing, enter: (scope: Scope) => void): End | undefined {
  for (const directive of directives) {
    if (directive.presence === 'absent') continue
    switch (directive.name) {
      case 'set':
        setVariable(run, directive, writing)
        break
      case 'break':
        stopCycle(run)
        note(run, 'rewrite', 'break: nothing more is rewritten here', directive)
        return 'stop'
      case 'return':
        return returned(run, directive)
      case 'rewrite': {
        const end = rewrite(run, directive, writing)
        if (end) return end
        break
      }
      case 'if': {
        const holds = conditionHolds(run, directive, writing)
        if (holds === 'failed') return { status: 500 }
        if (!holds) break
        if (run.scope.kind !== 'server') {
          enter({ block: directive, kind: 'if', name: run.scope.name, modifier: run.scope.modifier })
        }
        const end = carryOut(run, directive.children, writing, enter)
        if (end) return end
        break
      }
      default:
    }
  }
  return undefined
}

function stopCycle(run: Run): void {
  if (!run.uriChanged) return
  run.validLocation = false
  run.uriChanged = false
}

function setVariable(run: Run, directive: PlacedDirective, writing: Writing): void {
  const [name = '', text = ''] = argumentsOf(directive)
  const variable = name.replace(/^\$/, '').toLowerCase()
  const value = written(run, text, writing)
  if (variable === 'args') run.args = value
  else run.variables.set(variable, value)
  note(run, 'rewrite', `${name} is "${value}"`, directive, 'passed')
}

const written = (run: Run, text: string, writing: Writing): string => evaluate(run, text, { ...writing })

function returned(run: Run, directive: PlacedDirective): End {
  const [first = '', second] = argumentsOf(directive)
  const status = parseNumber(first)
  if (status === undefined) {
    const text = evaluate(run, first)
    note(run, 'rewrite', `return 302 to ${text}`, directive)
    return { status: 302, text }
  }
  if (status < 400 || (second !== undefined && second !== '')) {
    const text = evaluate(run, second ?? '')
    note(run, 'rewrite', `return ${status}${isRedirect(status) ? ` to ${text}` : ''}`, directive)
    return { status, text }
  }
  note(run, 'rewrite', `return ${status}`, directive)
  return { status }
}

export const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

function rewrite(run: Run, directive: PlacedDirective, writing: Writing): End | undefined {
  const [pattern = '', given = '', flag] = argumentsOf(directive)
  const matches = execute(run, pattern, false, run.uri)
  if (matches === 'failed') return { status: 500 }
  if (!matches) {
    run.captures = []
    note(run, 'rewrite', `${pattern} does not match ${run.uri}`, directive, 'lost')
    return undefined
  }
  const addArgs = !given.endsWith('?')
  const replacement = addArgs ? given : given.slice(0, -1)
  const absolute = /^(?:https?:\/\/|\$scheme)/.test(given)
  const redirect = absolute || flag === 'redirect' || flag === 'permanent'
  const before = run.uri
  run.internal = true
  run.validUnparsedUri = false
  if (flag === 'break') {
    run.validLocation = false
    run.uriChanged = false
  } else run.uriChanged = true
  writing.quote = redirect
  const { text, argsAt } = writeParts(run, compileValue(replacement, !redirect), writing)
  writing.quote = false
  writing.isArgs = false
  if (redirect) {
    let location = unescapeRedirect(text)
    if (addArgs && run.args !== '') location += (hasLiteralMark(replacement) ? '&' : '?') + run.args
    run.response.location = location
    const status = flag === 'permanent' ? 301 : 302
    note(run, 'rewrite', `${pattern} matches ${before}: ${status} to ${location}`, directive)
    return { status }
  }
  if (argsAt !== undefined) {
    run.uri = text.slice(0, argsAt)
    run.args = text.slice(argsAt) + (addArgs && run.args !== '' ? `&${run.args}` : '')
  } else {
    run.uri = text
    if (!addArgs) run.args = ''
  }
  note(run, 'rewrite', `${pattern} matches ${before}: now ${run.uri}${run.args === '' ? '' : `?${run.args}`}`, directive)
  if (run.uri === '') return { status: 500 }
  return flag === 'last' || flag === 'break' ? 'stop' : undefined
}

/** A question mark as it is written: those that variables bring do not count. */
const hasLiteralMark = (replacement: string): boolean => compileValue(replacement).some((part) => part.kind === 'text' && part.text.includes('?'))

function conditionHolds(run: Run, directive: PlacedDirective, writing: Writing): boolean | 'failed' {
  const condition = conditionOf(directive)
  if (!condition) return false
  const text = bytesOf(directive, { ...condition.argument, value: condition.value })
  const test = tested(run, condition.variable, condition.operator, text, directive, writing)
  if (test !== 'failed')
    note(run, 'rewrite', `if (${directive.argumentText.replace(/^\(|\)$/g, '')}) ${test ? 'holds' : 'does not hold'}`, directive, test ? 'passed' : 'lost')
  return test
}

function tested(run: Run, variable: string | undefined, operator: string, text: string, directive: PlacedDirective, writing: Writing): boolean | 'failed' {
  if (variable === undefined) {
    const operation = argumentAt(directive, 0)?.replace(/^\(/, '') || argumentAt(directive, 1) || ''
    const path = written(run, text, writing)
    const opened = openPath(run, path)
    const wanted = operation.replace('!', '')
    const there = opened === 'file' || opened === 'folder'
    const found = wanted === '-f' ? opened === 'file' : wanted === '-d' ? opened === 'folder' : there && (wanted !== '-x' || isExecutable(run, path))
    return found !== operation.startsWith('!')
  }
  const value = run.variable(run, variable)
  switch (operator) {
    case 'set':
      return isKnown(value) ? value !== '' && value !== '0' : either(run, `$${variable}`, 'is set', 'is empty or 0')
    case '=':
    case '!=': {
      const other = written(run, text, writing)
      const same = isKnown(value) && isKnown(other) ? value === other : either(run, readable(value), `is "${readable(other)}"`, `is not "${readable(other)}"`)
      return same === (operator === '=')
    }
    default: {
      const matches = execute(run, text, operator.endsWith('*'), value)
      if (matches === 'failed') return 'failed'
      if (!matches) run.captures = []
      return matches !== operator.startsWith('!')
    }
  }
}

const either = (run: Run, what: string, yes: string, no: string): boolean =>
  choose(run.choices, [
    { condition: `${what} ${no}`, value: false },
    { condition: `${what} ${yes}`, value: true },
  ])
