import { daemonOptions } from '../../application/wsgi-process.ts'
import { type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { normalize } from '../../workspace/path.ts'
import { appendToLine, removeDirective } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/python-path-ignored',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: '`WSGIPythonPath` where every application runs in a daemon process, which takes no notice of it.',
  explanation: `
\`WSGIPythonPath\` is for embedded mode. A daemon process has its own \`python-path=\`; without it, the folders of \`WSGIPythonPath\` are not on
\`sys.path\`, and imports fail although the configuration seems to name them. (\`WSGIPythonHome\` does reach daemon processes.)
`,
  source: 'Tried with mod_wsgi 4.9.4: the folders are absent from sys.path of the daemon process.',
  examples: {
    failing: [
      {
        title: 'the only application is in a daemon process',
        files: `
#- httpd.conf
WSGIPythonPath /srv/site
# <---- warning[wsgi/python-path-ignored]: WSGIPythonPath /srv/site has no effect
WSGIDaemonProcess site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/config/wsgi.py': 'import helper\n\ndef application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n',
            '/srv/site/helper.py': '',
          },
          get: '/',
          before: { status: 500, log: /No module named 'helper'/ },
          after: { status: 200 },
        },
      },
    ],
    passing: [
      {
        title: 'another application is embedded',
        files: `
#- httpd.conf
WSGIPythonPath /srv/site
WSGIDaemonProcess site
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias /b /srv/site/other/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'the daemon process is told the same',
        files: `
#- httpd.conf
WSGIPythonPath /srv/site
WSGIDaemonProcess site python-path=/srv/site/:/srv/lib
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'the group is chosen at run time',
        files: `
#- httpd.conf
WSGIPythonPath /srv/site
WSGIDaemonProcess site
WSGIProcessGroup %{ENV:GROUP}
WSGIScriptAlias / /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check({ configuration, applications, report }) {
    const embedded = applications.filter((each) => each.kind === 'mod_wsgi')
    if (embedded.length === 0 || embedded.some((each) => each.process.mode !== 'daemon')) return
    if (
      configuration.all.some(
        (each) =>
          /^wsgi(importscript|scriptaliasmatch|handlerscript)$/.test(each.name) || (each.name === 'sethandler' && each.args[0]?.value === 'wsgi-script'),
      )
    )
      return
    for (const directive of configuration.all) {
      if (directive.name !== 'wsgipythonpath' || directive.presence !== 'present') continue
      const folders = directive.args[0]
      if (!folders?.known) continue
      const said = embedded.map((each) => (each.process.mode === 'daemon' && each.process.definition ? pathOf(each.process.definition) : []))
      // Said once more to those who run it embedded.
      if (said.every((path) => folders.value.split(':').every((folder) => folder === '' || path.includes(normalize(folder))))) continue
      const definitions = new Set(embedded.map((each) => (each.process.mode === 'daemon' ? each.process.definition : undefined)))
      const [definition] = definitions
      report({
        at: placeOfDirective(directive),
        message: `WSGIPythonPath ${folders.value} has no effect: every application runs in a daemon process, which has a python-path= of its own. Move the folders there.`,
        fixes: definitions.size === 1 && definition ? moveTo(definition, directive, folders.value) : [],
      })
    }
  },
})

const pathOf = (daemon: PlacedDirective): string[] =>
  daemonOptions(daemon).flatMap((option) => (option.name === 'python-path' ? option.value.split(':').map(normalize) : []))

function moveTo(daemon: PlacedDirective, directive: PlacedDirective, folders: string): FindingFix[] {
  const existing = daemonOptions(daemon).find((each) => each.name === 'python-path')
  if (/\s/.test(folders)) return []
  const edit = existing
    ? {
        path: daemon.source.path,
        start: existing.start,
        end: existing.end,
        newText: `python-path=${[...new Set([...existing.value.split(':'), ...folders.split(':')])].join(':')}`,
      }
    : appendToLine(daemon, ` python-path=${folders}`)
  const name = daemon.args[0]?.value ?? ''
  return [{ title: `Move the folders to python-path= of the daemon process ${name}`, safe: true, edits: [edit, removeDirective(directive)] }]
}
