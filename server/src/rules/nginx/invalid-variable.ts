import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/invalid-variable',
  looksAt: 'config-test',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A `$` that no name follows, or a name that cannot be a variable.',
  explanation: `
nginx takes every \`$\` as the beginning of a variable and knows no way to escape one. A literal dollar sign can be had from a variable that holds it
(\`geo $dollar { default "$"; }\`).
`,
  source: '`src/http/ngx_http_script.c`: `ngx_http_script_compile`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a lone dollar sign',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        return 200 "it costs 5 $";
#                  ^^^^^^^^^^^^^^ error[nginx/invalid-variable]: A "$" in "it costs 5 $" is followed by no name
    }
}
`,
      },
      {
        title: 'set without a dollar sign',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        set name value;
#           ^^^^ error[nginx/invalid-variable]: "name" is to be the name of a variable
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'variables, captures and brackets',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        rewrite ^/(.*)$ /x/$1?host=\${host} last;
    }
}
`,
      },
    ],
  },
})
