// What the server itself brings to expressions: variables, functions and operators. What modules add through the hook `expr_lookup` is few, and
// decided by code: server/src/syntax/apache/expression/lookup.ts has it by hand.

/** @typedef {{ name: string, restricted?: true, subnet?: true }} Provided */

/** @param {string} text of util_expr_eval.c */
export function readNames(text) {
  const lists = bracesOf(text, 'var_providers').matchAll(/\{\s*\w+,\s*(\w+)\s*\}/g)
  return {
    variables: [...lists].flatMap(([, list]) => (list === 'NULL' ? [] : [...bracesOf(text, list ?? '').matchAll(/"(\w+)"/g)].map(([, name]) => name ?? ''))),
    functions: readProviders(text, 'string_func_providers'),
    unary: readProviders(text, 'unary_op_providers'),
    binary: readProviders(text, 'binary_op_providers'),
  }
}

/** The rows of a table of functions or operators: function, name, what reads the argument, whether it is restricted. @param {string} text @param {string} table @returns {Provided[]} */
function readProviders(text, table) {
  return [...bracesOf(text, table).matchAll(/\{\s*\w+,\s*"(\w+)",\s*(\w+),\s*(\d)\s*\}/g)].map(([, name = '', reader, restricted]) => ({
    name,
    ...(restricted === '1' ? { restricted: /** @type {const} */ (true) } : {}),
    ...(reader === 'subnet_parse_arg' ? { subnet: /** @type {const} */ (true) } : {}),
  }))
}

/** The initializer of a table. @param {string} text @param {string} name */
function bracesOf(text, name) {
  const found = new RegExp(`\\b${name}\\[\\] = \\{([\\s\\S]*?)\\n\\};`).exec(text)?.[1]
  if (found === undefined) throw new Error(`util_expr_eval.c is not as expected: ${name}`)
  return found
}
