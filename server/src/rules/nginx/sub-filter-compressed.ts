import { placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { levelInEffect, mayInheritUnseen } from '../../site/nginx/inheritance.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/sub-filter-compressed',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: '`sub_filter` on answers of a backend that may be compressed, in which nothing is found.',
  explanation: `
\`sub_filter\` looks for its text in the answer as the backend sends it. Browsers say that they take compressed answers, nginx passes that on, and in a compressed answer the text is
not found. \`proxy_set_header Accept-Encoding "";\` has the backend answer plainly.
`,
  source: 'nginx.org/en/docs/http/ngx_http_sub_module.html; `src/http/modules/ngx_http_sub_filter_module.c` reads what is there.',
  examples: {
    failing: [
      {
        title: 'the header is passed on',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            sub_filter 'http://backend' 'https://example.org';
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/sub-filter-compressed]: Nothing is found in compressed answers
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the header is taken away, or nothing is passed on',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Accept-Encoding "";
            sub_filter 'http://backend' 'https://example.org';
        }
        location /files { root /srv; sub_filter a b; }
        location /c { proxy_pass http://127.0.0.1:8000; gunzip on; sub_filter a b; }
    }
}
`,
      },
    ],
  },
  directives: ['sub_filter'],
  check(directive, { configuration, report }) {
    const block = directive.parent
    const pass = block?.children.find((each) => each.name === 'proxy_pass')
    if (!block || !pass || directive.presence !== 'present' || mayInheritUnseen(configuration)) return
    if (block.children.find((each) => each.name === 'sub_filter') !== directive) return
    const headers = levelInEffect(block, configuration, 'proxy_set_header')
    if (headers?.directives.some((each) => each.args[0]?.value.toLowerCase() === 'accept-encoding')) return
    if (levelInEffect(block, configuration, 'gunzip') || levelInEffect(block, configuration, 'proxy_pass_request_headers')) return
    report({
      at: placeOfWhole(directive),
      message: 'Nothing is found in compressed answers, and the browser\'s "Accept-Encoding" is passed on to the backend: take it away.',
      related: [{ at: placeOfDirective(pass), message: 'passes the header on' }],
      // Headers set here would take the place of those from further out.
      fixes:
        headers && headers.block !== block
          ? []
          : [{ title: 'Add proxy_set_header Accept-Encoding ""', safe: false, edits: [insertAfter(pass, ['proxy_set_header Accept-Encoding "";'])] }],
    })
  },
})
