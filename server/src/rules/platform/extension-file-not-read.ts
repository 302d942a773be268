import { extensionKeys } from '../../deployment/platforms/extension-file.ts'
import { readYaml } from '../../deployment/platforms/yaml.ts'
import { basename, dirname, isInside, join, relativeTo } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { defineRule } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { firstLine } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`
const options = `option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
`
const marked = (message: string): string => options.replace('\n', `\n# <---- error[platform/extension-file-not-read]: ${message}\n`)

export const rule = defineRule({
  id: 'platform/extension-file-not-read',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A configuration file for Elastic Beanstalk has a name or a place at which it is not read.',
  explanation: `
Elastic Beanstalk reads the files \`*.config\` directly in \`.ebextensions\` in the root of the source bundle. A file \`01_python.yml\` there, or one in \`ebextensions\`
without the point, is uploaded and never looked at: its options and commands have no effect, and nothing says so.

It is reported for files that have the keys of such a file at their top.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Advanced environment customization with configuration files (.ebextensions)".',
  examples: {
    failing: [
      { title: 'another extension', files: `\n${site}#- .ebextensions/01_python.yml\n${marked('Only files with the extension .config are read')}` },
      { title: 'a folder without the point', files: `\n${site}#- ebextensions/01_python.config\n${marked('Such files are read in the folder .ebextensions')}` },
      { title: 'a folder with a slip', files: `\n${site}#- .ebextension/01_python.config\n${marked('Such files are read in the folder .ebextensions')}` },
      {
        title: 'a folder inside the bundle',
        files: `\n${site}#- harbor/.ebextensions/01_python.config\n${marked('Such files are read in the root of the bundle')}`,
      },
    ],
    passing: [
      {
        title: 'as it should be, with other files beside',
        files: `\n${site}#- .ebextensions/01_python.config\n${options}#- .ebextensions/README.md\nnotes\n#- .ebextensions/data/users.yml\nusers: [a, b]\n#- .ebextensions/02_old.config.disabled\n${options}`,
      },
      {
        title: 'two applications, each with its own folder',
        files: `\n${site}#- .ebextensions/01_python.config\n${options}#- worker/.elasticbeanstalk/config.yml\nglobal:\n  default_platform: Docker running on 64bit Amazon Linux 2023\n#- worker/.ebextensions/01.config\n${options.replace('python', 'docker')}`,
      },
      { title: 'a template that is copied elsewhere', files: `\n${site}#- deploy/templates/options.config\n${options}` },
    ],
  },
  check({ deployment, files, snapshot, report }) {
    for (const beanstalk of deployment.beanstalks) {
      const { root } = beanstalk
      // A folder is the root of a bundle for certain where the EB CLI's own file is.
      const nested = !beanstalk.cli && deployment.beanstalks.find((each) => each.cli && !each.cli.artifact && each.root !== root && isInside(root, each.root))
      if (nested && beanstalk.extensions.length > 0) {
        for (const file of beanstalk.extensions) {
          report({
            at: firstLine(file.path, file.yaml.text),
            message: `Such files are read in the root of the bundle only, ${relativeTo(file.path, nested.root)} is not: its options and commands have no effect. Move it to .ebextensions beside .elasticbeanstalk.`,
            related: nested.cli ? [{ at: { path: nested.cli.path, start: 0, end: 0 }, message: 'the bundle is made of this folder' }] : [],
            fixes: [
              {
                title: `Move it to .ebextensions/${basename(file.path)}`,
                safe: false,
                edits: [],
                commands: [`git mv ${relativeTo(file.path, nested.root)} .ebextensions/${basename(file.path)}`],
              },
            ],
          })
        }
        continue
      }
      for (const path of files) {
        const folder = dirname(path)
        if (dirname(folder) !== root || !looksAlike(basename(folder)) || !isExtension(snapshot, path)) continue
        const right = basename(folder) === '.ebextensions'
        if (right && !/\.(ya?ml|json|conf|cfg|config\.txt|ebextensions?)$/i.test(path)) continue
        if (!right && !/\.(config|ya?ml|json)$/.test(path)) continue
        const name = `${basename(path).replace(/\.(ya?ml|json|conf|cfg|config\.txt|config|ebextensions?)$/i, '')}.config`
        const target = join(root, '.ebextensions', name)
        const content = snapshot.content(path)
        // A copy in the right place is the one that is read.
        if (content.state !== 'content' || files.includes(target)) continue
        report({
          at: firstLine(path, content.value.text),
          message: right
            ? `Only files with the extension .config are read in .ebextensions: the options and commands of ${basename(path)} have no effect. Name it ${name}.`
            : `Such files are read in the folder .ebextensions, not in ${basename(folder)}: the options and commands of ${basename(path)} have no effect.`,
          fixes: [
            {
              title: `Write it to .ebextensions/${name}`,
              safe: false,
              edits: [{ path: target, start: 0, end: 0, newText: content.value.text }],
              commands: [`git rm ${relativeTo(path, root)}`],
            },
          ],
        })
      }
    }
  },
})

const looksAlike = (folder: string): boolean => /^\.?eb[-_]?ext[aei]?n[sct]i?ons?$/i.test(folder)

/** Whether the file has the keys of a configuration file at its top, and those that mean something here. */
function isExtension(snapshot: Snapshot, path: string): boolean {
  if (!/\.(ya?ml|json|conf|cfg|config|txt|ebextensions?)$/i.test(path)) return false
  const root = readYaml(snapshot, path)?.root
  return (
    root?.kind === 'map' &&
    root.entries.length > 0 &&
    root.entries.every((entry) => extensionKeys.includes(entry.key)) &&
    root.entries.some((entry) => /^(option_settings|packages|files|commands|container_commands|services)$/.test(entry.key))
  )
}
