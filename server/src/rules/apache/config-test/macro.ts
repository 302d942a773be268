import type { PlacedDirective } from '../../../configuration/placed.ts'
import { type DirectiveReading, lineOfEnd } from './directive-reading.ts'
import type { Said } from './reading.ts'
import type { TestState } from './state.ts'

const rule = 'apache/macro' as const

/** `mod_macro.c: macro_section`, `use_macro`, `undef_macro`: all happen while the file is read. */
export function readMacro(reading: DirectiveReading): Said {
  const { directive, state } = reading
  const { args, name: directiveName } = directive
  const [first, ...others] = args
  if (args.some((argument) => !argument.known)) return undefined
  const name = first?.value.toLowerCase() ?? ''
  const key = `macro ${name}`
  if (directiveName === 'macro') {
    if (directive.argumentText === '' || directive.argumentText.startsWith('>'))
      return { server: '<Macro macro definition: empty name', rule, at: 'name', words: 'This macro has no name.' }
    if (name === '') return { server: '<Macro macro definition: name not found', rule, at: 'name', words: 'This macro has no name.' }
    const where = `macro '${name}' (${definedOn(reading)})`
    for (const [i, parameter] of others.entries()) {
      if (parameter.value === '')
        return { server: `${where}: empty argument #${i + 1} name`, rule, at: i + 1, words: `Parameter ${i + 1} of the macro "${name}" has no name.` }
      const twin = others.findIndex((each, j) => j > i && each.value === parameter.value)
      if (twin >= 0)
        return {
          server: `argument name conflict in ${where}: argument '${parameter.value}': #${i + 1} and #${twin + 1}, change argument names!`,
          rule,
          at: twin + 1,
          words: `The macro "${name}" has two parameters called "${parameter.value}".`,
        }
    }
    state.names.set(key, directive)
    return undefined
  }
  const closed = !state.configuration.open
  const known = state.names.get(key)
  if (directiveName === 'undefmacro') {
    if (!known && closed) return { server: `cannot remove undefined macro '${name}'`, rule, at: 0, words: `There is no macro "${name}" to remove.` }
    state.names.delete(key)
    return undefined
  }
  if (name === '') return { server: 'no macro name specified with Use', rule, at: 'name', words: 'Use does not say which macro.' }
  if (!known) {
    if (!closed) return undefined
    const any = [...state.names.keys()].some((each) => each.startsWith('macro '))
    return { server: any ? `macro '${name}' undefined` : 'no macro defined before Use', rule, at: 0, words: `There is no macro "${name}" before this line.` }
  }
  const outer = directive.includedBy.findIndex((use) => use.name === 'use' && use.args[0]?.value.toLowerCase() === name)
  if (outer >= 0)
    return {
      server: `Syntax error on line ${lineInMacro(directive, directive.includedBy.at(-1), state)} of ${placeOfUse(directive.includedBy, state)}: recursive use of macro '${name}' is invalid`,
      rule,
      at: 0,
      noLine: true,
      words: `The macro "${name}" uses itself.`,
    }
  const wanted = known.args.length - 1
  if (wanted === others.length) return undefined
  return {
    server: `macro '${name}' (defined on line ${lineOfEnd(known)} of "<FILE>") used with ${others.length} arguments instead of ${wanted}`,
    rule,
    at: 0,
    words: `The macro "${name}" takes ${wanted} argument${wanted === 1 ? '' : 's'}, here ${others.length === 1 ? 'is' : 'are'} ${others.length}.`,
    related: [
      {
        at: { path: known.source.path, start: known.start + (known.node.words[0]?.start ?? 0), end: known.start + known.node.text.length },
        message: 'The macro is defined here.',
      },
    ],
  }
}

/** `<FILE>` stands for the file's path on the server. */
const definedOn = ({ directive }: DirectiveReading): string => `defined on line ${lineOfEnd(directive)} of "<FILE>"`

/** Where the macros were used through which a directive came, as Apache names that place: `macro 'm' (defined on line 2 of "F") used on line 6 of "F"`. */
function placeOfUse(uses: readonly PlacedDirective[], state: TestState): string {
  const use = uses.at(-1)
  if (!use) return '<FILE>'
  const name = use.args[0]?.value.toLowerCase() ?? ''
  const macro = state.names.get(`macro ${name}`)
  const outer = uses.slice(0, -1)
  const line = outer.length === 0 ? lineOfEnd(use) : lineInMacro(use, outer.at(-1), state)
  return `macro '${name}' (defined on line ${macro ? lineOfEnd(macro) : 1} of "<FILE>") used on line ${line} of "${placeOfUse(outer, state)}"`
}

/** The line within the macro's body, from 1. */
function lineInMacro(directive: PlacedDirective, use: PlacedDirective | undefined, state: TestState): number {
  const macro = state.names.get(`macro ${use?.args[0]?.value.toLowerCase() ?? ''}`)
  return lineOfEnd(directive) - (macro ? lineOfEnd(macro) : 0)
}
