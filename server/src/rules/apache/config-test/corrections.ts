import type { PlacedDirective } from '../../../configuration/placed.ts'
import { editDistance } from '../../../syntax/text.ts'
import { replaceArgument } from '../../lib/edits.ts'
import type { Detail } from './reading.ts'

/** The nearest of the words that are right, as a sentence and a fix; the sentence names them all where none is near. */
export function nearest(directive: PlacedDirective, value: string, words: readonly string[], at: number): Pick<Detail, 'words' | 'fixes' | 'at'> {
  const argument = directive.args[at]
  const meant = nearestWord(value, words)
  const list = words.length > 12 ? '' : ` It takes ${words.join(', ')}.`
  const name = directive.node.words[0]?.value ?? directive.name
  const told = { at, words: meant ? `${name} does not know "${value}"; did you mean "${meant}"?` : `${name} does not know "${value}".${list}` }
  if (!meant || !argument || argument.value !== value) return told
  return { ...told, fixes: [{ title: `Write "${meant}"`, safe: true, edits: [replaceArgument(directive, argument, meant)] }] }
}

/** The one word that differs by a slip or two. */
export function nearestWord(value: string, words: Iterable<string>): string | undefined {
  const most = value.length < 5 ? 1 : value.length < 10 ? 2 : 3
  const lower = value.toLowerCase()
  let best: string[] = []
  let least = most + 1
  for (const word of words) {
    if (Math.abs(word.length - value.length) > most) continue
    const distance = editDistance(lower, word.toLowerCase())
    if (distance < least) [best, least] = [[word], distance]
    else if (distance === least && !best.includes(word)) best.push(word)
  }
  return best.length === 1 ? best[0] : undefined
}
