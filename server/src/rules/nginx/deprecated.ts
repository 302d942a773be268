import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/deprecated',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'What nginx still reads and a newer one does not, or calls deprecated.',
  explanation: `
With no version set, what any nginx since 1.18 takes is no error; what a later one removed is this warning. Set \`nginx.version\` to hear of exactly your server.
`,
  source: '`ngx_conf_deprecated`, and the tables of the releases; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'removed in 1.25.1',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8443;
        ssl on;
#       ^^^ warning[nginx/deprecated]: "ssl" is deprecated and removed in nginx 1.25.1: use "listen ... ssl"
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the form of today',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8443 ssl;
        ssl_certificate /etc/ssl/a.pem;
        ssl_certificate_key /etc/ssl/a.key;
    }
}
`,
      },
    ],
  },
})
