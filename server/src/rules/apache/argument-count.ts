import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/argument-count',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'Too few or too many arguments for a directive.',
  explanation: `
How many arguments a directive takes is fixed. One too many is mostly a value with spaces that was left without quotes, or a comment: Apache has no comments behind a directive. Of flags and of directives that take a list Apache lets some surplus pass in silence.
`,
  source: '`server/config.c`: `invoke_cmd`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a comment behind a directive',
        files: `
#- httpd.conf
Listen 8080
ServerAdmin root@example.org # the boss
#                            ^ error[apache/argument-count]: Apache has no comments behind a directive
`,
      },
      {
        title: 'a value with spaces',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    AuthType Basic
    AuthName Members only
#                    ^^^^ error[apache/argument-count]: AuthName takes one argument: "only" is one too many
</Directory>
`,
      },
      {
        title: 'an argument is missing',
        files: `
#- httpd.conf
Listen 8080
ServerName
# <-------- error[apache/argument-count]: ServerName stands here without an argument
`,
      },
    ],
    passing: [
      {
        title: 'quotes keep a value together',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    AuthType Basic
    AuthName "Members only"
</Directory>
`,
      },
    ],
  },
})
