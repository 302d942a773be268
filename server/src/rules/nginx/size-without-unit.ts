import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/size-without-unit',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A size of a few bytes, where megabytes were meant: `client_max_body_size 20`.',
  explanation: `
A size without a unit counts bytes. \`client_max_body_size 20;\` refuses every request with more than twenty bytes in its body (413), that is, nearly every form. Write \`20m\`; \`0\` switches the limit off.
`,
  source: '`src/core/ngx_parse.c`: `ngx_parse_offset`; tried with nginx 1.22.1: 413.',
  examples: {
    failing: [
      {
        title: 'twenty bytes',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    client_max_body_size 20;
#                        ^^ warning[nginx/size-without-unit]: Without a unit this is 20 bytes: every larger request body is refused with 413
}
`,
      },
    ],
    passing: [
      {
        title: 'with units, none at all, or many bytes',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    client_max_body_size 20m;
    location /a { client_max_body_size 0; }
    location /b { client_max_body_size 20971520; }
    location /c { client_max_body_size 1k; }
}
`,
      },
    ],
  },
  directives: ['client_max_body_size'],
  check(directive, { report }) {
    const [size] = directive.args
    if (!size?.known || !/^[1-9]\d{0,2}$/.test(size.value)) return
    report({
      at: placeOfArgument(directive, size),
      message: `Without a unit this is ${size.value} bytes: every larger request body is refused with 413. Write ${size.value}m for megabytes.`,
      fixes: [{ title: `Write ${size.value}m`, safe: false, edits: [replaceArgument(directive, size, `${size.value}m`)] }],
    })
  },
})
