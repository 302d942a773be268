import type { Configuration, PlacedDirective } from '../../../configuration/placed.ts'

/** The blocks of a configuration that hold, or may hold, what is not known: an include that was not read, or parts that a template fills in. */
export function blocksWithUnknown(configuration: Configuration): ReadonlySet<PlacedDirective | undefined> {
  const unknown = new Set<PlacedDirective | undefined>()
  const mark = (from: PlacedDirective | undefined): void => {
    for (let at = from; at; at = at.parent) unknown.add(at)
    unknown.add(undefined)
  }
  const resolved = new Set<PlacedDirective>()
  for (const directive of configuration.all) {
    for (const include of directive.includedBy) resolved.add(include)
    if (directive.source.templated) mark(directive.parent)
  }
  for (const directive of configuration.all) if (directive.name === 'include' && !resolved.has(directive)) mark(directive.parent)
  return unknown
}

/** Every directive inside a block, at any depth, in the order of reading. */
export function* within(block: PlacedDirective): Generator<PlacedDirective> {
  for (const child of block.children) {
    yield child
    yield* within(child)
  }
}

/** Nothing of the configuration is elsewhere: it is whole, all includes were read, and no template fills anything in. */
export const isClosed = ({ whole, open, sources }: Configuration): boolean => whole && !open && !sources.some((source) => source.templated)
