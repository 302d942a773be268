/** A node of an expression; places are offsets in the text that was parsed. */
export interface Expression {
  /**
   * What it is, as `server/util_expr_private.h` names it without `op_`: `And`, `STR_EQ`, `Concat`, `String`, `Digit`, `Regex`, `RegexBackref`, `Var`;
   * a call is `UnaryOpCall`, `BinaryOpCall`, `StringFuncCall` or `ListFuncCall`. `ListElement` holds a word and the list before it.
   */
  readonly op: string
  /** The name of a variable, function or operator (without its `-`), the pattern, the characters of a string. */
  readonly text?: string
  /** Where that begins. */
  readonly textStart?: number
  readonly operands: readonly Expression[]
  readonly start: number
  readonly end: number
}

/** The node and all in it, from the outside in. */
export function* expressionNodes(expression: Expression): Generator<Expression> {
  yield expression
  for (const operand of expression.operands) yield* expressionNodes(operand)
}
