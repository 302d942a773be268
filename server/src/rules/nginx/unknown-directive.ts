import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/unknown-directive',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A directive that no module has: a slip of the pen, or one of another version.',
  explanation: `
nginx refuses a file with a name that none of its modules declares. webconf knows nginx's own directives of every version since 1.18 and those of
the modules that people run; what it does not know can be named in the setting \`nginx.directives\`.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
#- nginx.conf
events {}
http {
    server {
        listne 8080;
#       ^^^^^^ error[nginx/unknown-directive]: nginx knows no directive "listne"; did you mean "listen"?
    }
}
`,
      },
      {
        title: 'no space before the bracket',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if($host = x) { return 404; }
#       ^^^^^^^^ error[nginx/unknown-directive]: "if($host" is read as one word
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'directives of other modules',
        files: `
#- nginx.conf
events {}
http {
    brotli on;
    server {
        listen 8080;
        location / { content_by_lua_block { ngx.say("hello") } }
    }
}
`,
      },
    ],
  },
})
