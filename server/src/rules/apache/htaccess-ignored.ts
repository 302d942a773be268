import { placeOfDirective } from '../../configuration/placed.ts'
import { insertAfter, replaceArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { classNames, type Governing, governingOverride, type HtaccessFile, htaccessFilesOf, type OverrideClass } from './lib/htaccess.ts'
import { pathOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/htaccess-ignored',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'info',
  summary: 'A `.htaccess` file in a folder of which `AllowOverride None` says that none is read.',
  explanation: `
Where \`AllowOverride None\` governs a folder, as in Debian's and RHEL's main files for all of the disk, Apache does not look for a \`.htaccess\` in it, and says nothing of one that is there. What
the file denies stays open.

Told of the folders that \`DocumentRoot\`, \`Alias\` and \`<Directory>\` name, where it is known which folder of the workspace each is (\`paths\` in \`webconf.json\` says so).
`,
  source: '`server/request.c`: `ap_directory_walk`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'what the file redirects is not redirected',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/site/public
    <Directory /srv/site/public>
        AllowOverride None
#       ^^^^^^^^^^^^^^^^^^ info[apache/htaccess-ignored]: Apache does not read public/.htaccess, for AllowOverride None governs /srv/site/public
        Require all granted
    </Directory>
</VirtualHost>
#- public/.htaccess
Redirect /old /new
`,
        proof: {
          config: 'conf/site.conf',
          deployedAt: '/srv/site',
          get: '/old',
          before: { status: 404 },
          after: { status: 302 },
        },
      },
      {
        title: 'a section for the folder above',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
DocumentRoot /srv/site/public
<Directory /srv>
    AllowOverride None
#   ^^^^^^^^^^^^^^^^^^ info[apache/htaccess-ignored]: Apache does not read public/.htaccess, for AllowOverride None governs /srv/site/public
    Require all granted
</Directory>
#- public/.htaccess
<IfModule mod_rewrite.c>
    RewriteEngine On
</IfModule>
Options -Indexes
`,
      },
    ],
    passing: [
      {
        title: 'a section for the folder that grants what the file needs, and a file with nothing but comments',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
DocumentRoot /srv/site/public
<Directory /srv>
    AllowOverride None
    Require all granted
</Directory>
<Directory /srv/site/public>
    AllowOverride FileInfo Options
</Directory>
Alias /empty /srv/site/empty
#- public/.htaccess
Redirect /old /new
Options -Indexes
#- empty/.htaccess
# Nothing to say.
`,
      },
      {
        title: 'a folder of which it is not known where it is deployed',
        files: `
#- conf/site.conf
DocumentRoot /srv/site/public
<Directory /srv/site/public>
    AllowOverride None
    Require all granted
</Directory>
#- htdocs/.htaccess
Options -Indexes
`,
      },
    ],
  },
  check(context) {
    for (const file of htaccessFilesOf(context)) {
      const [first] = file.directives
      const governing = first && governingOverride(context.configuration, file.folder)
      if (!governing || governing.granted.size > 0) continue
      const name = file.path.split('/').slice(-2).join('/')
      const start = first.start + (first.node.words[0]?.start ?? 0)
      context.report({
        at: placeOfDirective(governing.directive),
        message: `Apache does not read ${name}, for AllowOverride None governs ${file.folder}. Grant the classes that the file needs, or move what it says here.`,
        related: [{ at: { path: file.path, start, end: first.start + first.node.text.length }, message: 'This is not read.' }],
        fixes: fixesFor(file, governing),
      })
    }
  },
})

/** Grants what the file needs, in the section of its folder or in a new one. */
function fixesFor(file: HtaccessFile, { directive, section }: Governing): FindingFix[] {
  const needed = new Set<OverrideClass>()
  for (const { classes } of file.directives) {
    // A directive that any class will do for needs none of its own.
    const [only, more] = classes
    if (only && !more) needed.add(only)
  }
  const words = needed.size === 0 ? 'All' : [...needed].map((each) => classNames[each]).join(' ')
  const [argument] = directive.args
  if (pathOf(section) === file.folder) {
    if (!argument || directive.args.length > 1) return []
    const edit = { ...replaceArgument(directive, argument, words), newText: words }
    return [{ title: `Write AllowOverride ${words}`, safe: false, edits: [edit] }]
  }
  const lines = [`<Directory ${/\s/.test(file.folder) ? `"${file.folder}"` : file.folder}>`, `    AllowOverride ${words}`, '</Directory>']
  return [{ title: `Grant ${words} to ${file.folder}`, safe: false, edits: [insertAfter(section, lines)] }]
}
