import type { ScriptRoot, Virtualenv } from '../../deployment/python/virtualenv.ts'
import type { Place } from '../../problem/place.ts'
import { basename, normalize, segmentsOf } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'

const venv = (root: string): string => `#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/bin/gunicorn
#!${root}/bin/python3.11
from gunicorn.app.wsgiapp import run
`

const unit = (command: string): string => `
#- deploy/site.service
[Service]
WorkingDirectory=/srv/site
ExecStart=${command} config.wsgi
`

export const rule = defineRule({
  id: 'python/virtualenv-moved',
  looksAt: 'deployment',
  severity: 'info',
  summary: 'A command of a virtualenv that a unit starts names an interpreter in another folder: the virtualenv was moved or copied.',
  explanation: `
The first line of \`venv/bin/gunicorn\` names the interpreter by its whole path, as the virtualenv was made. After \`mv\`, \`cp\` or a checkout somewhere else that path
leads nowhere, and the unit fails with "No such file or directory" or status 203/EXEC although the file is there; or it leads to another virtualenv, whose packages
are then used. Make the virtualenv where it is used, or start \`venv/bin/python -m gunicorn\`, which asks nothing of that line.

It is an information, because the virtualenv that lies in a workspace need not be the one on the server. Nothing is said where the first line names the folder in which the virtualenv lies, here or for the unit.
`,
  source: 'systemd.exec(5), EXIT_EXEC 203; tried: a script whose interpreter is not there cannot be started.',
  examples: {
    failing: [
      {
        title: 'made in a home folder, used in /srv',
        files: `${unit('/srv/site/venv/bin/gunicorn').replace(' config.wsgi\n', ' config.wsgi\n#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[python/virtualenv-moved]: /srv/site/venv/bin/gunicorn begins with #!/home/dev/site/venv/bin/python\n')}${venv('/home/dev/site/venv')}`,
      },
    ],
    passing: [
      { title: 'made where it is used', files: `${unit('/srv/site/venv/bin/gunicorn')}${venv('/srv/site/venv')}` },
      { title: 'made here, for the development', files: `${unit('/srv/site/venv/bin/gunicorn')}${venv('/workspace/venv')}` },
      { title: 'by the interpreter', files: `${unit('/srv/site/venv/bin/python -m gunicorn')}${venv('/home/dev/site/venv')}` },
      { title: 'another virtualenv', files: `${unit('/opt/gunicorn/bin/gunicorn')}${venv('/home/dev/site/venv')}` },
    ],
  },
  check(context) {
    const commands = startedCommands(context)
    for (const environment of context.deployment.virtualenvs) {
      for (const script of environment.scriptRoots) {
        const name = basename(script.at.path)
        if (name === 'activate' || isAtHome(script, environment)) continue
        for (const command of commands) {
          if (basename(command.path) !== name || !isOf(command.path, environment, script)) continue
          report(command, script, environment, context)
        }
      }
    }
  },
})

interface Command {
  readonly path: string
  readonly at: Place
}

/** The programs that units start. */
function startedCommands({ deployment, snapshot }: DeploymentContext): Command[] {
  return deployment.environmentFiles
    .filter((path) => path.endsWith('.service'))
    .flatMap((path) => {
      const content = snapshot.content(path)
      if (content.state !== 'content' || content.value.binary) return []
      return [...content.value.text.matchAll(/^(\s*Exec(?:Start|StartPre|Reload)\s*=\s*[-@:+!]*)(\/\S+)/gm)].map((match) => {
        const start = match.index + (match[1] ?? '').length
        const command = match[2] ?? ''
        return { path: command, at: { path, start, end: start + command.length } }
      })
    })
}

/** It names the folder in which it lies, or the same by another way (a link, another mount): the folder above is called the same. */
const isAtHome = (script: ScriptRoot, environment: Virtualenv): boolean => lastTwo(script.root) === lastTwo(environment.root)

const lastTwo = (path: string): string => segmentsOf(path).slice(-2).join('/')

/** Whether a started command is this virtualenv's, by the name of its folder, and not in the folder that the script names. */
function isOf(command: string, environment: Virtualenv, script: ScriptRoot): boolean {
  const root = /^(\/.+)\/bin\/[^/]+$/.exec(normalize(command))?.[1]
  return root !== undefined && basename(root) === basename(environment.root) && root !== normalize(script.root)
}

function report(command: Command, script: ScriptRoot, environment: Virtualenv, context: DeploymentContext): void {
  const name = basename(command.path)
  const root = command.path.slice(0, command.path.length - `/bin/${name}`.length)
  const module = name === 'gunicorn' || name === 'uvicorn' || name === 'celery' || name === 'daphne' ? name : undefined
  const fixes: FindingFix[] = [
    ...(module === undefined
      ? []
      : [{ title: `Start ${root}/bin/python -m ${module}`, safe: false, edits: [{ ...command.at, newText: `${root}/bin/python -m ${module}` }] }]),
    { title: `Name ${root} in the first line`, safe: false, edits: [{ ...script.at, newText: root }] },
  ]
  context.report({
    at: command.at,
    message: `${command.path} begins with #!${script.root}/bin/python: the virtualenv ${basename(environment.root)} was made in ${script.root}, and where that is not there the unit cannot start it. Make the virtualenv in ${root}.`,
    related: [{ at: script.at, message: 'The interpreter is named here.' }],
    fixes,
  })
}
