import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessNames, oldAccessOf } from '../../site/apache/access-compat.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isInside } from '../../workspace/path.ts'
import { removeDirective } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type Finding, type FindingFix } from '../rule.ts'
import { convertOldAccess } from './lib/convert-old-access.ts'
import { accessOfTarget, folderOfTarget, hasUnreadGrants, pathOf, targetsOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/old-access-directives',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: '`Order`, `Allow`, `Deny` and `Satisfy` of Apache 2.2, where Apache 2.4 wants `Require`.',
  explanation: `
Apache 2.4 keeps these directives in mod_access_compat, beside \`Require\` and apart from it: a request must pass both. So \`Allow from all\`
does not undo the \`Require all denied\` of the main file, and the folder stays closed (403) while the configuration test passes. Without
that module the server does not start. The fix converts the whole group. Where users, hosts and \`Require\` are mixed in a way that has no
plain counterpart, there is no fix: see Apache's page on upgrading from 2.2.
`,
  source: 'Tried with Apache 2.4.71; httpd.apache.org/docs/2.4/upgrading.html#run-time.',
  examples: {
    failing: [
      {
        title: 'a grant in the words of 2.2 that does not undo the denial of the root',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
<Directory /srv/pier/static>
    Order allow,deny
#   ^^^^^^^^^^^^^^^^ error[apache/old-access-directives]: These access directives of Apache 2.2 do not undo
    Allow from all
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a list of addresses',
        files: `
#- sites-available/pier.conf
<VirtualHost *:80>
    <Location /admin>
        Order deny,allow
#       ^^^^^^^^^^^^^^^^ warning[apache/old-access-directives]: Order, Allow, Deny and Satisfy
        Deny from all
        Allow from 10.0.0.0/8 example.org env=inside
    </Location>
</VirtualHost>
`,
      },
      {
        title: 'a denial that is left beside the new words',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Order deny,allow
#   ^^^^^^^^^^^^^^^^ error[apache/old-access-directives]: "Order deny,allow" and "Deny from all" of Apache 2.2 close
    Deny from all
</Directory>
Alias /static/ /srv/pier/static/
<Directory /srv/pier/static>
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01797/ },
          after: { status: 200 },
        },
      },
      {
        title: 'both in one section',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
<Directory /srv/pier/static>
    Order allow,deny
#   ^^^^^^^^^^^^^^^^ error[apache/old-access-directives]: "Order allow,deny" of Apache 2.2 close
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01797/ },
          after: { status: 200 },
        },
      },
      {
        title: 'beside a Require that grants, which decides',
        files: `
#- sites-available/pier.conf
Alias /static/ /srv/pier/static/
<Directory /srv/pier/static>
    Order allow,deny
#   ^^^^^^^^^^^^^^^^ info[apache/old-access-directives]: Order, Allow, Deny and Satisfy
    Allow from all
    Require all granted
</Directory>
`,
      },
      {
        title: 'a grant where nothing is closed: what is handed on, and the folders that distributions open',
        files: `
#- sites-available/pier.conf
<Proxy *>
    Order deny,allow
#   ^^^^^^^^^^^^^^^^ info[apache/old-access-directives]: Order, Allow, Deny and Satisfy
    Allow from all
</Proxy>
<VirtualHost *:80>
    DocumentRoot /var/www/pier
    <Directory /var/www/pier>
        Order allow,deny
#       ^^^^^^^^^^^^^^^^ info[apache/old-access-directives]: Order, Allow, Deny and Satisfy
        Allow from all
    </Directory>
    ProxyPass /shop/ http://127.0.0.1:8000/
    ProxyPassReverse /shop/ http://127.0.0.1:8000/
</VirtualHost>
`,
      },
      {
        title: 'without the module that knows them',
        files: `
#- httpd.conf
Listen 80
LoadModule authz_core_module modules/mod_authz_core.so
<Directory /srv/pier>
    Order deny,allow
#   ^^^^^^^^^^^^^^^^ error[apache/old-access-directives]: mod_access_compat is not loaded
    Deny from all
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'the same in the words of 2.4',
        files: `
#- httpd.conf
Listen 80
<Directory /srv/pier>
    Require all denied
</Directory>
<Location /admin>
    Require ip 10.0.0.0/8
</Location>
`,
      },
      {
        title: 'kept for Apache 2.2 alone',
        files: `
#- httpd.conf
Listen 80
LoadModule authz_core_module modules/mod_authz_core.so
<Directory /srv/pier>
    <IfModule !mod_authz_core.c>
        Order allow,deny
        Allow from all
    </IfModule>
    <IfModule mod_authz_core.c>
        Require all granted
    </IfModule>
</Directory>
`,
      },
    ],
  },
  check(context) {
    const groups = new Map<PlacedDirective | undefined, PlacedDirective[]>()
    for (const directive of directivesNamed(context.configuration, ...oldAccessNames)) {
      if (directive.presence === 'absent' || isForOldServers(directive, context)) continue
      const group = groups.get(directive.parent)
      if (group) group.push(directive)
      else groups.set(directive.parent, [directive])
    }
    for (const [section, group] of groups) {
      const [first] = group
      if (!first || section?.name === 'virtualhost') continue
      const closed = section && closedBy(section, context)
      if (closed) {
        context.report({
          at: placeOfDirective(first),
          severity: 'error',
          message: `${group.map((each) => `"${textOf(each)}"`).join(' and ')} of Apache 2.2 close ${closed.path}, and no Require undoes that, as a request must pass both: ${closed.url} is answered with 403. ${closed.isGranted ? 'Leave it to Require alone.' : 'Grant it with "Require all granted".'}`,
          fixes: openingFixes(section, group, closed, context),
        })
        continue
      }
      const fix = convertOldAccess(section, group, context.configuration)
      const written = first.node.words[0]?.value ?? first.name
      context.report({
        at: placeOfDirective(first),
        ...judge(section, written, first, context),
        ...(fix ? { fixes: [fix] } : {}),
      })
    }
  },
})

interface Closed {
  readonly path: string
  readonly url: string
  /** A Require grants it, here or in another section. */
  readonly isGranted: boolean
}

/** What a section closes in the words of 2.2 although it is served: what a Require grants, or the very folder of an alias. */
function closedBy(section: PlacedDirective, context: ConfigurationContext): Closed | undefined {
  if (section.presence !== 'present' || oldAccessOf(section)?.verdict !== 'denied' || hasUnreadGrants(context.configuration)) return undefined
  for (const target of targetsOf(context.configuration)) {
    const access = accessOfTarget(target, context)
    if (access?.answer !== 'denied' || !access.decidedBy.includes(section)) continue
    const isGranted = access.decidedBy.some((each) => authorizationOf(each)?.verdict === 'granted')
    if (isGranted || pathOf(section) === folderOfTarget(target)) return { path: target.path, url: target.url, isGranted }
  }
  return undefined
}

function openingFixes(section: PlacedDirective, group: readonly PlacedDirective[], closed: Closed, { configuration }: ConfigurationContext): FindingFix[] {
  const [first, ...others] = group
  if (!first || group.some((each) => each.parent !== section || each.presence !== 'present')) return []
  if (authorizationOf(section)?.verdict === 'granted') return [{ title: 'Leave it to Require', safe: false, edits: group.map(removeDirective) }]
  if (closed.isGranted) {
    const fix = convertOldAccess(section, group, configuration)
    return fix ? [fix] : []
  }
  const { start, end } = placeOfDirective(first)
  return [
    {
      title: 'Grant it with Require all granted',
      safe: false,
      edits: [{ path: first.source.path, start, end, newText: 'Require all granted' }, ...others.map(removeDirective)],
    },
  ]
}

const textOf = (directive: PlacedDirective): string => directive.source.text.slice(placeOfDirective(directive).start, placeOfDirective(directive).end)

/** Nothing but the grant itself that all have: what another machine answers lies in no folder, and Debian and RHEL close neither of these. */
const isOpenAnyway = (section: PlacedDirective, folder: string | undefined): boolean =>
  oldAccessOf(section)?.verdict === 'granted' &&
  (/^proxy(?:match)?$/.test(section.name) || ['/var/www', '/usr/share'].some((open) => folder !== undefined && isInside(folder, open)))

/** Beside a Require that grants, where all is read and nothing served is closed by it, or where it denies in a `.htaccess`, it does what it says. */
function worksAsWritten(section: PlacedDirective | undefined, context: ConfigurationContext): boolean {
  const { configuration } = context
  if (section && (authorizationOf(section)?.verdict === 'granted' || oldAccessOf(section)?.satisfy === 'any')) return true
  const folder = section && (pathOf(section) ?? pathOf(enclosing(section, 'directory') ?? section))
  if (section && isOpenAnyway(section, folder)) return true
  const served = folder === undefined ? [] : targetsOf(configuration).filter((target) => isInside(folderOfTarget(target), folder))
  if (served.length > 0 && served.every((target) => accessOfTarget(target, context)?.answer === 'granted')) return true
  return (configuration.whole && !configuration.open) || (configuration.context === 'htaccess' && section === undefined && deniesAlone(configuration))
}

/** Whether a `.htaccess` denies in the words of 2.2, whatever is granted elsewhere. */
const deniesAlone = ({ top }: ConfigurationContext['configuration']): boolean =>
  top.some((each) => each.name === 'deny' && each.args.some(({ value }) => value.toLowerCase() === 'all')) && !top.some((each) => each.name === 'allow')

/** In a part of a configuration, `<IfModule !mod_authz_core.c>` and `<IfVersion < 2.4>` hold for Apache 2.2. */
function isForOldServers(directive: PlacedDirective, { configuration }: ConfigurationContext): boolean {
  if (directive.presence !== 'unknown') return false
  return directivesNamed(configuration, 'ifmodule', 'ifversion').some((each) => {
    const [first, second] = each.args.map((argument) => argument.value)
    const old =
      (each.name === 'ifmodule' &&
        /^!(?:mod_authz_core\.c|authz_core_module|mod_authz_host\.c)$|^!?(?:mod_access_compat\.c|access_compat_module)$/.test(first ?? '')) ||
      (each.name === 'ifversion' && /^(?:<=?|!?>=?)$/.test(first ?? '') && /^2\.[34]/.test(second ?? ''))
    return old && each.source === directive.source && directive.start > each.start && directive.start < each.start + each.node.width
  })
}

function judge(
  section: PlacedDirective | undefined,
  written: string,
  first: PlacedDirective,
  context: ConfigurationContext,
): Pick<Finding, 'message' | 'severity' | 'related' | 'configTest'> {
  const { modules, open, whole } = context.configuration
  if (whole && !open && first.presence === 'present' && modules?.has('authz_core_module') && !modules.has('access_compat_module')) {
    return {
      severity: 'error',
      message: `mod_access_compat is not loaded, so the server does not know ${written} and will not start. Write it with Require.`,
      configTest: {
        level: 'error',
        message: `Invalid command '${written}', perhaps misspelled or defined by a module not included in the server configuration`,
      },
    }
  }
  const folder =
    section && pathOf(section) ? pathOf(section) : section && enclosing(section, 'directory') ? pathOf(enclosing(section, 'directory') ?? section) : undefined
  if (section && folder !== undefined && oldAccessOf(section)?.verdict !== 'denied') {
    for (const target of targetsOf(context.configuration)) {
      if (!isInside(folderOfTarget(target), folder)) continue
      const access = accessOfTarget(target, context)
      if (access?.answer !== 'denied') continue
      const denying = access.decidedBy.filter((each) => each !== section && each.node.block)
      return {
        severity: 'error',
        message: `These access directives of Apache 2.2 do not undo a "Require all denied": requests for ${target.url} (${target.path}) are answered with 403. Write it with Require.`,
        related: denying.map((each) => ({ at: placeOfDirective(each), message: 'This section denies it.' })),
      }
    }
  }
  return {
    ...(worksAsWritten(section, context) ? { severity: 'info' } : {}),
    message: `Order, Allow, Deny and Satisfy are of Apache 2.2 and work in 2.4 only beside Require, through mod_access_compat: "Allow from all" does not undo a "Require all denied" elsewhere. Write it with Require.`,
  }
}
