import { type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/unreachable-directive',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'What stands behind an unconditional `return` and is never carried out.',
  explanation: `
\`return\` ends the work on a request at once. Directives of the rewrite module behind it in the same block (\`return\`, \`rewrite\`, \`set\`, \`if\`, \`break\`) are never
carried out, and in a location neither is what would produce an answer (\`proxy_pass\`, \`fastcgi_pass\`, \`try_files\` …), wherever it stands, unless
a \`break\` or \`rewrite … break\` before the \`return\` lets requests by. Headers, logs and limits still count.
`,
  source: '`src/http/modules/ngx_http_rewrite_module.c`: codes run in their order until one ends the request; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a second return, and a proxy that nothing reaches',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / {
            return 301 https://example.org$request_uri;
            rewrite ^/a$ /b;
#           ^^^^^^^^^^^^^^^^ warning[nginx/unreachable-directive]: Never carried out: the "return" above ends every request that comes here
            proxy_pass http://127.0.0.1:8000;
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/unreachable-directive]: Never carried out
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'before the return, under a condition, or not of the kind that is passed over',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if ($host = old.example.org) { return 301 https://example.org$request_uri; }
        set $a 1;
        location / {
            set $b 2;
            return 200 $a$b;
            add_header X-A 1 always;
            access_log off;
        }
        location /api/ {
            rewrite ^ $request_uri;
            rewrite ^/api(/.*) $1 break;
            return 400;
            proxy_pass http://127.0.0.1:8000$uri;
        }
        location /b/ {
            if ($arg_a) { break; }
            return 403;
            proxy_pass http://127.0.0.1:8000;
        }
    }
}
`,
      },
    ],
  },
  directives: ['return'],
  check(directive, context) {
    const around = directive.parent
    if (!around || directive.presence !== 'present' || (around.name !== 'location' && around.name !== 'server' && around.name !== 'if')) return
    // In stream "return" is what handles the connection.
    if (isStream(around)) return
    const passedBy = around.children.some((each) => each.order < directive.order && mayLeaveEarly(each))
    for (const other of around.children) {
      if (other === directive || other.presence !== 'present' || other.source.templated) continue
      const rewrites = rewriteModule.has(other.name) && other.order > directive.order
      const answers = around.name === 'location' && handlers.has(other.name) && !passedBy
      if (!rewrites && !answers) continue
      context.report({
        at: other.node.block ? placeOfDirective(other) : placeOfWhole(other),
        message: `Never carried out: the "return" ${other.order > directive.order ? 'above' : 'below'} ends every request that comes here.`,
        related: [{ at: placeOfDirective(directive), message: 'this "return"' }],
        fixes: [{ title: `Remove "${other.name}"`, safe: false, edits: [removeDirective(other)] }],
      })
    }
  },
})

/** Whether a request may end the rewriting there with the location's handler still to come, and so not meet the `return`. */
const mayLeaveEarly = (directive: PlacedDirective): boolean =>
  directive.name === 'break' ||
  directive.name === 'include' ||
  directive.source.templated ||
  /_by_lua/.test(directive.name) ||
  (directive.name === 'rewrite' && directive.args[2]?.value === 'break') ||
  (directive.name === 'if' && directive.children.some(mayLeaveEarly))

const rewriteModule = new Set(['return', 'rewrite', 'set', 'if', 'break'])
const handlers = new Set(['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass', 'try_files'])

function isStream(directive: PlacedDirective): boolean {
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) if (at.name === 'stream') return true
  return false
}
