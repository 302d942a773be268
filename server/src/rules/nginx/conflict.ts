import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/conflict',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Two things that exclude each other.',
  explanation: `
A port behind the name of an upstream, one zone for two uses, a buffered log with a variable name, \`proxy_redirect default\` before \`proxy_pass\`: nginx refuses both together.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a port behind the name of an upstream',
        files: `
#- nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000; }
    server {
        listen 8080;
        location / {
            proxy_pass http://app:8000;
#                      ^^^^^^^^^^^^^^^ error[nginx/conflict]: "app" is an upstream, and an upstream's name takes no port
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'an upstream by its name',
        files: `
#- nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000; }
    server {
        listen 8080;
        location / { proxy_pass http://app; }
    }
}
`,
      },
    ],
  },
})
