import { describe, expect, it } from 'vitest'
import { compilePattern } from '../../server/src/regex/pcre.ts'
import { logText } from '../../server/src/syntax/apache/expression/log-text.ts'
import { type ExpressionOptions, parseExpression } from '../../server/src/syntax/apache/expression/parse-expression.ts'
import { type Expression, expressionNodes } from '../../server/src/syntax/apache/expression/tree.ts'
import { conditions, strings } from './apache-expression-cases.ts'

const allLoaded: ExpressionOptions = { isLoaded: () => true, compiles: (pattern) => !('error' in compilePattern(pattern)) }

/** What `apache2 -t` would show behind its own words. */
function verdict(text: string, options: ExpressionOptions = allLoaded): string {
  const found = parseExpression(text, options)
  return found.ok ? 'ok' : logText(found.message)
}

/** A text with the place of its mistake marked. */
function marked(text: string): string {
  const found = parseExpression(text, allLoaded)
  if (found.ok) return text
  return `${text}\n${' '.repeat(found.start)}${'^'.repeat(Math.max(1, found.end - found.start))} ${found.message}`
}

function show(node: Expression): string {
  const name = node.text === undefined ? '' : ` ${JSON.stringify(node.text)}@${node.textStart}`
  return `(${[node.op + name, ...node.operands.map(show)].join(' ')})`
}

describe.each(conditions)('%s', (_, cases) => {
  it.each(cases.map(([text, said]): [string, string, string] => [text.length > 80 ? `${text.slice(0, 80)} …` : text, text, said]))('%s', (_, text, said) => {
    expect(verdict(text)).toBe(said)
  })
})

describe('texts with variables in them', () => {
  it.each(strings)('%s', (text, said) => {
    expect(verdict(text, { ...allLoaded, isString: true })).toBe(said)
  })
})

describe('the place of a mistake', () => {
  it.each([
    [`%{REQUEST_URI} == /x\n                    ^ syntax error, unexpected $end`],
    [`%{REQUEST-URI} == 'x'\n         ^ syntax error, unexpected T_ERROR, expecting T_VAR_END or ':': Invalid character in variable name '-'`],
    [`'a' == 'b' || %{X} == 'c'\n                ^ Variable 'X' does not exist`],
    [`%{X} == 'a' 'b'\n            ^ syntax error, unexpected T_STR_BEGIN, expecting $end: Variable 'X' does not exist`],
    [`'a' -foo 'b'\n    ^^^^ Binary operator '-foo' does not exist`],
    [`-R '10.0.0.0/99'\n^^ parsing of subnet/netmask failed`],
    [`'a' =~ m#(#\n       ^^^^ Failed to compile regular expression`],
    [`%{env:"a"}\n      ^ flex scanner jammed`],
  ])('%s', (shown) => {
    expect(marked(shown.slice(0, shown.indexOf('\n')))).toBe(shown)
  })

  it('says where the server ends at once, without a line', () => {
    expect(parseExpression(`%{env:'a'} == ''`)).toMatchObject({ ok: false, isFatal: true })
    expect(parseExpression('true true')).toMatchObject({ ok: false, isFatal: false })
  })
})

describe('what depends on the modules that are loaded', () => {
  it('takes names that a module could bring', () => {
    expect(verdict(`%{SSL_PROTOCOL} == %{HC_BODY} && 'x' in PeerExtList('y')`, {})).toBe('ok')
  })

  it('refuses them where the module is not loaded', () => {
    const isLoaded = (module: string): boolean => module !== 'ssl_module'
    expect(verdict(`%{SSL_PROTOCOL} == 'x'`, { isLoaded })).toBe(`Variable 'SSL_PROTOCOL' does not exist`)
    expect(verdict(`SSL('x') == 'x'`, { isLoaded })).toBe(`Function 'SSL' does not exist`)
    expect(verdict(`%{HC_BODY} == 'x'`, { isLoaded })).toBe('ok')
  })

  it('is sure that it is wrong, and not of the words, where such a name stands before another mistake', () => {
    expect(parseExpression('%{SSL_PROTOCOL} ==')).toMatchObject({ ok: false, message: 'syntax error, unexpected $end', isUnsure: true })
    expect(parseExpression('%{REQUEST_URI} ==')).toMatchObject({ ok: false, isUnsure: false })
  })

  it('takes any name where modules of others may have brought it', () => {
    expect(verdict(`%{X} == foo('y')`, { mayHaveOtherNames: true })).toBe('ok')
    expect(verdict('%{X} ==', { mayHaveOtherNames: true })).toBe('syntax error, unexpected $end')
  })

  it('takes any pattern where nothing can compile it', () => {
    expect(verdict(`'a' =~ /(/`, {})).toBe('ok')
    expect(verdict(`'a' =~ /(/`, { compiles: () => undefined })).toBe('ok')
  })
})

describe('in an .htaccess', () => {
  it.each([
    [`file('/x') == ''`, 'file not available in restricted context'],
    [`%{FileSize:/x} -gt 1`, 'filesize not available in restricted context'],
    [`-f '/x' && -d '/y'`, 'ok'],
  ])('%s', (text, said) => {
    expect(verdict(text, { restricted: true })).toBe(said)
  })
})

describe('the tree', () => {
  it.each([
    [`%{HTTP_HOST} == 'a' || -f $1`, `(Or (Comp (STR_EQ (Var "HTTP_HOST"@2) (String "a"@17))) (UnaryOpCall "f"@24 (RegexBackref "1"@27)))`],
    [`req('X') =~ m#a#i`, `(Comp (REG (StringFuncCall "req"@0 (String "X"@5)) (Regex "a"@14)))`],
    [`12 in { 'b', "c%{TIME}" }`, `(Comp (IN (Digit "12"@0) (ListElement (Concat (String "c"@14) (Var "TIME"@17)) (ListElement (String "b"@9)))))`],
    [`! ('' -strmatch '*')`, `(Not (BinaryOpCall "strmatch"@7 (String ""@4) (String "*"@17)))`],
  ])('%s', (text, tree) => {
    const found = parseExpression(text)
    expect(found.ok && show(found.root)).toBe(tree)
  })

  it('of a text, which the server ends with an empty string', () => {
    const found = parseExpression('/a%{HTTP_HOST}', { isString: true })
    expect(found.ok && show(found.root)).toBe('(Concat (Concat (String "/a"@0) (Var "HTTP_HOST"@4)) (String ""@14))')
    expect(found.ok && [...expressionNodes(found.root)].map(({ op }) => op)).toEqual(['Concat', 'Concat', 'String', 'Var', 'String'])
  })
})

describe('how the log shows a message', () => {
  it.each([
    ['plain "words"', 'plain "words"'],
    ['a\\b\tc\n', 'a\\\\b\\tc\\n'],
    ['é\x01\x7f', '\\xc3\\xa9\\x01\\x7f'],
  ])('%j', (message, shown) => {
    expect(logText(message)).toBe(shown)
  })
})
