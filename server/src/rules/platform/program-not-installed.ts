import { commandOf } from '../../deployment/platforms/container-command.ts'
import { type Container, containerOf } from '../../deployment/platforms/containers.ts'
import type { Requirements } from '../../deployment/platforms/requirements.ts'
import { basename, relativeTo } from '../../workspace/path.ts'
import { appendLine } from '../lib/edits.ts'
import { type DeploymentContext, defineRule, type Finding } from '../rule.ts'
import { askedBy } from './lib/pip-install.ts'

const compose = `#- docker-compose.yml
services:
  web:
    build: .
    expose:
      - "8000"
`
const dockerfile = `#- Dockerfile
FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
`

export const rule = defineRule({
  id: 'platform/program-not-installed',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A container starts gunicorn, uWSGI or another server that its image does not install.',
  explanation: `
The image has what its \`RUN\` lines install. Where the command starts a program of a Python package that no requirements file and no other line names, the
container ends at once: "exec: gunicorn: executable file not found in $PATH".

It is reported for official images of Python, where all requirements files are read whole and nothing else could bring the program (other stages, scripts,
apt, conda, poetry, pipenv).
`,
  source: "Docker's documentation, CMD; the package index: none of the packages that people name beside Django depends on gunicorn.",
  examples: {
    failing: [
      {
        title: 'requirements without gunicorn',
        files: `
${compose}${dockerfile}CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
#     ^^^^^^^^ error[platform/program-not-installed]: The container of web starts gunicorn, which requirements.txt does not ask for
#- requirements.txt
Django==5.0.6
psycopg2-binary==2.9.9
`,
      },
    ],
    passing: [
      {
        title: 'asked for, with extras, or installed by another line',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
  api:
    build: ./api
${dockerfile}CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]
#- requirements.txt
Django==5.0.6
gunicorn[gevent]==22.0.0
#- api/Dockerfile
FROM python:3.12-slim
COPY requirements.txt .
RUN pip install -r requirements.txt uvicorn
CMD ["uvicorn", "api:app", "--host", "0.0.0.0"]
#- api/requirements.txt
fastapi==0.111.0
`,
      },
    ],
  },
  check(context) {
    const { containerSetup: setup } = context.deployment
    const told = new Set<string>()
    for (const file of setup.compose) {
      for (const service of file.services) {
        const finding = missingProgram(containerOf(setup, file, service), context)
        const key = finding && `${finding.at.path} ${finding.at.start}`
        if (!finding || key === undefined || told.has(key)) continue
        told.add(key)
        context.report(finding)
      }
    }
  },
})

/** Programs, and the packages that bring them. */
const bringers: Readonly<Record<string, RegExp>> = {
  gunicorn: /^gunicorn$/,
  uvicorn: /^(?:uvicorn|uvicorn-worker|fastapi(?:-cli)?)$/,
  hypercorn: /^hypercorn$/,
  daphne: /^(?:daphne|channels)$/,
  waitress: /^waitress$/,
  uwsgi: /^(?:uwsgi|pyuwsgi)$/,
}

function missingProgram(container: Container, context: DeploymentContext): Finding | undefined {
  const { deployment, snapshot } = context
  const { image, service } = container
  if (!image || !/^(?:docker\.io\/)?(?:library\/)?python:/.test(image.base ?? '')) return undefined
  const found = commandOf(container, deployment.containerSetup, snapshot)
  const bringer = found && bringers[found.command.server]
  // By its path it may be of a virtualenv that is mounted.
  if (!found || !bringer || found.command.program.value.includes('/')) return undefined
  const runs = image.instructions.filter((each) => each.name === 'RUN')
  const texts = image.instructions.map((each) => each.text.replaceAll('manage.py', '')).join('\n')
  if (
    /--from=|\.sh\b|\.py\b|poetry|pipenv|conda|\buv\b|\bpdm\b|apt(?:-get)? install[^&]*(?:gunicorn|uwsgi|uvicorn)|--target|setup\.cfg|pyproject|pip install (?:\S+ )*(?:\.|-e)/.test(
      texts,
    )
  )
    return undefined
  const asked = runs.map((instruction) => askedBy(instruction, image.file, context))
  const requirements: Requirements[] = asked.flatMap((each) => each.requirements)
  const [first] = requirements
  if (!first || requirements.some((each) => !each.whole || each.references.some((one) => !one.exists))) return undefined
  // Each file that is asked for has to have been found.
  const wanted = runs.flatMap((each) => each.text.match(/(?:^|\s)(?:-r|--requirement)[\s=]*\S+/g) ?? []).length
  if (wanted !== requirements.length) return undefined
  const names = [...requirements.flatMap((each) => each.all.map((one) => one.name)), ...asked.flatMap((each) => each.names.map((one) => one.name))]
  if (names.some((name) => bringer.test(name))) return undefined
  const program = found.command.server
  const added = appendLine(first.path, program, snapshot)
  return {
    at: found.placeOf(found.command.program),
    message: `The container of ${service.name} starts ${program}, which ${basename(first.path)} does not ask for: the container ends at once, "executable file not found".`,
    related: [{ at: { path: first.path, start: 0, end: 0 }, message: `${relativeTo(first.path, image.context)} is what the image installs` }],
    fixes: added ? [{ title: `Add ${program} to ${basename(first.path)}`, safe: false, edits: [added] }] : [],
  }
}
