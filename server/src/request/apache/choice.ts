import type { World } from './exchange.ts'
import { Endless, Undecided } from './files.ts'

/** What cannot be known, and what was taken for it: first what is `given`, then the first possibility of each. */
export interface Choices {
  readonly given: readonly number[]
  readonly made: Choice[]
}

interface Choice {
  readonly about: unknown
  readonly conditions: readonly string[]
  readonly chosen: number
}

/** Takes one of several possibilities of something unknown. The same question has the same answer: `about` tells one from another. */
export function choose<Value>(
  { choices: { given, made } }: World,
  about: unknown,
  possibilities: readonly [{ readonly condition: string; readonly value: Value }, ...{ readonly condition: string; readonly value: Value }[]],
): Value {
  const known = made.find((each) => each.about === about)
  const chosen = known?.chosen ?? given[made.length] ?? 0
  if (!known) made.push({ about, conditions: possibilities.map(({ condition }) => condition), chosen })
  return (possibilities[chosen] ?? possibilities[0]).value
}

/** A condition; where it asks for what cannot be known, it may hold or not. */
export function mayHold(world: World, about: unknown, holds: () => boolean): boolean {
  try {
    return holds()
  } catch (error) {
    if (!(error instanceof Undecided) || error instanceof Endless) throw error
    return choose(world, about, [
      { condition: `the condition on ${error.what} does not hold`, value: false },
      { condition: `the condition on ${error.what} holds`, value: true },
    ])
  }
}

/** The text that stands for a value that nobody can know; no byte of it can be in a request. */
export const unknownValue = '\ue000'

export const isKnownValue = (text: string): boolean => !text.includes(unknownValue)
