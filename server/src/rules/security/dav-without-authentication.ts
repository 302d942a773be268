import { placeOfDirective } from '../../configuration/placed.ts'
import { hasAccessCode, hasAuthentication, isLocal, refusesOthers, serverAround } from '../../site/nginx/access.ts'
import { mayHoldUnread, outwards, ownOf } from '../../site/nginx/blocks.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/dav-without-authentication',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['dav_methods'],
  severity: 'warning',
  summary: '`dav_methods` (PUT, DELETE …) where nobody has to say who they are: everyone can write and delete files.',
  explanation: `
\`dav_methods\` lets visitors write, delete, copy and move files. Ask for a password (\`auth_basic\`, \`auth_request\`, a client's certificate), or let in some addresses; \`limit_except GET { … }\` holds for the
methods that write.
`,
  source: 'nginx documentation, ngx_http_dav_module; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'an open folder',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /upload/ {
        root /srv/www;
        dav_methods PUT DELETE;
#       ^^^^^^^^^^^^^^^^^^^^^^^ warning[security/dav-without-authentication]: Everyone can PUT and DELETE files here: PUT /upload/x
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'a password, addresses, the methods limited, off',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { root /srv/www; dav_methods PUT; auth_basic x; auth_basic_user_file /etc/nginx/users; }
    location /b/ { root /srv/www; dav_methods PUT; limit_except GET { deny all; } }
    location /c/ { root /srv/www; dav_methods PUT; allow 10.0.0.0/8; deny all; }
    location /d/ { root /srv/www; dav_methods off; }
}
`,
      },
      {
        title: 'what is around a lone location is not known',
        files: `
#- snippets/dav.conf
location /a/ { root /srv/www; dav_methods PUT; }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const block = directive.parent
    const methods = directive.args.map(({ value }) => value)
    if (directive.presence !== 'present' || methods.includes('off') || methods.length === 0 || !block) return
    if (hasAuthentication(block, configuration) || hasAccessCode(block, configuration) || refusesOthers(block, configuration)) return
    if (valueOfSecureLink(directive)) return
    const limited = ownOf(block, configuration, 'limit_except').some((each) => refusesOthers(each, configuration) || hasAuthentication(each, configuration))
    if (limited || ownOf(block, configuration, 'internal').length > 0) return
    const server = serverAround(directive)
    if (!server || isLocal(server)) return
    for (const each of outwards(block)) if (each && mayHoldUnread(each, configuration, 'auth_basic')) return
    const path = block.name === 'location' ? (block.args.at(-1)?.value ?? '/') : '/'
    report({
      at: placeOfDirective(directive),
      message: `Everyone can ${methods.join(' and ')} files here: ${methods[0]} ${path.endsWith('/') ? path : `${path}/`}x asks for no password. Use "auth_basic", or let in some addresses alone.`,
      fixes: [
        {
          title: 'Let in this machine alone to write',
          safe: false,
          edits: [insertAfter(directive, ['limit_except GET HEAD {', '    allow 127.0.0.1;', '    deny all;', '}'])],
        },
      ],
    })
  },
})

/** The location asks for a signed link. */
const valueOfSecureLink = (directive: { readonly parent: { readonly children: readonly { readonly name: string }[] } | undefined }): boolean =>
  directive.parent?.children.some(({ name }) => name === 'secure_link' || name === 'secure_link_secret') ?? false
