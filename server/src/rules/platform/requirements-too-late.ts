import { type Beanstalk, isModern } from '../../deployment/platforms/beanstalk.ts'
import type { ExtensionCommand, ExtensionFile } from '../../deployment/platforms/extension-file.ts'
import { entryOf, type YamlEntry } from '../../deployment/platforms/yaml.ts'
import { basename, join, relativeTo } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'
import { prebuildHook } from './lib/hooks.ts'
import { activates } from './lib/virtualenv.ts'
import { linesOfEntry } from './lib/yaml-edits.ts'

const production = `#- config/requirements/production.txt
Django==3.2.25
gunicorn==22.0.0
`

export const rule = defineRule({
  id: 'platform/requirements-too-late',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A command makes `requirements.txt` when Elastic Beanstalk has installed the packages already, or before the source is there.',
  explanation: `
The order of a deployment is: \`commands\`, the source is unpacked, \`.platform/hooks/prebuild\`, \`Buildfile\`, **the packages are installed**,
\`container_commands\`, \`.platform/hooks/predeploy\`, start. A requirements file that is copied by \`container_commands\` comes after the installation; \`commands\` run
before there is a source to copy from. On Amazon Linux 2 and 2023 the place for it is a script in \`.platform/hooks/prebuild\`; a \`requirements.txt\` that
names the other file with \`-r\` needs no command at all.

Where \`container_commands\` also install the packages into the virtualenv (\`source /var/app/venv/*/bin/activate && pip install -r …\`) all is well.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Instance deployment workflow" and "Customizing software on Linux servers".',
  examples: {
    failing: [
      {
        title: 'copied by container_commands',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
container_commands:
  01_requirements:
# ^^^^^^^^^^^^^^^ error[platform/requirements-too-late]: container_commands run after the packages are installed
    command: cp config/requirements/production.txt requirements.txt
  02_migrate:
    command: source /var/app/venv/*/bin/activate && python manage.py migrate --noinput
    leader_only: true
`,
      },
      {
        title: 'copied before there is a source',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
commands:
  01_requirements:
# ^^^^^^^^^^^^^^^ error[platform/requirements-too-late]: commands run before the source is unpacked
    command: "cp config/requirements/production.txt requirements.txt"
`,
      },
      {
        title: 'another file over that of the root',
        files: `
${cli}${project}${settings}${production}${requirements}#- .ebextensions/01_python.config
container_commands:
  01_requirements: { command: cat config/requirements/production.txt > requirements.txt }
# ^^^^^^^^^^^^^^^ warning[platform/requirements-too-late]: container_commands run after the packages are installed
`,
      },
      {
        title: 'installed into the Python of the system',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
container_commands:
  01_pip:
# ^^^^^^ error[platform/requirements-too-late]: "01_pip" installs the packages into the Python of the system
    command: "pip install -r config/requirements/production.txt"
`,
      },
      {
        title: 'installed before there is a source',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
commands:
  01_pip:
# ^^^^^^ error[platform/requirements-too-late]: commands run before the source is unpacked
    command: pip3 install -r config/requirements/production.txt
`,
      },
    ],
    passing: [
      {
        title: 'installed into the virtualenv by the same commands',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
container_commands:
  01_requirements:
    command: |
      source /var/app/venv/*/bin/activate
      cp config/requirements/production.txt requirements.txt
      pip install -r requirements.txt
`,
      },
      {
        title: 'by path, in a later command',
        files: `
${cli}${project}${settings}${production}#- .ebextensions/01_python.config
container_commands:
  01_requirements:
    command: cp config/requirements/production.txt requirements.txt
  02_install:
    command: /var/app/venv/*/bin/pip install -r requirements.txt
`,
      },
      {
        title: 'tools of the system, and a copy elsewhere',
        files: `
${cli}${project}${settings}${requirements}#- .ebextensions/01_python.config
commands:
  01_tools:
    command: pip3 install --upgrade awscli
container_commands:
  01_keep:
    command: cp requirements.txt /tmp/requirements.txt
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      if (beanstalk.platform.family !== 'python' || beanstalk.cli?.artifact) continue
      for (const file of beanstalk.extensions) for (const command of file.commands) checkCommand(command, file, beanstalk, context)
    }
  },
})

function checkCommand(command: ExtensionCommand, file: ExtensionFile, beanstalk: Beanstalk, { report }: DeploymentContext): void {
  const copied = command.shell.map(({ words }) => copyOf(words)).find((each) => each !== undefined)
  const present = dependencyFile(beanstalk) !== undefined
  // With a requirements file in the root this is one of its own: platform/virtualenv-not-activated.
  const installs =
    (command.phase === 'commands' || (!present && isModern(beanstalk))) &&
    command.shell.some(
      ({ words }, i) => isPip(words[0]) && words.includes('install') && installedFile(words) !== undefined && !activates(words, command.shell.slice(0, i)),
    )
  if (copied === undefined && !installs) return
  if (copied !== undefined && command.phase === 'container_commands' && beanstalk.extensions.some((each) => each.commands.some(installsIntoVirtualenv))) return
  const { phase } = command
  report({
    at: command.nameAt,
    severity: present ? 'warning' : 'error',
    message:
      phase === 'container_commands' && copied === undefined
        ? `"${command.name}" installs the packages into the Python of the system, where the application does not find them, and after the time for it: the platform installs those of a requirements.txt in the root, where there is none. Name the other file there.`
        : phase === 'container_commands'
          ? `container_commands run after the packages are installed: the requirements.txt that "${command.name}" makes comes too late. Make it in a script in .platform/hooks/prebuild, or name the other file in a requirements.txt in the root.`
          : `commands run before the source is unpacked: "${command.name}" finds no requirements file. Use a script in .platform/hooks/prebuild, or a requirements.txt in the root.`,
    fixes: fixes(command, copied ?? command.shell.map(({ words }) => installedFile(words)).find((each) => each !== undefined), file, beanstalk),
  })
}

/** The file that a command copies to `requirements.txt` of its folder; '' where it makes that in another way. */
function copyOf(words: readonly string[]): string | undefined {
  const target = /^(?:\.\/|\/var\/app\/staging\/|\/var\/app\/current\/|\/opt\/python\/(?:ondeck|current)\/app\/)?requirements\.txt$/
  const arrow = words.findIndex((word) => /^>{1,2}$/.test(word))
  const glued = words.find((word) => /^>{1,2}./.test(word))
  const written = arrow >= 0 ? words[arrow + 1] : glued?.replace(/^>+/, '')
  if (written !== undefined && target.test(written)) return words[0] === 'cat' && words.length <= 4 ? words[1] : ''
  if (!/^(cp|mv|ln|install)$/.test(basename(words[0] ?? ''))) return undefined
  const names = words.slice(1).filter((word) => !word.startsWith('-'))
  return names.length === 2 && target.test(names[1] ?? '') && names[0] !== names[1] ? names[0] : undefined
}

const isPip = (word: string | undefined): boolean => word !== undefined && /(^|\/)pip[\d.]*$/.test(word)

/** The requirements file of the bundle that pip is told to install; one with a path of the system is none. */
function installedFile(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '-r' || word === '--requirement')
  const file = at < 0 ? undefined : words[at + 1]
  return file !== undefined && !file.startsWith('/') && !file.startsWith('http') ? file : undefined
}

/** Whether a command installs a requirements file into the virtualenv of the application. */
function installsIntoVirtualenv(command: ExtensionCommand): boolean {
  return (
    command.phase === 'container_commands' &&
    command.shell.some(({ words }, i) => words.includes('install') && words.some((word) => word.includes('pip')) && activates(words, command.shell.slice(0, i)))
  )
}

function fixes(command: ExtensionCommand, copied: string | undefined, file: ExtensionFile, beanstalk: Beanstalk): FindingFix[] {
  const removal = removeCommand(command, file)
  if (!removal || command.shell.length !== 1) return []
  const source =
    copied === undefined || copied === ''
      ? undefined
      : [copied, relativeTo(join(beanstalk.root, copied), beanstalk.root)].find((each) => beanstalk.files.includes(join(beanstalk.root, each)))
  const made: FindingFix[] = []
  const root = join(beanstalk.root, 'requirements.txt')
  if (source !== undefined && !beanstalk.files.includes(root)) {
    made.push({
      title: `Create requirements.txt with "-r ${source}" instead`,
      safe: false,
      edits: [{ path: root, start: 0, end: 0, newText: `-r ${source}\n` }, removal],
    })
  }
  const hook = join(beanstalk.root, '.platform/hooks/prebuild/01_requirements.sh')
  if (isModern(beanstalk) && source !== undefined && !beanstalk.files.includes(hook)) {
    const edit: FindingEdit = { path: hook, start: 0, end: 0, newText: prebuildHook([`echo "-r ${source}" > requirements.txt`]), executable: true }
    made.push({ title: 'Make it in a hook that runs before the packages are installed', safe: false, edits: [edit, removal] })
  }
  return made
}

/** The command without its lines, and without the key above it where nothing else is below. */
function removeCommand(command: ExtensionCommand, file: ExtensionFile): FindingEdit | undefined {
  const phase = entryOf(file.yaml.root, command.phase)
  if (phase?.value?.kind !== 'map' || phase.value.flow) return undefined
  const own = phase.value.entries.find((entry) => entry.keyAt.start === command.nameAt.start)
  if (!own) return undefined
  const target: YamlEntry = phase.value.entries.length === 1 ? phase : own
  return { ...linesOfEntry(file.yaml, target), newText: '' }
}
