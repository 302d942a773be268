import { placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect, mayInheritUnseen } from '../../site/nginx/inheritance.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/host-not-passed',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  profile: 'strict',
  summary: '`proxy_pass` without `proxy_set_header Host`: the backend sees the name of the upstream.',
  explanation: `
Unset, nginx sends \`Host: $proxy_host\`, the name in \`proxy_pass\`. An application that makes links or checks the host (as Django does) needs the one that was asked for. Where the backend is another site
with a name of its own, it is right as it is.
`,
  source: 'nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header.',
  examples: {
    failing: [
      {
        title: 'the name of the upstream',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/host-not-passed]: The backend is asked for "127.0.0.1:8000", not for the host that the client asked for
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'set further out, another site, a variable',
        files: `
#- nginx.conf
events {}
http {
    proxy_set_header Host $host;
    server {
        listen 80;
        location / { proxy_pass http://127.0.0.1:8000; }
        location /b { proxy_pass https://api.example.org; }
        location /c { set $upstream 127.0.0.1:8001; proxy_pass http://$upstream; }
    }
}
`,
      },
    ],
  },
  directives: ['proxy_pass'],
  check(directive, { configuration, report }) {
    const block = directive.parent
    const host = /^https?:\/\/(127\.[\d.]+|localhost|unix|[\w-]+)(?::[\w/.-]+)?(?:\/|$)/.exec(directive.args[0]?.value ?? '')?.[0]
    if (!block || !host || !directive.args[0]?.known || directive.presence !== 'present' || mayInheritUnseen(configuration)) return
    const headers = levelInEffect(block, configuration, 'proxy_set_header')
    if (headers?.directives.some((each) => each.args[0]?.value.toLowerCase() === 'host')) return
    report({
      at: placeOfWhole(directive),
      message: `The backend is asked for "${host.replace(/^https?:\/\//, '').replace(/\/$/, '')}", not for the host that the client asked for.`,
      // Headers set here would take the place of those from further out.
      fixes:
        headers && headers.block !== block
          ? []
          : [{ title: 'Add proxy_set_header Host $host', safe: false, edits: [insertAfter(directive, ['proxy_set_header Host $host;'])] }],
    })
  },
})
