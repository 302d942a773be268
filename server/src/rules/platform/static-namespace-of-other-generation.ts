import { type Beanstalk, isModern, oldStaticNamespace, staticNamespace } from '../../deployment/platforms/beanstalk.ts'
import type { ExtensionFile, ExtensionOption } from '../../deployment/platforms/extension-file.ts'
import { entryOf } from '../../deployment/platforms/yaml.ts'
import { defineRule, type FindingEdit, type FindingFix } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { linesOfEntry, replaceScalar } from './lib/yaml-edits.ts'

const site = `${project}${settings}${requirements}`

export const rule = defineRule({
  id: 'platform/static-namespace-of-other-generation',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The namespace of static files is that of another generation of Elastic Beanstalk.',
  explanation: `
The first generation (Amazon Linux AMI) mapped static files in \`aws:elasticbeanstalk:container:python:staticfiles\`. Amazon Linux 2 and 2023 do not know that
namespace and refuse the deployment ("Invalid option specification … Unknown configuration setting"); theirs is
\`aws:elasticbeanstalk:environment:proxy:staticfiles\`, which the first generation did not have.

The generation is taken from \`default_platform\` in \`.elasticbeanstalk/config.yml\`, or from what only Amazon Linux 2 and later have, as \`.platform\` and \`/var/app\`.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Migrating your application to Amazon Linux 2": Python; "Python platform options".',
  examples: {
    failing: [
      {
        title: 'the old one on Amazon Linux 2023',
        files: `
${cli}${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
  aws:elasticbeanstalk:container:python:staticfiles:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/static-namespace-of-other-generation]: Amazon Linux 2023 does not know the namespace
    "/static/": "staticfiles/"
`,
      },
      {
        title: 'in a list, where .platform tells the generation',
        files: `
${site}#- .platform/hooks/postdeploy/01_log.sh
#!/bin/bash
date >> /var/log/deployments.log
#- .ebextensions/01_python.config
option_settings:
  - namespace: aws:elasticbeanstalk:container:python:staticfiles
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/static-namespace-of-other-generation]: Amazon Linux 2 and later do not know
    option_name: /static
    value: staticfiles
`,
      },
      {
        title: 'both at once',
        files: `
${cli}${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:staticfiles:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/static-namespace-of-other-generation]: Amazon Linux 2023 does not know the namespace
    /static: staticfiles
  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: staticfiles
`,
      },
      {
        title: 'the new one on the first generation',
        files: `
${oldCli}${site}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:environment:proxy:staticfiles:
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/static-namespace-of-other-generation]: The Amazon Linux AMI does not know the namespace
    /static: staticfiles
`,
      },
    ],
    passing: [
      {
        title: 'the new one on Amazon Linux 2023',
        files: `\n${cli}${site}#- .ebextensions/01_python.config\noption_settings:\n  aws:elasticbeanstalk:environment:proxy:staticfiles:\n    /static: staticfiles\n`,
      },
      {
        title: 'the old one on the first generation',
        files: `\n${oldCli}${site}#- .ebextensions/01_python.config\noption_settings:\n  aws:elasticbeanstalk:container:python:staticfiles:\n    /static/: staticfiles/\n`,
      },
      {
        title: 'nothing tells the generation',
        files: `\n${site}#- .ebextensions/01_python.config\noption_settings:\n  aws:elasticbeanstalk:container:python:staticfiles:\n    /static/: staticfiles/\n`,
      },
    ],
  },
  check({ deployment, report }) {
    for (const beanstalk of deployment.beanstalks) {
      const { generation } = beanstalk.platform
      if (generation === undefined) continue
      const wrong = isModern(beanstalk) ? oldStaticNamespace : staticNamespace
      const right = isModern(beanstalk) ? staticNamespace : oldStaticNamespace
      const who = {
        AL1: 'The Amazon Linux AMI does not',
        AL2: 'Amazon Linux 2 does not',
        AL2023: 'Amazon Linux 2023 does not',
        'AL2+': 'Amazon Linux 2 and later do not',
      }[generation]
      for (const file of beanstalk.extensions) {
        const starts = new Set<number>()
        for (const option of file.options.filter((each) => each.namespace === wrong)) {
          if (starts.has(option.namespaceAt.start)) continue
          starts.add(option.namespaceAt.start)
          report({
            at: option.namespaceAt,
            message: `${who} know the namespace ${wrong}: the deployment is refused. Use ${right}.`,
            related: beanstalk.platform.at ? [{ at: beanstalk.platform.at, message: `the platform is ${beanstalk.platform.name}` }] : [],
            fixes: fixes(option, file, beanstalk, right),
          })
        }
      }
    }
  },
})

function fixes(option: ExtensionOption, file: ExtensionFile, beanstalk: Beanstalk, right: string): FindingFix[] {
  const block = entryOf(file.yaml.root, 'option_settings')?.value
  const own = block?.kind === 'map' ? block.entries.find((entry) => entry.keyAt.start === option.namespaceAt.start) : undefined
  const siblings = file.options.filter((each) => each.namespaceAt.start === option.namespaceAt.start)
  if (block?.kind === 'map' && block.entries.some((entry) => entry.key === right)) {
    return own && !block.flow ? [{ title: `Take ${option.namespace} out`, safe: false, edits: [{ ...linesOfEntry(file.yaml, own), newText: '' }] }] : []
  }
  const written = file.yaml.text.slice(option.namespaceAt.start, option.namespaceAt.end)
  const edits: FindingEdit[] = [{ ...option.namespaceAt, newText: written.replace(option.namespace, right) }]
  // The later generations write both sides without a slash at the end.
  if (isModern(beanstalk)) {
    for (const { name, nameAt, value } of siblings) {
      if (/.\/$/.test(name)) edits.push({ ...nameAt, newText: file.yaml.text.slice(nameAt.start, nameAt.end).replace(name, name.slice(0, -1)) })
      const folder = value?.text.replace(/^\/+|\/+$/g, '')
      if (value && folder !== undefined && folder !== '' && folder !== value.text) edits.push(replaceScalar(file.yaml, value, folder))
    }
  }
  return [{ title: `Use ${right}`, safe: true, edits }]
}
