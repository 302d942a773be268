import { directivesNamed, placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/real-ip-without-from',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`real_ip_header` without `set_real_ip_from`: the address of the client stays that of the proxy.',
  explanation: `
\`real_ip_header\` says in which header a proxy writes the client's address, \`set_real_ip_from\` which proxies are believed. Without one of the second in effect nobody is believed: logs, \`allow\` and limits see the address
of the proxy for every client.
`,
  source: '`src/http/modules/ngx_http_realip_module.c`: `ngx_http_realip_handler` declines without `from`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'nobody is believed',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        real_ip_header X-Forwarded-For;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/real-ip-without-from]: No "set_real_ip_from" is in effect: nobody's X-Forwarded-For is believed
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'with proxies that are believed, here or further out',
        files: `
#- nginx.conf
events {}
http {
    set_real_ip_from 192.0.2.0/24;
    real_ip_header X-Forwarded-For;
    server {
        listen 80;
        real_ip_header X-Real-IP;
    }
}
`,
      },
    ],
  },
  directives: ['real_ip_header'],
  check(directive, { configuration, report }) {
    const [header] = directive.args
    if (!header?.known || directive.presence !== 'present' || !isClosed(configuration)) return
    if (levelInEffect(directive.parent, configuration, 'set_real_ip_from')) return
    if (directive.parent?.name !== 'location' && directivesNamed(configuration, 'set_real_ip_from').length > 0) return
    report({
      at: placeOfWhole(directive),
      message: `No "set_real_ip_from" is in effect: nobody's ${header.value} is believed, and every client has the address of the proxy. Name the proxies.`,
    })
  },
})
