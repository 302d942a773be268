import type { Beanstalk } from '../../deployment/platforms/beanstalk.ts'
import type { ExtensionCommand, ExtensionFile } from '../../deployment/platforms/extension-file.ts'
import { entryOf } from '../../deployment/platforms/yaml.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { linesOfEntry } from './lib/yaml-edits.ts'

const plain = `${cli}${project}${settings}${requirements}#- .ebextensions/02_commands.config
container_commands:
`
const site = plain.replace(
  '#- .ebextensions',
  '#- .ebextensions/00_type.config\noption_settings:\n  aws:elasticbeanstalk:environment:\n    EnvironmentType: LoadBalanced\n#- .ebextensions',
)

export const rule = defineRule({
  id: 'platform/leader-only-misplaced',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'Migrations run on every instance at once, or static files are collected on one of them only.',
  explanation: `
An environment with a load balancer has several instances, and \`container_commands\` run on each. Migrations belong on one of them, with \`leader_only: true\`: two that run
at once get in each other's way. This is an information where nothing tells that there are several. What makes files, as \`collectstatic\` does, belongs on all: with \`leader_only\` the other instances answer 404 for static
files, and so does an instance that is added later.

Nothing is said of migrations where the environment has a single instance (\`EnvironmentType: SingleInstance\`), or where a \`test\` decides.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Container commands" and "Deploying a Django application".',
  examples: {
    failing: [
      {
        title: 'each where the other should be',
        files: `
${site}  01_migrate:
# ^^^^^^^^^^ warning[platform/leader-only-misplaced]: "01_migrate" runs the migrations on every instance at once
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --noinput"
  02_static:
    command: "source /var/app/venv/*/bin/activate && python manage.py collectstatic --noinput"
    leader_only: true
#   ^^^^^^^^^^^ warning[platform/leader-only-misplaced]: "02_static" collects the static files on one instance only
`,
      },
    ],
    passing: [
      {
        title: 'nothing tells how many instances there are',
        files: `
${plain}  01_migrate:
# ^^^^^^^^^^ info[platform/leader-only-misplaced]: "01_migrate" runs the migrations
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --noinput"
`,
      },
      {
        title: 'as it should be',
        files: `
${site}  01_migrate:
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --noinput"
    leader_only: true
  02_static:
    command: "source /var/app/venv/*/bin/activate && python manage.py collectstatic --noinput"
`,
      },
      {
        title: 'a single instance, and a storage that all share',
        files: `
${site.replace('LoadBalanced', 'SingleInstance')}  01_migrate:
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --noinput"
  02_both:
    command: "source /var/app/venv/*/bin/activate && python manage.py collectstatic --noinput"
    leader_only: true
`.replace('INSTALLED_APPS = [', 'STORAGES = {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}\nINSTALLED_APPS = ["storages", '),
      },
      {
        title: 'what does not change anything',
        files: `
${site}  01_check:
    command: "source /var/app/venv/*/bin/activate && python manage.py migrate --check"
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      for (const file of beanstalk.extensions) {
        for (const command of file.commands) if (command.phase === 'container_commands') checkCommand(command, file, beanstalk, context)
      }
    }
  },
})

function checkCommand(command: ExtensionCommand, file: ExtensionFile, beanstalk: Beanstalk, { snapshot, deployment, report }: DeploymentContext): void {
  const single = isSingle(beanstalk)
  const runs = (name: string): boolean =>
    command.shell.some(({ words }) => words.includes(name) && words.some((word) => /manage\.py$|^django-admin/.test(word)))
  const migrates = command.shell.some(
    ({ words }) =>
      words.includes('migrate') && !words.some((word) => /^--(check|plan|help)/.test(word)) && words.some((word) => /manage\.py$|^django-admin/.test(word)),
  )
  if (migrates && !command.leaderOnly && !command.test && !single && entryOf(command.value, 'leader_only') === undefined) {
    report({
      at: command.nameAt,
      severity: areSeveral(beanstalk) ? 'warning' : 'info',
      message: `"${command.name}" runs the migrations on every instance at once, where they get in each other's way. Set leader_only: true.`,
      fixes: withLeader(command, file),
    })
  }
  const leader = entryOf(command.value, 'leader_only')
  if (!runs('collectstatic') || migrates || !leader || !command.leaderOnly || single) return
  // Files that are stored elsewhere are stored once.
  const stored = deployment.django.some((each) =>
    each.settingsModules.some(({ path }) => {
      const content = path === undefined ? undefined : snapshot.content(path)
      return path === undefined || (content?.state === 'content' && /storages|boto|s3|gcloud|azure|cloudinary|import \*|whitenoise/i.test(content.value.text))
    }),
  )
  if (stored) return
  report({
    at: leader.keyAt,
    message: `"${command.name}" collects the static files on one instance only: the others answer 404 for them. Take leader_only out.`,
    fixes:
      command.value?.kind === 'map' && command.value.flow
        ? []
        : [{ title: 'Take leader_only out', safe: true, edits: [{ ...linesOfEntry(file.yaml, leader), newText: '' }] }],
  })
}

const isSingle = (beanstalk: Beanstalk): boolean =>
  beanstalk.option('aws:elasticbeanstalk:environment', 'EnvironmentType')?.value?.text === 'SingleInstance' ||
  beanstalk.option('aws:autoscaling:asg', 'MaxSize')?.value?.text === '1'

/** Whether the environment has several instances for certain. */
const areSeveral = (beanstalk: Beanstalk): boolean =>
  beanstalk.option('aws:elasticbeanstalk:environment', 'EnvironmentType')?.value?.text === 'LoadBalanced' ||
  Number(beanstalk.option('aws:autoscaling:asg', 'MinSize')?.value?.text ?? 1) > 1

function withLeader({ value }: ExtensionCommand, { yaml }: ExtensionFile): FindingFix[] {
  if (value?.kind !== 'map' || value.flow) return []
  const last = value.entries.at(-1)
  const first = value.entries[0]
  if (!last || !first) return []
  const indent = yaml.text.slice(yaml.text.lastIndexOf('\n', first.keyAt.start - 1) + 1, first.keyAt.start)
  const { end } = linesOfEntry(yaml, last)
  const lead = yaml.text.charAt(end - 1) === '\n' ? '' : '\n'
  return [{ title: 'Run it on the leader only', safe: true, edits: [{ path: yaml.path, start: end, end, newText: `${lead}${indent}leader_only: true\n` }] }]
}
