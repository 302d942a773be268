import { formatPythonVersion, type PythonVersion } from '../../deployment/python/version.ts'
import { basename } from '../../workspace/path.ts'
import { defineRule } from '../rule.ts'

const venv = (version: string): string => `#- venv/pyvenv.cfg
home = /usr/bin
version = ${version}
`

export const rule = defineRule({
  id: 'python/end-of-life',
  looksAt: 'deployment',
  severity: 'info',
  summary: 'A virtualenv of a Python that gets no security fixes any more.',
  explanation: `
Python 2.7 got its last fixes in April 2020, 3.7 in June 2023, 3.8 in October 2024, 3.9 in October 2025. A distribution may mend its own Python for longer: then nothing
needs to be done as long as that one is used.
`,
  source: 'devguide.python.org/versions.',
  examples: {
    failing: [
      {
        title: 'Python 3.8',
        files: `
${venv('3.8.10\n#         ^^^^^^ info[python/end-of-life]: Python 3.8 gets no security fixes since October 2024')}`,
      },
    ],
    passing: [{ title: 'Python 3.11', files: `\n${venv('3.11.2')}` }],
  },
  check({ deployment, report }) {
    for (const environment of deployment.virtualenvs) {
      const said = environment.evidence.find((each) => each.at)
      const end = said && endOf(said.version)
      if (!said?.at || end === undefined || environment.kind === 'installation') continue
      const version = formatPythonVersion({ ...said.version, patch: undefined })
      report({
        at: said.at,
        message: `Python ${version} gets no security fixes since ${end}: make ${basename(environment.root)} anew with a later one when the site allows it.`,
      })
    }
  },
})

function endOf({ major, minor }: PythonVersion): string | undefined {
  if (major === 2) return 'April 2020'
  if (major !== 3 || minor === undefined) return undefined
  return minor < 7 ? 'December 2021 or earlier' : lastFixes[minor]
}

const lastFixes: Readonly<Record<number, string>> = { 7: 'June 2023', 8: 'October 2024', 9: 'October 2025' }
