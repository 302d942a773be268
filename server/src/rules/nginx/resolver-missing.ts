import { enclosing, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { inEffect, mayComeUnseen } from '../../site/nginx/blocks.ts'
import { fixedHosts, hostOfTarget, kindOfHost, textsOfVariable, upstreamNames } from '../../site/nginx/hosts.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/resolver-missing',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass'],
  severity: 'warning',
  summary: 'A `proxy_pass` with a variable and the name of a host, without a `resolver`: every request is answered 502.',
  explanation: `
With a variable anywhere in \`proxy_pass\`, nginx looks up the host for each request, and for that it needs a \`resolver\`: it does not ask the system. Without one the answer is 502, and the log says
"no resolver defined to resolve …". Names of an \`upstream\` and addresses need none.

It is a warning where the name is written out and the whole configuration is seen, else information.
`,
  source: '`ngx_http_upstream_init_request`; tried with nginx 1.22.1: 502, "no resolver defined to resolve localhost".',
  examples: {
    failing: [
      {
        title: 'a path by a capture, and a host in a variable',
        files: `
#- nginx.conf
events {}
http {
    server_tokens off;
    server {
        listen 80;
        location ~ ^/a/(.*)$ { proxy_pass http://api.example.com/$1; }
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/resolver-missing]: Every request is answered 502: nginx has to look up api.example.com
        location /b/ {
            set $backend web.example.com;
            proxy_pass http://$backend:8080;
#                      ^^^^^^^^^^^^^^^^^^^^ warning[nginx/resolver-missing]: Every request is answered 502: nginx has to look up web.example.com
        }
    }
}
`,
      },
      {
        title: 'a lone snippet: there may be one further out',
        files: `
#- piece.conf
location / {
    set $backend web.example.com;
    proxy_pass http://$backend:8080;
#              ^^^^^^^^^^^^^^^^^^^^ info[nginx/resolver-missing]: nginx has to look up web.example.com
}
location /x/ {
    proxy_pass http://$http_x_backend;
#              ^^^^^^^^^^^^^^^^^^^^^^ info[nginx/resolver-missing]: nginx has to look up the host
#              ^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /x/ with
}
`,
      },
    ],
    passing: [
      {
        title: 'with a resolver, an upstream, an address, or nothing to look up',
        files: `
#- nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000; }
    map $http_x $pool { default app; a 127.0.0.1:8001; b unix:/run/b.sock; }
    server {
        listen 80;
        location /a/ { resolver 127.0.0.1; set $b web.example.com; proxy_pass http://$b; }
        location ~ ^/b/(.*)$ { proxy_pass http://app/$1; }
        location ~ ^/c/(.*)$ { proxy_pass http://127.0.0.1:8000/$1; }
        location /d/ { proxy_pass http://$pool; }
        location /e/ { proxy_pass http://web.example.com; }
        location ~ ^/f/(.*)$ { proxy_pass http://unix:/run/f.sock:/$1; }
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const target = directive.args[0]
    if (directive.presence !== 'present' || !target?.known || !target.value.includes('$')) return
    if (inEffect(directive.parent, configuration, 'resolver')) return
    const host = hostOfTarget(target.value)
    if (host === undefined) return
    const variable = /^\$\{?(\w+)\}?$/.exec(host)?.[1]
    const texts = !host.includes('$') ? [host] : variable ? textsOfVariable(variable, configuration) : undefined
    const toLookUp = texts?.flatMap((text) => {
      const name = hostOfTarget(text)
      return name === undefined || name === '' || kindOfHost(name) === 'address' || upstreamNames(configuration).has(name.toLowerCase()) ? [] : [name]
    })
    if (toLookUp?.length === 0) return
    // A part of the host may make an address of it, and a name without a dot be an upstream that is elsewhere.
    const unseen = mayComeUnseen(directive.parent, configuration, 'resolver')
    const name = toLookUp?.[0]
    if (unseen && name && toLookUp.every((each) => !each.includes('.'))) return
    if (name !== undefined && fixedHosts(configuration).has(name)) return
    const certain = configuration.whole && name !== undefined && texts?.length === toLookUp?.length && !unseen
    report({
      at: placeOfArgument(directive, target),
      severity: certain ? 'warning' : 'info',
      message: certain
        ? `Every request is answered 502: nginx has to look up ${name} for each of them, as there is a variable in "${directive.name}", and no "resolver" is set. Add one.`
        : `nginx has to look up ${name ?? 'the host'} for each request, as there is a variable in "${directive.name}": without a "resolver" further out it answers 502, unless it is an address or an upstream.`,
      fixes: name !== undefined && texts?.length === 1 ? defineUpstream(directive, name, target.value) : [],
    })
  },
})

/** nginx finds an `upstream` by the host's name, where no port is written, and asks nobody. */
function defineUpstream(directive: PlacedDirective, host: string, target: string): FindingFix[] {
  const server = enclosing(directive, 'server')
  const scheme = /^(https?):\/\/[\w.-]+(?:\/|$)/.exec(target)?.[1]
  if (!scheme || server?.parent?.name !== 'http' || !/^[\w.-]+$/.test(host)) return []
  const lines = [`upstream ${host} {`, `    server ${host}:${scheme === 'https' ? 443 : 80};`, '}']
  return [{ title: `Define an upstream "${host}", looked up when nginx starts`, safe: false, edits: [insertBefore(server, lines)] }]
}
