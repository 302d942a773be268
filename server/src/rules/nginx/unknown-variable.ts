import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/unknown-variable',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A variable that nothing defines.',
  explanation: `
A variable is known if a module declares it, or if \`set\`, \`map\`, \`geo\`, \`split_clients\` or a named group of a pattern somewhere in the configuration makes it.
nginx looks once everything is read, so it names no line. webconf says this only of a whole configuration.
`,
  source: '`src/http/ngx_http_variables.c`: `ngx_http_variables_init_vars`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / {
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header X-Real-IP $remote_adr;
#                                      ^^^^^^^^^^^ error[nginx/unknown-variable]: Nothing defines a variable $remote_adr
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'variables made by the configuration, of modules, and by prefix',
        files: `
#- nginx.conf
events {}
http {
    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    server {
        listen 8080;
        location ~ ^/(?<user>\\w+)/ {
            set $key $user-$arg_page-$cookie_session;
            proxy_pass http://127.0.0.1:8000;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Key $key;
        }
    }
}
`,
      },
    ],
  },
})
