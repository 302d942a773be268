import { nginxVariable } from '../../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import type { Reading } from './reading.ts'
import { mayHaveVariable, type TestState } from './state.ts'

/** Defines a variable (`ngx_http_add_variable`); false where nginx refuses the name. */
export function defineVariable(reading: Reading, name: string, at: number): boolean {
  if (name === '') {
    reading.emerg('nginx/invalid-variable', 'invalid variable name "$"', { at, words: 'A variable needs a name behind its "$".' })
    return false
  }
  const lower = name.toLowerCase()
  const builtIn = nginxVariable(lower, protocolName(reading))
  if (builtIn && !builtIn.prefix && !builtIn.changeable && builtIn.source === 'core' && mayHaveVariable(reading.state, builtIn)) {
    reading.emerg('nginx/duplicate', `the duplicate "${name}" variable`, {
      at,
      words: `$${name} is a variable of nginx's own and cannot be defined anew: choose another name.`,
    })
    return false
  }
  if (!reading.protocol.variables.has(lower)) reading.protocol.variables.set(lower, reading.directive)
  return true
}

/** The name behind the `$` of an argument that must be a variable's; undefined, and reported, where it is none. */
export function variableName(reading: Reading, at: number): string | undefined {
  const value = reading.values[at] ?? ''
  if (value.startsWith('$')) return value.slice(1)
  reading.emerg('nginx/invalid-variable', `invalid variable name "${value}"`, {
    at,
    words: `"${value}" is to be the name of a variable, so it must begin with "$".`,
    fixes: [{ title: `Write "$${value}"`, safe: true, edits: [{ ...placeOf(reading.directive, at), newText: `$${value}` }] }],
  })
  return undefined
}

const protocolName = (reading: Reading): 'http' | 'stream' => (reading.entry.kind === 'stream' ? 'stream' : 'http')

function placeOf(directive: PlacedDirective, at: number): { path: string; start: number; end: number } {
  const argument = directive.args[at - 1]
  return { path: directive.source.path, start: argument?.start ?? directive.start, end: argument?.end ?? directive.start }
}

export interface UnknownVariable {
  readonly name: string
  readonly directive: PlacedDirective
  readonly at: number
}

/** The variables that are used and that nothing defines (`ngx_http_variables_init_vars`), in nginx's order. */
export function unknownVariables(state: TestState, protocol: 'http' | 'stream'): UnknownVariable[] {
  const { uses, variables } = state[protocol]
  const unknown: UnknownVariable[] = []
  for (const [name, use] of uses) {
    if (variables.has(name)) continue
    const known = nginxVariable(name, protocol)
    if (known && mayHaveVariable(state, known)) continue
    unknown.push({ name, ...use })
  }
  return unknown
}
