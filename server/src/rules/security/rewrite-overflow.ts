import { type Configuration, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'
import { isVulnerable } from './lib/vulnerable.ts'

export const rule = defineRule({
  id: 'security/rewrite-overflow',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['rewrite'],
  severity: 'info',
  summary:
    'A `rewrite` that makes nginx before 1.30.2 write beyond its memory: captures after a `?` in its replacement (CVE-2026-42945), or one inside another (CVE-2026-9256).',
  explanation: `
Two holes in nginx need a certain \`rewrite\`. With a \`?\` in the replacement, nginx went on to escape what it wrote: a following \`set\` or \`if\` with \`$1\` wrote more than it had counted (CVE-2026-42945, mended in 1.30.1 and
1.31.0). And where two captures of which one is inside the other are both used in a redirect or after the \`?\`, both were written escaped and counted raw (CVE-2026-9256, mended in 1.30.2 and 1.31.1).

Update nginx. Until then name the captures (\`(?<name>…)\`) and use \`$name\` in place of \`$1\`. It is information as long as no \`nginx.version\` is set, a warning with a vulnerable one, and silent with a mended one.
`,
  source: 'nginx.org/en/security_advisories.html; `ngx_http_script_start_args_code`, `ngx_http_script_regex_start_code`.',
  examples: {
    failing: [
      {
        title: 'a set with a capture behind, and one capture inside another',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ {
        rewrite ^/a/(.*)$ /new?c=1;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/rewrite-overflow]: In nginx before 1.30.1 a request can write beyond memory here (CVE-2026-42945)
        set $rest $1;
    }
    location /b/ {
        rewrite ^/b/((.*)/.*)$ https://example.org/$1$2 redirect;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[security/rewrite-overflow]: In nginx before 1.30.2 a request can write beyond memory here (CVE-2026-9256)
    }
}
`,
      },
      {
        title: 'a version that has it',
        files: `
#- webconf.json
{ "nginx": { "version": "1.28.0" } }
#- conf.d/site.conf
server {
    listen 80;
    if ($arg_x) { rewrite ^/(.*)$ /new?c=$1; }
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/rewrite-overflow]: In nginx before 1.30.1
    set $rest $1;
}
`,
      },
    ],
    passing: [
      {
        title: 'no question mark, the end of the work, named captures, captures side by side',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /a/ { rewrite ^/a/(.*)$ /new/$1; set $rest $1; }
    location /b/ { rewrite ^/b/(.*)$ /new?c=$1 last; set $rest $1; }
    location /c/ { rewrite ^/c/(?<rest>.*)$ /new?c=1; set $more $rest; }
    location /d/ { rewrite ^/d/(.*)/(.*)$ https://example.org/$1$2 redirect; }
    location /e/ { rewrite ^/e/((.*)/.*)$ /f/$1$2 last; }
    location /f/ { rewrite ^/f/((.*)/.*)$ https://$host/$1$2 redirect; }
    location /g/ { rewrite ^/g/(.*)$ /new?c=1; return 200 x; set $rest $1; }
}
`.replace(' return 200 x; set $rest $1;', ' break;'),
      },
      {
        title: 'a version without',
        files: `
#- webconf.json
{ "nginx": { "version": "1.31.1" } }
#- conf.d/site.conf
server { listen 80; rewrite ^/(.*)$ /new?c=1; set $rest $1; }
`,
      },
    ],
  },
  check(directive, { configuration, settings, report }) {
    const [pattern, replacement, flag] = directive.args
    if (directive.presence !== 'present' || !pattern?.known || !replacement?.known) return
    const { version } = settings.nginx
    const hole = overlaps(pattern.value, replacement.value, flag?.value)
      ? nested
      : argumentsThenCapture(directive, replacement.value, flag?.value, configuration)
        ? afterArguments
        : undefined
    if (!hole || (version !== undefined && !isVulnerable(version, hole.vulnerable, hole.fixed))) return
    report({
      at: placeOfDirective(directive),
      severity: version === undefined ? 'info' : 'warning',
      message: `In nginx before ${hole.fixed[0]} a request can write beyond memory here (${hole.cve}): ${hole.why}. Update nginx; until then use named captures.`,
    })
  },
})

const afterArguments = {
  cve: 'CVE-2026-42945',
  vulnerable: [['0.6.27', '1.30.0']],
  fixed: ['1.30.1', '1.31.0'],
  why: 'behind a replacement with "?" comes a "set" or "if" with a numbered capture',
} as const
const nested = {
  cve: 'CVE-2026-9256',
  vulnerable: [['0.1.17', '1.31.0']],
  fixed: ['1.30.2', '1.31.1'],
  why: 'two captures, one inside the other, are both used in a redirect or behind "?"',
} as const

const isRedirect = (replacement: string, flag: string | undefined): boolean => /^(?:redirect|permanent)$/.test(flag ?? '') || /^https?:\/\//.test(replacement)

/** The replacement has arguments, nginx goes on behind it, and a \`set\` or \`if\` there has a numbered capture. */
function argumentsThenCapture(directive: PlacedDirective, replacement: string, flag: string | undefined, configuration: Configuration): boolean {
  if (!replacement.includes('?') || flag !== undefined || isRedirect(replacement, flag) || replacement.startsWith('$scheme')) return false
  let at: PlacedDirective = directive
  for (;;) {
    const block: PlacedDirective | undefined = at.parent
    for (const each of block ? block.children : configuration.top) {
      if (each.order <= at.order) continue
      if (each.name === 'return' || each.name === 'break') return false
      if (usesCapture(each)) return true
    }
    if (block?.name !== 'if') return false
    at = block
  }
}

function usesCapture({ name, args, children }: PlacedDirective): boolean {
  if (name === 'set') return /\$\{?[1-9]/.test(args[1]?.value ?? '')
  if (name !== 'if') return false
  const condition = args.map(({ value }) => value).join(' ')
  return /(?:!?=|!?-[fdex])\s*\S*\$\{?[1-9]/.test(condition) || children.some(usesCapture)
}

/** Two numbered captures that are written escaped, of which one holds the other. */
function overlaps(pattern: string, written: string, flag: string | undefined): boolean {
  const replacement = written.endsWith('?') ? written.slice(0, -1) : written
  if (/\$(?:[A-Za-z_]|\{)/.test(replacement)) return false
  const all = [...replacement.matchAll(/\$([1-9])/g)].map((match) => Number(match[1]))
  if (new Set(all).size !== all.length || all.length < 2) return false
  const mark = replacement.indexOf('?')
  if (!isRedirect(replacement, flag) && mark < 0) return false
  const escaped = isRedirect(replacement, flag) ? all : [...replacement.slice(mark).matchAll(/\$([1-9])/g)].map((match) => Number(match[1]))
  const holders = captureHolders(pattern)
  return escaped.some((one) => escaped.some((other) => holders.get(one)?.includes(other)))
}

/** For each capture the captures around it. */
function captureHolders(pattern: string): ReadonlyMap<number, readonly number[]> {
  const holders = new Map<number, readonly number[]>()
  const open: (number | undefined)[] = []
  let count = 0
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i)
    if (character === '\\') i++
    else if (character === '[') {
      const end = /^\[\^?\]?(?:\\.|[^\]\\])*\]/.exec(pattern.slice(i))
      i += (end?.[0].length ?? 1) - 1
    } else if (character === '(') {
      if (/^\((?!\?|\*)|^\(\?(?:P?<(?![=!])|')/.test(pattern.slice(i, i + 4))) {
        count++
        holders.set(
          count,
          open.flatMap((each) => each ?? []),
        )
        open.push(count)
      } else open.push(undefined)
    } else if (character === ')') open.pop()
  }
  return holders
}
