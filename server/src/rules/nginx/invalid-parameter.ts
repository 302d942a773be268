import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-parameter',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A parameter that the directive does not have, or one with a value that it does not take.',
  explanation: `
Many directives take parameters behind their first argument (\`listen 80 default_server\`, \`server 127.0.0.1:80 weight=5\`). nginx refuses every other word.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a parameter of listen',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080 default-server;
#                   ^^^^^^^^^^^^^^ error[nginx/invalid-parameter]: "default-server" is no parameter of "listen"; "default_server" is
    }
}
`,
      },
      {
        title: 'a parameter of a server of an upstream',
        files: `
#- nginx.conf
events {}
http {
    upstream app {
        server 127.0.0.1:8000 weight=heavy;
#                             ^^^^^^^^^^^^ error[nginx/invalid-parameter]: "heavy" is no value of "weight"
    }
}
`,
      },
      {
        title: 'a flag of rewrite',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        rewrite ^/old$ /new 301;
#                           ^^^ error[nginx/invalid-parameter]: "301" is no flag of "rewrite"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'parameters',
        files: `
#- nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000 weight=5 max_fails=3 fail_timeout=30s; server 127.0.0.1:8001 backup; }
    server {
        listen 8080 default_server backlog=1024 so_keepalive=30m::10;
        rewrite ^/old$ /new permanent;
    }
}
`,
      },
    ],
  },
})
