import { readRequirements } from '../../deployment/platforms/requirements.ts'
import type { ApplicationProcess } from '../../deployment/processes/process.ts'
import { readPackages } from '../../deployment/python/packages.ts'
import { basename, dirname, join, normalize } from '../../workspace/path.ts'
import { appendLine } from '../lib/edits.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { project, site } from './lib/example-site.ts'

const pass = site('proxy_pass http://127.0.0.1:8000;')
const environment = `#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/bin/activate
#- venv/bin/django-admin
#!/srv/shop/venv/bin/python3
#- venv/lib/python3.11/site-packages/Django-4.2.16.dist-info/METADATA
Name: Django
Version: 4.2.16
`

export const rule = defineRule({
  id: 'process/program-not-installed',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A unit starts gunicorn, uvicorn or another server of a virtualenv that does not have it.',
  explanation: `
\`ExecStart=/srv/shop/venv/bin/gunicorn\` needs the package in that virtualenv: without it systemd ends with "status=203/EXEC", and nothing answers behind
the server.

It is reported where the virtualenv is in the workspace, has neither the program nor the package, and no requirements file asks for it.
`,
  source: 'systemd.exec(5), exit status 203 where the program is not there.',
  examples: {
    failing: [
      {
        title: 'gunicorn was never installed',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[process/program-not-installed]: The virtualenv venv has no gunicorn
#- requirements.txt
Django==4.2.16
${environment}${project}`,
      },
    ],
    passing: [
      {
        title: 'asked for by requirements, where the virtualenv is not the one of the server',
        files: `
${pass}#- deploy/shop.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn --bind 127.0.0.1:8000 shop.wsgi
#- requirements/production.txt
Django==4.2.16
gunicorn==22.0.0
${environment}${project}`,
      },
    ],
  },
  check(context) {
    for (const process of context.deployment.processes) checkProgram(process, context)
  },
})

function checkProgram({ program, server, name }: ApplicationProcess, { deployment, files, paths, snapshot, report }: DeploymentContext): void {
  const root = /^(\/.+)\/bin\/(?:gunicorn|uvicorn|hypercorn|daphne|waitress-serve|uwsgi)$/.exec(program?.value ?? '')?.[1]
  const own = root === undefined ? undefined : paths.toWorkspace(normalize(root))
  const found = deployment.virtualenvs.find((each) => each.root === own)
  if (!program || !found || found.kind === 'installation' || found.includeSystemSitePackages === true) return
  const bin = snapshot.folder(join(found.root, 'bin'))
  const [folder, ...more] = found.sitePackages
  if (bin.state !== 'content' || bin.value.some((each) => each.name === basename(program.value)) || folder === undefined || more.length > 0) return
  const packages = readPackages(snapshot, folder)
  if (typeof packages === 'string' || packages.distributions.length === 0 || packages.distributions.some((each) => each.name === server)) return
  const asked = files.filter((path) =>
    /(?:^|\/)(?:requirements[^/]*\.(?:txt|in)|requirements\/[^/]+\.txt|Pipfile|pyproject\.toml|setup\.(?:py|cfg)|environment\.ya?ml)$/.test(path),
  )
  const names = asked.some((path) => {
    const requirements = path.endsWith('.txt') ? readRequirements(snapshot, path) : undefined
    if (requirements) return requirements.all.some((each) => each.name === server)
    const content = snapshot.content(path)
    return content.state !== 'content' || content.value.text.toLowerCase().includes(server)
  })
  if (names) return
  // The one file that is certainly meant.
  const requirements = asked.find((each) => each === join(dirname(found.root), 'requirements.txt'))
  const added = requirements === undefined ? undefined : appendLine(requirements, server, snapshot)
  report({
    at: program.at,
    message: `The virtualenv ${basename(found.root)} has no ${server}, and no requirements file asks for it: ${name} does not start, and nothing answers behind the server.`,
    fixes: added ? [{ title: `Ask for ${server} in requirements.txt`, safe: false, edits: [added] }] : [],
  })
}
