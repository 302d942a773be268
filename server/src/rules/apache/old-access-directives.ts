import { type Configuration, indentOf, type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { type OldAccess, oldAccessNames, oldAccessOf } from '../../site/apache/access-compat.ts'
import { quoted } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/old-access-directives',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: '`Order`, `Allow`, `Deny` and `Satisfy` of Apache 2.2 in place of `Require`.',
  explanation: `
Apache 2.4 knows these only through mod_access_compat, and they do not mix with \`Require\`: \`Allow from all\` does not undo a
\`Require all denied\` further up, so the folder stays denied with AH01630 although it looks granted. Without the module the server does not
start (\`Invalid command 'Order'\`).

It is an error where the folder is served and stays denied, or where a whole configuration does not load the module. Inside
\`<IfModule mod_access_compat.c>\` or \`<IfVersion < 2.4>\`, where people keep them for old servers, nothing is reported.
`,
  source: 'Apache\'s "Upgrading to 2.4 from 2.2"; tried with Apache 2.4.71: 403, AH01630.',
  examples: {
    failing: [
      {
        title: 'a folder that looks granted and stays denied',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/site/static/
<Directory /srv/site/static>
    Order allow,deny
#   ^^^^^^^^^^^^^^^^ error[apache/old-access-directives]: These are directives of Apache 2.2, and /srv/site/static stays denied
    Allow from all
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'hosts, in an order that can be kept',
        files: `
#- site.conf
<Location /status>
    Order deny,allow
#   ^^^^^^^^^^^^^^^^ warning[apache/old-access-directives]: These are directives of Apache 2.2
    Deny from all
    Allow from 10.0.0.0/8 .example.org
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/status',
          before: { status: 403 },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'kept for old servers',
        files: `
#- site.conf
<Directory /var/www/site>
    <IfModule mod_authz_core.c>
        Require all granted
    </IfModule>
    <IfModule !mod_authz_core.c>
        Order allow,deny
        Allow from all
    </IfModule>
    <IfVersion < 2.4>
        Order allow,deny
        Allow from all
    </IfVersion>
</Directory>
`,
      },
    ],
  },
  check(context) {
    const { configuration, report } = context
    const seen = new Set<PlacedDirective>()
    const targets = targetsOf(context)
    for (const section of sectionsOf(configuration)) {
      const old = oldAccessOf(section)
      const first = old?.directives[0]
      if (!old || !first || seen.has(first) || old.directives.some((each) => each.presence !== 'present')) continue
      seen.add(first)
      const denied = targets.find((target) => target.access.answer === 'denied' && target.access.decidedBy.at(-1) === section && old.verdict === 'granted')
      const missing =
        configuration.modules !== undefined && !configuration.open && !configuration.modules.has('access_compat_module') && configuration.modules.size > 0
      const why = denied
        ? `, and ${denied.folder} stays denied: they do not undo a "Require" further up. Write "Require all granted".`
        : missing
          ? ', and mod_access_compat, which knows them, is not loaded: Apache does not start. Write "Require" in their place.'
          : ': they work through mod_access_compat alone, and do not mix with "Require". Write "Require" in their place.'
      report({
        at: placeOfDirective(first),
        severity: denied || missing ? 'error' : 'warning',
        message: `These are directives of Apache 2.2${why}`,
        fixes: convert(section, old, denied !== undefined),
        ...(missing
          ? {
              configTest: {
                level: 'error',
                message: `Invalid command '${first.node.words[0]?.value ?? ''}', perhaps misspelled or defined by a module not included in the server configuration`,
              },
            }
          : {}),
      })
    }
  },
})

const sectionsOf = (configuration: Configuration): PlacedDirective[] =>
  configuration.all.filter((each) => each.presence === 'present' && each.children.some((child) => oldAccessNames.has(child.name)))

/** The whole group as `Require`, where its meaning can be kept. */
function convert(section: PlacedDirective, old: OldAccess, denied: boolean): FindingFix[] {
  const own = old.directives.filter((each) => each.parent === section)
  if (own.length !== old.directives.length || own.some((each) => each.source !== section.source)) return []
  const hasRequire = section.children.some((child) => child.name.startsWith('require'))
  if (hasRequire || old.satisfy !== undefined) return []
  const lines = requireLines(own)
  const first = own[0]
  if (!lines || !first) return []
  const indent = indentOf(first)
  const { text } = section.source
  const edits = own.map((directive, i) => {
    const { start, end } = placeOfWhole(directive)
    if (i === 0) return { path: directive.source.path, start, end, newText: lines.join(`\n${indent}`) }
    let from = start
    while (from > 0 && /[ \t]/.test(text.charAt(from - 1))) from--
    if (text.charAt(from - 1) === '\n') from--
    if (text.charAt(from - 1) === '\r') from--
    return { path: directive.source.path, start: from, end, newText: '' }
  })
  // Where the folder stays denied today, granting it is plainly intended; elsewhere the meaning is kept.
  return [{ title: `Write ${lines.length === 1 ? lines[0]?.trim() : 'Require'} in their place`, safe: denied || lines.length > 0, edits }]
}

/** What a group means in the words of 2.4; undefined where it has no plain counterpart. */
function requireLines(directives: readonly PlacedDirective[]): string[] | undefined {
  const order = directives.findLast((each) => each.name === 'order')?.args[0]?.value.toLowerCase() ?? 'deny,allow'
  const hosts = (name: string): string[] =>
    directives.filter((each) => each.name === name).flatMap((each) => each.args.slice(1).map((argument) => argument.value))
  const allowed = hosts('allow')
  const denied = hosts('deny')
  const everyone = (list: readonly string[]): boolean => list.some((each) => each.toLowerCase() === 'all')
  if (order === 'allow,deny') {
    if (everyone(denied) || allowed.length === 0) return ['Require all denied']
    if (everyone(allowed) && denied.length === 0) return ['Require all granted']
    if (denied.length === 0) return allowed.map(requireOf)
    const not = denied.map((each) => `    ${requireOf(each).replace('Require ', 'Require not ')}`)
    if (everyone(allowed)) return ['<RequireAll>', '    Require all granted', ...not, '</RequireAll>']
    return ['<RequireAll>', '    <RequireAny>', ...allowed.map((each) => `        ${requireOf(each)}`), '    </RequireAny>', ...not, '</RequireAll>']
  }
  if (order === 'deny,allow') {
    if (everyone(allowed) || denied.length === 0) return ['Require all granted']
    if (everyone(denied)) return allowed.length === 0 ? ['Require all denied'] : allowed.map(requireOf)
  }
  return undefined
}

function requireOf(host: string): string {
  if (host.toLowerCase().startsWith('env=')) return `Require env ${quoted(host.slice(4))}`
  if (/^[\d.]+(\/[\d.]+)?$/.test(host) || host.includes(':')) return `Require ip ${host.replace(/\.$/, '')}`
  return `Require host ${host.replace(/^\./, '')}`
}
