import type { ComposeFile } from '../../deployment/platforms/compose.ts'
import { entryOf, scalarsOf, valueAt } from '../../deployment/platforms/yaml.ts'
import type { Place } from '../../problem/place.ts'
import { nearest } from '../lib/names.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'platform/compose-name-undefined',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'A service of a compose file names a volume, network or service that no file of the project defines.',
  explanation: `
A named volume and a network that a service uses are defined under \`volumes\` and \`networks\` at the top of the file, and \`depends_on\` names services of the project.
Docker refuses the whole project otherwise: "service "web" refers to undefined volume static: invalid compose project".

All compose files of the workspace are taken for one project, as files can be given together.
`,
  source: "The Compose specification, and compose-go's loader, which checks it (CheckConsistency).",
  examples: {
    failing: [
      {
        title: 'a volume, a network, a service',
        files: `
#- docker-compose.yml
services:
  web:
    image: example/web
    volumes:
      - statics:/app/static
#       ^^^^^^^^^^^^^^^^^^^ error[platform/compose-name-undefined]: The volume "statics" is not defined
    networks:
      - backend
#       ^^^^^^^ error[platform/compose-name-undefined]: The network "backend" is not defined
  nginx:
    image: nginx:1.25
    depends_on:
      - webb
#       ^^^^ error[platform/compose-name-undefined]: The service "webb" is not defined
volumes:
  static:
`,
      },
    ],
    passing: [
      {
        title: 'in another file of the project; mounts of folders',
        files: `
#- docker-compose.yml
services:
  web:
    image: example/web
    volumes:
      - static:/app/static
      - ./media:/app/media
      - /app/cache
      - \${DATA}:/data
    networks:
      - default
      - backend
    depends_on:
      db:
        condition: service_healthy
#- docker-compose.prod.yml
services:
  db:
    image: postgres:16
volumes:
  static:
networks:
  backend:
`,
      },
      {
        title: 'other files are included',
        files: `\n#- compose.yaml\ninclude:\n  - infra/compose.yaml\nservices:\n  web:\n    image: example/web\n    depends_on: [db]\n`,
      },
    ],
  },
  check(context) {
    const setup = context.deployment.containerSetup
    for (const compose of setup.compose) {
      // Files of other folders can be given together with it.
      if (setup.compose.every((each) => !each.open && each.yaml.faults.length === 0)) checkFile(compose, setup.compose, context)
    }
  },
})

function checkFile(compose: ComposeFile, project: readonly ComposeFile[], { report }: DeploymentContext): void {
  const keys = (key: string): string[] =>
    project.flatMap((file) => {
      const value = valueAt(file.yaml.root, key)
      return value?.kind === 'map' ? value.entries.map((entry) => entry.key) : []
    })
  const volumes = keys('volumes')
  const networks = [...keys('networks'), 'default']
  const services = keys('services')
  const wrong = (kind: string, name: string, at: Place, known: readonly string[]): void => {
    const near = nearest(
      name,
      known.filter((each) => each !== 'default'),
    )
    const offset = compose.yaml.text.slice(at.start, at.end).indexOf(name)
    const fixes: FindingFix[] =
      near === undefined || offset < 0
        ? []
        : [{ title: `Write ${near}`, safe: false, edits: [{ ...at, start: at.start + offset, end: at.start + offset + name.length, newText: near }] }]
    report({
      at,
      message: `The ${kind} "${name}" is not defined in this project, and Docker refuses the whole of it.${near === undefined ? '' : ` Is ${near} meant?`}`,
      fixes: fixes.length > 0 ? fixes : defined(kind, name, compose),
    })
  }
  for (const service of compose.services) {
    for (const { source, at } of service.mounts) {
      if (source.kind === 'volume' && /^[\w.-]+$/.test(source.name) && !volumes.includes(source.name)) wrong('volume', source.name, at, volumes)
    }
    const used = entryOf(service.value, 'networks')?.value
    for (const { text, at } of used?.kind === 'list' ? scalarsOf(used) : [])
      if (/^[\w.-]+$/.test(text) && !networks.includes(text)) wrong('network', text, at, networks)
    if (used?.kind === 'map') for (const { key, keyAt } of used.entries) if (!networks.includes(key)) wrong('network', key, keyAt, networks)
    const depends = entryOf(service.value, 'depends_on')?.value
    for (const { text, at } of depends?.kind === 'list' ? scalarsOf(depends) : [])
      if (/^[\w.-]+$/.test(text) && !services.includes(text)) wrong('service', text, at, services)
    if (depends?.kind === 'map') {
      for (const { key, keyAt, value } of depends.entries) {
        const optional = value?.kind === 'map' && value.entries.some((each) => each.key === 'required')
        if (!optional && !services.includes(key)) wrong('service', key, keyAt, services)
      }
    }
  }
}

/** The definition that is missing, at the end of the file or under the key that is there. */
function defined(kind: string, name: string, { yaml, path }: ComposeFile): FindingFix[] {
  if (kind === 'service') return []
  const key = `${kind}s`
  const block = entryOf(yaml.root, key)
  if (block && (block.value?.kind !== 'map' || block.value.flow)) return []
  const { text } = yaml
  const line = block ? text.indexOf('\n', block.keyAt.end) : -1
  const at = block ? (line < 0 ? text.length : line + 1) : text.length
  const first = block?.value?.kind === 'map' ? block.value.entries[0] : undefined
  const indent = first ? text.slice(text.lastIndexOf('\n', first.keyAt.start - 1) + 1, first.keyAt.start) : '  '
  const lead = at > 0 && text.charAt(at - 1) !== '\n' ? '\n' : ''
  return [
    {
      title: `Define the ${kind} ${name}`,
      safe: false,
      edits: [{ path, start: at, end: at, newText: `${lead}${block ? '' : `${key}:\n`}${indent}${name}:\n` }],
    },
  ]
}
