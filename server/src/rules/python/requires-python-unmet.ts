import { readMetadata, readPackages } from '../../deployment/python/packages.ts'
import { isExcluded } from '../../deployment/python/specifier.ts'
import { formatPythonVersion } from '../../deployment/python/version.ts'
import type { Virtualenv } from '../../deployment/python/virtualenv.ts'
import type { Place } from '../../problem/place.ts'
import { basename, dirname, join } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'

const venv = (version: string): string => `#- venv/pyvenv.cfg
home = /usr/bin
version = ${version}
`

const packages = (requires: string): string => `#- venv/lib/python3.9/site-packages/Django-5.0.6.dist-info/METADATA
Metadata-Version: 2.1
Name: Django
Version: 5.0.6
Requires-Python: ${requires}
`

export const rule = defineRule({
  id: 'python/requires-python-unmet',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'A virtualenv of a Python that an installed package, or the project itself, does not support.',
  explanation: `
A package says with \`Requires-Python\` which versions it is written for, a project with \`requires-python\` in \`pyproject.toml\`. pip refuses to install it elsewhere, so
that a virtualenv in which the two differ was made by copying, or is to be made anew: the package uses what that Python does not have, and importing it fails.
`,
  source: 'packaging.python.org, "Core metadata specifications": Requires-Python; PEP 440. Django 5.0 on Python 3.9 fails on import.',
  examples: {
    failing: [
      {
        title: 'Django 5 for Python 3.9',
        files: `
${venv('3.9.2\n#         ^^^^^ warning[python/requires-python-unmet]: Django 5.0.6 in venv requires Python >=3.10')}${packages('>=3.10')}`,
      },
      {
        title: 'the project',
        files: `
${venv('3.9.2\n#         ^^^^^ warning[python/requires-python-unmet]: The project requires Python >=3.11')}#- pyproject.toml
[project]
name = "site"
requires-python = ">=3.11"
`,
      },
    ],
    passing: [
      { title: 'met', files: `\n${venv('3.9.2')}${packages('>=3.8')}` },
      {
        title: 'a virtualenv of tools, of another Python than the project',
        files: `\n${venv('3.9.2').replace('#- venv', '#- tools/venv')}#- pyproject.toml\n[project]\nrequires-python = ">=3.11"\n`,
      },
    ],
  },
  check(context) {
    for (const environment of context.deployment.virtualenvs) {
      const said = environment.evidence.find((each) => each.from === 'pyvenv.cfg')
      if (!said?.at || environment.isStale || environment.kind === 'installation' || environment.kind === 'conda') continue
      const unmet = packageUnmet(environment, context) ?? projectUnmet(environment, context)
      if (!unmet) continue
      const python = formatPythonVersion(said.version)
      context.report({
        at: said.at,
        message: `${unmet.what} requires Python ${unmet.specifier}, and the virtualenv is of ${python}: importing it can fail. Make the virtualenv with a Python that fits.`,
        related: [{ at: unmet.at, message: 'This is what is required.' }],
      })
    }
  },
})

interface Unmet {
  readonly what: string
  readonly specifier: string
  readonly at: Place
}

/** Those on which a site stands; the metadata of every package would be hundreds of files. */
const lookedAt = ['Django', 'djangorestframework', 'wagtail', 'celery', 'psycopg', 'psycopg2', 'numpy', 'pandas', 'Flask', 'gunicorn']

function packageUnmet({ sitePackages, version, root }: Virtualenv, { snapshot }: DeploymentContext): Unmet | undefined {
  for (const folder of sitePackages) {
    const packages = readPackages(snapshot, folder)
    if (typeof packages === 'string' || !version) continue
    for (const name of lookedAt) {
      const distribution = packages.get(name)
      const required = distribution && readMetadata(snapshot, distribution)?.requiresPython
      if (required && isExcluded(required.value, version))
        return { what: `${distribution.name} ${distribution.version ?? ''} in ${basename(root)}`, specifier: required.value, at: required.at }
    }
  }
  return undefined
}

/** The `pyproject.toml` in the folder of the virtualenv. */
function projectUnmet({ root, version }: Virtualenv, { files, snapshot }: DeploymentContext): Unmet | undefined {
  const path = join(dirname(root), 'pyproject.toml')
  if (!files.includes(path)) return undefined
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary || !version) return undefined
  const match = /^(requires-python\s*=\s*["'])([^"'\n]+)["']/m.exec(content.value.text)
  const specifier = match?.[2]
  if (!match || specifier === undefined || !isExcluded(specifier, version)) return undefined
  const start = match.index + (match[1] ?? '').length
  return { what: 'The project', specifier, at: { path, start, end: start + specifier.length } }
}
