import { placeOfDirective, placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { insertBefore } from '../lib/edits.ts'
import { within } from '../nginx/lib/known.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/http-not-redirected-nginx',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'info',
  summary: 'A site that is served over HTTP as well as over HTTPS, without a redirect.',
  explanation: `
A server on port 80 answers for a name for which another has TLS. Who comes by HTTP stays there, with passwords and cookies. Redirect: \`return 301 https://$host$request_uri;\`, with a location of its own for
\`/.well-known/acme-challenge/\` where certificates are renewed that way. One server with both ports is a hint only.
`,
  source: 'Mozilla, Server Side TLS: HTTP redirects; CIS NGINX benchmark, 4.1.1.',
  examples: {
    failing: [
      {
        title: 'the same name, unencrypted',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
#   ^^^^^^^^^^^^^^^^^^^^^^^^ info[security/http-not-redirected-nginx]: example.org has TLS, and is served here without
    root /srv/www;
}
server {
    listen 443 ssl;
    server_name example.org;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    root /srv/www;
}
`,
      },
    ],
    passing: [
      {
        title: 'redirected, in all ways; other names; this machine alone',
        files: `
#- conf.d/site.conf
server { listen 80; server_name a.example.org; return 301 https://$host$request_uri; }
server { listen 80; server_name b.example.org; location / { return 301 https://$host$request_uri; } }
server { listen 80; server_name c.example.org; if ($scheme != https) { return 301 https://$host$request_uri; } root /srv/www; }
server { listen 80; server_name d.example.org; rewrite ^ https://$host$request_uri permanent; }
server { listen 80; server_name e.example.org; root /srv/www; }
server { listen 127.0.0.1:80; server_name f.example.org; root /srv/www; }
server {
    listen 443 ssl;
    server_name a.example.org b.example.org c.example.org d.example.org f.example.org;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    root /srv/www;
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const servers = httpServersOf(configuration).filter(({ directive }) => directive.presence === 'present')
    // Files side by side that nothing includes may be alternatives: only servers of one file are held against each other there.
    const scopeOf = ({ directive }: (typeof servers)[number]): string => (configuration.whole ? '' : directive.source.path)
    const encrypted = new Set(
      servers.filter(({ listens }) => listens.some(isTls)).flatMap((server) => server.names.map(({ name }) => `${scopeOf(server)} ${name}`)),
    )
    for (const server of servers) {
      const { directive, listens, names } = server
      const plain = listens.filter(
        (each) => !isTls(each) && each.address.port === 80 && !/^127\.|^\[::1\]/.test(each.address.host) && each.address.family !== 'unix',
      )
      if (plain.length === 0 || mayHoldUnread(directive, configuration, 'return') || mayHoldUnread(directive, configuration, 'server')) continue
      const both = listens.some(isTls)
      const named = names.find(({ name }) => encrypted.has(`${scopeOf(server)} ${name}`) && name !== '_' && name !== '' && !name.startsWith('~'))
      if (!named && !both) continue
      if (redirects(directive)) continue
      const at = named ? placeOfDirective(named.directive) : placeOfName(directive)
      if (both) {
        report({
          at,
          severity: 'hint',
          message: 'The site is served over HTTP as well as over HTTPS: who comes by HTTP stays there. Redirect from a server of its own on port 80.',
        })
        continue
      }
      const first = ownOf(directive, configuration, 'location').length === 0 ? ownOf(directive, configuration, 'root')[0] : undefined
      report({
        at,
        message: `${named?.name} has TLS, and is served here without: who comes by HTTP stays there. Redirect with "return 301 https://$host$request_uri".`,
        fixes:
          first && first.source === directive.source
            ? [{ title: 'Redirect to HTTPS', safe: false, edits: [insertBefore(first, ['return 301 https://$host$request_uri;'])] }]
            : [],
      })
    }
  },
})

/** Something in it sends visitors on, or answers for HTTP in a way of its own. */
function redirects(server: Parameters<typeof within>[0]): boolean {
  for (const { name, args } of within(server)) {
    if (name === 'return' && args.some(({ value }) => /^(?:https:|\$scheme|4\d\d|444)/.test(value) || /https/.test(value))) return true
    if (name === 'rewrite' && /^https:/.test(args[1]?.value ?? '')) return true
    if (name === 'error_page' && args[0]?.value === '497') return true
    if (/^rewrite_by_lua|^access_by_lua|^set_real_ip_from/.test(name)) return true
  }
  return false
}
