/** What a hover says, of a stretch of the document (UTF-16 offsets). */
export interface Said {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What is said of a directive in all the places that its file is read in; undefined where they differ, or there is none. */
export function saidInAll<Placement>(placements: readonly Placement[], say: (placement: Placement) => string | undefined): string | undefined {
  const [first, ...others] = placements.slice(0, mostPlaces)
  if (first === undefined) return undefined
  const text = say(first)
  return others.every((each) => say(each) === text) ? text : undefined
}

/** Of a file that is read more often not all places are compared. */
const mostPlaces = 20
