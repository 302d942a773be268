import { isCertainlyDjango } from '../../application/behind.ts'
import { isForDevelopment, isForProduction, loadsCertainly, settingsBeside } from '../../application/settings-module.ts'
import { basename } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'

const site = `#- deploy/site.conf
<VirtualHost *:80>
    ServerName www.example.org
    WSGIScriptAlias / /srv/shop/site1/wsgi.py
    <Directory /srv/shop/site1>
        Require all granted
    </Directory>
</VirtualHost>
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.dev")
#- site1/settings/__init__.py
#- site1/settings/base.py
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ALLOWED_HOSTS = ["www.example.org"]
#- site1/settings/dev.py
from .base import *
DEBUG = True
`

export const rule = defineRule({
  id: 'django/settings-for-development',
  looksAt: 'application',
  severity: 'warning',
  summary: '`wsgi.py`, which the server loads, names the settings for development, and those for production lie beside them.',
  explanation: `
\`django-admin startproject\` writes the same module into \`manage.py\` and \`wsgi.py\`. Where the settings were divided later, \`manage.py\` is for development, and the script that the server loads
should name those for production.

\`os.environ.setdefault\` gives way to a DJANGO_SETTINGS_MODULE of the process's environment. Where that may be set by something that is not here, nothing is said.
`,
  source:
    'Django\'s documentation, "How to deploy with WSGI", "Configuring the settings module"; mod_wsgi 4.9.4 passes no SetEnv to the environment of the process.',
  examples: {
    failing: [
      {
        title: 'dev where production is there',
        files: `
${site}#- site1/settings/production.py
from .base import *
#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.dev")
#                                               ^^^^^^^^^^^^^^^^^^^^ warning[django/settings-for-development]: The server loads site1.settings.dev, with DEBUG on, and production.py lies beside it
application = None
`,
      },
    ],
    passing: [
      {
        title: 'production',
        files: `
${site}#- site1/settings/production.py
from .base import *
#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings.production")
application = None
`,
      },
      {
        title: 'local is what the project calls its settings on the server',
        files: `
${site.replace('DEBUG = True', 'DEBUG = False')}#- site1/settings/prod.py
from .base import *
#- site1/wsgi.py
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings.dev"
application = None
`,
      },
    ],
  },
  check(application, context) {
    const { settings, project } = application
    if (settings?.state !== 'read' || !project || application.directive.presence !== 'present' || !isCertainlyDjango(application, context)) return
    const debug = settings.get('DEBUG')
    const isOn = debug.state === 'known' && debug.value.kind === 'boolean' && debug.value.value
    if (!isOn || !isForDevelopment(settings.path) || !loadsCertainly(application, settings, context.snapshot)) return
    const [production, ...others] = (settingsBeside(settings, context.snapshot) ?? []).filter(isForProduction)
    if (production === undefined) return
    const scripts = application.kind === 'mod_wsgi' && application.script.content ? [application.script.content] : [...project.wsgi, ...project.asgi]
    for (const { settingsModule } of scripts) {
      const value = settingsModule?.value
      if (
        !settingsModule ||
        value?.state !== 'known' ||
        value.value.kind !== 'string' ||
        !settings.path.endsWith(`/${value.value.value.replaceAll('.', '/')}.py`)
      )
        continue
      const dotted = value.value.value
      const meant = dotted.replace(/[^.]+$/, basename(production).slice(0, -3))
      const content = context.snapshot.content(settingsModule.at.path)
      const written = content.state === 'content' ? content.value.text.slice(settingsModule.at.start, settingsModule.at.end) : ''
      const quote = written.charAt(0)
      context.report({
        at: settingsModule.at,
        message: `The server loads ${dotted}, with DEBUG on, and ${basename(production)} lies beside it. Name ${meant} in the script that the server loads.`,
        fixes:
          others.length === 0 && written === `${quote}${dotted}${quote}`
            ? [{ title: `Name ${meant}`, safe: false, edits: [{ ...settingsModule.at, newText: `${quote}${meant}${quote}` }] }]
            : [],
      })
    }
  },
})
