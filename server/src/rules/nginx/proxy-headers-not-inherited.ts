import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { listed, lostBy, placesOfLost, repeatLost } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/proxy-headers-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_set_header', 'grpc_set_header'],
  severity: 'warning',
  summary: 'A `proxy_set_header` in an inner block, for which those set further out are no longer passed on: `Host`, `X-Forwarded-For` …',
  explanation: `
nginx takes \`proxy_set_header\` from the nearest level that has any. One in a \`location\` therefore switches off all those of the \`server\` and of \`http\` there: the application behind no longer
learns the host, the client's address or that the visitor came by HTTPS. Repeat them, or keep them in a file that every location with a \`proxy_set_header\` of its own includes.
The same goes for \`grpc_set_header\`.
`,
  source: 'nginx documentation, proxy_set_header; `ngx_http_proxy_init_headers`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'for WebSockets the host and the address are lost',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    location /ws/ {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-headers-not-inherited]: "Host" and "X-Forwarded-For" are not passed on from here
        proxy_set_header Connection upgrade;
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
      {
        title: 'a lone location, and one for gRPC',
        files: `
#- piece.conf
location / {
    proxy_set_header X-Real-IP $remote_addr;
    grpc_set_header X-Real-IP $remote_addr;
    location /a/ {
        proxy_set_header Host $host;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-headers-not-inherited]: "X-Real-IP" is not passed on from here
        proxy_pass http://127.0.0.1:8000;
    }
    location /b/ {
        grpc_set_header Host $host;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-headers-not-inherited]: "X-Real-IP" is not passed on from here
        grpc_pass grpc://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'repeated, only further out, or only further in',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    proxy_set_header Host $host;
    location / { proxy_pass http://127.0.0.1:8000; }
    location /ws/ {
        proxy_set_header host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_pass http://127.0.0.1:8000;
    }
}
server {
    listen 81;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
      {
        title: 'an include of the distribution that is not here may repeat them',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    proxy_set_header X-Real-IP $remote_addr;
    location / {
        include proxy_params;
        proxy_set_header X-More 1;
        proxy_pass http://127.0.0.1:8000;
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
    // An empty value takes a header out: what is lost by it is little.
    const worth = found.lost.some((each) => each.args[1]?.value !== '')
    const names = found.lost.map((each) => each.args[0]?.value ?? '')
    const passes = handsOn(found.block, directive.name)
    report({
      at: placeOfDirective(directive),
      severity: passes && worth ? 'warning' : 'info',
      message: `${listed(names)} ${names.length === 1 ? 'is' : 'are'} not passed on from here: for this "${directive.name}" nginx drops all those further out. Repeat ${names.length === 1 ? 'it' : 'them'} in this block.`,
      related: placesOfLost(found),
      fixes: repeatLost(found, listed(names)),
    })
  },
})

/** Whether something is passed on from a block, or from one inside that has no headers of its own. */
function handsOn(block: PlacedDirective, name: string): boolean {
  const pass = name.replace('_set_header', '_pass')
  return block.children.some(
    (each) => each.name === pass || (each.node.block !== undefined && !each.children.some((child) => child.name === name) && handsOn(each, name)),
  )
}
