import { placeOfDirective } from '../../configuration/placed.ts'
import { isLocal, listensSeen, serverAround, speaksTls } from '../../site/nginx/access.ts'
import { inEffect, ownOf } from '../../site/nginx/blocks.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/password-over-plain-http-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['auth_basic'],
  severity: 'info',
  summary: '`auth_basic` in a server without TLS: the password goes over the net as good as in clear.',
  explanation: `
With basic authentication the browser sends name and password with every request, in Base64, which anyone on the way can read. Ask for it in a server with TLS alone, and redirect HTTP there.
It is fine behind a proxy that ends TLS.
`,
  source: 'RFC 7617, section 4.',
  examples: {
    failing: [
      {
        title: 'on port 80',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /admin/ {
        auth_basic "Admin";
#       ^^^^^^^^^^^^^^^^^^^ info[security/password-over-plain-http-nginx]: The password is sent without TLS: this server listens on port 80
        auth_basic_user_file /etc/nginx/users;
        root /srv/www;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'with TLS, on the loopback address, behind a proxy, off',
        files: `
#- conf.d/site.conf
server {
    listen 443 ssl;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    auth_basic x;
    auth_basic_user_file /etc/nginx/users;
}
server { listen 127.0.0.1:80; auth_basic x; auth_basic_user_file /etc/nginx/users; }
server { listen 80; auth_basic off; }
server { listen 81; set_real_ip_from 10.0.0.0/8; auth_basic x; auth_basic_user_file /etc/nginx/users; }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    const server = serverAround(directive)
    if (directive.presence !== 'present' || !value?.known || value.value === 'off' || !server) return
    if (!listensSeen(server, configuration) || speaksTls(server, configuration) || isLocal(server)) return
    if (inEffect(server.directive, configuration, 'set_real_ip_from') || ownOf(server.directive, configuration, 'listen').some((each) => !each.args[0]?.known))
      return
    const ports = server.listens.map(({ address }) => address.port)
    report({
      at: placeOfDirective(directive),
      message: `The password is sent without TLS: this server listens on port ${ports.length > 0 ? [...new Set(ports)].join(', ') : 80} alone, unencrypted. Ask for it in a server with TLS.`,
    })
  },
})
