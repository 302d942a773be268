import { describe, expect, test } from 'vitest'
import { closingOf } from '../../server/src/features/close-section.ts'
import { linkedNames } from '../../server/src/features/linked-editing.ts'
import { cursorMark, marked } from '../support/features.ts'

describe('names of a section that are typed as one', () => {
  test.each<readonly [string, string[] | undefined]>([
    ['<Dir‸ectory /x>\n  Options None\n</Directory>\n', ['0:1-10', '2:2-11']],
    ['<‸IfModule x>\n</IfModule>\n', ['0:1-9', '1:2-10']],
    ['<Directory /x>\n</directory‸>\n', ['0:1-10', '1:2-11']],
    ['<Directory /x>\n</‸Directory>\n', ['0:1-10', '1:2-11']],
    ['<Directory /‸x>\n</Directory>\n', undefined],
    ['<Directory /x>\n  Opt‸ions None\n</Directory>\n', undefined],
    ['<Dir‸ectory /x>\n  Options None\n', undefined],
  ])('%j', async (text, expected) => {
    const found = await marked(text, 'apache').ask(linkedNames)
    expect(found?.map(({ start, end }) => `${start.line}:${start.character}-${end.character}`)).toEqual(expected)
  })

  test('not in nginx', async () => expect(await marked('ser‸ver { }').ask(linkedNames)).toBeUndefined())
})

describe('the end of a section that is opened', () => {
  test.each<readonly [string, string | undefined]>([
    ['<Directory /x>‸', '<Directory /x>\n</Directory>'],
    ['<VirtualHost *>\n    <Directory /x>‸\n</VirtualHost>\n', '<VirtualHost *>\n    <Directory /x>\n    </Directory>\n</VirtualHost>\n'],
    ['<IfModule a>\n<IfModule b>‸\n</IfModule>\n', '<IfModule a>\n<IfModule b>\n</IfModule>\n</IfModule>\n'],
    ['<Directory /x>‸\r\nOptions None\r\n', '<Directory /x>\r\n</Directory>\r\nOptions None\r\n'],
    // It has an end, something follows on the line, it is no section, a comment.
    ['<Directory /x>‸\n</Directory>\n', undefined],
    ['<Directory /x>‸ x\n', undefined],
    ['RewriteCond %{REQUEST_URI} ^/>‸\n', undefined],
    ['# <Directory /x>‸\n', undefined],
    ['</Directory>‸\n', undefined],
  ])('%j', async (text, expected) => {
    const plain = text.replace(cursorMark, '')
    const end = await marked(text, 'apache').ask(({ source }, offset) => closingOf(source, offset))
    expect(end && plain.slice(0, end.offset) + end.newText + plain.slice(end.offset)).toBe(expected)
  })
})
