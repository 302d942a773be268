import { basename, dirname } from '../../workspace/path.ts'
import { reportIncludeFaults } from '../lib/includes.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/include-not-found',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'An `Include` of a file that is not there, that includes itself, or that cannot be read.',
  explanation: `
\`Include\` wants its file, or at least one that fits its pattern, or Apache does not start. \`IncludeOptional\` is content with nothing.
Files in folders that the workspace does not hold are not looked for.
`,
  source: '`server/config.c`: `ap_process_resource_config`, `ap_process_fnmatch_configs`; tried with Apache 2.4.',
  examples: {
    failing: [
      {
        title: 'a file missing from a folder that is there',
        files: `
#- apache/httpd.conf
ServerRoot "/etc/apache2"
Listen 8080
Include sites/shop.conf
#       ^^^^^^^^^^^^^^^ error[apache/include-not-found]: There is no file /etc/apache2/sites/shop.conf
#- apache/sites/blog.conf
ServerName blog.example.org
`,
      },
      {
        title: 'a pattern that fits nothing',
        files: `
#- apache/httpd.conf
ServerRoot "/etc/apache2"
Listen 8080
Include sites/*.conf
#       ^^^^^^^^^^^^ error[apache/include-not-found]: Nothing here fits /etc/apache2/sites/*.conf
#- apache/sites/README
Put sites here.
`,
      },
    ],
    passing: [
      {
        title: 'optional includes, and folders that are elsewhere',
        files: `
#- apache/apache2.conf
ServerRoot "/etc/apache2"
Listen 8080
IncludeOptional mods-enabled/*.load
IncludeOptional sites/*.conf
Include /opt/shared/tls.conf
#- apache/sites/README
Put sites here.
`,
      },
      {
        title: 'the template of a main file beside the templates of what it includes',
        files: `
#- templates/httpd.conf.j2
ServerRoot "/etc/httpd"
Listen 8080
User {{ user }}
Include conf.modules.d/*.conf
#- templates/conf.modules.d/00-mpm.conf.j2
LoadModule mpm_{{ mpm }}_module modules/mod_mpm_{{ mpm }}.so
`,
      },
    ],
  },
  check: (context) =>
    reportIncludeFaults(context, 'Apache', (fault) => {
      const { kind, path, directive } = fault
      if (kind === 'missing') return { level: 'error', message: `Could not open configuration file ${path}: No such file or directory` }
      if (kind === 'no-match' && directive.name === 'include') {
        return { level: 'error', message: `Include/IncludeOptional: No matches for the wildcard '${basename(path)}' in '${dirname(path)}', failing` }
      }
      return undefined
    }),
})
