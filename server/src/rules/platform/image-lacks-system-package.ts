import { allInstructions, type Dockerfile, type DockerInstruction, type DockerStage, rootImage } from '../../deployment/platforms/dockerfile.ts'
import type { Requirement } from '../../deployment/platforms/requirements.ts'
import { shellCommands } from '../../deployment/platforms/shell.ts'
import { isBuilt, type SystemNeed, systemNeeds } from '../../deployment/platforms/system-packages.ts'
import { dirname, isInside } from '../../workspace/path.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'
import { askedBy } from './lib/pip-install.ts'

const requirements = `#- requirements.txt
Django==3.2.25
psycopg2==2.9.9
gunicorn==22.0.0
`

export const rule = defineRule({
  id: 'platform/image-lacks-system-package',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A Dockerfile installs a requirement that is built from source, in a slim or Alpine image without what the build needs.',
  explanation: `
The images \`python:…-slim\` and \`python:…-alpine\` have no compiler and no headers. psycopg2, mysqlclient and python-ldap have no wheels for Linux and are
compiled while pip installs them: the build of the image stops with "pg_config executable not found", or the like. Install the packages before pip runs, or use
\`psycopg2-binary\`. The full image (\`python:3.12\`) has what psycopg2 and mysqlclient need.
`,
  source:
    "psycopg's documentation, \"Installation\"; mysqlclient's README; the package lists of the official Python images (buildpack-deps); the packages' files on PyPI (November 2025).",
  examples: {
    failing: [
      {
        title: 'psycopg2 in a slim image',
        files: `
#- Dockerfile
FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
# <---- error[platform/image-lacks-system-package]: psycopg2 of requirements.txt is compiled
COPY . .
${requirements}`,
      },
      {
        title: 'in Alpine, with other packages',
        files: `
#- Dockerfile
ARG VERSION=3.12
FROM python:\${VERSION}-alpine
RUN apk add --no-cache bash \\
    curl
COPY config/ /app/config/
RUN pip install -r /app/config/requirements/production.txt
# <---- error[platform/image-lacks-system-package]: mysqlclient of config/requirements/production.txt is compiled
#- config/requirements/production.txt
Django==3.2.25
mysqlclient==2.2.4
`,
      },
      {
        title: 'by name',
        files: `
#- Dockerfile
FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends git
RUN pip install "django>=4.2" psycopg2
# <---- error[platform/image-lacks-system-package]: psycopg2 is compiled
`,
      },
    ],
    passing: [
      {
        title: 'the packages come first',
        files: `\n#- Dockerfile\nFROM python:3.11-slim\nRUN apt-get update && apt-get install -y gcc libpq-dev\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n${requirements}`,
      },
      {
        title: 'in the same line',
        files: `\n#- Dockerfile\nFROM python:3.12-alpine\nCOPY requirements.txt .\nRUN apk add --virtual .build build-base postgresql-dev \\\n    && pip install -r requirements.txt \\\n    && apk del .build\n${requirements}`,
      },
      { title: 'the full image', files: `\n#- Dockerfile\nFROM python:3.11\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n${requirements}` },
      {
        title: 'wheels of another stage',
        files: `\n#- Dockerfile\nFROM python:3.11 AS build\nCOPY requirements.txt .\nRUN pip wheel -r requirements.txt -w /wheels\nFROM python:3.11-slim\nCOPY --from=build /wheels /wheels\nCOPY requirements.txt .\nRUN pip install --no-index --find-links=/wheels -r requirements.txt\n${requirements}`,
      },
      {
        title: 'an image of our own',
        files: `\n#- Dockerfile\nFROM registry.example.org/python:3.11-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n${requirements}`,
      },
      {
        title: 'packages by a script',
        files: `\n#- Dockerfile\nFROM python:3.11-slim\nCOPY . .\nRUN ./install-packages.sh\nRUN pip install -r requirements.txt\n${requirements}`,
      },
      {
        title: 'the one with wheels',
        files: `\n#- Dockerfile\nFROM python:3.11-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n${requirements.replace('psycopg2', 'psycopg2-binary')}`,
      },
    ],
  },
  check(context) {
    for (const file of context.deployment.containerSetup.dockerfiles) for (const stage of file.stages) checkStage(file, stage, context)
  },
})

function checkStage(file: Dockerfile, stage: DockerStage, context: DeploymentContext): void {
  const base = rootImage(file, stage)
  const small = /^(?:docker\.io\/)?(?:library\/)?python:[\w.]*-?(?:(slim)(?:-\w+)?|(alpine)[\d.]*)$/.exec(base ?? '')
  if (!small) return
  const kind = small[2] === undefined ? 'debian' : 'alpine'
  const all = allInstructions(file, stage)
  for (const instruction of stage.instructions) {
    if (instruction.name !== 'RUN') continue
    const before = all.slice(0, all.indexOf(instruction))
    // What is copied from another stage, or done by a script, may bring anything.
    if (before.some((each) => /--from=/.test(each.text) || (each.name === 'RUN' && /\.sh\b|\.py\b|dpkg|conda|nix/.test(each.text)))) return
    const asked = askedBy(instruction, file, context)
    const installed = [...before.filter((each) => each.name === 'RUN').map((each) => each.text), instruction.text].join('\n')
    for (const need of systemNeeds) {
      const requirement = asked.requirements
        .flatMap((each) => each.all)
        .find((each) => each.name === need.name && !each.conditional && isBuilt(need, each.specifier))
      const named = asked.names.some((each) => each.name === need.name && isBuilt(need, each.specifier))
      if ((!requirement && !named) || satisfied(need, installed)) continue
      report(need, requirement, instruction, before, kind, file, base ?? '', context)
    }
  }
}

/** Whether packages of the kind are installed: a list that is filled in from elsewhere may have them. */
const satisfied = (need: SystemNeed, installed: string): boolean =>
  shellCommands(installed.replace(/^--\S+\s+/gm, '')).some(
    ({ words }) =>
      /(^|\/)(apt(-get)?|apk|aptitude|dnf|yum)$/.test(words[0] ?? '') &&
      words.some((word, i) => i > 0 && (need.satisfiedBy.test(word) || /[$`]|build-dep/.test(word))),
  ) || /xargs|apt-get install[^\n]*\$\(/.test(installed)

function report(
  need: SystemNeed,
  requirement: Requirement | undefined,
  instruction: DockerInstruction,
  before: readonly DockerInstruction[],
  kind: 'debian' | 'alpine',
  file: Dockerfile,
  base: string,
  { report: tell, snapshot }: DeploymentContext,
): void {
  const packages = need.install[kind]
  const line =
    kind === 'debian'
      ? `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`
      : `RUN apk add --no-cache ${packages.join(' ')}`
  const add: FindingFix = {
    title: `Install ${packages.join(', ')} first`,
    safe: false,
    edits: [{ path: file.path, start: instruction.at.start, end: instruction.at.start, newText: `${line}\n` }],
  }
  // Only root installs packages.
  const fixes: FindingFix[] = before.some((each) => each.name === 'USER' && !/^(root|0)\b/.test(each.text)) ? [] : [add]
  if (need.alternative !== undefined) {
    const content = requirement && snapshot.content(requirement.nameAt.path)
    const hashed = content?.state === 'content' && content.value.text.includes('--hash')
    const word = instruction.words.find((each) => each.value.replace(/[=<>~![].*$/, '') === need.name)
    const at = requirement?.nameAt ?? (word && { path: file.path, start: word.start, end: word.start + need.name.length })
    if (at && !hashed)
      fixes.unshift({ title: `Ask for ${need.alternative}`, safe: false, edits: [{ path: at.path, start: at.start, end: at.end, newText: need.alternative }] })
  }
  const from = requirement ? ` of ${relative(requirement.nameAt.path, dirname(file.path))}` : ''
  const end = file.text.indexOf('\n', instruction.at.start)
  tell({
    at: { path: file.path, start: instruction.at.start, end: Math.min(instruction.at.end, end < 0 ? file.text.length : end) },
    message: `${need.name}${from} is compiled while pip installs it, and ${base} has neither a compiler nor what it looks for ("${need.misses}"): the build fails. Install ${packages.join(', ')} first${need.alternative === undefined ? '' : `, or ask for ${need.alternative}`}.`,
    related: requirement ? [{ at: requirement.nameAt, message: `${need.name} is asked for here` }] : [],
    fixes,
  })
}

const relative = (path: string, folder: string): string => (isInside(path, folder) ? path.slice(folder.length + 1) : path)
