import { reportIncludeFaults } from '../lib/includes.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/include-not-found',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'An `include` of a file that is not there, that includes itself, or that cannot be read.',
  explanation: `
A literal path must exist, or nginx does not start. A pattern (\`conf.d/*.conf\`) that fits nothing is no error. Files that packages
install (\`mime.types\`, \`*_params\`, \`snippets/\`) are not looked for in a workspace, nor are files in folders that it does not hold.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_include`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a file missing from a folder that is there',
        files: `
#- nginx/nginx.conf
events {}
http {
    include sites/shop.conf;
#           ^^^^^^^^^^^^^^^ error[nginx/include-not-found]: There is no file /etc/nginx/sites/shop.conf
}
#- nginx/sites/blog.conf
server { listen 8080; }
`,
      },
      {
        title: 'two files that include each other',
        files: `
#- nginx/nginx.conf
events {}
http {
    include a.conf;
}
#- nginx/a.conf
include b.conf;
#- nginx/b.conf
include a.conf;
#       ^^^^^^ warning[nginx/include-not-found]: This includes /workspace/nginx/a.conf, in which it stands itself
`,
      },
    ],
    passing: [
      {
        title: 'stock files, folders that are elsewhere, a pattern that fits nothing in a folder that is not here',
        files: `
#- nginx/nginx.conf
include /etc/nginx/modules-enabled/*.conf;
events {}
http {
    include mime.types;
    include /etc/letsencrypt/options-ssl-nginx.conf;
    include /etc/nginx/conf.d/*.conf;
}
`,
      },
      {
        title: 'a file that is linked when the container starts',
        files: `
#- docker/nginx.conf
events {}
http {
    server {
        listen 8080;
        include site_locations.conf;
    }
}
#- docker/plain.conf
location / { return 204; }
#- docker/start.sh
#!/bin/sh
cd /etc/nginx
ln -sf plain.conf site_locations.conf
exec nginx -g "daemon off;"
`,
      },
      {
        title: 'a template beside the template that includes it',
        files: `
#- templates/nginx/conf.d/shop.conf.j2
server {
    listen 8080;
    server_name {{ name }};
    include conf.d/shop_locations.inc;
}
#- templates/nginx/conf.d/shop_locations.inc.j2
location / { return 204; }
`,
      },
    ],
  },
  check: (context) =>
    reportIncludeFaults(context, 'nginx', (fault) =>
      fault.kind === 'missing' ? { level: 'emerg', message: `open() "${fault.path}" failed (2: No such file or directory)` } : undefined,
    ),
})
