import { placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/error-log-off',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['error_log'],
  severity: 'warning',
  summary: '`error_log off` writes the errors into a file named `off`: unlike `access_log`, it cannot be switched off so.',
  explanation: `
\`error_log\` knows no \`off\`: the word is the name of a file, which nginx makes in the folder of its prefix. To write next to nothing, say \`error_log /dev/null crit;\`; better, leave it on: without it nobody
learns why requests fail.
`,
  source: 'nginx documentation, error_log; `ngx_log_set_log`; tried with nginx 1.22.1: a file "off" is made.',
  examples: {
    failing: [
      {
        title: 'a file named off',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    access_log off;
    error_log off;
#   ^^^^^^^^^^^^^^ warning[nginx/error-log-off]: The errors are written to a file named "off"
}
`,
      },
    ],
    passing: [
      {
        title: 'a file, the null device, and access_log',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    access_log off;
    error_log /dev/null crit;
    location /a/ { error_log /var/log/nginx/off.log; }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const file = directive.args[0]
    if (directive.presence !== 'present' || !file?.known || file.value.toLowerCase() !== 'off') return
    report({
      at: placeOfDirective(directive),
      message: 'The errors are written to a file named "off" in the folder of nginx: "error_log" cannot be switched off. Name a log file, or "/dev/null crit".',
      fixes: [
        {
          title: 'Write "/dev/null crit"',
          safe: false,
          edits: [
            replaceArgument(directive, file, '/dev/null'),
            ...(directive.args[1]
              ? [replaceArgument(directive, directive.args[1], 'crit')]
              : [{ path: directive.source.path, start: file.end, end: file.end, newText: ' crit' }]),
          ],
        },
      ],
    })
  },
})
