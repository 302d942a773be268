import { type Beanstalk, isModern } from '../../deployment/platforms/beanstalk.ts'
import type { Place } from '../../problem/place.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'

const site = `${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/system-package-of-other-generation',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A package of the system, or a command, that this generation of Amazon Linux does not have.',
  explanation: `
The names of packages changed between the generations. Those of the Amazon Linux AMI with a version in them (\`postgresql94-devel\`, \`python36-devel\`) are in no
repository of Amazon Linux 2 and 2023, and yum's "No package … available" makes the deployment fail. \`amazon-linux-extras\` and \`epel-release\` are not on Amazon
Linux 2023.
`,
  source: 'Amazon Linux 2023 user guide, "Comparing AL2 and AL2023"; AWS Elastic Beanstalk developer guide, "Migrating your application to Amazon Linux 2".',
  examples: {
    failing: [
      {
        title: 'a name of the first generation',
        files: `
${cli}${site}#- .ebextensions/00_packages.config
packages:
  yum:
    postgresql94-devel: []
#   ^^^^^^^^^^^^^^^^^^ error[platform/system-package-of-other-generation]: Amazon Linux 2023 has no package postgresql94-devel
`,
      },
      {
        title: 'extras on Amazon Linux 2023',
        files: `
${cli}${site}#- .ebextensions/00_packages.config
commands:
  01_postgres:
    command: amazon-linux-extras install -y postgresql14
#            ^^^^^^^^^^^^^^^^^^^ error[platform/system-package-of-other-generation]: Amazon Linux 2023 has no amazon-linux-extras
`,
      },
    ],
    passing: [
      {
        title: 'names of today',
        files: `\n${cli}${site}#- .ebextensions/00_packages.config\npackages:\n  yum:\n    libpq-devel: []\n    postgresql15: []\n    gcc-c++: []\n`,
      },
      { title: 'on the first generation', files: `\n${oldCli}${site}#- .ebextensions/00_packages.config\npackages:\n  yum:\n    postgresql94-devel: []\n` },
      {
        title: 'extras on Amazon Linux 2, or where they are',
        files: `
${cli.replace('3.11 running on 64bit Amazon Linux 2023', '3.8 running on 64bit Amazon Linux 2')}${site}#- .ebextensions/00_packages.config
commands:
  01_postgres:
    command: amazon-linux-extras enable postgresql14
`,
      },
      {
        title: 'a failure that is allowed',
        files: `\n${cli}${site}#- .ebextensions/00_packages.config\ncommands:\n  01_postgres:\n    command: amazon-linux-extras install -y postgresql14\n    ignoreErrors: true\n`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) if (isModern(beanstalk)) checkBundle(beanstalk, context)
  },
})

function checkBundle(beanstalk: Beanstalk, { report }: DeploymentContext): void {
  const { generation } = beanstalk.platform
  const system = generation === 'AL2023' ? 'Amazon Linux 2023' : generation === 'AL2' ? 'Amazon Linux 2' : 'Amazon Linux since version 2'
  for (const file of beanstalk.extensions) {
    for (const { name, at } of file.packages) {
      // The names of the Amazon Linux AMI have a version of two digits in them.
      const old = /^(postgresql)(?:8|9\d)(-\w+)?$|^(python)(?:2\d|3[4-6])(-\w+)?$|^(mysql)(?:5[1-7])(-\w+)?$/.exec(name)
      const instead = generation === 'AL2023' ? modernNames[name.replace(/\d+/, '')] : name.replace(/\d+/, '').replace(/^python-/, 'python3-')
      if (!old && !(generation === 'AL2023' && name === 'epel-release')) continue
      const written = file.yaml.text.slice(at.start, at.end)
      report({
        at,
        message: `${system} has no package ${name}, and the deployment fails.${old && instead !== undefined ? ` Use ${instead}.` : ''}`,
        fixes: old && instead !== undefined ? [{ title: `Use ${instead}`, safe: false, edits: [{ ...at, newText: written.replace(name, instead) }] }] : [],
      })
    }
    if (generation !== 'AL2023') continue
    for (const command of file.commands) {
      const found = command.shell.find(({ words }) => words[0] === 'amazon-linux-extras')
      if (!found || !command.script || command.test || /ignoreErrors/.test(file.yaml.text.slice(command.value?.at.start, command.value?.at.end))) continue
      const offset = file.yaml.text.slice(command.script.at.start, command.script.at.end).indexOf('amazon-linux-extras')
      // A condition before it may ask whether it is there.
      if (offset < 0 || /\b(if|which|command -v|type)\b|\|\|/.test(command.script.text)) continue
      const at: Place = { path: file.path, start: command.script.at.start + offset, end: command.script.at.start + offset + 'amazon-linux-extras'.length }
      report({
        at,
        message:
          'Amazon Linux 2023 has no amazon-linux-extras: the command fails, and the deployment with it. Its packages are in the ordinary repositories: list them under packages: yum:.',
      })
    }
  }
}

const modernNames: Readonly<Record<string, string>> = {
  'postgresql-devel': 'libpq-devel',
  'postgresql-libs': 'libpq',
  'python-devel': 'python3-devel',
  'mysql-devel': 'mariadb-connector-c-devel',
}
