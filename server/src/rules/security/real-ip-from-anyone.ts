import { directivesNamed, placeOfWhole } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/real-ip-from-anyone',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: '`set_real_ip_from` with every address there is: each client may say itself which address it has.',
  explanation: `
nginx takes the client's address from a header where the request comes from one of the addresses of \`set_real_ip_from\`. With \`0.0.0.0/0\` anybody who reaches this server sends the header and passes for whom he likes:
for \`allow\`, for limits, in the logs. It does no harm where only the proxy reaches the server; name the proxy's network all the same.
`,
  source: '`src/http/modules/ngx_http_realip_module.c`; tried with nginx 1.22.1: `X-Forwarded-For: 192.0.2.1` passes `allow 192.0.2.1; deny all;`.',
  examples: {
    failing: [
      {
        title: 'everybody is believed',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    set_real_ip_from 0.0.0.0/0;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/real-ip-from-anyone]: Every client is believed: with "X-Forwarded-For: 127.0.0.1" it passes for this machine
    real_ip_header X-Forwarded-For;
}
`,
      },
    ],
    passing: [
      {
        title: 'networks of proxies',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    set_real_ip_from 10.0.0.0/8;
    set_real_ip_from 2001:db8::/32;
    set_real_ip_from unix:;
    real_ip_header X-Forwarded-For;
}
`,
      },
    ],
  },
  directives: ['set_real_ip_from'],
  check(directive, { configuration, report }) {
    const [from] = directive.args
    if (!from?.known || !/^(0\.0\.0\.0|::)\/0$/.test(from.value)) return
    const header = directivesNamed(configuration, 'real_ip_header')[0]?.args[0]?.value ?? 'X-Real-IP'
    if (header === 'proxy_protocol') return
    report({
      at: placeOfWhole(directive),
      message: `Every client is believed: with "${header}: 127.0.0.1" it passes for this machine, in "allow", limits and logs. Name the proxy's addresses.`,
    })
  },
})
