import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-regex',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A regular expression that PCRE2 cannot compile.',
  explanation: `
Apache compiles patterns with PCRE2 when it reads the configuration, and refuses one that is no pattern. It does not say why; webconf does.
`,
  source: '`server/core.c`: `dirsection`; PCRE2 10.42; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a parenthesis that is never closed',
        files: `
#- httpd.conf
Listen 8080
<LocationMatch "^/(api|rest/">
#              ^^^^^^^^^^^^^^ error[apache/invalid-regex]: This regular expression cannot be compiled: missing closing parenthesis
</LocationMatch>
`,
      },
    ],
    passing: [
      {
        title: 'patterns',
        files: `
#- httpd.conf
Listen 8080
<LocationMatch "^/(?<kind>api|rest)/">
</LocationMatch>
<FilesMatch "\\.(?:php|phtml)$">
    Require all denied
</FilesMatch>
`,
      },
    ],
  },
})
