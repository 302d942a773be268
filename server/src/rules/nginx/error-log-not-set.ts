import { directivesNamed } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/error-log-not-set',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  profile: 'strict',
  summary: 'No `error_log`: errors go where nginx was built to put them.',
  explanation: `
Unset, errors go to \`logs/error.log\` below the prefix, or where the package has it (\`/var/log/nginx/error.log\` on Debian), with the level \`error\`. Said in the configuration, everybody knows where to look.
`,
  source: 'nginx.org/en/docs/ngx_core_module.html#error_log.',
  examples: {
    failing: [
      {
        title: 'unset',
        files: `
#- nginx.conf
events {}
# <---- hint[nginx/error-log-not-set]: Nothing says where errors are logged
http { server { listen 80; } }
`,
      },
    ],
    passing: [{ title: 'set', files: '\n#- nginx.conf\nerror_log stderr warn;\nevents {}\nhttp { server { listen 80; } }\n' }],
  },
  check({ configuration, report }) {
    const [events] = directivesNamed(configuration, 'events')
    if (!events || !isClosed(configuration) || directivesNamed(configuration, 'error_log').length > 0) return
    const start = events.start + (events.node.words[0]?.start ?? 0)
    const at = { path: events.source.path, start, end: events.start + events.node.text.length }
    report({
      at,
      message: 'Nothing says where errors are logged: they go where this nginx was built to put them.',
      fixes: [
        {
          title: 'Add error_log /var/log/nginx/error.log warn',
          safe: false,
          edits: [{ path: at.path, start, end: start, newText: 'error_log /var/log/nginx/error.log warn;\n' }],
        },
      ],
    })
  },
})
