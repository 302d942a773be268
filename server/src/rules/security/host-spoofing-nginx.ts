import { type Argument, placeOfArgument } from '../../configuration/placed.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import { hasVariables, type Input, valueIn, variablesOf } from '../../site/nginx/values.ts'
import { possible } from '../../site/nginx/witness.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { inputsOf, isHttp, relatedTo, requestText } from './lib/inputs.ts'

export const rule = defineRule({
  id: 'security/host-spoofing-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_set_header', 'grpc_set_header', 'fastcgi_param', 'uwsgi_param', 'scgi_param'],
  severity: 'warning',
  summary: 'The application gets a host that the client chooses: links in mails, redirects and caches then name the attacker.',
  explanation: `
Applications write the Host that they get into links: in the mail that resets a password, in redirects, in pages that a cache keeps for others. nginx hands on \`$host\`, the
name by which it chose the server. A header such as \`X-Forwarded-Host\`, an argument or a cookie can name any host whatever the server is.

\`$http_host\` is the Host header as it was sent. It mostly is the same (with the port), but where the request line has the whole URL
(\`GET http://example.org/ HTTP/1.1\`), nginx goes by that, and \`$http_host\` can be another name. This is \`info\`: an application that checks its hosts, such as Django with
ALLOWED_HOSTS, refuses such a request. For a port other than 80 and 443 write \`$host:$server_port\`.
`,
  source: '`src/http/ngx_http_request.c`: `ngx_http_process_request_uri`, `ngx_http_process_host`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a header that anybody can send',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    location /app/ {
        proxy_set_header Host $http_x_forwarded_host;
#                             ^^^^^^^^^^^^^^^^^^^^^^ warning[security/host-spoofing-nginx]: GET /app/ with "X-Forwarded-Host: evil.example" gives the application the host evil.example
        proxy_pass http://127.0.0.1:$server_port/echo;
    }
    location /echo { return 200 $host; }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          host: 'example.org',
          headers: { 'X-Forwarded-Host': 'evil.example' },
          get: '/app/',
          before: { status: 200, body: /^evil\.example$/ },
          after: { status: 200, body: /^example\.org$/ },
        },
      },
      {
        title: 'the header as it was sent, an argument, a cookie through a set',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    set $tenant $cookie_tenant;
    location / {
        proxy_set_header host $http_host;
#                             ^^^^^^^^^^ info[security/host-spoofing-nginx]: $http_host is whatever the client sends
        proxy_pass http://127.0.0.1:8000;
    }
    location /b/ {
        proxy_set_header Host "$arg_host:$server_port";
#                             ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/host-spoofing-nginx]: GET /b/?host=evil.example gives the application the host evil.example
        proxy_pass http://127.0.0.1:8000;
    }
    location /c/ {
        proxy_set_header Host $tenant;
#                             ^^^^^^^ warning[security/host-spoofing-nginx]: GET /c/ with "Cookie: tenant=evil.example" gives
        proxy_pass http://127.0.0.1:8000;
    }
    location /d/ {
        fastcgi_param SERVER_NAME $http_host;
#                                 ^^^^^^^^^^ info[security/host-spoofing-nginx]: $http_host is whatever
        fastcgi_pass 127.0.0.1:9000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'what nginx chose the server by, fixed lists, other headers',
        files: `
#- conf.d/site.conf
map $http_x_forwarded_host $backend_host {
    shop.example.org shop.example.org;
    default example.org;
}
server {
    listen 80;
    server_name example.org;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /b/ {
        proxy_set_header Host $host:$server_port;
        proxy_pass http://127.0.0.1:8000;
    }
    location /c/ {
        proxy_set_header Host $backend_host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /d/ {
        proxy_set_header Host $proxy_host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /e/ {
        if ($arg_host !~ "^[a-z]+\\.example\\.org$") { return 403; }
        proxy_set_header Host $arg_host;
        proxy_pass http://127.0.0.1:8000;
    }
    location /f/ {
        fastcgi_param HTTP_HOST $http_host;
        fastcgi_pass 127.0.0.1:9000;
    }
}
`,
      },
    ],
  },
  check(directive, context) {
    const [name, argument] = directive.args
    if (!name || !argument?.known || !hasVariables(argument.value) || !isHttp(directive, context.configuration)) return
    const header = name.value.toLowerCase()
    const isParameter = directive.name.endsWith('_param')
    if (isParameter ? header !== 'http_host' && header !== 'server_name' : header !== 'host') return
    const use: Use = { directive, configuration: context.configuration }
    for (const { input, row, at } of inputsOf(valueIn(argument.value, use))) {
      const { origin } = input
      // HTTP_HOST is the header as it was sent in any case.
      if (origin.kind === 'variable' && origin.variable === 'http_host' && header === 'http_host') continue
      if (origin.kind === 'capture' && !origin.subject.alternatives.some((pieces) => pieces.some(isFree))) continue
      if (origin.kind === 'variable' && !isFree(input)) continue
      const before = row.slice(0, at)
      const way = possible(input, before.some((piece) => piece.kind === 'text') ? '^\\.?evil\\.example$' : '^evil\\.example$', use)
      if (!way) continue
      const plain = origin.kind === 'variable' && origin.variable === 'http_host'
      context.report({
        at: placeOfArgument(directive, argument),
        severity: plain ? 'info' : 'warning',
        message:
          !plain && way.request
            ? `${requestText(way.request)} gives the application the host evil.example, which it writes into links and redirects: use $host.`
            : `${input.name} is whatever the client sends, and need not be the name by which nginx chose this server: use $host ($host:$server_port where the port is not the protocol's own).`,
        related: relatedTo(input, directive),
        fixes: fixesFor(input, argument, use),
      })
      return
    }
  },
})

/** From a header, an argument or a cookie: nothing binds it to the server that nginx chose. */
const isFree = (piece: { readonly kind: string; readonly name?: string; readonly origin?: Input['origin'] }): boolean =>
  piece.kind === 'input' && piece.origin?.kind === 'variable' && /^(?:http|arg|cookie)_|^args$|^query_string$/.test(piece.origin.variable)

function fixesFor(input: Input, argument: Argument, { directive }: Use): readonly FindingFix[] {
  const named = variablesOf(argument.value)
  const only = named.find(({ name }) => `$${name}` === input.name)
  const edit = only && replaceInArgument(directive, argument, argument.value.slice(only.start, only.end), '$host')
  return edit ? [{ title: `Use $host in place of ${input.name}`, safe: false, edits: [edit] }] : []
}
