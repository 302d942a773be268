import { describe, it } from 'vitest'
import { checkScopes } from './tokenize.ts'

const check = (text: string): Promise<void> => checkScopes('source.nginx', text)

describe('the grammar of nginx', () => {
  it('takes # as a comment only where a word could begin', () =>
    check(`return 200 a#b; # a comment
#           ^^ - comment
#               ^^^^^^^^^^^ comment.line
`))
  it('lets a quoted string run over lines', () =>
    check(`log_format main '$remote_addr
#               ^^^^^^^^^^^^^ string.quoted.single
  "$status"';
# ^^^^^^^^^ string.quoted.single
listen 80;
#^^^^^ - string
`))
  it('knows variables, also in braces and in strings', () =>
    check(`proxy_set_header X "a\${host}b$uri";
#                    ^^^^^^^ variable
#                            ^^^^ variable
`))
  it('hands the inside of a Lua block to Lua, to its own closing brace', () =>
    check(`content_by_lua_block {
    local t = { "}" } -- }
#   ^^^^^ source.lua
}
listen 80;
#^^^^^ - source.lua
`))
  it('knows the pattern of a location', () =>
    check(String.raw`location ~ \.php$ {
#          ^^^^^^ string.regexp
}
`))
})
