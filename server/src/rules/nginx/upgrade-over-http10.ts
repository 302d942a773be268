import { compareNginxVersions } from '../../catalog/nginx/catalog.ts'
import { indentOf, placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect, mayInheritUnseen } from '../../site/nginx/inheritance.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/upgrade-over-http10',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'An `Upgrade` header for WebSockets without the `Connection` header or `proxy_http_version 1.1` that it needs.',
  explanation: `
A WebSocket begins with a request of HTTP/1.1 that has \`Upgrade: websocket\` and \`Connection: upgrade\`. nginx passes neither header on by itself, sends \`Connection: close\` in place of the second, and before version 1.29.7
speaks HTTP/1.0 to backends. Where only \`Upgrade\` is set, no WebSocket is ever opened.
`,
  source: 'nginx.org/en/docs/http/websocket.html; tried with nginx 1.22.1: `Connection: close`, `HTTP/1.0`.',
  examples: {
    failing: [
      {
        title: 'neither of the two',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Upgrade $http_upgrade;
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/upgrade-over-http10]: No WebSocket is ever opened: "Connection" is not set to "upgrade", and nginx before 1.29.7 speaks HTTP/1.0
        }
    }
}
`,
      },
      {
        title: 'no version',
        files: `
#- nginx.conf
events {}
http {
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Upgrade $http_upgrade;
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/upgrade-over-http10]: No WebSocket is ever opened: nginx before 1.29.7 speaks HTTP/1.0
            proxy_set_header Connection $connection_upgrade;
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'all of it, here and further out',
        files: `
#- nginx.conf
events {}
http {
    proxy_http_version 1.1;
    server {
        listen 80;
        location /a/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
        location /b/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_http_version 1.1;
            proxy_set_header upgrade $http_upgrade;
            proxy_set_header connection $http_connection;
        }
        location /c/ {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Upgrade "";
        }
    }
}
`,
      },
    ],
  },
  directives: ['proxy_set_header'],
  check(directive, { configuration, settings, report }) {
    const [name, value] = directive.args
    if (name?.value.toLowerCase() !== 'upgrade' || !value?.known || value.value === '' || directive.presence !== 'present' || directive.source.templated) return
    const block = directive.parent
    if (!block) return
    const connection = block.children.some((each) => each.name === 'proxy_set_header' && each.args[0]?.value.toLowerCase() === 'connection')
    // A snippet may be included beside the other half.
    if (!connection && directive.includedBy.at(-1)?.parent === block) return
    const isNew = settings.nginx.version !== undefined && compareNginxVersions(settings.nginx.version, '1.29.7') >= 0
    const version = isNew || levelInEffect(block, configuration, 'proxy_http_version') !== undefined
    const mayBeSet = mayInheritUnseen(configuration) || block.name !== 'location'
    const versionMissing = !version && !mayBeSet
    if (connection && !versionMissing) return
    if (!connection && block.name !== 'location' && !block.children.some((each) => each.name === 'proxy_pass')) return
    const missing = [
      ...(connection ? [] : ['"Connection" is not set to "upgrade"']),
      ...(versionMissing ? ['nginx before 1.29.7 speaks HTTP/1.0 to the backend'] : []),
    ]
    const lines = [...(connection ? [] : ['proxy_set_header Connection "upgrade";']), ...(versionMissing ? ['proxy_http_version 1.1;'] : [])]
    const { end } = placeOfWhole(directive)
    report({
      at: placeOfWhole(directive),
      message: `No WebSocket is ever opened: ${missing.join(', and ')}.`,
      fixes: [
        {
          title: `Add ${lines.map((line) => line.replace(/;$/, '')).join(' and ')}`,
          safe: true,
          edits: [{ path: directive.source.path, start: end, end, newText: lines.map((line) => `\n${indentOf(directive)}${line}`).join('') }],
        },
      ],
    })
  },
})
