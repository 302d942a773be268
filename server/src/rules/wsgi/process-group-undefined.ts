import type { WsgiApplication } from '../../application/application.ts'
import { daemonsOf, wsgiOptions } from '../../application/wsgi-process.ts'
import { type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { dirname } from '../../workspace/path.ts'
import { insertBefore, quoted } from '../lib/edits.ts'
import { nearest } from '../lib/names.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/process-group-undefined',
  looksAt: 'application',
  severity: 'error',
  summary: 'A `process-group=` or `WSGIProcessGroup` that names no daemon process.',
  explanation: `
Where no \`WSGIDaemonProcess\` of that name is declared, mod_wsgi answers every request with 500 and logs
\`No WSGI daemon process called 'x' has been configured\`. \`apache2 -t\` says nothing, unless the alias names an \`application-group=\` too.

In a piece of a configuration the daemon process may be declared elsewhere: there only a name that is one or two letters away from a declared
one is reported.
`,
  source: 'Tried with mod_wsgi 4.9.4 (500; `WSGI process group not yet configured.` from apache2 -t where application-group= stands beside it).',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIDaemonProcess harbour python-path=/srv/harbour
    WSGIScriptAlias / /srv/harbour/config/wsgi.py process-group=habour
#                                                 ^^^^^^^^^^^^^^^^^^^^ error[wsgi/process-group-undefined]: No daemon process is called "habour"
    <Directory /srv/harbour/config>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/harbour/config/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n' },
          get: '/',
          before: { status: 500, log: /No WSGI daemon process called 'habour' has been configured/ },
          after: { status: 200 },
        },
      },
      {
        title: 'a whole configuration without the daemon process',
        files: `
#- httpd.conf
Listen 80
WSGIProcessGroup site
#                ^^^^ error[wsgi/process-group-undefined]: No daemon process is called "site"
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n' },
          get: '/',
          before: { status: 500, log: /No WSGI daemon process called 'site' has been configured/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'a piece: the daemon process may be declared elsewhere',
        files: `
#- site.conf
<VirtualHost *:80>
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
    <Directory /srv/site/config>
        Require all granted
    </Directory>
</VirtualHost>
`,
      },
      {
        title: 'embedded on purpose, and a group from the environment',
        files: `
#- httpd.conf
Listen 80
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=%{GLOBAL}
WSGIScriptAlias /b /srv/site/config/wsgi.py process-group=%{ENV:GROUP}
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(application, { configuration, report }) {
    if (application.kind !== 'mod_wsgi' || application.process.mode !== 'daemon' || application.process.definition) return
    const { name, namedBy } = application.process
    const declared = daemonsOf(configuration).map((daemon) => daemon.args[0]?.value ?? '')
    const meant = nearest(name, declared)
    if (meant === undefined && (configuration.open || configuration.all.some((each) => each.presence === 'unknown' && each.name === 'wsgidaemonprocess')))
      return
    const option = namedBy === application.directive ? wsgiOptions(namedBy, 2).find((each) => each.name === 'process-group') : undefined
    const argument = namedBy.args[0]
    const at = option ? { path: namedBy.source.path, start: option.start, end: option.end } : argument ? placeOfArgument(namedBy, argument) : undefined
    if (!at) return
    const fixes: FindingFix[] = []
    if (meant !== undefined) {
      const newText = namedBy.source.text.slice(at.start, at.end).replace(name, meant)
      fixes.push({ title: `Name the daemon process ${meant}`, safe: true, edits: [{ ...at, newText }] })
    }
    fixes.push({
      title: `Declare the daemon process ${name}`,
      safe: false,
      edits: [insertBefore(firstOf(application, namedBy), [`WSGIDaemonProcess ${quoted(name)} python-path=${quoted(projectFolder(application))}`])],
    })
    const withGroup = option && wsgiOptions(application.directive, 2).some((each) => each.name === 'application-group' && !each.value.startsWith('%{ENV'))
    report({
      at,
      message: `No daemon process is called "${name}": every request is answered with 500. ${meant === undefined ? 'Declare it with WSGIDaemonProcess.' : `"${meant}" is declared.`}`,
      fixes,
      ...(withGroup ? { configTest: { level: 'error', message: 'WSGI process group not yet configured.' } } : {}),
    })
  },
})

/** Whichever of the two comes first: the daemon process has to be declared before it. */
const firstOf = (application: WsgiApplication, namedBy: PlacedDirective): PlacedDirective =>
  namedBy.source === application.directive.source && namedBy.start > application.directive.start ? application.directive : namedBy

/** The folder that holds the package of the script: where `manage.py` is, as a rule. */
const projectFolder = (application: WsgiApplication): string =>
  (application.project && application.deployed(application.project.root)) ?? dirname(dirname(application.script.path))
