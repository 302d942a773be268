import { type Beanstalk, isModern } from '../../deployment/platforms/beanstalk.ts'
import { environmentNamespace } from '../../deployment/platforms/extension-file.ts'
import type { ProcfileProcess } from '../../deployment/platforms/procfile.ts'
import { readRequirements } from '../../deployment/platforms/requirements.ts'
import { servedAddresses } from '../../deployment/platforms/served-address.ts'
import { type ApplicationCommand, readApplicationCommand } from '../../deployment/processes/command-line.ts'
import { splitCommand } from '../../deployment/processes/command-words.ts'
import { isInside, join, relativeTo } from '../../workspace/path.ts'
import { appendLine } from '../lib/edits.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'

const site = `${cli}${project}${settings}${requirements}#- Procfile
`

export const rule = defineRule({
  id: 'platform/procfile-not-served',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The `Procfile` of an application on Elastic Beanstalk starts something that its proxy does not reach, or that cannot start.',
  explanation: `
The proxy of Elastic Beanstalk passes requests to port 8000 of the process \`web\`, or to that of the environment property PORT where it is set. A process that
listens on another port or on a socket gets none: every request is answered with 502. The same comes of a server that is not among the requirements, of a module
that is not in the bundle, and of a name that is not \`web\` to the letter.

Lines have the form \`name: command\`. Where files in \`.platform/nginx\` say themselves what is passed to, nothing is said of ports.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Configuring the WSGI server with a Procfile" and "Buildfile and Procfile".',
  examples: {
    failing: [
      {
        title: 'another port',
        files: `\n${site}web: gunicorn --bind :8080 --workers 3 harbor.wsgi:application\n#                    ^^^^^ error[platform/procfile-not-served]: The proxy passes requests to port 8000\n`,
      },
      {
        title: 'a socket',
        files: `\n${site}web: gunicorn -b unix:/tmp/harbor.sock harbor.wsgi\n#                ^^^^^^^^^^^^^^^^^^^^^ error[platform/procfile-not-served]: The proxy passes requests to port 8000\n`,
      },
      {
        title: 'not the port that PORT names',
        files: `\n${site}web: gunicorn --bind 127.0.0.1:8000 harbor.wsgi\n#                    ^^^^^^^^^^^^^^ error[platform/procfile-not-served]: The proxy passes requests to port 5000\n#- .ebextensions/01.config\noption_settings:\n  aws:elasticbeanstalk:application:environment:\n    PORT: "5000"\n`,
      },
      {
        title: 'a server that is not installed',
        files: `\n${site}web: uwsgi --http :8000 --module harbor.wsgi\n#    ^^^^^ error[platform/procfile-not-served]: uwsgi is not among the packages of requirements.txt\n`,
      },
      {
        title: 'a module that is not there',
        files: `\n${site}web: gunicorn --bind :8000 config.wsgi:application\n#                          ^^^^^^^^^^^^^^^^^^^^^^^ error[platform/procfile-not-served]: There is no config/wsgi.py in the bundle\n`,
      },
      {
        title: 'a name with a capital',
        files: `\n${site}Web: gunicorn --bind :8000 harbor.wsgi\n# <---- error[platform/procfile-not-served]: The process that gets requests is called "web"\n`,
      },
      {
        title: 'no line of the form',
        files: `\n${site}web gunicorn --bind :8000 harbor.wsgi\n# <---- error[platform/procfile-not-served]: This line is not of the form "name: command"\n`,
      },
    ],
    passing: [
      {
        title: 'as the guide has it',
        files: `\n${site}# started by the platform\nweb: gunicorn --bind :8000 --workers 3 --threads 2 harbor.wsgi:application\nworker: python manage.py process_tasks\n`,
      },
      { title: 'the default', files: `\n${site}web: gunicorn --workers 3 harbor.wsgi\n` },
      { title: 'a port that the environment names', files: `\n${site}web: gunicorn --bind 0.0.0.0:$PORT harbor.wsgi\n` },
      {
        title: 'a configuration file of gunicorn',
        files: `\n${site}web: gunicorn -c gunicorn.conf.py harbor.wsgi\n#- gunicorn.conf.py\nbind = "0.0.0.0:8000"\n`,
      },
      {
        title: 'a proxy with its own configuration',
        files: `\n${site}web: gunicorn -b unix:/tmp/harbor.sock harbor.wsgi\n#- .platform/nginx/conf.d/elasticbeanstalk/00_application.conf\nlocation / {\n    proxy_pass http://unix:/tmp/harbor.sock;\n}\n`,
      },
      { title: 'a Procfile of another platform', files: `\n${project}${settings}#- Procfile\nweb gunicorn --bind :5000 harbor.wsgi\n` },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) if (beanstalk.platform.family === 'python' && isModern(beanstalk)) checkProcfile(beanstalk, context)
  },
})

function checkProcfile(beanstalk: Beanstalk, context: DeploymentContext): void {
  const { procfile } = beanstalk
  if (!procfile) return
  for (const at of procfile.faults) {
    const line = procfile.text.slice(at.start, at.end)
    const name = /^(web|worker)\s+(?=\S)|^\s*(\w+)\s*:\s*(?=\S)/.exec(line)
    context.report({
      at,
      message: 'This line is not of the form "name: command", with the name at its beginning: the deployment fails.',
      fixes: name
        ? [
            {
              title: `Begin it with "${name[1] ?? name[2]}:"`,
              safe: true,
              edits: [{ path: at.path, start: at.start, end: at.start + name[0].length, newText: `${name[1] ?? name[2]}: ` }],
            },
          ]
        : [],
    })
  }
  const web = procfile.processes.find((each) => each.name === 'web')
  const nearly = procfile.processes.find((each) => each.name.toLowerCase() === 'web')
  if (!web && nearly) {
    context.report({
      at: { ...nearly.at, end: nearly.at.start + nearly.name.length },
      message: `The process that gets requests is called "web", in small letters: "${nearly.name}" gets none.`,
      fixes: [{ title: 'Call it "web"', safe: true, edits: [{ ...nearly.at, end: nearly.at.start + nearly.name.length, newText: 'web' }] }],
    })
  }
  if (web) checkWeb(web, beanstalk, context)
}

function checkWeb(web: ProcfileProcess, beanstalk: Beanstalk, context: DeploymentContext): void {
  const command = readApplicationCommand(splitCommand(web.command, web.commandAt.start))
  if (!command) return
  const { path } = web.commandAt
  const port = beanstalk.option(environmentNamespace, 'PORT')?.value?.text ?? '8000'
  const addresses = servedAddresses(command)
  const ownProxy = beanstalk.files.some((each) => {
    const content = /\/\.platform\/(nginx|httpd)\//.test(each) ? context.snapshot.content(each) : undefined
    return content?.state === 'content' && /proxy_?pass|upstream/i.test(content.value.text)
  })
  const first = addresses?.[0]
  if (first?.told && addresses?.every((each) => each.port !== Number(port)) && !ownProxy && /^\d+$/.test(port)) {
    const { start, end, value } = first.told
    const digits = /\d+$/.exec(value)
    context.report({
      at: { path, start, end },
      message: `The proxy passes requests to port ${port}, but the process listens on ${value}: every request is answered with 502. Listen on ${port}.`,
      fixes: [
        first.port === undefined || !digits
          ? { title: `Listen on 127.0.0.1:${port}`, safe: false, edits: [{ path, start, end, newText: `127.0.0.1:${port}` }] }
          : { title: `Listen on port ${port}`, safe: false, edits: [{ path, start: end - digits[0].length, end, newText: port }] },
      ],
    })
  }
  checkInstalled(command, path, beanstalk, context)
  checkModule(command, path, beanstalk, context)
}

/** Packages that bring each server; gunicorn comes with the platform. */
const packagesOf: Readonly<Record<string, RegExp>> = {
  uwsgi: /^(uwsgi|pyuwsgi|uwsgi-.*)$/,
  daphne: /^(daphne|channels)$/,
  hypercorn: /^hypercorn$/,
  waitress: /^waitress$/,
  uvicorn: /^(uvicorn|uvicorn-worker|fastapi|litestar|django-ninja)$/,
}

function checkInstalled(command: ApplicationCommand, path: string, beanstalk: Beanstalk, { snapshot, report }: DeploymentContext): void {
  const wanted = packagesOf[command.server]
  const file = dependencyFile(beanstalk)
  const requirements = file?.endsWith('.txt') ? readRequirements(snapshot, file) : undefined
  if (
    !wanted ||
    !requirements?.whole ||
    requirements.all.length === 0 ||
    command.program.value.includes('/') ||
    requirements.all.some((each) => wanted.test(each.name))
  )
    return
  // Hooks and commands may install it.
  if (beanstalk.hooks.some((each) => each.text.includes(command.server)) || beanstalk.extensions.some((each) => each.yaml.text.includes(command.server))) return
  const added = appendLine(requirements.path, command.server === 'uwsgi' ? 'uWSGI' : command.server, snapshot)
  report({
    at: { path, start: command.program.start, end: command.program.end },
    message: `${command.server} is not among the packages of requirements.txt: the process cannot start, and every request is answered with 502.`,
    fixes: added ? [{ title: `Add ${command.server} to requirements.txt`, safe: false, edits: [added] }] : [],
  })
}

function checkModule(command: ApplicationCommand, path: string, beanstalk: Beanstalk, { deployment, report }: DeploymentContext): void {
  const [target] = command.positional
  const module = target?.known ? /^([A-Za-z_]\w*(?:\.\w+)+)(?::\w+)?$/.exec(target.value)?.[1] : undefined
  if (!target || module === undefined || command.folder || command.options.some((each) => /^(chdir|pythonpath|app-dir|root-path|config|env)$/.test(each.name)))
    return
  if (beanstalk.option(environmentNamespace, 'PYTHONPATH')) return
  const base = join(beanstalk.root, module.replaceAll('.', '/'))
  if ([`${base}.py`, `${base}/__init__.py`].some((each) => beanstalk.files.includes(each))) return
  const scripts = deployment.django
    .flatMap((each) => [...each.wsgi, ...each.asgi].map((script) => script.path))
    .filter((each) => isInside(each, beanstalk.root))
  const names = scripts.map((each) => relativeTo(each, beanstalk.root).replace(/\.py$/, '').replaceAll('/', '.')).filter((each) => /^[\w.]+$/.test(each))
  if (names.length === 0) return
  report({
    at: { path, start: target.start, end: target.end },
    message: `There is no ${module.replaceAll('.', '/')}.py in the bundle: the process cannot start, and every request is answered with 502.`,
    fixes: names
      .slice(0, 2)
      .map((each) => ({ title: `Name ${each}`, safe: false, edits: [{ path, start: target.start, end: target.start + module.length, newText: each }] })),
  })
}
