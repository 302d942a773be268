import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/proxy-pass-uri',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A `proxy_pass` with a path where nginx has no prefix to replace.',
  explanation: `
With a path, \`proxy_pass\` puts it in place of the location's prefix. A location given by a pattern, a named one, an \`if\` and a \`limit_except\` have no such prefix, so nginx refuses a path there, and be it only a slash.
`,
  source: '`src/http/modules/ngx_http_proxy_module.c`: `ngx_http_proxy_pass`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a slash in a location given by a pattern',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ \\.php$ {
            proxy_pass http://127.0.0.1:8000/;
#                      ^^^^^^^^^^^^^^^^^^^^^^ error[nginx/proxy-pass-uri]: In a location given by a regular expression nginx knows no prefix
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'without a path, and with one where there is a prefix',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ \\.php$ { proxy_pass http://127.0.0.1:8000; }
        location /api/ { proxy_pass http://127.0.0.1:8001/; }
    }
}
`,
      },
    ],
  },
})
