import { placeOfArgument } from '../../configuration/placed.ts'
import { project, unit } from '../process/lib/example-site.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/socket-path-with-uri',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass', 'server'],
  severity: 'error',
  summary: 'A URI right behind the path of a Unix socket, without the colon that ends the path.',
  explanation: `
In \`proxy_pass http://unix:/run/site.sock:/;\` the second colon ends the path of the socket, and what follows is the URI. Without it the slash belongs to
the path: nginx tries to connect to \`/run/site.sock/\` and answers 502, "20: Not a directory" or "2: No such file or directory". The configuration test
does not look.
`,
  source: 'ngx_url parsing in ngx_inet.c: ngx_parse_unix_domain_url; tried with nginx 1.22.1: 502.',
  examples: {
    failing: [
      {
        title: 'a slash where :/ was meant',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://unix:/run/shop/gunicorn.sock/;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[nginx/socket-path-with-uri]: nginx takes /run/shop/gunicorn.sock/ for the path of the socket
    }
}
${unit('gunicorn --bind unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502 },
          after: { status: 200, body: /hello/ },
        },
      },
    ],
    passing: [
      {
        title: 'with the colon, or without a URI',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://unix:/run/shop.sock:/;
    }
    location /a/ {
        proxy_pass http://unix:/run/shop.sock/a.sock;
    }
    location /b/ {
        uwsgi_pass unix:///run/shop.sock;
    }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const argument = directive.args[0]
    // In an upstream `server` names an address; the block of the same name has none.
    if (!argument?.known || directive.node.block) return
    const match = /^(?:[a-z]+:\/\/)?unix:([^:$]*\.sock(?:et)?)(\/(?!.*\.sock)[^:$]*)$/.exec(argument.value)
    const [, socket, uri] = match ?? []
    if (socket === undefined || uri === undefined) return
    const written = directive.source.text.slice(argument.start, argument.end)
    const at = written.indexOf(`${socket}${uri}`)
    const from = argument.start + at + socket.length
    const takesUri = directive.name === 'proxy_pass'
    report({
      at: placeOfArgument(directive, argument),
      message: `nginx takes ${socket}${uri} for the path of the socket, where there is none: every request is answered with 502. ${takesUri ? 'A colon ends the path.' : 'No URI belongs here.'}`,
      fixes:
        at < 0
          ? []
          : [
              takesUri
                ? { title: `Write ${socket}:${uri}`, safe: true, edits: [{ path: directive.source.path, start: from, end: from, newText: ':' }] }
                : { title: `Remove ${uri}`, safe: true, edits: [{ path: directive.source.path, start: from, end: from + uri.length, newText: '' }] },
            ],
    })
  },
})
