import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { parsePattern } from '../../../regex/parse.ts'
import type { Pattern } from '../../../regex/tree.ts'
import { substitutionParts } from '../../../site/apache/expansion.ts'
import { isRead } from '../../apache/config-test/conditions.ts'

/** A `Header` directive that sets something in answers. */
export interface SentHeader {
  /** In small letters. */
  readonly name: string
  readonly value: string
  readonly argument: PlacedDirective['args'][number]
  /** `env=NAME` and the like, as written. */
  readonly condition: string | undefined
}

/** What a `Header` directive sends; undefined where it takes away, edits, or is not known. */
export function sentHeader({ name, args }: PlacedDirective): SentHeader | undefined {
  if (name !== 'header') return undefined
  const from = /^(?:always|onsuccess)$/i.test(args[0]?.value ?? '') ? 1 : 0
  const [action, header, argument, condition] = args.slice(from)
  if (!action || !header?.known || !argument?.known || !/^(?:set|add|append|merge|setifempty)$/i.test(action.value)) return undefined
  return { name: header.value.toLowerCase().replace(/:$/, ''), value: argument.value, argument, condition: condition?.value }
}

/** A `SetEnvIf` that puts what a pattern has of the Origin into a variable. */
export interface OriginVariable {
  readonly setter: PlacedDirective
  readonly pattern: Pattern
  readonly group: number
}

/** What gives a variable of the environment a part of the Origin, where it is used; `unknown` where something else may give or take it. */
export function originVariables(name: string, use: PlacedDirective, configuration: Configuration): readonly OriginVariable[] | 'unknown' {
  const found: OriginVariable[] = []
  const rewritten = directivesNamed(configuration, 'rewriterule').some(({ args }) => (args[2]?.value ?? '').split(/[=:,!\]]/).includes(name))
  if (rewritten) return 'unknown'
  for (const setter of directivesNamed(configuration, ...setters)) {
    const given = setter.args.filter(({ value }) => value.replace(/^!/, '').split('=')[0] === name)
    if (given.length === 0 || setter.presence === 'absent') continue
    const [header, source] = setter.args
    const [, text] = /=(.*)$/s.exec(given[0]?.value ?? '') ?? []
    const parts = text === undefined ? [] : substitutionParts(text)
    const [part] = parts
    const pattern = source?.known ? parsePattern(source.value, setter.name === 'setenvifnocase') : undefined
    const plain = setter.name.startsWith('setenvif') && setter.name !== 'setenvifexpr' && /^Origin$/i.test(header?.value ?? '') && isRead(setter)
    if (!plain || !isAround(setter, use) || given.length > 1 || !pattern || parts.length !== 1 || part?.kind !== 'group' || setter.source.templated)
      return 'unknown'
    found.push({ setter, pattern, group: part.number })
  }
  return found
}

const setters = ['setenvif', 'setenvifnocase', 'setenvifexpr', 'setenv', 'unsetenv', 'passenv', 'browsermatch', 'browsermatchnocase'] as const

/** Whether what stands beside one directive holds where another stands: in the same section, or one around it. */
export function isAround(outer: PlacedDirective, inner: PlacedDirective): boolean {
  for (let at = inner.parent; ; at = at.parent) {
    if (at === outer.parent) return true
    if (!at) return false
  }
}
