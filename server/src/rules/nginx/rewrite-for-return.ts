import { type PlacedDirective, placeOfWhole } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/rewrite-for-return',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A `rewrite` of every URI to another address, which `return` says plainly.',
  explanation: `
A redirect of everything needs no regular expression: \`return 301 https://example.org$request_uri;\` answers at once, and passes the path on as it was asked for, where a captured path is
decoded and coded again.
`,
  source: 'nginx.org/en/docs/http/converting_rewrite_rules.html; answers of both compared with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'with the path, by capture and by variable',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    server_name example.org;
    rewrite ^(.*)$ https://www.example.org$1 permanent;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/rewrite-for-return]: "return 301 https://www.example.org$request_uri" says the same without a regular expression
}
server {
    listen 81;
    rewrite ^/(.*)$ https://www.example.org/new/$1 redirect;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/rewrite-for-return]: "return 302 https://www.example.org/new$request_uri"
}
server {
    listen 82;
    rewrite ^ https://www.example.org$request_uri? permanent;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/rewrite-for-return]: "return 301 https://www.example.org$request_uri"
}
server {
    listen 83;
    rewrite ^ https://www.example.org/moved? permanent;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/rewrite-for-return]: "return 301 https://www.example.org/moved"
}
server {
    listen 84;
    rewrite ^ https://www.example.org/moved permanent;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/rewrite-for-return]: "return 301 https://www.example.org/moved$is_args$args"
}
`,
      },
    ],
    passing: [
      {
        title: 'a part of the path, a query of its own, no redirect, a URI that was changed before',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^/old/(.*)$ https://www.example.org/$1 permanent;
    location /a { rewrite ^(.*)$ /index.php?path=$1 last; }
    location /b { rewrite ^(.*)$ https://www.example.org/?path=$1 permanent; }
}
server {
    listen 81;
    rewrite ^/a(.*) /b$1;
    rewrite ^(.*)$ https://www.example.org$1 permanent;
}
`,
      },
    ],
  },
  directives: ['rewrite'],
  check(directive, { report }) {
    const plain = asReturn(directive)
    if (plain === undefined) return
    const place = placeOfWhole(directive)
    report({
      at: place,
      message: `"${plain}" says the same without a regular expression, and passes the path on as it was asked for.`,
      fixes: [{ title: `Write ${plain}`, safe: false, edits: [{ ...place, newText: `${plain};` }] }],
    })
  },
})

function asReturn(directive: PlacedDirective): string | undefined {
  const [pattern, target, flag] = directive.args
  if (!pattern?.known || !target?.known || directive.presence !== 'present' || /[\s;{}"']/.test(target.value)) return undefined
  if (!/^(https?:\/\/|\$scheme:\/\/)/.test(target.value)) return undefined
  const whole = /^(\^|\.\*|\^\.\*\$?|\(\.\*\)|\^\(\.\*\)\$?|\^\/\(\.\*\)\$?|\^\/\?\(\.\*\)\$?)$/.exec(pattern.value)?.[0]
  if (whole === undefined || (flag && !/^(redirect|permanent)$/.test(flag.value))) return undefined
  // Another rewrite may have changed the URI, which $request_uri does not show.
  for (let at: PlacedDirective | undefined = directive.parent; at; at = at.parent) {
    if (at.children.some((each) => each !== directive && each.order < directive.order && (each.name === 'rewrite' || each.name === 'if'))) return undefined
  }
  const code = flag?.value === 'permanent' ? 301 : 302
  const [, base = '', rest] = /^([^?]*?)(\/?\$(?:1|request_uri)\??|\?)?$/.exec(target.value) ?? []
  if (base === '' || base.includes('$1') || /\$(?!scheme\b|host\b|server_name\b|http_host\b|server_port\b)/.test(base)) return undefined
  if (rest === undefined) return `return ${code} ${base}$is_args$args`
  if (rest === '?') return `return ${code} ${base}`
  if (rest.endsWith('?') && rest.includes('$1')) return undefined
  // The arguments are in $request_uri already, and rewrite adds them a second time.
  const slash = whole.includes('/(') || whole.includes('/?(')
  if (rest.includes('$1') && slash !== rest.startsWith('/')) return undefined
  if (rest.includes('$request_uri') && rest.startsWith('/')) return undefined
  return `return ${code} ${base}$request_uri`
}
