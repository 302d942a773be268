import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { md5, sha1 } from '../../server/src/request/digest.ts'
import { isApachePassword, isPassword } from '../../server/src/request/password.ts'

// Made by htpasswd and openssl passwd, of "secret".
const digests: readonly (readonly [kind: string, digest: string])[] = [
  ['apr1', '$apr1$17w8B5Dm$PvnA5zTf3L4OrTBKuQgrw/'],
  ['SHA-1', '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='],
  ['bcrypt', '$2y$05$.uXajB/jmfa9s3NijXE6IOae84R5w17PTBiFxD7UNenufOxLGO856'],
  ['DES', 'Hyx4rhb7Qdvpk'],
  ['MD5', '$1$Ip5SwfL6$1X9sOTOGaVbbMvjOtkxch.'],
  ['SHA-256', '$5$S6If9EOtOsBsvrDb$0ZPoYbKDqQpjsN9evnRqX7I3xl8su95hWpIFS8HzIr.'],
  ['SHA-512', '$6$qxb/038/bs3GGXUq$7FnnL1HBQ77raDyNhrjutnQfmRc7GT/dfSEmiOQgqH0f30p2doH7Pg59qWuuFMNSZ40Fk602ORgaxp2Lr9lNq.'],
]

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
    ['$2y$05$abcdefghijklmnopqrstuu', 'secret', false],
    ['Hyx4rhb7Qdvpk', 'secret', true],
    ['$y$j9T$abc$def', 'secret', undefined],
  ])('%s for %s: %s', (hash, password, expected) => {
    expect(isPassword(password, hash)).toBe(expected)
  })

  it.each(digests)('what htpasswd and openssl make: %s', (_, digest) => {
    expect(isApachePassword('secret', digest)).toBe(true)
    expect(isApachePassword('Secret', digest)).toBe(false)
    expect(isApachePassword('', digest)).toBe(false)
  })

  it('a password as it stands fits nobody, as crypt(3) is asked', () => {
    expect(isApachePassword('secret', 'secret')).toBe(false)
    expect(isApachePassword('secret', '{PLAIN}secret')).toBe(false)
  })

  it('what would take too long or is not known is left open', () => {
    expect(isApachePassword('secret', '$2y$31$.uXajB/jmfa9s3NijXE6IOae84R5w17PTBiFxD7UNenufOxLGO856')).toBeUndefined()
    expect(isApachePassword('secret', '$6$rounds=900000$qxb/038/bs3GGXUq$x')).toBeUndefined()
    expect(isApachePassword('secret', '$y$j9T$abc$def')).toBeUndefined()
  })
})
