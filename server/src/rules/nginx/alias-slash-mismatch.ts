import { placeOfArgument } from '../../configuration/placed.ts'
import { type Location, locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { dirname } from '../../workspace/path.ts'
import { replaceArgument, replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/alias-slash-mismatch',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['alias'],
  severity: 'error',
  summary: 'A `location` and its `alias` of which only one ends in a slash: files are not found, or a path traversal.',
  explanation: `
nginx replaces the location's prefix by the alias, letter by letter. With \`location /static/ { alias /srv/static; }\` a request for
\`/static/app.css\` looks for \`/srv/staticapp.css\` and gets 404.

The other way round it is a path traversal: with \`location /static { alias /srv/site/static/; }\` a request for \`/static../settings.py\` reads
\`/srv/site/static/../settings.py\`, a file outside the folder.

Without a slash on either side files are found, and nothing leads out of the folder.
`,
  source: 'src/http/ngx_http_core_module.c: ngx_http_map_uri_to_path; tried with nginx 1.22.1: GET /static../settings.py answered 200.',
  examples: {
    failing: [
      {
        title: 'a folder without its slash',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /static/ {
        alias /srv/site/static;
#             ^^^^^^^^^^^^^^^^ error[nginx/alias-slash-mismatch]: A request for /static/app.css looks for /srv/site/staticapp.css
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/app.css': 'a' },
          get: '/static/app.css',
          before: { status: 404, log: /staticapp\.css/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a traversal',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /static {
#            ^^^^^^^ warning[nginx/alias-slash-mismatch]: Path traversal: GET /static../settings.py reads /srv/site/settings.py
        alias /srv/site/static/;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/app.css': 'a', '/srv/site/settings.py': 'SECRET_KEY = 1' },
          get: '/static../settings.py',
          before: { status: 200, body: /SECRET_KEY/ },
          after: { status: 404 },
        },
      },
      {
        title: 'a traversal beside the location with the slash: nginx would refuse a second one, so no fix is offered',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /static {
#            ^^^^^^^ warning[nginx/alias-slash-mismatch]: Path traversal
        alias /srv/site/static/;
    }
    location /static/ {
        alias /srv/site/other/;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'both with a slash, both without, exact and regular expressions, variables',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { alias /srv/a/; }
    location /b { alias /srv/b; }
    location = /robots.txt { alias /srv/site/robots.txt; }
    location ~ ^/c/(.*)$ { alias /srv/c/$1; }
    location /d/ { alias $folder; }
    location = /e { alias /srv/e/; }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const target = directive.args[0]
    const location = directive.parent && locationOf(directive.parent)
    if (!target?.known || !location || target.value.includes('$')) return
    if (location.modifier !== '' && location.modifier !== '^~') return
    const url = location.path
    const [urlSlash, targetSlash] = [url.endsWith('/'), target.value.endsWith('/')]
    if (urlSlash && !targetSlash) {
      // One file for a whole prefix is no folder that lost its slash.
      if (/\.\w+$/.test(target.value) || url === '/') return
      report({
        at: placeOfArgument(directive, target),
        message: `A request for ${url}app.css looks for ${target.value}app.css, which is outside the folder, and gets 404: the location ends in a slash, the alias does not.`,
        fixes: [{ title: `Add the final "/" to ${target.value}`, safe: true, edits: [replaceArgument(directive, target, `${target.value}/`)] }],
      })
    } else if (!urlSlash && targetSlash && target.value !== '/') {
      report({
        at: placeOfArgument(location.directive, location.argument),
        severity: 'warning',
        message: `Path traversal: GET ${url}../settings.py reads ${dirname(target.value)}${dirname(target.value) === '/' ? '' : '/'}settings.py, outside ${target.value}. End the location in a slash, as the alias does.`,
        related: [{ at: placeOfArgument(directive, target), message: 'the alias ends in a slash' }],
        fixes: isTaken(location, `${url}/`)
          ? []
          : [
              {
                title: `Write location ${url}/`,
                safe: true,
                edits: [replaceInArgument(location.directive, location.argument, url, `${url}/`)].flatMap((edit) => edit ?? []),
              },
            ],
      })
    }
  },
})

/** Whether the server has such a prefix beside this location already: nginx refuses a second one. */
const isTaken = ({ directive }: Location, path: string): boolean =>
  directive.parent === undefined || locationsIn(directive.parent).some((each) => (each.modifier === '' || each.modifier === '^~') && each.path === path)
