// The tables of a parser that bison made, read from its C: the states, the symbols' names, and what the actions of the rules make.

/**
 * What an action does, by the numbers of the rule's symbols: `["make", "STR_EQ", 1, 3]`, `["variable", 2]`, `["pass", 2]`, `["abort"]`.
 * @typedef {(string | number)[]} Action
 */

/** The calls of `util_expr_eval.c` that make nodes. */
const makers = new Map([
  ['ap_expr_unary_op_make', 'unary'],
  ['ap_expr_binary_op_make', 'binary'],
  ['ap_expr_str_func_make', 'function'],
  ['ap_expr_list_func_make', 'list'],
  ['ap_expr_var_make', 'variable'],
])

/** @param {string} text of util_expr_parse.c */
export function readGrammar(text) {
  const numbers = (/** @type {string} */ name) => bracesOf(text, name).split(',').map(Number)
  const define = (/** @type {string} */ name) => Number(new RegExp(`#\\s*define\\s+${name}\\s+\\(?(-?\\d+)`).exec(text)?.[1] ?? fail(name))
  const names = [...bracesOf(text, 'yytname').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, name]) => name ?? '')
  const lengths = numbers('yyr2')
  return {
    final: define('YYFINAL'),
    last: define('YYLAST'),
    /** How many of the symbols are tokens: the first ones. */
    tokens: define('YYNTOKENS'),
    /** What stands in `pact` for a state that always does its default. */
    noAction: define('YYPACT_NINF'),
    /** What stands in `table` for an error. */
    errorAction: define('YYTABLE_NINF'),
    /** The deepest that the stack may get. */
    depth: define('YYMAXDEPTH'),
    symbols: names,
    rules: lengths.map((length, i) => readAction(text, i, length)),
    ruleSymbol: numbers('yyr1'),
    ruleLength: lengths,
    defaultRule: numbers('yydefact'),
    defaultState: numbers('yydefgoto'),
    actions: numbers('yypact'),
    states: numbers('yypgoto'),
    table: numbers('yytable'),
    check: numbers('yycheck'),
  }
}

/** @param {string} text @param {number} rule @param {number} length @returns {Action} */
function readAction(text, rule, length) {
  const found = new RegExp(`\\n\\s*case ${rule}:\\s*\\n[^{]*?#line \\d+ "[^"]*"\\n([\\s\\S]*?)\\n\\s*break;`).exec(text)?.[1]
  if (found === undefined) return length === 0 ? ['pass'] : ['pass', 1]
  const code = found.replace(/\(yyvsp\[\((\d+)\) - \(\d+\)\]\.\w+\)/g, '$$$1').replace(/\s+/g, ' ')
  if (code.includes('YYABORT')) return ['abort']
  if (code.includes('ap_pregcomp')) return ['regex', 1, code.includes('AP_REG_ICASE') ? 'i' : '']
  if (code.includes('op_RegexBackref')) return ['make', 'RegexBackref', 1]
  const call = /(ap_expr_\w+)\(([^()]*)\)/.exec(code)
  if (!call) return ['pass', Number(/= \$(\d+);/.exec(code)?.[1] ?? fail(`rule ${rule}`))]
  const args = (call[2] ?? '')
    .split(',')
    .map((arg) => arg.trim())
    .filter((arg) => arg !== 'NULL' && arg !== 'ctx')
    .map((arg) => (arg.startsWith('$') ? Number(arg.slice(1)) : arg.replace(/^op_|^"|"$/g, '')))
  if (call[1] === 'ap_expr_make') return ['make', ...args]
  return [makers.get(call[1] ?? '') ?? fail(call[1] ?? ''), ...args]
}

/** The initializer of an array. @param {string} text @param {string} name */
function bracesOf(text, name) {
  return new RegExp(`\\b${name}\\[\\] =\\s*\\{([\\s\\S]*?)\\n\\};`).exec(text)?.[1] ?? fail(name)
}

/** @param {string} what @returns {never} */
function fail(what) {
  throw new Error(`util_expr_parse.c is not as expected: ${what}`)
}
