import { type DjangoProject, settingsNamesOf } from '../../deployment/django/project.ts'
import { resolveModule } from '../../deployment/django/resolve-module.ts'
import { servedModules } from '../../deployment/processes/served-modules.ts'
import type { Place } from '../../problem/place.ts'
import { join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { isSlip } from '../python/lib/meant-environment.ts'
import { defineRule, type FindingFix } from '../rule.ts'

const rest = `#- config/__init__.py
#- config/settings.py
GREETING = b"from config.settings"
#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
`

const script = (module: string): string => `#- config/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "${module}")
application = None
`

export const rule = defineRule({
  id: 'wsgi/settings-module-missing',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The `wsgi.py` or `asgi.py` of a project names a settings module that is not there.',
  explanation: `
Django imports the module that DJANGO_SETTINGS_MODULE names when the script is loaded; where there is none, every request is answered with 500 and the log says
"No module named". \`manage.py\` has its own line, so that \`runserver\` works.

It is reported where the project has a settings module that was plainly meant: one with a letter or two of difference, or the one of \`manage.py\` where the package that
is named is not in the project. A module for production that is not in the repository at all may be made on the server, and is left alone.
`,
  source: 'Run with mod_wsgi 4.9.4 and Django 3.2: ModuleNotFoundError, 500.',
  examples: {
    failing: [
      {
        title: 'a slip of the pen',
        files: `
${script('config.setings').replace('"config.setings")\n', '"config.setings")\n#                                               ^^^^^^^^^^^^^^^^ error[wsgi/settings-module-missing]: There is no config.setings\n')}${rest}`,
      },
      {
        title: 'the project was renamed',
        files: `
${script('mysite.settings').replace('"mysite.settings")\n', '"mysite.settings")\n#                                               ^^^^^^^^^^^^^^^^^ error[wsgi/settings-module-missing]: There is no mysite.settings\n')}${rest}`,
      },
      {
        title: 'below a module that is no package, in the environment of a unit',
        files: `
#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
Environment="DJANGO_SETTINGS_MODULE=config.settings.production" LANG=C.UTF-8
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[wsgi/settings-module-missing]: There is no config.settings.production
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 config.wsgi
${script('config.settings')}${rest}`,
      },
      {
        title: 'in the asgi.py of a project that is served by its wsgi.py',
        files: `
#- config/asgi.py
import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
#                                               ^^^^^^^^^^^^^^^^^ info[wsgi/settings-module-missing]: There is no mysite.settings
application = get_asgi_application()
${script('config.settings')}${rest}`,
      },
    ],
    passing: [
      { title: 'there', files: `\n${script('config.settings')}${rest}` },
      { title: 'of the production, and not in the repository', files: `\n${script('config.settings_production')}${rest}` },
      { title: 'of another package, and a project in a folder of its own', files: `\n${script('siteconf.production')}${rest}` },
    ],
  },
  check({ deployment, files, snapshot, report }) {
    const served = [...deployment.processes.map((process) => process.application?.value ?? ''), ...servedModules(snapshot, files).map(({ module }) => module)]
    for (const project of deployment.django) {
      for (const each of [...project.wsgi, ...project.asgi]) {
        const choice = each.settingsModule
        const [dotted, ...others] = settingsNamesOf(each)
        if (!choice || dotted === undefined || others.length > 0 || each.sysPath.length > 0) continue
        const meant = meantFor(dotted, project, each.path, snapshot)
        if (meant === undefined) continue
        // `startproject` makes an asgi.py for everyone, and few start it.
        const isSpare = project.asgi.includes(each) && project.wsgi.length > 0 && !served.some((module) => /\basgi\b/.test(module))
        report({
          at: choice.at,
          ...(isSpare ? { severity: 'info' } : {}),
          message: `There is no ${dotted} in the project: importing it fails, and every request is answered with 500. The project has ${meant}.`,
          fixes: fixesFor(choice.at, dotted, meant, snapshot),
        })
      }
    }
    const [project, ...others] = deployment.django
    if (!project || others.length > 0) return
    for (const process of deployment.processes) {
      const said = process.environment.get('DJANGO_SETTINGS_MODULE')
      const meant = said && meantFor(said.value, project, process.path, snapshot)
      if (!said || meant === undefined) continue
      // Of `Environment=NAME=value` the value alone is written anew.
      const end = said.at.end - (closesQuote(said.at, snapshot) ? 1 : 0)
      report({
        at: said.at,
        message: `There is no ${said.value} in the project: ${process.name} starts workers that end with ModuleNotFoundError, and every request is answered with 502. The project has ${meant}.`,
        fixes: [{ title: `Name ${meant}`, safe: false, edits: [{ path: said.at.path, start: end - said.value.length, end, newText: meant }] }],
      })
    }
  },
})

/** Whether a word ends with a quote. */
function closesQuote({ path, end }: Place, snapshot: Snapshot): boolean {
  const content = snapshot.content(path)
  return content.state === 'content' && /["']/.test(content.value.text.charAt(end - 1))
}

function meantFor(dotted: string, project: DjangoProject, namedBy: string, snapshot: Snapshot): string | undefined {
  if (resolveModule(snapshot, [project.root], dotted).state !== 'absent') return undefined
  const parts = dotted.split('.')
  const [first = ''] = parts
  // A module is no package: nothing can be below it.
  const parent = parts.slice(0, -1).join('.')
  const above = parent === '' ? undefined : resolveModule(snapshot, [project.root], parent)
  if (above?.state === 'file' && !above.isPackage) return parent
  const own = project.settingsModules.filter((each) => each.path !== undefined && each.dotted !== dotted)
  const near =
    nearest(
      own.map((each) => each.dotted),
      dotted,
    ) ?? nearest(siblings(parts, project, snapshot), dotted)
  if (near !== undefined) return near
  // The package that is named is in the project nowhere: that of `manage.py` was meant.
  const managed = own.filter((each) => each.namedBy === project.manage || each.namedBy !== namedBy)
  const [only, ...others] = managed
  if (!only || others.length > 0 || only.dotted.split('.').slice(1).join('.') !== parts.slice(1).join('.')) return undefined
  return resolveModule(snapshot, [project.root], first).state === 'absent' ? only.dotted : undefined
}

/** The modules in the folder of the one that is named. */
function siblings(parts: readonly string[], project: DjangoProject, snapshot: Snapshot): string[] {
  const folder = snapshot.folder(join(project.root, ...parts.slice(0, -1)))
  if (folder.state !== 'content') return []
  return folder.value.flatMap(({ name, kind }) =>
    (kind === 'file' && name.endsWith('.py') && name !== '__init__.py') || kind === 'folder'
      ? [[...parts.slice(0, -1), name.replace(/\.py$/, '')].join('.')]
      : [],
  )
}

/** The one that differs by a letter or two; numbers are no slip. */
const nearest = (names: readonly string[], dotted: string): string | undefined => {
  const close = names.filter((each) => isSlip(`/${dotted.replaceAll('.', '/')}`, `/${each.replaceAll('.', '/')}`))
  return close.length === 1 ? close[0] : undefined
}

function fixesFor(
  at: { readonly path: string; readonly start: number; readonly end: number },
  dotted: string,
  meant: string,
  snapshot: Snapshot,
): FindingFix[] {
  const content = snapshot.content(at.path)
  const written = content.state === 'content' ? content.value.text.slice(at.start, at.end) : ''
  const quote = written.charAt(0)
  if (written !== `${quote}${dotted}${quote}`) return []
  return [{ title: `Name ${meant}`, safe: false, edits: [{ ...at, newText: `${quote}${meant}${quote}` }] }]
}
