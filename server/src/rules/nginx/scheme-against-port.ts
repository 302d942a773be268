import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/scheme-against-port',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`proxy_pass` with `http://` to port 443, or `https://` to port 80.',
  explanation: `
The scheme of \`proxy_pass\` says whether nginx speaks TLS to the backend. On port 443 a server expects it and answers plain HTTP with 400 ("The plain HTTP request was sent to HTTPS port"); on port 80
it does not, and nginx answers 502 (\`SSL_do_handshake() failed\`).
`,
  source: '`src/http/modules/ngx_http_proxy_module.c`: `ngx_http_proxy_pass`; tried with nginx 1.22.1 on both sides.',
  examples: {
    failing: [
      {
        title: 'the wrong scheme for the port',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ {
        proxy_pass http://backend.internal:443/;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/scheme-against-port]: Port 443 speaks TLS, and "http://" does not
    }
    location /b/ {
        proxy_pass https://backend.internal:80/;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/scheme-against-port]: Port 80 does not speak TLS
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the scheme of the port',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { proxy_pass https://backend.internal:443/; }
    location /b/ { proxy_pass http://backend.internal:80/; }
    location /c/ { proxy_pass http://backend.internal:8443/; }
    location /d/ { proxy_pass http://backend.internal:4430/; }
}
`,
      },
    ],
  },
  directives: ['proxy_pass'],
  check(directive, { report }) {
    const [target] = directive.args
    if (!target?.known) return
    const [, scheme = '', port] = /^(https?):\/\/[^/:$]+:(443|80)(?:\/|$)/i.exec(target.value) ?? []
    if (!port || (scheme.toLowerCase() === 'https') === (port === '443')) return
    const right = port === '443' ? 'https://' : 'http://'
    report({
      at: placeOfArgument(directive, target),
      message:
        port === '443'
          ? 'Port 443 speaks TLS, and "http://" does not: the backend answers 400. Write "https://".'
          : 'Port 80 does not speak TLS: nginx answers 502. Write "http://".',
      fixes: [{ title: `Write ${right}`, safe: false, edits: [replaceInArgument(directive, target, `${scheme}://`, right)].flatMap((edit) => edit ?? []) }],
    })
  },
})
