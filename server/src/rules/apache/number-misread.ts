import { placeOfArgument } from '../../configuration/placed.ts'
import { removeDirective, replaceArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

/** What a number counts, and what else there is to say of 0. */
interface NumberKind {
  readonly counts: 'seconds' | 'bytes' | 'things'
  /** What 0 comes to, as the end of a sentence; absent where Apache refuses 0 or corrects it. */
  readonly zero?: string
  /** What the value is where the directive is absent. */
  readonly default: string
}

/** Directives of which Apache reads the number with C's `atoi`, which stops at the first letter and knows no error. */
const kinds: Readonly<Record<string, NumberKind>> = {
  timeout: { counts: 'seconds', zero: 'Apache gives up every connection that makes it wait', default: '60' },
  limitrequestline: { counts: 'bytes', zero: 'every request is answered with 414', default: '8190' },
  limitrequestfieldsize: { counts: 'bytes', zero: 'every request with a header is answered with 400', default: '8190' },
  limitrequestfields: { counts: 'things', zero: 'there is no limit at all', default: '100' },
  limitxmlrequestbody: { counts: 'bytes', zero: 'there is hardly any limit', default: '1000000' },
  maxkeepaliverequests: { counts: 'things', zero: 'there is no limit at all', default: '100' },
  maxconnectionsperchild: { counts: 'things', zero: 'processes are never renewed', default: '0' },
  maxrequestsperchild: { counts: 'things', zero: 'processes are never renewed', default: '0' },
  gracefulshutdowntimeout: { counts: 'seconds', zero: 'a graceful stop waits for ever', default: '0' },
  startservers: { counts: 'things', default: 'what the MPM has' },
  minspareservers: { counts: 'things', default: '5' },
  maxspareservers: { counts: 'things', default: '10' },
  minsparethreads: { counts: 'things', default: '75' },
  maxsparethreads: { counts: 'things', default: '250' },
  maxrequestworkers: { counts: 'things', default: 'what the MPM has' },
  maxclients: { counts: 'things', default: 'what the MPM has' },
  threadsperchild: { counts: 'things', default: '25' },
  threadlimit: { counts: 'things', default: '64' },
  serverlimit: { counts: 'things', default: 'what the MPM has' },
  proxytimeout: { counts: 'seconds', default: 'that of Timeout' },
  sendbuffersize: { counts: 'bytes', zero: 'the system decides', default: '0' },
  receivebuffersize: { counts: 'bytes', zero: 'the system decides', default: '0' },
  sslsessioncachetimeout: { counts: 'seconds', default: '300' },
}

export const rule = defineRule({
  id: 'apache/number-misread',
  looksAt: 'directive',
  dialect: 'apache',
  directives: Object.keys(kinds),
  severity: 'warning',
  summary: 'A number with a unit, or none at all, of which Apache reads the digits at its beginning: `Timeout 5m` is five seconds.',
  explanation: `
\`Timeout\`, \`LimitRequestLine\` and some twenty other directives read their number as C does, up to the first character that is no digit, and never complain. \`Timeout 5m\` is 5 seconds,
\`LimitRequestFieldSize 16k\` is 16 bytes, with which every request fails, and a word without digits is 0.

A number whose unit is the one it is counted in anyway (\`Timeout 60s\`) is read as it is meant.
`,
  source: '`server/core.c`: `set_timeout`, `set_limit_req_line`; `server/mpm/event/event.c`, and their like; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'sixteen bytes for a request line',
        files: `
#- site.conf
LimitRequestLine 16k
#                ^^^ warning[apache/number-misread]: Apache reads "16k" as 16: LimitRequestLine is a number of bytes without a unit. Write 16384.
<Directory /srv/site>
    Require all granted
</Directory>
DocumentRoot /srv/site
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/page.html': 'a' },
          get: '/page.html?from=elsewhere',
          before: { status: 414 },
          after: { status: 200 },
        },
      },
      {
        title: 'minutes, a comma between the thousands, and no number',
        files: `
#- site.conf
Timeout 5m
#       ^^ warning[apache/number-misread]: Apache reads "5m" as 5: Timeout is a number of seconds without a unit. Write 300.
MaxConnectionsPerChild 10,000
#                      ^^^^^^ warning[apache/number-misread]: Apache reads "10,000" as 10: MaxConnectionsPerChild is a number without a unit. Write 10000.
LimitRequestFields many
#                  ^^^^ warning[apache/number-misread]: Apache reads "many" as 0, so that there is no limit at all: LimitRequestFields is a number. Without the line it is 100.
`,
      },
    ],
    passing: [
      {
        title: 'plain numbers, the unit that is counted in anyway, a time where units are read, 0, and a word that 0 does justice to',
        files: `
#- site.conf
Timeout 60s
KeepAliveTimeout 500ms
LimitRequestFields 0
LimitRequestLine 16384
MaxKeepAliveRequests unlimited
`,
      },
      {
        title: 'a value that comes from elsewhere',
        files: `
#- site.conf
Timeout \${TIMEOUT}
LimitRequestLine \${LINE}k
`,
      },
    ],
  },
  check(directive, { report }) {
    const [argument, more] = directive.args
    const kind = kinds[directive.name]
    if (!kind || !argument?.known || more || argument.value === '' || directive.node.words[1]?.holes) return
    const [, digits = '', rest = ''] = /^\s*[+-]?(\d*)(.*)$/s.exec(argument.value) ?? []
    // A mark behind the number does no harm.
    if (rest === '' || (digits !== '' && /^[;,.]$/.test(rest)) || (kind.counts === 'seconds' && digits !== '' && /^s(ec(onds?)?)?$/i.test(rest))) return
    const written = directive.node.words[0]?.value ?? directive.name
    const at = placeOfArgument(directive, argument)
    const counts = kind.counts === 'things' ? 'a number' : `a number of ${kind.counts}`
    if (digits === '') {
      // Who writes "unlimited" where 0 is that gets it.
      if (kind.zero === undefined || (/^(unlimited|infinite|none|never|off)$/i.test(argument.value) && /no limit|never|for ever/.test(kind.zero))) return
      report({
        at,
        message: `Apache reads "${argument.value}" as 0, so that ${kind.zero}: ${written} is ${counts}. Without the line it is ${kind.default}.`,
        fixes: [{ title: `Remove ${written}`, safe: false, edits: [removeDirective(directive)] }],
      })
      return
    }
    const meant = meantNumber(digits, rest, kind)
    const fixes: FindingFix[] = meant === undefined ? [] : [{ title: `Write ${meant}`, safe: true, edits: [replaceArgument(directive, argument, meant)] }]
    report({
      at,
      message: `Apache reads "${argument.value}" as ${Number(digits)}: ${written} is ${counts} without a unit.${meant === undefined ? '' : ` Write ${meant}.`}`,
      fixes,
    })
  },
})

const factors: Readonly<Record<NumberKind['counts'], readonly (readonly [RegExp, number])[]>> = {
  seconds: [
    [/^m(in(utes?)?)?$/i, 60],
    [/^h(ours?)?$/i, 3600],
    [/^d(ays?)?$/i, 86400],
  ],
  bytes: [
    [/^b(ytes?)?$/i, 1],
    [/^ki?b?$/i, 1024],
    [/^mi?b?$/i, 1024 * 1024],
    [/^gi?b?$/i, 1024 * 1024 * 1024],
  ],
  things: [[/^k$/i, 1000]],
}

/** The plain number for one with a unit, or with marks between the thousands. */
function meantNumber(digits: string, rest: string, { counts }: NumberKind): string | undefined {
  if (/^([,_']\d{3})+$/.test(rest)) return digits + rest.replace(/\D/g, '')
  const factor = factors[counts].find(([unit]) => unit.test(rest))?.[1]
  return factor === undefined ? undefined : String(Number(digits) * factor)
}
