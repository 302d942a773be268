import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-condition',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A condition of `if` that nginx does not understand.',
  explanation: `
A condition is one variable, one comparison (\`=\`, \`!=\`, \`~\`, \`~*\`, \`!~\`, \`!~*\`) or one test of a file (\`-f\`, \`-d\`, \`-e\`, \`-x\`, with \`!\` before it). There is no \`and\`, no \`or\`,
no \`==\`, and no nesting.
`,
  source: '`src/http/modules/ngx_http_rewrite_module.c`: `ngx_http_rewrite_if_condition`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'two equal signs',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if ($request_method == POST) { return 405; }
#                           ^^ error[nginx/invalid-condition]: nginx compares with a single "="
    }
}
`,
      },
      {
        title: '"and"',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if ($host = a && $scheme = http) { return 404; }
#          ^^^^^^ error[nginx/invalid-condition]: nginx knows no "and" or "or"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'conditions',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        if ($request_method ~* ^(POST|PUT)$) { return 405; }
        if ( $host != "a b" ) { return 404; }
        if (!-f $request_filename) { return 404; }
    }
}
`,
      },
    ],
  },
})
