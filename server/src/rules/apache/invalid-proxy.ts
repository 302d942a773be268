import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-proxy',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A ProxyPass, BalancerMember or other directive of mod_proxy with a wrong URL or parameter.',
  explanation: `
\`ProxyPass\` takes a path and an absolute URL (inside \`<Location>\` the URL alone), then parameters as \`key=value\`.
`,
  source: '`modules/proxy/mod_proxy.c`: `add_pass`, `set_worker_param`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'parameters',
        files: `
#- httpd.conf
Listen 8080
ProxyPass /app http://127.0.0.1:8000/ timeout
#                                     ^^^^^^^ error[apache/invalid-proxy]: "timeout" is no parameter
<Location /api>
    ProxyPass /api http://127.0.0.1:8000/
#             ^^^^ error[apache/invalid-proxy]: Inside <Location> ProxyPass takes no path
</Location>
`,
      },
    ],
    passing: [
      {
        title: 'proxies',
        files: `
#- httpd.conf
Listen 8080
ProxyPass /static !
ProxyPass / http://127.0.0.1:8000/ timeout=30 retry=0
ProxyPassReverse / http://127.0.0.1:8000/
`,
      },
    ],
  },
})
