import { placeOfDirective } from '../../configuration/placed.ts'
import { valueInEffect } from '../../site/nginx/blocks.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { listed, lostBy, placesOfLost, repeatLost } from './lib/lost.ts'
import { isAtLeast } from './lib/version.ts'

export const rule = defineRule({
  id: 'nginx/headers-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['add_header', 'add_trailer'],
  severity: 'warning',
  summary: 'An `add_header` (or `add_trailer`) in an inner block, for which all headers set further out are no longer sent.',
  explanation: `
nginx takes \`add_header\` from the nearest level that has any. One in a \`location\` therefore switches off all those of the \`server\` and of \`http\` there: HSTS,
\`Content-Security-Policy\` and the like are missing in its answers. The same goes for \`add_trailer\`, and for an \`if\` in a location.

Repeat the headers, or keep them in a file that both include. From nginx 1.29.3 on, \`add_header_inherit merge;\` adds to those further out. It is a warning where a header is lost that
protects the visitor, else information: it may be meant. Write \`add_header_inherit off;\` (or an ignore comment) to say so.
`,
  source: 'nginx documentation, ngx_http_headers_module; `ngx_http_headers_merge`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a header for caching takes the place of those for security',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-Frame-Options DENY;
    add_header X-Content-Type-Options nosniff always;
    location /static/ {
        root /srv/www;
        add_header Cache-Control "public";
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/headers-not-inherited]: "X-Frame-Options" and "X-Content-Type-Options" are not sent here: for this "add_header" nginx drops all those of the server
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/static/app.css': 'a' },
          get: '/static/app.css',
          before: { status: 200, headers: /^(?!.*X-Frame-Options).*Cache-Control: public/s },
          after: { status: 200, headers: /X-Frame-Options: DENY.*Cache-Control: public/s },
        },
      },
      {
        title: 'a header that protects nobody, and trailers',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-Served-By web1;
    add_trailer X-Checksum $request_id;
    location / {
        root /srv/www;
        add_header X-Cache hit;
#       ^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/headers-not-inherited]: "X-Served-By" is not sent here
        add_trailer X-Time $request_time;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/headers-not-inherited]: "X-Checksum" is not sent here
    }
}
`,
      },
      {
        title: 'a nested location of a lone snippet, with the version set',
        files: `
#- webconf.json
{ "nginx": { "version": "1.29.3" } }
#- snippet.conf
location / {
    add_header Strict-Transport-Security "max-age=63072000" always;
    location /api/ {
        add_header X-Api 1;
#       ^^^^^^^^^^^^^^^^^^^ warning[nginx/headers-not-inherited]: "Strict-Transport-Security" is not sent here: for this "add_header" nginx drops all those of the location
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'repeated, merged, in sibling blocks, or nothing further out',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-Frame-Options DENY;
    location /a/ {
        add_header x-frame-options SAMEORIGIN;
        add_header X-A 1;
    }
    location /b/ { return 200 b; }
    location /c/ { proxy_pass http://127.0.0.1:8000; }
}
server {
    listen 81;
    location /a/ { add_header X-Frame-Options DENY; }
    location /b/ { add_header X-B 1; }
}
`,
      },
      {
        title: 'nginx 1.29.3 merges, or is told that nothing is inherited',
        files: `
#- nginx.conf
events {}
http {
    add_header X-Frame-Options DENY;
    add_header_inherit merge;
    server {
        listen 80;
        location /a/ { add_header X-A 1; }
        location /b/ { add_header_inherit off; add_header X-B 1; }
    }
}
`,
      },
      {
        title: 'what an include brings is not known',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-Frame-Options DENY;
    location /a/ {
        include /etc/nginx/security-headers.conf;
        add_header X-A 1;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    const found = lostBy(directive, configuration, (each) => (each.args[0]?.value ?? '').toLowerCase())
    if (!found) return
    const inherit = valueInEffect(found.block, configuration, `${directive.name}_inherit`)?.toLowerCase()
    if (inherit === 'merge' || inherit === 'off') return
    if (!configuration.whole && found.lost.some((each) => !each.parent && each.source !== directive.source)) return
    const names = found.lost.map((each) => each.args[0]?.value ?? '')
    // Answers of an "if" (preflights), redirects and fixed texts (health checks) show nothing that such a header protects.
    const answers = found.block.name !== 'if' && !found.block.children.some((each) => each.name === 'return')
    const protects = answers && names.some((name) => protective.test(name))
    const where = found.lost[0]?.parent?.name
    report({
      at: placeOfDirective(directive),
      severity: protects ? 'warning' : 'info',
      message: `${listed(names)} ${found.lost.length === 1 ? 'is' : 'are'} not sent here: for this "${directive.name}" nginx drops all those ${where ? `of the ${where === 'http' ? 'http block' : where}` : 'further out'}. Repeat ${found.lost.length === 1 ? 'it' : 'them'} in this block.`,
      related: placesOfLost(found),
      fixes: [
        ...(isAtLeast(settings, '1.29.3')
          ? [{ title: `Write "${directive.name}_inherit merge"`, safe: false, edits: [insertBefore(directive, [`${directive.name}_inherit merge;`])] }]
          : []),
        ...repeatLost(found, listed(names)),
      ],
    })
  },
})

const protective =
  /^(?:strict-transport-security|content-security-policy|x-frame-options|x-content-type-options|referrer-policy|permissions-policy|cross-origin-(?:opener|embedder|resource)-policy|cache-control|pragma|content-disposition|x-permitted-cross-domain-policies)$/i
