import { type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { rawPathRewrite } from '../../site/nginx/definitions.ts'
import { protocolOf } from '../../site/nginx/inheritance.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/proxy-pass-decodes-path',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_pass'],
  severity: 'hint',
  summary: 'A `proxy_pass` with a path: the application gets the decoded and normalised path, not the one that was sent.',
  explanation: `
With nothing behind the host nginx hands the path on as it was sent. With a path (be it \`/\`) it replaces the location's prefix in the *decoded* path and escapes the result anew:
\`%2F\` becomes a slash, \`//\` one slash, \`/a/../b\` becomes \`/b\`. For most applications this is fine, and a hint; those whose paths hold escaped slashes or whole URLs get other paths.

With variables in it (\`http://app/$1\`) the decoded value is not escaped again: a request for \`/a%20b\` arrives as \`GET /a b HTTP/1.0\`, which most servers refuse, and \`%3F\` begins a
query. A capture of the raw path keeps it: \`rewrite ^ $request_uri;\` and \`rewrite ^/api(/.*) $1 break;\` before \`proxy_pass http://app$uri;\`.
That first rewrite alone, with no variable in proxy_pass, makes nginx escape what is escaped already: \`%20\` arrives as \`%2520\`.
`,
  source: '`src/http/modules/ngx_http_proxy_module.c`: `ngx_http_proxy_create_request`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a path, a capture, a path that is escaped twice',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api/ {
        proxy_pass http://127.0.0.1:8000/;
#                  ^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/proxy-pass-decodes-path]: The application gets the decoded path
    }
    location ~ "^/files/([^\\r\\n]*)$" {
        proxy_pass http://127.0.0.1:8000/$1;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/proxy-pass-decodes-path]: $1 is decoded and not escaped again: /files/a%20b arrives as "GET /a b"
    }
    location /raw {
        rewrite ^ $request_uri;
        proxy_pass http://127.0.0.1:8000;
#                  ^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-pass-decodes-path]: The path is escaped twice: %20 arrives as %2520
    }
}
`,
      },
      {
        title: 'the raw path behind a return, which break keeps from being reached, with a slash too many',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /x/ {
        rewrite ^ $request_uri;
        rewrite ^/x(/.*) $1 break;
        return 400;
        proxy_pass http://127.0.0.1:8000/$uri;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/proxy-pass-decodes-path]: The application gets two slashes at the beginning of the path ("GET //a")
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/x/a%2Fb',
          before: { status: 502, log: /upstream: "http:\/\/127\.0\.0\.1:\d+\/\/a%2Fb"/ },
          after: { status: 502, log: /upstream: "http:\/\/127\.0\.0\.1:\d+\/a%2Fb"/ },
        },
      },
    ],
    passing: [
      {
        title: 'nothing behind the host, one path, the raw path, a socket, stream',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location /a { proxy_pass http://127.0.0.1:8000; }
        location = /b { proxy_pass http://127.0.0.1:8000/b; }
        location /c { proxy_pass http://127.0.0.1:8000$request_uri; }
        location /d { proxy_pass http://unix:/run/app.sock; }
        location /e {
            rewrite ^ $request_uri;
            rewrite ^/e(/.*) $1 break;
            proxy_pass http://127.0.0.1:8000$uri;
        }
        location /f {
            set $backend http://127.0.0.1:8000;
            proxy_pass $backend;
        }
    }
}
stream {
    server {
        listen 81;
        proxy_pass 127.0.0.1:8000;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const argument = directive.args[0]
    const around = directive.parent
    const location = around && locationOf(around.name === 'location' ? around : (around.parent ?? around))
    if (!argument?.known || !location || location.modifier === '=' || protocolOf(directive, configuration) !== 'http') return
    const target = argument.value
    const url = /^[a-z]+:\/\/(?:unix:[^:]*:?|[^/?#]*)(.*)$/i.exec(target)
    const [, path = ''] = url ?? []
    if (!url) return
    const at = placeOfArgument(directive, argument)
    const raw = rawPathRewrite(directive)
    const captured = /\$(?:uri|document_uri|[1-9]|\{uri\})/i
    if (raw) {
      if (/^\/\$(?:uri|document_uri|\{uri\})$/i.test(path)) {
        const edit = replaceInArgument(directive, argument, path, path.slice(1))
        report({
          at,
          severity: 'info',
          message: `The application gets two slashes at the beginning of the path ("GET //a"), as ${path.slice(1)} has one of its own. Write ${path.slice(1)} right behind the host.`,
          fixes: edit ? [{ title: `Write ${path.slice(1)} right behind the host`, safe: false, edits: [edit] }] : [],
        })
      }
      if (captured.test(target)) return
      report({
        at,
        severity: 'warning',
        message:
          'The path is escaped twice: %20 arrives as %2520, as "rewrite ^ $request_uri" has put the escaped path in place of the decoded one. Add $uri behind the host.',
        related: [{ at: placeOfDirective(raw), message: 'this rewrite' }],
        fixes: path === '' ? withUri(directive, target) : [],
      })
      return
    }
    if (path === '' || /^\/?\$(?:request_uri|\{request_uri\})/i.test(path)) return
    const variable = captured.exec(path)?.[0]
    if (variable !== undefined) {
      const prefix = location.modifier === '' || location.modifier === '^~' ? location.path : (/^\^(\/[\w/-]*)/.exec(location.path)?.[1] ?? '/')
      const own = /uri/i.test(variable) ? `${prefix}a b` : 'a b'
      const arrived = `${path.slice(0, path.indexOf(variable))}${own}`
      report({
        at,
        severity: 'info',
        message: `${variable} is decoded and not escaped again: ${prefix}a%20b arrives as "GET ${arrived}", which the application may refuse, and %3F as the beginning of a query.`,
      })
      return
    }
    if (path.includes('$')) return
    report({
      at,
      message: `The application gets the decoded path, escaped anew: %2F arrives as a slash and // as one, as there is a path (${path}) behind the host. Without one the path is handed on as it was sent.`,
    })
  },
})

function withUri(directive: PlacedDirective, target: string): readonly FindingFix[] {
  const argument = directive.args[0]
  const edit = argument && replaceInArgument(directive, argument, target, `${target}$uri`)
  return edit && directive.parent?.name === 'location' ? [{ title: 'Write $uri behind the host', safe: false, edits: [edit] }] : []
}
