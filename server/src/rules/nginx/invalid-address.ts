import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-address',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'An address or port that nginx cannot listen on or pass requests to.',
  explanation: `
\`listen\` takes a port, an address and a port, or \`unix:\` and a path. A server of an upstream takes host and port without a scheme; \`proxy_pass\` takes a URL with one.
A name in \`listen\` is taken for a host and resolved.
`,
  source: '`src/core/ngx_inet.c`: `ngx_parse_url`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a port that is none',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 80800;
#              ^^^^^ error[nginx/invalid-address]: nginx cannot listen on "80800" (invalid port)
    }
}
`,
      },
      {
        title: 'a URL where an address is wanted, an address where a URL is',
        files: `
#- nginx.conf
events {}
http {
    upstream app {
        server http://127.0.0.1:8000;
#              ^^^^^^^^^^^^^^^^^^^^^ error[nginx/invalid-address]: A server of an upstream is host:port, without scheme and path
    }
    server {
        listen 8080;
        location / {
            proxy_pass 127.0.0.1:8000;
#                      ^^^^^^^^^^^^^^ error[nginx/invalid-address]: "proxy_pass" takes a URL that begins with http:// or https://
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'names that a script puts addresses in the place of, and a group of a pattern that looks like one',
        files: `
#- site.conf
upstream app {
    server 127.0.0.1:%(app_port)s fail_timeout=0;
    server <APP_HOST>:<APP_PORT>;
}
server {
    listen 8080;
    location ~ ^/(?<NAME>[a-z]+)$ { proxy_pass http://app; }
}
#- templates/listen.template.conf
server {
    listen $WEB_PORT;
    return 204;
}
`,
      },
      {
        title: 'all forms of listen',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        listen 127.0.0.1:8081;
        listen [::1]:8080;
        listen unix:/run/web.sock;
        location / { proxy_pass http://unix:/run/app.sock:/; }
    }
}
`,
      },
    ],
  },
})
