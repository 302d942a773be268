import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/duplicate',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Something that may be set once and is set twice.',
  explanation: `
Most directives may stand in a block once; others (\`add_header\`, \`listen\`, \`server_name\`, \`index\` …) add up. Names of upstreams, log formats, zones and locations are unique.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the same directive twice',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        root /srv/www;
        root /srv/www;
#       ^^^^^^^^^^^^^^ error[nginx/duplicate]: "root" stands in this block already, with the same value
    }
}
`,
      },
      {
        title: 'an address, a location and an upstream twice',
        files: `
#- nginx.conf
events {}
http {
    upstream app { server 127.0.0.1:8000; }
    upstream app { server 127.0.0.1:8001; }
#            ^^^ error[nginx/duplicate]: There is an upstream "app" already
    server {
        listen 8080;
        listen 0.0.0.0:8080;
#       ^^^^^^^^^^^^^^^^^^^^ error[nginx/duplicate]: This server listens on 0.0.0.0:8080 already
        location / { return 404; }
        location / { return 403; }
#       ^^^^^^^^^^^^ error[nginx/duplicate]: This server has a location "/" already
    }
}
`,
      },
      {
        title: 'two default servers',
        files: `
#- nginx.conf
events {}
http {
    server { listen 8080 default_server; server_name a.example; }
    server { listen 8080 default_server; server_name b.example; }
#                        ^^^^^^^^^^^^^^ error[nginx/duplicate]: 0.0.0.0:8080 has a default server already
}
`,
      },
    ],
    passing: [
      {
        title: 'two files of one folder, each for another place',
        files: `
#- deploy/nginx/shop.conf
resolver 127.0.0.11;
server { listen 8080; }
#- deploy/nginx/shop.production.conf
resolver 127.0.0.11;
server { listen 8081; }
`,
      },
      {
        title: 'what adds up',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        listen [::]:8080;
        index index.html;
        index index.php;
        location = / { return 404; }
        location / { return 404; }
        add_header X-A 1;
        add_header X-A 2;
    }
}
`,
      },
    ],
  },
})
