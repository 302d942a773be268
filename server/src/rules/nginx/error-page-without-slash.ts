import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/error-page-without-slash',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A page of `error_page` without the slash at its beginning: a redirect in place of the error.',
  explanation: `
The last argument of \`error_page\` is a URI of this server where it begins with a slash, and a named location where it begins with \`@\`. Anything else is the
address of another site: nginx answers with a redirect (302) to it, so that the error's code is lost, and browsers look for the page below the folder that they asked for.
`,
  source: '`src/http/ngx_http_special_response.c`: `ngx_http_send_error_page`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a relative page',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    error_page 404 404.html;
#                  ^^^^^^^^ warning[nginx/error-page-without-slash]: Without a slash at its beginning this is an address to redirect to
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/404.html': 'not here' },
          get: '/missing',
          before: { status: 302 },
          after: { status: 404, body: /not here/ },
        },
      },
    ],
    passing: [
      {
        title: 'a page, a named location, another site, a variable',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    error_page 404 /404.html;
    error_page 403 =404 /404.html;
    error_page 502 @down;
    error_page 500 https://status.example.org/;
    error_page 401 $login_page;
    set $login_page /login;
    location @down { return 503; }
}
`,
      },
    ],
  },
  directives: ['error_page'],
  check(directive, { report }) {
    const page = directive.args.at(-1)
    if (!page?.known || directive.args.length < 2 || !/^[A-Za-z0-9_-][A-Za-z0-9_./-]*$/.test(page.value) || /^\d+$/.test(page.value)) return
    report({
      at: placeOfArgument(directive, page),
      message: `Without a slash at its beginning this is an address to redirect to: nginx answers with 302 to "${page.value}", and the error's code is lost.`,
      fixes: [{ title: `Write /${page.value}`, safe: true, edits: [replaceArgument(directive, page, `/${page.value}`)] }],
    })
  },
})
