import type { Answer, Branch } from './request.ts'

/** The choices made where something cannot be known: those given are taken, and further ones take the first possibility. */
export interface Choices {
  readonly given: readonly number[]
  readonly made: Choice[]
}

interface Choice {
  /** What tells one question from another. */
  readonly about: unknown
  readonly conditions: readonly string[]
  readonly chosen: number
}

/** One answer to a question that nobody can answer; `condition` says it in words. */
export interface Possibility<Value> {
  readonly condition: string
  readonly value: Value
}

/** Takes one of several possibilities of something unknown. The same question, by its words where `about` does not tell, has the same answer. */
export function choose<Value>(
  { given, made }: Choices,
  possibilities: readonly Possibility<Value>[],
  about: unknown = possibilities.map(({ condition }) => condition).join('\n'),
): Value {
  const known = made.find((each) => each.about === about)
  const chosen = known?.chosen ?? given[made.length] ?? 0
  if (!known) made.push({ about, conditions: possibilities.map(({ condition }) => condition), chosen })
  const possibility = possibilities[chosen] ?? possibilities[0]
  if (!possibility) throw new RangeError('nothing to choose from')
  return possibility.value
}

/** A password that is kept in a way that nobody can compare, or elsewhere. */
export const mayBePassword = (choices: Choices, user: string): boolean =>
  choose(choices, [
    { condition: `the password of "${user}" is right`, value: true },
    { condition: `the password of "${user}" is wrong`, value: false },
  ])

/** The choices that lead another way at one point behind those that were given. */
export function otherChoices({ given, made }: Choices): readonly (readonly number[])[] {
  return made.slice(given.length).flatMap(({ conditions }, i) => {
    const before = made.slice(0, given.length + i).map(({ chosen }) => chosen)
    return conditions.slice(1).map((_, other) => [...before, other + 1])
  })
}

/** More than these are not told. */
export const mostBranches = 8

/** What else would be answered, for each choice that leads another way. */
export function branchesOf(choices: Choices, answerWith: (given: readonly number[]) => Answer, most = mostBranches): Branch[] {
  return otherChoices(choices)
    .slice(0, most)
    .map((given) => ({ condition: choices.made[given.length - 1]?.conditions[given.at(-1) ?? 0] ?? '', answer: answerWith(given) }))
}
