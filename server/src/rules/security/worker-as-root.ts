import { placeOfDirective } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/worker-as-root',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['user'],
  severity: 'warning',
  summary: '`user root`: the processes that read what the world sends have every right on the machine.',
  explanation: `
The master process runs as root anyway, to open ports and logs. The workers need no such right: with \`user root;\` a hole in nginx or in a module, or a path too wide, gives everything away. Without the
directive the user is the one that nginx was built for (\`nginx\`, \`www-data\`, \`nobody\`).
`,
  source: 'nginx documentation, user; `ngx_worker_process_init`.',
  examples: {
    failing: [
      {
        title: 'so that files can be read',
        files: `
#- nginx.conf
user root;
# <------- warning[security/worker-as-root]: The workers run as root
events {}
http { server { listen 80; server_tokens off; } }
`,
      },
    ],
    passing: [
      {
        title: 'a user of its own',
        files: `
#- nginx.conf
user www-data;
events {}
http { server { listen 80; } }
`,
      },
    ],
  },
  check(directive, { report }) {
    const name = directive.args[0]
    if (directive.presence !== 'present' || directive.parent || !name?.known || (name.value !== 'root' && name.value !== '#0')) return
    report({
      at: placeOfDirective(directive),
      message:
        'The workers run as root: whoever finds a hole in nginx or a module has the whole machine. Name a user of their own, and give it the files to read.',
      fixes: [{ title: 'Remove it: the user of the package', safe: false, edits: [removeDirective(directive)] }],
    })
  },
})
