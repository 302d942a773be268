import { exactly, searched } from '../../regex/automaton.ts'
import { type Backtracking, backtrackingOf } from '../../regex/backtracking.ts'
import { type ByteSet, noBytes, overlap, union } from '../../regex/bytes.ts'
import { accepts, wordOf } from '../../regex/language.ts'
import { parsePattern } from '../../regex/parse.ts'
import { childrenOf, type RegexNode } from '../../regex/tree.ts'
import type { PlacedRegex } from '../../site/nginx/regexes.ts'
import { regexesIn } from '../../site/nginx/regexes.ts'
import { languageOf, subjectOf } from '../../site/nginx/values.ts'
import { escaped } from '../../site/nginx/witness.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { replacePattern } from './lib/patterns.ts'

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
      if (!/[*+}]\)?[^)]*\)+[*+{]|\|.*\)[*+{]|\?\)+[*+{]/.test(pattern.source)) continue
      const key = `${pattern.caseless}/${pattern.source}`
      if (!known.has(key)) known.set(key, backtrackingOf(pattern))
      const found = known.get(key)
      if (!found || found === 'unknown') continue
      const subject = subjectOf(regex, { directive: regex.directive, configuration }, [])
      const worst = `${found.prefix}${found.pump.repeat(Math.ceil(40 / found.pump.length))}${found.suffix}`
      const all = searched(pattern.tree)
      // A path begins with a slash; a pattern that is not bound to the beginning looks behind it too.
      const text = [worst, `/${worst}`].find((each, i) => canBe(each, subject) && (i === 0 || (all && !accepts(all, each))))
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
  const at = outerRepetition(regex.pattern.tree)
  if (at === undefined) return []
  const { source, caseless } = regex.pattern
  const made = `${source.slice(0, at)}+${source.slice(at)}`
  const pattern = parsePattern(made, caseless)
  const after = pattern && backtrackingOf(pattern)
  const edit = pattern && (after === undefined || after === 'unknown') ? replacePattern(regex, made) : undefined
  return edit ? [{ title: 'Make the repetition possessive', safe: true, edits: [edit] }] : []
}

/** The end of a repetition of repetitions behind which only the end or something that it does not take may come. */
function outerRepetition(node: RegexNode, next?: RegexNode): number | undefined {
  if (node.type === 'quantifier' && node.max === Infinity && node.mode === 'greedy' && hasRepetition(node.body)) {
    const ends =
      next === undefined || (next.type === 'anchor' && next.kind !== 'start') || (next.type === 'class' && !overlap(next.set, bytesOfNode(node.body)))
    return ends ? node.end : undefined
  }
  if (node.type === 'sequence') {
    for (const [i, item] of node.items.entries()) {
      const found = outerRepetition(item, node.items[i + 1] ?? next)
      if (found !== undefined) return found
    }
    return undefined
  }
  return node.type === 'group' && !node.atomic ? outerRepetition(node.body, next) : undefined
}

const hasRepetition = (node: RegexNode): boolean => node.type === 'quantifier' || node.type === 'alternation' || childrenOf(node).some(hasRepetition)

const bytesOfNode = (node: RegexNode): ByteSet =>
  node.type === 'class' ? node.set : childrenOf(node).reduce((all, child) => union(all, bytesOfNode(child)), noBytes)
