import { type Argument, placeOfArgument } from '../../configuration/placed.ts'
import { groupOf } from '../../regex/questions.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import { hasVariables, type Input, valueIn } from '../../site/nginx/values.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { chosenHost } from './lib/hosts.ts'
import { isHttp, isInternalOnly, locationAround, relatedTo, requestText } from './lib/inputs.ts'
import { replacePattern } from './lib/patterns.ts'

export const rule = defineRule({
  id: 'security/request-forgery-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass'],
  severity: 'warning',
  summary: 'A `proxy_pass` whose host the client chooses: nginx sends requests wherever it is told to (SSRF).',
  explanation: `
Where the host of \`proxy_pass\` comes from the request (an argument, a header, a cookie, a part of the path), anybody makes nginx send requests to machines that only nginx
can reach: itself, the database's web page, the cloud's metadata service at 169.254.169.254. The answer comes back to whoever asked.

A value that begins with a slash is a path and no host: \`http://app$request_uri\` is fine. So is a host that a \`map\` or \`set\` takes from a fixed list, a capture that
holds no dot, one that is tested first (\`if ($arg_host !~ "^[a-z]+\\.example\\.org$") { return 403; }\`), and a location that is \`internal\`.
`,
  source: '`src/http/modules/ngx_http_proxy_module.c`: `ngx_http_proxy_eval`; tried with nginx 1.22.1: the log names the host of the request as upstream.',
  examples: {
    failing: [
      {
        title: 'the host is an argument',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /fetch/ {
        proxy_pass http://$arg_host;
#                  ^^^^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /fetch/?host=127.0.0.1 makes nginx send a request to 127.0.0.1: the client chooses the host by $arg_host
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/fetch/?host=127.0.0.1:1',
          before: { status: 502, log: /upstream: "http:\/\/127\.0\.0\.1:1\// },
          after: { status: 403 },
        },
      },
      {
        title: 'parts of the path, through set',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/proxy/(https?)/([^/]+)/(.*)$ {
        set $up_scheme $1;
        set $up_host $2;
        proxy_pass $up_scheme://$up_host/$3;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /proxy/http/127.0.0.1/ makes nginx send a request to 127.0.0.1: the client chooses the host by $up_host
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/proxy/http/127.0.0.1:1/',
          before: { status: 502, log: /upstream: "http:\/\/127\.0\.0\.1:1\// },
          after: { status: 404 },
        },
      },
      {
        title: 'the end of a host, a scheme, a default of a map, and other protocols',
        files: `
#- conf.d/site.conf
map $http_x_backend $backend {
    blue 10.0.0.1;
    default $http_x_backend;
}
server {
    listen 80;
    location /a { proxy_pass http://app$arg_zone.example.org/; }
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /a?zone=.evil.example/ makes nginx send a request to app.evil.example
    location /b { proxy_pass $http_x_scheme://app.example.org; }
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /b with "X-Scheme: http://127.0.0.1/" makes nginx
    location /c { fastcgi_pass $backend:9000; }
#                              ^^^^^^^^^^^^^ warning[security/request-forgery-nginx]: GET /c with "X-Backend: 127.0.0.1"
    location ~ ^/d/(.*)$ { proxy_pass $1; }
#                                     ^^ warning[security/request-forgery-nginx]: The client chooses where nginx sends the request by $1
}
`,
      },
    ],
    passing: [
      {
        title: 'a path, a fixed list, names without dots, a tested value, an internal location',
        files: `
#- conf.d/site.conf
map $http_x_backend $backend {
    blue 10.0.0.1;
    default 10.0.0.2;
}
server {
    listen 80;
    set $upstream "http://app.example.org";
    location /a { proxy_pass http://app.example.org$request_uri; }
    location ~ ^/b/(.*)$ { proxy_pass http://app.example.org/$1?$args; }
    location /c { proxy_pass http://$backend; }
    location ~ ^/d/(blue|green)/ { proxy_pass http://$1.example.org; }
    location ~ ^/e/([a-z]+)/(.*) { proxy_pass http://$1:8000/$2; }
    location /f {
        if ($arg_host !~ "^[a-z]+\\.example\\.org$") { return 403; }
        proxy_pass http://$arg_host;
    }
    location ~ ^/g/(.*)$ {
        internal;
        proxy_pass http://$1;
    }
    location /h { proxy_pass $upstream$request_uri; }
    location /i { proxy_pass http://$host$request_uri; }
    location ~ ^/j/(?<tenant>[a-z.]+)/ { proxy_pass http://$tenant.example.org; }
    location /k { proxy_pass http://app.example.org?x=$arg_x; }
}
`,
      },
    ],
  },
  check(directive, context) {
    const argument = directive.args[0]
    if (!argument?.known || !hasVariables(argument.value) || !isHttp(directive, context.configuration) || isInternalOnly(locationAround(directive))) return
    const use: Use = { directive, configuration: context.configuration }
    for (const row of valueIn(argument.value, use).alternatives) {
      const found = chosenHost(row, use)
      if (!found) continue
      const { input, way, before } = found
      const host = way && `${before}${/^(?:https?:\/\/)?([^/:?#]*)/.exec(way.text)?.[1] ?? ''}`
      context.report({
        at: placeOfArgument(directive, argument),
        message: way?.request
          ? `${requestText(way.request)} makes nginx send a request to ${host}: the client chooses the host by ${input.name}. Take it from a fixed list (a map), or test it first.`
          : `The client chooses where nginx sends the request by ${input.name}, also to machines that only nginx reaches. Take the host from a fixed list (a map), or test it first.`,
        related: relatedTo(input, directive),
        fixes: fixesFor(input, use, argument),
      })
      return
    }
  },
})

const plainBodies = new Set(['.*', '.+', '.*?', '.+?', '[^/]*', '[^/]+', '[^/]*?', '[^/]+?', '\\S+', '\\S*'])

function fixesFor(input: Input, { directive }: Use, argument: Argument): readonly FindingFix[] {
  const { origin } = input
  if (origin.kind === 'capture') {
    const { pattern } = origin.regex
    const group = groupOf(pattern, origin.group)
    if (!group || !plainBodies.has(pattern.source.slice(group.body.start, group.body.end))) return []
    const edit = replacePattern(origin.regex, `${pattern.source.slice(0, group.body.start)}[a-z0-9-]+${pattern.source.slice(group.body.end)}`)
    return edit ? [{ title: 'Capture only names without dots', safe: false, edits: [edit] }] : []
  }
  if (directive.parent?.name !== 'location' || !argument.value.includes(`$${origin.variable}`)) return []
  const test = [`if ($${origin.variable} !~ "^[a-z0-9-]+\\.example\\.org$") {`, '    return 403;', '}']
  return [{ title: `Test $${origin.variable} first (put your own domain in)`, safe: false, edits: [insertBefore(directive, test)] }]
}
