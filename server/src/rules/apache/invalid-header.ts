import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-header',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A Header or RequestHeader directive that mod_headers does not take.',
  explanation: `
An action (\`set\`, \`append\`, \`merge\`, \`unset\`, \`edit\` …), a name, and a value where the action wants one; a value with spaces needs quotes.
`,
  source: '`modules/metadata/mod_headers.c`: `header_cmd`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'actions and values',
        files: `
#- httpd.conf
Listen 8080
Header add-if-missing X-Frame-Options DENY
#      ^^^^^^^^^^^^^^ error[apache/invalid-header]: Header knows no action "add-if-missing"
Header set X-Frame-Options
# <---- error[apache/invalid-header]: Header
`,
      },
    ],
    passing: [
      {
        title: 'headers',
        files: `
#- httpd.conf
Listen 8080
Header always set Strict-Transport-Security "max-age=31536000"
Header edit Set-Cookie ^(.*)$ $1;Secure
Header unset X-Powered-By
RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}
`,
      },
    ],
  },
})
