import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-proxy',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A ProxyPass, BalancerMember or other directive of mod_proxy with a wrong URL or parameter.',
  explanation: `
\`ProxyPass\` takes a path and an absolute URL (inside \`<Location>\` the URL alone), then parameters as \`key=value\`. A Unix socket needs a URL behind
it, which names the protocol: \`unix:/run/app.sock|http://localhost/\`.

Where a URL begins with one that went before in the same server, Apache uses that worker again and does not look at the parameters:
\`apache/ignored\` tells that.
`,
  source: '`modules/proxy/mod_proxy.c`: `add_pass`, `add_member`, `set_worker_param`, `set_balancer_param`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'parameters',
        files: `
#- httpd.conf
Listen 8080
ProxyPass /app http://127.0.0.1:8000/ timeout
#                                     ^^^^^^^ error[apache/invalid-proxy]: "timeout" is no parameter
ProxyPass /api http://127.0.0.1:8001/ retrry=0
#                                     ^^^^^^^^ error[apache/invalid-proxy]: "retrry" is no parameter of ProxyPass; did you mean "retry"?
ProxyPass /old http://127.0.0.1:8002/ timeout=0
#                                     ^^^^^^^^^ error[apache/invalid-proxy]: "timeout=0" is wrong: Timeout must be at least one second
<Location /api>
    ProxyPass /api http://127.0.0.1:8003/
#             ^^^^ error[apache/invalid-proxy]: Inside <Location> ProxyPass takes no path
</Location>
`,
      },
      {
        title: 'URLs',
        files: `
#- httpd.conf
Listen 8080
ProxyPass /app localhost:8000/
#              ^^^^^^^^^^^^^^^ error[apache/invalid-proxy]: "localhost:8000/" is no absolute URL
ProxyPass /api unix:/run/api.sock
#              ^^^^^^^^^^^^^^^^^^ error[apache/invalid-proxy]: "unix:/run/api.sock" is no absolute URL
<Proxy balancer://pool>
    BalancerMember 10.0.0.1:8000
#                  ^^^^^^^^^^^^^ error[apache/invalid-proxy]: "10.0.0.1:8000" is no absolute URL
    ProxySet lbmethod=byrequest
#            ^^^^^^^^^^^^^^^^^^ error[apache/invalid-proxy]: "lbmethod=byrequest" is wrong: unknown lbmethod; did you mean "byrequests"?
</Proxy>
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
ProxyPass /app unix:/run/app.sock|http://localhost/ retry=0
ProxyPass /pool balancer://pool/ stickysession=ROUTEID
ProxyPass / http://127.0.0.1:8000/ timeout=30 retry=0
ProxyPassReverse / http://127.0.0.1:8000/
<Proxy balancer://pool>
    BalancerMember http://10.0.0.1:8000 route=a
    BalancerMember http://10.0.0.2:8000 route=b
    ProxySet lbmethod=bytraffic
</Proxy>
`,
      },
    ],
  },
})
