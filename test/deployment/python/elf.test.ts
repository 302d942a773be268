import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readElf, unicodeWidthOf } from '../../../server/src/deployment/python/elf.ts'
import { buildElf } from './tiny-elf.ts'

const PSYCOPG = {
  needed: ['libpython2.7.so.1.0', 'libc.so.6'],
  soname: '_psycopg.so',
  undefinedSymbols: ['PyUnicodeUCS2_AsUTF8String', 'malloc'],
  definedSymbols: ['init_psycopg'],
}

describe('a shared object', () => {
  test.each([
    [64, true],
    [64, false],
    [32, true],
    [32, false],
  ] as const)('of %s bits (little-endian: %s) is read', (bits, little) => {
    const elf = readElf(buildElf({ ...PSYCOPG, bits, little }))
    expect(elf).toMatchObject({ ...PSYCOPG, bits, endian: little ? 'little' : 'big' })
    expect(elf && unicodeWidthOf(elf)).toBe('ucs2')
  })

  test('of a wide Python 2, and of Python 3', () => {
    const width = (names: readonly string[]) => {
      const elf = readElf(buildElf({ bits: 64, little: true, definedSymbols: names }))
      return elf && unicodeWidthOf(elf)
    }
    expect(width(['PyUnicodeUCS4_FromString'])).toBe('ucs4')
    expect(width(['PyUnicode_FromString'])).toBeUndefined()
  })

  test('no bytes, other bytes, a header alone', () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('#!/bin/sh\n'.repeat(20)), buildElf({ bits: 64, little: true }).subarray(0, 52)])
      expect(readElf(bytes)).toBeUndefined()
  })

  test('damaged bytes never throw', () => {
    const whole = buildElf({ ...PSYCOPG, bits: 64, little: true })
    fc.assert(
      fc.property(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }), (length, changes) => {
        const bytes = whole.slice()
        for (const [at, value] of changes) bytes[at] = value
        readElf(bytes.subarray(0, length))
        readElf(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  const real = [
    '/usr/lib/apache2/modules/mod_wsgi.so-3.11',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
    '/root/.pyenv/versions/2.7.18/lib/python2.7/lib-dynload/_json.so',
  ].filter(existsSync)
  const hasReadelf = spawnSync('readelf', ['--version']).status === 0

  test.skipIf(real.length === 0)('real files are read as readelf reads them', () => {
    for (const path of real) {
      const elf = readElf(new Uint8Array(readFileSync(path)))
      if (!elf) throw new Error(`${path} is not read`)
      if (!hasReadelf) continue
      const dynamic = spawnSync('readelf', ['-dW', path], { encoding: 'utf8' }).stdout
      expect(elf.needed).toEqual([...dynamic.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1]))
      const table = spawnSync('readelf', ['--dyn-syms', '-W', path], { encoding: 'utf8', maxBuffer: 1e8 }).stdout
      const names = [...table.matchAll(/^\s*\d+: .* UND (\S+?)(?:@\S+)?(?: \(\d+\))?$/gm)].map((match) => match[1] as string)
      expect([...elf.undefinedSymbols].sort()).toEqual(names.sort())
    }
  })
})
