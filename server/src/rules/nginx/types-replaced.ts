import { placeOfDirective } from '../../configuration/placed.ts'
import { levelAround } from '../../site/nginx/inheritance.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/types-replaced',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: 'A `types` block with a few entries, in place of all those from further out.',
  explanation: `
\`types\` in a server or location takes the place of the types from the block around; it does not add to them. Everything that it does not name is sent as \`default_type\` (\`text/plain\`, unless set), so that browsers do not
take style sheets and scripts. Read \`mime.types\` once more in front of the block's own entries, or set \`default_type\` where one type is wanted for all.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_merge_loc_conf`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'one type for one ending',
        files: `
#- nginx.conf
events {}
http {
    include mime.types;
    server {
        listen 80;
        root /srv/www;
        types {
#       ^^^^^^^ info[nginx/types-replaced]: This entry takes the place of all types from further out
            application/wasm wasm;
        }
    }
}
#- mime.types
types {
    text/html html;
    text/css css;
}
`,
      },
    ],
    passing: [
      {
        title: 'with mime.types, empty to switch all off, or with a default for the rest',
        files: `
#- nginx.conf
events {}
http {
    include mime.types;
    server {
        listen 80;
        root /srv/www;
        include mime.types;
        types { application/wasm wasm; }
        location /a { types { } default_type text/plain; }
        location /b { types { text/plain log; } default_type application/octet-stream; }
    }
}
#- mime.types
types {
    text/html html;
    text/css css;
}
`,
      },
    ],
  },
  directives: ['types'],
  check(directive, { configuration, report }) {
    const block = directive.parent
    if (!block || (block.name !== 'server' && block.name !== 'location') || directive.presence !== 'present' || directive.source !== block.source) return
    const entries = directive.children.length
    if (entries === 0 || entries > 10 || block.children.some((each) => (each.name === 'types' && each !== directive) || each.name === 'default_type')) return
    const around = levelAround(block, configuration, 'types')
    const outer = around?.directives[0]
    if (!outer || around.directives.every((each) => each.children.length <= entries)) return
    const from = outer.includedBy.at(-1)?.args[0]?.value
    report({
      at: placeOfDirective(directive),
      message: `${entries === 1 ? 'This entry takes' : `These ${entries} entries take`} the place of all types from further out: everything else here is sent as "default_type".`,
      related: [{ at: placeOfDirective(outer), message: 'replaced' }],
      fixes: from === undefined ? [] : [{ title: `Include ${from} here too`, safe: false, edits: [insertInside(block, [`include ${from};`])] }],
    })
  },
})
