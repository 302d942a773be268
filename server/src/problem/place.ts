/** A part of a file: offsets in UTF-16 units, `end` excluded. */
export interface Place {
  readonly path: string
  readonly start: number
  readonly end: number
}
