import { placeOfArgument } from '../../configuration/placed.ts'
import { basename } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isFolderOfFiles } from './lib/folder-of-files.ts'

export const rule = defineRule({
  id: 'wsgi/script-alias-slash',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['wsgiscriptalias'],
  severity: 'warning',
  summary: 'A `WSGIScriptAlias` of a folder whose URL ends in a slash and whose path does not.',
  explanation: `
mod_wsgi puts what is left of the URL behind the path, letter by letter: with \`WSGIScriptAlias /scripts/ /srv/scripts\`, a request for
\`/scripts/report.py\` looks for \`/srv/scriptsreport.py\`, and gets 404, or 403. Without both slashes it works, for a folder of scripts and for a script. So does
a slash at the end of the path alone, and \`/\` for the URL.
`,
  source: 'Tried with mod_wsgi 4.9.4 (404, "Target WSGI script not found or unable to stat"); mod_wsgi.c: wsgi_hook_intercept.',
  examples: {
    failing: [
      {
        title: 'a folder of scripts',
        files: `
#- site.conf
WSGIScriptAlias /scripts/ /srv/site/scripts
#               ^^^^^^^^^ warning[wsgi/script-alias-slash]: A request for /scripts/page.py looks for /srv/site/scriptspage.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/scripts/page.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n' },
          get: '/scripts/page.py',
          before: { status: 404, log: /scriptspage\.py/ },
          after: { status: 200, body: /^ok$/ },
        },
      },
      {
        title: 'a script without an extension, in a virtual host',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIScriptAlias /wiki/ "/srv/wiki/moin wsgi"
#                   ^^^^^^ warning[wsgi/script-alias-slash]: A request for /wiki/page.py looks for /srv/wiki/moin wsgipage.py
    <Directory /srv/wiki>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'both with a slash, both without, the path alone, and the root',
        files: `
#- site.conf
WSGIScriptAlias /a/ /srv/site/scripts/
WSGIScriptAlias /b /srv/site/scripts
WSGIScriptAlias /c /srv/site/scripts/
WSGIScriptAlias /d /srv/site/config/wsgi.py/
WSGIScriptAlias / /srv/site/scripts
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'a path that is not known, and a slash in a pattern',
        files: `
#- site.conf
WSGIScriptAlias /a/ \${SCRIPTS}
WSGIScriptAliasMatch ^/b/([^/]+) /srv/site/$1
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(directive, { report }) {
    const [url, target] = directive.args
    if (!url?.known || !target?.known || target.value === '' || !url.value.endsWith('/') || target.value.endsWith('/')) return
    const plain = url.value.replace(/\/+$/, '')
    // A script with an extension is a matter of `apache/alias-slash-mismatch`, and a folder of files of `wsgi/script-alias-for-files`.
    if (plain === '' || isFolderOfFiles(target.value) || /\.\w+$/.test(basename(target.value))) return
    report({
      at: placeOfArgument(directive, url),
      message: `A request for ${plain}/page.py looks for ${target.value}page.py, and finds nothing: ${url.value} ends in a slash, ${target.value} does not. Write ${plain}.`,
      fixes: [
        { title: `Write ${plain}`, safe: true, edits: [replaceArgument(directive, url, plain)] },
        { title: `Add the final "/" to ${target.value}`, safe: false, edits: [replaceArgument(directive, target, `${target.value}/`)] },
      ],
    })
  },
})
