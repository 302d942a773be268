import { enclosing, placeOfArgument } from '../../configuration/placed.ts'
import { project, unit } from '../process/lib/example-site.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/proxy-pass-slash-mismatch',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['proxypass'],
  severity: 'error',
  summary: '`ProxyPass` from a path that ends in a slash to a URL that does not: the two run together.',
  explanation: `
\`ProxyPass\` replaces the path by the URL as texts. With \`ProxyPass / http://127.0.0.1:8000\` a request for \`/page\` goes to \`http://127.0.0.1:8000page\`,
which names no host, and is answered with 500; only \`/\` itself works. A path that ends in a slash needs a URL that does.
`,
  source: 'mod_proxy.c: alias_match, proxy_trans; tried with Apache 2.4.71 and gunicorn 20.1: 500, "DNS lookup failure".',
  examples: {
    failing: [
      {
        title: 'an address without its slash',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPreserveHost On
    ProxyPass / http://127.0.0.1:8000
#               ^^^^^^^^^^^^^^^^^^^^^ error[apache/proxy-pass-slash-mismatch]: A request for /page goes to http://127.0.0.1:8000page
</VirtualHost>
${unit('gunicorn --bind 127.0.0.1:8000 shop.wsgi')}${project.replace('path("", ', 'path("page", ')}`,
        proof: {
          config: 'deploy/apache/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/page',
          before: { status: 500, log: /DNS lookup failure for: 127\.0\.0\.1:\d+page/ },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'a socket',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPreserveHost On
    ProxyPass / unix:/run/shop/gunicorn.sock|http://localhost
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/proxy-pass-slash-mismatch]: A request for /page goes to http://localhostpage
</VirtualHost>
${unit('gunicorn --bind unix:/run/shop/gunicorn.sock shop.wsgi', 'RuntimeDirectory=shop\n')}${project.replace('path("", ', 'path("page", ')}`,
        proof: {
          config: 'deploy/apache/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/page',
          before: { status: 500, log: /DNS lookup failure for: localhostpage/ },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'a folder, and a socket',
        files: `
#- deploy/apache/shop.conf
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass /api/ http://backend.example/v1
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/proxy-pass-slash-mismatch]: A request for /api/page goes to http://backend.example/v1page
    ProxyPass /ui/ "unix:/run/ui.sock|http://localhost"
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[apache/proxy-pass-slash-mismatch]: A request for /ui/page goes to http://localhostpage
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'with the slash, with none on either side, exclusions, balancers, queries, and inside a section',
        files: `
#- deploy/apache/shop.conf
<Proxy balancer://shop>
    BalancerMember http://10.0.0.1:8000
</Proxy>
<VirtualHost *:80>
    ServerName shop.example
    ProxyPass /static/ !
    ProxyPass /api http://backend.example/v1
    ProxyPass /app/ balancer://shop/
    ProxyPass /find/ http://backend.example/find?q=
    ProxyPass / http://127.0.0.1:8000/
    <Location /ui/>
        ProxyPass http://127.0.0.1:8001/
    </Location>
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { report }) {
    if (enclosing(directive, 'location', 'locationmatch') || directive.presence !== 'present') return
    const [path, url] = directive.args
    if (!path?.known || !url?.known || !path.value.endsWith('/') || !path.value.startsWith('/')) return
    const target = /^(?:unix:[^|]*\|)?((?:https?|uwsgi|fcgi|scgi|ajp|wss?|h2c?):\/\/[^?#$%]*[^?#$%/])$/i.exec(url.value)?.[1]
    if (target === undefined) return
    const written = directive.source.text.slice(url.start, url.end)
    const at = written.lastIndexOf(target)
    const end = url.start + at + target.length
    report({
      at: placeOfArgument(directive, url),
      message: `A request for ${path.value}page goes to ${target}page: ${path.value} ends in a slash, and ${target} does not. Add it.`,
      fixes: at < 0 ? [] : [{ title: `Add the final "/" to ${target}`, safe: true, edits: [{ path: directive.source.path, start: end, end, newText: '/' }] }],
    })
  },
})
