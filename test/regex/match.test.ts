import { describe, expect, it } from 'vitest'
import { toByteText } from '../../server/src/regex/bytes.ts'
import { compileMatcher, type MatchOptions } from '../../server/src/regex/match.ts'

const groupsOf = (pattern: string, subject: string, options: MatchOptions = {}) => {
  const matcher = compileMatcher(toByteText(pattern), options)
  if ('error' in matcher) throw new Error(matcher.error)
  const found = matcher.run(toByteText(subject))
  return typeof found === 'string' ? found : found?.groups
}

describe('patterns are run as PCRE2 runs them', () => {
  it.each<[what: string, pattern: string, subject: string, groups: readonly (string | undefined)[] | undefined]>([
    ['groups that take no part are undefined', '^/(a)?(b)$', '/b', ['/b', undefined, 'b']],
    ['`\\h` is a blank and not the letter', 'a\\hb', 'a b', ['a b']],
    ['`\\h` is a blank and not the letter', 'a\\hb', 'ahb', undefined],
    ['a possessive repetition gives nothing back', '^a++a', 'aaa', undefined],
    ['an atomic group gives nothing back', '^(?>a|ab)c', 'abc', undefined],
    ['`$` matches before a last line break', '^/x$', '/x\n', ['/x']],
    ['`\\Z` matches before a last line break', '/x\\Z', '/x\n', ['/x']],
    ['`\\z` does not', '/x\\z', '/x\n', undefined],
    ['Python names are names', '^(?P<year>\\d+)-(?P=year)$', '12-12', ['12-12', '12']],
    ['a reference to a group that took no part matches nothing', '^(?:(a)|b)\\1$', 'b', undefined],
    ['a group that is tried again keeps what it had', '^(?:(a)|b)*$', 'ab', ['ab', 'a']],
    ['an inline flag holds for the rest', '^/(?i)img/', '/IMG/', ['/IMG/']],
    ['classes of POSIX', '^[[:alpha:]]+$', 'aB', ['aB']],
    ['quoted text', '^\\Qa.b\\E$', 'axb', undefined],
    ['recursion', '^(\\((?:[^()]|(?1))*\\))$', '(a(b)c)', ['(a(b)c)', '(a(b)c)']],
    ['a conditional group', '^(<)?a(?(1)>|!)$', '<a>', ['<a>', '<']],
    ['`.` takes one byte of a character', '^.$', 'é', undefined],
    ['`.` takes one byte of a character', '^..$', 'é', [toByteText('é')]],
    ['`.` takes no line break', '^a.b$', 'a\nb', undefined],
    ['the first branch that matches wins', 'a|ab', 'ab', ['a']],
  ])('%s: %s on %j', (_, pattern, subject, groups) => {
    expect(groupsOf(pattern, subject)).toEqual(groups)
  })

  it('folds the case of ASCII alone', () => {
    expect(groupsOf('^é$', 'É', { caseless: true })).toBeUndefined()
    expect(groupsOf('^é$', 'é', { caseless: true })).toEqual([toByteText('é')])
    expect(groupsOf('^[\\xc0-\\xff]\\xA9Z$', 'éz', { caseless: true })).toEqual([toByteText('éz')])
    // As bytes C3 89 and C3 A9: in Latin-1 E3 would be the small letter of C3.
    const matcher = compileMatcher('\xc3', { caseless: true })
    if ('error' in matcher) throw new Error(matcher.error)
    expect(matcher.run('\xe3')).toBeUndefined()
  })

  it('takes the options of the servers', () => {
    expect(groupsOf('^/X$', '/x', { caseless: true })).toEqual(['/x'])
    expect(groupsOf('^a.b$', 'a\nb', { dotAll: true })).toEqual(['a\nb'])
    expect(groupsOf('^b$', 'a\nb', { multiline: true })).toEqual(['b'])
    expect(groupsOf('a b # c', 'ab', { extended: true })).toEqual(['ab'])
    expect(groupsOf('^/[$]x$', '/$x\n', { dollarEndOnly: true })).toBeUndefined()
    expect(groupsOf('^/[$]\\$x$', '/$$x', { dollarEndOnly: true })).toEqual(['/$$x'])
    expect(groupsOf('(?<n>a)|(?<n>b)', 'b', { duplicateNames: true })).toEqual(['b', undefined, 'b'])
  })

  it('tells names, offsets and where to begin', () => {
    const matcher = compileMatcher('(?<word>[a-z]+)(?<digit>\\d)')
    if ('error' in matcher) throw new Error(matcher.error)
    expect(matcher.names).toEqual([
      { name: 'digit', group: 2 },
      { name: 'word', group: 1 },
    ])
    expect(matcher.run('--ab1 cd2', 5)).toEqual({ start: 6, end: 9, groups: ['cd2', 'cd', '2'], offsets: [6, 9, 6, 8, 8, 9] })
  })

  it('gives up where PCRE2 does', () => {
    expect(groupsOf('(*LIMIT_MATCH=1000)^(a+)+$', `${'a'.repeat(40)}b`)).toBe('failed')
    expect(groupsOf('^/[^/]+$', `/${'a'.repeat(100_000)}`)).toHaveLength(1)
    expect(groupsOf('^(?:/(a|b))*$', '/a'.repeat(200_000))).toBe('failed')
  })

  it('says what is wrong with a pattern', () => {
    expect(compileMatcher('a(b')).toEqual({ error: 'missing closing parenthesis', offset: 3 })
  })

  it('keeps only so many patterns in memory', () => {
    const first = compileMatcher('^first(\\d)$')
    if ('error' in first) throw new Error(first.error)
    for (let i = 0; i < 5000; i++) {
      const matcher = compileMatcher(`^/${i}/(?<name>[a-z]+)(?:/.*)?$`)
      if ('error' in matcher) throw new Error(matcher.error)
      expect(matcher.run(`/${i}/x/y`)).toMatchObject({ groups: [`/${i}/x/y`, 'x'] })
    }
    expect(first.run('first1')).toMatchObject({ groups: ['first1', '1'] })
  })
})
