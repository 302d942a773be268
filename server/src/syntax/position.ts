/** A zero-based line and a zero-based character in UTF-16 units, as in the Language Server Protocol. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}
