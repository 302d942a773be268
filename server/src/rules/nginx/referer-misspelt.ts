import type { PlacedDirective } from '../../configuration/placed.ts'
import { defineRule, type Finding } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/referer-misspelt',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`$http_referrer`: the header is spelled Referer, so that the variable is always empty.',
  explanation: `
HTTP spells the header with one r in the middle: \`Referer\`. nginx makes a variable of any header that is asked for, so \`$http_referrer\` is no error; it is empty in every request,
unless someone sends a header of that name to get past the test.
`,
  source: 'RFC 9110, section 10.1.3; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'in a condition and a log',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a {
        if ($http_referrer !~ "^https://example\\.org/") {
#            ^^^^^^^^^^^^^ warning[nginx/referer-misspelt]: The header is spelled Referer
            return 403;
        }
        return 200 passed;
    }
    location /b { return 200 "\${http_referrer}"; }
#                               ^^^^^^^^^^^^^ warning[nginx/referer-misspelt]: The header is spelled Referer
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          headers: { Referer: 'https://example.org/page' },
          get: '/a',
          before: { status: 403 },
          after: { status: 200, body: /passed/ },
        },
      },
    ],
    passing: [
      {
        title: 'the header as it is, and another that has the word',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    # $http_referrer would be empty
    if ($http_referer ~ "^https://example\\.org/") { return 403; }
    add_header X-A $http_referrer_policy;
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const source of configuration.sources) {
      if (!/http_referrer/i.test(source.text)) continue
      for (const directive of configuration.all) if (directive.source === source && directive.presence !== 'absent') findings(directive).forEach(report)
    }
  },
})

function findings(directive: PlacedDirective): Finding[] {
  const { path, text } = directive.source
  return directive.args.flatMap(({ start, end }) =>
    [...text.slice(start, end).matchAll(/(?<=\$\{?)http_referrer(?!\w)/gi)].map((match) => {
      const at = { path, start: start + match.index, end: start + match.index + match[0].length }
      return {
        at,
        message: 'The header is spelled Referer: $http_referrer is empty in every request, or whatever someone sends under that name. Write $http_referer.',
        fixes: [{ title: 'Write $http_referer', safe: true, edits: [{ ...at, newText: 'http_referer' }] }],
      }
    }),
  )
}
