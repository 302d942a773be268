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
# <---- error[apache/invalid-header]: Header set takes a value behind the header X-Frame-Options
RequestHeader echo ^X-
#             ^^^^ error[apache/invalid-header]: Only Header can echo
Header edit Set-Cookie ^(.*$ $1;Secure
#                      ^^^^^ error[apache/invalid-header]: This regular expression cannot be compiled
`,
      },
      {
        title: 'values with spaces, and conditions',
        files: `
#- httpd.conf
Listen 8080
Header set Cache-Control no-store, private
#                                  ^^^^^^^ error[apache/invalid-header]: "private" stands where only early, env=… or expr=… can
Header set Strict-Transport-Security max-age=31536000; includeSubDomains; preload
#                                                      ^^^^^^^^^^^^^^^^^^ error[apache/invalid-header]: Header has more words than it can take
Header set X-A b env=
#                ^^^^ error[apache/invalid-header]: "env=" names no variable
`,
      },
      {
        title: 'formats',
        files: `
#- httpd.conf
Listen 8080
Header set X-Load "100% of it"
#                 ^^^^^^^^^^^^ error[apache/invalid-header]: "% " is no format
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
Header always unset X-Powered-By env=!debug
Header set X-Time "%D %t %{UNIQUE_ID}e 100%% 100%"
RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}
`,
      },
    ],
  },
})
