import { placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { listed, lostBy, placesOfLost, repeatLost } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/hidden-headers-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_hide_header', 'fastcgi_hide_header', 'uwsgi_hide_header', 'scgi_hide_header', 'grpc_hide_header'],
  severity: 'warning',
  summary: 'A `proxy_hide_header` in an inner block, for which the headers hidden further out are sent again.',
  explanation: `
nginx takes \`proxy_hide_header\` from the nearest level that has any. One in a \`location\` therefore takes the place of all those of the \`server\` and of \`http\`: what they hide is sent to the
visitor again. Repeat them. The same goes for FastCGI, uWSGI, SCGI and gRPC.
`,
  source: 'nginx documentation, proxy_hide_header; `ngx_http_upstream_hide_headers_hash`.',
  examples: {
    failing: [
      {
        title: 'the location hides another header',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    proxy_hide_header X-Powered-By;
    location / {
        proxy_hide_header X-Runtime;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/hidden-headers-not-inherited]: "X-Powered-By" is not hidden here
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'repeated, or of another protocol',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    proxy_hide_header X-Powered-By;
    location / {
        proxy_hide_header x-powered-by;
        proxy_hide_header X-Runtime;
        proxy_pass http://127.0.0.1:8000;
    }
    location /php/ {
        fastcgi_hide_header X-Runtime;
        fastcgi_pass 127.0.0.1:9000;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const found = lostBy(directive, configuration, (each) => (each.args[0]?.value ?? '').toLowerCase())
    if (!found) return
    if (!configuration.whole && found.lost.some((each) => !each.parent && each.source !== directive.source)) return
    const names = found.lost.map((each) => each.args[0]?.value ?? '')
    report({
      at: placeOfDirective(directive),
      message: `${listed(names)} ${names.length === 1 ? 'is' : 'are'} not hidden here: for this "${directive.name}" nginx drops all those further out. Repeat ${names.length === 1 ? 'it' : 'them'} in this block.`,
      related: placesOfLost(found),
      fixes: repeatLost(found, listed(names)),
    })
  },
})
