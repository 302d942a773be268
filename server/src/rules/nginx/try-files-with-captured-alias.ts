import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/try-files-with-captured-alias',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`try_files $uri` beside an `alias` in a location with a regular expression: no file is ever found.',
  explanation: `
In a location with a regular expression \`alias\` is the whole name of the file, and \`try_files\` puts its arguments behind it: with \`alias /srv/files/$1;\` and \`try_files $uri =404;\` nginx
looks for \`/srv/files/a.css/f/a.css\`. Leave the name out of one of the two: \`try_files "" =404;\`, or use \`root\` and a \`rewrite\`.
`,
  source: '`src/http/modules/ngx_http_try_files_module.c`: `ngx_http_try_files_handler`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the URI behind the alias',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/f/(.*)$ {
        alias /srv/files/$1;
        try_files $uri =404;
#                 ^^^^ warning[nginx/try-files-with-captured-alias]: nginx puts this behind the alias "/srv/files/$1", which is the whole name already: no file is ever found
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/files/a.css': 'style' },
          get: '/f/a.css',
          before: { status: 404 },
          after: { status: 200, body: /style/ },
        },
      },
    ],
    passing: [
      {
        title: 'a location with a prefix, an alias that is a folder, the empty name',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { alias /srv/a/; try_files $uri =404; }
    location ~ ^/b/ { alias /srv/b; try_files $uri =404; }
    location ~ ^/c/(.*)$ { alias /srv/c/$1; try_files "" =404; }
    location ~ ^/d/(.*)$ { alias /srv/d/; try_files $1 =404; }
}
`,
      },
    ],
  },
  directives: ['try_files'],
  check(directive, { report }) {
    const location = directive.parent && locationOf(directive.parent)
    const [first] = directive.args
    if (!location || !first?.known || (location.modifier !== '~' && location.modifier !== '~*')) return
    const alias = location.directive.children.find((each) => each.name === 'alias')
    const target = alias?.args[0]
    // One capture at the end of the alias stands for the rest of the path.
    if (!alias || !target?.known || !/\$\w+$/.test(target.value) || !/^\$(uri|document_uri)$/.test(first.value)) return
    report({
      at: placeOfArgument(directive, first),
      message: `nginx puts this behind the alias "${target.value}", which is the whole name already: no file is ever found. Write "" to look for the alias itself.`,
      related: [{ at: placeOfDirective(alias), message: 'the whole name' }],
      fixes: [{ title: 'Look for the alias itself: ""', safe: true, edits: [{ ...replaceArgument(directive, first, ''), newText: '""' }] }],
    })
  },
})
