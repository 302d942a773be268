import type { WsgiApplication } from '../../application/application.ts'
import { daemonsOf, wsgiOptions } from '../../application/wsgi-process.ts'
import { type Configuration, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { knownText } from '../../deployment/django/values.ts'
import { appendToLine, insertAfter } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { placeOfOption } from './lib/python-home.ts'

const script = (name: string): string => `import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "${name}.settings")


def application(environ, start_response):
    start_response("200 OK", [])
    return [os.environ["DJANGO_SETTINGS_MODULE"].encode()]
`

export const rule = defineRule({
  id: 'wsgi/settings-shared',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'Two Django sites in one process, of which the second gets the settings of the first.',
  explanation: `
Environment variables belong to the process, also where each application has an interpreter of its own. The \`wsgi.py\` that Django makes sets
\`DJANGO_SETTINGS_MODULE\` only where it is not set yet (\`setdefault\`), so that every site in one daemon process runs with the settings of the site
that was asked for first: its URLs, its database. Give each site a daemon process, which also lets each be restarted by itself.

It is reported where both scripts are in the workspace, name different settings, and surely run in the same process.
`,
  source: 'Tried with mod_wsgi 4.9.4, with one and with two application groups; Django\'s documentation, "How to use Django with Apache and mod_wsgi".',
  examples: {
    failing: [
      {
        title: 'two sites in one daemon process',
        files: `
#- deploy/site.conf
WSGIDaemonProcess sites python-path=/srv/sites
WSGIScriptAlias /one /srv/sites/one/wsgi.py process-group=sites application-group=%{GLOBAL}
WSGIScriptAlias /two /srv/sites/two/wsgi.py process-group=sites
#                    ^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/settings-shared]: /srv/sites/two/wsgi.py runs in one process with /srv/sites/one/wsgi.py
<Directory /srv/sites>
    Require all granted
</Directory>
#- one/wsgi.py
${script('one')}#- two/wsgi.py
${script('two')}#- webconf.json
{ "paths": { "/srv/sites": "." } }
`,
        proof: {
          config: 'deploy/site.conf',
          deployedAt: '/srv/sites',
          get: '/two',
          before: { status: 200, body: /^one\.settings$/ },
          after: { status: 200, body: /^two\.settings$/ },
        },
      },
      {
        title: 'through WSGIProcessGroup, in two virtual hosts of one name',
        files: `
#- deploy/site.conf
WSGIDaemonProcess sites python-path=/srv/sites
WSGIProcessGroup sites
<VirtualHost *:80>
    WSGIScriptAlias / /srv/sites/one/wsgi.py
    <Directory /srv/sites/one>
        Require all granted
    </Directory>
</VirtualHost>
<VirtualHost *:8080>
    WSGIScriptAlias / /srv/sites/two/wsgi.py
#                     ^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/settings-shared]: /srv/sites/two/wsgi.py runs in one process with /srv/sites/one/wsgi.py
    <Directory /srv/sites/two>
        Require all granted
    </Directory>
</VirtualHost>
#- one/wsgi.py
${script('one')}#- two/wsgi.py
${script('two')}#- webconf.json
{ "paths": { "/srv/sites": "." } }
`,
      },
    ],
    passing: [
      {
        title: 'a daemon process each, and one site twice',
        files: `
#- deploy/site.conf
WSGIDaemonProcess one python-path=/srv/sites
WSGIDaemonProcess two python-path=/srv/sites
WSGIScriptAlias /one /srv/sites/one/wsgi.py process-group=one
WSGIScriptAlias /first /srv/sites/one/wsgi.py process-group=one
WSGIScriptAlias /two /srv/sites/two/wsgi.py process-group=two
<Directory /srv/sites>
    Require all granted
</Directory>
#- one/wsgi.py
${script('one')}#- two/wsgi.py
${script('two')}#- webconf.json
{ "paths": { "/srv/sites": "." } }
`,
      },
      {
        title: 'scripts that set the variable in any case, and files that are not read together',
        files: `
#- deploy/site.conf
WSGIDaemonProcess sites python-path=/srv/sites
WSGIScriptAlias /one /srv/sites/one/wsgi.py process-group=sites
WSGIScriptAlias /two /srv/sites/two/wsgi.py process-group=sites
<Directory /srv/sites>
    Require all granted
</Directory>
#- one/wsgi.py
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "one.settings"
application = None
#- two/wsgi.py
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "two.settings"
application = None
#- webconf.json
{ "paths": { "/srv/sites": "." } }
`,
      },
    ],
  },
  check({ applications, configuration, report }) {
    const firsts = new Map<string, WsgiApplication>()
    for (const application of applications) {
      if (application.kind !== 'mod_wsgi' || application.directive.presence !== 'present' || defaultSettings(application) === undefined) continue
      const process = processKey(application, configuration)
      if (process === undefined) continue
      const first = firsts.get(process)
      if (!first) {
        firsts.set(process, application)
        continue
      }
      const script = application.directive.args[1]
      if (!script || defaultSettings(first) === defaultSettings(application) || !areReadTogether(first.directive, application.directive)) continue
      report({
        at: placeOfArgument(application.directive, script),
        message: `${application.script.path} runs in one process with ${first.script.path}, and both set DJANGO_SETTINGS_MODULE only where it is not set: the site asked for second runs with the other's settings. Give it a daemon process of its own.`,
        related: [
          { at: placeOfDirective(first.directive), message: `this one wants ${defaultSettings(first)}` },
          ...settingsPlace(application).map((at) => ({ at, message: 'this is set only where nothing is set before' })),
        ],
        fixes: ownProcess(application, configuration),
      })
    }
  },
})

/** The settings that a script takes where none are set before it. */
function defaultSettings({ script }: WsgiApplication): string | undefined {
  const choice = script.content?.settingsModule
  return choice?.overridable ? knownText(choice.value) : undefined
}

const settingsPlace = ({ script }: WsgiApplication) => (script.content?.settingsModule ? [script.content.settingsModule.at] : [])

/** Which process an application surely runs in. */
function processKey({ process }: WsgiApplication, configuration: Configuration): string | undefined {
  if (process.mode === 'daemon') return process.definition?.presence === 'present' ? `daemon ${process.name}` : undefined
  // In a piece a group may come from elsewhere.
  return process.mode === 'embedded' && !configuration.open ? 'embedded' : undefined
}

/** A copy of the daemon process under another name. */
function ownProcess(application: WsgiApplication, configuration: Configuration): FindingFix[] {
  const { process, directive, mount } = application
  if (process.mode !== 'daemon' || !process.definition) return []
  const definition: PlacedDirective = process.definition
  const taken = new Set(daemonsOf(configuration).map((daemon) => daemon.args[0]?.value))
  const stem = defaultSettings(application)?.split('.')[0] ?? mount.replace(/\W+/g, '')
  const name = [stem, `${process.name}-${stem}`].find((each) => each !== '' && !taken.has(each))
  const argument = definition.args[0]
  if (name === undefined || !argument || argument.quote) return []
  const { start, end } = placeOfDirective(definition)
  const { text } = definition.source
  const copy = `${text.slice(start, argument.start)}${name}${text.slice(argument.end, end)}`
  const option = wsgiOptions(directive, 2).find((each) => each.name === 'process-group')
  const edit = option ? { ...placeOfOption(directive, option), newText: `process-group=${name}` } : appendToLine(directive, ` process-group=${name}`)
  return [{ title: `Give it the daemon process ${name}`, safe: false, edits: [insertAfter(definition, [copy]), edit] }]
}
