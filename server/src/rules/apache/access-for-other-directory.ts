import { placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { nearMissesOf } from './lib/near-miss.ts'
import { folderOfTarget, hasUnreadGrants } from './lib/targets.ts'

export const rule = defineRule({
  id: 'apache/access-for-other-directory',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'A grant for a folder that nothing serves, next to a folder that is served and not granted.',
  explanation: `
A \`<Directory>\` section grants the folder that it names and what lies in it. Where its path differs by a segment or a letter from the folder
of a WSGI script or an \`Alias\`, the grant does nothing, and requests are answered with 403. Reported only where the folder that is served
has no grant and the one that is granted is served by nothing.
`,
  source: 'Tried with Apache 2.4.71: AH01630, client denied by server configuration.',
  examples: {
    failing: [
      {
        title: 'the folder beside the one that holds the script',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
WSGIScriptAlias / /srv/pier/project/pier/wsgi.py
<Directory /srv/pier/pier>
#          ^^^^^^^^^^^^^^ error[apache/access-for-other-directory]: Nothing is served from /srv/pier/pier
    <Files wsgi.py>
        Require all granted
    </Files>
</Directory>
`,
      },
      {
        title: 'a letter too few',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
<Directory /srv/pier/statc>
#          ^^^^^^^^^^^^^^^ error[apache/access-for-other-directory]: Nothing is served from /srv/pier/statc
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 403, log: /AH01630/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'the folder around the script is granted',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
WSGIScriptAlias / /srv/pier/project/pier/wsgi.py
<Directory /srv/pier/project>
    Require all granted
</Directory>
`,
      },
      {
        title: 'two folders, both served and both granted',
        files: `
#- httpd.conf
Listen 80
<Directory />
    Require all denied
</Directory>
Alias /static/ /srv/pier/static/
Alias /media/ /srv/pier/media/
<Directory /srv/pier/static>
    Require all granted
</Directory>
<Directory /srv/pier/media>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(context) {
    const unread = hasUnreadGrants(context.configuration)
    for (const { section, target } of nearMissesOf(context)) {
      const argument = section.args[0]
      if (!argument) continue
      const served = folderOfTarget(target)
      context.report({
        at: placeOfArgument(section, argument),
        severity: unread ? 'warning' : 'error',
        message: `Nothing is served from ${argument.value}, so this grant does nothing; ${target.path}, which is served at ${target.url}, has none and is answered with 403. Write ${served}.`,
        related: [{ at: placeOfDirective(target.directive), message: `${target.path} is served here.` }],
        fixes: [{ title: `Grant ${served} instead`, safe: true, edits: [replaceArgument(section, argument, served)] }],
      })
    }
  },
})
