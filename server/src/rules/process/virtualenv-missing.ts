import type { ApplicationProcess, TextAt } from '../../deployment/processes/process.ts'
import { foldersMadeFor } from '../../deployment/python/virtualenv.ts'
import { dirname, isAbsolute, isInside, normalize } from '../../workspace/path.ts'
import { isSlip } from '../python/lib/meant-environment.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { project, site } from './lib/example-site.ts'

const pass = site('proxy_pass http://127.0.0.1:8000;')
const environment = `#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/bin/gunicorn
#!/srv/shop/venv/bin/python3
`

export const rule = defineRule({
  id: 'process/virtualenv-missing',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A unit starts a program of a virtualenv that is not there, while the project has another.',
  explanation: `
\`ExecStart=/srv/shop/env/bin/gunicorn\` with the virtualenv in \`/srv/shop/venv\`: systemd ends with "status=203/EXEC", and nothing answers behind the server.
The same goes for \`home\` of uWSGI, which ends with "No module named 'encodings'".

It is reported only where the folder would be in the workspace, is not, and one virtualenv is found beside it that no process names and that is not
made for another folder. A virtualenv outside the project is left alone.
`,
  source: 'systemd.exec(5), exit status 203; uWSGI 2.0.21 with a home that is not there: ModuleNotFoundError: No module named encodings.',
  examples: {
    failing: [
      {
        title: 'env and venv',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/env/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[process/virtualenv-missing]: There is no virtualenv in /srv/shop/env: the one of the project is /srv/shop/venv
${environment}${project}`,
      },
      {
        title: 'home of uWSGI',
        files: `
#- deploy/nginx/shop.conf
server {
    listen 80;
    location / {
        include uwsgi_params;
        uwsgi_pass 127.0.0.1:3031;
    }
}
#- deploy/uwsgi.ini
[uwsgi]
chdir = /srv/shop
module = shop.wsgi
home = /srv/shop/.venv
#      ^^^^^^^^^^^^^^^ error[process/virtualenv-missing]: There is no virtualenv in /srv/shop/.venv: the one of the project is /srv/shop/venv
socket = 127.0.0.1:3031
${environment}${project}`,
      },
    ],
    passing: [
      {
        title: 'outside the project, and the one that is there',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/opt/venvs/shop/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#- deploy/other.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8001 shop.wsgi
${environment}${project}`,
      },
      {
        title: 'a virtualenv of the machine where the code is written',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/env/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#- .venv/pyvenv.cfg
home = /usr/bin
version = 3.12.1
command = /usr/bin/python3 -m venv /home/ada/shop/.venv
${project}`,
      },
    ],
  },
  check(context) {
    for (const process of context.deployment.processes) {
      for (const named of environmentsOf(process)) checkEnvironment(named, context)
    }
  },
})

/** A virtualenv that a process names. */
interface Named {
  readonly root: string
  /** The word, and the root in it as written. */
  readonly text: TextAt
}

function environmentsOf({ program, virtualenv }: ApplicationProcess): Named[] {
  const named: Named[] = []
  const root = /^(\/.+)\/bin\/[^/]+$/.exec(program?.value ?? '')?.[1]
  if (program && root !== undefined && !/^\/(?:usr|bin|sbin|opt\/[^/]+$)(?:\/|$)/.test(root)) named.push({ root: normalize(root), text: program })
  if (virtualenv && isAbsolute(virtualenv.value)) named.push({ root: normalize(virtualenv.value), text: virtualenv })
  return named
}

/** Below the home folder of a person: made where the code is written, not where it runs. */
const isSomeonesOwn = (path: string): boolean => /^(?:\/home\/|\/Users\/|\/root\/|\/opt\/homebrew\/|[A-Za-z]:)/.test(path)

function checkEnvironment({ root, text }: Named, context: DeploymentContext): void {
  const { deployment, folders, paths, report, snapshot } = context
  const own = paths.toWorkspace(root)
  if (own === undefined || !folders.some((folder) => isInside(own, folder)) || snapshot.stat(own).state !== 'absent') return
  const taken = new Set(deployment.processes.flatMap(environmentsOf).map((each) => each.root))
  const candidates = deployment.virtualenvs.flatMap((environment) => {
    const deployed = environment.kind === 'installation' ? undefined : paths.toDeployed(environment.root)
    if (deployed === undefined || taken.has(deployed)) return []
    const said = foldersMadeFor(environment).map(normalize)
    return said.some(isSomeonesOwn) && !said.some((each) => each === deployed || each === root) ? [] : [deployed]
  })
  const beside = candidates.filter((each) => dirname(each) === dirname(root) || isSlip(root, each))
  const [meant] = beside
  if (meant === undefined || beside.length > 1) return
  const start = text.value.indexOf(root)
  const whole = text.at.end - text.at.start === text.value.length && start >= 0
  report({
    at: text.at,
    message: `There is no virtualenv in ${root}: the one of the project is ${meant}. The program does not start, and nothing answers behind the server.`,
    fixes: whole
      ? [
          {
            title: `Use ${meant}`,
            safe: true,
            edits: [{ path: text.at.path, start: text.at.start + start, end: text.at.start + start + root.length, newText: meant }],
          },
        ]
      : [],
  })
}
