import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { accessRules, hasAccessCode, hasAuthentication, isForAll, isLocal, listensSeen, refusesOthers, serverAround } from '../../site/nginx/access.ts'
import { mayHoldUnread, outwards, ownOf } from '../../site/nginx/blocks.ts'
import { insertAfter, insertBefore, insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/status-page-exposed-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['stub_status', 'check_status', 'vhost_traffic_status_display', 'upstream_show'],
  severity: 'warning',
  summary: 'A status page (`stub_status` …) that everyone can read.',
  explanation: `
Status pages tell how busy the server is, some of them also the addresses and the health of all servers behind. They are for monitoring: let in its address and \`deny all\`, or listen on the loopback address.
It is information where the server is not seen here, or listens only on another port than those of the web, which a firewall may close.
`,
  source: 'nginx documentation, ngx_http_stub_status_module; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'on the public address',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /nginx_status {
        stub_status;
#       ^^^^^^^^^^^^ warning[security/status-page-exposed-nginx]: Everyone can read GET /nginx_status
    }
}
`,
      },
      {
        title: 'addresses are let in, and nobody is kept out',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location = /status {
        stub_status on;
#       ^^^^^^^^^^^^^^^ warning[security/status-page-exposed-nginx]: Everyone can read GET /status
        allow 127.0.0.1;
    }
}
`,
      },
      {
        title: 'nobody at all',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location = /status { stub_status; deny all; }
#                        ^^^^^^^^^^^^ hint[security/status-page-exposed-nginx]: Nobody can read this status page
}
`,
      },
      {
        title: 'a lone snippet, and a port of its own',
        files: `
#- snippets/status.conf
location /status {
    stub_status;
#   ^^^^^^^^^^^^ info[security/status-page-exposed-nginx]: Nothing here keeps anyone from GET /status
}
#- conf.d/status.conf
server {
    listen 8090;
    location /status {
        stub_status;
#       ^^^^^^^^^^^^ info[security/status-page-exposed-nginx]: Everyone who reaches port 8090 can read GET /status
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'addresses, a password, the loopback address, a socket, rules further out',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a { stub_status; allow 127.0.0.1; deny all; }
    location /b { stub_status; auth_basic x; auth_basic_user_file /etc/nginx/users; }
    location /c { stub_status; internal; }
}
server { listen 127.0.0.1:8080; location / { stub_status; } }
server { listen unix:/run/status.sock; location / { stub_status; } }
server { listen 8081; allow 10.0.0.0/8; deny all; location / { stub_status; } }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const block = directive.parent
    if (directive.presence !== 'present' || hasAuthentication(block, configuration)) return
    const rules = accessRules(block, configuration)
    const [only] = rules
    if (rules.length === 1 && only?.name === 'deny' && only.parent === block && isForAll(only)) {
      report({
        at: placeOfDirective(directive),
        severity: 'hint',
        message: 'Nobody can read this status page: "deny all" refuses every address. Let in that of the monitoring.',
        fixes: [{ title: 'Let in this machine', safe: false, edits: [insertBefore(only, ['allow 127.0.0.1;'])] }],
      })
      return
    }
    if (refusesOthers(block, configuration)) return
    if (hasAccessCode(block, configuration) || mayHoldUnread(block, configuration, 'deny')) return
    const location = enclosing(directive, 'location')
    if (location && ownOf(location, configuration, 'internal').length > 0) return
    const server = serverAround(directive)
    if (server && isLocal(server)) return
    const seen =
      server && listensSeen(server, configuration) && ![...outwards(block)].some((each) => mayHoldUnread(each, configuration, 'deny') && each !== undefined)
    const ports = server?.listens.map(({ address }) => address.port) ?? []
    const web = ports.length === 0 || ports.some((port) => port === 80 || port === 443)
    const request = `GET ${location?.args.at(-1)?.value ?? '/'}`
    const own = rules.filter((each) => each.parent === block && each.name === 'allow' && !isForAll(each))
    const last = own.at(-1)
    const advice = last ? 'Write "deny all;" behind the last "allow".' : 'Let in the address of the monitoring and "deny all".'
    report({
      at: placeOfDirective(directive),
      severity: (seen && web) || last ? 'warning' : 'info',
      message: !server
        ? `Nothing here keeps anyone from ${request}, which tells of this server's connections. ${advice}`
        : `Everyone ${web ? 'can read' : `who reaches port ${ports[0]} can read`} ${request}, which tells of this server's connections. ${advice}`,
      fixes: last
        ? [{ title: 'Add "deny all"', safe: false, edits: [insertAfter(last, ['deny all;'])] }]
        : block
          ? [{ title: 'Let in this machine alone', safe: false, edits: [insertInside(block, ['allow 127.0.0.1;', 'deny all;'])] }]
          : [],
    })
  },
})
