import { type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/server-return-before-locations',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'An unconditional `return` or redirect in a server that has locations: none of them is ever reached.',
  explanation: `
The rewrite directives of a server (\`return\`, \`rewrite\`, \`if\`) run before nginx looks for a location. A \`return\` there, or a \`rewrite\` of every URI to another site, ends each request, so that
what the locations say never counts: a location for \`/.well-known/acme-challenge/\` beside a \`return 301 https://…\` is not asked, and the certificate is not renewed.
Put the \`return\` into \`location / { … }\`.
`,
  source: '`src/http/ngx_http_core_module.c`: NGX_HTTP_SERVER_REWRITE_PHASE comes before NGX_HTTP_FIND_CONFIG_PHASE; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the files that prove a domain, and a redirect of everything',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    location /.well-known/acme-challenge/ {
        root /srv/acme;
    }
    return 301 https://example.org$request_uri;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/server-return-before-locations]: This comes before any location is looked for: "location /.well-known/acme-challenge/" is never reached
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/acme/.well-known/acme-challenge/token': 'proof' },
          host: 'example.org',
          get: '/.well-known/acme-challenge/token',
          before: { status: 301 },
          after: { status: 200, body: /proof/ },
        },
      },
      {
        title: 'by rewrite',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^(.*)$ https://example.org$1 permanent;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/server-return-before-locations]: This comes before any location is looked for: "location /health" is never reached
    location /health { return 200 ok; }
}
`,
      },
    ],
    passing: [
      {
        title: 'in a location, under a condition, with nothing beside it, or after a break',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /.well-known/acme-challenge/ { root /srv/acme; }
    location / { return 301 https://example.org$request_uri; }
}
server {
    listen 81;
    if ($host = example.org) { return 301 https://www.example.org$request_uri; }
    location / { root /srv/www; }
}
server {
    listen 82;
    return 404;
}
server {
    listen 83;
    rewrite ^/a/(.*) /b/$1 last;
    rewrite ^/c(.*)$ https://example.org/c$1 permanent;
    location /b/ { root /srv/www; }
}
server {
    listen 84;
    if ($uri ~ ^/keep/) { break; }
    return 301 https://example.org$request_uri;
    location /keep/ { root /srv/www; }
}
server {
    listen 85;
    error_page 503 /wait.html;
    return 503;
    location = /wait.html { internal; root /srv/www; }
}
`,
      },
    ],
  },
  directives: ['return', 'rewrite'],
  check(directive, context) {
    const server = directive.parent
    if (server?.name !== 'server' || directive.presence !== 'present' || directive.source.templated) return
    if (directive.name === 'rewrite' && !redirectsEverything(directive)) return
    const before = server.children.filter((each) => each.order < directive.order)
    // A break, also in an if, or a rewrite with "last" or "break", leaves these directives early.
    if (before.some((each) => leavesEarly(each) || (each.name === 'if' && each.children.some(leavesEarly)))) return
    const isReached = (location: PlacedDirective): boolean =>
      location.children.some((each) => each.name === 'internal') || locationOf(location)?.modifier === '@' || isErrorPage(location, server)
    const unreached = locationsIn(server).filter(({ directive: each }) => each.presence === 'present' && !isReached(each))
    const [first] = unreached
    if (!first) return
    const name = first.directive.source.text
      .slice(placeOfDirective(first.directive).start, placeOfDirective(first.directive).end)
      .replace(/\s*\{$/, '')
      .trim()
    context.report({
      at: placeOfWhole(directive),
      message: `This comes before any location is looked for: "${name}" is never reached${unreached.length > 1 ? `, and neither are ${unreached.length - 1} more` : ''}. Put it into "location / { … }".`,
      related: unreached.slice(0, 5).map((each) => ({ at: placeOfDirective(each.directive), message: 'never reached' })),
      fixes: wrapInLocation(directive, server),
    })
  },
})

const leavesEarly = (directive: PlacedDirective): boolean =>
  directive.name === 'break' || (directive.name === 'rewrite' && /^(last|break)$/.test(directive.args[2]?.value ?? ''))

/** A rewrite of any URI whatever to another site. */
function redirectsEverything({ args }: PlacedDirective): boolean {
  const [pattern, target, flag] = args
  if (!pattern?.known || !target?.known || !/^(\^|\/|\^\/|\.\*|\^\.\*\$?|\(\.\*\)|\^\(\.\*\)\$?|\^\/\(\.\*\)\$?|\^\/\?\(\.\*\)\$?)$/.test(pattern.value))
    return false
  return /^(redirect|permanent)$/.test(flag?.value ?? '') || /^(https?:\/\/|\$scheme)/.test(target.value)
}

/** Internal redirects of error_page still reach the locations, as the codes of the server are run once. */
const isErrorPage = (location: PlacedDirective, server: PlacedDirective): boolean => {
  const path = locationOf(location)?.path
  return path !== undefined && server.children.some((each) => each.name === 'error_page' && each.args.at(-1)?.value.startsWith(path))
}

function wrapInLocation(directive: PlacedDirective, server: PlacedDirective): FindingFix[] {
  if (locationsIn(server).some(({ modifier, path }) => path === '/' && modifier !== '=')) return []
  const place = placeOfWhole(directive)
  const written = directive.source.text.slice(place.start, place.end)
  return [{ title: 'Put it into "location /"', safe: false, edits: [{ ...place, newText: `location / { ${written} }` }] }]
}
