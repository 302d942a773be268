import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-rewrite',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A RewriteRule, RewriteCond, RewriteMap or RewriteOptions that mod_rewrite does not take.',
  explanation: `
Flags stand in one bracket without spaces (\`[R=301,L]\`); a condition has a test string and a pattern; patterns are compiled when the configuration is read.
`,
  source: '`modules/mappers/mod_rewrite.c`: `cmd_rewriterule`, `cmd_rewritecond`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'flags',
        files: `
#- httpd.conf
Listen 8080
RewriteEngine On
RewriteRule ^/old$ /new [R=301, L]
#                       ^^^^^^^ error[apache/invalid-rewrite]: The flags are one word: "[R=301, L]" ends at its first space. Write [R=301,L].
RewriteRule ^/a$ /b [LAST,FOO]
#                   ^^^^^^^^^^ error[apache/invalid-rewrite]: RewriteRule knows no flag "FOO"
RewriteRule ^/c$ /d [redirct=301,L]
#                   ^^^^^^^^^^^^^^^ error[apache/invalid-rewrite]: RewriteRule knows no flag "redirct"; did you mean "redirect"?
RewriteRule ^/e$ /f [L,]
#                   ^^^^ error[apache/invalid-rewrite]: Between two commas, or beside a bracket, stands no flag
RewriteRule ^/g$ /h L
#                   ^ error[apache/invalid-rewrite]: Flags stand in brackets: "[L]"
RewriteRule ^/i$ /j [R=600]
#                   ^^^^^^^ error[apache/invalid-rewrite]: Invalid HTTP response code '600' for flag 'R'
RewriteCond %{HTTP_HOST} ^www [L]
#                             ^^^ error[apache/invalid-rewrite]: RewriteCond knows no flag "L"
`,
      },
      {
        title: 'half a rule, and words too many',
        files: `
#- httpd.conf
Listen 8080
RewriteEngine On
RewriteRule ^/old$
# <--------- error[apache/invalid-rewrite]: RewriteRule takes a pattern and a substitution
RewriteRule ^/old$ /new place [L]
#                       ^^^^^ error[apache/invalid-rewrite]: "place" stands where the flags are expected
RewriteRule ^/a$ /b # from the old site
#                   ^ error[apache/invalid-rewrite]: Apache has no comments behind a directive
`,
      },
      {
        title: 'patterns',
        files: `
#- httpd.conf
Listen 8080
RewriteEngine On
RewriteRule ^/(old$ /new
#           ^^^^^^^ error[apache/invalid-rewrite]: This regular expression cannot be compiled: missing closing parenthesis
RewriteRule *.html /new
#           ^^^^^^ error[apache/invalid-rewrite]: This regular expression cannot be compiled: quantifier does not follow a repeatable item
`,
      },
      {
        title: 'options, maps and the base',
        files: `
#- httpd.conf
Listen 8080
RewriteBase /blog/
# <--------- error[apache/invalid-rewrite]: RewriteBase belongs into a <Directory> or a .htaccess file
RewriteOptions Inherits
#              ^^^^^^^^ error[apache/invalid-rewrite]: RewriteOptions does not know "Inherits"; did you mean "Inherit"?
RewriteMap lower int:lowercase
#                ^^^^^^^^^^^^^ error[apache/invalid-rewrite]: RewriteMap does not know "lowercase"
`,
      },
    ],
    passing: [
      {
        title: 'rules and conditions',
        files: `
#- httpd.conf
Listen 8080
RewriteEngine On
RewriteCond %{HTTP_HOST} !^www\\. [NC]
RewriteCond expr "%{REQUEST_URI} =~ m#^/x#"
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{TIME_HOUR} >=12(
RewriteRule ^(.*)$ https://www.example.org$1 [R=301,L,NE,QSA]
RewriteRule ^/gone - [G]
RewriteRule "^/a b$" "/c d" "[R, L]"
RewriteRule ^/a\\ b$ /c [END] what stands behind the flags is not read
RewriteMap lower int:tolower
<Directory /srv/www>
    RewriteBase /
</Directory>
`,
      },
    ],
  },
})
