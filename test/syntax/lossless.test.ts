import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eachItem, forEachItem, itemAt, makeItems } from '../../server/src/syntax/items.ts'
import { parse } from '../../server/src/syntax/parse.ts'
import { print } from '../../server/src/syntax/print.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { decode, encode } from '../../server/src/workspace/encoding.ts'

const dialects: readonly Dialect[] = ['nginx', 'apache']
const pieces = [
  'server',
  ' ',
  '\n',
  '\r\n',
  '{',
  '}',
  ';',
  '#',
  '"',
  "'",
  '\\',
  '$',
  '${a}',
  '<',
  '</',
  '>',
  'Directory',
  'IfModule',
  'content_by_lua_block',
  'map',
  '--[[',
  'é',
  '\ufeff',
  '\0',
  '\t',
]

describe('a tree prints the text it was made of', () => {
  for (const dialect of dialects) {
    it(`${dialect}: any text`, () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 60 }), (parts) => {
          const text = parts.join('')
          const file = parse(text, dialect)
          expect(print(file)).toBe(text)
          expect(file.width).toBe(text.length)
          expect(file.items.width + file.tail.length).toBe(text.length)
          expect(file.lines).toBe(text.split('\n').length - 1)
        }),
        { numRuns: 2000 },
      )
    })
  }

  const corpora = new URL('../../../shared/corpora', import.meta.url).pathname
  it.skipIf(!existsSync(corpora))(
    'every file of the corpora, whole and cut at a hundred places, with its bytes (only where ../shared/corpora is there)',
    () => {
      let seed = 1
      const random = (below: number): number => {
        seed = (seed * 48271) % 2147483647
        return seed % below
      }
      for (const dialect of dialects) {
        for (const path of [...filesBelow(join(corpora, dialect)), ...filesBelow(join(corpora, 'mutations'))]) {
          const bytes = readFileSync(path)
          const { text, encoding } = decode(bytes)
          const printed = print(parse(text, dialect))
          if (!Buffer.from(encode(printed, encoding) ?? []).equals(bytes)) expect.fail(`${path} does not print back`)
          for (let i = 0; i < 100; i++) {
            const cut = text.slice(0, random(text.length + 1))
            if (print(parse(cut, dialect)) !== cut) expect.fail(`${path}, cut at ${cut.length}, does not print back`)
          }
        }
      }
    },
    120_000,
  )
})

describe('items in chunks', () => {
  const items = Array.from({ length: 5000 }, (_, i) => {
    const text = `\n${'x'.repeat(i % 7)};`
    return { kind: 'unparsed' as const, text, width: text.length, lines: 1 }
  })
  const made = makeItems(items)
  it('keep their order, widths and lines', () => {
    expect([...eachItem(made)]).toEqual(items)
    expect(made.lines).toBe(5000)
    expect(made.count).toBe(5000)
  })
  it('are found by offset', () => {
    forEachItem(made, 0, (item, start) => {
      expect(itemAt(made, start)).toEqual({ item, start })
      expect(itemAt(made, start + item.width - 1)?.start).toBe(start)
    })
    expect(itemAt(made, made.width)).toBeUndefined()
  })
})

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else yield path
  }
}
