import { describe, expect, test } from 'vitest'
import { asWritten, readWritten } from '../../client/src/explain/written.ts'

describe('a request as it is typed', () => {
  test.each([
    ['https://shop.example/a?b=1', { method: 'GET', url: 'https://shop.example/a?b=1' }],
    ['POST https://shop.example/cart', { method: 'POST', url: 'https://shop.example/cart' }],
    ['  delete   http://shop.example ', { method: 'DELETE', url: 'http://shop.example' }],
    ['shop.example/cart', { method: 'GET', url: 'http://shop.example/cart' }],
    ['localhost:8080/x', { method: 'GET', url: 'http://localhost:8080/x' }],
    ['POST /cart', { method: 'POST', url: 'https://base.example:8443/cart' }],
    ['//a', { method: 'GET', url: 'https://base.example:8443//a' }],
  ])('%s', (text, request) => expect(readWritten(text, 'https://base.example:8443/x')).toEqual(request))

  test.each(['', 'cart', 'ftp://shop.example/', 'https://', 'POST', 'GET a b'])('"%s" is none', (text) => expect(readWritten(text)).toBeUndefined())

  test('is written as it is read', () => {
    for (const text of ['https://shop.example/a', 'POST https://shop.example/a']) expect(asWritten(readWritten(text) ?? { method: '', url: '' })).toBe(text)
  })
})
