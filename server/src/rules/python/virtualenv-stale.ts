import { formatPythonVersion, isSameMinor, type PythonVersion, versionOfName } from '../../deployment/python/version.ts'
import { basename } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'

const minor = (version: PythonVersion): string => formatPythonVersion({ ...version, patch: undefined })

export const rule = defineRule({
  id: 'python/virtualenv-stale',
  looksAt: 'deployment',
  severity: 'warning',
  summary: 'A virtualenv whose `pyvenv.cfg` names another Python than the one that its packages are for.',
  explanation: `
A virtualenv belongs to one version of Python: its packages are in \`lib/pythonX.Y\`, and only that version looks there. Where \`pyvenv.cfg\` names another, the
virtualenv was made by one Python and filled by another, or was copied in parts: one of the two finds no packages at all, and says "No module named 'django'".
Make it anew and install the packages again.

A virtualenv that has a folder for the version it names is fine, also with an older one left beside it.
`,
  source: 'Run with mod_wsgi 4.9.4 and Python 3.11 on a virtualenv with lib/python3.9 only: it starts, and finds no package.',
  examples: {
    failing: [
      {
        title: 'made by one, filled by another',
        files: `
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#         ^^^^^^ warning[python/virtualenv-stale]: pyvenv.cfg says Python 3.11, but the packages of venv are in lib/python3.9
#- venv/lib/python3.9/site-packages/django/__init__.py
VERSION = (3, 2)
`,
      },
    ],
    passing: [
      {
        title: 'the older folder is left beside the new one; nothing of lib is here',
        files: `
#- venv/pyvenv.cfg
home = /usr/bin
version = 3.11.2
#- venv/lib/python3.9/site-packages/django/__init__.py
VERSION = (3, 2)
#- venv/lib/python3.11/site-packages/django/__init__.py
VERSION = (3, 2)
#- other/pyvenv.cfg
home = /usr/bin
version = 3.11.2
`,
      },
    ],
  },
  check({ deployment, report }) {
    for (const environment of deployment.virtualenvs) {
      const said = environment.evidence.find((each) => each.from === 'pyvenv.cfg')
      const libraries = environment.libraries.flatMap((each) => versionOfName(basename(each)) ?? [])
      const [library, ...others] = libraries
      if (!said?.at || !library || !environment.complete || environment.kind === 'installation' || environment.sitePackages.length === 0) continue
      if (others.length > 0 || isSameMinor(said.version, library) !== false) continue
      report({
        at: said.at,
        message: `pyvenv.cfg says Python ${minor(said.version)}, but the packages of ${basename(environment.root)} are in lib/python${minor(library)}: Python ${minor(said.version)} finds none of them. Make the virtualenv anew and install the packages again.`,
        fixes: [
          {
            title: `Make the virtualenv anew with Python ${minor(said.version)}`,
            safe: false,
            edits: [],
            commands: [
              `python${minor(said.version)} -m venv --clear ${basename(environment.root)}`,
              `${basename(environment.root)}/bin/python -m pip install -r requirements.txt`,
            ],
          },
        ],
      })
    }
  },
})
