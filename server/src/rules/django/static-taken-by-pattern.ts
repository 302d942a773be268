import type { Application } from '../../application/application.ts'
import { type ServedSetting, servedSetting, servesItself } from '../../application/served-settings.ts'
import { enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { effective, fileOf, type Location, locationFor, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { normalize } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { project, settings, unit } from './lib/example-site.ts'
import { mappingOfLocation, serverOf } from './lib/served.ts'

export const rule = defineRule({
  id: 'django/static-taken-by-pattern',
  looksAt: 'application',
  severity: 'error',
  summary: 'A regular expression takes files below `STATIC_URL` (`MEDIA_URL`) from the `location` that serves them.',
  explanation: `
nginx asks the locations with regular expressions after it has found the longest prefix, and the first that fits wins. \`location ~* \\.(css|js)$ { expires 7d; }\` takes the style sheets
from \`location /static/ { alias …; }\`, and looks for them in the \`root\` of the server: 404, while images that the pattern does not name are found. \`location ^~ /static/\` keeps the
patterns out; a pattern nested in \`location /static/\` is another way.

Where the pattern leads to the same files (a \`root\` above them), all is well.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_location`; tried with nginx 1.22.1: 404 for `/static/a.css`, 200 with `^~`.',
  examples: {
    failing: [
      {
        title: 'a pattern for caching, without a root',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
#            ^^^^^^^^ error[django/static-taken-by-pattern]: /static/admin/css/base.css is not looked for here: the pattern \\.(css|js)$ takes it
        alias /srv/shop/collected/;
    }
    location ~* \\.(css|js)$ {
        expires 7d;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          tree: { '/srv/shop/collected/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 404 },
          after: { status: 200 },
        },
      },
      {
        title: 'a pattern that hands images to the application, and one with another root',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
#            ^^^^^^^^ error[django/static-taken-by-pattern]: /static/admin/css/base.css is not looked for here: the pattern \\.css$ takes it, and looks for /var/www/html/static/admin/css/base.css
        alias /srv/shop/collected/;
    }
    location /media/ {
#            ^^^^^^^ error[django/static-taken-by-pattern]: /media/photo.jpg is not looked for here: the pattern \\.(jpe?g|gif)$ takes it, and hands it to the application
        alias /srv/shop/uploads/;
    }
    location ~ \\.css$ {
        root /var/www/html;
    }
    location ~ \\.(jpe?g|gif)$ {
        proxy_pass http://127.0.0.1:8000;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "uploads"
`,
      },
    ],
    passing: [
      {
        title: 'patterns kept out, patterns nested, patterns that lead to the same files',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    root /srv/shop/public;
    location ^~ /static/ {
        alias /srv/shop/public/static/;
    }
    location /media/ {
        alias /srv/shop/public/media/;
        location ~* \\.pdf$ {
            add_header Content-Disposition attachment;
        }
    }
    location ~* \\.(css|js|jpe?g|png)$ {
        expires 7d;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "public" / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "public" / "media"
`,
      },
      {
        title: 'a pattern for other files, and one of which it cannot be told',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location ~ \\.php$ {
        return 404;
    }
    location ~ ^/static/(.*\\.css)$ {
        alias /srv/shop/collected/$1;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
      {
        title: 'WhiteNoise answers what the pattern takes',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/collected/;
    }
    location ~ \\.css$ {
        proxy_pass http://127.0.0.1:8000;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
    }
}
${unit}${project}#- site1/settings.py
${settings}MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "collected"
`,
      },
    ],
  },
  check(application, context) {
    const server = context.configuration.dialect === 'nginx' ? serverOf(application) : undefined
    if (!server) return
    for (const kind of ['STATIC', 'MEDIA'] as const) {
      const setting = servedSetting(application, kind, context.snapshot)
      if (setting) checkSetting(setting, server, application, context)
    }
  },
})

/** Files such as they are below the URL of either setting. */
const files: Readonly<Record<ServedSetting['kind'], readonly string[]>> = {
  STATIC: ['admin/css/base.css', 'admin/js/core.js', 'admin/img/icon-yes.svg', 'logo.png'],
  MEDIA: ['photo.jpg', 'photo.png', 'file.pdf', 'film.mp4'],
}

function checkSetting(setting: ServedSetting, server: PlacedDirective, application: Application, context: ConfigurationContext): void {
  const own = prefixFor(server, setting.url)
  if (own?.directive.presence !== 'present' || mappingOfLocation(own, setting.url)?.folder !== setting.root) return
  for (const file of files[setting.kind]) {
    const uri = setting.url + file
    const taken = locationFor(server, uri)
    if (taken === 'unknown') return
    if (
      taken === 'none' ||
      taken.directive.presence !== 'present' ||
      (taken.modifier !== '~' && taken.modifier !== '~*') ||
      isInside(taken.directive, own.directive)
    )
      continue
    const instead = whatHappens(taken, uri, `${setting.root}/${file}`, setting, application, context)
    if (instead === undefined) continue
    context.report({
      at: placeOfArgument(own.directive, own.argument),
      message: `${uri} is not looked for here: the pattern ${taken.path} takes it, and ${instead}. Write ^~ before ${own.path} to keep patterns out.`,
      related: [{ at: placeOfDirective(taken.directive), message: 'nginx asks patterns after prefixes, and this one fits' }],
      fixes: own.modifier === '' && own.directive.args.length === 1 ? [withoutPatterns(own)] : [],
    })
    return
  }
}

function withoutPatterns({ directive, argument, path }: Location): {
  title: string
  safe: boolean
  edits: { path: string; start: number; end: number; newText: string }[]
} {
  return {
    title: `Write location ^~ ${path}`,
    safe: false,
    edits: [{ path: directive.source.path, start: argument.start, end: argument.start, newText: '^~ ' }],
  }
}

/** The longest prefix for the files of a URL, without regard to patterns. */
function prefixFor(server: PlacedDirective, url: string): Location | undefined {
  const fitting = locationsIn(server).filter((each) => each.modifier === '' && url.startsWith(each.path))
  return fitting.reduce<Location | undefined>((best, each) => (best && best.path.length >= each.path.length ? best : each), undefined)
}

/** What a pattern makes of a file that is at `wanted`; undefined where it is found all the same, or that cannot be told. */
function whatHappens(
  taken: Location,
  uri: string,
  wanted: string,
  setting: ServedSetting,
  application: Application,
  { snapshot }: ConfigurationContext,
): string | undefined {
  const { directive } = taken
  if (directive.children.some((each) => each.name === 'rewrite' || each.name === 'try_files' || each.name === 'return' || each.name === 'if')) return undefined
  if (passOf(taken)) {
    const answers = setting.kind === 'STATIC' && application.settings ? servesItself(application.settings, application, snapshot) : undefined
    return answers === false || (setting.kind === 'MEDIA' && passOf(taken)?.name === application.directive.name) ? 'hands it to the application' : undefined
  }
  const file = fileOf(taken, uri)
  if (file) return normalize(file.path) === wanted ? undefined : `looks for ${file.path}`
  return effective(directive, 'root', 'alias') ? undefined : 'no root says where it is'
}

const isInside = (directive: PlacedDirective, section: PlacedDirective): boolean => {
  for (let at: PlacedDirective | undefined = directive; at; at = enclosing(at, 'location')) if (at === section) return true
  return false
}
