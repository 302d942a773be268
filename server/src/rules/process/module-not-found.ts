import { readWsgiScript } from '../../deployment/django/wsgi-script.ts'
import { commandOf } from '../../deployment/platforms/container-command.ts'
import { containerOf } from '../../deployment/platforms/containers.ts'
import { type ApplicationCommand, programName, type ServerKind } from '../../deployment/processes/command-line.ts'
import type { ApplicationProcess, TextAt } from '../../deployment/processes/process.ts'
import type { Place } from '../../problem/place.ts'
import { editDistance } from '../../syntax/text.ts'
import { basename, isAbsolute, isInside, relativeTo } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'
import { addToService } from './lib/unit-edits.ts'

const pass = site('proxy_pass http://127.0.0.1:8000;')

export const rule = defineRule({
  id: 'process/module-not-found',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The module or the name that the application server is told to load is not in the project.',
  explanation: `
\`gunicorn shop.wsgi:application\` imports \`shop.wsgi\` from the folder in which it is started (\`WorkingDirectory=\`, \`--chdir\`) and looks for
\`application\` in it. Where the module is not there the worker ends with \`ModuleNotFoundError\` and gunicorn with "Worker failed to boot"; where the name is not,
with "Failed to find attribute". Behind it every request is answered with 502.

It is reported where the project of the workspace has its scripts elsewhere or under another name, and nothing in the workspace has the name that is given.
A module whose first package is not in the workspace at all and does not resemble one of it may be installed: it is left alone, unless it ends in
\`.wsgi\` or \`.asgi\` and there is one project only.
`,
  source: 'Tried with gunicorn 20.1: ModuleNotFoundError, "Failed to find attribute"; with uWSGI 2.0.21: "no python application found".',
  examples: {
    failing: [
      {
        title: 'the package has another name',
        files: `
${pass}${unit('gunicorn --bind 127.0.0.1:8000 store.wsgi:application')}#                                                           ^^^^^^^^^^^^^^^^^^^^^^ error[process/module-not-found]: gunicorn is to load store.wsgi, which the project does not have
${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502, log: /ModuleNotFoundError: No module named 'store'/ },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'the script has no such name',
        files: `
${pass}${unit('gunicorn --bind 127.0.0.1:8000 shop.wsgi:app')}#                                                           ^^^^^^^^^^^^^ error[process/module-not-found]: shop/wsgi.py defines no "app": it defines application
${project}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 502, log: /Failed to find attribute 'app'/ },
          after: { status: 200, body: /hello/ },
        },
      },
      {
        title: 'started one folder too high',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location /static/ {
        alias /srv/shop/src/collected/;
    }
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#                                                           ^^^^^^^^^ error[process/module-not-found]: gunicorn is started in /srv/shop, where there is no shop/wsgi.py: it is in /srv/shop/src
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/bin/gunicorn
#!/srv/shop/venv/bin/python3
${project.replaceAll('#- ', '#- src/')}`,
      },
      {
        title: 'in an image',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
#- Dockerfile
FROM python:3.12-slim
WORKDIR /app
COPY . .
RUN pip install Django gunicorn
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shpo.wsgi:application"]
#                                           ^^^^^^^^^^^^^^^^^^^^^ error[process/module-not-found]: gunicorn is to load shpo.wsgi, which the project does not have
${project}`,
      },
      {
        title: 'started in /',
        files: `
${pass}#- deploy/shop.service
[Service]
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#                                                           ^^^^^^^^^ error[process/module-not-found]: shop.service has no WorkingDirectory
${project}`,
      },
      {
        title: 'Flask',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:application
#                                                           ^^^^^^^^^^^^^^^^ error[process/module-not-found]: shop.py defines no "application": it defines app
#- shop.py
from flask import Flask
app = Flask(__name__)
`,
      },
    ],
    passing: [
      {
        title: 'a factory, and a name that is imported',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop:create_app()
#- deploy/other.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8001 serve:application
#- shop.py
from flask import Flask
def create_app():
    return Flask(__name__)
#- serve.py
from shop import create_app
app = application = create_app()
`,
      },
      {
        title: 'from a folder of its own, by --chdir, and through the file of uWSGI',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
    }
}
#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --chdir /srv/shop/src --bind 127.0.0.1:8000 shop.wsgi
#- deploy/uwsgi.ini
[uwsgi]
chdir = /srv/shop/src
wsgi-file = shop/wsgi.py
socket = /run/uwsgi/shop.sock
chmod-socket = 666
${project.replaceAll('#- ', '#- src/')}`,
      },
      {
        title: 'a file besides the module: uWSGI loads it where the module is not there',
        files: `
#- deploy/uwsgi.ini
[uwsgi]
chdir = /srv/shop
module = site.wsgi
wsgi-file = /srv/shop/shop/wsgi.py
http-socket = 127.0.0.1:8000
${pass}${project}`,
      },
      {
        title: 'a sample with a name to fill in',
        files: `
#- deploy/gunicorn-SITENAME.service
[Service]
WorkingDirectory=/srv/SITENAME
ExecStart=/srv/SITENAME/venv/bin/gunicorn --bind unix:/srv/SITENAME/app.sock PROJECTNAME.wsgi:application
${pass}${project}`,
      },
      {
        title: 'a module that is installed',
        files: `
${pass}${unit('gunicorn --bind 127.0.0.1:8000 paste.deploy:app')}${project}`,
      },
    ],
  },
  check(context) {
    for (const process of context.deployment.processes) {
      const named = process.application && moduleOf(process.application)
      if (named) checkModule(process.server, process, named, context)
    }
    for (const { server, application } of otherCommands(context)) {
      const named = moduleOf(application)
      if (named) checkModule(server, undefined, named, context)
    }
  },
})

/** What containers start. */
function otherCommands({ deployment, snapshot }: DeploymentContext): { server: ServerKind; application: TextAt }[] {
  const { containerSetup } = deployment
  const found = new Map<string, { server: ServerKind; application: TextAt }>()
  const add = (server: ServerKind, value: string, at: Place): void => void found.set(`${at.path} ${at.start}`, { server, application: { value, at } })
  for (const compose of containerSetup.compose) {
    for (const service of compose.services) {
      const command = commandOf(containerOf(containerSetup, compose, service), containerSetup, snapshot)
      const application = command?.command.positional[0]
      if (command?.exact && application?.known && !isImportedFromElsewhere(command.command))
        add(command.command.server, application.value, command.placeOf(application))
    }
  }
  return [...found.values()]
}

/** Whether an option names another folder for imports. */
const isImportedFromElsewhere = (command: ApplicationCommand): boolean =>
  command.open || command.options.some((each) => /^(?:chdir|pythonpath|app-dir|python-path)$/.test(each.name))

/** `shop.wsgi` and `application`, each with its place. */
interface Named {
  readonly module: string
  readonly moduleAt: Place
  readonly name: string | undefined
  readonly at: Place
}

function moduleOf({ value, at }: TextAt): Named | undefined {
  const match = /^([A-Za-z_]\w*(?:\.\w+)*)(?::([A-Za-z_]\w*))?$/.exec(value)
  // What is written is what is meant only where it takes as much room.
  if (!match?.[1] || at.end - at.start !== value.length) return undefined
  // `PROJECTNAME.wsgi` is a sample's.
  if (/^[A-Z][A-Z_]+\./.test(value)) return undefined
  return { module: match[1], moduleAt: { ...at, end: at.start + match[1].length }, name: match[2], at }
}

function checkModule(server: ServerKind, process: ApplicationProcess | undefined, named: Named, context: DeploymentContext): void {
  const { deployment, files, snapshot, report } = context
  const tail = `${named.module.replaceAll('.', '/')}.py`
  const asPackage = `${named.module.replaceAll('.', '/')}/__init__.py`
  const found = files.filter((path) => path.endsWith(`/${tail}`) || path.endsWith(`/${asPackage}`))
  const program = programName(server)
  if (found.length === 0) {
    const [project, ...others] = deployment.django
    if (!project || others.length > 0) return
    const scripts = [...project.wsgi, ...project.asgi].filter((each) => isInside(each.path, project.root))
    const kind = /\.(wsgi|asgi)$/.exec(named.module)?.[1]
    const meant = scripts.filter((each) => basename(each.path) === `${kind}.py`)
    const [only] = meant
    const first = named.module.split('.')[0] ?? ''
    if (!only || meant.length > 1 || files.some((path) => path.endsWith(`/${first}/__init__.py`) && !isInside(path, project.root))) return
    const dotted = relativeTo(only.path, project.root).replace(/\.py$/, '').replaceAll('/', '.')
    report({
      at: named.at,
      message: `${program} is to load ${named.module}, which the project does not have: its script is ${relativeTo(only.path, project.root)}, that is ${dotted}. No worker starts, and every request is answered with 502.`,
      related: [{ at: { path: only.path, start: 0, end: 0 }, message: 'the script of the project' }],
      fixes: [{ title: `Load ${dotted}`, safe: editDistance(dotted, named.module) <= 2, edits: [{ ...named.moduleAt, newText: dotted }] }],
    })
    return
  }
  const [file, ...more] = found
  if (!file || more.length > 0) return
  const holder = file.slice(0, -(file.endsWith(tail) ? tail : asPackage).length - 1)
  if (process && checkFolder(process, program, tail, holder, named, context)) return
  if (named.name === undefined) return
  const script = readWsgiScript(snapshot, file)
  if (script.state !== 'read' || !script.namesWhole || script.names.has(named.name)) return
  const instead = ['application', 'app'].find((each) => script.names.has(each))
  if (instead === undefined) return
  const nameAt = { ...named.at, start: named.at.end - named.name.length }
  report({
    at: named.at,
    message: `${tail} defines no "${named.name}": it defines ${instead}. No worker starts, and every request is answered with 502.`,
    related: [{ at: script.names.get(instead) ?? { path: file, start: 0, end: 0 }, message: `${instead} is defined here` }],
    fixes: [{ title: `Load ${instead}`, safe: true, edits: [{ ...nameAt, newText: instead }] }],
  })
}

/** Says where a process is started in a folder from which its module is not imported; true where nothing more is to be said. */
function checkFolder(process: ApplicationProcess, program: string, tail: string, holder: string, named: Named, context: DeploymentContext): boolean {
  const { files, paths, report, snapshot } = context
  const folder = process.changesTo ?? process.folder
  const own = folder && isAbsolute(folder.value) ? paths.toWorkspace(folder.value) : undefined
  if (own !== undefined && folder && own !== holder && process.server === 'gunicorn' && context.folders.some((each) => isInside(own, each))) {
    // It may be put on the path by other means.
    if (!process.importFoldersKnown || files.some((path) => isInside(path, own) && /(?:^|\/)(?:setup\.py|setup\.cfg|pyproject\.toml)$/.test(path))) return true
    const deployed = paths.toDeployed(holder)
    report({
      at: named.at,
      message: `${program} is started in ${folder.value}, where there is no ${tail}: it is in ${deployed ?? holder}. No worker starts, and every request is answered with 502.`,
      related: [{ at: folder.at, message: 'the folder in which it is started' }],
      fixes: deployed === undefined ? [] : [startIn(folder, deployed)],
    })
    return true
  }
  if (startsAtRoot(process, context)) {
    const deployed = paths.toDeployed(holder)
    const edit = process.unit && deployed !== undefined ? addToService(process.unit, `WorkingDirectory=${deployed}`, snapshot) : undefined
    report({
      at: named.at,
      ...(process.unit?.value('Service', 'EnvironmentFile') ? { severity: 'warning' } : {}),
      message: `${process.name} has no WorkingDirectory, so that ${program} is started in / and does not find ${tail}${deployed === undefined ? '' : `, which is in ${deployed}`}. No worker starts, and every request is answered with 502.`,
      fixes: edit ? [{ title: `Start it in ${deployed}`, safe: true, edits: [edit] }] : [],
    })
    return true
  }
  return false
}

/** Whether a unit starts its program in `/`, and nothing that can be read tells Python of another folder. */
function startsAtRoot({ manager, unit: service, changesTo, importFoldersKnown }: ApplicationProcess, { files }: DeploymentContext): boolean {
  if (manager !== 'systemd' || !service || changesTo || !importFoldersKnown) return false
  if (service.value('Service', 'WorkingDirectory') || service.value('Service', 'RootDirectory')) return false
  return !files.some((path) => /(?:^|\/)(?:setup\.py|setup\.cfg|pyproject\.toml)$/.test(path))
}

const startIn = (folder: TextAt, deployed: string): FindingFix => ({
  title: `Start it in ${deployed}`,
  safe: false,
  edits: [{ ...folder.at, newText: deployed }],
})
