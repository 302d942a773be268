import { daemonOptions } from '../../application/wsgi-process.ts'
import { type ForeignModule, foreignModules } from '../../deployment/python/foreign-modules.ts'
import { formatPythonVersion } from '../../deployment/python/version.ts'
import type { Virtualenv } from '../../deployment/python/virtualenv.ts'
import type { Place } from '../../problem/place.ts'
import { basename, join, normalize } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule } from '../rule.ts'
import { placeOfOption } from '../wsgi/lib/python-home.ts'

const venv = `#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
`

const site = `#- deploy/site.conf
WSGIDaemonProcess site python-home=/srv/site/venv python-path=/srv/site
WSGIScriptAlias / /srv/site/config/wsgi.py process-group=site
<Directory /srv/site/config>
    Require all granted
</Directory>
#- config/wsgi.py
application = None
#- webconf.json
{ "paths": { "/srv/site": "." } }
`

export const rule = defineRule({
  id: 'python/extension-for-other-python',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A compiled module in the virtualenv that is for another version of Python.',
  explanation: `
The name of a compiled module says for which Python it was built: \`_psycopg.cpython-39-x86_64-linux-gnu.so\` is for 3.9, and Python 3.11 does not even look at it.
The import fails with "No module named 'psycopg2._psycopg'", although the package is there. It happens where \`site-packages\` was copied from another virtualenv, or
the folder was renamed after an upgrade. Install the packages anew with the virtualenv's own pip.

\`.abi3.so\` and \`.so\` without more fit any version, and a package may hold modules for several.
`,
  source: "Run with mod_wsgi 4.9.4 and Python 3.11: \"No module named 'psycopg2._psycopg'\"; Python's importlib.machinery.EXTENSION_SUFFIXES.",
  examples: {
    failing: [
      {
        title: 'named where the virtualenv is used',
        files: `
${site.replace('/srv/site\nWSGIScriptAlias', '/srv/site\n#                      ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[python/extension-for-other-python]: psycopg2 in the virtualenv /srv/site/venv is compiled for Python 3.9\nWSGIScriptAlias')}${venv}#- venv/lib/python3.11/site-packages/psycopg2-2.9.9.dist-info/METADATA
Name: psycopg2
#- venv/lib/python3.11/site-packages/psycopg2/_psycopg.cpython-39-x86_64-linux-gnu.so
x
`,
      },
      {
        title: 'a virtualenv that no configuration names; modules of Windows',
        files: `
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
# <---- error[python/extension-for-other-python]: PIL in the virtualenv venv is compiled for Windows
#- venv/lib/python3.11/site-packages/PIL/_imaging.cp311-win_amd64.pyd
x
`,
      },
    ],
    passing: [
      {
        title: 'its own version, the stable interface, nothing said, and several forms',
        files: `
${site}${venv}#- venv/lib/python3.11/site-packages/psycopg2/_psycopg.cpython-311-x86_64-linux-gnu.so
x
#- venv/lib/python3.11/site-packages/cryptography/hazmat/bindings/_rust.abi3.so
x
#- venv/lib/python3.11/site-packages/bcrypt/_bcrypt.so
x
#- venv/lib/python3.11/site-packages/yaml/_yaml.cpython-39-x86_64-linux-gnu.so
x
#- venv/lib/python3.11/site-packages/yaml/_yaml.cpython-311-x86_64-linux-gnu.so
x
`,
      },
    ],
  },
  check(context) {
    for (const environment of context.deployment.virtualenvs) {
      // Of a virtualenv that is of two Pythons, which of them it is told first.
      if (environment.kind === 'installation' || environment.kind === 'conda' || environment.isStale) continue
      const foreign = foreignModules(context.snapshot, environment)
      if (foreign.length > 0) reportIn(environment, foreign, context)
    }
  },
})

function reportIn(environment: Virtualenv, foreign: readonly ForeignModule[], context: DeploymentContext): void {
  const [first] = foreign
  const used = useOf(environment, context)
  const at = used?.at ?? environment.evidence.find((each) => each.at)?.at ?? environment.home?.at
  if (!first || !at) return
  const root = used?.root ?? basename(environment.root)
  const names = [...new Set(foreign.map((each) => each.package))]
  const version = first.module.version && formatPythonVersion(first.module.version)
  const forWhat = first.differs === 'system' ? (first.module.system === 'darwin' ? 'macOS' : 'Windows') : `Python ${version}`
  const python = formatPythonVersion(first.python)
  const packages = [
    ...new Set(
      foreign.map(({ distribution, package: name }) =>
        distribution ? `${distribution.name}${distribution.version === undefined ? '' : `==${distribution.version}`}` : name,
      ),
    ),
  ]
  context.report({
    at,
    message: `${names.join(', ')} in the virtualenv ${root} ${names.length === 1 ? 'is' : 'are'} compiled for ${forWhat} (${basename(first.module.path)}), and its Python ${python} does not find that: importing it fails. Install ${names.length === 1 ? 'it' : 'them'} anew with the virtualenv's own pip.`,
    fixes: [
      {
        title: `Install ${names.join(', ')} for Python ${python}`,
        safe: false,
        edits: [],
        commands: [`${used?.root ?? environment.root}/bin/python -m pip install --force-reinstall --no-cache-dir ${packages.join(' ')}`],
      },
    ],
  })
}

/** Where a daemon process names the virtualenv, and its deployed path. */
function useOf(environment: Virtualenv, { applications }: DeploymentContext): { readonly at: Place; readonly root: string } | undefined {
  for (const application of applications) {
    if (application.kind !== 'mod_wsgi' || application.process.mode !== 'daemon' || !application.process.definition) continue
    const deployed = application.deployed(environment.root)
    const { definition } = application.process
    for (const option of daemonOptions(definition)) {
      const root = normalize(option.value)
      if (option.name === 'python-home' && option.known && root === deployed) return { at: placeOfOption(definition, option), root }
      if (option.name === 'python-path' && option.known && option.value.split(':').some((each) => normalize(each).startsWith(join(deployed ?? '-', 'lib'))))
        return { at: placeOfOption(definition, option), root: deployed ?? root }
    }
  }
  return undefined
}
