import { daemonsOf } from '../../application/wsgi-process.ts'
import { placeOfDirective } from '../../configuration/placed.ts'
import { appendToLine } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/daemon-process-unused',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A daemon process that nothing uses, so that the application runs embedded in Apache.',
  explanation: `
\`WSGIDaemonProcess\` only declares a process. Without \`process-group=\` on the alias, or a \`WSGIProcessGroup\`, the application runs inside
Apache's own processes: with Apache's user, without the daemon's \`python-home=\` and \`python-path=\`, and restarted only with Apache.
`,
  source: 'mod_wsgi\'s documentation, "Delegation To Daemon Process"; tried with mod_wsgi 4.9.4.',
  examples: {
    failing: [
      {
        title: 'declared, and the alias does not name it',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIDaemonProcess site python-path=/srv/site
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/daemon-process-unused]: The daemon process "site" is declared, but nothing uses it
    WSGIScriptAlias / /srv/site/config/wsgi.py
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/config/wsgi.py':
              'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [environ["mod_wsgi.process_group"].encode() or b"embedded"]\n',
          },
          get: '/',
          before: { status: 200, body: /^embedded$/ },
          after: { status: 200, body: /^site$/ },
        },
      },
    ],
    passing: [
      {
        title: 'used through WSGIProcessGroup in a section',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIDaemonProcess site python-path=/srv/site
    WSGIScriptAlias / /srv/site/config/wsgi.py
    <Directory /srv/site/config>
        WSGIProcessGroup site
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
      {
        title: 'a second virtual host that redirects, and one that uses the process',
        files: `
#- site.conf
WSGIDaemonProcess site python-path=/srv/site
<VirtualHost *:80>
    ServerName www.example.org
    Redirect permanent / https://www.example.org/
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example.org
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, applications, report }) {
    const served = applications.filter((each) => each.kind === 'mod_wsgi')
    // Only where the application certainly runs embedded is the declared process missed by it.
    const embedded = served.filter(
      (each) => each.process.mode === 'embedded' && !each.directive.args.some((argument) => argument.value.startsWith('process-group=')),
    )
    if (embedded.length === 0) return
    for (const daemon of daemonsOf(configuration)) {
      const name = daemon.args[0]?.value ?? ''
      const used = configuration.all.some(
        (each) =>
          (each.name === 'wsgiprocessgroup' && (each.args[0]?.value === name || each.args[0]?.value.startsWith('%{ENV'))) ||
          each.args.some((argument) => argument.value === `process-group=${name}` || argument.value.startsWith('process-group=%{ENV')),
      )
      if (used || daemon.presence !== 'present') continue
      const own = embedded.filter((each) => !daemon.parent || each.host === daemon.parent)
      if (own.length === 0) continue
      report({
        at: placeOfDirective(daemon),
        message: `The daemon process "${name}" is declared, but nothing uses it: ${own[0]?.script.path ?? 'the application'} runs embedded in Apache. Add process-group=${name} to its WSGIScriptAlias.`,
        related: own.map((each) => ({ at: placeOfDirective(each.directive), message: 'this application runs embedded' })),
        fixes: [
          {
            title: `Run the application in the daemon process ${name}`,
            safe: true,
            edits: own.map((each) => appendToLine(each.directive, ` process-group=${name}`)),
          },
        ],
      })
    }
  },
})
