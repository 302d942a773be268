import { describe, expect, it } from 'vitest'
import { mend, showFaults, showTree } from './show-tree.ts'

const tree = (text: string): string => showTree(text, 'apache')
const faults = (text: string): string[] => showFaults(text, 'apache')

describe('lines of Apache', () => {
  it('are joined by a backslash right before the line break', () => {
    expect(tree('ServerAlias a \\\n  b \\\r\n  c\n')).toBe('ServerAlias |a| |b| |c|')
    expect(tree('ServerAdmin a\\\\\nb\n')).toBe('ServerAdmin |a\\b|')
  })
  it('are not joined where white space follows the backslash', () => {
    expect(tree('ServerAlias a \\ \nb c\n')).toBe('ServerAlias |a| |\\|\nb |c|')
  })
  it('are joined before comments are seen', () => {
    expect(tree('# a \\\nServerAdmin b\nServerName c\n')).toBe('comment: # a \\\\nServerAdmin b\nServerName |c|')
    expect(faults('# a \\\nServerAdmin b\n')).toEqual(['comment-continued at "ServerAdmin b": (silent) (line 1)'])
    expect(faults('# a \\\n# b\n')).toEqual([])
  })
  it('have comments only at their beginning', () => {
    expect(tree('  # a\nServerAlias b # c')).toBe('comment: # a\nServerAlias |b| |#| |c|')
  })
})

describe('words of Apache', () => {
  it('may be quoted, with two escapes', () => {
    expect(tree(`A "a b" 'c "d"' "e\\"f\\\\g\\h"`)).toBe(`A |"a b| |'c "d"| |"e"f\\g\\h|`)
  })
  it('begin anew behind a closing quote', () => {
    expect(tree('A "a"b')).toBe('A |"a| |b|')
  })
  it('keep quotes inside', () => {
    expect(tree('A foo"bar"')).toBe('A |foo"bar"|')
  })
  it('with a quote never closed run to the end of the line, and Apache says nothing', () => {
    expect(tree('ServerAdmin "a b')).toBe('ServerAdmin |"a b|')
    expect(faults('ServerAdmin "a b')).toEqual(['unterminated-quote-silent at "\\"a b": (silent) (line 1)'])
  })
})

describe('sections of Apache', () => {
  it('nest, whatever the case of their names', () => {
    expect(tree('<VirtualHost *:80>\n<directory "/a b">\nOptions None\n</Directory>\n</VIRTUALHOST>')).toBe(
      'VirtualHost |*:80| {\n  directory |"/a b| {\n    Options |None|',
    )
  })
  it('may have no arguments', () => {
    expect(tree('<RequireAll>\nRequire all granted\n</RequireAll>')).toBe('RequireAll {\n  Require |all| |granted|')
  })
  it('are closed by the last bracket of the line', () => {
    expect(tree(`<If "%{HTTP_HOST} > 'a'">\n</If>`)).toBe(`If |"%{HTTP_HOST} > 'a'| {`)
  })
  it('need white space before their argument', () => {
    expect(faults('<Directory/>\n</Directory>')).toEqual(['mismatched-close at "</Directory>": Expected </Directory/> but saw </Directory> (line 2)'])
  })
  it('ignore text behind the bracket of an opening line', () => {
    expect(faults('<VirtualHost *:80> ServerName a\n</VirtualHost>')).toEqual(['text-after-bracket at " ServerName a": (silent) (line 1)'])
  })
  it('allow text behind a closing line, but not behind that of a condition', () => {
    expect(faults('<Directory /a>\n</Directory> # end')).toEqual([])
    expect(faults('<IfModule a.c>\n</IfModule> # end')).toEqual(['text-after-close at " # end": </IfModule> without matching <IfModule> section (line 2)'])
  })
  it('left open are marked at their opening line, by the line that Apache names', () => {
    expect(faults('<Directory /a>\nOptions None\n')).toEqual(['unclosed-section at "<Directory /a>": <FILE>:1: <Directory> was not closed. (line 1)'])
    expect(faults('<VirtualHost *>\n<Directory /a>\n</VirtualHost>\n')).toEqual([
      'unclosed-section at "<Directory /a>": Expected </Directory> but saw </VirtualHost> (line 3)',
    ])
    expect(mend('<VirtualHost *>\n  <Directory /a>\n    Options None\n</VirtualHost>\n', 'apache')).toBe(
      '<VirtualHost *>\n  <Directory /a>\n    Options None\n  </Directory>\n</VirtualHost>\n',
    )
  })
  it('closed twice', () => {
    expect(faults('</Directory>\n')).toEqual(['stray-close at "</Directory>": </Directory> without matching <Directory> section (line 1)'])
  })
  it('with a slip of the pen in the closing line', () => {
    expect(mend('<Directory /a>\n</Directroy>\n', 'apache')).toBe('<Directory /a>\n</Directory>\n')
  })
  it('have a stack of their own inside a condition', () => {
    expect(faults('<Directory /a>\n<IfModule b.c>\n</Directory>\n</IfModule>\n</Directory>')[0]).toMatch(/<\/Directory> without matching <Directory> section/)
  })
  it('without a bracket', () => {
    expect(faults('<Directory /a\n</Directory>')[0]).toBe('missing-bracket at "<Directory /a": <Directory> directive missing closing \'>\' (line 1)')
    expect(mend('<Directory /a\n</Directory>', 'apache')).toBe('<Directory /a>\n</Directory>')
  })
  it('hold Perl between <Perl> and its end', () => {
    expect(tree('<Perl>\nif ($a < 1) { }\n</Perl>\nListen 80')).toBe('Perl { code\n  code: if ($a < 1) { }\nListen |80|')
  })
})
