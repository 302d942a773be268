import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/not-allowed-here',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A directive in a section, or a `.htaccess` file, where Apache does not take it.',
  explanation: `
Every directive has its contexts: some stand outside of sections only (\`DocumentRoot\`, \`Listen\`), some inside \`<Directory>\`, \`<Location>\` or \`<Files>\` only (\`AllowOverride\`), some in \`.htaccess\` where \`AllowOverride\` grants their class. Apache refuses a configuration with a directive elsewhere; a \`.htaccess\` with one gives status 500 for the whole folder.
`,
  source: '`server/config.c`: `invoke_cmd`, `server/core.c`: `ap_check_cmd_context`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a directive of the server in a section',
        files: `
#- httpd.conf
Listen 8080
<Directory /srv/www>
    DocumentRoot /srv/www
#   ^^^^^^^^^^^^ error[apache/not-allowed-here]: DocumentRoot may not stand in <Directory>
</Directory>
`,
      },
      {
        title: 'a directive of sections outside of all',
        files: `
#- httpd.conf
Listen 8080
Require all granted
# <---- error[apache/not-allowed-here]: Require may not stand outside of sections
`,
      },
      {
        title: 'what a handler refuses',
        files: `
#- httpd.conf
Listen 8080
<VirtualHost *:8080>
    ServerName www.example.org
    WSGIPythonHome /srv/venv
#   ^^^^^^^^^^^^^^ error[apache/not-allowed-here]: WSGIPythonHome may not stand in <VirtualHost>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'each in its place',
        files: `
#- httpd.conf
Listen 8080
DocumentRoot /srv/www
<Directory /srv/www>
    AllowOverride None
    Require all granted
</Directory>
`,
      },
      {
        title: 'a piece of which nobody knows where it is included',
        files: `
#- snippets/access.conf
Require ip 192.0.2.0/24
`,
      },
    ],
  },
})
