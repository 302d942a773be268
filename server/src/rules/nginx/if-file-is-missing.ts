import { placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/if-file-is-missing',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'An `if (!-e $request_filename)` with a `rewrite`, which `try_files` says plainly.',
  explanation: `
\`try_files $uri $uri/ /index.php;\` looks for the file and goes on to the last argument where there is none: without an \`if\`, whose block is a location of its own in which much does not do what
one expects, and without a second look at the file system.
`,
  source: 'nginx.org/en/docs/http/ngx_http_core_module.html#try_files; github.com/nginxinc/nginx-wiki: Pitfalls; answers of both compared with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a front controller',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        if (!-e $request_filename) {
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/if-file-is-missing]: "try_files $uri $uri/ /index.html?$args" says the same without an "if"
            rewrite ^ /index.html last;
        }
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/index.html': 'start' },
          get: '/missing',
          before: { status: 200, body: /start/ },
          after: { status: 200, body: /start/ },
        },
      },
      {
        title: 'with the path in the query',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        if (!-e $request_filename) {
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/if-file-is-missing]: "try_files $uri $uri/ /index.php?q=$uri&$args" says the same
            rewrite ^(.*)$ /index.php?q=$1 last;
            break;
        }
    }
    location ~ \\.php$ { fastcgi_pass 127.0.0.1:9000; }
}
`,
      },
    ],
    passing: [
      {
        title: 'a test for a file that is there, a pass to a backend, parts of a path',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /a { if (-f $request_filename) { expires 30d; break; } }
    location /b { if (!-f $request_filename) { proxy_pass http://127.0.0.1:8000; break; } }
    location /c { if (!-e $request_filename) { rewrite ^/c/([a-z]+)/(\\d+)$ /c.php?a=$1&b=$2 last; } }
}
`,
      },
    ],
  },
  directives: ['if'],
  check(directive, { report }) {
    const location = directive.parent
    const [test, file] = directive.args
    if (location?.name !== 'location' || directive.args.length !== 2 || directive.presence !== 'present') return
    if (!/^\(!-[ef]$/.test(test?.value ?? '') || file?.value !== '$request_filename)') return
    const [rewrite, ...rest] = directive.children
    const [pattern, target, flag] = rewrite?.args ?? []
    if (rewrite?.name !== 'rewrite' || rest.some((each) => each.name !== 'break') || !target?.known || !target.value.startsWith('/')) return
    if (
      flag?.value !== 'last' ||
      !/^(\^|\.\*|\^\.\*\$?|\(\.\*\)|\^\(\.[*+]\)\$?|\^\/?\(\.[*+]\)\$?)$/.test(pattern?.value ?? '') ||
      /[\s;{}]/.test(target.value)
    )
      return
    if (
      location.children.some(
        (each) => each.name === 'try_files' || each.name === 'alias' || each.name.endsWith('_pass') || (each.name === 'if' && each !== directive),
      )
    )
      return
    const path = pattern?.value.includes('/(') ? undefined : '$uri'
    if (target.value.includes('$1') && path === undefined) return
    if (/\$[02-9]/.test(target.value) || target.value.replace('$1', '').includes('$1')) return
    const written = target.value.replace('$1', '$uri').replace(/\?$/, '')
    const withArguments = target.value.endsWith('?') ? written : `${written}${written.includes('?') ? '&' : '?'}$args`
    const line = `try_files $uri ${test?.value === '(!-e' ? '$uri/ ' : ''}${withArguments}`
    report({
      at: placeOfDirective(directive),
      message: `"${line}" says the same without an "if".`,
      fixes: [{ title: `Write ${line}`, safe: false, edits: [{ ...placeOfWhole(directive), newText: `${line};` }] }],
    })
  },
})
