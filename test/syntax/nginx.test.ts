import { describe, expect, it } from 'vitest'
import { mend, showFaults, showTree } from './show-tree.ts'

const tree = (text: string): string => showTree(text, 'nginx')

describe('words of nginx', () => {
  it('end at white space, ";" and "{", and nowhere else', () => {
    expect(tree('return 200 ok}a#b"c;')).toBe('return |200| |ok}a#b"c|')
    expect(tree('a b\\ c d\\;e;')).toBe('a |b\\ c| |d\\;e|')
  })
  it('keep a brace behind a dollar sign', () => {
    expect(tree('set $a ${b}c;')).toBe('set |$a| |${b}c|')
  })
  it('end at any other brace, which opens a block', () => {
    expect(tree('location /a{ b; }')).toBe('location |/a| {\n  b')
  })
  it('keep the brace of a repetition, which nginx takes for a block: the word is what was meant', () => {
    expect(tree('location ~ ^/\\d{3}/ { }')).toBe('location |~| |^/\\d{3}/| {')
  })
  it('lose the backslash of \\" \\\' \\\\ and turn \\t \\r \\n into control characters', () => {
    expect(tree(`a "\\"x\\"" '\\'' \\\\ b\\tc \\.d;`)).toBe(`a |""x"| |''| |\\| |b\tc| |\\.d|`)
  })
  it('may be quoted over several lines', () => {
    expect(tree('log_format a "x\ny" \'z\';')).toBe('log_format |a| |"x\\ny| |\'z|')
  })
  it('begin anew at ")" behind a closing quote', () => {
    expect(tree('if ($a = "b") { }')).toBe('if |($a| |=| |"b| |)| {')
  })
})

describe('items of nginx', () => {
  it('may have comments between the words', () => {
    expect(tree('listen 80 # why\n  default_server;')).toBe('listen |80| |default_server|')
  })
  it('take # as a comment only where a word could begin', () => {
    expect(tree('a b#c; # d\n#e')).toBe('a |b#c|\ncomment: # d\ncomment: #e')
  })
  it('hold entries in data blocks', () => {
    expect(tree('map $a $b { default 0; ~^x 1; include m.map; }')).toBe('map |$a| |$b| { entries\n  default |0|\n  ~^x |1|\n  include |m.map|')
  })
  it('leave Lua alone, with its braces, strings and comments', () => {
    const lua = 'content_by_lua_block {\n local t = {"}", [[ } ]]} -- }\n --[==[ } ]==]\n}\nroot /x;'
    expect(tree(lua)).toBe('content_by_lua_block { code\n  code: local t = {"}", [[ } ]]} -- }\\n --[==[ } ]==]\nroot |/x|')
  })
  it('take CR as white space', () => {
    expect(tree('a b;\r\nc d;\r\n')).toBe('a |b|\nc |d|')
  })
})

describe('what nginx cannot read', () => {
  it('a missing ";" is marked where it is missing, and named where nginx notices', () => {
    expect(showFaults('server {\n  listen 80\n}\n', 'nginx')).toEqual(['unterminated-directive at "listen 80": unexpected "}" (line 3)'])
    expect(mend('server {\n  listen 80\n}\n', 'nginx')).toBe('server {\n  listen 80;\n}\n')
  })
  it('a directive cut off by the end of the file', () => {
    expect(showFaults('listen 80', 'nginx')).toEqual(['unterminated-directive at "listen 80": unexpected end of file, expecting ";" or "}" (line 1)'])
  })
  it('a block that never closes; the indentation tells which', () => {
    expect(showFaults('http {\n  server {\n    listen 80;\n}\n', 'nginx')).toEqual([
      'unclosed-block at "server": unexpected end of file, expecting "}" (line 5)',
    ])
    expect(mend('http {\n  server {\n    listen 80;\n}\n', 'nginx')).toBe('http {\n  server {\n    listen 80;\n  }\n}\n')
  })
  it('a brace too many, and stray terminators', () => {
    expect(showFaults('a b;\n}\n', 'nginx')).toEqual(['unexpected-brace at "}": unexpected "}" (line 2)'])
    expect(showFaults('a b;;\n', 'nginx')).toEqual(['unexpected-character at ";": unexpected ";" (line 1)'])
    expect(showFaults('{ }', 'nginx')).toEqual(['unexpected-character at "{": unexpected "{" (line 1)'])
  })
  it('text glued to a closing quote', () => {
    expect(showFaults('return 200 "a"b;', 'nginx')).toEqual(['unexpected-character at "b": unexpected "b" (line 1)'])
    expect(showFaults('a "b"}', 'nginx')[0]).toBe('unterminated-directive at "a \\"b\\"": unexpected "}" (line 1)')
  })
  it('a quote left open: the rest of the file keeps its meaning', () => {
    const text = "log_format a '$x;\nserver { listen 80; }\n"
    expect(showFaults(text, 'nginx')).toEqual([`unterminated-quote at "'$x": unexpected end of file, expecting ";" or "}" (line 3)`])
    expect(tree(text)).toBe("log_format |a| |'$x|\nserver {\n  listen |80|")
    expect(mend(text, 'nginx')).toBe("log_format a '$x';\nserver { listen 80; }\n")
  })
  it('a quote left open that a later quote closes by chance', () => {
    expect(showFaults('a "b;\nc "d";\n', 'nginx')[0]).toBe('unterminated-quote at "\\"b": unexpected "d" (line 2)')
  })
  it('a word or a comment of 4096 bytes', () => {
    expect(showFaults(`a ${'x'.repeat(4096)} ;`, 'nginx')[0]).toMatch(/too long parameter "xxxxxxxxxx\.\.\." started \(line 1\)$/)
    expect(showFaults(`# ${'é'.repeat(2047)}\n`, 'nginx')[0]).toMatch(/too long parameter/)
    expect(showFaults(`# ${'x'.repeat(4000)}\n`, 'nginx')).toEqual([])
  })
  it('a block inside data', () => {
    expect(showFaults('types { a { } }', 'nginx')).toEqual(['unexpected-character at "{": unexpected "{" (line 1)'])
  })
  it('a byte order mark becomes part of the first word', () => {
    expect(tree('\ufeffpid x;')).toBe('\ufeffpid |x|')
    expect(mend('\ufeffpid x;', 'nginx')).toBe('pid x;')
  })
})

describe('templates', () => {
  const holes = (text: string): ReturnType<typeof showTree> => {
    const found = [...text.matchAll(/\{\{.*?\}\}|\{%.*?%\}/g)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      role: match[0].startsWith('{{') ? ('value' as const) : match[0].includes('end') ? ('close' as const) : ('open' as const),
    }))
    return showTree(text, 'nginx', found)
  }
  it('a hole inside a word is an unknown part of it', () => {
    expect(holes('listen {{ port }};\nroot "/srv/{{ name }}";')).toBe('listen |{{ port }}?|\nroot |"/srv/{{ name }}?|')
  })
  it('a hole alone on its line is none of the configuration', () => {
    expect(holes('{% if tls %}\nlisten 443;\n{% endif %}\n')).toBe('comment open: {% if tls %}\nlisten |443|\ncomment close: {% endif %}')
  })
})
