import { describe, expect, it } from 'vitest'
import { expectationStart } from '../../server/src/expectation/comments.ts'
import { factName } from '../../server/src/expectation/expectation.ts'
import { readLine, writeValue } from '../../server/src/expectation/read-line.ts'

const facts = (line: string): Record<string, string | undefined> =>
  Object.fromEntries((readLine(line, '/a', 0).facts ?? []).map((fact) => [factName(fact), fact.value]))

describe('an expectation on one line', () => {
  it('is a request, an arrow and facts', () => {
    const { asked } = readLine('POST https://shop.example/a?b=c -> 302', '/a', 0)
    expect(asked).toMatchObject({ method: 'POST', target: 'https://shop.example/a?b=c', headers: [], client: undefined, connect: undefined })
    expect(facts('POST /a -> 302 location=/b?c=d server=shop.example')).toEqual({ status: '302', location: '/b?c=d', server: 'shop.example' })
  })

  it('takes GET where there is no method', () => {
    expect(readLine('/a -> 200', '/a', 0).asked).toMatchObject({ method: 'GET', target: '/a' })
    expect(readLine('/with -> 200', '/a', 0).asked).toMatchObject({ method: 'GET', target: '/with' })
    expect(readLine('/a with "A: b" -> 200', '/a', 0).asked).toMatchObject({ method: 'GET', headers: [['A', 'b']] })
    expect(readLine('OPTIONS * -> 200', '/a', 0).asked).toMatchObject({ method: 'OPTIONS', target: '*' })
  })

  it('says headers, the client and the server beside the target', () => {
    expect(readLine('GET /a with "Cookie: a=b; c" with X-A:1 from 192.0.2.7 to 127.0.0.1:8080 -> 200', '/a', 0).asked).toMatchObject({
      headers: [
        ['Cookie', 'a=b; c'],
        ['X-A', '1'],
      ],
      client: '192.0.2.7',
      connect: '127.0.0.1:8080',
    })
  })

  it('quotes values, and says that there is none', () => {
    expect(facts('/ -> header.X-Text="a \\"b\\" c" header.Vary=none location=null file="none"')).toEqual({
      'header.x-text': 'a "b" c',
      'header.vary': undefined,
      location: undefined,
      file: 'none',
    })
  })

  it.each(['a', '/srv/www', 'max-age=1, public', 'a "b"', 'back\\slash', 'none', '->', "it's", ''])('writes %j so that it is read again', (value) => {
    expect(facts(`/ -> location=${writeValue(value)}`)).toEqual({ location: value })
  })

  it('writes nothing that a line cannot hold', () => {
    expect(writeValue('a\nb')).toBeUndefined()
    expect(writeValue(undefined)).toBe('none')
  })

  it('has places', () => {
    const line = 'GET /a -> 200 file=/b'
    const [status, file] = readLine(line, '/f', 100).facts ?? []
    expect([status?.valueAt, file?.at, file?.valueAt].map((at) => at && line.slice(at.start - 100, at.end - 100))).toEqual(['200', 'file=/b', '/b'])
  })

  it.each([
    ['', 'the request is missing'],
    ['-> 200', 'the request is missing'],
    ['GET /a', '"->" and what is expected are missing'],
    ['GET /a 200', '"200" is not understood here'],
    ['GET a -> 200', '"a" is neither a path'],
    ['GET ftp://a/ -> 200', 'is neither a path'],
    ['GET http:/// -> 200', 'is neither a path'],
    ['/a ->', 'nothing is expected'],
    ['/a -> 20', 'a status is a number of three digits'],
    ['/a -> OK', 'neither a status nor a fact'],
    ['/a -> status=soon', 'a status is a number'],
    ['/a -> header=x', 'header needs the name'],
    ['/a -> file.x=y', 'nothing behind a point'],
    ['/a -> body=x', 'there is no fact "body"'],
    ['/a -> __proto__=x', 'there is no fact'],
    ['/a -> authz=maybe', 'authz is denied'],
    ['/a -> 200 201', 'expected twice'],
    ['/a -> file="x', 'quote is not closed'],
    ['/a with -> 200', '"with" needs a header'],
    ['/a with Cookie -> 200', 'a header is'],
    ['/a from example.com -> 200', 'no address'],
    ['/a to 127.0.0.1 -> 200', 'ADDRESS:PORT'],
    ['/a to 127.0.0.1:99999 -> 200', 'ADDRESS:PORT'],
  ])('refuses %j', (line, words) => {
    const { mistake } = readLine(line, '/f', 7)
    expect(mistake?.message).toContain(words)
    expect(mistake?.at.start).toBeGreaterThanOrEqual(7)
    expect(mistake?.at.end).toBeLessThanOrEqual(7 + line.length)
  })

  it('begins behind its word, and nowhere else', () => {
    expect(expectationStart('  # webconf: expect /a')).toBe(20)
    expect(expectationStart('#webconf:expect /a')).toBe(16)
    for (const other of ['# webconf: expectation /a', '# webconf: ignore x', '# expect /a', '# webconf: expect-not /a'])
      expect(expectationStart(other)).toBeUndefined()
  })
})
