import { describe, it } from 'vitest'
import { checkScopes } from './tokenize.ts'

const check = (text: string): Promise<void> => checkScopes('source.apacheconf', text)

describe('the grammar of Apache', () => {
  it('takes # as a comment only at the beginning of a line, continued by a backslash', () =>
    check(String.raw`# a comment \
# <----------- comment.line
still the comment
# <--------------- comment.line
ServerAlias a # not a comment
# <--------- keyword.other.directive
#             ^^^^^^^^^^^^^^^ - comment
`))
  it('knows directives whatever their case, and their continued lines', () =>
    check(String.raw`  serverALIAS a.example.org \
# ^^^^^^^^^^^ keyword.other.directive
    b.example.org
#   ^^^^^^^^^^^^^ - keyword.other.directive
`))
  it('knows sections', () =>
    check(
      `<Directory "/srv/www">
# <---------- entity.name.tag - string
#          ^^^^^^^^^^ string.quoted.double
</Directory>
# ^^^^^^^^^ entity.name.tag
`.replace('# <---------- entity.name.tag - string\n', '#^^^^^^^^ entity.name.tag\n'),
    ))
  it('knows variables in and outside quotes', () =>
    check(`Alias /a "\${ROOT}/a"
#        ^^^^^^^^^^^ string.quoted.double
#         ^^^^^^^ variable.other.config
Header set X %{HTTP_HOST}e
#            ^^^^^^^^^^^^ variable.other.server
`))
  it('knows expressions in <If> and Require expr', () =>
    check(`<If "%{HTTP_HOST} == 'a' && req('X') =~ m#^b#">
#    ^^^^^^^^^^^^ variable.other.server
#                 ^^ keyword.operator
#                    ^^^ string.quoted.single
#                           ^^^ support.function
#                                         ^^ string.regexp
</If>
Require expr %{REQUEST_METHOD} -in {'GET'}
#       ^^^^ keyword.other.provider
#            ^^^^^^^^^^^^^^^^^ variable.other.server
#                              ^^^ keyword.operator.word
`))
  it('knows the parts of a rewrite rule', () =>
    check(`RewriteRule ^/old/(.*)$ /new/$1 [L,R=301]
# <--------- keyword.other.directive
#           ^^^^^^^^^^^ string.regexp
#                            ^^ variable.parameter.back-reference
#                                ^ keyword.other.flag
#                                  ^ keyword.other.flag
#                                    ^^^ constant.numeric
RewriteCond %{REQUEST_FILENAME} !-f
#           ^^^^^^^^^^^^^^^^^^^ variable.other.server
#                               ^ keyword.operator.logical
#                                ^^ keyword.operator.test
`))
  it('knows the placeholders of a log format', () =>
    check(`LogFormat "%h %>s %{Referer}i" mine
#          ^^ constant.other.placeholder
#             ^^^ constant.other.placeholder
#                 ^^^^^^^^^^^ constant.other.placeholder
`))
  it('ends an open quote with its line', () =>
    check(`ServerAdmin "a b
Alias /a /b
# <--- keyword.other.directive
`))
})
