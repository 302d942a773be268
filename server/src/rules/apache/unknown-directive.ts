import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/unknown-directive',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A directive that neither Apache nor any module that webconf knows has.',
  explanation: `
Apache refuses a configuration with a name that no loaded module has. Most often it is a slip of the pen; sometimes a directive that a later version took away, or a line of text that was cut in two. Letter case does not matter.

Directives of a module that webconf does not know are no errors where the configuration loads such a module.
`,
  source: '`server/config.c`: `ap_walk_config_sub`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
#- httpd.conf
Listen 8080
DocumentRot /srv/www
# <--------- error[apache/unknown-directive]: Apache knows no directive "DocumentRot"; did you mean "DocumentRoot"?
<VirtualHost *:8080>
    ServerNmae www.example.org
#   ^^^^^^^^^^ error[apache/unknown-directive]: Apache knows no directive "ServerNmae"; did you mean "ServerName"?
</VirtualHost>
`,
      },
      {
        title: 'what a later version took away',
        files: `
#- httpd.conf
Listen 8080
LockFile /run/lock/accept.lock
# <------ error[apache/unknown-directive]: LockFile was removed in
`,
      },
    ],
    passing: [
      {
        title: 'directives of modules that others write, and of a module that webconf does not know',
        files: `
#- httpd.conf
Listen 8080
PHP_Value upload_max_filesize 20M
LoadModule homemade_module modules/mod_homemade.so
HomemadeThing On
`,
      },
    ],
  },
})
