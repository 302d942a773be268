import { choose } from '../choices.ts'
import type { World } from './exchange.ts'
import { Endless, Undecided } from './files.ts'

/** A condition; where it asks for what cannot be known, it may hold or not. The same condition, which `about` tells from others, does the same. */
export function mayHold({ choices }: World, about: unknown, holds: () => boolean): boolean {
  try {
    return holds()
  } catch (error) {
    if (!(error instanceof Undecided) || error instanceof Endless) throw error
    const possibilities = [
      { condition: `the condition on ${error.what} does not hold`, value: false },
      { condition: `the condition on ${error.what} holds`, value: true },
    ]
    return choose(choices, possibilities, about)
  }
}
