import type { ExtensionFile } from '../../deployment/platforms/extension-file.ts'
import { entryOf, textOfYaml, valueAt } from '../../deployment/platforms/yaml.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { linesOfEntry, replaceScalar } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/extension-entry-contradictory',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'An entry of a file in `.ebextensions` has keys that exclude each other, or a mode that is none.',
  explanation: `
A file is made of its \`content\` or of a \`source\`, not of both. Its \`mode\` is an octal number of six digits, in quotes so that YAML leaves it as it is: \`"000755"\`.
A command runs on the leader only (\`leader_only\`), or where its \`test\` succeeds: with both, the test is not run.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Customizing software on Linux servers": Files, Container commands.',
  examples: {
    failing: [
      {
        title: 'content and source, a mode in words, leader_only with test',
        files: `
${site}#- .ebextensions/01_files.config
files:
  "/etc/app.conf":
    mode: "rw-r--r--"
#         ^^^^^^^^^^^ error[platform/extension-entry-contradictory]: The mode of /etc/app.conf is no octal number
    content: |
      [app]
    source: https://example.org/app.conf
#   ^^^^^^ warning[platform/extension-entry-contradictory]: /etc/app.conf has content and source
container_commands:
  01_load:
    command: source /var/app/venv/*/bin/activate && python manage.py loaddata first
    test: test ! -f /tmp/loaded
#   ^^^^ warning[platform/extension-entry-contradictory]: "01_load" has leader_only and test
    leader_only: true
`,
      },
      {
        title: 'a mode with a digit that is not octal',
        files: `
${site}#- .ebextensions/01_files.config
files:
  "/etc/app.sh":
    mode: "000858"
#         ^^^^^^^^ error[platform/extension-entry-contradictory]: The mode of /etc/app.sh is no octal number
    content: "true"
`,
      },
    ],
    passing: [
      {
        title: 'one of each',
        files: `
${site}#- .ebextensions/01_files.config
files:
  "/etc/app.conf":
    mode: "000644"
    content: "a"
  "/etc/old.conf":
    mode: 000644
    source: https://example.org/app.conf
container_commands:
  01_load:
    command: source /var/app/venv/*/bin/activate && python manage.py loaddata first
    leader_only: false
    test: test ! -f /tmp/loaded
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) for (const file of beanstalk.extensions) checkFile(file, context)
  },
})

function checkFile(file: ExtensionFile, { report }: DeploymentContext): void {
  const remove = (title: string, entry: NonNullable<ReturnType<typeof entryOf>>) => ({
    title,
    safe: false,
    edits: [{ ...linesOfEntry(file.yaml, entry), newText: '' }],
  })
  const files = valueAt(file.yaml.root, 'files')
  for (const { key, value } of files?.kind === 'map' ? files.entries : []) {
    const source = entryOf(value, 'source')
    if (source && entryOf(value, 'content')) {
      report({
        at: source.keyAt,
        message: `${key} has content and source, and only one of them can make the file: take one out.`,
        fixes: value?.kind === 'map' && value.flow ? [] : [remove('Take source out', source)],
      })
    }
    const mode = entryOf(value, 'mode')?.value
    if (mode?.kind !== 'scalar') continue
    const text = mode.text
    if (/^[0-7]{6}$/.test(text)) continue
    const octal = /^[0-7]{3,5}$/.test(text)
    report({
      at: mode.at,
      severity: octal ? 'info' : 'error',
      message: octal
        ? `The mode of ${key} is documented to have six digits: "${text.padStart(6, '0')}".`
        : `The mode of ${key} is no octal number of six digits, such as "000644" or "000755": the file cannot be made, and the deployment fails.`,
      fixes: octal
        ? [
            {
              title: `Write "${text.padStart(6, '0')}"`,
              safe: true,
              edits: [mode.style === 'quoted' ? replaceScalar(file.yaml, mode, text.padStart(6, '0')) : { ...mode.at, newText: `"${text.padStart(6, '0')}"` }],
            },
          ]
        : ['000644', '000755'].map((each) => ({ title: `Write "${each}"`, safe: false, edits: [{ ...mode.at, newText: `"${each}"` }] })),
    })
  }
  for (const command of file.commands) {
    const test = entryOf(command.value, 'test')
    if (!command.leaderOnly || !test || textOfYaml(test.value) === undefined) continue
    report({
      at: test.keyAt,
      message: `"${command.name}" has leader_only and test: the test is not run, leader_only alone decides.`,
      fixes: command.value?.kind === 'map' && command.value.flow ? [] : [remove('Take test out', test)],
    })
  }
}
