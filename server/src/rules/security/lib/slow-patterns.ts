import { searched } from '../../../regex/automaton.ts'
import { type Backtracking, backtrackingOf } from '../../../regex/backtracking.ts'
import { type ByteSet, noBytes, overlap, union } from '../../../regex/bytes.ts'
import { accepts } from '../../../regex/language.ts'
import { parsePattern } from '../../../regex/parse.ts'
import { childrenOf, type Pattern, type RegexNode } from '../../../regex/tree.ts'

/** Whether a pattern has a repetition of something that may be divided: only such ones are looked at. */
export const mayBeSlow = ({ source }: Pattern): boolean => /[*+}]\)?[^)]*\)+[*+{]|\|.*\)[*+{]|\?\)+[*+{]/.test(source)

/** Texts for which a pattern takes exponentially long; a path begins with a slash, and a pattern that is not bound to the beginning looks behind it too. */
export function worstTexts(pattern: Pattern, { prefix, pump, suffix }: Backtracking): readonly string[] {
  // Some twenty-five doublings are what PCRE2's ten million steps allow.
  const worst = `${prefix}${pump.repeat(pump.length > 2 ? 26 : Math.ceil(40 / pump.length))}${suffix}`
  const all = searched(pattern.tree)
  return all && !accepts(all, `/${worst}`) ? [worst, `/${worst}`] : [worst]
}

/** The pattern with a possessive repetition, where nothing that follows could use what it would give back and all is quick then. */
export function madePossessive({ tree, source, caseless }: Pattern): string | undefined {
  const at = outerRepetition(tree)
  if (at === undefined) return undefined
  const made = `${source.slice(0, at)}+${source.slice(at)}`
  const pattern = parsePattern(made, caseless)
  const after = pattern && backtrackingOf(pattern)
  return pattern && (after === undefined || after === 'unknown') ? made : undefined
}

/** The end of a repetition of repetitions behind which only the end or something that it does not take may come. */
function outerRepetition(node: RegexNode, next?: RegexNode): number | undefined {
  if (node.type === 'quantifier' && node.max === Infinity && node.mode === 'greedy' && hasRepetition(node.body)) {
    const ends =
      next === undefined || (next.type === 'anchor' && next.kind !== 'start') || (next.type === 'class' && !overlap(next.set, bytesOfNode(node.body)))
    return ends ? node.end : undefined
  }
  if (node.type === 'sequence') {
    for (const [i, item] of node.items.entries()) {
      const found = outerRepetition(item, node.items[i + 1] ?? next)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (node.type === 'alternation') {
    for (const branch of node.branches) {
      const found = outerRepetition(branch, next)
      if (found !== undefined) return found
    }
    return undefined
  }
  return node.type === 'group' && !node.atomic ? outerRepetition(node.body, next) : undefined
}

const hasRepetition = (node: RegexNode): boolean => node.type === 'quantifier' || node.type === 'alternation' || childrenOf(node).some(hasRepetition)

const bytesOfNode = (node: RegexNode): ByteSet =>
  node.type === 'class' ? node.set : childrenOf(node).reduce((all, child) => union(all, bytesOfNode(child)), noBytes)
