import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { conditionOf } from '../../site/nginx/conditions.ts'
import { protocolOf } from '../../site/nginx/inheritance.ts'
import { type PlacedRegex, regexesOf } from '../../site/nginx/regexes.ts'
import { type ConfigurationContext, defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { isAffected } from './lib/versions.ts'

export const rule = defineRule({
  id: 'security/rewrite-capture-overflow',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['rewrite'],
  severity: 'info',
  summary: 'A `rewrite` with numbered captures that overflows memory in nginx before 1.30.2 (CVE-2026-42945, CVE-2026-9256).',
  explanation: `
Two faults of nginx write more than they have room for, with bytes from the request:

- **CVE-2026-42945**, mended in 1.30.1 and 1.31.0: a \`rewrite\` with \`?\` in its replacement leaves a flag behind, and a \`set\` or \`if\` after it that uses \`$1\` escapes the capture
  into room for the capture as it is.
- **CVE-2026-9256**, mended in 1.30.2 and 1.31.1: a redirect, or the part behind \`?\`, uses two captures of which one lies in the other (\`^/((.*))$\` with \`$1$2\`).

The remedy is a newer nginx. Until then captures with a name (\`(?<path>.*)\` and \`$path\`) do not go that way. With \`nginx.version\` in the settings this is a warning or nothing.
`,
  source:
    'nginx security advisories for CVE-2026-42945 and CVE-2026-9256; `src/http/ngx_http_script.c`: `ngx_http_script_start_args_code`, `ngx_http_script_regex_start_code`.',
  examples: {
    failing: [
      {
        title: 'a set after a rewrite with a query, and one capture in another',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a {
        rewrite ^/a/(.*)$ /new?page=$1;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/rewrite-capture-overflow]: CVE-2026-42945: before nginx 1.30.1
        set $page $1;
    }
    location /b {
        rewrite ^/b/((.*))$ https://example.org/$1$2 redirect;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/rewrite-capture-overflow]: CVE-2026-9256: before nginx 1.30.2
    }
}
`,
      },
      {
        title: 'with a version that has the fault',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^/(([a-z]+)/.*)$ /x?a=$1&b=$2 last;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/rewrite-capture-overflow]: CVE-2026-9256
}
`,
      },
    ],
    passing: [
      {
        title: 'a name, no query, captures beside one another, nothing after it',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a {
        rewrite ^/a/(?<rest>.*)$ /new?page=$rest;
        set $page $rest;
    }
    location /b {
        rewrite ^/b/(.*)$ /new/$1;
        set $page $1;
    }
    location /c {
        rewrite ^/c/(.*)$ /new?page=$1 last;
        set $page $1;
    }
    location /d { rewrite "^/d/([^/\\r\\n]*)/([^\\r\\n]*)$" https://example.org/$1/$2 redirect; }
    location /e { rewrite ^/e/((.*))$ /f/$1$2 last; }
    location /g { rewrite ^/g/((.*))$ https://example.org/$1 redirect; }
}
`,
      },
      {
        title: 'a version without the faults',
        files: `
#- webconf.json
{ "nginx": { "version": "1.30.2" } }
#- conf.d/site.conf
server {
    listen 80;
    rewrite ^/(([a-z]+)/.*)$ /x?a=$1&b=$2 last;
}
`,
      },
    ],
  },
  check(directive, context) {
    const replacement = directive.args[1]?.value
    if (replacement === undefined || !directive.args[1]?.known || protocolOf(directive, context.configuration) !== 'http') return
    const [regex] = regexesOf(directive)
    if (replacement.includes('?') && !ends(directive)) {
      const user = followingUse(directive)
      if (user)
        report(directive, { cve: 'CVE-2026-42945', stable: '1.30.1', mainline: '1.31.0' }, `"${user.name}" after it uses a numbered capture`, context, [], user)
    }
    if (regex && overlaps(regex, replacement, directive.args[2]?.value))
      report(
        directive,
        { cve: 'CVE-2026-9256', stable: '1.30.2', mainline: '1.31.1' },
        'one of its captures lies in another, and both are escaped',
        context,
        named(directive, regex, replacement),
      )
  },
})

interface Fault {
  readonly cve: string
  readonly stable: string
  readonly mainline: string
}

function report(
  directive: PlacedDirective,
  fault: Fault,
  why: string,
  { settings, report: say }: ConfigurationContext,
  fixes: readonly FindingFix[],
  user?: PlacedDirective,
): void {
  const { version } = settings.nginx
  if (version !== undefined && !isAffected(version, fault.stable, fault.mainline)) return
  say({
    at: placeOfDirective(directive),
    severity: version === undefined ? 'info' : 'warning',
    message: `${fault.cve}: before nginx ${fault.stable} a request can write beyond its memory here, as ${why}. Install a newer nginx, or name the captures: (?<name>…) and $name.`,
    related: user ? [{ at: placeOfDirective(user), message: 'uses a numbered capture' }] : [],
    fixes,
  })
}

const isRedirect = (replacement: string): boolean => /^(?:https?:\/\/|\$scheme)/.test(replacement)

/** Nothing is carried out after it where it matches. */
const ends = ({ args }: PlacedDirective): boolean => args[2] !== undefined || isRedirect(args[1]?.value ?? '')

/** The \`set\` or \`if\` after a rewrite that uses a numbered capture. */
function followingUse(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) {
    for (const each of at.parent?.children ?? []) {
      if (each.order <= at.order || each.presence === 'absent' || each === at) continue
      if (each.name === 'return' || each.name === 'break') return undefined
      const found = usesNumber(each)
      if (found) return found
    }
    if (at.parent?.name !== 'if') return undefined
  }
  return undefined
}

function usesNumber(directive: PlacedDirective): PlacedDirective | undefined {
  if (directive.name === 'set') return /\$[1-9]/.test(directive.args[1]?.value ?? '') ? directive : undefined
  if (directive.name !== 'if') return undefined
  const condition = conditionOf(directive)
  if (condition && !condition.operator.includes('~') && /\$[1-9]/.test(condition.value)) return directive
  for (const child of directive.children) {
    const found = usesNumber(child)
    if (found) return found
  }
  return undefined
}

/** Whether two captures that are written escaped lie in one another, and nginx reckons their room in the short way. */
function overlaps(regex: PlacedRegex, written: string, flag: string | undefined): boolean {
  const replacement = written.replace(/\?$/, '')
  // A variable, or a capture that comes twice, makes it reckon each by itself.
  if (/\$(?:[A-Za-z_]|\{)/.test(replacement)) return false
  const all = [...replacement.matchAll(/\$([1-9])/g)].map((match) => Number(match[1]))
  if (new Set(all).size < all.length) return false
  const query = replacement.indexOf('?')
  const redirects = flag === 'redirect' || flag === 'permanent' || isRedirect(replacement)
  const escaped = redirects ? all : query < 0 ? [] : [...replacement.slice(query).matchAll(/\$([1-9])/g)].map((match) => Number(match[1]))
  return escaped.some((inner) => regex.pattern.groups.some((group) => group.number === inner && group.inside.some((outer) => escaped.includes(outer))))
}

/** Names for all groups, in the pattern and in the replacement. */
function named(directive: PlacedDirective, { pattern }: PlacedRegex, replacement: string): readonly FindingFix[] {
  const { path, text } = directive.source
  const [first, second] = directive.args
  if (
    !first ||
    !second ||
    pattern.groups.some(({ name }) => name !== undefined) ||
    directive.parent?.children.some((each) => each !== directive && /\$[1-9]/.test(each.args.map(({ value }) => value).join(' ')))
  )
    return []
  const at = text.slice(first.start, first.end).indexOf(pattern.source)
  const target = text.slice(second.start, second.end).indexOf(replacement)
  if (at < 0 || target < 0) return []
  const edits: FindingEdit[] = pattern.groups.map((group) => {
    const place = first.start + at + group.start + 1
    return { path, start: place, end: place, newText: `?<part${group.number}>` }
  })
  for (const match of replacement.matchAll(/\$([1-9])/g)) {
    const start = second.start + target + match.index
    edits.push({ path, start, end: start + 2, newText: `\${part${match[1]}}` })
  }
  return [{ title: 'Give the captures names', safe: false, edits }]
}
