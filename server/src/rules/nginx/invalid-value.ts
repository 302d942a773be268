import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-value',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A value that the directive does not take: a flag, size, time, number or word.',
  explanation: `
Flags are \`on\` or \`off\`; sizes end in \`k\` or \`m\` (\`g\` only for a few); times are written \`1h 30m\`, units from large to small; numbers are whole.
Everything else nginx refuses at start.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a flag',
        files: `
#- nginx.conf
events {}
http {
    gzip true;
#        ^^^^ error[nginx/invalid-value]: "gzip" is switched "on" or "off"; nginx refuses "true"
}
`,
      },
      {
        title: 'sizes and times',
        files: `
#- nginx.conf
events {}
http {
    client_max_body_size 10mb;
#                        ^^^^ error[nginx/invalid-value]: "10mb" is no size for nginx
    client_body_buffer_size 1g;
#                           ^^ error[nginx/invalid-value]: "1g" is no size for nginx
    send_timeout 30sec;
#                ^^^^^ error[nginx/invalid-value]: "30sec" is no value of "send_timeout": it takes a time
}
`,
      },
      {
        title: 'a status code',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        return 200.5;
#              ^^^^^ error[nginx/invalid-value]: "200.5" is no status code
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'upper case, spaces and units',
        files: `
#- nginx.conf
events {}
http {
    gzip On;
    client_max_body_size 2G;
    send_timeout "1m 30s";
    keepalive_timeout 500ms 65;
}
`,
      },
    ],
  },
})
