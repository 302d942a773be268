import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-regex',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A regular expression that PCRE2 does not take.',
  explanation: `
nginx compiles every pattern when it starts. A pattern with \`{\`, \`}\` or \`;\` must stand in quotes, or the brace opens a block.
`,
  source: '`src/core/ngx_regex.c`: `ngx_regex_compile`; messages are of PCRE2 itself; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a group that is not closed',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ ^/(a|b$ { return 404; }
#                  ^^^^^^^ error[nginx/invalid-regex]: This is no regular expression: missing closing parenthesis
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'what only PCRE2 takes',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ "^/(?<id>\\d{3})(?>x)?+$" { return 200 $id; }
        location ~* (?i)^/\\Qa.b\\E { return 404; }
    }
}
`,
      },
    ],
  },
})
