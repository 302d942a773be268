import { placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/try-files-with-pass',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`try_files` beside `proxy_pass`: a file that is there is not served, but its request passed on.',
  explanation: `
\`try_files\` only looks whether a file is there and sets the URI; who answers is decided by the location. Where the location has \`proxy_pass\`, the request for a file that is there goes
to the backend, and the one for a file that is not there goes to the last argument of \`try_files\`: just the other way round than is meant. To serve files and pass on
the rest, put \`proxy_pass\` into a named location and name that last: \`try_files $uri @app;\`.

With \`fastcgi_pass\` the pair is right: \`try_files $uri =404;\` keeps what is no script away from PHP.
`,
  source: '`src/http/modules/ngx_http_try_files_module.c`: a handler of the precontent phase; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the files of a site and its application',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri /index.html;
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/try-files-with-pass]: A file that "try_files" finds is not served but asked of the backend
    }
}
`,
      },
      {
        title: 'with the named location already there',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri @app;
        proxy_pass http://127.0.0.1:8000;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/try-files-with-pass]: A file that "try_files" finds is not served but asked of the backend
    }
    location @app {
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the pass in a named location; a check before PHP; a file that stands for maintenance',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / { try_files $uri @app; }
    location @app { proxy_pass http://127.0.0.1:8000; }
    location ~ \\.php$ { try_files $uri =404; fastcgi_pass 127.0.0.1:9000; }
    location /gate/ { try_files /maintenance.html @app; }
    location /check/ { try_files $uri =404; proxy_pass http://127.0.0.1:8000; }
}
`,
      },
    ],
  },
  directives: ['try_files'],
  check(directive, { report }) {
    const location = directive.parent
    const last = directive.args.at(-1)
    if (location?.name !== 'location' || directive.presence !== 'present' || !last?.known || last.value.startsWith('=')) return
    if (!directive.args.some((each) => /^\$(uri|request_filename|document_uri)\b/.test(each.value))) return
    const pass = location.children.find((each) => /^(proxy|grpc)_pass$/.test(each.name))
    if (pass?.presence !== 'present' || location.children.some((each) => each.name === 'if' || each.name === 'rewrite')) return
    report({
      at: placeOfWhole(pass),
      message: `A file that "try_files" finds is not served but asked of the backend, and what is not there goes to ${last.value} in its place. Put "${pass.name}" into a named location, and name that last in "try_files".`,
      related: [{ at: placeOfDirective(directive), message: 'looks for files, and serves none' }],
      fixes: fixOf(),
    })

    function fixOf() {
      if (!last || !pass || pass.source !== directive.source || location?.source !== directive.source) return []
      const place = placeOfWhole(pass)
      if (last.value.startsWith('@')) {
        return [{ title: `Remove "${pass.name}" here: ${last.value} passes on`, safe: false, edits: [{ ...place, newText: '' }] }]
      }
      return []
    }
  },
})
