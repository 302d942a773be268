import { type Beanstalk, hookPhases, isModern, type PlatformHook } from '../../deployment/platforms/beanstalk.ts'
import { basename, isInside, join, relativeTo } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { cli, oldCli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { firstLine } from './lib/yaml-edits.ts'

const site = `${cli}${project}${settings}${requirements}`
const script = `#!/bin/bash
source /var/app/venv/*/bin/activate
python manage.py collectstatic --noinput
`

export const rule = defineRule({
  id: 'platform/hook-does-not-run',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A script for `.platform/hooks` lies where it is not run, or cannot be started.',
  explanation: `
Elastic Beanstalk runs the files in \`.platform/hooks/prebuild\`, \`predeploy\` and \`postdeploy\` (and the same three in \`.platform/confighooks\`), in alphabetical
order. A script beside these folders is not run, and nothing says so. One that is run needs a first line \`#!/bin/bash\`; with the line ends of Windows
that line names a program \`/bin/bash\\r\`, which is not there, and the deployment fails.

The executable bit does not matter: Amazon Linux 2023, and Amazon Linux 2 since April 2022, set it.
`,
  source: 'AWS Elastic Beanstalk developer guide, "Extending Elastic Beanstalk Linux platforms": platform hooks; execve(2) on "#!" lines.',
  examples: {
    failing: [
      {
        title: 'beside the folders of the phases',
        files: `\n${site}#- .platform/hooks/01_static.sh\n${script.replace('\n', '\n# <---- error[platform/hook-does-not-run]: Hooks run from .platform/hooks/prebuild, predeploy and postdeploy\n')}`,
      },
      {
        title: 'a phase that is none',
        files: `\n${site}#- .platform/hooks/post_deploy/01_static.sh\n${script.replace('\n', '\n# <---- error[platform/hook-does-not-run]: Hooks run from .platform/hooks/prebuild, predeploy and postdeploy\n')}`,
      },
      {
        title: 'without hooks in its path',
        files: `\n${site}#- .platform/postdeploy/01_static.sh\n${script.replace('\n', '\n# <---- error[platform/hook-does-not-run]: Hooks run from .platform/hooks/prebuild, predeploy and postdeploy\n')}`,
      },
      {
        title: 'no interpreter',
        files: `
${site}#- .platform/hooks/predeploy/01_static.sh
source /var/app/venv/*/bin/activate
# <---- error[platform/hook-does-not-run]: The first line names no interpreter
python manage.py collectstatic --noinput
`,
      },
      {
        title: 'line ends of Windows',
        files: `\n${site}#- .platform/hooks/predeploy/01_static.sh\n${script.replaceAll('\n', '\r\n').replace('\r\n', '\r\n# <---- error[platform/hook-does-not-run]: The lines end as on Windows\n')}`,
      },
      {
        title: 'on the first generation',
        files: `\n${oldCli}${project}${settings}${requirements}#- .platform/hooks/predeploy/01_static.sh\n${script.replace('\n', '\n# <---- error[platform/hook-does-not-run]: The Amazon Linux AMI does not know .platform\n')}`,
      },
    ],
    passing: [
      {
        title: 'in its place, with other files about',
        files: `
${site}#- .platform/hooks/postdeploy/01_static.sh
${script}#- .platform/confighooks/predeploy/01_static.sh
${script}#- .platform/hooks/prebuild/02_fetch.py
#!/usr/bin/env python3
print("fetched")
#- .platform/hooks/README.md
notes
#- .platform/hooks/postdeploy/.gitkeep
#- .platform/files/limits.conf
* soft nofile 65536
`,
      },
      {
        title: 'a script that a hook starts',
        files: `
${site}#- .platform/hooks/postdeploy/01_static.sh
#!/bin/bash
bash .platform/hooks/lib/static.sh
#- .platform/hooks/lib/static.sh
source /var/app/venv/*/bin/activate
python manage.py collectstatic --noinput
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) {
      if (beanstalk.platform.generation === 'AL1') reportOld(beanstalk, context)
      else {
        for (const hook of beanstalk.hooks) checkHook(hook, beanstalk, context)
        checkOutside(beanstalk, context)
      }
    }
  },
})

function checkHook(hook: PlatformHook, beanstalk: Beanstalk, context: DeploymentContext): void {
  const { path, text } = hook
  if (basename(path).startsWith('.') || text.trim() === '' || /\.(md|txt|rst|ya?ml|json|conf|example|disabled|bak)$/i.test(path)) return
  if (hook.phase === undefined) {
    reportPlace(path, text, beanstalk, context)
    return
  }
  const returns = [...text.matchAll(/\r\n/g)]
  if (returns.length > 0) {
    context.report({
      at: firstLine(path, text),
      message: `The lines end as on Windows: the first one names a program "${(/^#!\s*(\S+)/.exec(text)?.[1] ?? '/bin/bash').trim()}\\r", which is not there, and the deployment fails. Save the file with line ends of Unix.`,
      fixes: [
        { title: 'Save it with line ends of Unix', safe: true, edits: returns.map((each) => ({ path, start: each.index, end: each.index + 1, newText: '' })) },
      ],
    })
  } else if (!text.startsWith('#!') && !/^\x7fELF/.test(text)) {
    const shell = /\.py$/.test(path) ? '#!/usr/bin/env python3' : '#!/bin/bash'
    context.report({
      at: firstLine(path, text),
      message: `The first line names no interpreter: the hook cannot be started, and the deployment fails ("exec format error"). Begin it with ${shell}.`,
      fixes: [{ title: `Begin it with ${shell}`, safe: true, edits: [{ path, start: 0, end: 0, newText: `${shell}\n` }] }],
    })
  }
}

/** Scripts in a folder of `.platform` that is called as a phase, or nearly. */
function checkOutside(beanstalk: Beanstalk, context: DeploymentContext): void {
  for (const path of beanstalk.files) {
    const relative = relativeTo(path, beanstalk.root)
    if (
      !/^\.(?:platform\/(?:hook|(?:pre|post)[-_]?(?:build|deploy))|platforms\/(?:conf(?:ig)?)?hooks|ebextensions\/hooks|ebextensions\/(?:pre|post)deploy)\/.*\.sh$/i.test(
        relative,
      )
    )
      continue
    const content = context.snapshot.content(path)
    if (content.state === 'content') reportPlace(path, content.value.text, beanstalk, context)
  }
}

function reportPlace(path: string, text: string, beanstalk: Beanstalk, { snapshot, report }: DeploymentContext): void {
  const relative = relativeTo(path, beanstalk.root)
  // A copy in the right place is the one that runs.
  if (
    beanstalk.hooks.some((each) => each.phase !== undefined && each.text === text) ||
    isUsed(relative, beanstalk, snapshot) ||
    (!text.startsWith('#!') && !path.endsWith('.sh'))
  )
    return
  const said = relative.toLowerCase().replace(/[-_]/g, '')
  const phase = hookPhases.find((each) => said.includes(`/${each}/`))
  const target = (each: string): string =>
    join(beanstalk.root, `.platform/${relative.includes('confighooks') ? 'confighooks' : 'hooks'}/${each}/${basename(path)}`)
  const fixes = (phase === undefined ? [...hookPhases].reverse() : [phase])
    .filter((each) => !beanstalk.files.includes(target(each)))
    .map(
      (each): FindingFix => ({
        title: `Write it to ${relativeTo(target(each), beanstalk.root)}`,
        safe: false,
        edits: [{ path: target(each), start: 0, end: 0, newText: text, executable: true }],
        commands: [`git rm ${relative}`],
      }),
    )
  report({
    at: firstLine(path, text),
    message: `Hooks run from .platform/hooks/prebuild, predeploy and postdeploy only: ${relative} is not run. Move it to the folder of the phase in which it is wanted.`,
    fixes,
  })
}

/** Whether anything else of the bundle names the file: a script that hooks share. */
function isUsed(relative: string, beanstalk: Beanstalk, snapshot: DeploymentContext['snapshot']): boolean {
  const name = basename(relative)
  return (
    beanstalk.hooks.some((hook) => relativeTo(hook.path, beanstalk.root) !== relative && hook.text.includes(name)) ||
    beanstalk.extensions.some((file) => file.yaml.text.includes(name)) ||
    [beanstalk.procfile?.path, beanstalk.buildfile].some((path) => {
      const content = path === undefined ? undefined : snapshot.content(path)
      return content?.state === 'content' && content.value.text.includes(name)
    })
  )
}

function reportOld(beanstalk: Beanstalk, { report }: DeploymentContext): void {
  const hook = beanstalk.hooks.find((each) => each.phase !== undefined && isInside(each.path, beanstalk.root))
  if (!hook || isModern(beanstalk)) return
  report({
    at: firstLine(hook.path, hook.text),
    message: `The Amazon Linux AMI does not know .platform: ${relativeTo(hook.path, beanstalk.root)} is not run. Use container_commands, or a platform on Amazon Linux 2023.`,
    related: beanstalk.platform.at ? [{ at: beanstalk.platform.at, message: `the platform is ${beanstalk.platform.name}` }] : [],
  })
}
