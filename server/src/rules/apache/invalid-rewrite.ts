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
#                       ^^^^^^^ error[apache/invalid-rewrite]: The flags are one word
RewriteRule ^/a$ /b [LAST,FOO]
#                   ^^^^^^^^^^ error[apache/invalid-rewrite]: RewriteRule knows no flag "FOO"
`,
      },
      {
        title: 'half a rule',
        files: `
#- httpd.conf
Listen 8080
RewriteEngine On
RewriteRule ^/old$
# <--------- error[apache/invalid-rewrite]: RewriteRule takes a pattern and a substitution
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
RewriteRule ^(.*)$ https://www.example.org$1 [R=301,L,NE,QSA]
RewriteRule ^/gone - [G]
`,
      },
    ],
  },
})
