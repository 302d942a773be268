import type { ComposeFile, ComposeService } from '../../deployment/platforms/compose.ts'
import { addressesOf, type ContainerCommand, commandOf } from '../../deployment/platforms/container-command.ts'
import { type ContainerSetup, containerOf, projectOf } from '../../deployment/platforms/containers.ts'
import type { ServedAddress } from '../../deployment/platforms/served-address.ts'
import { entryOf, scalarsOf } from '../../deployment/platforms/yaml.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'

const compose = `#- docker-compose.yml
services:
  web:
    build: .
    expose:
      - "8000"
  nginx:
    image: nginx:1.25
    depends_on:
      - web
`
const dockerfile = (command: string): string => `#- Dockerfile
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ${command}
`

export const rule = defineRule({
  id: 'platform/container-listens-on-loopback',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'The application in a container listens on 127.0.0.1, which nothing outside of that container reaches.',
  explanation: `
127.0.0.1 in a container is that container alone. A server that is bound to it, as gunicorn, uvicorn and \`runserver\` are where nothing else is said, refuses
connections of other containers and of published ports: nginx answers 502, the browser sees an empty answer. Bind to 0.0.0.0: outside of the project's
network nothing reaches it all the same, unless \`ports\` publishes it.

It is reported where \`ports\`, \`expose\` or the \`depends_on\` of another service show that others are to reach it. Where the container runs nginx or Apache as well, or shares its network
with another one, nothing is said.
`,
  source: 'Docker\'s documentation, "Networking overview"; gunicorn 20.1 bound to 127.0.0.1 refuses connections to 127.0.0.2 of the same machine.',
  examples: {
    failing: [
      {
        title: 'in the Dockerfile',
        files: `\n${compose}${dockerfile('["gunicorn", "--bind", "127.0.0.1:8000", "harbor.wsgi:application"]\n#                           ^^^^^^^^^^^^^^ error[platform/container-listens-on-loopback]: gunicorn listens on 127.0.0.1:8000')}`,
      },
      {
        title: 'by default',
        files: `\n${compose}${dockerfile('gunicorn --workers 3 harbor.wsgi:application\n# <---- error[platform/container-listens-on-loopback]: gunicorn listens on 127.0.0.1:8000')}`,
      },
      {
        title: 'by default, in a list',
        files: `\n${compose}${dockerfile('["gunicorn", "harbor.wsgi:application"]\n# <---- error[platform/container-listens-on-loopback]: gunicorn listens on 127.0.0.1:8000')}`,
      },
      {
        title: 'in the compose file, published',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
    command: python manage.py runserver localhost:8000
#                                       ^^^^^^^^^^^^^^ error[platform/container-listens-on-loopback]: runserver listens on localhost:8000
    ports:
      - "8000:8000"
${dockerfile('["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]')}`,
      },
      {
        title: 'in the script that the image starts',
        files: `
${compose}${dockerfile('["./start.sh"]')}#- start.sh
#!/bin/sh
python manage.py migrate
exec uvicorn --host 127.0.0.1 --port 8000 harbor.asgi:application
#                                    ^^^^ error[platform/container-listens-on-loopback]: uvicorn listens on 127.0.0.1:8000
`,
      },
    ],
    passing: [
      { title: 'all interfaces', files: `\n${compose}${dockerfile('["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]')}` },
      {
        title: 'an entry point, and its arguments as the command',
        files: `\n${compose}#- Dockerfile\nFROM python:3.11\nENTRYPOINT ["gunicorn"]\nCMD ["-b", "0.0.0.0:8000", "harbor.wsgi:application"]\n`,
      },
      { title: 'two addresses', files: `\n${compose}${dockerfile('gunicorn -b 127.0.0.1:8000 -b 0.0.0.0:8001 harbor.wsgi')}` },
      {
        title: 'a configuration file, or variables, say otherwise',
        files: `\n${compose.replace('    build: .', '    build: .\n    environment:\n      PORT: 8000')}${dockerfile('gunicorn harbor.wsgi')}#- other/docker-compose.yml\nservices:\n  api:\n    build: .\n    env_file: .env\n    ports: ["8000:8000"]\n#- other/Dockerfile\nFROM python:3.12\nCMD gunicorn harbor.wsgi\n`,
      },
      {
        title: 'nginx in the same container',
        files: `\n${compose}#- Dockerfile\nFROM python:3.11\nRUN apt-get update && apt-get install -y nginx\nCMD service nginx start && gunicorn --bind 127.0.0.1:8000 harbor.wsgi\n`,
      },
      {
        title: 'nginx in the network of the container',
        files: `\n${compose.replace('    image: nginx:1.25', '    image: nginx:1.25\n    network_mode: service:web')}${dockerfile('gunicorn --bind 127.0.0.1:8000 harbor.wsgi')}`,
      },
      {
        title: 'the network of the host',
        files: `\n${compose.replace('    build: .', '    build: .\n    network_mode: host')}${dockerfile('gunicorn --bind 127.0.0.1:8000 harbor.wsgi')}`,
      },
      {
        title: 'a worker that nobody asks',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n${dockerfile('gunicorn --bind 127.0.0.1:8000 harbor.wsgi')}`,
      },
      { title: 'a socket in a volume', files: `\n${compose}${dockerfile('gunicorn --bind unix:/run/app/web.sock harbor.wsgi')}` },
    ],
  },
  check(context) {
    const setup = context.deployment.containerSetup
    const told = new Set<string>()
    for (const compose of setup.compose) {
      for (const service of compose.services) {
        const found = loopbackOf(service, compose, setup, context)
        if (!found) continue
        const { command, address, at } = found
        const key = `${at.path} ${at.start}`
        if (told.has(key)) continue
        told.add(key)
        context.report({
          at,
          message: `${command.command.server} listens on ${showHost(address)}:${address.port} in the container of ${service.name}, which nothing outside of it reaches: ${service.ports.length > 0 ? 'the published port answers nothing' : 'others that pass requests to it answer 502'}. Listen on 0.0.0.0:${address.port}.`,
          fixes: fixes(command, address, context),
        })
      }
    }
  },
})

const showHost = ({ host, told }: ServedAddress): string => (told?.value.includes('localhost') ? 'localhost' : host)

function loopbackOf(service: ComposeService, compose: ComposeFile, setup: ContainerSetup, { snapshot }: DeploymentContext) {
  if (service.networkMode !== undefined || compose.open) return undefined
  const project = projectOf(setup, compose).flatMap((each) => each.services)
  if (project.some((each) => each.networkMode?.startsWith('service:') || each.networkMode?.startsWith('container:'))) return undefined
  const container = containerOf(setup, compose, service)
  const command = commandOf(container, setup, snapshot)
  const addresses = command && addressesOf(command, container, setup, snapshot)
  const [address] = addresses ?? []
  if (!command || !address?.port || !addresses?.every((each) => /^(127\.|localhost$|\[::1\]$)/.test(each.host))) return undefined
  const wanted =
    service.ports.some((each) => each.container === address.port) ||
    service.expose.includes(address.port) ||
    project.some(
      (each) =>
        each.name !== service.name &&
        dependsOn(each, service.name) &&
        /nginx|httpd|apache|caddy|traefik|proxy|haproxy/i.test(`${each.image ?? ''} ${each.name}`),
    )
  if (!wanted) return undefined
  const image = container.image
  const texts = [...(image?.instructions.filter((each) => each.name !== 'COPY').map((each) => each.text) ?? []), textOf(command, snapshot)]
  if (texts.some((text) => /\b(nginx|apache2?|httpd|caddy|haproxy|supervisor(d|ctl)?)\b/i.test(text))) return undefined
  const at = address.told ? command.placeOf(address.told) : command.at
  return { command, address, at }
}

const dependsOn = (service: ComposeService, name: string): boolean => {
  const value = entryOf(service.value, 'depends_on')?.value
  return scalarsOf(value).some((each) => each.text === name) || (value?.kind === 'map' && value.entries.some((each) => each.key === name))
}

/** What stands around the command: the script that starts it, or the line. */
function textOf(command: ContainerCommand, snapshot: DeploymentContext['snapshot']): string {
  if (!/\.sh$|\/(entrypoint|start|run)$/.test(command.at.path)) return ''
  const content = snapshot.content(command.at.path)
  return content.state === 'content' ? content.value.text : ''
}

function fixes(command: ContainerCommand, address: ServedAddress, { snapshot }: DeploymentContext): FindingFix[] {
  if (!command.exact) return []
  const { server, options, program } = command.command
  const title = `Listen on 0.0.0.0:${address.port}`
  if (server === 'uvicorn' || server === 'daphne' || server === 'waitress') {
    const host = options.findLast((each) => each.name === (server === 'daphne' ? 'bind' : 'host'))
    if (!host) return []
    const at = command.placeOf(host)
    return [{ title, safe: false, edits: [{ ...at, start: at.end - host.value.length, newText: '0.0.0.0' }] }]
  }
  if (address.told) {
    const at = command.placeOf(address.told)
    return [{ title, safe: false, edits: [{ ...at, start: at.end - address.told.value.length, newText: `0.0.0.0:${address.port}` }] }]
  }
  if (server !== 'gunicorn' && server !== 'hypercorn') return []
  const at = command.placeOf(program)
  const content = snapshot.content(at.path)
  const next = content.state === 'content' ? content.value.text.slice(at.end) : ''
  // A list has each word in quotes of its own; one item a line is left alone.
  const added = next.startsWith(' ') ? ` --bind 0.0.0.0:${address.port}` : /^"\s*[,\]]/.test(next) ? `", "--bind", "0.0.0.0:${address.port}` : undefined
  return added === undefined ? [] : [{ title, safe: false, edits: [{ path: at.path, start: at.end, end: at.end, newText: added }] }]
}
