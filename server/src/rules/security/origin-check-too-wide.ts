import type { PlacedDirective } from '../../configuration/placed.ts'
import { conditionOf } from '../../site/nginx/conditions.ts'
import { mapKeyRegex, type PlacedRegex, regexesOf } from '../../site/nginx/regexes.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { type Header, isOfAny, judge, mended, severityOf, wordsFor } from './lib/origins.ts'
import { replacePattern } from './lib/patterns.ts'

export const rule = defineRule({
  id: 'security/origin-check-too-wide',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['if', 'map'],
  severity: 'warning',
  summary: 'A pattern for `Origin` or `Referer` that other domains get through, or that no browser ever fulfils.',
  explanation: `
A check of \`$http_origin\` or \`$http_referer\` by a regular expression keeps out who does not match. Without \`$\` at the end \`https://example.org.evil.example\` matches as well,
without \`^https?://\` before the name \`https://evilexample.org\` does, and a dot that is not escaped is any character: \`^https://app.example.org$\` lets
\`https://app-example.org\` through, a domain that anybody can register. In a Referer the trusted name may also stand in the path or query of a foreign page.

The origin that a browser sends is scheme, host in small letters and port (\`https://example.org:8443\`), with no slash behind it: a pattern that wants one never matches.

Which domains are one's own is told by the Public Suffix List: \`.*\\.github\\.io\` is everybody's.
`,
  source: 'RFC 6454, section 6; the Fetch standard, "Origin header"; the Public Suffix List; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'no end, a dot, no start',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a {
        if ($http_origin !~ "^https?://(www\\.)?example\\.org") { return 403; }
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "http://example.org.evil.example" gets through
        return 200 passed;
    }
    location /b {
        if ($http_origin ~ ^https://app.example.org$) { add_header Access-Control-Allow-Origin $http_origin; }
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "https://appaexample.org" gets through
    }
    location /c {
        if ($http_referer !~* "example\\.org/") { return 403; }
#                             ^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "https://evil.example/example.org/" gets through
    }
    location /d {
        if ($http_origin !~ "^https://[^/]*example\\.org$") { return 403; }
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "https://aexample.org" gets through
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          headers: { Origin: 'http://example.org.evil.example' },
          get: '/a',
          before: { status: 200, body: /passed/ },
          after: { status: 403 },
        },
      },
      {
        title: 'a map for CORS',
        files: `
#- conf.d/site.conf
map $http_origin $cors {
    default "";
    https://example.org $http_origin;
    ~^https://[a-z]+\\.github\\.io$ $http_origin;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "https://aa.github.io" gets through
    "~*https?://(.+\\.)?example\\.(com|org)" $http_origin;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: "http://example.com.evil.example" gets through
}
server {
    listen 80;
    add_header Access-Control-Allow-Origin $cors;
}
`,
      },
      {
        title: 'what no browser sends, and what is loose',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a {
        if ($http_origin !~ "^https://example\\.org/$") { return 403; }
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide]: No browser sends an Origin that fits
    }
    location /b {
        if ($http_origin ~ "^https://example.org$") { set $cors 1; }
#                          ^^^^^^^^^^^^^^^^^^^^^^^ info[security/origin-check-too-wide]: The dot is not escaped
    }
    location /c {
        if ($http_origin ~ "https://example\\.org$") { set $cors 1; }
#                          ^^^^^^^^^^^^^^^^^^^^^^^ hint[security/origin-check-too-wide]: The pattern may begin anywhere
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'whole origins, subdomains, several domains, lists of those to keep out',
        files: `
#- conf.d/site.conf
map $http_origin $cors {
    default "";
    "~^https?://([a-z0-9-]+\\.)*example\\.(com|org)(:[0-9]+)?$" $http_origin;
    "~^https://(app|www)\\.example\\.co\\.uk$" $http_origin;
    "~^http://localhost(:[0-9]+)?$" $http_origin;
    "~^https://.*\\.example\\.net$" $http_origin;
    ~evil "";
}
map $http_referer $bad {
    default 0;
    ~*(poker|pills) 1;
}
server {
    listen 80;
    if ($http_referer ~* (casino|buttons-for-website\\.com)) { return 444; }
    location /a {
        if ($http_origin ~* "^https?://(localhost|127\\.0\\.0\\.1|example\\.org)(:[0-9]+)?$") { add_header Access-Control-Allow-Origin $http_origin; }
    }
    location /b {
        if ($http_referer !~ "^https?://([^/]+\\.)?example\\.org($|/)") { return 403; }
    }
    location /c {
        if ($http_origin ~ "^(capacitor|ionic)://localhost$") { set $cors 1; }
    }
    location /d {
        if ($http_origin !~ "^https://(?!old\\.)[a-z]+\\.example\\.org$") { return 403; }
    }
    location /e {
        if ($http_referer ~ "^$") { return 403; }
    }
}
`,
      },
    ],
  },
  check(directive, context) {
    if (directive.name === 'map') {
      if (!/^\$\{?http_origin\}?$/i.test(directive.args[0]?.value ?? '')) return
      for (const entry of directive.children) {
        const regex = allows(entry) ? mapKeyRegex(entry) : undefined
        if (regex) report(regex, 'origin', context)
      }
      return
    }
    const condition = conditionOf(directive)
    const header = condition?.variable === 'http_origin' ? 'origin' : condition?.variable === 'http_referer' ? 'referer' : undefined
    if (!header || !condition?.operator.includes('~')) return
    // Who matches is turned away: a list of those to keep out, and no one else is let in by it.
    if (!condition.operator.startsWith('!') && directive.children.some(refuses)) return
    for (const regex of regexesOf(directive)) report(regex, header, context)
  },
})

const refuses = (directive: PlacedDirective): boolean => directive.name === 'return' && /^(?:4\d\d|5\d\d)$/.test(directive.args[0]?.value ?? '')

/** Whether a line of a map says something in favour of who fits. */
const allows = (entry: PlacedDirective): boolean => entry.presence !== 'absent' && !/^(?:|0|off|no|false|deny|null)$/i.test(entry.args[0]?.value ?? '')

function report(regex: PlacedRegex, header: Header, { report: say }: ConfigurationContext): void {
  const { pattern } = regex
  if (isOfAny(pattern)) return
  const verdict = judge(pattern, header)
  if (!verdict) return
  const made = mended(pattern, header, verdict.kind === 'foreign' ? verdict.domains : [])
  const edit = made === undefined ? undefined : replacePattern(regex, made)
  say({
    at: regex.at,
    severity: severityOf(verdict),
    message: wordsFor(verdict, header),
    fixes:
      edit && made !== undefined
        ? [{ title: `Write ${made}`, safe: verdict.kind !== 'foreign' || !verdict.domains.some((name) => !pattern.source.includes(name)), edits: [edit] }]
        : [],
  })
}
