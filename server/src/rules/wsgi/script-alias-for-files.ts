import { type PlacedDirective, placeOfDirective, placeOfName } from '../../configuration/placed.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isFolderOfFiles } from './lib/folder-of-files.ts'

export const rule = defineRule({
  id: 'wsgi/script-alias-for-files',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['wsgiscriptalias'],
  severity: 'warning',
  summary: 'A `WSGIScriptAlias` of a folder of static files or uploads, where `Alias` was meant.',
  explanation: `
\`WSGIScriptAlias\` runs what it names as Python. A style sheet below it is not sent but loaded as a script, which gives 500 with a traceback in the log; an
upload that happens to be Python is run. Files are served with \`Alias\`, which also comes before every \`WSGIScriptAlias\`, whatever their order.
`,
  source: 'Tried with mod_wsgi 4.9.4: 500, SyntaxError in a style sheet.',
  examples: {
    failing: [
      {
        title: 'the static files as scripts',
        files: `
#- site.conf
WSGIScriptAlias /static /srv/site/static
# <--------- warning[wsgi/script-alias-for-files]: WSGIScriptAlias runs what is in /srv/site/static as Python
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'body { color: red }\n' },
          get: '/static/a.css',
          before: { status: 500, log: /SyntaxError/ },
          after: { status: 200, body: /color/ },
        },
      },
      {
        title: 'uploads, with options and without the second slash',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIScriptAlias /media/ /srv/site/media process-group=%{GLOBAL}
#   ^^^^^^^^^^^^^^^ warning[wsgi/script-alias-for-files]: WSGIScriptAlias runs what is in /srv/site/media as Python
    <Directory /srv/site/media>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'a folder of scripts, and a script with such a name',
        files: `
#- site.conf
WSGIScriptAlias /static /srv/site/static.wsgi
WSGIScriptAlias /media /srv/media/wsgi.py
WSGIScriptAlias /scripts /srv/site/scripts
Alias /files /srv/site/static
<Directory /srv>
    Require all granted
</Directory>
`,
      },
      {
        title: 'a path that is not known',
        files: `
#- site.conf
WSGIScriptAlias /static \${ROOT}/static
`,
      },
    ],
  },
  check(directive, { report }) {
    const [url, target] = directive.args
    if (!url?.known || !target?.known || url.value === '/' || !isFolderOfFiles(target.value)) return
    report({
      at: placeOfName(directive),
      message: `WSGIScriptAlias runs what is in ${target.value} as Python: its files are answered with 500. Serve them with Alias.`,
      fixes: asAlias(directive),
    })
  },
})

/** An `Alias` without the options of scripts, and with both slashes or none. */
function asAlias(directive: PlacedDirective): FindingFix[] {
  const [url, target] = directive.args
  if (!url || !target) return []
  const slash = url.value.endsWith('/') && !target.value.endsWith('/') ? '/' : ''
  const path = `${target.value}${slash}`
  const newText = `Alias ${/\s/.test(url.value) ? `"${url.value}"` : url.value} ${/\s/.test(path) || target.quote ? `"${path}"` : path}`
  return [{ title: 'Serve the files with Alias', safe: true, edits: [{ ...placeOfDirective(directive), newText }] }]
}
