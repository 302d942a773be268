import { daemonsOf } from '../../application/wsgi-process.ts'
import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { normalize } from '../../workspace/path.ts'
import { removeDirective } from '../lib/edits.ts'
import { areReadTogether } from '../lib/together.ts'
import { defineRule } from '../rule.ts'
import { namedHome } from './lib/python-home.ts'

export const rule = defineRule({
  id: 'wsgi/python-home-shadowed',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'info',
  summary: '`WSGIPythonHome` beside daemon processes that all have another `python-home=`.',
  explanation: `
\`python-home=\` of a daemon process comes before \`WSGIPythonHome\`, which holds for embedded mode and for daemon processes without a home of their own.
Where every application runs in a daemon process with its own home, \`WSGIPythonHome\` names a virtualenv that none of them uses, and packages
installed there are not found. It is fine where something else runs embedded.
`,
  source: 'Tried with mod_wsgi 4.9.4: sys.prefix is that of python-home=; src/server/wsgi_interp.c: wsgi_python_init.',
  examples: {
    failing: [
      {
        title: 'two virtualenvs, and one application',
        files: `
#- httpd.conf
WSGIPythonHome /srv/site/env
# <---- info[wsgi/python-home-shadowed]: No application uses WSGIPythonHome /srv/site/env
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
`,
      },
      {
        title: 'two daemon processes',
        files: `
#- httpd.conf
WSGIPythonHome /usr/local
# <---- info[wsgi/python-home-shadowed]: No application uses WSGIPythonHome /usr/local: the daemon processes a, b have another python-home=
WSGIDaemonProcess a python-home=/srv/a/venv
WSGIDaemonProcess b python-home=/srv/b/venv
WSGIScriptAlias /a /srv/a/wsgi.py process-group=a
WSGIScriptAlias /b /srv/b/wsgi.py process-group=b
<Directory /srv>
    Require all granted
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'another application runs embedded, or in a daemon process without a home',
        files: `
#- httpd.conf
WSGIPythonHome /srv/site/env
WSGIDaemonProcess site python-home=/srv/site/venv
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=site
WSGIScriptAlias /b /srv/site/other/wsgi.py
<Directory /srv/site>
    Require all granted
</Directory>
#- other/httpd.conf
WSGIPythonHome /srv/site/env
WSGIDaemonProcess a python-home=/srv/site/venv
WSGIDaemonProcess b threads=5
WSGIScriptAlias /a /srv/site/config/wsgi.py process-group=a
WSGIScriptAlias /b /srv/site/config/wsgi.py process-group=b
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
      {
        title: 'the same folder',
        files: `
#- httpd.conf
WSGIPythonHome /srv/site/venv/
WSGIDaemonProcess site python-home=/srv/site/venv
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check({ configuration, applications, report }) {
    const homes = directivesNamed(configuration, 'wsgipythonhome').filter((each) => each.presence !== 'absent')
    const [directive, ...others] = homes
    const home = directive && namedHome(directive)
    if (!directive || !home || directive.presence !== 'present' || others.length > 0) return
    const served = applications.filter((each) => each.kind === 'mod_wsgi')
    if (served.length === 0 || served.some((each) => each.process.mode !== 'daemon' || !each.process.definition)) return
    if (configuration.all.some((each) => each.presence !== 'absent' && mayRunEmbedded.test(each.name))) return
    const daemons = daemonsOf(configuration)
    const isOther = (value: string | undefined): boolean => value !== undefined && normalize(value) !== normalize(home.value)
    if (!daemons.every((daemon) => daemon.presence === 'present' && areReadTogether(directive, daemon) && isOther(namedHome(daemon)?.value))) return
    const names = daemons.map((daemon) => daemon.args[0]?.value ?? '')
    report({
      at: placeOfDirective(directive),
      message: `No application uses WSGIPythonHome ${home.value}: the daemon process${names.length > 1 ? `es ${names.join(', ')} have` : ` ${names[0]} has`} another python-home=, which comes first. Keep the one that is meant.`,
      related: daemons.map((daemon) => ({ at: placeOfDirective(daemon), message: 'this one has a home of its own' })),
      fixes: [{ title: 'Remove WSGIPythonHome', safe: false, edits: [removeDirective(directive)] }],
    })
  },
})

/** Other ways to run Python than a `WSGIScriptAlias`. */
const mayRunEmbedded = /^(?:wsgi(?:importscript|scriptaliasmatch|handlerscript|dispatchscript|accessscript|auth(?:user|group)script)|sethandler|addhandler)$/
