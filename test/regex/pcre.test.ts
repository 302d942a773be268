import { describe, expect, it } from 'vitest'
import { compilePattern, compileWithLibrary } from '../../server/src/regex/pcre.ts'
import { surelyValid } from '../../server/src/regex/surely-valid.ts'

describe('patterns as PCRE2 takes them', () => {
  it.each([
    ['^/\\d{3}/(\\w+)\\.php$', 1, []],
    ['^(?<year>\\d{4})-(?P<month>..)', 2, ['month', 'year']],
    ['(?i)a(?>b|c)++\\Q(\\E', 0, []],
    ['é+', 0, []],
  ])('%s', (pattern, captures, names) => {
    expect(compilePattern(pattern)).toEqual({ captures, names })
  })

  it.each([
    ['a(b', 'missing closing parenthesis', 3],
    ['[a-', 'missing terminating ] for character class', 3],
    ['*a', 'quantifier does not follow a repeatable item', 0],
    ['(?<1a>x)', 'subpattern name must start with a non-digit', 3],
    ['a)b', 'unmatched closing parenthesis', 1],
    ['é)', 'unmatched closing parenthesis', 2],
  ])('%s: %s', (pattern, error, offset) => {
    expect(compilePattern(pattern)).toMatchObject({ error, offset })
  })

  it('judges plain patterns as the library does', () => {
    const pieces = [
      'a',
      '/',
      '.',
      '\\.',
      '\\d',
      '(',
      ')',
      '(?:',
      '(?<n>',
      '(?=',
      '[a-z]',
      '[^/]',
      '[-.]',
      '[a-',
      ']',
      '*',
      '+',
      '?',
      '{2}',
      '{3,}',
      '{2,1}',
      '|',
      '^',
      '$',
      '\\b',
      '[\\w-]',
      '{',
      '}',
    ]
    let seed = 7
    const next = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    let plain = 0
    for (let i = 0; i < 20_000; i++) {
      const pattern = Array.from({ length: 1 + next(7) }, () => pieces[next(pieces.length)]).join('')
      const quick = surelyValid(pattern)
      if (!quick) continue
      plain++
      expect(compileWithLibrary(pattern), pattern).toEqual(quick)
    }
    expect(plain).toBeGreaterThan(2000)
  })
})
