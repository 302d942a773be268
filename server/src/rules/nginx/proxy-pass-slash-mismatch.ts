import { type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { type Location, locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { replaceArgument, replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/proxy-pass-slash-mismatch',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A `location` and the path of its `proxy_pass` of which only one ends in a slash: names run together, or a path traversal.',
  explanation: `
Where \`proxy_pass\` has a path, nginx puts it in the place of the location's own, letter for letter. \`location /api/ { proxy_pass http://backend/v1; }\` asks for \`/v1users\`
when \`/api/users\` is meant. The other way round, \`location /api { proxy_pass http://backend/v1/; }\` asks for \`/v1//users\`, and \`/api../admin\` asks for \`/v1/../admin\`:
a backend that tidies paths up answers what lies outside of \`/v1/\`. With \`/\` alone as the path there is nothing outside of it: only the double slash is left.
`,
  source: '`src/http/modules/ngx_http_proxy_module.c`: `ngx_http_proxy_create_request`; tried with nginx 1.22.1: `/v1users`, `/v1//users`, `/v1/../admin`.',
  examples: {
    failing: [
      {
        title: 'the path runs together with the name',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api/ {
        proxy_pass http://127.0.0.1:8000/v1;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/proxy-pass-slash-mismatch]: A request for /api/users asks the backend for /v1users
    }
}
`,
      },
      {
        title: 'a path traversal',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api {
#            ^^^^ warning[nginx/proxy-pass-slash-mismatch]: GET /api../admin asks the backend for /v1/../admin, outside of /v1/
        proxy_pass http://127.0.0.1:8000/v1/;
    }
}
`,
      },
      {
        title: 'a double slash',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api {
#            ^^^^ hint[nginx/proxy-pass-slash-mismatch]: A request for /api/users asks the backend for //users
        proxy_pass http://127.0.0.1:8000/;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'both with a slash, both without, no path, one page, a query, variables, an exact location',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { proxy_pass http://127.0.0.1:8000/v1/; }
    location /b { proxy_pass http://127.0.0.1:8000/v1; }
    location /c/ { proxy_pass http://127.0.0.1:8000; }
    location /d/ { proxy_pass http://127.0.0.1:8000/app.php; }
    location /e/ { proxy_pass http://127.0.0.1:8000/show?path=; }
    location /f/ { proxy_pass http://127.0.0.1:8000$request_uri; }
    location = /g { proxy_pass http://127.0.0.1:8000/v1/; }
    location /h- { proxy_pass http://127.0.0.1:8000/v1-; }
    location / { proxy_pass http://127.0.0.1:8000/; }
    location /i/ { proxy_pass http://unix:/run/app.sock; }
}
`,
      },
    ],
  },
  directives: ['proxy_pass'],
  check(directive, { report }) {
    const target = directive.args[0]
    const location = directive.parent && locationOf(directive.parent)
    if (
      !target?.known ||
      !location ||
      (location.modifier !== '' && location.modifier !== '^~') ||
      target.value.includes('$') ||
      directive.presence !== 'present'
    )
      return
    const uri = /^https?:\/\/(?:unix:[^:]+:|(?!unix:)[^/]+)(\/.*)$/i.exec(target.value)?.[1]
    if (uri === undefined || /[?=#]/.test(uri)) return
    // What a rewrite with "break" has changed is sent as it is, without the path.
    if (location.directive.children.some((each) => each.name === 'rewrite' || each.name === 'if')) return
    const url = location.path
    if (url.endsWith('/') && !uri.endsWith('/')) {
      if (/\.\w+$/.test(uri) || /[-_.]$/.test(uri)) return
      report({
        at: placeOfArgument(directive, target),
        message: `A request for ${url}users asks the backend for ${uri}users: the location ends in a slash, the path of "proxy_pass" does not.`,
        fixes: [{ title: `Add the final "/" to ${target.value}`, safe: true, edits: [replaceArgument(directive, target, `${target.value}/`)] }],
      })
    } else if (/\w$/.test(url) && uri.endsWith('/')) {
      const fixes = isTaken(location, `${url}/`)
        ? []
        : [
            {
              title: `Write location ${url}/`,
              safe: false,
              edits: [replaceInArgument(location.directive, location.argument, url, `${url}/`)].flatMap((edit) => edit ?? []),
            },
          ]
      const at = placeOfArgument(location.directive, location.argument)
      const related = [{ at: placeOfArgument(directive, target), message: 'the path ends in a slash' }]
      if (uri === '/') {
        report({
          at,
          severity: 'hint',
          message: `A request for ${url}/users asks the backend for //users: the path of "proxy_pass" ends in a slash, the location does not.`,
          related,
          fixes,
        })
      } else {
        report({
          at,
          message: `GET ${url}../admin asks the backend for ${uri}../admin, outside of ${uri}, and ${url}/users for ${uri}/users: the path of "proxy_pass" ends in a slash, the location does not.`,
          related,
          fixes,
        })
      }
    }
  },
})

/** Whether the server has such a prefix beside this location already: nginx refuses a second one. */
const isTaken = ({ directive }: Location, path: string): boolean => {
  const around: PlacedDirective | undefined = directive.parent
  return around === undefined || locationsIn(around).some((each) => (each.modifier === '' || each.modifier === '^~') && each.path === path)
}
