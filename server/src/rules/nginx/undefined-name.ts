import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/undefined-name',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A log format or zone that nothing defines.',
  explanation: `
A log format must be defined before the \`access_log\` that names it; zones of \`limit_req\`, \`limit_conn\` and caches may stand anywhere. webconf says this only where nothing can be elsewhere.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a format and a zone',
        files: `
#- nginx.conf
events {}
http {
    access_log /var/log/nginx/access.log main;
#                                        ^^^^ error[nginx/undefined-name]: No "log_format main" stands before this line
    server {
        listen 8080;
        limit_req zone=login burst=5;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[nginx/undefined-name]: No "limit_req_zone" defines a zone "login"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'defined',
        files: `
#- nginx.conf
events {}
http {
    log_format main '$remote_addr $status';
    access_log /var/log/nginx/access.log main;
    limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
    server { listen 8080; limit_req zone=login burst=5; }
}
`,
      },
    ],
  },
})
