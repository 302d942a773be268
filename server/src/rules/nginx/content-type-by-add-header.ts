import { placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { outwards, ownOf } from '../../site/nginx/blocks.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/content-type-by-add-header',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['add_header', 'more_set_headers'],
  severity: 'warning',
  summary: '`add_header Content-Type` adds a second one to that which nginx, or the server behind, gives anyway.',
  explanation: `
\`add_header\` adds, it does not replace: the answer has two headers \`Content-Type\`, and every program takes the one that it likes. \`default_type\` says what a \`return\`, or a file whose ending is
unknown, is; with \`proxy_hide_header Content-Type\` that of the server behind is taken out first. An answer 204 has none by itself, so that there it is in order.
`,
  source: 'tried with nginx 1.22.1: two headers Content-Type for "return 200", one for "return 204".',
  examples: {
    failing: [
      {
        title: 'the witness: two headers',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /health {
        add_header Content-Type application/json;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/content-type-by-add-header]: The answer gets two headers Content-Type
        return 200 '{"ok": true}';
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/health',
          before: { status: 200, headers: /Content-Type:.*Content-Type: application\/json/s },
          after: { status: 200, headers: /^(?!.*Content-Type:.*Content-Type:).*Content-Type: application\/json/s },
        },
      },
      {
        title: 'the type of a text',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /health {
        add_header Content-Type application/json;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/content-type-by-add-header]: The answer gets two headers Content-Type
        return 200 '{"ok": true}';
    }
    location /files/ {
        add_header content-type text/plain always;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/content-type-by-add-header]: The answer gets two
        root /srv/www;
    }
    location /more/ {
        more_set_headers "Content-Type: text/plain";
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/content-type-by-add-header]: "default_type text/plain"
        return 200 x;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'default_type, an answer without content, and one whose own type is taken out',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a { default_type text/plain; return 200 a; }
    location /b {
        if ($request_method = OPTIONS) {
            add_header Content-Type "text/plain; charset=utf-8";
            add_header Content-Length 0;
            return 204;
        }
        proxy_pass http://127.0.0.1:8000;
    }
    location /c {
        proxy_hide_header Content-Type;
        add_header Content-Type text/plain;
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present') return
    if (directive.name === 'more_set_headers') {
      const header = directive.args.find(({ value }) => /^content-type\s*:\s*[\w.+-]+\/[\w.+-]+/i.test(value))
      if (!header || directive.args.length > 1) return
      const type = header.value.replace(/^[^:]*:\s*/, '')
      const message = `"default_type ${type}" says the same without a module, where nginx makes the answer itself.`
      report({ at: placeOfDirective(directive), severity: 'hint', message })
      return
    }
    const [name, type] = directive.args
    if (name?.value.toLowerCase() !== 'content-type' || !type || type.value === '') return
    const block = directive.parent
    if (ownOf(block, configuration, 'return').some((each) => /^(?:204|304)$/.test(each.args[0]?.value ?? ''))) return
    for (const each of outwards(block)) {
      for (const hides of hiding) if (ownOf(each, configuration, hides).some(({ args }) => args[0]?.value.toLowerCase() === 'content-type')) return
    }
    const { start, end } = placeOfWhole(directive)
    const answers = ownOf(block, configuration, 'return').length > 0 && ownOf(block, configuration, 'default_type').length === 0
    report({
      at: placeOfDirective(directive),
      message: `The answer gets two headers Content-Type, this one beside its own: "add_header" replaces nothing. Say "default_type ${type.value}", or take out that of the server behind.`,
      fixes:
        answers && block?.name !== 'if' && type.known
          ? [
              {
                title: `Write "default_type"`,
                safe: false,
                edits: [{ path: directive.source.path, start, end, newText: `default_type ${directive.source.text.slice(type.start, type.end)};` }],
              },
            ]
          : [],
    })
  },
})

const hiding = ['proxy_hide_header', 'fastcgi_hide_header', 'uwsgi_hide_header', 'scgi_hide_header', 'grpc_hide_header', 'more_clear_headers']
