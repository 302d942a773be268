import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-section',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A section whose opening line Apache does not take.',
  explanation: `
A section says on its opening line what it applies to: one path, pattern, address or condition. \`<Else>\` needs an \`<If>\` before it.
`,
  source: '`server/core.c`: `dirsection`, `urlsection`, `filesection`, `ifsection`, `virtualhost_section`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'nothing to apply to, two paths, no If',
        files: `
#- httpd.conf
Listen 8080
<Location>
# <------ error[apache/invalid-section]: <Location> does not say what it applies to
</Location>
<Directory /srv/my site>
#                  ^^^^ error[apache/invalid-section]: <Directory> takes one argument: "site" is one too many
</Directory>
<Else>
# <-- error[apache/invalid-section]: <Else> has no <If> before it
</Else>
`,
      },
      {
        title: 'an address that is none',
        files: `
#- httpd.conf
Listen 8080
<VirtualHost *:80800>
#            ^^^^^^^ error[apache/invalid-section]: "*:80800" is no address for a virtual host
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'all kinds',
        files: `
#- httpd.conf
Listen 8080
<VirtualHost *:8080 [::1]:8080 _default_:*>
    <Directory ~ "^/srv/(a|b)/">
    </Directory>
    <Files "*.txt">
    </Files>
    <If "true">
    </If>
    <Else>
    </Else>
</VirtualHost>
`,
      },
    ],
  },
})
