import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-log-format',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A log format that Apache cannot parse.',
  explanation: `
\`LogFormat\`, \`CustomLog\` and \`ErrorLogFormat\` take formats of \`%\` and a letter, with modifiers between them.
`,
  source: '`modules/loggers/mod_log_config.c`: `parse_log_item`, `server/core.c`: `parse_errorlog_item`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a letter that is none',
        files: `
#- httpd.conf
Listen 8080
LogFormat "%h %l %u %t \\"%r\\" %>s %Q" mine
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/invalid-log-format]: LogFormat knows no "%Q"
CustomLog logs/access.log "100% of %h"
#                         ^^^^^^^^^^^^ error[apache/invalid-log-format]: LogFormat knows no "% "
`,
      },
      {
        title: 'formats that end early, conditions',
        files: `
#- httpd.conf
Listen 8080
LogFormat "%h %{User-Agent}"
#         ^^^^^^^^^^^^^^^^^^ error[apache/invalid-log-format]: The format ends within "%{User-Agent}"
CustomLog logs/access.log common dontlog
#                                ^^^^^^^ error[apache/invalid-log-format]: "dontlog" stands where only env=… or expr=… can
`,
      },
      {
        title: 'the error log',
        files: `
#- httpd.conf
Listen 8080
ErrorLogFormat "[%t] [%l]"
#              ^^^^^^^^^^^ error[apache/invalid-log-format]: The format lacks %M
ErrorLogFormat request "%M"
#                      ^^^^ error[apache/invalid-log-format]: %M is the message
`,
      },
    ],
    passing: [
      {
        title: 'formats',
        files: `
#- httpd.conf
Listen 8080
LogFormat "%h %l %u %{%d/%b/%Y}t \\"%r\\" %>s %O %{X-Forwarded-For}i %!200,304{Referer}i" mine
CustomLog "/var/log/access.log" mine
CustomLog "/var/log/static.log" mine env=!static
ErrorLogFormat "[%{u}t] [%-m:%l] [pid %P] %7F: %E: [client\\\\ %a] %M% ,\\\\ referer\\\\ %{Referer}i"
`,
      },
    ],
  },
})
