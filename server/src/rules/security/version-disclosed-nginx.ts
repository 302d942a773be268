import { type Configuration, enclosing, type PlacedDirective, placeOfDirective, placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertInside, replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/version-disclosed-nginx',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['server_tokens', 'http'],
  severity: 'info',
  summary: 'nginx tells its version in the header `Server` and on its error pages: `server_tokens on`, or none at all.',
  explanation: `
Who looks for servers with a known hole looks for their version. \`server_tokens off;\` leaves "nginx" alone. It closes no hole, and updates are worth more; where none is set, this is a hint only.
`,
  source: 'nginx documentation, server_tokens (default: on); tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'told on purpose, or for want of a word',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_tokens on;
#   ^^^^^^^^^^^^^^^^^ info[security/version-disclosed-nginx]: Every answer tells the version of nginx
}
#- nginx.conf
events {}
http {
# <- hint[security/version-disclosed-nginx]: Every answer tells the version of nginx
    server { listen 80; }
}
`,
      },
      {
        title: 'the witness: an error page',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    server_tokens on;
#   ^^^^^^^^^^^^^^^^^ info[security/version-disclosed-nginx]: Every answer tells the version of nginx
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/a.txt': 'a' },
          get: '/missing',
          before: { status: 404, body: /nginx\/\d/ },
          after: { status: 404, body: /<center>nginx<\/center>/ },
        },
      },
    ],
    passing: [
      {
        title: 'off, in every server, or perhaps in a file that is not here',
        files: `
#- a/nginx.conf
events {}
http {
    server_tokens off;
    server { listen 80; }
}
#- b/nginx.conf
events {}
http {
    server { listen 80; server_tokens off; }
}
#- c/nginx.conf
events {}
http {
    include /opt/conf.d/*.conf;
    server { listen 80; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present') return
    const message = 'Every answer tells the version of nginx, in the header "Server" and on error pages. Write "server_tokens off;".'
    if (directive.name === 'server_tokens') {
      const value = directive.args[0]
      if (!value?.known || !/^(?:on|build)$/i.test(value.value)) return
      report({ at: placeOfDirective(directive), message, fixes: [{ title: 'Write "off"', safe: false, edits: [replaceArgument(directive, value, 'off')] }] })
    } else if (!directive.parent && !isSet(directive, configuration)) {
      report({
        at: placeOfName(directive),
        severity: 'hint',
        message,
        fixes: [{ title: 'Add "server_tokens off"', safe: false, edits: [insertInside(directive, ['server_tokens off;'])] }],
      })
    }
  },
})

function isSet(http: PlacedDirective, configuration: Configuration): boolean {
  const has = (block: PlacedDirective): boolean =>
    ownOf(block, configuration, 'server_tokens').length > 0 || ownOf(block, configuration, 'more_clear_headers').length > 0
  if (has(http) || mayHoldUnread(http, configuration, 'server_tokens')) return true
  const servers = ownOf(http, configuration, 'server')
  return (
    servers.length === 0 ||
    servers.every((server) => has(server) || mayHoldUnread(server, configuration, 'server_tokens')) ||
    enclosing(http, 'http') !== undefined
  )
}
