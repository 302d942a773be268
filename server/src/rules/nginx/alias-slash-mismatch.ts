import { placeOfArgument } from '../../configuration/placed.ts'
import { type Location, locationOf, locationsIn } from '../../site/nginx/locations.ts'
import { escaped } from '../../site/nginx/witness.ts'
import { dirname } from '../../workspace/path.ts'
import { replaceArgument, replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingEdit } from '../rule.ts'

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

Without a slash on either side files are found, and those of folders beside it whose names begin alike (\`/static_private\`): a hint.
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
      {
        title: 'a variable in the alias, and no slash on either side',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ^~ /media {
#               ^^^^^^ warning[nginx/alias-slash-mismatch]: Path traversal: GET /media../settings.py reads /srv/$host/settings.py
        alias /srv/$host/media/;
    }
    location /docs {
        alias /srv/docs;
#             ^^^^^^^^^ hint[nginx/alias-slash-mismatch]: GET /docs_private/x reads /srv/docs_private/x
    }
    location /robots.txt {
        alias /srv/site/robots.txt;
#             ^^^^^^^^^^^^^^^^^^^^ hint[nginx/alias-slash-mismatch]: The location also gets /robots.txt.bak
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'both with a slash, exact and regular expressions, variables',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { alias /srv/a/; }
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
    if (!target?.known || !location) return
    if (location.modifier !== '' && location.modifier !== '^~') return
    const url = location.path
    const [urlSlash, targetSlash] = [url.endsWith('/'), target.value.endsWith('/')]
    if (urlSlash && !targetSlash) {
      // One file for a whole prefix is no folder that lost its slash.
      if (/\.\w+$/.test(target.value) || url === '/' || target.value.includes('$')) return
      report({
        at: placeOfArgument(directive, target),
        message: `A request for ${url}app.css looks for ${target.value}app.css, which is outside the folder, and gets 404: the location ends in a slash, the alias does not.`,
        fixes: [{ title: `Add the final "/" to ${target.value}`, safe: true, edits: [replaceArgument(directive, target, `${target.value}/`)] }],
      })
    } else if (!urlSlash && targetSlash && target.value !== '/') {
      report({
        at: placeOfArgument(location.directive, location.argument),
        severity: 'warning',
        message: `Path traversal: GET ${escaped(url)}../settings.py reads ${dirname(target.value)}${dirname(target.value) === '/' ? '' : '/'}settings.py, outside ${target.value}. End the location in a slash, as the alias does.`,
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
    } else if (!urlSlash && !targetSlash && url !== '' && !target.value.includes('$')) {
      const isFile = /\.\w+$/.test(target.value)
      const edits = isFile ? exactEdit(location) : [...slashed(location, url), replaceArgument(directive, target, `${target.value}/`)]
      report({
        at: placeOfArgument(directive, target),
        severity: 'hint',
        message: isFile
          ? `The location also gets ${escaped(url)}.bak and looks for ${target.value}.bak: for one file write "location = ${url}".`
          : `GET ${escaped(url)}_private/x reads ${target.value}_private/x, a folder beside ${target.value}: end both the location and the alias in a slash.`,
        fixes:
          edits.length === 0 || isTaken(location, `${url}/`)
            ? []
            : [{ title: isFile ? `Write "location = ${url}"` : 'End both in a slash', safe: false, edits }],
      })
    }
  },
})

const slashed = (location: Location, url: string) => [replaceInArgument(location.directive, location.argument, url, `${url}/`)].flatMap((edit) => edit ?? [])

/** The location with "=" for a modifier, where it has none. */
function exactEdit({ directive, argument, modifier, path }: Location): FindingEdit[] {
  const taken = directive.parent === undefined || locationsIn(directive.parent).some((each) => each.modifier === '=' && each.path === path)
  return modifier === '' && !taken ? [{ path: directive.source.path, start: argument.start, end: argument.start, newText: '= ' }] : []
}

/** Whether the server has such a prefix beside this location already: nginx refuses a second one. */
const isTaken = ({ directive }: Location, path: string): boolean =>
  directive.parent === undefined || locationsIn(directive.parent).some((each) => (each.modifier === '' || each.modifier === '^~') && each.path === path)
