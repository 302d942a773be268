import type { Beanstalk } from '../../deployment/platforms/beanstalk.ts'
import { oldStaticNamespace, pythonNamespace, staticNamespace } from '../../deployment/platforms/beanstalk.ts'
import type { IgnorePattern } from '../../deployment/platforms/ignore-file.ts'
import { readRequirements } from '../../deployment/platforms/requirements.ts'
import type { Place } from '../../problem/place.ts'
import { isInside, join, relativeTo } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { cli, project, requirements, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'

const site = `${cli}${project}${settings}${requirements}#- .ebextensions/01_python.config
option_settings:
  aws:elasticbeanstalk:container:python:
    WSGIPath: harbor.wsgi:application
`

export const rule = defineRule({
  id: 'platform/left-out-of-bundle',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A file that Elastic Beanstalk needs is kept out of the bundle by `.ebignore` or `.gitignore`.',
  explanation: `
\`eb deploy\` zips the folder without what \`.ebignore\` names. Where there is no \`.ebignore\` and the EB CLI uses Git (\`sc: git\`), it takes what the last commit
holds, in which nothing is that \`.gitignore\` kept out. A requirements file, \`.ebextensions\`, \`.platform\`, a \`Procfile\` or the application's own package that is
left out is not on the server: packages are not installed, options are not set, or the application cannot be imported.

With \`.gitignore\` it is a warning, as a file can have been added by force. A \`.gitignore\` beside an \`.ebignore\` does not count.
`,
  source: 'aws-elastic-beanstalk-cli: get_ebignore_list and _zip_up_code; AWS Elastic Beanstalk developer guide, "Ignoring files using .ebignore".',
  examples: {
    failing: [
      {
        title: 'the requirements by name',
        files: `
${site}#- .ebignore
*.pyc
venv/
/requirements.txt
# <---- error[platform/left-out-of-bundle]: "/requirements.txt" keeps requirements.txt out
`,
      },
      {
        title: 'by a broad pattern, with an exception for another file',
        files: `
${site}#- .ebignore
*.txt
# <---- error[platform/left-out-of-bundle]: "*.txt" keeps requirements.txt out
!robots.txt
`,
      },
      {
        title: 'the configuration files, as hidden ones',
        files: `
${site}#- .ebignore
.*
# <---- error[platform/left-out-of-bundle]: ".*" keeps .ebextensions/01_python.config out
`,
      },
      {
        title: 'what the requirements name',
        files: `
${site.replace('Django==3.2.25\npsycopg2-binary==2.9.9\ngunicorn==22.0.0\n', '-r config/requirements/production.txt\n')}#- config/requirements/production.txt
Django==3.2.25
#- .ebignore
config/
# <---- error[platform/left-out-of-bundle]: "config/" keeps config/requirements/production.txt out
`,
      },
      {
        title: 'by Git',
        files: `
${site}#- .gitignore
*.pyc
requirements.txt
# <---- warning[platform/left-out-of-bundle]: "requirements.txt" keeps requirements.txt out of Git
`,
      },
      {
        title: 'static files that are in the repository',
        files: `
${site}  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: staticfiles
#- staticfiles/site.css
#- .ebignore
staticfiles
# <---- error[platform/left-out-of-bundle]: "staticfiles" keeps staticfiles/site.css out
`,
      },
    ],
    passing: [
      { title: 'an exception behind it', files: `\n${site}#- .ebignore\n*.txt\n!requirements.txt\n` },
      {
        title: 'what the EB CLI writes itself',
        files: `\n${site}#- .gitignore\n.elasticbeanstalk/*\n!.elasticbeanstalk/*.cfg.yml\n!.elasticbeanstalk/*.global.yml\n`,
      },
      { title: 'an .ebignore counts instead of the .gitignore', files: `\n${site}#- .gitignore\nrequirements.txt\n.ebextensions/\n#- .ebignore\nvenv/\n` },
      { title: 'another file of the name', files: `\n${site}#- docs/requirements.txt\nsphinx\n#- .ebignore\ndocs/\n/config/requirements.txt\n` },
      {
        title: 'requirements that are not those of the bundle',
        files: `\n${site}#- config/requirements/production.txt\nDjango\n#- .ebignore\n/config/requirements/\n`,
      },
      {
        title: 'static files that are collected on the server',
        files: `
${site}  aws:elasticbeanstalk:environment:proxy:staticfiles:
    /static: staticfiles
#- staticfiles/site.css
#- .platform/hooks/predeploy/01_static.sh
#!/bin/bash
source /var/app/venv/*/bin/activate
python manage.py collectstatic --noinput
#- .ebignore
staticfiles/
`,
      },
    ],
  },
  check(context) {
    for (const beanstalk of context.deployment.beanstalks) if (!beanstalk.cli?.artifact) checkBundle(beanstalk, context)
  },
})

function checkBundle(beanstalk: Beanstalk, context: DeploymentContext): void {
  const told = new Set<IgnorePattern>()
  for (const { path, without } of needed(beanstalk, context)) {
    const found = beanstalk.leftOut(path)
    if (!found || told.has(found.pattern)) continue
    const { pattern, by } = found
    if (by === '.gitignore' && isTracked(path, beanstalk, context)) continue
    told.add(pattern)
    const relative = relativeTo(path, beanstalk.root)
    context.report({
      at: pattern.at,
      severity: by === '.ebignore' ? 'error' : 'warning',
      message:
        by === '.ebignore'
          ? `"${pattern.text}" keeps ${relative} out of what "eb deploy" uploads: ${without}. Take the line out, or add an exception.`
          : `"${pattern.text}" keeps ${relative} out of Git, and "eb deploy" uploads what Git has: ${without}. Take the line out, or write an .ebignore without it.`,
      fixes: fixes(pattern, by, relative, context),
    })
  }
}

interface Needed {
  readonly path: string
  readonly without: string
}

/** What must be in the bundle, with what happens where it is not. */
function needed(beanstalk: Beanstalk, { deployment, snapshot }: DeploymentContext): Needed[] {
  const { root, files, platform } = beanstalk
  const list: Needed[] = []
  const packages = platform.family === 'python' || platform.family === undefined ? dependencyFile(beanstalk) : undefined
  if (packages !== undefined && platform.family === 'python') {
    list.push({ path: packages, without: 'its packages are not installed, and the application cannot be imported' })
    for (const path of packages.endsWith('.txt') ? (readRequirements(snapshot, packages)?.files.slice(1) ?? []) : [])
      list.push({ path, without: 'requirements.txt names it, so that the installation of the packages fails' })
  }
  for (const file of beanstalk.extensions) list.push({ path: file.path, without: 'none of its options and commands is carried out' })
  for (const hook of beanstalk.hooks) list.push({ path: hook.path, without: 'the hook does not run' })
  for (const path of files.filter((each) => isInside(each, join(root, '.platform/nginx')) || isInside(each, join(root, '.platform/httpd'))))
    list.push({ path, without: "the server's configuration is not changed" })
  if (beanstalk.procfile) list.push({ path: beanstalk.procfile.path, without: 'its processes are not started' })
  if (platform.family === 'docker') {
    for (const name of ['Dockerfile', 'Dockerrun.aws.json', 'docker-compose.yml'])
      if (files.includes(join(root, name))) list.push({ path: join(root, name), without: 'there is nothing to build the container from' })
  }
  if (platform.family === 'python') {
    const wsgi = beanstalk.option(pythonNamespace, 'WSGIPath')?.value?.text.replace(/:.*$/, '')
    const module = wsgi === undefined ? undefined : join(root, wsgi.endsWith('.py') ? wsgi : `${wsgi.replaceAll('.', '/')}.py`)
    if (module !== undefined && files.includes(module)) list.push({ path: module, without: 'the application that WSGIPath names cannot be imported' })
    for (const django of deployment.django) {
      const [only, ...others] = django.settingsModules
      if (only?.path !== undefined && others.length === 0 && isInside(only.path, root)) list.push({ path: only.path, without: 'Django has no settings' })
    }
    if (!collects(beanstalk)) {
      for (const option of beanstalk.options.filter((each) => each.namespace === staticNamespace || each.namespace === oldStaticNamespace)) {
        const folder = join(root, `./${(option.value?.text ?? '').replace(/^\/+/, '')}`)
        const file = folder === root ? undefined : files.find((path) => isInside(path, folder))
        if (file !== undefined) list.push({ path: file, without: `${option.name} is answered with 404` })
      }
    }
  }
  return list
}

/** Whether something run on the server collects the static files. */
const collects = (beanstalk: Beanstalk): boolean =>
  beanstalk.hooks.some((hook) => hook.text.includes('collectstatic')) ||
  beanstalk.extensions.some((file) => file.yaml.text.includes('collectstatic')) ||
  beanstalk.buildfile !== undefined ||
  (beanstalk.procfile?.text.includes('collectstatic') ?? false)

/** Whether Git has the file all the same: its index holds the paths as they are. */
function isTracked(path: string, { root }: Beanstalk, { snapshot }: DeploymentContext): boolean {
  const index = snapshot.bytes(join(root, '.git/index'))
  if (index.state === 'refused') return true
  if (index.state !== 'content') return false
  return new TextDecoder('latin1').decode(index.value).includes(`${relativeTo(path, root)}\0`)
}

function fixes(pattern: IgnorePattern, by: string, relative: string, { snapshot }: DeploymentContext): FindingFix[] {
  const content = snapshot.content(pattern.at.path)
  const text = content.state === 'content' ? content.value.text : ''
  const next = text.indexOf('\n', pattern.at.end)
  const line: Place = { path: pattern.at.path, start: pattern.at.start, end: next < 0 ? text.length : next + 1 }
  const remove: FindingFix = { title: `Take "${pattern.text}" out of ${by}`, safe: false, edits: [{ ...line, newText: '' }] }
  const names = pattern.text.replace(/^\//, '').replace(/\/$/, '')
  const broad = /[*?[]/.test(names)
  // Git does not look for exceptions below a folder that is left out.
  const canExcept = by === '.ebignore' || relative.split('/').at(-1) === names || (broad && !relative.includes('/'))
  const folder = relative.includes('/') && pattern.matches(relative.slice(0, relative.lastIndexOf('/') + 1))
  const exception = `!/${folder ? `${relative.slice(0, relative.indexOf('/'))}/${relative.startsWith('.') ? '**' : relative.slice(relative.indexOf('/') + 1)}` : relative}`
  const except: FindingFix = {
    title: `Add the exception "${exception}"`,
    safe: false,
    edits: [{ path: pattern.at.path, start: pattern.at.end, end: pattern.at.end, newText: `\n${exception}` }],
  }
  if (!canExcept) return [remove]
  return broad ? [except, remove] : [remove, except]
}
