import { placeOfArgument } from '../../configuration/placed.ts'
import { locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/regex-for-exact-path',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['location'],
  severity: 'hint',
  summary: 'A regular expression for one path (`~ ^/path$`): `= /path` says the same and is found at once.',
  explanation: `
Regular expressions are tried one after the other for every request that no \`=\` or \`^~\` location takes. One path is found at once by \`location = /path\`, which also comes before
all others, whatever stands above it.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_location`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'one path',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/robots\\.txt$ { return 200 none; }
#              ^^^^^^^^^^^^^^ hint[nginx/regex-for-exact-path]: This fits one path only: "location = /robots.txt" finds it at once
    location ~* "^/$" { return 200 home; }
#               ^^^^^ hint[nginx/regex-for-exact-path]: This fits one path only
}
`,
      },
    ],
    passing: [
      {
        title: 'more than one path, and letters of either case',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/a.b$ { return 200; }
    location ~* ^/about$ { return 200; }
    location ~ ^/c/?$ { return 200; }
    location ~ ^/d { return 200; }
    location ~ /e$ { return 200; }
    location = /f { return 200; }
    location ~ ^/(g)$ { return 200 $1; }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const location = locationOf(directive)
    if (!location?.argument.known || (location.modifier !== '~' && location.modifier !== '~*')) return
    const body = /^\^(\/(?:[A-Za-z0-9/_%~-]|\\[^A-Za-z0-9])*)\$$/.exec(location.path)?.[1]
    if (body === undefined || (location.modifier === '~*' && /[A-Za-z]/.test(body))) return
    const path = body.replaceAll(/\\(.)/g, '$1')
    if (/[\s;{}"'\\]/.test(path)) return
    const around = directive.parent ? locationOf(directive.parent) : undefined
    const [first] = directive.args
    const fits = !around || (around.modifier === '' && path.startsWith(around.path))
    const taken = !directive.parent || locationsIn(directive.parent).some((each) => each.modifier === '=' && each.path === path)
    report({
      at: placeOfArgument(directive, location.argument),
      message: `This fits one path only: "location = ${path}" finds it at once, before any other.`,
      fixes:
        fits && !taken && first
          ? [
              {
                title: `Write "location = ${path}"`,
                safe: false,
                edits: [{ path: directive.source.path, start: first.start, end: location.argument.end, newText: `= ${path}` }],
              },
            ]
          : [],
    })
  },
})
