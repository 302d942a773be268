import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/not-allowed-here',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A directive in a block where nginx does not take it.',
  explanation: `
Each directive says in which blocks it may stand. \`proxy_pass\` belongs into a location, \`upstream\` into \`http\`, and of an \`if\` in a
server only what the rewrite module brings. \`load_module\` must come before everything else.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a location outside a server',
        files: `
#- nginx.conf
events {}
http {
    location / {
#   ^^^^^^^^ error[nginx/not-allowed-here]: "location" may not stand in "http": its place is "server" or "location"
        return 404;
    }
}
`,
      },
      {
        title: 'an upstream inside a server',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        upstream app { server 127.0.0.1:8000; }
#       ^^^^^^^^ error[nginx/not-allowed-here]: "upstream" may not stand in "server": its place is "http"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'what an "if" in a server may hold',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if ($host = old.example.org) { return 301 https://example.org$request_uri; }
    }
}
`,
      },
    ],
  },
})
