import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/conflict',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'Directives that contradict each other or what came before.',
  explanation: `
Options with and without signs, a process group with the name of another, two listeners on one port.
`,
  source: '`server/core.c`: `set_options`, `server/listen.c`: `alloc_listener`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'Options with and without signs',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    Options Indexes +FollowSymLinks
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/conflict]: Options with a sign change what is inherited
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'signs on all',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    Options -Indexes +FollowSymLinks
</Directory>
`,
      },
    ],
  },
})
