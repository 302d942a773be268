import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { valueIn } from '../../site/nginx/values.ts'
import { possible } from '../../site/nginx/witness.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { inputsOf, relatedTo, requestText } from './lib/inputs.ts'

export const rule = defineRule({
  id: 'security/cors-any-origin-with-credentials',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['add_header'],
  severity: 'warning',
  summary: '`Access-Control-Allow-Origin` gives back any origin, with credentials: every page can read what a visitor is logged in to.',
  explanation: `
With \`Access-Control-Allow-Credentials: true\` a browser sends a visitor's cookies along, and lets the page whose origin is allowed read the answer. Where the allowed origin is
simply the one that asks (\`$http_origin\`), every page on the web may read it. Allow only origins from a list:

    map $http_origin $cors {
        default "";
        "~^https://([a-z]+\\.)?example\\.org$" $http_origin;
    }

Browsers refuse credentials with \`*\`, so that such a pair does nothing. Without credentials an origin that is given back is the same as \`*\`: fine for what everybody may read.
`,
  source: 'The Fetch standard, "CORS protocol and credentials"; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the origin is given back',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api/ {
        add_header Access-Control-Allow-Origin $http_origin always;
#                                              ^^^^^^^^^^^^ warning[security/cors-any-origin-with-credentials]: GET /api/ with "Origin: https://evil.example" is answered with leave to read it, cookies and all
        add_header Access-Control-Allow-Credentials true always;
        return 200 secret;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          headers: { Origin: 'https://evil.example' },
          get: '/api/',
          before: { status: 200, headers: /^Access-Control-Allow-Origin: https:\/\/evil\.example\nAccess-Control-Allow-Credentials: true$/m },
          after: { status: 200, headers: /^(?![\s\S]*Credentials)/ },
        },
      },
      {
        title: 'through a map and a set, and any origin at all',
        files: `
#- conf.d/site.conf
map $http_origin $cors {
    default $http_origin;
    "" "*";
}
server {
    listen 80;
    set $allow $http_origin;
    location /a {
        add_header 'Access-Control-Allow-Origin' $cors;
#                                                ^^^^^ warning[security/cors-any-origin-with-credentials]: GET /a with
        add_header 'Access-Control-Allow-Credentials' 'true';
    }
    location /b {
        add_header access-control-allow-credentials true;
        add_header access-control-allow-origin "$allow";
#                                              ^^^^^^^^ warning[security/cors-any-origin-with-credentials]: GET /b with
    }
    location /c {
        add_header Access-Control-Allow-Origin *;
#                                              ^ info[security/cors-any-origin-with-credentials]: Browsers refuse credentials where any origin is allowed
        add_header Access-Control-Allow-Credentials true;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'a list, a test, no credentials',
        files: `
#- conf.d/site.conf
map $http_origin $cors {
    default "";
    "~^https://([a-z]+\\.)?example\\.org$" $http_origin;
    https://partner.example.net $http_origin;
}
server {
    listen 80;
    location /a {
        add_header Access-Control-Allow-Origin $cors;
        add_header Access-Control-Allow-Credentials true;
    }
    location /b { add_header Access-Control-Allow-Origin $http_origin; }
    location /c { add_header Access-Control-Allow-Origin *; }
    location /d {
        if ($http_origin ~ "^https://([a-z]+\\.)?example\\.org$") {
            add_header Access-Control-Allow-Origin $http_origin;
            add_header Access-Control-Allow-Credentials true;
        }
    }
    location /e {
        if ($http_origin !~ "^https://example\\.org$") { return 403; }
        add_header Access-Control-Allow-Origin $http_origin;
        add_header Access-Control-Allow-Credentials true;
    }
    location /f {
        add_header Access-Control-Allow-Origin $http_origin;
        add_header Access-Control-Allow-Credentials false;
    }
}
`,
      },
    ],
  },
  check(directive, context) {
    const [name, value] = directive.args
    if (!value?.known || name?.value.toLowerCase() !== 'access-control-allow-origin') return
    const level = levelInEffect(directive.parent, context.configuration, 'add_header')
    const credentials = level?.directives.find(
      ({ args }) => args[0]?.value.toLowerCase() === 'access-control-allow-credentials' && args[1]?.value.toLowerCase() === 'true',
    )
    if (!credentials) return
    const related = [{ at: placeOfDirective(credentials), message: 'with credentials' }]
    const fixes = [{ title: 'Remove Access-Control-Allow-Credentials', safe: false, edits: [removeDirective(credentials)] }]
    const at = placeOfArgument(directive, value)
    if (value.value === '*') {
      const message =
        'Browsers refuse credentials where any origin is allowed ("*"): this pair does nothing. Give back an origin from a list, or leave the credentials out.'
      context.report({ at, severity: 'info', message, related, fixes })
      return
    }
    const use: Use = { directive, configuration: context.configuration }
    for (const { input, row } of inputsOf(valueIn(value.value, use))) {
      const way = row.length === 1 ? possible(input, '^https://evil\\.example$', use) : undefined
      if (!way?.request) continue
      context.report({
        at,
        message: `${requestText(way.request)} is answered with leave to read it, cookies and all: every page can read what a visitor is logged in to. Allow origins from a list (a map).`,
        related: [...related, ...relatedTo(input, directive)],
        fixes,
      })
      return
    }
  },
})
