import { type Argument, indentOf, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { removeArgument, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/if-on-host',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'An `if ($host = …)` that redirects one name of the server, where a server of its own is meant.',
  explanation: `
nginx chooses a server by the name already; an \`if\` on \`$host\` compares it once more at every request. A second \`server\` with the name and the \`return\` says the same, is found by a hash table, and keeps
the first one free of conditions. It is a matter of clearness: the answers are the same.
`,
  source: 'nginx.org/en/docs/http/converting_rewrite_rules.html; answers of both compared with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'one name is sent to the other',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org www.example.org;
    root /srv/www;
    if ($host = www.example.org) {
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/if-on-host]: Every request is compared with www.example.org once more: a server of that name says the same
        return 301 https://example.org$request_uri;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/a': 'a' },
          host: 'www.example.org',
          get: '/a',
          before: { status: 301 },
          after: { status: 301 },
        },
      },
    ],
    passing: [
      {
        title: 'one of several conditions, a name that the server does not have, the only name',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org www.example.org;
    if ($host = www.example.org) { set $www 1; }
    if ($scheme = http) { return 301 https://example.org$request_uri; }
}
server {
    listen 81;
    server_name example.org;
    if ($host = example.org) { return 301 https://$host$request_uri; }
    if ($host = other.example.org) { return 301 https://$host$request_uri; }
    return 404;
}
`,
      },
    ],
  },
  directives: ['if'],
  check(directive, { report }) {
    const server = directive.parent
    const [left, operator, right] = directive.args
    if (server?.name !== 'server' || directive.presence !== 'present' || directive.args.length !== 3) return
    if (!/^\(\$(host|http_host)$/.test(left?.value ?? '') || operator?.value !== '=' || !right?.known || !right.value.endsWith(')')) return
    const host = right.value.slice(0, -1).replace(/^(["'])(.*)\\1$/, '$2')
    const [only, ...more] = directive.children
    if (only?.name !== 'return' || more.length > 0 || server.children.some((each) => each.name === 'if' && each.order < directive.order)) return
    const named = server.children.filter((each) => each.name === 'server_name').flatMap((each) => each.args.map((argument) => ({ directive: each, argument })))
    const own = named.filter(({ argument }) => argument.value.toLowerCase() === host.toLowerCase())
    const [name] = own
    if (own.length !== 1 || !name || named.length < 2 || name.directive.args.length < 2) return
    report({
      at: placeOfDirective(directive),
      message: `Every request is compared with ${host} once more: a server of that name says the same, and is found at once.`,
      fixes: split(server, directive, only, name),
    })
  },
})

/** A server of its own for the name, on the same addresses and with the same certificates. */
function split(
  server: PlacedDirective,
  condition: PlacedDirective,
  answer: PlacedDirective,
  { directive, argument }: { readonly directive: PlacedDirective; readonly argument: Argument },
): FindingFix[] {
  if (server.children.some((each) => each.source !== server.source) || server.source !== directive.source) return []
  const copied = server.children.filter(
    (each) => each.name === 'listen' || each.name.startsWith('ssl_') || each.name === 'http2' || each.name === 'include_ssl',
  )
  const indent = indentOf(server)
  const written = (each: PlacedDirective): string => each.source.text.slice(placeOfWhole(each).start, placeOfWhole(each).end)
  // A default server, and what is set of the socket itself, is said once for an address.
  const lines = copied.map((each) =>
    each.name === 'listen'
      ? `listen ${[each.args[0], ...each.args.slice(1).filter((word) => /^(ssl|http2|quic|proxy_protocol)$/.test(word.value))].map((word) => word?.value).join(' ')};`
      : written(each),
  )
  const body = [...lines, `server_name ${argument.value};`, written(answer)].map((line) => `${indent}    ${line}\n`).join('')
  const { end } = placeOfWhole(server)
  return [
    {
      title: `Give ${argument.value} a server of its own`,
      safe: false,
      edits: [
        removeArgument(directive, argument),
        removeDirective(condition),
        { path: server.source.path, start: end, end, newText: `\n\n${indent}server {\n${body}${indent}}` },
      ],
    },
  ]
}
