import { isModern, type PlatformHook } from '../../deployment/platforms/beanstalk.ts'
import type { ExtensionCommand, ExtensionFile } from '../../deployment/platforms/extension-file.ts'
import type { ShellCommand } from '../../deployment/platforms/shell.ts'
import type { Place } from '../../problem/place.ts'
import { type DeploymentContext, defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'
import { activates, isActivation } from './lib/virtualenv.ts'

const site = `${project}${settings}${requirements}`
const activate = 'source /var/app/venv/*/bin/activate'

export const rule = defineRule({
  id: 'platform/virtualenv-not-activated',
  looksAt: 'deployment',
  severity: 'error',
  summary: "A command runs Python without the virtualenv in which Elastic Beanstalk has installed the application's packages.",
  explanation: `
On Amazon Linux 2 and 2023 the packages are in a virtualenv below \`/var/app/venv\`, and neither \`container_commands\` nor hooks run in it: \`python manage.py migrate\`
ends with "No module named django", and the deployment fails. Each command has a shell of its own, so each one activates it:
\`source /var/app/venv/*/bin/activate && python manage.py migrate\`. The path of the first generation, \`/opt/python/run/venv\`, is not there any more.
`,
  source:
    'AWS Elastic Beanstalk developer guide, "Deploying a Django application" (its db-migrate.config) and "Migrating your application to Amazon Linux 2"; aws/elastic-beanstalk-roadmap issues 15 and 68.',
  examples: {
    failing: [
      {
        title: 'a migration',
        files: `
${cli}${site}#- .ebextensions/02_migrate.config
container_commands:
  01_migrate:
    command: python manage.py migrate --noinput
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/virtualenv-not-activated]: "python manage.py" runs outside the virtualenv
    leader_only: true
`,
      },
      {
        title: 'activated in another command, which has a shell of its own; quoted',
        files: `
${cli}${site}#- .ebextensions/02_static.config
container_commands:
  01_activate:
    command: "source /var/app/venv/*/bin/activate"
  02_static:
    command: "django-admin collectstatic --noinput"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/virtualenv-not-activated]: "django-admin" runs outside the virtualenv
`,
      },
      {
        title: 'the path of the first generation',
        files: `
${cli}${site}#- .ebextensions/02_migrate.config
container_commands:
  01_migrate:
    command: "source /opt/python/run/venv/bin/activate && python manage.py migrate"
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/virtualenv-not-activated]: /opt/python/run/venv/bin/activate is a path of the first generation
    leader_only: true
`,
      },
      {
        title: 'a hook',
        files: `
${cli}${site}#- .platform/hooks/postdeploy/01_static.sh
#!/bin/bash
cd /var/app/current
python3 manage.py collectstatic --noinput
# <---- error[platform/virtualenv-not-activated]: "python3 manage.py" runs outside the virtualenv
`,
      },
      {
        title: 'packages, in a block of text',
        files: `
${cli}${site}#- .ebextensions/02_extra.config
container_commands:
  01_extra:
    command: |
      cd config
      pip install -r extra.txt
#     ^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/virtualenv-not-activated]: "pip install" runs outside the virtualenv
`,
      },
    ],
    passing: [
      {
        title: 'activated, by path, or in a script of its own',
        files: `
${cli}${site}#- .ebextensions/02_migrate.config
container_commands:
  01_migrate:
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --noinput"
    leader_only: true
  02_static:
    command: |
      export $(cat /opt/elasticbeanstalk/deployment/env | xargs)
      . $PYTHONPATH/activate
      python3 manage.py collectstatic --noinput
  03_path:
    command: /var/app/venv/*/bin/python manage.py check --deploy
  04_path:
    command: $PYTHONPATH/python manage.py check --deploy
  05_script:
    command: bash scripts/warm.sh
  06_system:
    command: python3 -c "print(1)"
#- scripts/warm.sh
python manage.py warm
#- .platform/hooks/postdeploy/01_static.sh
#!/bin/bash
set -e
source /var/app/venv/*/bin/activate
cd /var/app/current
if [ -f manage.py ]; then
  python manage.py collectstatic --noinput
fi
`,
      },
      {
        title: 'the first generation',
        files: `
${oldCli}${site}#- .ebextensions/02_migrate.config
container_commands:
  01_migrate:
    command: "source /opt/python/run/venv/bin/activate && python manage.py migrate"
    leader_only: true
  02_static:
    command: django-admin.py collectstatic --noinput
`,
      },
      {
        title: 'in a container',
        files: `
#- .elasticbeanstalk/config.yml
global:
  default_platform: Docker running on 64bit Amazon Linux 2023
${site}#- Dockerfile
FROM python:3.12
#- .platform/hooks/postdeploy/01_migrate.sh
#!/bin/bash
docker exec current_app python manage.py migrate
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      if (beanstalk.platform.family !== 'python' || !isModern(beanstalk)) continue
      for (const file of beanstalk.extensions) {
        for (const command of file.commands) {
          // Where pip has no other time to run: platform/requirements-too-late.
          if (command.phase === 'container_commands' && (dependencyFile(beanstalk) || !command.shell.some(({ words }) => words.includes('install'))))
            checkCommand(command, file, context)
        }
      }
      for (const hook of beanstalk.hooks) if (hook.phase === 'predeploy' || hook.phase === 'postdeploy') checkHook(hook, context)
    }
  },
})

const old = /\/opt\/python\/run\/venv(?:\/bin\/activate)?/

function checkCommand({ script, shell }: ExtensionCommand, { yaml }: ExtensionFile, { report }: DeploymentContext): void {
  if (!script) return
  const written = yaml.text.slice(script.at.start, script.at.end)
  const stale = old.exec(written)
  if (stale) {
    const start = script.at.start + stale.index
    reportOld(stale[0], { path: yaml.path, start, end: start + stale[0].length }, report)
    return
  }
  const found = firstOutside(shell)
  if (!found) return
  const line = script.text.slice(found.start, found.end).split('\n')[0] ?? ''
  const offset = script.style === 'block' ? written.indexOf(line) : -1
  const at = offset < 0 ? script.at : { path: yaml.path, start: script.at.start + offset, end: script.at.start + offset + line.length }
  const lead = script.style === 'quoted' ? 1 : 0
  const edit: FindingEdit =
    script.style === 'block' && offset >= 0
      ? { ...at, end: at.start, newText: `${activate} && ` }
      : { path: yaml.path, start: script.at.start + lead, end: script.at.start + lead, newText: `${activate} && ` }
  const canInsert = script.style !== 'block' || offset >= 0
  report({ at, message: message(found), fixes: canInsert ? [{ title: 'Activate the virtualenv first', safe: true, edits: [edit] }] : [] })
}

function checkHook(hook: PlatformHook, { report }: DeploymentContext): void {
  const stale = old.exec(hook.text)
  if (stale) {
    reportOld(stale[0], { path: hook.path, start: stale.index, end: stale.index + stale[0].length }, report)
    return
  }
  const found = firstOutside(hook.shell)
  if (!found) return
  const start = hook.text.lastIndexOf('\n', found.start - 1) + 1
  const indent = /^[ \t]*/.exec(hook.text.slice(start))?.[0] ?? ''
  report({
    at: { path: hook.path, start: found.start, end: found.end },
    message: message(found),
    fixes: [{ title: 'Activate the virtualenv first', safe: true, edits: [{ path: hook.path, start, end: start, newText: `${indent}${activate}\n` }] }],
  })
}

function reportOld(path: string, at: Place, report: DeploymentContext['report']): void {
  const fix: FindingFix = {
    title: 'Write the path of Amazon Linux 2 and 2023',
    safe: true,
    edits: [{ ...at, newText: path.replace('/opt/python/run/venv', '/var/app/venv/*') }],
  }
  report({
    at,
    message: `${path} is a path of the first generation; on Amazon Linux 2 and 2023 the virtualenv is below /var/app/venv, and the command fails.`,
    fixes: [fix],
  })
}

const message = ({ words }: ShellCommand): string =>
  `"${words.slice(0, words[0]?.startsWith('django-admin') ? 1 : 2).join(' ')}" runs outside the virtualenv in which the packages are installed, and the command fails. Put "${activate}" before it.`

/** The first command that needs the application's packages and runs in the system's Python. */
function firstOutside(shell: readonly ShellCommand[]): ShellCommand | undefined {
  // A folder on the PATH, or a function of the shell, can stand for anything.
  const found = shell.findIndex(({ words }, i) => needsPackages(words) && !activates(words, shell.slice(0, i)))
  return found < 0 || shell.slice(0, found).some(({ words }) => isActivation(words) || words[0] === 'eval') ? undefined : shell[found]
}

function needsPackages([program = '', ...rest]: readonly string[]): boolean {
  if (/^django-admin(\.py)?$/.test(program)) return true
  if (/^pip[\d.]*$/.test(program)) return rest[0] === 'install' && rest.some((word) => word === '-r' || word.startsWith('--requirement'))
  return /^python[\d.]*$/.test(program) && rest.some((word) => /(^|\/)manage\.py$/.test(word) || word === 'django') && !rest.includes('-c')
}
