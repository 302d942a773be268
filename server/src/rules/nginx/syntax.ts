import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/syntax',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Text that nginx cannot read: a missing `;` or `}`, a brace too many, a quote without its partner.',
  explanation: `
nginx reads words up to a \`;\` or a brace, over as many lines as it takes. It therefore notices a missing \`;\`
only when the next brace or the end of the file comes, and names that line. The mark here is where something is missing; the
message says which line nginx names.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_read_token`, `ngx_conf_parse`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a missing semicolon before a closing brace',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080
#       ^^^^^^^^^^^ error[nginx/syntax]: "listen" does not end: a ";" is missing here
    }
}
`,
      },
      {
        title: 'a block that is never closed',
        files: `
#- nginx.conf
events {}
http {
    server {
#   ^^^^^^ error[nginx/syntax]: The block "server" is never closed
        listen 8080;
}
`,
      },
      {
        title: 'a brace too many',
        files: `
#- nginx.conf
events {}
}
# <---- error[nginx/syntax]: This "}" closes nothing
`,
      },
      {
        title: 'a quote left open on its line',
        files: `
#- nginx.conf
events {}
http {
    log_format main '$remote_addr $status;
#                   ^^^^^^^^^^^^^^^^^^^^^ error[nginx/syntax]: This quote is never closed
    server { listen 8080; }
}
`,
      },
      {
        title: 'braces of a pattern without quotes',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ ^/\\d{3}/ {
#                  ^^^^^^^^ error[nginx/syntax]: The "{" of a pattern opens a block for nginx
            return 200;
        }
        rewrite ^/(.{2})$ /x;
#               ^^^^^^^^^ error[nginx/syntax]: The "{" of a pattern opens a block for nginx
        if ($uri ~ ^/a{2}) { return 404; }
#                  ^^^^^^^ error[nginx/syntax]: The "{" of a pattern opens a block for nginx
    }
}
`,
      },
      {
        title: 'a missing semicolon at the end of a line, that nginx may take for an argument',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080
#       ^^^^^^^^^^^ error[nginx/syntax]: "listen" does not end: a ";" is missing here, so "root" on the next line becomes an argument of it
        root /srv;
    }
    server {
        server_name example.org
#       ^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/syntax]: "server_name" does not end: a ";" is missing here, so "listen" on the next line becomes an argument of it, and nginx takes it
        listen 8081;
    }
}
`,
      },
      {
        title: 'a block without its brace, and one where none belongs',
        files: `
#- nginx.conf
events {}
http {
    server
#   ^^^^^^ error[nginx/syntax]: "server" is a block: a "{" must follow here
        listen 8080;
    gzip on {
#           ^ error[nginx/syntax]: "gzip" is no block: nginx expects a ";" and meets a "{"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'programs and variables of a shell that are called like it',
        files: `
#- bin/restart.nginx
#!/bin/sh
sudo systemctl restart nginx
#- etc/sysconfig/nginx.conf
# for the service manager
NGINX_CONFIG=/etc/nginx/nginx.conf
#- Dockerfile.nginx
FROM nginx:1.27
CMD ["nginx", "-g", "daemon off;"]
`,
      },
      {
        title: 'what looks wrong and is not: a brace, a hash and quotes inside words, a directive over several lines',
        files: `
#- nginx.conf
events {}
http {
    log_format main '$remote_addr "{$status}" '
                    'it\\'s';  # an escaped quote
    server {
        listen 8080;
        location /a { return 200 ok}#1; }
        location ~ "^/\\d{3}/" { return 200 "\${uri}"; }
    }
}
`,
      },
    ],
  },
})
