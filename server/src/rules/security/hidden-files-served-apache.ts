import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { ofHost } from '../apache/lib/of-host.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/hidden-files-served-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['documentroot'],
  severity: 'warning',
  profile: 'strict',
  summary: 'A `DocumentRoot` without a rule against dot-files (`.git`, `.env`) and backups (`.bak`, `.sql`, `~`).',
  explanation: `
Apache sends every file below the document root that is granted, also those that nothing links to. \`GET /.git/config\` tells where the code lies, and with the rest of \`.git\` the whole of it can
be fetched; \`.env\` and dumps of databases hold passwords. The main file of most distributions denies \`.ht*\` only.

It is on in the profile \`strict\` only: where the document root holds nothing but what a build has put there, nothing is lost. Names below \`.well-known\` are public on purpose.
`,
  source: 'Tried with Apache 2.4.71: GET /.git/config was answered 200, and 404 after the fix.',
  examples: {
    failing: [
      {
        title: 'a document root without a rule',
        files: `
#- webconf.json
{ "profile": "strict" }
#- site.conf
DocumentRoot /srv/site
# <------------------- warning[security/hidden-files-served-apache]: GET /.git/config, /.env and /dump.sql are answered where such files lie below /srv/site.
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/.git/config': '[remote]' },
          get: '/.git/config',
          before: { status: 200, body: /remote/ },
          after: { status: 404 },
        },
      },
    ],
    passing: [
      {
        title: 'a rule for dot-files',
        files: `
#- webconf.json
{ "profile": "strict" }
#- site.conf
DocumentRoot /srv/site
<DirectoryMatch "/\\.git">
    Require all denied
</DirectoryMatch>
#- other.conf
<VirtualHost *:80>
    DocumentRoot /srv/other
    RedirectMatch 404 "/\\."
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [root] = directive.args
    if (!isRead(directive) || !root?.known) return
    const host = enclosing(directive, 'virtualhost')
    const guarding = ofHost(
      configuration,
      host,
      'directorymatch',
      'filesmatch',
      'files',
      'locationmatch',
      'redirectmatch',
      'rewriterule',
      'rewritecond',
      'directory',
      'aliasmatch',
    )
    const guarded = guarding.some((each) =>
      // A dot as itself at the beginning of a name, other than .ht.
      each.args.some(
        ({ value }) =>
          /(?:^|[/^(|"~])\\?\.(?!\*|\+|ht|\(|\[|\?|well)|\[\.\]|git|\\\.\(\?!well/.test(value.replace(/^\^(?=\.)/, '^')) && /\\\.|\[\.\]|git/.test(value),
      ),
    )
    if (guarded) return
    report({
      at: placeOfDirective(directive),
      message: `GET /.git/config, /.env and /dump.sql are answered where such files lie below ${root.value}. Refuse names that begin with a dot, and backups.`,
      fixes: [
        {
          title: 'Answer 404 for dot-files and backups',
          safe: false,
          edits: [insertAfter(directive, ['RedirectMatch 404 "/\\.(?!well-known/)"', 'RedirectMatch 404 "(?:~|\\.(?:bak|old|orig|sql|swp))$"'])],
        },
      ],
    })
  },
})
