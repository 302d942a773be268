import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holesOf } from '../../server/src/configuration/source.ts'
import { formatOnType } from '../../server/src/features/format/on-type.ts'
import { type FormatOptions, formatDocument, formatRange } from '../../server/src/features/format.ts'
import { applyReplacements } from '../../server/src/problem/edits.ts'
import type { Dialect } from '../../server/src/syntax/tree.ts'
import { decode } from '../../server/src/workspace/encoding.ts'
import { showSource } from './show-source.ts'

const spaces: FormatOptions = { indent: '    ', tabWidth: 4, align: false }
const tabs: FormatOptions = { indent: '\t', tabWidth: 8, align: false }
const styles: readonly FormatOptions[] = [spaces, tabs, { indent: '  ', tabWidth: 8, align: true }]

/** The text laid out, or why it was not. */
function format(text: string, dialect: Dialect, options = spaces, path = `${dialect}.conf`): string {
  const formatted = formatDocument(text, dialect, holesOf(path, text, dialect), options)
  return 'refused' in formatted ? `refused: ${formatted.refused}` : (applyReplacements(text, formatted.replacements) ?? 'replacements overlap')
}

/** What must hold of every text: what the server reads is the same, and the second time changes nothing. */
function expectKept(text: string, dialect: Dialect, options: FormatOptions, path = `${dialect}.conf`): string {
  const after = format(text, dialect, options, path)
  if (after.startsWith('refused: ')) return after
  expect(showSource(after, dialect, holesOf(path, after, dialect))).toBe(showSource(text, dialect, holesOf(path, text, dialect)))
  expect(after.replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''))
  expect(format(after, dialect, options, path)).toBe(after)
  return after
}

for (const dialect of ['nginx', 'apache'] as const) {
  describe(`the layout of ${dialect}`, () => {
    const cases = readFileSync(new URL(`format-${dialect}.cases`, import.meta.url), 'utf8')
      .split(/^#== /m)
      .slice(1)
    for (const each of cases) {
      const [title = '', ...rest] = each.split('\n')
      const [before = '', after = ''] = rest.join('\n').split('#=>\n')
      const options = title.endsWith(' tab') ? tabs : { ...spaces, align: title.endsWith(' align') }
      // The blank line before the next case is none of this one's.
      it(title, () => expect(expectKept(before, dialect, options)).toBe(`${after.trimEnd()}\n`))
    }
  })
}

describe('a file', () => {
  it('keeps its line ends', () => {
    expect(format('http {\r\nsendfile on;\r\n\r\n\r\ngzip on;}', 'nginx')).toBe('http {\r\n    sendfile on;\r\n\r\n    gzip on;\r\n}\r\n')
    expect(format('<If true>\r\nRequire ip a \\\r\n b\r\n</If>', 'apache')).toBe('<If true>\r\n    Require ip a \\\r\n        b\r\n</If>\r\n')
  })
  it('keeps its byte order mark', () => {
    expect(format('\ufeff  user a;\nhttp{}', 'nginx')).toBe('\ufeffuser a;\nhttp {}\n')
    expect(format('\ufeff  Listen   80', 'apache')).toBe('\ufeffListen 80\n')
  })
  it('that is empty stays empty', () => {
    expect(format('', 'nginx')).toBe('')
    expect(format(' \n\n', 'apache')).toBe('')
  })
  it('that ends in a backslash gets no line end, which the backslash would swallow', () => {
    expect(format('  Listen 80\\', 'apache')).toBe('Listen 80\\')
  })
  it('with a syntax error is left alone', () => {
    expect(format('http {\n  server {\n    listen 80\n  }\n}\n', 'nginx')).toBe('refused: unexpected "}"')
    expect(format('http {\n', 'nginx')).toBe('refused: unexpected end of file, expecting "}"')
    expect(format('<Directory /a>\n', 'apache')).toMatch(/^refused: .*<Directory> was not closed/)
  })
  it('whose template opens and closes blocks unevenly is left alone', () => {
    const text = '{% if a %}\nserver { listen 80;\n{% else %}\nserver { listen 81;\n{% endif %}\n}\n'
    expect(format(text, 'nginx')).toBe('refused: branches of its template open and close blocks unevenly')
  })
})

describe('what nobody writes', () => {
  it('blocks without end are refused, and typing in them is borne', () => {
    expect(format('a {'.repeat(20_000) + '}'.repeat(20_000), 'nginx')).toBe('refused: its blocks are nested too deep')
    expect(format('<If a>\n'.repeat(20_000) + '</If>\n'.repeat(20_000), 'apache')).toBe('refused: its blocks are nested too deep')
    const text = 'a {\n'.repeat(20_000)
    expect(formatOnType(text, 'nginx', [], text.length, '\n', '  ')).not.toHaveLength(0)
  })
  it('a megabyte on one line is laid out in the time of a test', () => {
    expect(format(`http { ${'listen  80 default_server ; '.repeat(30_000)} }`, 'nginx').split('\n')).toHaveLength(30_003)
    expect(format(`ServerAlias${'   host.example'.repeat(60_000)}\n`, 'apache')).toHaveLength(12 + 60_000 * 13)
  })
  it('one long name does not push the values of its neighbours out of sight', () => {
    const text = `map $a $b {\n    ${'x'.repeat(200)} 1;\n    y 2;\n}\n`
    expect(expectKept(text, 'nginx', { ...spaces, align: true })).toBe(text)
  })
})

describe('a range', () => {
  const text = 'http {\nserver {\nlisten   80;\nroot   /a;\n}\n}\n'
  const lines = (first: number, last: number): string => {
    const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
    const formatted = formatRange(text, 'nginx', [], spaces, { start: starts[first] ?? 0, end: starts[last] ?? text.length })
    return 'refused' in formatted ? formatted.refused : (applyReplacements(text, formatted.replacements) ?? '')
  }
  it('changes the lines that it touches, as the whole file would have them', () => {
    expect(lines(2, 3)).toBe('http {\nserver {\n        listen 80;\nroot   /a;\n}\n}\n')
    expect(lines(2, 4)).toBe('http {\nserver {\n        listen 80;\n        root /a;\n}\n}\n')
  })
})

describe('while typing', () => {
  /** `<|>` stands behind what was typed. */
  const type = (marked: string, dialect: Dialect, indent = '    '): string => {
    const offset = marked.indexOf('<|>')
    const text = marked.replace('<|>', '')
    return applyReplacements(text, formatOnType(text, dialect, [], offset, text.charAt(offset - 1), indent)) ?? ''
  }
  it('a new line stands one step in from the line on which its block begins', () => {
    expect(type('http {\n  server {\n<|>\n', 'nginx', '  ')).toBe('http {\n  server {\n    \n')
    expect(type('<Directory /a>\n<|>', 'apache')).toBe('<Directory /a>\n    ')
    expect(type('http {\n    sendfile on;\n}\n<|>', 'nginx')).toBe('http {\n    sendfile on;\n}\n')
  })
  it('before a closing brace it stands where the block does', () => {
    expect(type('  http {\n<|>}\n', 'nginx')).toBe('  http {\n  }\n')
    expect(type('  <If a>\n<|></If>\n', 'apache')).toBe('  <If a>\n  </If>\n')
  })
  it('inside a directive that has not ended it stands two steps in', () => {
    expect(type("http {\n    log_format a\n<|>'x';\n}\n", 'nginx')).toBe("http {\n    log_format a\n        'x';\n}\n")
  })
  it('inside a string, Lua or a continued line nothing is changed', () => {
    for (const text of ['add_header a "b\n<|> c";\n', 'content_by_lua_block {\n<|>  x()\n}\n']) expect(type(text, 'nginx')).toBe(text.replace('<|>', ''))
    expect(type('Require ip a \\\n<|>\n', 'apache')).toBe('Require ip a \\\n\n')
  })
  it('a closing brace goes where its block begins, in a file that is unfinished too', () => {
    expect(type('http {\n  server {\n    listen 80;\n    }<|>\n', 'nginx')).toBe('http {\n  server {\n    listen 80;\n  }\n')
    expect(type('<VirtualHost *>\n  <If a>\n     </If><|>\n', 'apache')).toBe('<VirtualHost *>\n  <If a>\n  </If>\n')
    expect(type('a { b; }<|>\n', 'nginx')).toBe('a { b; }\n')
  })
  it('a terminator puts its directive in its place', () => {
    expect(type('http {\n  server {\nlisten 80 ;<|>\n', 'nginx', '  ')).toBe('http {\n  server {\n    listen 80;\n')
    expect(type('http {\nadd_header a "b;<|>";\n}\n', 'nginx')).toBe('http {\nadd_header a "b;";\n}\n')
  })
})

describe('whatever is laid out', () => {
  const blank = fc.stringMatching(/^[ \t]{1,5}$/)
  const gap = fc.oneof(
    { weight: 6, arbitrary: fc.constant(' ') },
    { weight: 3, arbitrary: blank },
    fc.constantFrom('\n', '\n   ', ' # c\n\t', '\r\n', '\n\n\n'),
  )
  const around = fc.constantFrom('', ' ', '\n', '\n\n\n', '\n\t', '\n      ', '\r\n  ', ' # why\n', '\n# own\n', '\n  #own {\n ')
  const nginxWord = fc.constantFrom(
    'a',
    'proxy_set_header',
    '$host',
    '"a;  b"',
    "'{ # }'",
    'x\\ y',
    '${a}b',
    '"two\nlines"',
    '^/a(b)$',
    '80',
    '"\t"',
    'X-Forwarded-For',
    'é',
  )
  const simple = fc
    .tuple(fc.array(fc.tuple(nginxWord, gap), { minLength: 1, maxLength: 4 }), fc.constantFrom('', '', ' ', '\n'), around)
    .map(([words, before, after]) => `${words.map(([word, each], i) => (i === words.length - 1 ? word : word + each)).join('')}${before};${after}`)
  const { block } = fc.letrec<{ block: string; items: string }>((tie) => ({
    items: fc.array(fc.oneof({ weight: 4, arbitrary: simple }, tie('block')), { maxLength: 6 }).map((each) => each.join('')),
    block: fc
      .tuple(fc.constantFrom('http', 'server', 'location /a', 'map $a $b', 'types', 'if ($a = "b")'), gap, around, tie('items'), around)
      .map(([head, before, first, inner, after]) => `${head}${before}{${first}${inner}}${after}`),
  }))
  it('nginx: words, comments and strings are the same, and the second time changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(block, simple), { maxLength: 5 }), fc.constantFrom(...styles), (parts, options) => {
        expectKept(parts.join(''), 'nginx', options)
      }),
      { numRuns: 5000 },
    )
  })

  const apacheGap = fc.oneof({ weight: 5, arbitrary: fc.constant(' ') }, blank, fc.constantFrom(' \\\n', '\\\n  ', ' \\\r\n\t', '  \\\n    '))
  const apacheWord = fc.constantFrom('a', '/srv/www', '"a  b"', "'c'", '%{HTTP_HOST}', '^a\\', '"x\\"  y"', '"q \\\n   r"', '[L,R=301]', 'all', '#', '${VAR}')
  const apacheName = fc.constantFrom('ServerName', 'RewriteRule', 'RewriteCond', 'Require', 'SSLRequire', 'Header', 'Alias', 'Unknown', '#', 'LogFormat')
  const lineEnd = fc.constantFrom('\n', '\n', '  \n', '\n\n\n', '\r\n', '\n \\\n', ' \\ \n')
  const line = fc
    .tuple(blank, apacheName, fc.array(fc.tuple(apacheGap, apacheWord), { maxLength: 4 }), lineEnd)
    .map(([before, name, words, end]) => before + name + words.map(([each, word]) => each + word).join('') + end)
  const { section } = fc.letrec<{ section: string; lines: string }>((tie) => ({
    lines: fc.array(fc.oneof({ weight: 4, arbitrary: line }, tie('section')), { maxLength: 6 }).map((each) => each.join('')),
    section: fc
      .tuple(fc.constantFrom('Directory', 'IfModule', 'If', 'macro'), apacheGap, apacheWord, lineEnd, tie('lines'), blank)
      .map(([name, before, word, end, inner, last]) => `<${name}${before}${word}>${end}${inner}${last}</${name}>\n`),
  }))
  it('Apache: the same', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(section, line), { maxLength: 5 }), fc.constantFrom(...styles), (parts, options) => {
        expectKept(parts.join(''), 'apache', options)
      }),
      { numRuns: 5000 },
    )
  })
  it('any text: it ends, loses nothing, and the second time changes nothing', () => {
    const pieces = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '{',
      '}',
      ';',
      '#',
      '"',
      "'",
      '\\',
      '${A}',
      '{{ x }}',
      '{% if a %}',
      '{% endif %}',
      '<If a>',
      '</If>',
      '\t',
      'map',
    )
    for (const dialect of ['nginx', 'apache'] as const) {
      fc.assert(
        fc.property(fc.array(pieces, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom(...styles), (parts, lineEnd, options) => {
          expectKept(parts.join('').replaceAll('\n', lineEnd), dialect, options)
        }),
        { numRuns: 2000 },
      )
    }
  })
})

describe('real files', () => {
  const corpora = new URL('../../../shared/corpora', import.meta.url).pathname
  const examples = new URL('../../examples', import.meta.url).pathname
  it('of the examples have the layout already', () => {
    for (const path of filesBelow(examples)) {
      const dialect = /nginx/.test(path) && path.endsWith('.conf') ? 'nginx' : /(apache|httpd).*\.conf$/.test(path) ? 'apache' : undefined
      if (dialect) expectKept(readFileSync(path, 'utf8'), dialect, spaces, path)
    }
  })
  it.skipIf(!existsSync(corpora))(
    'of the corpora keep what the server reads (only where ../shared/corpora is there)',
    () => {
      let laidOut = 0
      for (const dialect of ['nginx', 'apache'] as const) {
        for (const path of filesBelow(join(corpora, dialect))) {
          const { text } = decode(readFileSync(path))
          for (const options of styles) if (!expectKept(text, dialect, options, path).startsWith('refused')) laidOut++
        }
      }
      expect(laidOut).toBeGreaterThan(8000)
    },
    300_000,
  )
})

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else yield path
  }
}
