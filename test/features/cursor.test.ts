import { describe, expect, test } from 'vitest'
import { cursorAt } from '../../server/src/features/lib/cursor.ts'
import { parse } from '../../server/src/syntax/parse.ts'
import { type Dialect, nameOf } from '../../server/src/syntax/tree.ts'
import { cursorMark } from '../support/features.ts'

/** The place in words: the blocks around, then what is at the cursor. */
function place(marked: string, dialect: Dialect): string {
  const offset = marked.indexOf(cursorMark)
  const text = marked.replace(cursorMark, '')
  const { around, at } = cursorAt(parse(text, dialect), text, offset)
  const blocks = around.map(({ node }) => nameOf(node)).join(' > ')
  const what = (): string => {
    switch (at.kind) {
      case 'name':
        return at.directive ? `name ${text.slice(at.start, at.end)}` : 'a new name'
      case 'argument':
        return `${nameOf(at.directive.node)} argument ${at.index} ${at.word ? text.slice(at.start, at.end) : '(new)'}${at.beginsLine ? ', begins line' : ''}`
      case 'comment':
        return `comment ${text.slice(at.start, at.end)}`
      default:
        return at.kind
    }
  }
  return `${blocks}: ${what()}`
}

describe('the place of the cursor in nginx', () => {
  test.each([
    ['‸', ': a new name'],
    ['http {\n  ‸\n}', 'http: a new name'],
    ['http {‸}', 'http: a new name'],
    ['http {}‸', ': a new name'],
    ['http {}\n‸', ': a new name'],
    ['http { ser‸ }', 'http: name ser'],
    ['http { ser‸\n root /x; }', 'http: name ser'],
    ['http { ‸root /x; }', 'http: name root'],
    ['http { root ‸/x; }', 'http: root argument 0 /x'],
    ['http { root /x‸; }', 'http: root argument 0 /x'],
    ['http { root /x;‸ }', 'http: a new name'],
    ['http { root /x;\n‸\n }', 'http: a new name'],
    ['http { root ‸; }', 'http: root argument 0 (new)'],
    ['http { root ‸ }', 'http: root argument 0 (new)'],
    ['http { root /x ‸; }', 'http: root argument 1 (new)'],
    ['http { listen 80\n  ro‸ /x; }', 'http: listen argument 1 ro, begins line'],
    ['http { server { location ~ \\.p‸hp$ { } } }', 'http > server: location argument 1 \\.php$'],
    ['http { server { location / {‸ } } }', 'http > server > location: a new name'],
    ['# a com‸ment', ': comment # a comment'],
    ['http { # a com‸ment\n }', 'http: comment # a comment'],
    ['http { root /x # here‸\n; }', 'http: comment # here'],
    ['# a comment\n‸', ': a new name'],
    ['content_by_lua_block { local ‸x }', 'content_by_lua_block: other'],
    ['add_header A "b c‸ d";', ': add_header argument 1 "b c d"'],
    ['map $a $b { default ‸1; }', 'map: default argument 0 1'],
    ['server {\n  listen 80‸', 'server: listen argument 0 80'],
    ['server {\n  ‸', 'server: a new name'],
  ])('%j', (text, expected) => expect(place(text, 'nginx')).toBe(expected))
})

describe('the place of the cursor in Apache', () => {
  test.each([
    ['‸', ': a new name'],
    ['<‸', ': name '],
    ['<Dir‸', ': name Dir'],
    ['<Directory /x‸>\n</Directory>', ': Directory argument 0 /x'],
    ['<Directory /x>\n  ‸\n</Directory>', 'Directory: a new name'],
    ['<Directory /x>\n</Dir‸ectory>', 'Directory: close'],
    ['<Directory /x>\n</Directory>\n‸', ': a new name'],
    ['Listen ‸', ': Listen argument 0 (new)'],
    ['Listen 80‸', ': Listen argument 0 80'],
    ['Listen 80\n‸', ': a new name'],
    ['Listen 80\n‸\nUser x', ': a new name'],
    ['Options Indexes ‸', ': Options argument 1 (new)'],
    ['Options Indexes \\\n  ‸Follow', ': Options argument 1 Follow'],
    ['# com‸ment', ': comment # comment'],
    ['<IfModule x>\nListen‸\n</IfModule>', 'IfModule: name Listen'],
  ])('%j', (text, expected) => expect(place(text, 'apache')).toBe(expected))
})
