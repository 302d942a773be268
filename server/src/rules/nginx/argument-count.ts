import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/argument-count',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Too many or too few arguments.',
  explanation: `
nginx splits at white space: a value with spaces is several arguments, unless it stands in quotes. A missing \`;\` makes the next line part of the
directive, which also shows as a wrong number of arguments; then the missing \`;\` is reported instead.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a text without quotes',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / {
            return 200 all is well;
#           ^^^^^^^^^^^^^^^^^^^^^^^ error[nginx/argument-count]: "return" takes 1 to 2 arguments, and here are 4
        }
    }
}
`,
      },
      {
        title: 'no argument',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        root;
#       ^^^^^ error[nginx/argument-count]: "root" takes one argument, and here are 0
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'a text in quotes',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location / { return 200 "all is well"; }
    }
}
`,
      },
    ],
  },
})
