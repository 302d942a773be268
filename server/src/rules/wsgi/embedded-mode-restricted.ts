import { daemonsOf, type WsgiOption, wsgiOptions } from '../../application/wsgi-process.ts'
import { directivesNamed, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { appendToLine, removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { runInDaemon } from './lib/daemon-mode.ts'
import { placeOfOption } from './lib/python-home.ts'

const script = 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [environ["mod_wsgi.process_group"].encode()]\n'

export const rule = defineRule({
  id: 'wsgi/embedded-mode-restricted',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'An application without a daemon process, where `WSGIRestrictEmbedded On` forbids what is left to it.',
  explanation: `
\`WSGIRestrictEmbedded On\` keeps Python out of Apache's own processes. A script that no \`process-group=\` and no \`WSGIProcessGroup\` hands to a
daemon process can then run nowhere: every request is answered with 500, and the log says
\`Embedded mode of mod_wsgi disabled by runtime configuration\`.
`,
  source: 'Tried with mod_wsgi 4.9.4 (500); mod_wsgi.c: wsgi_hook_handler.',
  examples: {
    failing: [
      {
        title: 'the daemon process is there, and one of two aliases names it',
        files: `
#- httpd.conf
Listen 80
WSGIRestrictEmbedded On
WSGIDaemonProcess site python-path=/srv/site
WSGIScriptAlias /admin /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias / /srv/site/config/wsgi.py
# <---- error[wsgi/embedded-mode-restricted]: /srv/site/config/wsgi.py runs in no daemon process, and WSGIRestrictEmbedded forbids
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/',
          before: { status: 500, log: /Embedded mode of mod_wsgi disabled by runtime configuration/ },
          after: { status: 200, body: /^site$/ },
        },
      },
      {
        title: 'embedded by its own option, in a piece of a configuration',
        files: `
#- site.conf
WSGIRestrictEmbedded On
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=%{GLOBAL}
# <---- error[wsgi/embedded-mode-restricted]: /srv/site/config/wsgi.py runs in no daemon process
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script },
          get: '/',
          before: { status: 500, log: /Embedded mode of mod_wsgi disabled by runtime configuration/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'switched off again further down, and a group for all',
        files: `
#- httpd.conf
Listen 80
WSGIRestrictEmbedded On
WSGIRestrictEmbedded Off
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
#- other/httpd.conf
Listen 80
WSGIRestrictEmbedded On
WSGIDaemonProcess site python-path=/srv/site
WSGIProcessGroup site
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'a piece, to which the group may come from elsewhere',
        files: `
#- site.conf
WSGIRestrictEmbedded On
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(context) {
    const { configuration, applications, report } = context
    const restricted = directivesNamed(configuration, 'wsgirestrictembedded').filter((each) => each.presence !== 'absent')
    const last = restricted.at(-1)
    if (!last || restricted.some((each) => each.presence === 'unknown') || last.args[0]?.value.toLowerCase() !== 'on') return
    const daemons = daemonsOf(configuration)
    for (const application of applications) {
      if (application.kind !== 'mod_wsgi' || application.process.mode !== 'embedded' || application.directive.presence !== 'present') continue
      const option = wsgiOptions(application.directive, 2).find((each) => each.name === 'process-group')
      if ((configuration.open && !option) || !areReadTogether(last, application.directive)) continue
      const daemon = runInDaemon(application, context)
      const name = nameOfOnly(daemons.filter((daemon) => !daemon.parent || daemon.parent === application.host))
      report({
        at: placeOfDirective(application.directive),
        message: `${application.script.path} runs in no daemon process, and WSGIRestrictEmbedded forbids it to run in Apache's own: every request is answered with 500. ${name === undefined ? 'Name a daemon process with process-group=' : `Add process-group=${name}`}.`,
        related: [{ at: placeOfDirective(last), message: 'embedded mode is forbidden here' }],
        fixes: [
          ...(name === undefined ? [] : [delegating(application.directive, option, name)]),
          ...(daemon ? [daemon] : []),
          { title: 'Allow embedded mode', safe: false, edits: restricted.map(removeDirective) },
        ],
      })
    }
  },
})

/** The name of the one daemon process that there is. */
function nameOfOnly(daemons: readonly PlacedDirective[]): string | undefined {
  const [daemon, ...others] = daemons
  return others.length === 0 && daemon?.args[0]?.known ? daemon.args[0].value : undefined
}

function delegating(alias: PlacedDirective, option: WsgiOption | undefined, name: string): FindingFix {
  const newText = `process-group=${name}`
  return {
    title: `Run the application in the daemon process ${name}`,
    safe: true,
    edits: [option ? { ...placeOfOption(alias, option), newText } : appendToLine(alias, ` ${newText}`)],
  }
}
