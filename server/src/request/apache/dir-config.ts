import type { PlacedDirective } from '../../configuration/placed.ts'
import { toBytes } from './bytes.ts'
import type { Entry, Section } from './sections.ts'

/**
 * What is in effect for a request where it is: the sections that were merged, in the order of merging. What each module makes of them is computed when it
 * is asked for, once (`merged`).
 */
export interface DirConfig {
  readonly sections: readonly Section[]
  /** The same, walk by walk: what one walk has found is merged by itself first, and then upon what was before. */
  readonly walks: readonly (readonly Section[])[]
}

export const dirConfig = (sections: readonly Section[]): DirConfig => ({ sections, walks: [sections] })

/** The same with more sections merged upon it. */
export const withSections = (base: DirConfig, more: readonly Section[]): DirConfig =>
  more.length === 0 ? base : { sections: [...base.sections, ...more], walks: [...base.walks, more] }

/** Merges walk by walk what sections have of their own. */
export function mergeWalks<T>(config: DirConfig, ownOf: (section: Section) => T | undefined, merge: (base: T, own: T) => T): T | undefined {
  const join = (base: T | undefined, own: T | undefined): T | undefined => (base === undefined ? own : own === undefined ? base : merge(base, own))
  return config.walks.map((walk) => walk.map(ownOf).reduce(join, undefined)).reduce(join, undefined)
}

/** Whether the same sections were merged. */
export const sameConfig = (a: DirConfig, b: DirConfig): boolean =>
  a === b || (a.sections.length === b.sections.length && a.sections.every((section, i) => section === b.sections[i]))

/** What a module makes of a configuration, kept as long as that is. */
export function merged<T>(make: (config: DirConfig) => T): (config: DirConfig) => T {
  const known = new WeakMap<DirConfig, { readonly value: T }>()
  return (config) => {
    const found = known.get(config)
    if (found) return found.value
    const value = make(config)
    known.set(config, { value })
    return value
  }
}

/** The last directive of one of these names, over all sections: what simply replaces what was said before. */
export function lastEntry(config: DirConfig, ...names: readonly string[]): Entry | undefined {
  for (let i = config.sections.length - 1; i >= 0; i--) {
    const section = config.sections[i]
    const found = section && lastIn(section, names)
    if (found) return found
  }
  return undefined
}

function lastIn(section: Section, names: readonly string[]): Entry | undefined {
  if (names.length === 1) return section.named.get(names[0] ?? '')?.at(-1)
  return section.entries.findLast((entry) => names.includes(entry.directive.name))
}

/** All directives of some names, in the order of merging. */
export function entriesNamed(config: DirConfig, ...names: readonly string[]): readonly Entry[] {
  return config.sections.flatMap((section) => entriesIn(section, ...names))
}

export function entriesIn(section: Section, ...names: readonly string[]): readonly Entry[] {
  if (names.length === 1) return section.named.get(names[0] ?? '') ?? []
  if (!names.some((name) => section.named.has(name))) return []
  return section.entries.filter((entry) => names.includes(entry.directive.name))
}

/** An argument as bytes; empty where there is none. */
export const word = (directive: PlacedDirective, index: number): string => toBytes(directive.args[index]?.value ?? '')

export const words = (directive: PlacedDirective): string[] => directive.args.map((argument) => toBytes(argument.value))

/** The arguments as one text, as raw handlers get them. */
export const rawWords = (directive: PlacedDirective): string => toBytes(directive.argumentText)

export const isOn = (entry: Entry | undefined): boolean | undefined => entry && word(entry.directive, 0).toLowerCase() === 'on'
