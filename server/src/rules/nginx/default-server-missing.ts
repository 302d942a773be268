import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { directivesNamed, placeOfDirective, placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { protocolOf } from '../../site/nginx/inheritance.ts'
import { type HttpServer, httpServer, type Listen } from '../../site/nginx/servers.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/default-server-missing',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'Several servers on one address, none of them marked `default_server`: the first one read gets what fits no name.',
  explanation: `
A request for a name that no server has goes to the \`default_server\` of its address, and without that to the first that was read: an order that follows the names of files. Mark the one that is meant, or
add a server of its own that refuses (\`return 444;\`, \`ssl_reject_handshake on;\`).
`,
  source: 'nginx documentation, "How nginx processes a request"; `ngx_http_add_addresses`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'two sites on port 80',
        files: `
#- conf.d/sites.conf
server {
    listen 80;
#   ^^^^^^^^^^ hint[nginx/default-server-missing]: What fits no name on *:80 goes to this server, because it is read first of 3
    server_name a.example.org;
}
server {
    listen *:80;
    server_name b.example.org;
}
server {
    server_name c.example.org;
}
`,
      },
      {
        title: 'IPv6 and TLS',
        files: `
#- nginx.conf
events {}
http {
    server_tokens off;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    server { listen [::]:443 ssl; server_name a.example.org; }
#            ^^^^^^^^^^^^^^^^^^^^ hint[nginx/default-server-missing]: What fits no name on [::]:443
    server { listen [0:0::0]:443 ssl; server_name b.example.org; }
}
`,
      },
    ],
    passing: [
      {
        title: 'one is marked, other addresses, one server alone, other modules',
        files: `
#- nginx.conf
events {}
http {
    server { listen 80 default_server; server_name a.example.org; }
    server { listen 80; server_name b.example.org; }
    server { listen 81; listen [::]:81; server_name c.example.org; }
    server { listen 127.0.0.1:82; }
    server { listen 127.0.0.2:82; }
}
stream {
    server { listen 83; proxy_pass 127.0.0.1:9000; }
    server { listen 83 udp; proxy_pass 127.0.0.1:9001; }
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const protocol of ['http', 'stream'] as const) {
      const groups = groupsOf(configuration, protocol)
      for (const [key, entries] of groups) {
        const [first] = entries
        if (!first || new Set(entries.map(({ server }) => server)).size < 2) continue
        if (entries.some(({ listen }) => listen?.parameters.some((each) => each === 'default_server' || each === 'default'))) continue
        const at = first.listen ? placeOfDirective(first.listen.directive) : placeOfName(first.server.directive)
        const end = first.listen?.directive.args[0]?.end
        report({
          at,
          message: `What fits no name on ${key} goes to this server, because it is read first of ${new Set(entries.map(({ server }) => server)).size}. Mark the one that is meant with "default_server".`,
          fixes:
            first.listen && end !== undefined
              ? [
                  {
                    title: 'Mark this one: "default_server"',
                    safe: configuration.whole && !configuration.open,
                    edits: [{ path: first.listen.directive.source.path, start: end, end, newText: ' default_server' }],
                  },
                ]
              : [],
        })
      }
    }
  },
})

interface Entry {
  readonly server: HttpServer
  readonly listen: Listen | undefined
}

/** The servers by the sockets that they share, each spelling of an address as one. */
function groupsOf(configuration: Configuration, protocol: 'http' | 'stream'): ReadonlyMap<string, Entry[]> {
  const groups = new Map<string, Entry[]>()
  const add = (key: string, entry: Entry): void => {
    const list = groups.get(key)
    if (list) list.push(entry)
    else groups.set(key, [entry])
  }
  for (const directive of directivesNamed(configuration, 'server')) {
    if (directive.presence === 'absent' || !directive.node.block || protocolOf(directive, configuration) !== protocol) continue
    const server = httpServer(directive)
    if (server.listens.length === 0 && protocol === 'http' && !hasListen(directive) && !mayHoldUnread(directive, configuration, 'listen')) {
      add('*:80', { server, listen: undefined })
    }
    for (const listen of server.listens) {
      const { family, host, port } = listen.address
      if (family === 'unix') continue
      const datagram = listen.parameters.includes('quic') || listen.parameters.includes('udp') ? ' (UDP)' : ''
      add(`${family === 'ipv6' ? compressed(host) : host === '' || host === '0.0.0.0' ? '*' : host}:${port}${datagram}`, { server, listen })
    }
  }
  return groups
}

const hasListen = (server: PlacedDirective): boolean => server.children.some(({ name }) => name === 'listen')

/** An IPv6 address without leading zeros, its zero groups as one. */
function compressed(host: string): string {
  const [head = '', tail] = host
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .split('::')
  const groupsIn = (text: string): string[] => (text === '' ? [] : text.split(':').map((each) => each.replace(/^0+(?=\w)/, '')))
  const [before, after] = [groupsIn(head), groupsIn(tail ?? '')]
  const all = tail === undefined ? before : [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return `[${all
    .join(':')
    .replace(/^(?:0:)*0$/, '::')
    .replace(/^(?:0:){2,}/, '::')}]`
}
