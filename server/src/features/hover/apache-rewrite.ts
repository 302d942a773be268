import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import type { Automaton } from '../../regex/automaton.ts'
import { toByteText } from '../../regex/bytes.ts'
import { parsePattern } from '../../regex/parse.ts'
import { groupOf, textsOf } from '../../regex/questions.ts'
import type { Pattern } from '../../regex/tree.ts'
import { flagsOf, type Rewrite, type RewriteScope, rewriteScopesOf } from '../../rules/apache/lib/rewriting.ts'
import { derived } from '../../workspace/derived.ts'
import { code, counted, listed, paragraphs, whereIsDirective } from '../lib/markdown.ts'
import { exampleOf, groupsOf } from '../lib/pattern-words.ts'
import type { DocumentView } from '../lib/view.ts'
import { ruleFlags } from './apache-words.ts'

interface InScope {
  readonly rule: Rewrite
  readonly scope: RewriteScope
}

const rules = derived((configuration: Configuration): ReadonlyMap<PlacedDirective, InScope> => {
  const found = new Map<PlacedDirective, InScope>()
  for (const scope of rewriteScopesOf(configuration)) {
    for (const rule of scope.rules) {
      found.set(rule.directive, { rule, scope })
      for (const condition of rule.conditions) found.set(condition, { rule, scope })
    }
  }
  return found
})

/** What a `RewriteRule` is matched against, how many conditions it has, and what its flags do. */
export function ruleInWords(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const found = rules(configuration).get(directive)
  if (!found) return undefined
  const { rule, scope } = found
  const conditions =
    rule.conditions.length > 0
      ? ` It has ${counted(rule.conditions.length, 'condition')} (${listed(
          rule.conditions.map((each) => whereIsDirective(view, each)),
          3,
        )}).`
      : ''
  const flags = [...rule.flags].map(([name, value]) => flagLine(name, value)).filter((line) => line !== undefined)
  return paragraphs(`**Here:** ${subjectOf(scope)}${conditions}`, flags.join('\n'))
}

/** `mod_rewrite.c: apply_rewrite_rule`: in a folder its own path is taken off, with the slash behind it. */
function subjectOf({ kind }: RewriteScope): string {
  switch (kind) {
    case 'server':
      return 'matched against the path of the URL, which begins with `/`, without the query.'
    case 'folder':
      return 'matched against what of the path is left behind this folder: it does not begin with `/`, and has no query.'
    case 'other':
      return 'matched against the path, without the query.'
  }
}

const flagLine = (name: string, value: string): string | undefined => {
  const words = flagInWords(name, value)
  return words === undefined ? undefined : `- \`${value === '' ? name.toUpperCase() : `${name.toUpperCase()}=${value}`}\`: ${words}`
}

/** A flag by its short name, in words. */
export function flagInWords(name: string, value: string): string | undefined {
  const words = ruleFlags.get(name)
  if (name !== 'r') return words
  const status = value === '' || value === 'temp' ? '302' : value === 'permanent' ? '301' : value === 'seeother' ? '303' : value
  return /^3\d\d$/.test(status) ? `Redirects (${status}).` : /^\d+$/.test(status) ? `Answers ${status}.` : words
}

/** The flag under an offset of `[L,R=301]`. */
export function flagAt(text: string, offset: number): { readonly text: string; readonly start: number; readonly end: number } | undefined {
  for (const match of text.matchAll(/[^[\],\s]+/g)) {
    if (offset < match.index || offset > match.index + match[0].length) continue
    const [entry] = flagsOf(match[0])
    const words = entry && flagInWords(entry[0], entry[1])
    return words === undefined || !entry ? undefined : { text: `\`${match[0]}\` — ${words}`, start: match.index, end: match.index + match[0].length }
  }
  return undefined
}

// ---- patterns

/** The pattern of a rule: its groups, and a text that it fits. */
export function rulePatternInWords(directive: PlacedDirective, configuration: Configuration): string | undefined {
  const found = rules(configuration).get(directive)
  const pattern = found && patternOfRule(found.rule)
  if (!found || !pattern) return undefined
  const within = paths[found.scope.kind]?.()
  const example = exampleOf(pattern, within)
  const fits = example === undefined ? undefined : example === '' ? 'Fits the empty text, too.' : `Fits ${code(example)}.`
  return paragraphs(
    `Regular expression, ${pattern.caseless ? 'in any letter case' : 'letter case counts'}: ${subjectOf(found.scope)}${found.rule.negated ? ' It must **not** fit.' : ''}`,
    groupsOf(pattern),
    fits,
  )
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The paths that there can be: in a folder what is left of them. */
const paths: Readonly<Partial<Record<RewriteScope['kind'], () => Automaton | undefined>>> = {
  server: once(() => textsOf('/[\\x21-\\x7e]*')),
  folder: once(() => textsOf('(?:[\\x21-\\x2e\\x30-\\x7e][\\x21-\\x7e]*)?')),
}

/** The pattern of a condition. */
export function conditionPatternInWords(directive: PlacedDirective): string | undefined {
  const pattern = patternOfCondition(directive)
  if (!pattern) return undefined
  const subject = directive.args[0]?.value ?? ''
  const example = exampleOf(pattern)
  return paragraphs(
    `Regular expression, ${pattern.caseless ? 'in any letter case' : 'letter case counts'}: looked for in ${code(subject)}${directive.args[1]?.value.startsWith('!') ? '; it must **not** fit' : ''}.`,
    groupsOf(pattern, '%'),
    example === undefined || example === '' ? undefined : `Fits ${code(example)}.`,
  )
}

function patternOfRule({ pattern, flags, patternArgument }: Rewrite): Pattern | undefined {
  return patternArgument.known ? parsePattern(toByteText(pattern), flags.has('nc')) : undefined
}

function patternOfCondition({ args }: PlacedDirective): Pattern | undefined {
  const [, argument, flags] = args
  if (!argument?.known) return undefined
  const text = argument.value.replace(/^!/, '')
  // Comparisons, tests of files, and expressions (`mod_rewrite.c: cmd_rewritecond`).
  if (/^[<>=]|^-[a-zA-Z]{1,2}$/.test(text) || args[0]?.value.toLowerCase() === 'expr') return undefined
  return parsePattern(toByteText(text), flagsOf(flags?.value ?? '').has('nc'))
}

/** `$1` is what a group of the rule got, `%1` one of the last condition that fitted. */
export function captureInWords(view: DocumentView, sign: string, number: number, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const found = rules(configuration).get(directive)
  if (!found) return undefined
  if (sign === '$') {
    const pattern = patternOfRule(found.rule)
    if (!pattern || found.rule.negated) return undefined
    const where = directive === found.rule.directive ? 'this rule' : `the rule, ${whereIsDirective(view, found.rule.directive)}`
    return shownCapture('$', number, pattern, where)
  }
  const before = found.rule.conditions.filter((each) => each.order < directive.order)
  // After `[OR]` the conditions that follow may not have been looked at.
  if (before.slice(0, -1).some((each) => flagsOf(each.args[2]?.value ?? '').has('or'))) return undefined
  const last = before.findLast((each) => patternOfCondition(each) !== undefined && !each.args[1]?.value.startsWith('!'))
  const pattern = last && patternOfCondition(last)
  return last && pattern && shownCapture('%', number, pattern, `the condition, ${whereIsDirective(view, last)}`)
}

function shownCapture(sign: '$' | '%', number: number, pattern: Pattern, where: string): string | undefined {
  if (number === 0) return `\`${sign}0\` — all that ${code(pattern.source)} got (${where}).`
  const group = groupOf(pattern, number)
  return group && `\`${sign}${number}\` — what ${code(pattern.source.slice(group.start, group.end))} gets in ${code(pattern.source)} (${where}).`
}
