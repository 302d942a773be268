import { type Configuration, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { listed } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/if-in-location',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['if'],
  severity: 'info',
  summary: 'An `if` in a `location` with more in it than `return` and `rewrite`: other directives of the location stop working when it holds.',
  explanation: `
An \`if\` in a location is a location of its own, which a request enters when the condition holds. So \`try_files\` of the location is not carried out for it, even when the \`if\` does nothing but \`set\` a
variable (a warning); and where two of them hold, the request gets what stands in the last one only (a warning where one has headers or the like and the two can hold at once).

\`return\` and \`rewrite … last\` are safe, as is whatever stands beside a \`return\`. Otherwise choose a value by \`map\`, which headers and \`proxy_pass\` can use, or move the \`if\` to the server.
`,
  source: 'nginx wiki, "If is Evil"; `ngx_http_rewrite_if`, `ngx_http_script_if_code`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'try_files is passed over',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri /index.html;
        if ($http_cookie ~ "beta") {
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/if-in-location]: When this holds, "try_files" of the location is not carried out
            set $beta 1;
        }
    }
}
`,
      },
      {
        title: 'the witness: a page that try_files would have found',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri /index.html;
        if ($arg_debug) {
#       ^^^^^^^^^^^^^^^^^ warning[nginx/if-in-location]: When this holds, "try_files" of the location is not carried out
            set $debug 1;
        }
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/index.html': 'page' },
          get: '/about?debug=1',
          before: { status: 404 },
          after: { status: 200, body: /page/ },
        },
      },
      {
        title: 'two that can hold at once',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8000;
        if ($http_origin = "https://a.example.org") {
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/if-in-location]: When the "if" below holds as well, "add_header" of this one has no effect
            add_header Access-Control-Allow-Origin https://a.example.org;
        }
        if ($arg_download) {
#       ^^^^^^^^^^^^^^^^^^^^ info[nginx/if-in-location]: "add_header" in an "if" of a location
            add_header Content-Disposition attachment;
        }
    }
}
`,
      },
      {
        title: 'a header for some requests',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location / {
        if ($request_method = POST) {
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/if-in-location]: "add_header" in an "if" of a location
            add_header X-Method post;
        }
        if ($host = a) { set $a 1; }
#       ^^^^^^^^^^^^^^^^ hint[nginx/if-in-location]: "set" in an "if" of a location
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'return, rewrite, what stands beside a return, and conditions that exclude each other; an if of the server',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    if ($host = www.example.org) { set $www 1; }
    location /a/ {
        if ($request_method = OPTIONS) {
            add_header Access-Control-Allow-Methods "GET, POST";
            return 204;
        }
        if (!-f $request_filename) { rewrite ^ /index.php last; }
        try_files $uri =404;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const location = directive.parent
    if (directive.presence !== 'present' || (location ? location.name !== 'location' : configuration.context !== 'http,server,location')) return
    const own = directive.children.filter((each) => each.presence === 'present')
    if (own.length === 0 || ends(own)) return
    const unsafe = own.filter((each) => !isSafe(each))
    if (unsafe.length === 0) return
    const tries = ownOf(location, configuration, 'try_files')[0]
    // With "break" alone it is meant that the file is served as it is found.
    if (tries && own.some(({ name }) => name !== 'break') && !own.some(({ name }) => /_pass$|^(?:try_files|rewrite)$/.test(name))) {
      report({
        at: placeOfDirective(directive),
        severity: 'warning',
        message: `When this holds, "try_files" of the location is not carried out: an "if" is a location of its own, and has none. Choose by "map", or move the "if" to the server.`,
        related: [{ at: placeOfDirective(tries), message: 'not carried out' }],
        fixes: [...moveToServer(directive, own), ...byMap(directive, own, configuration)],
      })
      return
    }
    const settings = unsafe.filter(({ name }) => name !== 'set' && name !== 'break' && name !== 'rewrite')
    const later = ownOf(location, configuration, 'if').find(
      (each) => each.order > directive.order && each.presence === 'present' && mayBothHold(directive, each),
    )
    const names = listed((settings.length > 0 ? settings : unsafe).map(({ name }) => name))
    if (later && settings.length > 0) {
      report({
        at: placeOfDirective(directive),
        severity: 'warning',
        message: `When the "if" below holds as well, ${names} of this one has no effect: a request gets what stands in the last "if" that holds. Choose by "map".`,
        related: [{ at: placeOfDirective(later), message: 'takes its place' }],
        fixes: byMap(directive, own, configuration),
      })
      return
    }
    report({
      at: placeOfDirective(directive),
      severity: settings.length > 0 ? 'info' : 'hint',
      message: `${names} in an "if" of a location: when it holds, the request gets what stands in the "if" in place of the location. Only "return" and "rewrite … last" are sure to do as they look; choose by "map".`,
      fixes: [...(settings.length > 0 ? [] : moveToServer(directive, own)), ...byMap(directive, own, configuration)],
    })
  },
})

/** Every request that comes in is answered, or goes elsewhere. */
const ends = (own: readonly PlacedDirective[]): boolean =>
  own.some(
    (each) =>
      each.name === 'return' ||
      (each.name === 'rewrite' && (each.args[0]?.value === '^' || each.args[0]?.value === '.*' || each.args[0]?.value === '^(.*)$') && isSafe(each)),
  )

const isSafe = ({ name, args }: PlacedDirective): boolean =>
  name === 'return' ||
  (name === 'rewrite' && (/^(?:last|redirect|permanent)$/.test(args[2]?.value ?? '') || /^(?:https?:|\$scheme)/.test(args[1]?.value ?? '')))

/** Whether two conditions are of different variables, so that nothing keeps them from holding at once, and the second brings settings of its own. */
function mayBothHold(one: PlacedDirective, other: PlacedDirective): boolean {
  if (ends(other.children) || !other.children.some((each) => !/^(?:set|break|return|rewrite)$/.test(each.name))) return false
  const [first, second] = [variableOf(one), variableOf(other)]
  return first !== undefined && second !== undefined && first !== second
}

function variableOf(directive: PlacedDirective): string | undefined {
  const text = directive.args.map(({ value }) => value).join(' ')
  return /^\(\s*\$\{?(\w+)/.exec(text)?.[1]?.toLowerCase()
}

/** Where an \`if\` does nothing but set variables, it does so in the server as well. */
function moveToServer(directive: PlacedDirective, own: readonly PlacedDirective[]): FindingFix[] {
  const location = directive.parent
  if (location?.parent?.name !== 'server' || location.source !== directive.source || !own.every(({ name }) => name === 'set')) return []
  const { start, end } = placeOfWhole(directive)
  const text = directive.source.text.slice(start, end)
  if (/\$\d/.test(text)) return []
  // Lines further in come out as far as the directive does.
  const lines = text.split('\n').map((line, i) => (i === 0 ? line : line.replace(/^(?: {4}|\t)/, '')))
  return [{ title: 'Move the "if" to the server', safe: false, edits: [insertBefore(location, [lines.join('\n')]), removeDirective(directive)] }]
}

/** One header under a simple condition: a \`map\` gives its value, and an empty one is not sent. */
function byMap(directive: PlacedDirective, own: readonly PlacedDirective[], configuration: Configuration): FindingFix[] {
  const [header, more] = own
  const location = directive.parent
  const server = location?.parent
  if (!header || more || header.name !== 'add_header' || !location || server?.name !== 'server' || server.source !== directive.source) return []
  // A first header of its own would make the location lose those further out.
  const around =
    ownOf(location, configuration, 'add_header').length === 0 && [server, server.parent].some((each) => ownOf(each, configuration, 'add_header').length > 0)
  const condition = directive.args.map(({ value }) => value).join(' ')
  const match = /^\(\s*(\$\w+)\s+(=|~\*?)\s+([^\s"'{};]+)\s*\)$/.exec(condition)
  const [name, value, always] = header.args
  if (around || !match || !name || !value || (server.parent ? server.parent.name !== 'http' : configuration.context !== 'http')) return []
  const [, variable = '', operator = '', pattern = ''] = match
  const made = `$header_${name.value.toLowerCase().replace(/\W+/g, '_')}`
  if (configuration.sources.some(({ text }) => text.includes(made)) || /\$\d/.test(value.value) || !/^[\w\-./:$]+$/.test(value.value)) return []
  const key = operator === '=' ? pattern : `"${operator}${pattern}"`
  const { start, end } = placeOfWhole(directive)
  return [
    {
      title: `Choose ${name.value} by a map`,
      safe: false,
      edits: [
        insertBefore(server, [`map ${variable} ${made} {`, '    default "";', `    ${key} ${value.value};`, '}']),
        { path: directive.source.path, start, end, newText: `add_header ${name.value} ${made}${always ? ' always' : ''};` },
      ],
    },
  ]
}
