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
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/invalid-log-format]: 
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
`,
      },
    ],
  },
})
