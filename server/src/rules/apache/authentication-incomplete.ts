import { directivesNamed, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { insertBefore } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'

export const rule = defineRule({
  id: 'apache/authentication-incomplete',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A login of which a part is missing: every request is a 500, or nobody is asked for a password.',
  explanation: `
A login needs \`AuthType\`, \`AuthName\`, something that knows the users (\`AuthUserFile\`, \`AuthBasicProvider\` …) and a \`Require\` that asks for one. The configuration test looks at
none of this. Without the first three a request is answered with 500; without \`Require\` nobody is asked.

Told of a section that has the other parts, where no other section or file in view has the missing one.
`,
  source: 'modules/aaa/mod_auth_basic.c: authenticate_basic_user (AH01615), mod_authn_file.c (AH01619); tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'no type',
        files: `
#- site.conf
<Location /admin>
    AuthName "Staff"
#   ^^^^^^^^^^^^^^^^ warning[apache/authentication-incomplete]: A login without AuthType: every request here is answered with 500 (AH00027), as nobody
    AuthUserFile /etc/users
    Require valid-user
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/admin',
          before: { status: 500, log: /AH00027/ },
          after: { status: 401 },
        },
      },
      {
        title: 'no name',
        files: `
#- .htaccess
AuthType Basic
# <----------- warning[apache/authentication-incomplete]: A login without AuthName: every request here is answered with 500 (AH01615, "need
AuthUserFile /etc/users
Require valid-user
`,
      },
      {
        title: 'nothing that asks',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
<Location /admin>
    AuthType Basic
#   ^^^^^^^^^^^^^^ warning[apache/authentication-incomplete]: Nobody is asked for a password here: there is no Require that asks for a user. Add
    AuthName "Staff"
    AuthUserFile /etc/users
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/admin/a.html': 'secret' },
          get: '/admin/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
    ],
    passing: [
      {
        title: 'complete, with parts in another section, or of another kind',
        files: `
#- site.conf
<Location /admin>
    AuthType Basic
    AuthName "Staff"
    AuthBasicProvider ldap
    AuthLDAPURL ldap://ldap.example.org/o=x
    Require valid-user
</Location>
#- .htaccess
AuthType shibboleth
Require valid-user
#- a/.htaccess
AuthUserFile /etc/users
AuthName "Staff"
AuthType Basic
<Limit GET POST PUT DELETE PATCH>
    Require valid-user
</Limit>
#- b/.htaccess
Require valid-user
`,
      },
    ],
  },
  check(context) {
    const { configuration } = context
    const sections = new Map<PlacedDirective | string, PlacedDirective[]>()
    for (const directive of directivesNamed(configuration, 'authtype', 'authname', 'authuserfile')) {
      if (directive.presence === 'absent') continue
      const key = directive.parent ?? directive.source.path
      sections.set(key, [...(sections.get(key) ?? []), directive])
    }
    for (const [key, own] of sections) checkSection(typeof key === 'string' ? undefined : key, own, context)
  },
})

function checkSection(section: PlacedDirective | undefined, own: readonly PlacedDirective[], { configuration, report }: ConfigurationContext): void {
  const [first] = own
  if (!first || !own.every(isRead) || first.source.templated || (section && !holding.has(section.name))) return
  if (section === undefined && configuration.context !== 'htaccess' && configuration.context !== 'directory') return
  const has = (name: string): boolean => own.some((each) => each.name === name)
  const type = own.find((each) => each.name === 'authtype')?.args[0]
  if (type && (!type.known || !/^basic$/i.test(type.value))) return
  // Any of them elsewhere may hold here too, and what is included or made by a macro is not looked for here.
  const anywhere = (...names: readonly string[]): boolean => directivesNamed(configuration, ...names).some((each) => each.presence !== 'absent')
  if (anywhere('include', 'includeoptional', 'use', 'if') || (configuration.whole && configuration.open)) return
  const asks = anywhere('require', 'requireall', 'requireany', 'requirenone')
  const asksUser = (section ? section.children : configuration.top).some(
    (each) => each.name === 'require' && isRead(each) && /^(?:valid-user|user|group)$/i.test(each.args[0]?.value ?? ''),
  )
  const tell = (message: string, line: string): void =>
    report({ at: placeOfDirective(first), message, fixes: [{ title: `Add ${line}`, safe: false, edits: [insertBefore(first, [line])] }] })
  if (asksUser && !anywhere('authtype')) {
    tell(
      `A login without AuthType: every request here is answered with 500 (AH00027), as nobody asks for the password. Add "AuthType Basic".`,
      'AuthType Basic',
    )
  } else if (asksUser && has('authtype') && !anywhere('authname')) {
    tell(`A login without AuthName: every request here is answered with 500 (AH01615, "need AuthName"). Give it a name.`, 'AuthName "Restricted"')
  } else if (
    has('authtype') &&
    has('authuserfile') &&
    !asksUser &&
    !asksHere(section, configuration.top) &&
    !(asks && configuration.context !== 'htaccess' && asksUserAnywhere())
  ) {
    tell(`Nobody is asked for a password here: there is no Require that asks for a user. Add "Require valid-user".`, 'Require valid-user')
  }

  function asksUserAnywhere(): boolean {
    return directivesNamed(configuration, 'require').some((each) => each.presence !== 'absent' && each.args[0]?.value.toLowerCase() !== 'all')
  }
}

/** Whether something in a section says who may come, however deep. */
function asksHere(section: PlacedDirective | undefined, top: readonly PlacedDirective[]): boolean {
  const look = (directives: readonly PlacedDirective[]): boolean => directives.some((each) => each.name === 'require' || look(each.children))
  return look(section ? section.children : top)
}

const holding: ReadonlySet<string> = new Set(['directory', 'directorymatch', 'location', 'locationmatch', 'files', 'filesmatch'])
