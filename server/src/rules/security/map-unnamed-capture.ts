import { directivesNamed } from '../../configuration/placed.ts'
import { mayInheritUnseen, protocolOf } from '../../site/nginx/inheritance.ts'
import { mapKeyRegex } from '../../site/nginx/regexes.ts'
import { defineRule } from '../rule.ts'
import { replacePattern } from './lib/patterns.ts'
import { isAffected, isBefore } from './lib/versions.ts'

export const rule = defineRule({
  id: 'security/map-unnamed-capture',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['map'],
  severity: 'hint',
  summary: 'A group without a name in a pattern of a `map`, with `slice` or background updates of a cache: nginx before 1.30.4 can crash (CVE-2026-42533).',
  explanation: `
A pattern with groups makes nginx take new room for the captures of a request. Where that happens in a subrequest of \`slice\` or \`proxy_cache_background_update\` and the pattern does
not match, nginx before 1.30.4 and 1.31.3 reads room that nobody has filled when something uses \`$1\`. Where the group only holds alternatives together (\`~*(bot|crawler)\`), write
\`(?:bot|crawler)\`; else give it a name.

A hint where neither directive is seen, a warning where one is and \`nginx.version\` in the settings says that the fault is there. Silent where the whole configuration has neither.
`,
  source: 'nginx security advisory for CVE-2026-42533; `src/http/ngx_http_variables.c`: `ngx_http_regex_exec`.',
  examples: {
    failing: [
      {
        title: 'a group for alternatives',
        files: `
#- conf.d/maps.conf
map $http_user_agent $bot {
    default 0;
    ~*(bot|crawler) 1;
#   ^^^^^^^^^^^^^^^ hint[security/map-unnamed-capture]: CVE-2026-42533: before nginx 1.30.4
}
`,
      },
      {
        title: 'with background updates',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- conf.d/site.conf
map $uri $section {
    default "";
    ~^/([a-z]+)/ $1;
#   ^^^^^^^^^^^^ warning[security/map-unnamed-capture]: CVE-2026-42533
}
server {
    listen 80;
    location / {
        proxy_cache_background_update on;
        proxy_pass http://127.0.0.1:8000;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'no group, one with a name, none of the two directives',
        files: `
#- nginx.conf
events {}
http {
    map $http_user_agent $bot {
        default 0;
        ~*(bot|crawler) 1;
    }
    server {
        listen 80;
        location / { return 200 $bot; }
    }
}
#- conf.d/maps.conf
map $http_user_agent $bot2 {
    default 0;
    ~*(?:bot|crawler) 1;
    ~*(?<engine>webkit) $engine;
    "(literal)" 2;
}
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    if (!directive.node.block || protocolOf(directive, configuration) !== 'http') return
    const { version } = settings.nginx
    if (version !== undefined && (!isAffected(version, '1.30.4', '1.31.3') || isBefore(version, '1.9.8'))) return
    const seen = directivesNamed(
      configuration,
      'slice',
      'proxy_cache_background_update',
      'fastcgi_cache_background_update',
      'uwsgi_cache_background_update',
    ).some(({ args }) => !/^(?:off|0)$/.test(args[0]?.value ?? ''))
    if (!seen && !mayInheritUnseen(configuration)) return
    for (const entry of directive.children) {
      const regex = mapKeyRegex(entry)
      const unnamed = regex?.pattern.groups.filter(({ name }) => name === undefined) ?? []
      if (!regex || unnamed.length === 0) continue
      const used = /\$[1-9]/.test(entry.args[0]?.value ?? '')
      let made = regex.pattern.source
      for (const group of [...unnamed].reverse()) made = `${made.slice(0, group.start + 1)}?:${made.slice(group.start + 1)}`
      const edit = used || /\\[1-9]/.test(made) ? undefined : replacePattern(regex, made)
      report({
        at: regex.at,
        severity: seen ? (version === undefined ? 'info' : 'warning') : 'hint',
        message: `CVE-2026-42533: before nginx 1.30.4 a group without a name in a map can crash a worker${seen ? '' : ' that uses "slice" or background updates of a cache'}. Write ${used ? '(?<name>…) and $name' : '(?:…), as nothing uses the capture'}.`,
        fixes: edit ? [{ title: 'Write (?:…)', safe: true, edits: [edit] }] : [],
      })
    }
  },
})
