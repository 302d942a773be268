import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { md5, sha1 } from '../../server/src/request/digest.ts'
import { isPassword } from '../../server/src/request/password.ts'

describe('passwords of password files', () => {
  it('digests as the platform does', () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 200]) {
      const text = 'a\xe9'.repeat(200).slice(0, length)
      const expected = (name: string): number[] => [...createHash(name).update(Buffer.from(text, 'latin1')).digest()]
      expect(md5(text)).toEqual(expected('md5'))
      expect(sha1(text)).toEqual(expected('sha1'))
    }
  })

  it.each(['-apr1', '-1'])('openssl passwd %s', (method) => {
    for (const password of ['s3cret', 'a-password-that-is-longer-than-sixteen-characters']) {
      const hash = execFileSync('openssl', ['passwd', method, '-salt', 'xyz12345', password], { encoding: 'utf8' }).trim()
      expect(isPassword(password, hash)).toBe(true)
      expect(isPassword(`${password}.`, hash)).toBe(false)
    }
  })

  it.each([
    ['{PLAIN}open sesame', 'open sesame', true],
    ['{PLAIN}open sesame', 'open', false],
    // echo -n secret | sha1
    ['{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'secret', true],
    ['{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', 'Secret', false],
    ['secret', 'secret', false],
    ['$2y$05$abcdefghijklmnopqrstuu', 'secret', undefined],
    ['abJnggxhB/yWI', 'secret', undefined],
  ])('%s for %s: %s', (hash, password, expected) => {
    expect(isPassword(password, hash)).toBe(expected)
  })
})
