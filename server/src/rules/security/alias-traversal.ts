import { type Argument, placeOfArgument } from '../../configuration/placed.ts'
import { groupOf } from '../../regex/questions.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import type { Input, Row } from '../../site/nginx/values.ts'
import { hasVariables, valueIn } from '../../site/nginx/values.ts'
import { possible } from '../../site/nginx/witness.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { inputsOf, relatedTo, requestText } from './lib/inputs.ts'
import { replacePattern } from './lib/patterns.ts'

export const rule = defineRule({
  id: 'security/alias-traversal',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['alias', 'root'],
  severity: 'warning',
  summary: 'An `alias` or `root` made of parts of the request, with which files outside of its folder can be read.',
  explanation: `
nginx resolves \`/../\` in the path of a request before anything else looks at it, but only whole segments: \`/site../x\` stays as it is. A capture that begins in the middle of a
segment, as in \`location ~ ^/site(.*)$ { alias /srv/site/$1; }\`, can begin with \`..\`, and the file is \`/srv/site/../x\`. With a slash before the group (\`^/site/(.*)$\`) it cannot.

An argument, a header or a cookie is not resolved at all: \`alias /srv/files/$arg_name\` reads any file. An alias that begins with a capture is a path of the client's choosing.

A slash that is in the pattern and not in the alias (\`^/site/(.*)$\`, \`alias /srv/site$1\`) glues the two names together, as it does in a prefix location (\`nginx/alias-slash-mismatch\`).
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_map_uri_to_path`; `ngx_http_parse.c`: `ngx_http_parse_complex_uri`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a group that begins in the middle of a segment',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/site(.*)$ {
        alias /srv/site/static/$1;
#             ^^^^^^^^^^^^^^^^^^^ warning[security/alias-traversal]: Path traversal: GET /site../settings.py reads /srv/site/static/../settings.py
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/app.css': 'a', '/srv/site/settings.py': 'SECRET_KEY = 1' },
          get: '/site../settings.py',
          before: { status: 200, body: /SECRET_KEY/ },
          after: { status: 404 },
        },
      },
      {
        title: 'an argument',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location = /download {
        alias /srv/files/$arg_name;
#             ^^^^^^^^^^^^^^^^^^^^ warning[security/alias-traversal]: Path traversal: GET /download?name=../settings.py reads /srv/files/../settings.py
    }
    location ^~ /themes/ {
        root /srv/themes/$cookie_theme;
#            ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/alias-traversal]: Path traversal: GET /themes/ with "Cookie: theme=../settings.py" reads
    }
    location ~ ^/own/(.*)$ {
        alias $1;
#             ^^ warning[security/alias-traversal]: GET /own/nginx.conf reads nginx.conf in nginx's own folder
    }
    location ~ (.*) {
        alias $1;
#             ^^ warning[security/alias-traversal]: GET /etc/passwd reads /etc/passwd: the whole path is the client's choice
    }
}
`,
      },
      {
        title: 'a slash that is missing',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/media/(.*)$ {
        alias /srv/media$1;
#             ^^^^^^^^^^^^ warning[security/alias-traversal]: A request for /media/app.css reads /srv/mediaapp.css
    }
    location ~ ^/old(.*)$ {
        alias /srv/old$1;
#             ^^^^^^^^^^ info[security/alias-traversal]: GET /old_private/app.css reads /srv/old_private/app.css
    }
    location ~ ^/part([^/]*) {
        alias /srv/parts/$1;
#             ^^^^^^^^^^^^^ info[security/alias-traversal]: GET /part.. reads /srv/parts/..
    }
    location ~ ^/~([^/]+)/(.*)$ {
        alias /home/$1/public_html/$2;
#             ^^^^^^^^^^^^^^^^^^^^^^^ info[security/alias-traversal]: GET /~../ reads /home/..
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/media/app.css': 'a' },
          get: '/media/app.css',
          before: { status: 404, log: /mediaapp\.css/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'whole segments, fixed words, what cannot begin with a dot',
        files: `
#- conf.d/site.conf
map $arg_theme $theme {
    dark dark;
    default light;
}
server {
    listen 80;
    server_name ~^(?<sub>[a-z]+)\\.example\\.org$;
    location ~ ^/a/(.*)$ { alias /srv/a/$1; }
    location ~ ^/b(/.*)?$ { alias /srv/b$1; }
    location ~ ^/c-(?<lang>en|fr)/(?<rest>.*)$ { alias /srv/$lang/$rest; }
    location ~ ^/d([0-9]+)\\.png$ { alias /srv/d/$1.png; }
    location ~ ^/e/(\\w+)\\.jpg$ { alias /srv/thumbs-$1.jpg; }
    location /f/ { root /srv/$theme; }
    location /g/ { root /srv/sites/$sub; }
    location /h/ { root /srv/$host; }
    location ~ ^/~(?<user>[^/.][^/]*)/(?<page>.*)$ { alias /home/$user/public_html/$page; }
    location ~ ^/i(/.*)$ { alias /srv/i/$1; }
}
`,
      },
    ],
  },
  check(directive, context) {
    const argument = directive.args[0]
    if (!argument?.known || !hasVariables(argument.value)) return
    const use: Use = { directive, configuration: context.configuration }
    for (const { input, row, at } of inputsOf(valueIn(argument.value, use))) if (judge(input, row, at, argument, use, context)) return
  },
})

function judge(input: Input, row: Row, at: number, argument: Argument, use: Use, { report }: ConfigurationContext): boolean {
  const { directive } = use
  const before = textOf(row.slice(0, at))
  const after = textOf(row.slice(at + 1))
  const known = !before.includes('*') && before.startsWith('/')
  const say = (message: string, severity: 'warning' | 'info', fixes: readonly FindingFix[]): boolean => {
    report({ at: placeOfArgument(directive, argument), message, severity, related: relatedTo(input, directive), fixes })
    return true
  }
  if (before === '' && directive.name === 'alias') {
    const way = possible(input, '^/etc/passwd$', use)
    if (way) {
      const begin = way.request ? `${requestText(way.request)} reads /etc/passwd` : 'A request can read /etc/passwd'
      return say(`${begin}: the whole path is the client's choice. Begin the alias with a folder of its own.`, 'warning', [])
    }
    const relative = possible(input, '^nginx\\.conf$', use)
    if (!relative) return false
    const begin = relative.request ? requestText(relative.request) : 'A request'
    return say(
      `${begin} reads nginx.conf in nginx's own folder (its prefix): the alias begins with ${input.name} and has no folder. Begin it with one.`,
      'warning',
      [],
    )
  }
  const up = before.endsWith('/') ? '(?:^|/)\\.\\./' : '/\\.\\./'
  const way = possible(input, before.endsWith('/') ? '^\\.\\./settings\\.py$' : '^/\\.\\./settings\\.py$', use) ?? possible(input, up, use)
  if (way) {
    const reads = known ? `${before}${way.text}${after.includes('*') ? '' : after}` : `a file outside of its folder`
    const begin = way.request ? `${requestText(way.request)} reads ${reads}` : `A request can read ${reads}`
    const remedy =
      input.origin.kind === 'capture'
        ? 'put a slash before the group in the pattern, so that it begins with a whole segment'
        : `nothing resolves ".." in ${input.name}: take it from a fixed list (a map)`
    return say(`Path traversal: ${begin}, as ${input.name} can begin with "..". To mend it, ${remedy}.`, 'warning', slashBefore(input, before))
  }
  if (before.endsWith('/')) {
    const folder = possible(input, '^\\.\\.$', use)
    // A line feed at the very end, which "$" lets pass, is nothing that one could live on.
    if (!folder || folder.request?.target.includes('%0A')) return false
    const through = after.startsWith('/')
    const begin = folder.request ? requestText(folder.request) : 'A request'
    return say(
      `${begin} reads ${before}..${through && !after.includes('*') ? after : ''}, the folder above, as ${input.name} can be "..": ${through ? 'leave it out, as in [^/.][^/]*' : 'put a slash before the group in the pattern'}.`,
      'info',
      slashBefore(input, before),
    )
  }
  if (directive.name !== 'alias' || input.origin.kind !== 'capture' || input.origin.regex.kind !== 'location' || !/[A-Za-z0-9]$/.test(before) || !known)
    return false
  return glued(input, before, after, argument, use, say)
}

/** Two names with nothing between them. */
function glued(
  input: Input,
  before: string,
  after: string,
  argument: Argument,
  use: Use,
  say: (message: string, severity: 'warning' | 'info', fixes: readonly FindingFix[]) => boolean,
): boolean {
  const { origin } = input
  if (origin.kind !== 'capture' || after !== '') return false
  const group = groupOf(origin.regex.pattern, origin.group)
  const slash = group && origin.regex.pattern.source.charAt(group.start - 1) === '/'
  const name = slash ? possible(input, '^app\\.css$', use) : possible(input, '^_private/app\\.css$', use)
  if (!name?.request) return false
  const reads = `${before}${name.text}`
  if (!slash)
    return say(`${requestText(name.request)} reads ${reads}, a folder beside ${before}: end both the pattern's text and the alias in a slash.`, 'info', [])
  const edit = replaceInArgument(use.directive, argument, before, `${before}/`)
  return say(
    `A request for ${name.request.target} reads ${reads}: the slash before the group is not in the alias. Write ${before}/${input.name}.`,
    'warning',
    edit ? [{ title: `Put a slash behind ${before}`, safe: false, edits: [edit] }] : [],
  )
}

/** What pieces say, with a star for what is not written. */
const textOf = (pieces: Row): string => pieces.map((piece) => (piece.kind === 'text' ? piece.text : '*')).join('')

function slashBefore({ origin }: Input, before: string): readonly FindingFix[] {
  if (origin.kind !== 'capture' || origin.regex.kind !== 'location' || !before.endsWith('/')) return []
  const { pattern } = origin.regex
  const group = groupOf(pattern, origin.group)
  if (!group || group.inside.length > 0) return []
  const edit = replacePattern(origin.regex, `${pattern.source.slice(0, group.start)}/${pattern.source.slice(group.start)}`)
  return edit ? [{ title: 'Put a slash before the group', safe: true, edits: [edit] }] : []
}
