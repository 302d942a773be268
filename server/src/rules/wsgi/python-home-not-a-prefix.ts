import { daemonOptions } from '../../application/wsgi-process.ts'
import { directivesNamed } from '../../configuration/placed.ts'
import { isAbsolute, join } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { insidePython, type NamedHome, namedHome } from './lib/python-home.ts'

const script = 'def application(environ, start_response):\n    start_response("200 OK", [])\n    return [b"ok"]\n'

export const rule = defineRule({
  id: 'wsgi/python-home-not-a-prefix',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['wsgipythonhome', 'wsgidaemonprocess'],
  severity: 'error',
  summary: 'A `WSGIPythonHome` or `python-home=` that names the interpreter, its `bin` or `site-packages`, or a relative path, instead of the root.',
  explanation: `
The Python home is the folder that \`sys.prefix\` shows: the root of the virtualenv, in which \`pyvenv.cfg\` lies, or \`/usr\`. Python looks for its
standard library below it. With the interpreter, \`bin\`, \`bin/activate\` or \`site-packages\` in its place, it dies at its start with
\`No module named 'encodings'\`: a daemon process is started again each second, and requests wait for an answer that never comes.
\`apache2 -t\` says nothing.

A relative path is looked for in the folder in which the process happens to run: for a daemon process that of \`home=\`, else the one from which
Apache was started, which under systemd is \`/\`. A \`~\` is never replaced.
`,
  source: 'Tried with mod_wsgi 4.9.4: no answer within five seconds, and the log repeats "init_fs_encoding"; src/server/wsgi_interp.c: wsgi_python_init.',
  examples: {
    failing: [
      {
        title: 'the interpreter of the virtualenv',
        files: `
#- site.conf
WSGIDaemonProcess site python-home=/srv/site/venv/bin/python3 python-path=/srv/site
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-not-a-prefix]: python-home= names the interpreter, not the root
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/config/wsgi.py': script,
            '/srv/site/venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
            '/srv/site/venv/bin/python3': '',
          },
          get: '/',
          before: { status: 0, log: /is not a directory/ },
          after: { status: 200, body: /^ok$/ },
        },
      },
      {
        title: 'site-packages, and the script that activates it',
        files: `
#- httpd.conf
WSGIPythonHome /srv/site/venv/lib/python3.11/site-packages
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-not-a-prefix]: WSGIPythonHome names the folder of packages
WSGIDaemonProcess site python-home=/srv/site/venv/bin
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-not-a-prefix]: python-home= names the folder of programs
WSGIDaemonProcess other python-home="/srv/site/venv/bin/activate"
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-not-a-prefix]: python-home= names a script of the virtualenv
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=other
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'the home folder of the one who wrote it, and a slash forgotten',
        files: `
#- site.conf
WSGIDaemonProcess site python-home=~/venv
#                      ^^^^^^^^^^^^^^^^^^ error[wsgi/python-home-not-a-prefix]: python-home= is ~/venv, and nothing replaces the ~
WSGIDaemonProcess jobs python-home=srv/site/venv
#                      ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[wsgi/python-home-not-a-prefix]: python-home= is the relative path srv/site/venv
WSGIScriptAlias /jobs /srv/site/jobs/wsgi.py process-group=jobs
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'the roots of virtualenvs, whatever they are called, and of Python itself',
        files: `
#- httpd.conf
WSGIPythonHome /usr
WSGIDaemonProcess a python-home=/srv/python3
WSGIDaemonProcess b python-home=/opt/bin/site python-path=/opt/bin/site/lib/python3.11/dist
WSGIDaemonProcess c python-home=/home/me/.virtualenvs/python3.11/
WSGIDaemonProcess d python-home=\${VENV}/bin
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=a
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'relative to the home of the process, which is where it runs',
        files: `
#- httpd.conf
WSGIDaemonProcess site home=/srv/site python-home=venv
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'a virtualenv that was made in a folder called bin',
        files: `
#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/tools/bin python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
application = None
#- tools/bin/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- webconf.json
{ "paths": { "/srv/site": "." } }
`,
      },
    ],
  },
  check(directive, context) {
    const home = namedHome(directive)
    if (!home || home.value === '') return
    const inside = insidePython(home.value)
    if (inside) {
      if (isVirtualenv(home.value, context)) return
      context.report({
        at: home.at,
        ...(home.by === 'WSGIPythonHome' && restrictsEmbedded(context) ? { severity: 'warning' } : {}),
        message: `${home.by} names ${inside.what}, not the root of a Python: Python cannot start there, and requests get no answer. Name ${inside.prefix}.`,
        fixes: replacing(home, inside.prefix),
      })
      return
    }
    if (isAbsolute(home.value)) return
    if (home.value.startsWith('~')) {
      context.report({
        at: home.at,
        message: `${home.by} is ${home.value}, and nothing replaces the ~: Python cannot start there, and requests get no answer. Write the whole path.`,
      })
      return
    }
    // What begins otherwise is filled in by a script that writes the file: `__INSTALL_DIR__/venv`.
    if (!/^[a-z.]/.test(home.value)) return
    if (directive.name === 'wsgidaemonprocess' && daemonOptions(directive).some((each) => each.name === 'home')) return
    context.report({
      at: home.at,
      severity: 'warning',
      message: `${home.by} is the relative path ${home.value}, looked for in the folder from which Apache was started (/ under systemd): elsewhere Python cannot start. Write the whole path.`,
      fixes: /^(?:etc|home|opt|root|srv|usr|var)\/./.test(home.value) ? replacing(home, `/${home.value}`) : [],
    })
  },
})

/** Whether Apache's own processes may do without Python; what `WSGIPythonHome` then breaks depends on the daemon processes. */
const restrictsEmbedded = ({ configuration }: ConfigurationContext): boolean =>
  directivesNamed(configuration, 'wsgirestrictembedded').some((each) => each.presence !== 'absent' && each.args[0]?.value.toLowerCase() === 'on')

/** A folder that only looks like a part of one: it has a virtualenv's file in the workspace. */
function isVirtualenv(path: string, { paths, snapshot }: ConfigurationContext): boolean {
  const workspace = paths.toWorkspace(path)
  return workspace !== undefined && snapshot.stat(join(workspace, 'pyvenv.cfg')).state === 'content'
}

function replacing(home: NamedHome, root: string): FindingFix[] {
  const written = home.by === 'python-home=' ? `python-home=${root}` : root
  const newText = !/\s/.test(root) ? written : home.by === 'python-home=' ? `python-home="${root}"` : `"${root}"`
  return [{ title: `Name the root ${root}`, safe: true, edits: [{ ...home.at, newText }] }]
}
