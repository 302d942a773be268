import { placeOfArgument } from '../../configuration/placed.ts'
import { basename } from '../../workspace/path.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/alias-slash-mismatch',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['alias', 'scriptalias', 'wsgiscriptalias'],
  severity: 'error',
  summary: 'An `Alias` whose URL ends in a slash and whose path does not, so that the two are glued together.',
  explanation: `
Apache replaces the URL prefix by the path, letter by letter: with \`Alias /static/ /srv/static\`, a request for \`/static/app.css\` looks for
\`/srv/staticapp.css\`, and gets 403. The same holds for \`WSGIScriptAlias /app/ …/wsgi.py\`, which looks for \`wsgi.pyx\`.

The other way round (\`Alias /static /srv/static/\`) works: the path then holds two slashes, which is harmless.
`,
  source: 'modules/mappers/mod_alias.c; tried with Apache 2.4.71: 403, AH01630 for the glued path.',
  examples: {
    failing: [
      {
        title: 'a folder without its slash',
        files: `
#- site.conf
Alias /static/ /srv/site/static
#              ^^^^^^^^^^^^^^^^ error[apache/alias-slash-mismatch]: A request for /static/app.css looks for /srv/site/staticapp.css
<Directory /srv/site/static>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/app.css': 'a' },
          get: '/static/app.css',
          before: { status: 403, log: /staticapp\.css/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a script behind a URL with a slash',
        files: `
#- site.conf
WSGIScriptAlias /app/ /srv/site/config/wsgi.py
#               ^^^^^ error[apache/alias-slash-mismatch]: A request for /app/page looks for /srv/site/config/wsgi.pypage
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n' },
          get: '/app/page',
          before: { status: 404, log: /wsgi\.pypage/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'both with a slash, both without, the root, one file, and the harmless way round',
        files: `
#- site.conf
Alias /a/ /var/www/a/
Alias /b /var/www/b
Alias /robots.txt /var/www/static/robots.txt
Alias /c /var/www/c/
Alias / /var/www/html/
WSGIScriptAlias /scripts/ /var/www/scripts/
WSGIScriptAlias / /var/www/wsgi.py
`,
      },
    ],
  },
  check(directive, { report }) {
    const [url, target] = directive.args
    if (!url?.known || !target?.known || !url.value.endsWith('/') || target.value.endsWith('/')) return
    const isScript = directive.name === 'wsgiscriptalias'
    if (isScript) {
      // `/` is the one URL that mod_wsgi takes with its slash, and a folder of scripts is a matter of its own.
      if (url.value === '/' || !/\.\w+$/.test(basename(target.value))) return
      report({
        at: placeOfArgument(directive, url),
        message: `A request for ${url.value}page looks for ${target.value}page: the slash at the end of ${url.value} is missing between the two. Write ${url.value.slice(0, -1)}.`,
        fixes: [{ title: `Write ${url.value.slice(0, -1)}`, safe: true, edits: [replaceArgument(directive, url, url.value.slice(0, -1))] }],
      })
      return
    }
    // `Alias / /srv/site` serves the folder's own index only by accident, but a file may be meant.
    if (url.value === '/' && /\.\w+$/.test(basename(target.value))) return
    report({
      at: placeOfArgument(directive, target),
      message: `A request for ${url.value}app.css looks for ${target.value}app.css, which is outside the folder and gets 403: ${url.value} ends in a slash, ${target.value} does not.`,
      fixes: [{ title: `Add the final "/" to ${target.value}`, safe: true, edits: [replaceArgument(directive, target, `${target.value}/`)] }],
    })
  },
})
