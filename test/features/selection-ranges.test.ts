import { expect, test } from 'vitest'
import type { SelectionRange } from 'vscode-languageserver-types'
import { selectionRange } from '../../server/src/features/selection-ranges.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { cursorMark, marked } from '../support/features.ts'

/** The selections as they grow. */
async function grown(text: string, dialect: Dialect): Promise<string[]> {
  const plain = text.replace(cursorMark, '')
  const texts: string[] = []
  await marked(text, dialect).ask((view, offset) => {
    for (let at: SelectionRange | undefined = selectionRange(view, offset); at; at = at.parent)
      texts.push(plain.slice(view.source.lines.offsetAt(at.range.start), view.source.lines.offsetAt(at.range.end)))
  })
  return texts
}

test('nginx: word, path, arguments, directive, block', async () => {
  expect(await grown('http {\n  location /a {\n    proxy_pass http://exa‸mple.com:80/$uri x;\n  }\n}\n', 'nginx')).toEqual([
    'example',
    'example.com',
    'example.com:80',
    'http://example.com:80/$uri',
    'http://example.com:80/$uri x',
    'proxy_pass http://example.com:80/$uri x',
    'proxy_pass http://example.com:80/$uri x;',
    'location /a {\n    proxy_pass http://example.com:80/$uri x;\n  }',
    'http {\n  location /a {\n    proxy_pass http://example.com:80/$uri x;\n  }\n}',
    'http {\n  location /a {\n    proxy_pass http://example.com:80/$uri x;\n  }\n}\n',
  ])
})

test('nginx: what a block holds', async () => {
  expect(await grown('server {\n  listen 80;\n  ‸\n  gzip on;\n}', 'nginx')).toEqual([
    'listen 80;\n  \n  gzip on;',
    'server {\n  listen 80;\n  \n  gzip on;\n}',
  ])
})

test('nginx: a variable in quotes', async () => {
  expect(await grown('add_header A "b $h‸ost c";', 'nginx')).toEqual([
    'host',
    '$host',
    'b $host c',
    '"b $host c"',
    'A "b $host c"',
    'add_header A "b $host c"',
    'add_header A "b $host c";',
  ])
})

test('Apache: a section by its name', async () => {
  expect(await grown('<Dire‸ctory /x>\n  Options None\n</Directory>', 'apache')).toEqual([
    'Directory',
    'Directory /x',
    '<Directory /x>',
    '<Directory /x>\n  Options None\n</Directory>',
  ])
})

test('Apache: a comment', async () => {
  expect(await grown('# some w‸ords here', 'apache')).toEqual(['words', ' some words here', '# some words here'])
})
