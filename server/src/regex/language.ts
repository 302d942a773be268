import type { Automaton, Edge } from './automaton.ts'
import { allBytes, type ByteSet, hasByte, readability, readable } from './bytes.ts'

/** An automaton that a text must fit, or must not. */
export interface Constraint {
  readonly automaton: Automaton
  readonly not?: boolean
}

/** States met, and steps taken, after which a question stays open. */
const mostStates = 20_000
const mostSteps = 300_000

/**
 * The shortest texts that fulfil all constraints, at most so many (the characters are bytes, the readable ones preferred).
 * `unknown` where it was not found out.
 */
export function wordsOf(constraints: readonly Constraint[], most = 1): readonly string[] | 'unknown' {
  const alphabet = alphabetOf(constraints)
  const machines = constraints.map(({ automaton, not }) => ({ machine: makeMachine(automaton, alphabet), not: not === true }))
  interface Step {
    readonly states: readonly number[]
    readonly before: Step | undefined
    readonly byte: number
    readonly length: number
  }
  const textOf = (step: Step): string => {
    const bytes: number[] = []
    for (let at: Step | undefined = step; at?.before; at = at.before) bytes.push(at.byte)
    return String.fromCharCode(...bytes.reverse())
  }
  const seen = new Map<string, number>()
  let queue: Step[] = [{ states: machines.map(({ machine }) => machine.start), before: undefined, byte: 0, length: 0 }]
  const words: string[] = []
  let steps = 0
  while (queue.length > 0) {
    const next: Step[] = []
    for (const step of queue) {
      if (machines.every(({ machine, not }, i) => machine.accepts(step.states[i] ?? 0) !== not)) {
        words.push(textOf(step))
        if (words.length >= most) return words
      }
      for (const letter of alphabet.order) {
        const byte = alphabet.letters[letter] ?? 0
        if (++steps > mostSteps) return words.length > 0 ? words : 'unknown'
        const states = machines.map(({ machine }, i) => machine.step(step.states[i] ?? 0, letter))
        if (machines.some(({ machine, not }, i) => !not && machine.isDead(states[i] ?? 0))) continue
        const key = states.join()
        const times = seen.get(key) ?? 0
        if (times >= most) continue
        if (times === 0 && seen.size > mostStates) return words.length > 0 ? words : 'unknown'
        seen.set(key, times + 1)
        next.push({ states, before: step, byte, length: step.length + 1 })
      }
    }
    queue = next
  }
  return words
}

/** A shortest text that fulfils all constraints; undefined where none does. */
export function wordOf(...constraints: readonly (Constraint | Automaton)[]): string | undefined | 'unknown' {
  const words = wordsOf(constraints.map((each) => ('edges' in each ? { automaton: each } : each)))
  return words === 'unknown' ? 'unknown' : words[0]
}

/** Whether every text of the first is one of the second. */
export function isWithin(inner: Automaton, outer: Automaton): boolean | 'unknown' {
  const word = wordOf(inner, { automaton: outer, not: true })
  return word === 'unknown' ? 'unknown' : word === undefined
}

/** Whether a text is one of the language. */
export function accepts(automaton: Automaton, text: string): boolean {
  const alphabet = alphabetOf([{ automaton }])
  const machine = makeMachine(automaton, alphabet)
  let state = machine.start
  for (const ch of text) state = machine.step(state, alphabet.letterOf[ch.charCodeAt(0)] ?? 0)
  return machine.accepts(state)
}

/** Bytes that no automaton tells apart are one letter. */
export interface Alphabet {
  /** For each letter the byte that stands for it in a word. */
  readonly letters: readonly number[]
  readonly letterOf: Readonly<Uint8Array>
  /** The letters, those first that are easiest to read. */
  readonly order: readonly number[]
}

export function alphabetOf(constraints: readonly Constraint[]): Alphabet {
  const sets = new Set<ByteSet>()
  for (const { automaton } of constraints) for (const list of automaton.edges) for (const { set } of list) if (set && set !== allBytes) sets.add(set)
  const letterOf = new Uint8Array(256)
  let count = 1
  const known = new Set<string>()
  for (const set of sets) {
    const text = set.join()
    if (known.has(text)) continue
    known.add(text)
    // Each letter of which some bytes are in the set and some are not becomes two.
    const split = new Map<number, number>()
    let next = 0
    for (let byte = 0; byte < 256; byte++) {
      const key = (letterOf[byte] ?? 0) * 2 + (((set[byte >> 5] ?? 0) >>> (byte & 31)) & 1)
      let letter = split.get(key)
      if (letter === undefined) {
        letter = next++
        split.set(key, letter)
      }
      letterOf[byte] = letter
    }
    count = next
  }
  const members = Array.from({ length: count }, () => new Uint32Array(8))
  for (let byte = 0; byte < 256; byte++) {
    const own = members[letterOf[byte] ?? 0]
    if (own) own[byte >> 5] = (own[byte >> 5] ?? 0) | (1 << (byte & 31))
  }
  const letters = members.map((set) => readable(set) ?? 0)
  const order = letters.map((_, letter) => letter).sort((a, b) => readability(letters[a] ?? 0) - readability(letters[b] ?? 0))
  return { letters, letterOf, order }
}

/** The deterministic automaton, made as far as it is asked. */
export interface Machine {
  readonly start: number
  step(state: number, letter: number): number
  accepts(state: number): boolean
  /** Nothing leads on from it. */
  isDead(state: number): boolean
}

export function makeMachine({ start, accept, edges }: Automaton, alphabet: Alphabet): Machine {
  const known = new Map<string, number>()
  const members: number[][] = []
  const steps: (number | undefined)[][] = []
  const closure = (from: readonly number[]): number[] => {
    const seen = new Set(from)
    const waiting = [...from]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const { to, set } of edges[at] ?? []) {
        if (set || seen.has(to)) continue
        seen.add(to)
        waiting.push(to)
      }
    }
    return [...seen].sort((a, b) => a - b)
  }
  const intern = (states: number[]): number => {
    const key = states.join()
    const found = known.get(key)
    if (found !== undefined) return found
    const fresh = members.push(states) - 1
    known.set(key, fresh)
    steps.push([])
    return fresh
  }
  return {
    start: intern(closure([start])),
    step(state, letter) {
      const row = steps[state] ?? []
      const found = row[letter]
      if (found !== undefined) return found
      const byte = alphabet.letters[letter] ?? 0
      const reached = new Set<number>()
      for (const each of members[state] ?? []) for (const edge of edges[each] ?? []) if (takes(edge, byte)) reached.add(edge.to)
      const result = intern(closure([...reached]))
      row[letter] = result
      return result
    },
    accepts: (state) => members[state]?.includes(accept) === true,
    isDead: (state) => members[state]?.length === 0,
  }
}

const takes = (edge: Edge, byte: number): boolean => edge.set !== undefined && hasByte(edge.set, byte)
