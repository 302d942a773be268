import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { removeDirective } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/require-lets-all-in',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['require', 'satisfy'],
  severity: 'warning',
  summary: 'A `Require all granted` or `Satisfy Any` that lets everyone in, beside a requirement that was to keep them out.',
  explanation: `
Several \`Require\` lines in one section are joined by "or": one that holds is enough. \`Require all granted\` always holds, so that a \`Require valid-user\` or \`Require ip\` beside it
asks nothing of anyone. To ask for both, put them into \`<RequireAll>\`.

\`Satisfy Any\` joins \`Require\` with \`Allow\` and \`Deny\` in the same way. Where these let everyone in (they do where there are none at all), nobody is asked for a password.
`,
  source: 'Apache documentation of Require and Satisfy; server/request.c: ap_process_request_internal; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a grant beside a login',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    AuthType Basic
    AuthName "Staff"
    AuthUserFile /etc/users
    Require all granted
#   ^^^^^^^^^^^^^^^^^^^ warning[security/require-lets-all-in]: "Require valid-user" asks nothing of anyone: one Require that holds is enough, and this
    Require valid-user
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/a.html': 'secret' },
          get: '/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
      {
        title: 'Satisfy Any without anything to satisfy',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    AuthType Basic
    AuthName "Staff"
    AuthUserFile /etc/users
    Require valid-user
    Satisfy Any
#   ^^^^^^^^^^^ warning[security/require-lets-all-in]: Nobody is asked for a password: with "Satisfy Any" it is enough that Allow and Deny let a
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/a.html': 'secret' },
          get: '/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
      {
        title: 'addresses',
        files: `
#- site.conf
<Location /status>
    <RequireAny>
        Require ip 10.0.0.0/8
        Require all granted
#       ^^^^^^^^^^^^^^^^^^^ warning[security/require-lets-all-in]: "Require ip 10.0.0.0/8" asks nothing of anyone: one Require that holds is enough, and
    </RequireAny>
</Location>
`,
      },
    ],
    passing: [
      {
        title: 'both are asked for, one for each version, addresses or a login',
        files: `
#- site.conf
<Location /a>
    <RequireAll>
        Require all granted
        Require not ip 10.0.0.7
    </RequireAll>
</Location>
<Location /b>
    <IfModule mod_authz_core.c>
        Require all granted
    </IfModule>
    <IfModule !mod_authz_core.c>
        Require valid-user
    </IfModule>
</Location>
<Location /d>
    Require ip 10.0.0.0/8
    Require valid-user
    AuthType Basic
    AuthName "Staff"
    AuthUserFile /etc/users
</Location>
`,
      },
    ],
  },
  check(directive, context) {
    if (!isRead(directive) || directive.source.templated) return
    // Lists of thousands of addresses are real: only what may let everyone in is looked at more closely.
    if (directive.name === 'satisfy' ? directive.args[0]?.value.toLowerCase() !== 'any' : !isAll(directive, 'granted')) return
    const beside = (directive.parent?.children ?? context.configuration.top).filter((each) => isRead(each) && each.source === directive.source)
    if (directive.name === 'satisfy') checkSatisfy(directive, beside, context)
    else checkGrant(directive, beside, context)
  },
})

function checkGrant(directive: PlacedDirective, beside: readonly PlacedDirective[], { report }: ConfigurationContext): void {
  if (directive.parent?.name === 'requireall' || directive.parent?.name === 'requirenone') return
  const asking = beside.find(
    (each) => each.name === 'require' && !isAll(each, 'granted') && !isAll(each, 'denied') && each.args[0]?.value.toLowerCase() !== 'not',
  )
  const earlier = beside.find((each) => isAll(each, 'granted'))
  if (!asking || earlier !== directive) return
  const written = textOf(asking)
  report({
    at: placeOfDirective(directive),
    message: `"${written}" asks nothing of anyone: one Require that holds is enough, and this one always does. Remove it, or put both into <RequireAll>.`,
    related: [{ at: placeOfDirective(asking), message: 'has no effect' }],
    fixes: [{ title: 'Remove Require all granted', safe: false, edits: [removeDirective(directive)] }],
  })
}

function checkSatisfy(directive: PlacedDirective, beside: readonly PlacedDirective[], { report }: ConfigurationContext): void {
  const asking = beside.find((each) => each.name === 'require' && /^(?:valid-user|user|group|ldap-\w+)$/i.test(each.args[0]?.value ?? ''))
  if (!asking || beside.some((each) => isAll(each, 'granted') || /^require(?:all|any|none)$/.test(each.name))) return
  const old = directive.parent
    ? oldAccessOf(directive.parent)
    : beside.some((each) => each.name === 'deny' || each.name === 'order' || each.name === 'allow')
      ? undefined
      : { verdict: 'granted' as const }
  if (old?.verdict !== 'granted') return
  report({
    at: placeOfDirective(directive),
    message: `Nobody is asked for a password: with "Satisfy Any" it is enough that Allow and Deny let a request in, and here they let everyone in. Remove it, or deny everyone but some addresses.`,
    related: [{ at: placeOfDirective(asking), message: 'has no effect' }],
    fixes: [{ title: 'Remove Satisfy Any', safe: false, edits: [removeDirective(directive)] }],
  })
}

const isAll = (directive: PlacedDirective, word: 'granted' | 'denied'): boolean =>
  directive.name === 'require' && directive.args[0]?.value.toLowerCase() === 'all' && directive.args[1]?.value.toLowerCase() === word

const textOf = (directive: PlacedDirective): string => {
  const { start, end } = placeOfDirective(directive)
  return directive.source.text.slice(start, end)
}
