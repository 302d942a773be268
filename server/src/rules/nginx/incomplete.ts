import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/incomplete',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Something is missing that nginx needs: servers in an upstream, a `listen`, a zone.',
  explanation: `
An upstream needs a server, a server of \`stream\` and \`mail\` needs a \`listen\`, \`limit_req\` needs its zone. A server of \`http\` without \`listen\` is right: it listens on port 80.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'an upstream without servers',
        files: `
#- nginx.conf
events {}
http {
    upstream app {
#   ^^^^^^^^ error[nginx/incomplete]: An upstream needs at least one "server"
        least_conn;
    }
}
`,
      },
      {
        title: 'a server of stream without listen',
        files: `
#- nginx.conf
events {}
stream {
    server {
#   ^^^^^^ error[nginx/incomplete]: This server listens nowhere
        proxy_pass 127.0.0.1:5432;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'complete',
        files: `
#- nginx.conf
events {}
stream { server { listen 5433; proxy_pass 127.0.0.1:5432; } }
http { upstream app { least_conn; server 127.0.0.1:8000; } }
`,
      },
    ],
  },
})
