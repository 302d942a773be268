import { daemonOptions } from '../../application/wsgi-process.ts'
import { type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import type { Place } from '../../problem/place.ts'
import { dirname } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'
import { placeOfOption } from './lib/python-home.ts'

const script = 'import helper\n\ndef application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n'

export const rule = defineRule({
  id: 'wsgi/python-path-misread',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['wsgipythonpath', 'wsgidaemonprocess'],
  severity: 'warning',
  summary: 'A `WSGIPythonPath` or `python-path=` with commas or semicolons between the folders, a `~`, or a file.',
  explanation: `
The folders are separated by colons, as in PATH (on Windows by semicolons). mod_wsgi takes \`/srv/site,/srv/lib\` for one folder with a comma in its
name, does not know a user's \`~\`, and does not look whether what it puts on \`sys.path\` is a folder at all. The only symptom is
\`No module named …\`.
`,
  source: 'Tried with mod_wsgi 4.9.4 (500, ModuleNotFoundError); src/server/wsgi_interp.c: newInterpreterObject.',
  examples: {
    failing: [
      {
        title: 'a comma between two folders',
        files: `
#- site.conf
WSGIDaemonProcess site python-path=/srv/site,/srv/lib
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-path-misread]: python-path= is read as one folder "/srv/site,/srv/lib"
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script, '/srv/lib/helper.py': '' },
          get: '/',
          before: { status: 500, log: /No module named 'helper'/ },
          after: { status: 200, body: /^ok$/ },
        },
      },
      {
        title: 'the script instead of its folder, and the home folder of a user',
        files: `
#- site.conf
WSGIPythonPath "/srv/lib:/srv/site/manage.py"
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-path-misread]: /srv/site/manage.py on WSGIPythonPath is a file
WSGIDaemonProcess site python-path=~/site:/srv/lib
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-path-misread]: Nothing replaces the ~ of ~/site
WSGIDaemonProcess jobs python-path=/srv/env/bin/python3
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-path-misread]: /srv/env/bin/python3 on python-path= is the interpreter
WSGIScriptAlias /c /srv/site/config/wsgi.py process-group=jobs
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias /b /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/config/wsgi.py': script, '/srv/site/manage.py': '', '/srv/site/helper.py': '' },
          get: '/b',
          before: { status: 500, log: /No module named 'helper'/ },
          after: { status: 200, body: /^ok$/ },
        },
      },
    ],
    passing: [
      {
        title: 'colons; a comma and a tilde in names; an archive',
        files: `
#- site.conf
WSGIDaemonProcess site python-path=/srv/site:/srv/a,b/lib:/srv/~build/lib.zip
WSGIPythonPath /srv/lib/moin.python
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias /b /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'Windows, and a value that is not known',
        files: `
#- site.conf
WSGIPythonPath "C:/site;C:/lib"
WSGIDaemonProcess site python-path=\${SITE},/srv/lib
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias /b /srv/site/config/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(directive, { report }) {
    const path = namedPath(directive)
    if (!path) return
    const replacing = (from: string, to: string) => {
      const written = directive.source.text.slice(path.at.start, path.at.end)
      const at = written.indexOf(from)
      return at < 0 ? [] : [{ path: path.at.path, start: path.at.start + at, end: path.at.start + at + from.length, newText: to }]
    }
    const glued = path.value.split(':').find((folder) => /^\/[^,;]*[,;]\//.test(folder))
    if (glued !== undefined) {
      const edits = replacing(glued, glued.replace(/[,;]+(?=\/)/g, ':'))
      report({
        at: path.at,
        message: `${path.by} is read as one folder "${glued}", and nothing is found there: colons separate the folders.`,
        fixes: edits.length > 0 ? [{ title: 'Separate the folders by colons', safe: true, edits }] : [],
      })
      return
    }
    for (const folder of path.value.split(':')) {
      if (/^~(?:\w*\/|\w*$)/.test(folder)) {
        report({ at: path.at, message: `Nothing replaces the ~ of ${folder} on ${path.by}: no such folder is found. Write the whole path.` })
        return
      }
      if (/\/(?:usr|usr\/local|\.?(?:v|virtual)?env[\w.-]*)\/bin\/python[\d.]*$/.test(folder)) {
        report({
          at: path.at,
          message: `${folder} on ${path.by} is the interpreter: modules are looked for in folders. A virtualenv is named with ${path.by === 'python-path=' ? 'python-home=' : 'WSGIPythonHome'}.`,
        })
        return
      }
      if (!/^\/.*\/[\w-]+\.(?:py|wsgi)$/.test(folder)) continue
      const edits = replacing(folder, dirname(folder))
      report({
        at: path.at,
        message: `${folder} on ${path.by} is a file: modules are looked for in folders. Name ${dirname(folder)}.`,
        fixes: edits.length > 0 ? [{ title: `Name the folder ${dirname(folder)}`, safe: true, edits }] : [],
      })
      return
    }
  },
})

function namedPath(directive: PlacedDirective): { value: string; by: string; at: Place } | undefined {
  if (directive.name === 'wsgipythonpath') {
    const argument = directive.args[0]
    return argument?.known ? { value: argument.value, by: 'WSGIPythonPath', at: placeOfArgument(directive, argument) } : undefined
  }
  const option = daemonOptions(directive).findLast((each) => each.name === 'python-path')
  return option?.known ? { value: option.value.replace(/^(["'])(.*)\1$/, '$2'), by: 'python-path=', at: placeOfOption(directive, option) } : undefined
}
