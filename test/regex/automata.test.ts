import fc from 'fast-check'
import { DFA, JS, NFA } from 'refa'
import { describe, expect, it } from 'vitest'
import { automatonOf, searched } from '../../server/src/regex/automaton.ts'
import { backtrackingOf } from '../../server/src/regex/backtracking.ts'
import { matcherOf } from '../../server/src/regex/execute.ts'
import { accepts, isWithin, wordOf } from '../../server/src/regex/language.ts'
import { parsePattern } from '../../server/src/regex/parse.ts'
import { isSubsumed, textWithGroup } from '../../server/src/regex/questions.ts'
import type { Pattern } from '../../server/src/regex/tree.ts'

function read(source: string, caseless = false): Pattern {
  const pattern = parsePattern(source, caseless)
  if (!pattern) throw new Error(`cannot be read: ${source}`)
  return pattern
}

/** Patterns that JavaScript and PCRE2 read alike. */
const atom = fc.constantFrom('a', 'b', '/', '\\.', '.', '[ab]', '[^/]', '\\d', '\\w', '[a-c/]', '\\x2f')
const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?', '+?')).map(([a, q]) => `(${a})${q}`),
  ),
}))
const anchored = fc.tuple(fc.constantFrom('', '^'), patterns, fc.constantFrom('', '$')).map((parts) => parts.join(''))
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', '.', '1'), maxLength: 8 })

describe('patterns as automata', () => {
  it('find what JavaScript finds', () => {
    fc.assert(
      fc.property(anchored, texts, (source, text) => {
        const pattern = read(source)
        const expected = new RegExp(source).test(text)
        expect(accepts(searched(pattern.tree) ?? expect.fail('too large'), text)).toBe(expected)
        expect(matcherOf(pattern)?.(text) !== undefined).toBe(expected)
      }),
      { numRuns: 1500 },
    )
  })

  it('are within one another where refa says so', () => {
    const ofRefa = (source: string): DFA => {
      const { expression, maxCharacter } = JS.Parser.fromLiteral({ source, flags: '' }).parse()
      return DFA.fromFA(NFA.fromRegex(expression, { maxCharacter }))
    }
    fc.assert(
      fc.property(patterns, patterns, (a, b) => {
        const [one, two] = [ofRefa(a), ofRefa(b)]
        two.complement()
        const expected = DFA.fromIntersection(one, two).isEmpty
        const [own, other] = [a, b].map((source) => automatonOf(read(source).tree, { anchors: false }))
        if (own && other) expect([expected, 'unknown']).toContain(isWithin(own, other))
      }),
      { numRuns: 400 },
    )
  })

  it.each([
    ['^/a$', '/a\n', true],
    ['^/a\\z', '/a\n', false],
    ['(?i)^/A(?-i)b$', '/ab', true],
    ['(?i)^/A(?-i)b$', '/aB', false],
    ['^\\Q/a.b\\E+$', '/a.bbb', true],
    ['^\\Q/a.b\\E+$', '/aXb', false],
    ['^[[:alpha:]]+[^[:digit:]]$', 'abc', true],
    ['^(?x) / a # comment\n b $', '/ab', true],
    ['^(?#note)a\\Rb$', 'a\r\nb', true],
    ['^[\\]x-]+$', ']-x', true],
    ['^/é$', '/\xc3\xa9', true],
    ['^a{,3}b$', 'aab', true],
    ['^(?<x>a)(?P<y>b)$', 'ab', true],
    ['a++b', 'aab', true],
  ])('%s and %j: %s', (source, text, expected) => {
    expect(accepts(searched(read(source).tree) ?? expect.fail('too large'), text)).toBe(expected)
  })

  it('know their groups', () => {
    expect(read('^(a(?<b>c))(?:d)(?|(e)|(f))(g)').groups.map(({ number, name, inside }) => [number, name, inside])).toEqual([
      [1, undefined, []],
      [2, 'b', [1]],
      [3, undefined, []],
      [3, undefined, []],
      [4, undefined, []],
    ])
    for (const bad of ['(', ')', 'a)', '[a', '*a', 'a**?)', '(?<1>a)', '\\']) expect(parsePattern(bad), bad).toBeUndefined()
  })

  it('answer with a witness', () => {
    expect(wordOf(searched(read('^/[a-z]+\\.php').tree) ?? expect.fail())).toBe('/a.php')
    expect(textWithGroup(read('^/site(.*)$'), 1, '^\\.\\./')?.text).toBe('/site../')
    expect(textWithGroup(read('^/([^/]*)/(.*)$'), 2, '\\n')).toBeUndefined()
    expect(textWithGroup(read('^/([^/]*)/([^x]*)$'), 2, '\\n')).toMatchObject({ text: '//\n', group: '\n' })
    // The first group takes all slashes but one.
    expect(textWithGroup(read('^/(.*)/(.*)$'), 2, '/')).toBeUndefined()
  })

  it.each([
    ['^/a/b', '^/a', true],
    ['^/a', '^/a/b', false],
    ['\\.php$', '\\.ph', true],
    ['^/(?!x)a', '^/', 'unknown'],
    ['^/x', '^/(?!y)', 'unknown'],
  ])('is every text of %s one of %s: %s', (a, b, expected) => {
    expect(isSubsumed(read(a), read(b))).toBe(expected)
  })
})

describe('backtracking', () => {
  it.each([
    '^/(a+)+$',
    '^/(a*)*b',
    '^/(a|a)*$',
    '^/(a|b|ab)*c',
    '^/(.|x)+\\.html$',
    '^(/?[^/]*)*x$',
    '^/((a+)b?)*$',
    '^/(\\w+\\s?)*$',
    '(x+x+)+y',
    '^/([a-zA-Z0-9]+[-._]?)*[a-z]+$',
  ])('%s is exponential', (source) => {
    const found = backtrackingOf(read(source))
    expect(found).toMatchObject({ growth: 'exponential' })
    if (!found || found === 'unknown') return
    expect(matcherOf(read(source))?.(found.prefix + found.pump.repeat(5) + found.suffix)).toBeUndefined()
  })

  it.each([
    '^/(a|ab)+$',
    '^/a+b+$',
    '^/(.*)/(.*)$',
    '^/([^/]+/)+x$',
    '\\.(jpe?g|png|gif)$',
    '^/(a+)+',
    '^/(\\d{4}-)*x',
    '^/(?:[a-z]+\\.)+[a-z]+$',
    '^(/[a-z]+)*/?$',
    '(.*)*',
    '^/(a?)*b',
  ])('%s is not', (source) => {
    expect(backtrackingOf(read(source))).toBeUndefined()
  })

  it('is left open where nobody can say', () => {
    expect(backtrackingOf(read('^/(?>a+)+$'))).toBe('unknown')
    expect(backtrackingOf(read('^/(a++)*\\1$'))).toBe('unknown')
  })

  it('never takes long', () => {
    const began = performance.now()
    for (const source of ['^(([a-z0-9._-]+)*,?){1,40}$', '(a?){60}a{60}', '((a|b|c|d)*(e|f|g)*)*z', '(.*a){25}', '((((((a*)*)*)*)*)*)*b'])
      backtrackingOf(read(source))
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
