import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/glued-modifier',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A modifier of a location without the space behind it.',
  explanation: `
nginx reads \`location ~/admin\` as the modifier \`~\` and the pattern \`/admin\`, which matches anywhere in the URI, and \`^~/x\` and \`=/x\` likewise. It works, but reads like a path:
with a space everyone sees what it is.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_location`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a pattern that looks like a path',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~/admin { return 403; }
#                ^^^^^^^ hint[nginx/glued-modifier]: nginx reads "~/admin" as the modifier "~" and a regular expression "/admin"
        location ^~/static/ { root /srv; }
#                ^^^^^^^^^^ hint[nginx/glued-modifier]: nginx reads "^~/static/" as the modifier "^~" and the path "/static/"
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'with a space',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080;
        location ~ /admin { return 403; }
        location ^~ /static/ { root /srv; }
    }
}
`,
      },
    ],
  },
  directives: ['location'],
  check(directive, context) {
    const [argument, more] = directive.args
    if (!argument?.known || more) return
    const modifier = ['~*', '~', '^~', '='].find((each) => argument.value.startsWith(each) && argument.value.length > each.length)
    if (!modifier) return
    const rest = argument.value.slice(modifier.length)
    const edit = argument.quote ? undefined : replaceInArgument(directive, argument, modifier, `${modifier} `)
    const what = modifier.startsWith('~') ? 'a regular expression' : 'the path'
    context.report({
      at: placeOfArgument(directive, argument),
      message: `nginx reads "${argument.value}" as the modifier "${modifier}" and ${what} "${rest}": put a space between.`,
      fixes: edit ? [{ title: 'Insert a space', safe: true, edits: [edit] }] : [],
    })
  },
})
