import { exactly } from '../../regex/automaton.ts'
import { type Backtracking, backtrackingOf } from '../../regex/backtracking.ts'
import { wordOf } from '../../regex/language.ts'
import type { PlacedRegex } from '../../site/nginx/regexes.ts'
import { regexesIn } from '../../site/nginx/regexes.ts'
import { languageOf, subjectOf } from '../../site/nginx/values.ts'
import { escaped } from '../../site/nginx/witness.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { replacePattern } from './lib/patterns.ts'
import { madePossessive, mayBeSlow, worstTexts } from './lib/slow-patterns.ts'

export const rule = defineRule({
  id: 'security/slow-regex-nginx',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A regular expression that takes exponentially long for some requests (ReDoS): one client keeps a worker busy.',
  explanation: `
PCRE2 tries one way to match after the other. Where a repetition stands in a repetition and both fit the same text, as in \`^/(a+)+$\`, a text of n letters can be divided in
2^n ways, and all are tried before the match fails. nginx does nothing else in that worker meanwhile; after ten million steps PCRE2 gives up, and the client gets 500.

The pattern is examined as an automaton: it is reported where a text was found that leads round one loop in two ways and in the end does not match. That text is in the message.
A possessive repetition (\`(a+)++\`) or a group that cannot overlap (\`([a-z]+-)*\`) gives nothing back and is quick.
`,
  source: 'Weber and Seidl, "On the degree of ambiguity of finite automata" (1991): criterion EDA; tried with nginx 1.22.1: "pcre2_match() failed: -47", 500.',
  examples: {
    failing: [
      {
        title: 'a repetition in a repetition',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/([a-z]+-?)+$ {
#              ^^^^^^^^^^^^^^ warning[security/slow-regex-nginx]: GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0 takes exponentially long
        return 200 found;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0',
          before: { status: 500, log: /pcre2?_(?:match|exec)\(\) failed: -(?:47|8)/ },
          after: { status: 404 },
        },
      },
      {
        title: 'in a rewrite, a condition, a map',
        files: `
#- conf.d/site.conf
map $http_user_agent $bot {
    default 0;
    "~^(\\w+\\s?)*bot$" 1;
#   ^^^^^^^^^^^^^^^^^ warning[security/slow-regex-nginx]: A request takes exponentially long
}
server {
    listen 80;
    rewrite ^/(a|a)*b$ /c last;
#           ^^^^^^^^^^ warning[security/slow-regex-nginx]: GET /
    if ($args ~ "^(.*&)*x=1$") { return 403; }
#               ^^^^^^^^^^^^^ warning[security/slow-regex-nginx]: A request takes
}
`,
      },
    ],
    passing: [
      {
        title: 'repetitions that cannot be divided in two ways, that cannot fail, or that give nothing back',
        files: `
#- conf.d/site.conf
map $remote_addr $local { "~^(1+)+$" 1; }
server {
    listen 80;
    location ~ ^/([a-z]+/)+$ { return 200; }
    location ~ ^/(a+)+ { return 200; }
    location ~ ^/(?:[a-z0-9]+\\.)+php$ { return 200; }
    location ~ ^/([a-z]+-?)++$ { return 200; }
    location ~* \\.(jpe?g|png|gif|css|js)$ { return 200; }
    location ~ ^/(.*)/(.*)/(.*)$ { return 200; }
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const known = new Map<string, ReturnType<typeof backtrackingOf>>()
    for (const regex of regexesIn(configuration)) {
      const { pattern } = regex
      if (!mayBeSlow(pattern)) continue
      const key = `${pattern.caseless}/${pattern.source}`
      if (!known.has(key)) known.set(key, backtrackingOf(pattern))
      const found = known.get(key)
      if (!found || found === 'unknown') continue
      const subject = subjectOf(regex, { directive: regex.directive, configuration }, [])
      const text = worstTexts(pattern, found).find((each) => canBe(each, subject))
      if (text === undefined) continue
      const isPath = (regex.kind === 'location' || regex.kind === 'rewrite') && text.startsWith('/')
      report({
        at: regex.at,
        message: `${isPath ? `GET ${escaped(text)}` : 'A request'} takes exponentially long: ${shown(found)} can be divided in two ways each time it is repeated, and all ways are tried before the match fails. One client can keep a worker busy.`,
        fixes: fixesFor(regex),
      })
    }
  },
})

const shown = ({ pump }: Backtracking): string => JSON.stringify(pump)

/** Whether the client can make the text that is matched such a one. */
function canBe(text: string, subject: ReturnType<typeof subjectOf>): boolean {
  if (!subject.alternatives.some((row) => row.some((piece) => piece.kind === 'input' || (piece.kind === 'opaque' && piece.name === '$host')))) return false
  const language = languageOf(subject)
  const word = language && wordOf(language, exactly(text))
  return word !== undefined && word !== 'unknown'
}

/** A possessive repetition where nothing that follows could use what it would give back. */
function fixesFor(regex: PlacedRegex): readonly FindingFix[] {
  const made = madePossessive(regex.pattern)
  const edit = made === undefined ? undefined : replacePattern(regex, made)
  return edit ? [{ title: 'Make the repetition possessive', safe: true, edits: [edit] }] : []
}
