import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { locationsIn } from '../../site/nginx/locations.ts'
import { insertInside } from '../lib/edits.ts'
import { within } from '../nginx/lib/known.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/internal-missing',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: 'The location that `auth_request` asks can be asked by anybody, as it is not `internal`.',
  explanation: `
The location that \`auth_request\` names is for nginx's own questions. Without \`internal\` clients may ask it themselves: they reach the backend for authorization without its conditions, and learn from its answers.
Where it is also the address of a login page, that is as it should be.
`,
  source:
    'nginx.org/en/docs/http/ngx_http_auth_request_module.html; `src/http/ngx_http_core_module.c`: `ngx_http_core_find_config_phase` answers 404 where `internal` is set.',
  examples: {
    failing: [
      {
        title: 'the questions of auth_request',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        auth_request /auth;
        root /srv/www;
    }
    location = /auth {
#   ^^^^^^^^^^^^^^^^^^ info[security/internal-missing]: Anybody may ask this location, which is for "auth_request" alone
        proxy_pass http://127.0.0.1:9000/verify;
        proxy_pass_request_body off;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'internal, or asked by the browser too',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / { auth_request /auth; error_page 401 = /login; root /srv/www; }
    location = /auth { internal; proxy_pass http://127.0.0.1:9000/verify; }
    location /oauth2/ { proxy_pass http://127.0.0.1:4180; }
}
server {
    listen 81;
    location / { auth_request /oauth2/auth; root /srv/www; }
    location /oauth2/ { proxy_pass http://127.0.0.1:4180; }
}
`,
      },
    ],
  },
  directives: ['auth_request'],
  check(request, { report }) {
    const server = enclosing(request, 'server')
    if (server?.presence !== 'present') return
    const asked = [...within(server)].filter((each) => each.name === 'auth_request' && each.args[0]?.value.startsWith('/'))
    // Once for all that ask.
    if (asked[0] !== request) return
    for (const { directive, modifier, path } of locationsIn(server)) {
      const by = asked.find((each) => each.args[0]?.value === path)
      // A prefix is also that of the pages below it.
      if (!by || (modifier !== '=' && path.endsWith('/')) || !directive.children.some((each) => /_pass$/.test(each.name))) continue
      if (directive.children.some((each) => /^(internal|deny|auth_basic|allow)$/.test(each.name)) || directive.source.templated) continue
      report({
        at: placeOfDirective(directive),
        message: `Anybody may ask this location, which is for "auth_request" alone: make it "internal".`,
        related: [{ at: placeOfDirective(by), message: 'asked from here' }],
        fixes: [{ title: 'Add internal', safe: false, edits: [insertInside(directive, ['internal;'])] }],
      })
    }
  },
})
