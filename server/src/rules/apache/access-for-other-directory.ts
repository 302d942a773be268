import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { nearMisses } from './lib/near-miss.ts'

export const rule = defineRule({
  id: 'apache/access-for-other-directory',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: '`Require all granted` for a directory that is not the one served, but plainly meant to be.',
  explanation: `
The section grants a folder from which nothing is served, while the folder that is served stays denied: every request is a 403 with
\`AH01630: client denied by server configuration\`. A folder too many or too few, or a slip of the pen in its name, is all it takes.
`,
  source: 'Tried with Apache 2.4.71: 403, AH01630.',
  examples: {
    failing: [
      {
        title: 'a sibling of the folder that holds the script',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
WSGIScriptAlias / /srv/www/library/project/config/wsgi.py
<Directory /srv/www/library/config>
#          ^^^^^^^^^^^^^^^^^^^^^^^ error[apache/access-for-other-directory]: This grants /srv/www/library/config, from which nothing is served
    <Files wsgi.py>
        Require all granted
    </Files>
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/www/library/project/config/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n',
          },
          get: '/',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a slip of the pen, in a piece',
        files: `
#- site.conf
Alias /static/ /srv/site/static/
<Directory /srv/site/statics>
#          ^^^^^^^^^^^^^^^^^ error[apache/access-for-other-directory]: This grants /srv/site/statics
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/static/a.css': 'a' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'two folders with like names, both served',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static1/ /srv/site/static1/
Alias /static2/ /srv/site/static2/
<Directory /srv/site/static1>
    Require all granted
</Directory>
<Directory /srv/site/static2>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(context) {
    for (const { section, target } of nearMisses(context)) {
      const argument = section.args[0]
      if (!argument) continue
      const what = target.file === undefined ? target.folder : `${target.folder}/${target.file}`
      context.report({
        at: placeOfArgument(section, argument),
        message: `This grants ${argument.value}, from which nothing is served, while ${what} is not granted: requests get 403. Write ${target.folder}.`,
        related: [{ at: placeOfArgument(target.directive, target.argument), message: 'what is served' }],
        fixes: [{ title: `Grant ${target.folder}`, safe: true, edits: [replaceArgument(section, argument, target.folder)] }],
      })
    }
  },
})
