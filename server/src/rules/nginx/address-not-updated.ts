import { placeOfArgument } from '../../configuration/placed.ts'
import { inEffect, ownOf } from '../../site/nginx/blocks.ts'
import { hostOfTarget, kindOfHost, upstreamNames } from '../../site/nginx/hosts.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isAtLeast } from './lib/version.ts'

export const rule = defineRule({
  id: 'nginx/address-not-updated',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'server'],
  severity: 'info',
  summary: 'A host name behind the server that nginx looks up once, when it starts: it goes on with the old address when the name gets another.',
  explanation: `
A name written out in \`proxy_pass\`, or in a \`server\` of an \`upstream\`, is looked up when nginx starts or reloads, and never again. Load balancers of the clouds and services behind a CDN change their
addresses at any time: then requests go to a machine that is no longer theirs. Since nginx 1.27.3 \`server … resolve;\` with a \`zone\` and a \`resolver\` looks again; a variable in \`proxy_pass\` does so too.

Names of one's own network (containers, a single word) are a hint only.
`,
  source:
    'nginx documentation, proxy_pass and ngx_http_upstream_module (resolve); `ngx_http_upstream_add`, which resolves names while the configuration is read.',
  examples: {
    failing: [
      {
        title: 'a load balancer of a cloud, and a container',
        files: `
#- conf.d/site.conf
upstream api {
    server api.example.com:8080;
#          ^^^^^^^^^^^^^^^^^^^^ info[nginx/address-not-updated]: nginx looks up api.example.com when it starts and never again
}
server {
    listen 80;
    location /a/ { proxy_pass http://api; }
    location /b/ { proxy_pass https://my-lb.eu-central-1.elb.amazonaws.com; }
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/address-not-updated]: nginx looks up my-lb.eu-central-1.elb.amazonaws.com
    location /c/ { proxy_pass http://web:8000; }
#                             ^^^^^^^^^^^^^^^ hint[nginx/address-not-updated]: nginx looks up web
}
`,
      },
      {
        title: 'with a version that can look again',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- nginx.conf
events {}
http {
    server_tokens off;
    resolver 127.0.0.1;
    upstream api {
        server api.example.com:8080;
#              ^^^^^^^^^^^^^^^^^^^^ info[nginx/address-not-updated]: nginx looks up api.example.com
    }
    server { listen 80; location / { proxy_pass http://api; } }
}
`,
      },
    ],
    passing: [
      {
        title: 'addresses, sockets, this machine, names that are looked up again',
        files: `
#- conf.d/site.conf
resolver 127.0.0.1;
upstream a {
    zone a 64k;
    server 10.0.0.1:8000;
    server unix:/run/a.sock;
    server localhost:8001;
    server [::1]:8002;
}
server {
    listen 80;
    set $api https://api.example.com;
    location /a/ { proxy_pass http://a; }
    location /b/ { proxy_pass $api; }
    location /c/ { proxy_pass http://127.0.0.1:8000/; }
    location /d/ { fastcgi_pass unix:/run/php.sock; }
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    const target = directive.args[0]
    if (directive.presence !== 'present' || !target?.known || directive.node.block || target.value.includes('$')) return
    const isServer = directive.name === 'server'
    if (isServer && directive.parent?.name !== 'upstream' && configuration.context !== 'http,upstream') return
    if (isServer && directive.args.some(({ value }) => value === 'resolve' || value === 'down')) return
    const host = hostOfTarget(target.value)
    if (!host || (!isServer && upstreamNames(configuration).has(host.toLowerCase()))) return
    const kind = kindOfHost(host)
    if (kind === 'address' || kind === 'local') return
    const upstream = directive.parent
    const canResolve = isServer && upstream && isAtLeast(settings, '1.27.3') && inEffect(upstream, configuration, 'resolver')
    report({
      at: placeOfArgument(directive, target),
      severity: kind === 'public' ? 'info' : 'hint',
      message: `nginx looks up ${host} when it starts and never again: when the name gets another address, requests go on to the old one. ${isServer ? 'Use "resolve" with a "zone" and a "resolver" (nginx 1.27.3).' : 'Use an upstream with "resolve" (nginx 1.27.3), or a variable and a "resolver".'}`,
      fixes: canResolve
        ? [
            {
              title: 'Look it up again: "resolve"',
              safe: false,
              edits: [
                ...(ownOf(upstream, configuration, 'zone').length === 0 ? [insertBefore(directive, [`zone ${upstream.args[0]?.value} 64k;`])] : []),
                { path: directive.source.path, start: target.end, end: target.end, newText: ' resolve' },
              ],
            },
          ]
        : [],
    })
  },
})
