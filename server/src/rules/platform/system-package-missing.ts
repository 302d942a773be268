import { type Beanstalk, isModern } from '../../deployment/platforms/beanstalk.ts'
import { type Requirement, readRequirements } from '../../deployment/platforms/requirements.ts'
import { isBuilt, type SystemNeed, systemNeeds } from '../../deployment/platforms/system-packages.ts'
import { join } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { cli, project, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'

const site = `${cli}${project}${settings}`

export const rule = defineRule({
  id: 'platform/system-package-missing',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A requirement is built from source on Elastic Beanstalk, and the package of the system that it needs is not installed.',
  explanation: `
Some packages have no wheels for Linux and are compiled while they are installed: psycopg2 needs \`pg_config\` and the headers of libpq, mysqlclient those of
MySQL or MariaDB. The instances of Elastic Beanstalk have a compiler and Python's headers, but not these: pip stops, and the deployment fails with "Instance deployment
failed to install application dependencies".

The package is listed under \`packages: yum:\` in \`.ebextensions\`, which comes before pip; so do \`commands\` and hooks in \`prebuild\`.
\`container_commands\` come too late. \`psycopg2-binary\` has the same modules with all they need inside.
`,
  source:
    "psycopg's documentation, \"Installation\"; mysqlclient's README; aws/elastic-beanstalk-roadmap issue 161; the packages' files on PyPI (November 2025).",
  examples: {
    failing: [
      {
        title: 'psycopg2',
        files: `
${site}#- requirements.txt
Django==3.2.25
psycopg2==2.9.9
# <---- error[platform/system-package-missing]: psycopg2 has no wheels for Linux and is compiled
gunicorn==22.0.0
`,
      },
      {
        title: 'by the file that the root names; packages for something else',
        files: `
${site}#- requirements.txt
-r config/requirements/production.txt
#- config/requirements/production.txt
Django==3.2.25
mysqlclient==2.2.4
# <---- error[platform/system-package-missing]: mysqlclient has no wheels for Linux and is compiled
#- .ebextensions/00_packages.config
packages:
  yum:
    git: []
`,
      },
      {
        title: 'installed too late',
        files: `
${site}#- requirements.txt
Django==3.2.25
psycopg2>=2.9
# <---- error[platform/system-package-missing]: psycopg2 has no wheels for Linux and is compiled
#- .ebextensions/00_packages.config
container_commands:
  01_pg:
    command: yum install -y libpq-devel
`,
      },
    ],
    passing: [
      {
        title: 'commands of the first Amazon Linux',
        files: `
${project}${settings}#- requirements.txt
Django==1.11
psycopg2==2.7
#- .ebextensions/01_django.config
container_commands:
  01_migrate:
    command: source /opt/python/run/venv/bin/activate && python manage.py migrate
    leader_only: true
`,
      },
      {
        title: 'the package is installed first',
        files: `\n${site}#- requirements.txt\nDjango==3.2.25\npsycopg2==2.9.9\n#- .ebextensions/00_packages.config\npackages:\n  yum:\n    postgresql-devel: []\n`,
      },
      {
        title: 'by a command',
        files: `\n${site}#- requirements.txt\nDjango==3.2.25\npsycopg2==2.9.9\n#- .ebextensions/00_packages.config\ncommands:\n  01_pg:\n    command: dnf install -y libpq-devel\n`,
      },
      {
        title: 'by a hook',
        files: `\n${site}#- requirements.txt\nDjango==3.2.25\nmysqlclient\n#- .platform/hooks/prebuild/01_packages.sh\n#!/bin/bash\nyum install -y mariadb105-devel\n`,
      },
      { title: 'the one with wheels', files: `\n${site}#- requirements.txt\nDjango==3.2.25\npsycopg2-binary==2.9.9\n` },
      { title: 'a release that has wheels', files: `\n${site}#- requirements.txt\nDjango==2.1.7\npsycopg2==2.7.7\n` },
      { title: 'another system', files: `\n${site}#- requirements.txt\nDjango==3.2.25\npsycopg2-binary==2.9.9\npsycopg2==2.9.9; sys_platform == "darwin"\n` },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks)
      if (beanstalk.platform.family === 'python' && !beanstalk.cli?.artifact) checkBundle(beanstalk, context)
  },
})

function checkBundle(beanstalk: Beanstalk, { snapshot, report }: DeploymentContext): void {
  const file = dependencyFile(beanstalk)
  const requirements = file?.endsWith('.txt') ? readRequirements(snapshot, file) : undefined
  if (!requirements || isOfFirstGeneration(beanstalk)) return
  for (const need of systemNeeds) {
    const requirement = requirements.all.find((each) => each.name === need.name && !each.conditional && isBuilt(need, each.specifier))
    if (!requirement || isInstalled(need, beanstalk)) continue
    const packages = beanstalk.platform.generation === 'AL2' ? need.install.al2 : need.install.al2023
    const instead = need.alternative === undefined ? '' : `, or ask for ${need.alternative}`
    report({
      at: requirement.nameAt,
      severity: isModern(beanstalk) ? 'error' : 'warning',
      message: `${need.name} has no wheels for Linux and is compiled, which fails without ${packages.join(' and ')} ("${need.misses}"): nothing in .ebextensions installs it. List it under packages: yum:${instead}.`,
      fixes: fixes(
        need,
        requirement,
        packages,
        beanstalk,
        requirements.all.some((each) => each.name === need.alternative),
      ),
    })
  }
}

/** Whether the commands are those of the first Amazon Linux, whose packages have other names. */
const isOfFirstGeneration = ({ platform, extensions }: Beanstalk): boolean =>
  platform.generation === 'AL1' ||
  (platform.generation === undefined && extensions.some((file) => file.commands.some(({ script }) => script && /\/opt\/python\//.test(script.text))))

/** Whether anything that runs before pip installs a package of the system of that kind. */
function isInstalled({ satisfiedBy }: SystemNeed, beanstalk: Beanstalk): boolean {
  return (
    beanstalk.extensions.some(
      (file) =>
        file.packages.some((each) => satisfiedBy.test(each.name)) ||
        // A list or a script of its own is not looked into.
        file.commands.some(
          (command) =>
            command.phase === 'commands' && (command.script === undefined || satisfiedBy.test(command.script.text) || /\.sh\b/.test(command.script.text)),
        ),
    ) || beanstalk.hooks.some((hook) => hook.phase === 'prebuild' && (satisfiedBy.test(hook.text) || /\.sh\b|\bdnf|\byum/.test(hook.text)))
  )
}

function fixes(need: SystemNeed, { nameAt }: Requirement, packages: readonly string[], { root, files }: Beanstalk, present: boolean): FindingFix[] {
  const made: FindingFix[] = []
  if (need.alternative !== undefined && !present)
    made.push({ title: `Ask for ${need.alternative}`, safe: false, edits: [{ ...nameAt, newText: need.alternative }] })
  const path = ['00_packages.config', '00_system_packages.config', '00_yum.config']
    .map((each) => join(root, '.ebextensions', each))
    .find((each) => !files.includes(each))
  if (path !== undefined) {
    const lines = packages.map((each) => `    ${each}: []\n`).join('')
    made.push({
      title: `Install ${packages.join(' and ')} before pip runs`,
      safe: false,
      edits: [{ path, start: 0, end: 0, newText: `packages:\n  yum:\n${lines}` }],
    })
  }
  return made
}
