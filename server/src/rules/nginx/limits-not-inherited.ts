import { placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { listed, lostBy, placesOfLost, repeatLost } from './lib/lost.ts'

export const rule = defineRule({
  id: 'nginx/limits-not-inherited',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['limit_req', 'limit_conn', 'error_page'],
  severity: 'info',
  summary: 'A `limit_req`, `limit_conn` or `error_page` in an inner block, for which those set further out do not count there.',
  explanation: `
nginx takes \`limit_req\` (and \`limit_conn\`, and \`error_page\`) from the nearest level that has any. A limit of a \`location\` therefore takes the place of that of the \`server\`: it is not added to it.
That may be meant; where both limits shall count, or the error pages of the server shall still be shown, repeat them.
`,
  source: '`ngx_http_limit_req_merge_conf`, `ngx_http_limit_conn_merge_conf`, `ngx_http_core_merge_loc_conf`.',
  examples: {
    failing: [
      {
        title: 'the limit of a location instead of that of the server, and its error page',
        files: `
#- conf.d/site.conf
limit_req_zone $binary_remote_addr zone=all:10m rate=10r/s;
limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
server {
    listen 80;
    limit_req zone=all burst=20;
    error_page 500 502 /50x.html;
    location /login/ {
        limit_req zone=login;
#       ^^^^^^^^^^^^^^^^^^^^^ info[nginx/limits-not-inherited]: "zone=all" does not count here
        error_page 404 /login-404.html;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[nginx/limits-not-inherited]: "500" and "502" do not count here
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'the same zone with other values, the same codes',
        files: `
#- conf.d/site.conf
limit_req_zone $binary_remote_addr zone=all:10m rate=10r/s;
server {
    listen 80;
    limit_req zone=all burst=20;
    error_page 404 /404.html;
    location /login/ {
        limit_req zone=all;
        error_page 404 /login-404.html;
        proxy_pass http://127.0.0.1:8000;
    }
    location / { proxy_pass http://127.0.0.1:8000; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const keysOf = (each: typeof directive): string[] =>
      each.name === 'error_page'
        ? each.args.slice(0, -1).flatMap(({ value }) => (/^\d+$/.test(value) ? [value] : []))
        : [each.name === 'limit_conn' ? (each.args[0]?.value ?? '') : (each.args.find(({ value }) => value.startsWith('zone='))?.value ?? '')]
    const found = lostBy(directive, configuration, (each) => keysOf(each).join(' '))
    if (!found) return
    if (!configuration.whole && found.lost.some((each) => !each.parent && each.source !== directive.source)) return
    const kept = new Set(found.own.flatMap(keysOf))
    if (found.own.some((each) => keysOf(each).every((key) => key === ''))) return
    const lost = found.lost.filter((each) => keysOf(each).some((key) => !kept.has(key)))
    const keys = lost.flatMap(keysOf).filter((key) => !kept.has(key))
    if (keys.length === 0) return
    const one = new Set(keys).size === 1
    report({
      at: placeOfDirective(directive),
      message: `${listed(keys)} ${one ? 'does' : 'do'} not count here: this "${directive.name}" takes the place of all those further out. Repeat ${one ? 'it' : 'them'} in this block, if both are meant.`,
      related: placesOfLost({ ...found, lost }),
      fixes: repeatLost({ ...found, lost }, listed(keys)),
    })
  },
})
