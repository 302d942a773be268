import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/rewrite-target-without-slash',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A `rewrite` to a host without its scheme, or to a URI without the slash at its beginning.',
  explanation: `
What \`rewrite\` puts in place of the URI begins with a slash, or, for a redirect, with \`http://\`, \`https://\` or \`$scheme\`. A host alone (\`www.example.org/…\`) is taken
for a URI like any other: as a redirect the browser looks for it below the page that it is on, and without one nginx looks for a file of that name.
`,
  source: '`src/http/modules/ngx_http_rewrite_module.c`: `ngx_http_rewrite`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a host without its scheme',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    rewrite ^/old/(.*) www.example.org/new/$1 permanent;
#                      ^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/rewrite-target-without-slash]: Without a scheme nginx takes this for a path and not for the host "www.example.org"
}
`,
      },
      {
        title: 'a URI without its slash',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /app/ {
        rewrite ^/app/.* index.html break;
#                        ^^^^^^^^^^ warning[nginx/rewrite-target-without-slash]: A URI begins with a slash
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/index.html': 'start' },
          get: '/app/x',
          before: { status: 404, log: /wwwindex\.html/ },
          after: { status: 200, body: /start/ },
        },
      },
    ],
    passing: [
      {
        title: 'with a scheme, a slash, a variable',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^/a/(.*) https://www.example.org/$1 permanent;
    rewrite ^/b/(.*) $scheme://www.example.org/$1 permanent;
    rewrite ^/c/(.*) /$1 last;
    rewrite ^(/d/.*) $1?x=1 break;
    rewrite ^/e ? break;
}
`,
      },
    ],
  },
  directives: ['rewrite'],
  check(directive, { report }) {
    const target = directive.args[1]
    if (!target?.known || !/^[A-Za-z0-9_]/.test(target.value) || /^(https?:|\w+:\/\/)/i.test(target.value)) return
    const host = /^((?:[a-z0-9-]+\.)+([a-z]{2,}))(?=\/|\$|$)/i.exec(target.value)
    // A name of two parts that ends like a file is a file.
    const isHost =
      host?.[1] !== undefined &&
      !(host[1].split('.').length === 2 && /^(html?|php\d?|aspx?|jsp|cgi|pl|py|txt|xml|json|js|css|png|gif|ico|svg)$/i.test(host[2] ?? ''))
    if (isHost) {
      report({
        at: placeOfArgument(directive, target),
        message: `Without a scheme nginx takes this for a path and not for the host "${host?.[1]}": the browser is sent to a page below the one that it is on, or the file is not found.`,
        fixes: [{ title: `Write $scheme://${host?.[1]}`, safe: true, edits: [replaceArgument(directive, target, `$scheme://${target.value}`)] }],
      })
    } else {
      report({
        at: placeOfArgument(directive, target),
        message: `A URI begins with a slash: "${target.value}" is glued to the name of the root, and the file is not found.`,
        fixes: [{ title: `Write /${target.value}`, safe: true, edits: [replaceArgument(directive, target, `/${target.value}`)] }],
      })
    }
  },
})
