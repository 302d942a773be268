import { type Beanstalk, isModern } from '../../deployment/platforms/beanstalk.ts'
import { readIgnoreFile } from '../../deployment/platforms/ignore-file.ts'
import { join, relativeTo } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { dependencyFile, isMadeElsewhere, otherRequirements } from './lib/bundle-requirements.ts'
import { prebuildHook } from './lib/hooks.ts'
import { firstLine } from './lib/yaml-edits.ts'

const production = `#- config/requirements/production.txt
Django==3.2.25
# <---- error[platform/requirements-not-in-bundle-root]: Elastic Beanstalk installs the packages of requirements.txt in the root of the bundle
gunicorn==22.0.0
`

export const rule = defineRule({
  id: 'platform/requirements-not-in-bundle-root',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The requirements are in a folder in which Elastic Beanstalk does not look.',
  explanation: `
The Python platforms of Elastic Beanstalk install the packages of \`requirements.txt\`, else of \`Pipfile.lock\` or \`Pipfile\`, in the root of the source
bundle and nowhere else. Without one of them nothing is installed, the deployment succeeds, and the application cannot import Django.

A \`requirements.txt\` in the root that says \`-r config/requirements/production.txt\` is enough: pip looks for the named file beside the one that names it. On Amazon
Linux 2 and 2023 a script in \`.platform/hooks/prebuild\` can also make the file: such scripts run before the packages are installed, while \`container_commands\`
run after it.

Nothing is said where a script of the repository makes the file, or where another folder is deployed (\`deploy: artifact:\`).
`,
  source: 'AWS Elastic Beanstalk developer guide, "Specifying dependencies using a requirements file" and "Instance deployment workflow".',
  examples: {
    failing: [
      {
        title: 'requirements by environment',
        files: `
${cli}${project}${settings}${production}#- config/requirements/development.txt
-r production.txt
django-debug-toolbar
#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
`,
      },
      {
        title: 'nothing names the platform but an option of Python',
        files: `
${project}${settings}${production}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    NumThreads: 20
`,
      },
      { title: 'the first generation', files: `\n${oldCli}${project}${settings}${production}` },
    ],
    passing: [
      { title: 'in the root', files: `\n${cli}${project}${settings}${requirements}#- requirements/dev.txt\n-r ../requirements.txt\npytest\n` },
      {
        title: 'made by a hook before pip',
        files: `
${cli}${project}${settings}#- config/requirements/production.txt
Django==3.2.25
#- .platform/hooks/prebuild/01_requirements.sh
#!/bin/bash
cp config/requirements/production.txt requirements.txt
`,
      },
      {
        title: 'made before the upload',
        files: `
${cli}${project}${settings}#- requirements/production.txt
Django==3.2.25
#- Makefile
deploy:
	cp requirements/production.txt requirements.txt
	eb deploy
`,
      },
      {
        title: 'made by hand: out of Git, but uploaded',
        files: `
${cli}${project}${settings}#- requirements/production.txt
Django==3.2.25
#- .gitignore
/requirements.txt
#- .ebignore
*.pyc
`,
      },
      {
        title: 'another folder is deployed',
        files: `\n${cli}deploy:\n  artifact: build/app.zip\n${project}${settings}#- requirements/production.txt\nDjango==3.2.25\n`,
      },
      { title: 'a Pipfile', files: `\n${cli}${project}${settings}#- Pipfile\n[packages]\ndjango = "*"\n#- legacy/requirements.txt\nDjango==1.11\n` },
      {
        title: 'a container',
        files: `
#- .elasticbeanstalk/config.yml
global:
  default_platform: Docker running on 64bit Amazon Linux 2023
#- Dockerfile
FROM python:3.12
COPY requirements/production.txt /tmp/
RUN pip install -r /tmp/production.txt
#- requirements/production.txt
Django==3.2.25
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) checkBundle(beanstalk, context)
  },
})

function checkBundle(beanstalk: Beanstalk, { snapshot, files, report }: DeploymentContext): void {
  if (beanstalk.platform.family !== 'python' || beanstalk.cli?.artifact || dependencyFile(beanstalk)) return
  const [first, ...others] = otherRequirements(beanstalk)
  if (first === undefined || isMadeElsewhere(beanstalk, files, snapshot) || isCopiedByHand(beanstalk, snapshot) || isInstalledByCommands(beanstalk)) return
  const content = snapshot.content(first)
  if (content.state !== 'content') return
  const relative = relativeTo(first, beanstalk.root)
  const root = join(beanstalk.root, 'requirements.txt')
  const fixes: FindingFix[] = [
    { title: `Create requirements.txt with "-r ${relative}"`, safe: false, edits: [{ path: root, start: 0, end: 0, newText: `-r ${relative}\n` }] },
  ]
  const hook = join(beanstalk.root, '.platform/hooks/prebuild/01_requirements.sh')
  if (beanstalk.platform.generation !== 'AL1' && !beanstalk.files.includes(hook)) {
    fixes.push({
      title: `Create a hook that makes requirements.txt of ${relative} before the packages are installed`,
      safe: false,
      edits: [{ path: hook, start: 0, end: 0, newText: prebuildHook([`echo "-r ${relative}" > requirements.txt`]), executable: true }],
    })
  }
  report({
    at: firstLine(first, content.value.text),
    message: `Elastic Beanstalk installs the packages of requirements.txt in the root of the bundle, where there is none: those of ${relative} are not installed, and the application cannot import them. Name this file in a requirements.txt there.`,
    related: [
      ...(beanstalk.platform.at ? [{ at: beanstalk.platform.at, message: `the platform is ${beanstalk.platform.name}` }] : []),
      ...others.slice(0, 3).map((path) => ({ at: { path, start: 0, end: 0 }, message: 'is not in the root either' })),
    ],
    fixes: isModern(beanstalk) || beanstalk.platform.generation === undefined ? fixes : fixes.slice(0, 1),
  })
}

/** Kept out of Git, yet uploaded by the EB CLI, which leaves out only what `.ebignore` names. */
function isCopiedByHand({ root, files, leftOut }: Beanstalk, snapshot: Snapshot): boolean {
  if (!files.includes(join(root, '.ebignore')) || !files.includes(join(root, '.gitignore')) || leftOut(join(root, 'requirements.txt'))) return false
  return readIgnoreFile(snapshot, join(root, '.gitignore'), 'git')?.leavesOut('requirements.txt') !== undefined
}

/** A command installs them, in time or too late: see platform/requirements-too-late. */
const isInstalledByCommands = (beanstalk: Beanstalk): boolean =>
  beanstalk.extensions.some((file) =>
    file.commands.some((command) => command.shell.some(({ words }) => words.some((word) => /requirements|^pip[\d.]*$|\/pip[\d.]*$|^poetry$|^uv$/.test(word)))),
  )
