import { placeOfDirective } from '../../configuration/placed.ts'
import { appendToLine, insertAfter } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { classNames, type Governing, governingOverride, type HtaccessFile, htaccessFilesOf, type OverrideClass } from './lib/htaccess.ts'
import { pathOf } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/htaccess-override-missing',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'A directive in a `.htaccess` file of a class that the `AllowOverride` of its folder does not grant: every request to the folder is a 500.',
  explanation: `
\`AllowOverride\` grants classes: \`AuthConfig\`, \`FileInfo\`, \`Indexes\`, \`Limit\`, \`Options\`. Where a \`.htaccess\` has a directive of another class, Apache answers every request to the
folder and what lies in it with 500, and writes \`NAME not allowed here\` into its log, without the line.

Told of the folders that \`DocumentRoot\`, \`Alias\` and \`<Directory>\` name, where it is known which folder of the workspace each is (\`paths\` in \`webconf.json\` says so).
`,
  source: '`server/config.c`: `invoke_cmd`, `ap_parse_htaccess`; `server/core.c`: `set_override`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a redirect where only options may be set',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot /srv/site/public
    <Directory /srv/site/public>
        AllowOverride Options
        Require all granted
    </Directory>
</VirtualHost>
#- public/.htaccess
Options -Indexes
Redirect /old /new
# <------------------ error[apache/htaccess-override-missing]: Redirect needs AllowOverride FileInfo, and /srv/site/public has Options only: every request to it is answered with 500
`,
        proof: {
          config: 'conf/site.conf',
          deployedAt: '/srv/site',
          tree: { '/srv/site/public/page.html': 'a' },
          get: '/page.html',
          before: { status: 500, log: /Redirect not allowed here/ },
          after: { status: 200 },
        },
      },
      {
        title: 'inside a section for files',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
DocumentRoot /srv/site/public
<Directory /srv/site>
    AllowOverride FileInfo Indexes
    Require all granted
</Directory>
#- public/.htaccess
DirectoryIndex start.html
<Files secret.txt>
    Require all denied
#   ^^^^^^^^^^^^^^^^^^ error[apache/htaccess-override-missing]: Require needs AllowOverride AuthConfig, and /srv/site/public has FileInfo, Indexes only
</Files>
`,
      },
    ],
    passing: [
      {
        title: 'the classes are granted, a directive that any class will do for, and what may not be read at all',
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
    AllowOverride FileInfo Options=Indexes
</Directory>
#- public/.htaccess
<IfModule mod_rewrite.c>
    RewriteEngine On
</IfModule>
<IfModule mod_expires.c>
    ExpiresActive On
</IfModule>
SetEnv STAGE live
Options -Indexes
<Files *.txt>
    ForceType text/plain
</Files>
`,
      },
      {
        title: 'Apache is told not to mind, or a list grants more',
        files: `
#- webconf.json
{ "paths": { "/srv/site": "." } }
#- conf/site.conf
Alias /one /srv/site/one
<Directory /srv/site/one>
    AllowOverride Options Nonfatal=Override
    Require all granted
</Directory>
Alias /two /srv/site/two
<Directory /srv/site/two>
    AllowOverride Options
    AllowOverrideList Redirect
    Require all granted
</Directory>
#- one/.htaccess
Redirect /old /new
#- two/.htaccess
Redirect /old /new
`,
      },
    ],
  },
  check(context) {
    for (const file of htaccessFilesOf(context)) {
      const governing = file.directives.length > 0 ? governingOverride(context.configuration, file.folder) : undefined
      // Where nothing is granted the file is not read.
      if (!governing || governing.granted.size === 0) continue
      const granted = [...governing.granted].map((each) => classNames[each]).join(', ')
      const missing = file.directives.filter(({ classes }) => classes.length > 0 && !classes.some((each) => governing.granted.has(each)))
      const needed = [...new Set(missing.flatMap(({ classes }) => classes.slice(0, 1)))]
      for (const { node, start, classes } of missing) {
        const word = node.words[0]
        if (!word) continue
        const needs = classes.map((each) => classNames[each]).join(' or ')
        const from = start + word.start - (node.block ? 1 : 0)
        context.report({
          at: { path: file.path, start: from, end: start + node.text.length },
          message: `${word.value} needs AllowOverride ${needs}, and ${file.folder} has ${granted} only: every request to it is answered with 500.`,
          related: [{ at: placeOfDirective(governing.directive), message: `This grants ${granted}.` }],
          fixes: fixesFor(file, governing, needed),
        })
      }
    }
  },
})

/** Grants all that the file lacks: with one class out of two the folder would still answer with 500. */
function fixesFor(file: HtaccessFile, { directive, granted, section }: Governing, needed: readonly OverrideClass[]): FindingFix[] {
  const words = needed.map((each) => classNames[each]).join(' ')
  if (pathOf(section) === file.folder) return [{ title: `Grant ${words} too`, safe: false, edits: [appendToLine(directive, ` ${words}`)] }]
  const all = [...granted, ...needed].map((each) => classNames[each]).join(' ')
  const lines = [`<Directory ${/\s/.test(file.folder) ? `"${file.folder}"` : file.folder}>`, `    AllowOverride ${all}`, '</Directory>']
  return [{ title: `Grant ${all} to ${file.folder}`, safe: false, edits: [insertAfter(section, lines)] }]
}
