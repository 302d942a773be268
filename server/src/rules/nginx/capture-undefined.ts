import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { captureProviders, type Use } from '../../site/nginx/definitions.ts'
import { protocolOf } from '../../site/nginx/inheritance.ts'
import { isEntry, mapKeyRegex, type PlacedRegex, regexesIn, regexesOf } from '../../site/nginx/regexes.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/capture-undefined',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: [
    'rewrite',
    'set',
    'return',
    'map',
    'proxy_pass',
    'fastcgi_pass',
    'uwsgi_pass',
    'grpc_pass',
    'add_header',
    'more_set_headers',
    'proxy_set_header',
    'fastcgi_param',
    'try_files',
    'error_page',
    'alias',
    'root',
  ],
  severity: 'warning',
  summary: 'A capture (`$1`, `$2`) that the regular expression before it does not have: it is always empty.',
  explanation: `
\`$1\` is what the first group of the regular expression that was run last has matched: that of the \`rewrite\` itself, of the \`if\` around, of the location, of the key of a map's line.
Where that has no such group the capture is empty, and nginx says nothing.

In a block of \`if ($x !~ …)\` the pattern has not matched and has left no captures. nginx reads one digit: \`$10\` is \`$1\` and a zero.
`,
  source: '`src/http/ngx_http_script.c`: `ngx_http_script_compile`; `src/http/ngx_http_variables.c`: `ngx_http_regex_exec`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a rewrite, a location, an if, a map',
        files: `
#- conf.d/site.conf
map $uri $page {
    ~^/page/[a-z]+$ $1;
#                   ^^ warning[nginx/capture-undefined]: $1 is always empty: ^/page/[a-z]+$ has no groups
    default "";
}
server {
    listen 80;
    rewrite ^/old/(.*)$ /new/$1/$2 last;
#                       ^^^^^^^^^^ warning[nginx/capture-undefined]: $2 is always empty: ^/old/(.*)$ has one group
    rewrite (?i)^/shop /store$1 last;
#                      ^^^^^^^^ warning[nginx/capture-undefined]: $1 is always empty: (?i)^/shop has no groups
    location ~ ^/static/ {
        return 301 /assets/$1;
#                  ^^^^^^^^^^ warning[nginx/capture-undefined]: $1 is always empty: ^/static/ has no groups
    }
    location / {
        if ($arg_lang ~ "^[a-z]+$") { set $lang $1; }
#                                               ^^ warning[nginx/capture-undefined]: $1 is always empty
        root /srv/www;
    }
}
`,
      },
      {
        title: 'the real answer',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/static/.*$ {
        return 200 "file:$1";
#                  ^^^^^^^^^ warning[nginx/capture-undefined]: $1 is always empty
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/static/a.css',
          before: { status: 200, body: /^file:$/ },
          after: { status: 200, body: /^file:a\.css$/ },
        },
      },
      {
        title: 'no regular expression at all',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /next {
        if ($arg_next !~ "^/([a-z]+)$") { return 302 /$1; }
#                                                    ^^^ warning[nginx/capture-undefined]: $1 is always empty: the pattern of the "if" around has not matched
    }
    location /plain/ { return 301 /$1; }
#                                 ^^^ warning[nginx/capture-undefined]: $1 is always empty: no regular expression before it has such a group
}
`,
      },
      {
        title: 'ten groups',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^/(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)$ /$10 last;
#                                             ^^^^ warning[nginx/capture-undefined]: nginx reads $10 as $1 and a "0"
}
`,
      },
    ],
    passing: [
      {
        title: 'captures of the rewrite, of what is around, of the server, of one before, of a map; a piece of something else',
        files: `
#- conf.d/site.conf
map $uri $page {
    ~^/page/([a-z]+)$ $1;
    "~^/(?<name>x)$" $name;
    default $1;
}
server {
    listen 80;
    server_name ~^(www\\.)?(.+)$;
    root /srv/$2;
    rewrite "^/(?>old)/(\\d++)$" /new/$1 last;
    location ~ ^/a/(?<x>.*)$ { return 301 /b/$1; }
    location ~ ^/c/(.*)$ {
        if ($arg_x !~ "^y$") { return 302 /$1; }
        if (-f $request_filename) { set $f $1; }
    }
    location /d {
        if ($uri ~ ^/d/(.*)$) { set $rest $1; }
        rewrite ^/d/(.*)/(.*)$ /e/$1 break;
        proxy_pass http://127.0.0.1:8000/$2;
    }
    location / { return 200 "costs $1"; }
}
#- snippets/pass.conf
proxy_set_header X-Rest $1;
`,
      },
    ],
  },
  check(directive, context) {
    if (isEntry(directive) || protocolOf(directive, context.configuration) !== 'http') return
    if (directive.name === 'map') {
      for (const entry of directive.children) {
        const value = entry.args[0]
        const regex = value?.value.includes('$') ? mapKeyRegex(entry) : undefined
        if (regex && value) look(entry, value, [regex], 'certain', context)
      }
      return
    }
    const values = directive.name === 'rewrite' ? directive.args.slice(1, 2) : directive.args
    const texts = values.filter(({ value, known }) => known && /\$[1-9]/.test(value))
    if (texts.length === 0) return
    if (directive.name === 'rewrite') {
      const own = regexesOf(directive)
      for (const text of texts) if (own.length > 0) look(directive, text, own, 'certain', context)
      return
    }
    const use: Use = { directive, configuration: context.configuration }
    const scope = scopeOf(directive)
    if (scope === 'unknown') return
    for (const text of texts) look(directive, text, captureProviders(use), scope, context)
  },
})

/** Whether all regular expressions that may have been run are seen: one certainly was, or the server is here. */
function scopeOf(directive: PlacedDirective): 'certain' | 'server' | 'unknown' {
  for (let at = directive.parent; at; at = at.parent) {
    if (hasUnread(at)) return 'unknown'
    if ((at.name === 'if' || at.name === 'location') && at.args.some(({ value }) => /^\(?~\*?$/.test(value)))
      return regexesOf(at).length > 0 ? 'certain' : 'unknown'
    if (at.name === 'server') return 'server'
  }
  return 'unknown'
}

/** An include that was not read may hold a regular expression, as may one that cannot be read here. */
const hasUnread = (block: PlacedDirective): boolean =>
  block.children.some(
    (each) => each.source.templated || each.name === 'include' || (each.name === 'rewrite' && regexesOf(each).length === 0) || /_by_lua/.test(each.name),
  )

function look(
  directive: PlacedDirective,
  argument: Argument,
  providers: readonly PlacedRegex[],
  scope: 'certain' | 'server',
  { configuration, report }: ConfigurationContext,
): void {
  const text = argument.value
  for (const [written, digit = ''] of text.matchAll(/\$([1-9])\d?/g)) {
    const number = Number(digit)
    const has = (regex: PlacedRegex): boolean => regex.pattern.groups.some((group) => group.number === number)
    const own = providers.length === 1 ? providers[0] : undefined
    const long = written.length > 2 && own !== undefined && own.pattern.groups.some((group) => group.number === Number(written.slice(1)))
    if (long) {
      report({
        at: placeOfArgument(directive, argument),
        message: `nginx reads ${written} as $${digit} and a "${written.slice(2)}": there is no capture above $9. Give the group a name: (?<name>…) and $name.`,
      })
      return
    }
    if (providers.some(has) || providers.some((regex) => !regex.pattern.understood)) continue
    // A map that is evaluated in between leaves captures of its own, as does a location from which a rewrite has led here.
    const meant = negatedAround(directive)?.pattern.groups.some((group) => group.number === number) === true
    const elsewhere = (regex: PlacedRegex): boolean => (regex.kind === 'map' || (scope === 'server' && !meant && !regex.negated)) && has(regex)
    if (directive.name !== 'rewrite' && !isEntry(directive) && regexesIn(configuration).some(elsewhere)) continue
    report({
      at: placeOfArgument(directive, argument),
      message: `$${digit} is always empty: ${reason(directive, providers)}.`,
      fixes: fixesFor(directive, argument, `$${digit}`, own),
    })
    return
  }
}

const negatedAround = ({ parent }: PlacedDirective): PlacedRegex | undefined =>
  parent?.name === 'if' ? regexesOf(parent).find((regex) => regex.negated) : undefined

function reason(directive: PlacedDirective, providers: readonly PlacedRegex[]): string {
  const [first] = providers
  if (negatedAround(directive)) return 'the pattern of the "if" around has not matched, and so leaves no captures'
  if (providers.length === 1 && first) {
    const groups = first.pattern.groups.length
    return `${first.pattern.source} has ${groups === 0 ? 'no groups' : groups === 1 ? 'one group' : `${groups} groups`}`
  }
  return 'no regular expression before it has such a group'
}

function fixesFor(directive: PlacedDirective, argument: Argument, capture: string, regex: PlacedRegex | undefined): readonly FindingFix[] {
  const fixes: FindingFix[] = []
  const { source, groups } = regex?.pattern ?? { source: '', groups: [] }
  const open = /(?<!\\)(?:\.|\[\^?[^\]]+\])[*+](?=\$?$)/.exec(source)
  if (regex && open && groups.length === Number(capture.slice(1)) - 1) {
    const { path, start, end } = regex.at
    const at = regex.directive.source.text.slice(start, end).lastIndexOf(open[0])
    if (at >= 0)
      fixes.push({
        title: `Make a group of ${open[0]}`,
        safe: false,
        edits: [{ path, start: start + at, end: start + at + open[0].length, newText: `(${open[0]})` }],
      })
  }
  const rest = argument.value.split(capture).join('')
  const edit = rest === '' || argument.value.split(capture).length > 2 ? undefined : replaceInArgument(directive, argument, capture, '')
  if (edit) fixes.push({ title: `Remove ${capture}`, safe: false, edits: [edit] })
  return fixes
}
