import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { unwrap } from '../apache/lib/unwrap.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/limit-leaves-methods-open',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['limit'],
  severity: 'warning',
  summary: 'A `<Limit>` that guards some methods: with any other, everyone gets in.',
  explanation: `
What stands in \`<Limit GET POST>\` holds for these methods alone. A request with another one (\`PUT\`, \`OPTIONS\`, or a word that someone made up) is not asked who it is, and scripts
answer it as they would a GET. Leave the \`<Limit>\` out: access rules without it hold for all methods. To allow more to some methods than to others, use \`<LimitExcept>\`, which holds for
all methods but those that it names.

Only told of sections that guard GET; denying single methods (\`<Limit PUT DELETE>\`) is what \`<Limit>\` is for.
`,
  source: 'Apache documentation of Limit; tried with Apache 2.4.71: POST is answered 200 where only GET is guarded.',
  examples: {
    failing: [
      {
        title: 'a login for GET',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
<Location /admin>
    AuthType Basic
    AuthName "Staff"
    AuthUserFile /etc/users
    <Limit GET>
#   ^^^^^^^^^^^ warning[security/limit-leaves-methods-open]: Only GET is guarded: a request with POST gets what GET is denied. Leave the <Limit> out,
        Require valid-user
    </Limit>
</Location>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/admin/a.html': 'secret' },
          method: 'POST',
          get: '/admin/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 401 },
        },
      },
      {
        title: 'in a .htaccess, with an address',
        files: `
#- .htaccess
AuthType Basic
AuthName "Staff"
AuthUserFile /etc/users
<Limit GET POST>
# <------------- warning[security/limit-leaves-methods-open]: Only GET and POST are guarded: a request with PUT, or with a method that someone made up,
    Require valid-user
</Limit>
#- a/.htaccess
<Limit GET POST PUT>
# <----------------- warning[security/limit-leaves-methods-open]: Only GET, POST and PUT are guarded: a request with DELETE, or with a method that someone
    Require ip 10.0.0.0/8
</Limit>
`,
      },
    ],
    passing: [
      {
        title: 'methods that are denied, everything else with LimitExcept, a grant, a guard outside as well',
        files: `
#- .htaccess
<Limit PUT DELETE>
    Require all denied
</Limit>
#- a/.htaccess
<LimitExcept GET POST>
    Require valid-user
</LimitExcept>
#- b/.htaccess
<Limit GET POST OPTIONS>
    Require all granted
</Limit>
<LimitExcept GET POST OPTIONS>
    Require all denied
</LimitExcept>
#- c/.htaccess
Require valid-user
<Limit GET POST>
    Require user pat
</Limit>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const methods = directive.args.map((argument) => argument.value.toUpperCase())
    if (!isRead(directive) || !methods.includes('GET') || directive.args.some((argument) => !argument.known) || directive.source.templated) return
    const own = authorizationOf(directive)
    const old = oldAccessOf(directive)
    const guards = (own !== undefined && own.verdict !== 'granted') || old?.verdict === 'denied'
    // Single addresses that are shut out: worth less.
    const shutsOut = old?.verdict === 'depends'
    if ((!guards && !shutsOut) || isGuardedOtherwise(directive, configuration.top)) return
    const open = ['POST', 'PUT', 'DELETE', 'PATCH'].filter((method) => !methods.includes(method))
    const [witness = 'FOO'] = open
    report({
      at: placeOfDirective(directive),
      ...(guards && open.length > 1 ? {} : { severity: 'info' }),
      message: `Only ${list(methods)} ${methods.length === 1 ? 'is' : 'are'} guarded: a request with ${witness}${witness === 'POST' ? '' : ', or with a method that someone made up,'} gets what GET is denied. Leave the <Limit> out, and it holds for all methods.`,
      fixes: fixes(directive),
    })
  },
})

const list = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`)

/** Whether something beside it guards the other methods. */
function isGuardedOtherwise(directive: PlacedDirective, top: readonly PlacedDirective[]): boolean {
  const beside = directive.parent?.children ?? top
  return beside.some(
    (each) =>
      each !== directive &&
      (each.name === 'limitexcept' ||
        each.name === 'limit' ||
        (each.name === 'require' && each.args[1]?.value.toLowerCase() !== 'granted') ||
        /^require(?:all|any|none)$/.test(each.name) ||
        each.name === 'deny'),
  )
}

function fixes(directive: PlacedDirective) {
  const edits = unwrap(directive)
  return edits.length > 0 ? [{ title: 'Leave the <Limit> out', safe: false, edits }] : []
}
