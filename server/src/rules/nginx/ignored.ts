import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/ignored',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'Something that nginx reads and then ignores, with a warning at most.',
  explanation: `
A second server of the same name on the same address, a word given twice, bits behind the prefix of a network: nginx starts, and what is written there does nothing.
`,
  source: 'The setters of `src/core/ngx_conf_file.c` and of the modules; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a name twice on one address',
        files: `
#- nginx.conf
events {}
http {
    server { listen 8080; server_name example.org; }
    server { listen 8080; server_name www.example.org example.org; }
#                                                     ^^^^^^^^^^^ warning[nginx/ignored]: Another server on 0.0.0.0:8080 has the name "example.org" already
}
`,
      },
      {
        title: 'a word twice, bits behind the prefix',
        files: `
#- nginx.conf
events {}
http {
    gzip_types text/css text/html;
#                       ^^^^^^^^^ warning[nginx/ignored]: text/html is always among the types of "gzip_types"
    server {
        listen 8080;
        allow 10.1.2.3/8;
#             ^^^^^^^^^^ warning[nginx/ignored]: Bits of 10.1.2.3/8 behind the prefix do nothing
        deny all;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'names on different addresses',
        files: `
#- nginx.conf
events {}
http {
    server { listen 8080; server_name example.org; allow 10.0.0.0/8; deny all; }
    server { listen 8081; server_name example.org; }
}
`,
      },
    ],
  },
})
