import type { Beanstalk } from '../../deployment/platforms/beanstalk.ts'
import { type ExtensionFile, extensionKeys } from '../../deployment/platforms/extension-file.ts'
import type { YamlEntry, YamlFault, YamlFile, YamlMap } from '../../deployment/platforms/yaml.ts'
import { nearest } from '../lib/names.ts'
import { type DeploymentContext, defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { linesOfEntry } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/extension-file-invalid',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A file in `.ebextensions` that Elastic Beanstalk cannot read, or of which it leaves something out without a word.',
  explanation: `
Files in \`.ebextensions\` are YAML or JSON. Tabs are no indentation in YAML, and a file that cannot be read makes the deployment fail some minutes after it
began. A key at the top that Elastic Beanstalk does not know (\`option_setting\`) makes it leave the **whole file** aside; a key that is there
twice makes one of the two blocks disappear without a word.
`,
  source:
    'AWS Elastic Beanstalk developer guide, "Advanced environment customization with configuration files (.ebextensions)"; YAML 1.1, section 5.5 and 3.2.1.1.',
  examples: {
    failing: [
      {
        title: 'a tab',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
\t\tWSGIPath: harbor.wsgi:application
# <---- error[platform/extension-file-invalid]: A tab indents this line
`,
      },
      {
        title: 'a key twice',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application

option_settings:
# <---- error[platform/extension-file-invalid]: "option_settings" is there twice, and the first one is lost
  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: staticfiles
`,
      },
      {
        title: 'a key twice, with one namespace in both',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: staticfiles
option_settings:
# <---- error[platform/extension-file-invalid]: "option_settings" is there twice
  aws:elasticbeanstalk:container:python:
    NumThreads: 20
`,
      },
      {
        title: 'an unknown key',
        files: `
${site}#- .ebextensions/01_python.config
option_setting:
# <---- error[platform/extension-file-invalid]: "option_setting" is no key of such a file
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
`,
      },
      {
        title: 'no YAML',
        files: `
${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
   NumThreads: 20
# <---- error[platform/extension-file-invalid]: This is no YAML
`,
      },
    ],
    passing: [
      {
        title: 'all keys, JSON with tabs, and a block of text with a tab',
        files: `
${site}#- .ebextensions/01_all.config
packages:
  yum:
    git: []
files:
  "/opt/tasks/clean.sh":
    mode: "000755"
    owner: root
    group: root
    content: |
      #!/bin/bash
      if true; then
      	echo a tab
      fi
services:
  sysvinit:
    cron: { enabled: true, ensureRunning: true }
Resources:
  AWSEBAutoScalingGroup:
    Metadata:
      AWS::CloudFormation::Authentication: {}
#- .ebextensions/02_json.config
{
	"option_settings": { "aws:elasticbeanstalk:container:python": { "NumThreads": "20" } }
}
#- .ebextensions/03_empty.config
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) for (const file of beanstalk.extensions) checkFile(file, beanstalk, context)
  },
})

function checkFile(file: ExtensionFile, beanstalk: Beanstalk, { report }: DeploymentContext): void {
  const { yaml } = file
  const [first] = yaml.faults.filter((fault) => fault.kind !== 'duplicate-key')
  if (first) {
    report({ at: first.at, message: messageOf(first, yaml), fixes: first.kind === 'tab' ? [withoutTabs(yaml)] : [] })
    return
  }
  const top = yaml.root?.kind === 'map' ? yaml.root : undefined
  for (const fault of yaml.faults) {
    const entry = top?.entries.find((each) => each.keyAt.start === fault.at.start)
    const key = yaml.text.slice(fault.at.start).match(/^["']?([^"'\n]*?)["']?\s*:(?:\s|$)/)?.[1] ?? ''
    report({
      at: entry?.keyAt ?? fault.at,
      severity: entry || /^aws:|^["']aws:/.test(key) ? 'error' : 'warning',
      message: `"${key}" is there twice, and the first one is lost: write one block with what both have.`,
      fixes: entry && top && !top.flow ? merged(yaml, top, fault) : [],
    })
  }
  for (const { key, keyAt, value } of top?.entries ?? []) {
    if (extensionKeys.includes(key) || value === undefined) continue
    const near = nearest(key.replaceAll('-', '_'), extensionKeys)
    report({
      at: keyAt,
      message: `"${key}" is no key of such a file: Elastic Beanstalk leaves the whole of ${yaml.path.slice(beanstalk.root.length + 1)} aside.${near === undefined ? '' : ` Is ${near} meant?`}`,
      fixes:
        near === undefined || top?.entries.some((each) => each.key === near)
          ? []
          : [{ title: `Write ${near}`, safe: false, edits: [{ ...keyAt, newText: yaml.text.slice(keyAt.start, keyAt.end).replace(key, near) }] }],
    })
  }
}

function messageOf(fault: YamlFault, { text }: YamlFile): string {
  if (fault.kind === 'tab') return 'A tab indents this line, which YAML does not allow: the file cannot be read, and the deployment fails. Use spaces.'
  const kind = /^\s*\{/.test(text) ? 'JSON' : 'YAML'
  return `This is no ${kind}: ${fault.message.charAt(0).toLowerCase()}${fault.message.slice(1).replace(/\.$/, '')}. The file cannot be read, and the deployment fails.`
}

/** Every tab that indents becomes the spaces by which the file indents otherwise. */
function withoutTabs({ path, text }: YamlFile): FindingFix {
  const step = /\n( +)\S/.exec(text)?.[1] ?? '  '
  const edits = [...text.matchAll(/^[ ]*\t[ \t]*/gm)].map((match) => {
    const tabs = match[0].split('\t').length - 1
    const spaces = match[0].replaceAll('\t', '').length
    return { path, start: match.index, end: match.index + match[0].length, newText: ' '.repeat(spaces + tabs * Math.min(step.length, 4)) }
  })
  return { title: 'Indent with spaces', safe: false, edits }
}

/** The second block's lines move behind those of the first, where the two have nothing in common but the names of namespaces. */
function merged(yaml: YamlFile, top: YamlMap, fault: YamlFault): FindingFix[] {
  const second = top.entries.find((entry) => entry.keyAt.start === fault.at.start)
  const first = top.entries.find((entry) => entry.key === second?.key)
  if (!first || !second || first === second) return []
  const edits = moved(yaml, first, second, 0)
  return edits ? [{ title: `Write one ${second.key}`, safe: true, edits: [...edits, { ...linesOfEntry(yaml, second), newText: '' }] }] : []
}

function moved(yaml: YamlFile, first: YamlEntry, second: YamlEntry, depth: number): FindingEdit[] | undefined {
  const [to, from] = [first.value, second.value]
  if (to?.kind !== 'map' || from?.kind !== 'map' || to.flow || from.flow || depth > 1 || indentation(yaml, to) !== indentation(yaml, from)) return undefined
  const end = linesOfEntry(yaml, first).end
  const edits: FindingEdit[] = []
  for (const entry of from.entries) {
    const same = to.entries.find((each) => each.key === entry.key)
    const inner = same && moved(yaml, same, entry, depth + 1)
    if (same && !inner) return undefined
    if (inner) edits.push(...inner)
    else {
      const lines = linesOfEntry(yaml, entry)
      const text = yaml.text.slice(lines.start, lines.end)
      edits.push({ path: yaml.path, start: end, end, newText: text.endsWith('\n') ? text : `${text}\n` })
    }
  }
  return edits
}

const indentation = ({ text }: YamlFile, { at }: YamlMap): string => text.slice(text.lastIndexOf('\n', at.start - 1) + 1, at.start)
