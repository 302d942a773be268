import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/ignored',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'warning',
  summary: 'Something that Apache reads and does not heed, with a warning in its log.',
  explanation: `
Apache starts, and what stands there has no effect.
`,
  source: '`server/core.c`: `set_override`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'AllowOverride where no folder is',
        files: `
#- httpd.conf
Listen 8080
<Location /app>
    AllowOverride None
#   ^^^^^^^^^^^^^^^^^^ warning[apache/ignored]: AllowOverride has no effect in <Location>
</Location>
`,
      },
    ],
    passing: [
      {
        title: 'AllowOverride in a folder',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/app>
    AllowOverride None
</Directory>
`,
      },
    ],
  },
})
