import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { bytesTaken } from '../../regex/automaton.ts'
import { bytesOf, hasByte } from '../../regex/bytes.ts'
import { groupOf } from '../../regex/questions.ts'
import type { Use } from '../../site/nginx/definitions.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { hasVariables, type Input, valueIn, variablesOf } from '../../site/nginx/values.ts'
import { possible } from '../../site/nginx/witness.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { inputsOf, isHttp, locationAround, relatedTo, requestText } from './lib/inputs.ts'
import { leavingOut, replacePattern } from './lib/patterns.ts'

export const rule = defineRule({
  id: 'security/header-injection-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['return', 'rewrite', 'add_header', 'add_trailer', 'proxy_set_header', 'grpc_set_header', 'proxy_pass'],
  severity: 'warning',
  summary: 'A header, redirect or proxied request with a value that can hold a line break: whoever sends the request adds headers of their own.',
  explanation: `
\`$uri\`, \`$document_uri\` and what a location or \`rewrite\` captures of them are *decoded*: \`%0D%0A\` in the request is a line break in the value. nginx writes headers
as they are, so the line break ends the header and what follows is a header of the attacker's: a cookie, a second \`Location\`, a whole response (HTTP response splitting,
CRLF injection). In \`proxy_set_header\` and in the URI of \`proxy_pass\` it is a header of the request that the application gets.

\`$request_uri\` is the path as it was sent, with \`%0D%0A\` still escaped, and cannot hold a line break. A capture cannot where its class leaves them out: \`([^/\\r\\n]+)\`.

\`(.*)\` stops at a line feed but takes a carriage return. That alone is no line break for most readers, and is reported as \`info\`, for responses only.
`,
  source:
    '`src/http/ngx_http_core_module.c`: `ngx_http_send_response`; `ngx_http_headers_filter_module.c`, `ngx_http_proxy_module.c`: values are copied as they are; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the decoded path in a redirect',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    return 301 https://example.org$uri;
#              ^^^^^^^^^^^^^^^^^^^^^^^ warning[security/header-injection-nginx]: GET /%0D%0AX-Injected:1 adds a header "X-Injected: 1" to the response, as $uri is decoded
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/%0D%0AX-Injected:1',
          before: { status: 301, headers: /^X-Injected: 1$/m },
          after: { status: 301, headers: /^Location: https:\/\/example.org\/%0D%0AX-Injected:1$/m },
        },
      },
      {
        title: 'through a capture, a set and a map',
        files: `
#- conf.d/site.conf
map $uri $page {
    ~^/old/([^/]+)$ $1;
    default "";
}
server {
    listen 80;
    location ~ ^/v1/(?<rest>[^.]*)$ {
        set $target /v2/$rest;
        add_header X-Target $target;
#                           ^^^^^^^ warning[security/header-injection-nginx]: GET /v1/%0D%0AX-Injected:1 adds a header
        return 204;
    }
    location / {
        add_header X-Page $page;
#                         ^^^^^ warning[security/header-injection-nginx]: GET /old/%0D%0AX-Injected:1 adds
    }
    location = /about {
        return 301 https://example.org$uri/;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/v1/%0D%0AX-Injected:1',
          before: { status: 204, headers: /^X-Injected: 1$/m },
          after: { status: 404, headers: /^Content-Type: text\/html$/m },
        },
      },
      {
        title: 'to the application behind',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api/ {
        proxy_set_header X-Original-Uri $uri;
#                                       ^^^^ warning[security/header-injection-nginx]: GET /api/%0D%0AX-Injected:1 adds a header "X-Injected: 1" to the request that 127.0.0.1:8000 gets
        proxy_pass http://127.0.0.1:8000;
    }
    location ~ ^/files/([^/]*)/([^.]*)$ {
        proxy_pass http://127.0.0.1:9000/$2;
#                  ^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/header-injection-nginx]: GET /files/a/%0D%0AX-Injected:1 adds
    }
}
`,
      },
      {
        title: 'a carriage return alone',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/old/(.*)$ {
        return 301 https://example.org/$1;
#                  ^^^^^^^^^^^^^^^^^^^^^^ info[security/header-injection-nginx]: $1 can hold a carriage return
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'what cannot hold a line break, or goes into a body',
        files: `
#- conf.d/site.conf
map $uri $section {
    ~^/shop/ shop;
    ~^/(?<lang>en|fr)/ $lang;
    "~^(?<clean>[^\\r\\n]*)$" $clean;
}
map $uri $same { "~^/[a-z]+$" $uri; }
server {
    listen 80;
    server_name ~^(?<name>.+)\\.example\\.org$;
    location /a { return 301 https://example.org$request_uri; }
    location /b { return 200 "you asked for $uri"; }
    location ~ ^/(?<lang2>en|fr)/ { return 302 /$lang2/; }
    location ~ ^/n/(\\d+)$ { add_header X-Number $1; }
    location ~ ^/p/(.*)$ { proxy_pass http://127.0.0.1:8000/$1; }
    location ~ "^/q/([^/\\r\\n]+)$" { add_header X-Q $1; }
    location /c {
        rewrite ^/c/(.*)$ /d/$1 last;
        rewrite ^/old/([^/]+)$ /index.php?page=$1 last;
        add_header X-Section $section;
        add_header X-Host $name;
        add_header X-Same $arg_x$http_origin$cookie_a;
    }
}
`,
      },
    ],
  },
  check(directive, context) {
    const found = sinkOf(directive)
    if (!found || !hasVariables(found.argument.value) || !found.argument.known || !isHttp(directive, context.configuration)) return
    const { argument, response } = found
    const [own] = directive.name === 'rewrite' ? regexesOf(directive) : []
    const use: Use = { directive, configuration: context.configuration, own }
    for (const { input, row, at } of inputsOf(valueIn(argument.value, use))) {
      // What a rewrite captures it escapes where it redirects, and keeps as it is in a path of its own.
      if (directive.name === 'rewrite' && input.origin.kind === 'capture' && input.origin.regex === own) continue
      const inHost =
        directive.name === 'proxy_pass' &&
        !/:\/\/[^/]*\//.test(
          row
            .slice(0, at)
            .map((piece) => (piece.kind === 'text' ? piece.text : ''))
            .join(''),
        )
      if (report(input, { argument, response, inHost }, use, context)) return
    }
  },
})

interface Sink {
  readonly argument: Argument
  /** Whether it goes to the client. */
  readonly response: boolean
  /** It stands where the host does, which can hold no line break; what begins with a slash is the path. */
  readonly inHost?: boolean
}

function sinkOf(directive: PlacedDirective): Sink | undefined {
  const [first, second] = directive.args
  switch (directive.name) {
    case 'return': {
      if (!first) return undefined
      if (!second) return /^(https?:\/\/|\$scheme)/.test(first.value) ? { argument: first, response: true } : undefined
      return /^30[12378]$/.test(first.value) ? { argument: second, response: true } : undefined
    }
    case 'rewrite': {
      if (!second) return undefined
      const flag = directive.args[2]?.value
      const redirects = flag === 'redirect' || flag === 'permanent' || /^(https?:\/\/|\$scheme)/.test(second.value)
      if (redirects) return { argument: second, response: true }
      // In its own path nginx escapes it again before it hands the request on; its query it does not.
      return /\?.*\$/.test(second.value) && passes(directive) ? { argument: second, response: false } : undefined
    }
    case 'proxy_pass':
      return first ? { argument: first, response: false } : undefined
    case 'proxy_set_header':
    case 'grpc_set_header':
      return second ? { argument: second, response: false } : undefined
    default:
      return second ? { argument: second, response: true } : undefined
  }
}

const passes = (directive: PlacedDirective): boolean =>
  locationAround(directive)?.children.some(({ name }) => name === 'proxy_pass') === true ||
  directive.parent?.children.some(({ name }) => name === 'proxy_pass') === true

function report(input: Input, { argument, response, inHost = false }: Sink, use: Use, { report: say }: ConfigurationContext): boolean {
  const { directive } = use
  const bytes = bytesTaken(input.language)
  if (!hasByte(bytes, 10) && !(response && hasByte(bytes, 13))) return false
  const injected = possible(input, inHost ? '(?s)^/.*\\r\\nX-Injected:1$' : '\\r\\nX-Injected:1$', use)
  const lineFeed = injected ?? possible(input, inHost ? '(?s)^/.*\\n' : '\\n', use)
  const fixes = fixesFor(input, argument, directive)
  const at = placeOfArgument(directive, argument)
  const related = relatedTo(input, directive)
  if (lineFeed) {
    const where = response ? 'the response' : `the request that ${targetOf(directive)} gets`
    const begins = injected?.request ? `${requestText(injected.request)} adds a header "X-Injected: 1" to ${where}` : `A request can add headers to ${where}`
    const escapable = input.origin.kind === 'variable' ? 'use $request_uri, which keeps %0D%0A escaped' : 'leave line breaks out of what is captured'
    say({ at, message: `${begins}, as ${input.name} is decoded and can hold a line break: ${escapable}.`, related, fixes })
    return true
  }
  if (!response || !possible(input, '\\r', use)) return false
  say({
    at,
    severity: 'info',
    message: `${input.name} can hold a carriage return (%0D), which some clients take for the end of a header: leave it out of what is captured ([^\\r\\n] for the dot).`,
    related,
    fixes,
  })
  return true
}

function targetOf(directive: PlacedDirective): string {
  const pass = directive.name === 'proxy_pass' ? directive : directive.parent?.children.find(({ name }) => name === 'proxy_pass' || name === 'grpc_pass')
  const host = /^\w+:\/\/([^/$]+)/.exec(pass?.args[0]?.value ?? '')?.[1]
  return host ?? 'the application'
}

function fixesFor(input: Input, argument: Argument, directive: PlacedDirective): readonly FindingFix[] {
  const { origin } = input
  if (origin.kind === 'capture') {
    const group = groupOf(origin.regex.pattern, origin.group)
    const made = group && leavingOut(origin.regex.pattern.source, group, bytesOf('\r\n'), '\\r\\n')
    const edit = made === undefined ? undefined : replacePattern(origin.regex, made)
    return edit ? [{ title: 'Leave line breaks out of what is captured', safe: true, edits: [edit] }] : []
  }
  const named = variablesOf(argument.value).filter(({ name }) => name === 'uri' || name === 'document_uri')
  const [only] = named
  if (!only || named.length > 1) return []
  const from = /^(?:\$is_args\$(?:args|query_string)|\?\$(?:args|query_string))/.exec(argument.value.slice(only.end))?.[0] ?? ''
  const written = argument.value.slice(only.start, only.end)
  const edit = replaceInArgument(directive, argument, written + from, '$request_uri')
  // The query that $request_uri has comes twice where something else gives it.
  const repeats = from === '' && /\$(?:args|query_string)|\?/.test(argument.value.slice(only.end))
  return edit && !repeats ? [{ title: `Replace ${written}${from} by $request_uri`, safe: directive.name === 'return', edits: [edit] }] : []
}
