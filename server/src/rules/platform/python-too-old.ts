import { allInstructions, rootImage } from '../../deployment/platforms/dockerfile.ts'
import { pythonForDjango } from '../../deployment/platforms/python-needed.ts'
import { type Requirement, readRequirements } from '../../deployment/platforms/requirements.ts'
import type { Place } from '../../problem/place.ts'
import { dirname, join } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { project, settings } from './lib/beanstalk-example.ts'
import { dependencyFile } from './lib/bundle-requirements.ts'

const platform = (name: string): string => `#- .elasticbeanstalk/config.yml
global:
  default_platform: ${name}
${project}${settings}`
const image = (tag: string): string => `#- Dockerfile
FROM python:${tag}
COPY requirements.txt .
RUN pip install -r requirements.txt
`

export const rule = defineRule({
  id: 'platform/python-too-old',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The Python of the platform or image is too old for the release of Django that the requirements ask for.',
  explanation: `
A release of Django can be installed from a certain Python on: 6.0 from 3.12, 5.x from 3.10, 4.x from 3.8, 3.x from 3.6. pip finds "no matching
distribution" on an older one, and the deployment, or the build of the image, fails.

It is reported where the requirement leaves no older release open, and the Python is told: by \`default_platform\` of the EB CLI, or by the tag of an image \`python:3.x\`.
`,
  source: 'Django\'s FAQ, "What Python version can I use with Django?", and Requires-Python of its releases on PyPI (December 2025).',
  examples: {
    failing: [
      {
        title: 'Elastic Beanstalk',
        files: `\n${platform('Python 3.8 running on 64bit Amazon Linux 2')}#- requirements.txt\nDjango==5.0.6\n# <---- error[platform/python-too-old]: Django 5.0 needs Python 3.10, and the platform has 3.8\n`,
      },
      {
        title: 'an image',
        files: `\n${image('3.9-slim-bookworm')}#- requirements.txt\ngunicorn==22.0.0\nDjango>=5.1,<5.2\n# <---- error[platform/python-too-old]: Django 5.1 needs Python 3.10, and the image has 3.9\n`,
      },
    ],
    passing: [
      { title: 'new enough', files: `\n${platform('Python 3.11 running on 64bit Amazon Linux 2023')}#- requirements.txt\nDjango==5.0.6\n` },
      { title: 'an image without a minor version', files: `\n${image('3-slim')}#- requirements.txt\nDjango==5.0.6\n` },
      { title: 'an older release is left open', files: `\n${image('3.8')}#- requirements.txt\nDjango<6\n` },
      { title: 'by marker', files: `\n${image('3.8')}#- requirements.txt\nDjango==4.2; python_version < "3.10"\nDjango==5.0; python_version >= "3.10"\n` },
    ],
  },
  check(context) {
    const { deployment, report } = context
    for (const beanstalk of deployment.beanstalks) {
      const { python, family, at, name } = beanstalk.platform
      const file = family === 'python' && !beanstalk.cli?.artifact ? dependencyFile(beanstalk) : undefined
      if (python === undefined || !file?.endsWith('.txt')) continue
      tell(file, python, 'platform', at ? { at, message: `the platform is ${name}` } : undefined, () => [], context)
    }
    for (const file of deployment.containerSetup.dockerfiles) {
      const stage = file.stages.at(-1)
      const python = stage && /^(?:docker\.io\/)?(?:library\/)?python:(3\.\d+)(?=$|[.-])/.exec(rootImage(file, stage) ?? '')?.[1]
      if (!stage || python === undefined) continue
      const requirements = join(dirname(file.path), 'requirements.txt')
      const installs = allInstructions(file, stage).some(
        (each) => each.name === 'RUN' && /pip3?\s+install\s[^\n]*-r\s*(\.?\/?[\w/]*\/)?requirements\.txt/.test(each.text),
      )
      if (!installs || !context.files.includes(requirements)) continue
      const first = file.stages.find((each) => each.base?.includes(`python:${python}`))
      const offset = first ? file.text.slice(first.baseAt.start, first.baseAt.end).indexOf(python) : -1
      const newer = (minor: number): FindingFix[] =>
        first && offset >= 0
          ? [
              {
                title: `Build on Python 3.${minor}`,
                safe: false,
                edits: [{ path: file.path, start: first.baseAt.start + offset, end: first.baseAt.start + offset + python.length, newText: `3.${minor}` }],
              },
            ]
          : []
      tell(requirements, python, 'image', first && { at: first.baseAt, message: 'the image is named here' }, newer, context)
    }

    function tell(
      file: string,
      python: string,
      what: string,
      related: { at: Place; message: string } | undefined,
      fixes: (minor: number) => FindingFix[],
      { snapshot }: DeploymentContext,
    ): void {
      const all = readRequirements(snapshot, file)?.all.filter((each) => each.name === 'django') ?? []
      const [requirement, ...others] = all
      if (!requirement || others.length > 0 || requirement.conditional) return
      const needed = neededBy(requirement)
      if (!needed || Number(python.slice(2)) >= needed.minor || !python.startsWith('3.')) return
      report({
        at: { ...requirement.nameAt, end: requirement.nameAt.start + 'django'.length },
        message: `Django ${needed.release} needs Python 3.${needed.minor}, and the ${what} has ${python}: pip finds no release to install, and the ${what === 'image' ? 'build' : 'deployment'} fails.`,
        related: related ? [related] : [],
        fixes: fixes(needed.minor),
      })
    }
  },
})

const neededBy = ({ specifier }: Requirement): ReturnType<typeof pythonForDjango> => pythonForDjango(specifier)
