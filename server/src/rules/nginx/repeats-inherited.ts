import { type PlacedDirective, placeOfWhole } from '../../configuration/placed.ts'
import { levelAround, mayInheritUnseen } from '../../site/nginx/inheritance.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

/** Directives of one value that a block takes from the one around it, in which nothing else plays a part. */
const inherited = [
  'root',
  'index',
  'client_max_body_size',
  'client_body_timeout',
  'client_header_timeout',
  'keepalive_timeout',
  'send_timeout',
  'sendfile',
  'tcp_nopush',
  'tcp_nodelay',
  'server_tokens',
  'gzip',
  'gzip_types',
  'gzip_vary',
  'gzip_proxied',
  'gzip_comp_level',
  'gzip_min_length',
  'autoindex',
  'charset',
  'default_type',
  'proxy_http_version',
  'proxy_buffering',
  'proxy_read_timeout',
  'proxy_send_timeout',
  'proxy_connect_timeout',
  'proxy_buffer_size',
  'fastcgi_read_timeout',
  'fastcgi_send_timeout',
  'uwsgi_read_timeout',
  'uwsgi_send_timeout',
  'ssl_protocols',
  'ssl_ciphers',
  'ssl_prefer_server_ciphers',
  'ssl_session_cache',
  'ssl_session_timeout',
  'ssl_session_tickets',
] as const

export const rule = defineRule({
  id: 'nginx/repeats-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A directive with the very value that is in effect there already.',
  explanation: `
What a block around says holds inside as well. Said once more with the same value it changes nothing, and has to be changed in two places later. Only directives with one value are
looked at, in which nothing else plays a part; lists such as \`add_header\` are not.
`,
  source: '`ngx_conf_merge_value` in the modules: a value that is not set is taken from the block around.',
  examples: {
    failing: [
      {
        title: 'the root of the server once more',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        root /srv/www;
        location /a {
            root /srv/www;
#           ^^^^^^^^^^^^^^ hint[nginx/repeats-inherited]: "root /srv/www" is in effect here already
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'another value, back to the outer one, a location with an alias around, a condition',
        files: `
#- nginx.conf
events {}
http {
    gzip on;
    server {
        listen 80;
        root /srv/www;
        gzip off;
        location /a { root /srv/other; gzip on; }
        location /b { alias /srv/b; location /b/c { root /srv/www; } }
        location /d { root /srv/other; location /d/e { root /srv/www; } }
    }
}
`,
      },
    ],
  },
  directives: inherited,
  check(directive, { configuration, report }) {
    const block = directive.parent
    if (!block || directive.presence !== 'present' || block.name === 'if' || directive.args.some((each) => !each.known) || directive.source.templated) return
    const names = directive.name === 'root' ? ['root', 'alias'] : [directive.name]
    const around = levelAround(block, configuration, ...names)
    const [outer, ...more] = around?.directives ?? []
    if (
      !outer ||
      more.length > 0 ||
      outer.presence !== 'present' ||
      outer.name !== directive.name ||
      (around?.block === undefined && mayInheritUnseen(configuration))
    )
      return
    // One line for several blocks comes by an include: it is there for the others too.
    if (outer.source !== directive.source || !sameWords(outer, directive)) return
    if (block.children.filter((each) => names.includes(each.name)).length > 1) return
    const text = [directive.name, ...directive.args.map(({ value }) => value)].join(' ')
    report({
      at: placeOfWhole(directive),
      message: `"${text}" is in effect here already, from the block around: this line changes nothing.`,
      related: [{ at: placeOfWhole(outer), message: 'in effect from here' }],
      fixes: [{ title: 'Remove the line', safe: false, edits: [removeDirective(directive)] }],
    })
  },
})

const sameWords = (one: PlacedDirective, other: PlacedDirective): boolean =>
  one.args.length === other.args.length && one.args.every((each, i) => each.value === other.args[i]?.value)
