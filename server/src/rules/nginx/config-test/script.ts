import type { PlacedDirective } from '../../../configuration/placed.ts'
import type { Reading } from './reading.ts'
import type { ProtocolState } from './state.ts'

/** Compiles a value with variables (`ngx_http_compile_complex_value`); false where nginx refuses it. Uses are noted. */
export function compileValue(reading: Reading, at: number, value = reading.values[at] ?? ''): boolean {
  if (!value.includes('$')) return true
  return compileScript(reading, at, value)
}

/** `ngx_http_script_compile`: notes the variables that a text names, and says what is wrong with their form. */
export function compileScript(reading: Reading, at: number, text: string): boolean {
  for (const { name, fault } of variablesIn(text)) {
    if (fault !== undefined) {
      reading.emerg('nginx/invalid-variable', fault, { at, words: wordsFor(fault, text) })
      return false
    }
    noteUse(reading.protocol, name, reading.directive, at)
  }
  return true
}

/** Whether a value has variables or captures: nginx counts the dollar signs alone. */
export const hasVariables = (value: string): boolean => value.includes('$')

/** Notes that a variable is used (`ngx_http_get_variable_index`). */
export function noteUse(protocol: ProtocolState, name: string, directive: PlacedDirective, at: number): void {
  const lower = name.toLowerCase()
  if (!protocol.uses.has(lower)) protocol.uses.set(lower, { directive, at })
}

export interface NamedVariable {
  readonly name: string
  /** nginx's words for what is wrong with its form. */
  readonly fault?: string
}

/** The same values stand in a configuration over and over. */
const scanned = { script: new Map<string, readonly NamedVariable[]>(), 'log format': new Map<string, readonly NamedVariable[]>() }
const mostKept = 5000

/** The variables that a text names, captures left out (log formats know none); the one with a fault is the last. */
export function variablesIn(text: string, kind: 'script' | 'log format' = 'script'): readonly NamedVariable[] {
  const known = scanned[kind].get(text)
  if (known) return known
  const variables = scanVariables(text, kind)
  if (scanned[kind].size >= mostKept) scanned[kind].clear()
  scanned[kind].set(text, variables)
  return variables
}

function scanVariables(text: string, kind: 'script' | 'log format'): NamedVariable[] {
  const variables: NamedVariable[] = []
  const form = /\$(?:([1-9])|\{([A-Za-z0-9_]*)(\}?)|([A-Za-z0-9_]*))/g
  for (let match = form.exec(text); match; match = form.exec(text)) {
    if (match[1] !== undefined && kind === 'script') continue
    // `${1}` is a variable named 1, which nothing defines.
    const name = match[2] ?? match[1] ?? match[4] ?? ''
    const unclosed = match[2] !== undefined && match[3] === ''
    const atEnd = name === '' && form.lastIndex === text.length
    if (unclosed && !atEnd) return [...variables, { name, fault: `the closing bracket in "${name}" variable is missing` }]
    if (name === '') return [...variables, { name, fault: 'invalid variable name' }]
    variables.push({ name })
  }
  return variables
}

function wordsFor(fault: string, text: string): string {
  if (fault.startsWith('the closing bracket')) return `A variable in "${text}" opens with "\${" and never closes: write "}" behind its name.`
  return `A "$" in "${text}" is followed by no name: nginx takes every dollar sign as the beginning of a variable, and none can be escaped. Define the sign as a variable of its own (geo $dollar { default "$"; }).`
}
