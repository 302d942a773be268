import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import type { Severity } from '../../problem/problem.ts'
import { matcherOf } from '../../regex/execute.ts'
import { parsePattern } from '../../regex/parse.ts'
import type { Pattern } from '../../regex/tree.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { rewriteRulesOf } from '../apache/lib/path-patterns.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { type Header, isOfAny, judge, mended, severityOf, type Verdict, wordsFor } from './lib/origins.ts'
import { originVariables, sentHeader } from './lib/reflected-origin.ts'

export const rule = defineRule({
  id: 'security/origin-check-too-wide-apache',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A pattern for `Origin` or `Referer` that other domains get through, or that no browser ever fulfils.',
  explanation: `
A \`SetEnvIf Origin\` whose variable is given back as \`Access-Control-Allow-Origin\`, or a \`RewriteCond %{HTTP_REFERER}\` before a refusal, lets in who matches. Without \`$\` at the end
\`https://example.org.evil.example\` matches as well, without \`^https?://\` before the name \`https://evilexample.org\` does, and a dot that is not escaped is any character:
\`^https://app.example.org$\` lets \`https://app-example.org\` through, a domain that anybody can register. In a Referer the trusted name may also stand in the path or query of a foreign page.

The origin that a browser sends is scheme, host in small letters and port (\`https://example.org:8443\`), with no slash behind it: a pattern that wants one never matches. Where only what was
matched is given back (\`$0\`), a pattern without \`$\` gives back a shorter origin than that of the page, which a browser does not take: that is not reported.

A check of the Referer keeps out pages that use pictures of this site, and nobody else: whoever wants to can send any. It is information where a \`Require env\` goes by it, and a hint else.
`,
  source: 'RFC 6454, section 6; the Fetch standard, "Origin header"; the Public Suffix List; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'the origin that is given back',
        files: `
#- site.conf
<VirtualHost *:80>
    SetEnvIf Origin "^https?://.*example\\.org$" ORIGIN=$0
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide-apache]: "http://aexample.org" gets through
    Header always set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          headers: { Origin: 'http://aexample.org' },
          get: '/',
          before: { status: 403, headers: /^access-control-allow-origin: http:\/\/aexample\.org$/im },
          after: { status: 403, headers: /^(?![\s\S]*allow-origin)/i },
        },
      },
      {
        title: 'a referer, a grant, what no browser sends',
        files: `
#- site.conf
SetEnvIfNoCase Referer "example\\.org" OURS
#                      ^^^^^^^^^^^^^^ info[security/origin-check-too-wide-apache]: "https://evil.example/
<Directory /srv/site/images>
    Require env OURS
</Directory>
<VirtualHost *:80>
    SetEnvIf Origin "^(https://example\\.org/)$" SLASH=$1
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/origin-check-too-wide-apache]: No browser sends an Origin that fits
    Header set Access-Control-Allow-Origin "%{SLASH}e" env=SLASH
    RewriteEngine On
    RewriteCond %{HTTP_REFERER} !^$
    RewriteCond %{HTTP_REFERER} !^https?://(www\\.)?example\\.org [NC]
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/origin-check-too-wide-apache]: "http://example.org.evil.example" gets through
    RewriteRule \\.(png|jpe?g)$ - [F]
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'whole origins, lists of those to keep out, a part that is given back, variables that let nobody in',
        files: `
#- site.conf
SetEnvIfNoCase Referer "casino" BAD
SetEnvIfNoCase Referer "poker" LOGGED
<Directory /srv/site>
    <RequireAll>
        Require all granted
        Require not env BAD
    </RequireAll>
</Directory>
<VirtualHost *:80>
    SetEnvIf Origin "^https?://([a-z0-9-]+\\.)?example\\.org(:[0-9]+)?$" ORIGIN=$0
    Header set Access-Control-Allow-Origin "%{ORIGIN}e" env=ORIGIN
    SetEnvIf Origin "^https://example\\.org" PART=$0
    Header set Access-Control-Allow-Origin "%{PART}e" env=PART
    RewriteEngine On
    RewriteCond %{HTTP_REFERER} (casino|buttons-for-website\\.com) [NC]
    RewriteRule ^ - [F]
    RewriteCond %{HTTP_REFERER} !^https?://([^/]+\\.)?example\\.org(/|$) [NC]
    RewriteRule \\.(png|jpe?g)$ - [F]
    RewriteCond %{HTTP_REFERER} !example\\.org
    RewriteRule ^/from-outside /welcome [R]
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const told = new Set<PlacedDirective>()
    const tell = (
      directive: PlacedDirective,
      argument: Argument,
      pattern: Pattern,
      header: Header,
      verdict: Verdict | undefined,
      severity?: Severity,
    ): void => {
      if (!verdict || told.has(directive)) return
      told.add(directive)
      const made = mended(pattern, header, verdict.kind === 'foreign' ? verdict.domains : [])
      const edit = made === undefined ? undefined : replaceInArgument(directive, argument, pattern.source, made)
      report({
        at: placeOfArgument(directive, argument),
        severity: severity ?? severityOf(verdict),
        message: wordsFor(verdict, header),
        fixes: edit ? [{ title: `Write ${made}`, safe: false, edits: [edit] }] : [],
      })
    }

    for (const directive of directivesNamed(configuration, 'header')) {
      const sent = sentHeader(directive)
      const name = sent?.name === 'access-control-allow-origin' && isRead(directive) ? /^%\{([\w-]+)\}e$/.exec(sent.value)?.[1] : undefined
      const variables = name === undefined ? 'unknown' : originVariables(name, directive, configuration)
      if (variables === 'unknown') continue
      for (const { setter, pattern, group } of variables) {
        const argument = setter.args[1]
        if (argument && !isOfAny(pattern)) tell(setter, argument, pattern, 'origin', givenBack(pattern, group))
      }
    }
    for (const setter of directivesNamed(configuration, 'setenvif', 'setenvifnocase')) {
      const [header, argument] = setter.args
      if (!/^Referer$/i.test(header?.value ?? '') || !argument?.known || !isRead(setter) || setter.source.templated) continue
      const pattern = parsePattern(argument.value, setter.name === 'setenvifnocase')
      const lets = setter.args.slice(2).some(({ value }) => isGranted(value.split('=')[0] ?? '', configuration))
      if (pattern && lets && !isOfAny(pattern)) tell(setter, argument, pattern, 'referer', foreign(judge(pattern, 'referer')), 'info')
    }
    for (const { rewrite, conditions } of rewriteRulesOf(configuration)) {
      // Refused is who fits none of the patterns.
      if (!rewrite?.flags.has('f') || conditions.some(({ orNext }) => orNext)) continue
      for (const { directive, test, negated, pattern } of conditions) {
        const [part] = test
        const argument = directive.args[1]
        if (!negated || !pattern || !argument || test.length !== 1 || part?.kind !== 'variable' || isOfAny(pattern)) continue
        const header = /^(?:HTTP_REFERER|HTTP:Referer)$/i.test(part.name) ? 'referer' : /^HTTP:Origin$/i.test(part.name) ? 'origin' : undefined
        if (header === 'referer') tell(directive, argument, pattern, header, foreign(judge(pattern, header)), 'hint')
        else if (header) tell(directive, argument, pattern, header, judge(pattern, header))
      }
    }
  },
})

/** Of a referer only what lets foreign pages through is worth a word. */
const foreign = (verdict: Verdict | undefined): Verdict | undefined => (verdict?.kind === 'foreign' ? verdict : undefined)

/** The verdict on a pattern of which a group is given back: a browser takes it only where it is the whole origin. */
function givenBack(pattern: Pattern, group: number): Verdict | undefined {
  const isWhole = (verdict: Verdict | undefined): boolean => verdict?.kind !== 'foreign' || matcherOf(pattern)?.(verdict.witness)?.[group] === verdict.witness
  const verdict = judge(pattern, 'origin')
  if (isWhole(verdict)) return verdict
  const bound = group === 0 ? parsePattern(`^(?:${pattern.source})$`, pattern.caseless) : undefined
  const again = bound && judge(bound, 'origin')
  return again?.kind === 'foreign' && isWhole(again) ? again : undefined
}

/** Whether a variable of the environment lets somebody in, and keeps nobody out. */
function isGranted(name: string, configuration: Configuration): boolean {
  const uses = directivesNamed(configuration, 'require', 'allow', 'deny').filter(({ args }) => args.some(({ value }) => value.replace(/^env=!?/i, '') === name))
  const letting = uses.filter((each) => {
    const [first, second] = each.args
    if (!isRead(each) || enclosing(each, 'requirenone')) return false
    return each.name === 'require' ? /^env$/i.test(first?.value ?? '') : each.name === 'allow' && second?.value.toLowerCase() === `env=${name}`.toLowerCase()
  })
  return uses.length > 0 && letting.length === uses.length
}
