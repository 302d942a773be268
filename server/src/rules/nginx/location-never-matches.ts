import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/location-never-matches',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A `location` that no request fits: a regular expression without `~`, a query string, or letters written as `%20`.',
  explanation: `
Without \`~\` or \`~*\` the text of a \`location\` is compared letter for letter with the beginning of the path (with \`=\`, the whole of it). A \`^\`, \`$\`, \`.*\` or \`\\.\` in it is
looked for as it stands, so that the location is never chosen; one that was to deny something denies nothing.

The path is compared without the query string and after \`%20\` and the like have become the letters that they stand for: \`location /a?page=\` and \`location /my%20files\`
never fit either.
`,
  source:
    '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_static_location`; `src/http/ngx_http_parse.c`: `ngx_http_parse_complex_uri`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a pattern without its modifier',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /\\.git {
#            ^^^^^^ warning[nginx/location-never-matches]: Without "~" this is no pattern but text: it fits only a path that begins with "/\\.git" letter for letter
        deny all;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/.git/config': 'secret' },
          get: '/.git/config',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
      {
        title: 'other marks of a pattern',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ^/admin {
#            ^^^^^^^ warning[nginx/location-never-matches]: Without "~"
        deny all;
    }
    location /users/(.*)$ {
#            ^^^^^^^^^^^^ warning[nginx/location-never-matches]: Without "~"
        return 200 users;
    }
    location = /login$ {
#              ^^^^^^^ warning[nginx/location-never-matches]: With "=" this is no pattern but text
        return 200 login;
    }
}
`,
      },
      {
        title: 'a query string, and letters in their coded form',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /search?q= {
#            ^^^^^^^^^^ warning[nginx/location-never-matches]: A location is compared with the path alone, without the query string
        return 200 a;
    }
    location /my%20files/ {
#            ^^^^^^^^^^^^ warning[nginx/location-never-matches]: nginx compares after "%20" and the like have become letters
        return 200 b;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'patterns with their modifier, and paths with dots and signs in them',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ /\\.git { deny all; }
    location ~* ^/users/(.*)$ { return 200 a; }
    location ^~ /.well-known/ { return 200 b; }
    location = /favicon.ico { return 204; }
    location /wiki/Foo_(bar) { return 200 c; }
    location /~user { return 200 d; }
    location /a+b { return 200 e; }
    location /$metadata { return 200 f; }
    location "/my files/" { return 200 g; }
}
`,
      },
    ],
  },
  directives: ['location'],
  check(directive, { report }) {
    const location = locationOf(directive)
    if (!location?.argument.known || directive.source.templated || location.modifier === '~' || location.modifier === '~*' || location.modifier === '@') return
    const { path, argument, modifier } = location
    const at = placeOfArgument(directive, argument)
    if (/^\^|\$$|\\\.|\.\*|\(\?|\.\+|\[\^|\[[a-z0-9]-[a-z0-9]|\\[dwsSDW][+*{]?|\)\$/i.test(path)) {
      const pattern = path.startsWith('^') ? path : `^${path}`
      const plain = modifier === ''
      report({
        at,
        message: `${modifier === '=' ? 'With "=" this is no pattern but text: it fits only the path' : `${plain ? 'Without "~"' : `With "${modifier}"`} this is no pattern but text: it fits only a path that begins with`} "${path}" letter for letter, and no request has that.`,
        fixes:
          plain || modifier === '='
            ? [
                asPattern(
                  location.directive.source.path,
                  { start: placeOfDirective(directive).start, end: argument.end },
                  /^\/\\\./.test(path) ? path : pattern,
                ),
              ]
            : [],
      })
    } else if (path.includes('?')) {
      report({
        at,
        message: `A location is compared with the path alone, without the query string: "${path}" is never chosen. Test "$args" or "$arg_…" within the location of the path.`,
      })
    } else if (/%[0-9a-f]{2}/i.test(path)) {
      const plainText = decoded(path)
      report({
        at,
        message: `nginx compares after "${/%[0-9a-f]{2}/i.exec(path)?.[0]}" and the like have become letters: "${path}" is never chosen.`,
        fixes:
          plainText === undefined
            ? []
            : [
                {
                  title: `Write ${plainText}`,
                  safe: true,
                  edits: [{ path: directive.source.path, start: argument.start, end: argument.end, newText: plainText }],
                },
              ],
      })
    }
  },
})

const asPattern = (path: string, place: { readonly start: number; readonly end: number }, pattern: string): FindingFix => ({
  title: `Write location ~ ${pattern}`,
  safe: false,
  edits: [{ path, ...place, newText: `location ~ ${/[{};\s]/.test(pattern) ? `"${pattern}"` : pattern}` }],
})

/** The path as nginx sees it, in quotes where it needs them; undefined where it cannot be written plainly. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path)
    if (/["'\\$\p{Cc}%]/u.test(text)) return undefined
    return /[\s{};#]/.test(text) ? `"${text}"` : text
  } catch {
    return undefined
  }
}
