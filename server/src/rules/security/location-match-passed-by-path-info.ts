import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { oldAccessOf } from '../../site/apache/access-compat.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { hasTopLevelChoice } from '../apache/lib/rewriting.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/location-match-passed-by-path-info',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['locationmatch', 'location'],
  severity: 'warning',
  summary: 'A `<LocationMatch "\\.php$">` that guards a script: with a slash and anything behind the name it is passed.',
  explanation: `
What stands behind the name of a script is handed to it as path info: \`GET /admin.php/x\` runs \`admin.php\`. A pattern that ends in \`$\` right behind the name does not fit that URL, so that
what it asks for is not asked. \`<FilesMatch>\` looks at the file's own name and is not passed in this way, nor is \`<Location /admin.php>\`.
`,
  source: 'Apache documentation of AcceptPathInfo and LocationMatch; tried with Apache 2.4.71: GET /admin.php/x was answered 200.',
  examples: {
    failing: [
      {
        title: 'a script',
        files: `
#- site.conf
DocumentRoot /srv/site
AcceptPathInfo On
<Directory /srv/site>
    Require all granted
</Directory>
<LocationMatch "^/admin\\.php$">
#              ^^^^^^^^^^^^^^^ warning[security/location-match-passed-by-path-info]: GET /admin.php/x passes this: the pattern ends behind the name, and what follows a
    Require ip 10.0.0.0/8
</LocationMatch>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/admin.php': 'secret' },
          get: '/admin.php/x',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'open at the end, by the name of the file, and what guards nothing',
        files: `
#- site.conf
<LocationMatch "^/admin\\.php(?:/|$)">
    Require ip 10.0.0.0/8
</LocationMatch>
<LocationMatch "\\.php">
    Require ip 10.0.0.0/8
</LocationMatch>
<FilesMatch "^admin\\.php$">
    Require ip 10.0.0.0/8
</FilesMatch>
<LocationMatch "\\.php$">
    Header set X-A b
</LocationMatch>
<LocationMatch "\\.(bak|sql)$">
    Require all denied
</LocationMatch>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [first, second] = directive.args
    const pattern = directive.name === 'locationmatch' ? first : first?.value === '~' ? second : undefined
    if (!isRead(directive) || !pattern?.known || directive.source.templated || hasTopLevelChoice(pattern.value)) return
    if (!/\.\(?(?:\?:)?(?:[sp]?html?\|)?(?:php\d?|cgi|pl|fcgi|phtml)(?:\|\w+)*\)?\$$/i.test(pattern.value)) return
    // Where path info is refused, or only URLs that end in the name are handed on, nothing is passed.
    const refused = directivesNamed(configuration, 'acceptpathinfo', 'proxypassmatch').some(
      (each) => each.presence !== 'absent' && each.args.some(({ value }) => /^off$|php\d?\)?(?:\(\/\.\*\)\?)?\$$/i.test(value)),
    )
    if (refused) return
    const own = authorizationOf(directive)
    const old = oldAccessOf(directive)
    if ((!own || own.verdict === 'granted') && (!old || old.verdict === 'granted')) return
    const script = /([\w-]+)\\?\.(php\d?|cgi|pl)\$$/.exec(pattern.value)
    const witness = script ? `/${script[1]}.${script[2]}/x` : '/index.php/x'
    report({
      at: placeOfArgument(directive, pattern),
      message: `GET ${witness} passes this: the pattern ends behind the name, and what follows a script's name is handed to it as path info. End it in (?:/|$).`,
      fixes: [{ title: 'End the pattern in (?:/|$)', safe: true, edits: [replaceArgument(directive, pattern, `${pattern.value.slice(0, -1)}(?:/|$)`)] }],
    })
  },
})
