import { daemonsOf, wsgiOptions } from '../../application/wsgi-process.ts'
import { enclosing, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import type { ConfigTest } from '../../problem/problem.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { nameOfHost } from './lib/host-name.ts'
import { placeOfOption } from './lib/python-home.ts'

const script = 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [environ["mod_wsgi.process_group"].encode()]\n'

export const rule = defineRule({
  id: 'wsgi/process-group-inaccessible',
  looksAt: 'application',
  severity: 'error',
  summary: 'A daemon process declared in one virtual host and used in another with a different `ServerName`.',
  explanation: `
A \`WSGIDaemonProcess\` inside a virtual host belongs to that host: only virtual hosts with the very same \`ServerName\` may use it (which is why
the pair on ports 80 and 443 works). From another one mod_wsgi answers every request with 500 and logs
\`Daemon process called 'x' cannot be accessed by this WSGI application\`; \`apache2 -t\` says so only where the alias names an
\`application-group=\` too. A daemon process declared outside of all virtual hosts may be used by every one of them.
`,
  source: "Tried with mod_wsgi 4.9.4 (500); mod_wsgi.c: wsgi_execute_remote, which compares the servers' names letter by letter.",
  examples: {
    failing: [
      {
        title: 'two sites that share an application',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName one.example.org
    WSGIDaemonProcess shared python-path=/srv/site
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=shared
</VirtualHost>
<VirtualHost *:80>
    ServerName localhost
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=shared
#                                              ^^^^^^^^^^^^^^^^^^^^ error[wsgi/process-group-inaccessible]: The daemon process "shared" belongs to the virtual host one.example.org
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/',
          before: { status: 500, log: /Daemon process called 'shared' cannot be accessed by this WSGI application/ },
          after: { status: 200, body: /^shared$/ },
        },
      },
      {
        title: 'through WSGIProcessGroup; the one that comes second declares it',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName localhost
    WSGIProcessGroup shared
#                    ^^^^^^ error[wsgi/process-group-inaccessible]: The daemon process "shared" belongs to the virtual host example.org
    WSGIScriptAlias / /srv/site/config/wsgi.py
</VirtualHost>
<VirtualHost *:80>
    ServerName example.org
    WSGIDaemonProcess shared python-path=/srv/site
    WSGIProcessGroup shared
    WSGIScriptAlias / /srv/site/config/wsgi.py
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/',
          before: { status: 500, log: /cannot be accessed by this WSGI application/ },
          after: { status: 200, body: /^shared$/ },
        },
      },
    ],
    passing: [
      {
        title: 'one name on two ports',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    WSGIDaemonProcess site python-path=/srv/site
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
</VirtualHost>
<VirtualHost *:443>
    ServerName https://example.org:443
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'declared outside, a name that is not known, and a host without a name',
        files: `
#- site.conf
WSGIDaemonProcess shared python-path=/srv/site
<VirtualHost *:80>
    ServerName one.example.org
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=shared
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example.org
    WSGIDaemonProcess other python-path=/srv/site
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=shared
</VirtualHost>
<VirtualHost *:80>
    ServerName \${NAME}
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=other
</VirtualHost>
<VirtualHost *:80>
    WSGIScriptAlias / /srv/site/config/wsgi.py process-group=other
</VirtualHost>
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(application, { configuration, report }) {
    if (application.kind !== 'mod_wsgi' || application.process.mode !== 'daemon' || !application.host) return
    const { definition, name, namedBy } = application.process
    const owner = definition && enclosing(definition, 'virtualhost')
    if (!definition || !owner || owner === application.host || !areReadTogether(definition, application.directive)) return
    if (definition.presence !== 'present' || namedBy.presence !== 'present' || application.directive.presence !== 'present') return
    // Of a name that is declared twice Apache's own test says so.
    if (daemonsOf(configuration).filter((daemon) => daemon.args[0]?.value === name).length > 1) return
    const theirs = nameOfHost(owner)
    const own = nameOfHost(application.host)
    // Letter case is compared too, but two names that differ in it alone are better not called two.
    if (theirs === undefined || own === undefined || theirs.toLowerCase() === own.toLowerCase()) return
    const option = namedBy === application.directive ? wsgiOptions(namedBy, 2).find((each) => each.name === 'process-group') : undefined
    const argument = namedBy.args[0]
    const at = option ? placeOfOption(namedBy, option) : argument && namedBy !== application.directive ? placeOfArgument(namedBy, argument) : undefined
    if (!at) return
    const configTest = saidByTest(application.directive, definition, owner, application.host)
    report({
      at,
      message: `The daemon process "${name}" belongs to the virtual host ${theirs}, and ${own} may not use it: every request is answered with 500. Declare it outside of the virtual hosts.`,
      related: [{ at: placeOfDirective(definition), message: 'it is declared here' }],
      fixes: hoisting(definition, owner, application.host),
      ...(configTest ? { configTest } : {}),
    })
  },
})

/** Moves the daemon process before the first of the two virtual hosts. */
function hoisting(definition: PlacedDirective, owner: PlacedDirective, user: PlacedDirective): FindingFix[] {
  if (definition.source !== owner.source || owner.parent || definition.parent !== owner) return []
  const before = user.source === owner.source && !user.parent && user.start < owner.start ? user : owner
  const { start, end } = placeOfDirective(definition)
  return [
    {
      title: `Move WSGIDaemonProcess ${definition.args[0]?.value ?? ''} before the virtual hosts`,
      safe: true,
      edits: [insertBefore(before, [definition.source.text.slice(start, end)]), removeDirective(definition)],
    },
  ]
}

/** `mod_wsgi.c: wsgi_add_script_alias`, of a script that is loaded at the start: by the names that the two hosts have when the alias is read. */
function saidByTest(alias: PlacedDirective, definition: PlacedDirective, owner: PlacedDirective, user: PlacedDirective): ConfigTest | undefined {
  const options = wsgiOptions(alias, 2)
  const group = options.find((each) => each.name === 'application-group')
  if (!options.some((each) => each.name === 'process-group') || !group?.known) return undefined
  if (group.value.includes('%{') && group.value !== '%{GLOBAL}') return undefined
  const isNamed = (host: PlacedDirective): boolean => host.children.some((each) => each.name === 'servername' && each.order < alias.order)
  return definition.order < alias.order && isNamed(owner) && isNamed(user) ? { level: 'error', message: 'WSGI process group not accessible.' } : undefined
}
