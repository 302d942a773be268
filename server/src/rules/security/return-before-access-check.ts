import { type Configuration, enclosing, indentOf, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { accessRules, isForAll } from '../../site/nginx/access.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'security/return-before-access-check',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['return', 'rewrite'],
  severity: 'warning',
  summary: 'A `return` (or redirecting `rewrite`) beside `allow` and `deny`, which answers before they are looked at.',
  explanation: `
nginx carries out \`return\` and \`rewrite\` first, and looks at \`allow\`, \`deny\` and passwords afterwards. What a \`return\` answers is therefore given to everyone. It is a warning where it answers with a
text of its own in the block of the rules; a redirect, or an answer further in, gives little away and is information (a redirect further in a hint); \`deny all; return 404;\` refuses either way, the rules are only of no use.

To have the rules looked at, answer from a named location that \`try_files\` leads to.
`,
  source:
    '`ngx_http_core_module.h`: NGX_HTTP_REWRITE_PHASE comes before NGX_HTTP_ACCESS_PHASE, and NGX_HTTP_PRECONTENT_PHASE after it; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a text for some addresses only',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /internal {
        allow 10.0.0.1;
        deny all;
        return 200 "the secret of $hostname";
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/return-before-access-check]: Everyone gets this answer
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/internal',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
      {
        title: 'under a condition, further in, redirects, and refusals that make the rules useless',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a { allow 10.0.0.1; deny all; if ($arg_x) { return 200 x; } }
#                                                         ^^^^^^^^^^^^^ warning[security/return-before-access-check]: Everyone gets this answer
    location /b { deny all; return 301 https://example.org/; }
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/return-before-access-check]: Everyone is redirected
    location /c { deny all; rewrite ^ /d permanent; }
#                           ^^^^^^^^^^^^^^^^^^^^^^^ info[security/return-before-access-check]: Everyone is redirected
    location /d { deny 10.0.0.1; location /d/e { return 200 e; } }
#                                                ^^^^^^^^^^^^^ info[security/return-before-access-check]: Everyone gets this answer
    location /f { deny all; return 404; }
#                           ^^^^^^^^^^^ hint[security/return-before-access-check]: "deny" is never looked at here
}
`,
      },
    ],
    passing: [
      {
        title: 'no rules, rules that let all in, or reached only from within',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    deny 192.0.2.1;
    location /a { allow all; return 200 a; }
    location /b { internal; return 200 b; }
    location @c { return 200 c; }
    location /d { rewrite ^/d/(.*)$ /e/$1 last; }
    location /e { root /srv/www; }
}
server {
    listen 81;
    location / { return 200 ok; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present') return
    const redirects = directive.name === 'rewrite' && /^(?:permanent|redirect)$/.test(directive.args[2]?.value ?? '')
    if (directive.name === 'rewrite' && !redirects) return
    const block = directive.parent?.name === 'if' ? directive.parent.parent : directive.parent
    const rules = accessRules(block, configuration)
    const denied = rules.find((each) => each.name === 'deny')
    if (!denied || (rules.find(isForAll) === rules[0] && rules[0]?.name === 'allow') || isInternal(directive, configuration)) return
    const [status, text] = directive.name === 'return' ? [directive.args[0]?.value ?? '', directive.args[1]] : ['302', undefined]
    const near = denied.parent === block
    const related = [{ at: placeOfDirective(denied), message: 'looked at only afterwards' }]
    const at = placeOfDirective(directive)
    if (redirects || /^30[12378]$/.test(status) || !/^\d/.test(status)) {
      const message = 'Everyone is redirected: nginx answers with this before it looks at "allow" and "deny".'
      report({ at, severity: near ? 'info' : 'hint', message, related, fixes: answerFromNamedLocation(directive, configuration) })
    } else if (/^2/.test(status)) {
      report({
        at,
        severity: near && text && text.value !== '' ? 'warning' : 'info',
        message: `Everyone gets this answer: nginx gives it before it looks at "allow" and "deny". Answer from a named location to which "try_files" leads.`,
        related,
        fixes: answerFromNamedLocation(directive, configuration),
      })
    } else if (near && directive.parent === block && /^[45]/.test(status)) {
      const message = `"${denied.name}" is never looked at here: "return ${status}" answers every request before.`
      report({ at, severity: 'hint', message, related })
    }
  },
})

/** Reached only by a jump from a location whose rules were looked at. */
function isInternal(directive: PlacedDirective, configuration: Configuration): boolean {
  for (let at = directive.parent; at; at = at.parent) {
    if (at.name !== 'location') continue
    if (locationOf(at)?.modifier === '@' || ownOf(at, configuration, 'internal').length > 0) return true
  }
  return false
}

/** `try_files` comes after the rules: it leads to a location of its own that answers. */
function answerFromNamedLocation(directive: PlacedDirective, configuration: Configuration): FindingFix[] {
  const location = directive.parent
  if (location?.name !== 'location' || directive.name !== 'return' || /\$\d/.test(directive.node.text)) return []
  if (location.parent ? location.parent.name !== 'server' : configuration.context !== 'http,server') return []
  if (ownOf(location, configuration, 'try_files').length > 0) return []
  const name = `@answer_${(locationOf(location)?.path ?? '').replace(/\W+/g, '_').replace(/^_|_$/g, '') || 'root'}`
  const server = enclosing(location, 'server')
  const beside = server ? server.children : configuration.top
  if (beside.some((each) => each.name === 'location' && each.args[0]?.value === name)) return []
  const kept = location.children.filter((each) => /^(?:default_type|charset|add_header|expires)$/.test(each.name) && each.source === location.source)
  const textOf = (each: PlacedDirective): string => {
    const { start, end } = placeOfWhole(each)
    return each.source.text.slice(start, end)
  }
  const { start, end } = placeOfWhole(directive)
  const step = indentOf(directive).slice(indentOf(location).length) || '    '
  return [
    {
      title: `Answer from ${name}, behind the rules`,
      safe: false,
      edits: [
        { path: directive.source.path, start, end, newText: `try_files "" ${name};` },
        insertAfter(location, [`location ${name} {`, ...[...kept, directive].map((each) => step + textOf(each)), '}']),
      ],
    },
  ]
}
