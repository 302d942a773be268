import { type Configuration, directivesNamed } from '../../configuration/placed.ts'
import { type Container, containersWith, isServerImage } from '../../deployment/platforms/containers.ts'
import { entryOf } from '../../deployment/platforms/yaml.ts'
import { nearest } from '../lib/names.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { type Pass, passesOf } from './lib/passes.ts'
import { candidatesFor, definitionsNamed, servicesOf, shareNetwork } from './lib/reachable.ts'

const dockerfile = `#- Dockerfile
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]
`
const compose = `#- docker-compose.yml
services:
  web:
    build: .
  nginx:
    image: nginx:1.25
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
    ports:
      - "80:80"
`
const server = (pass: string): string => `#- nginx/default.conf
server {
    listen 80;
    location / {
${pass}
    }
}
`

export const rule = defineRule({
  id: 'platform/upstream-host-unknown',
  looksAt: 'configuration',
  dialect: 'any',
  severity: 'error',
  summary: 'A server in a container passes requests to a host that no service of the compose file has.',
  explanation: `
Containers of a compose project find each other by the names of their services, by \`container_name\` and by the aliases of a network that both are on. nginx looks a
name up when it starts, and does not start where there is none: "host not found in upstream". \`localhost\` is the container itself, in which no application
runs beside nginx: every request is answered with 502.

It is looked at where the compose file mounts the configuration into a container, or its Dockerfile copies it there. Names with a point, names from
\`extra_hosts\` and \`links\`, and networks that other projects are on too are taken for known.
`,
  source: 'Tried with nginx 1.22.1: "host not found in upstream"; Docker\'s documentation, "Networking in Compose".',
  examples: {
    failing: [
      {
        title: 'another name, in an upstream',
        files: `
${compose}${dockerfile}#- nginx/default.conf
upstream application {
    server django:8000;
#          ^^^^^^ error[platform/upstream-host-unknown]: "django" is no service of docker-compose.yml
}
server {
    listen 80;
    location / {
        proxy_pass http://application;
    }
}
`,
      },
      {
        title: 'localhost in the container of nginx',
        files: `\n${compose}${dockerfile}${server('        proxy_pass http://127.0.0.1:8000;\n#                         ^^^^^^^^^ error[platform/upstream-host-unknown]: 127.0.0.1 is the container of nginx itself')}`,
      },
      {
        title: 'a configuration that is copied into the image',
        files: `
#- docker-compose.yml
services:
  app:
    build:
      context: .
    command: gunicorn -b :8000 harbor.wsgi
  proxy:
    build: ./nginx
#- nginx/Dockerfile
FROM nginx:1.25-alpine
RUN rm /etc/nginx/conf.d/default.conf
COPY site.conf /etc/nginx/conf.d/
#- nginx/site.conf
server {
    listen 80;
    location / {
        proxy_pass http://web:8000/;
#                         ^^^ error[platform/upstream-host-unknown]: "web" is no service of docker-compose.yml
    }
}
`,
      },
      {
        title: 'no network in common',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
    networks:
      - backend
  nginx:
    image: nginx:1.25
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
    networks:
      - frontend
networks:
  frontend:
  backend:
${dockerfile}${server('        proxy_pass http://web:8000;\n#                         ^^^ error[platform/upstream-host-unknown]: nginx and web have no network in common')}`,
      },
      {
        title: 'Apache',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
  httpd:
    image: httpd:2.4
    volumes:
      - ./httpd/site.conf:/usr/local/apache2/conf/extra/site.conf
${dockerfile}#- httpd/site.conf
<VirtualHost *:80>
    ProxyPass / http://django:8000/
#                      ^^^^^^ error[platform/upstream-host-unknown]: "django" is no service of docker-compose.yml
    ProxyPassReverse / http://django:8000/
</VirtualHost>
`,
      },
    ],
    passing: [
      { title: 'the service', files: `\n${compose}${dockerfile}${server('        proxy_pass http://web:8000;')}` },
      {
        title: 'its container_name',
        files: `\n${compose.replace('    build: .', '    build: .\n    container_name: django')}${dockerfile}${server('        proxy_pass http://django:8000;')}`,
      },
      {
        title: 'an alias of a network',
        files: `\n${compose.replace('    build: .', '    build: .\n    networks:\n      default:\n        aliases: [django]')}${dockerfile}${server('        proxy_pass http://django:8000;')}`,
      },
      {
        title: 'a service of an override file',
        files: `\n${compose}#- docker-compose.override.yml\nservices:\n  api:\n    image: example/api\n${dockerfile}${server('        proxy_pass http://api:8000;')}`,
      },
      { title: 'the host outside', files: `\n${compose}${dockerfile}${server('        proxy_pass http://host.docker.internal:8000;')}` },
      { title: 'a name outside', files: `\n${compose}${dockerfile}${server('        proxy_pass http://api.example.org:8000;')}` },
      {
        title: 'the network of the host',
        files: `\n${compose.replace('    image: nginx:1.25', '    image: nginx:1.25\n    network_mode: host')}${dockerfile}${server('        proxy_pass http://127.0.0.1:8000;')}`,
      },
      {
        title: 'a network that other projects are on',
        files: `\n${compose.replace('    image: nginx:1.25', '    image: nginx:1.25\n    networks: [shared]')}networks:\n  shared:\n    external: true\n${dockerfile}${server('        proxy_pass http://django:8000;')}`,
      },
      {
        title: 'a configuration that no container has',
        files: `\n${compose}${dockerfile}#- deploy/site.conf\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n`,
      },
      {
        title: 'another server of the same nginx',
        files: `\n${compose}${dockerfile}${server('        proxy_pass http://127.0.0.1:8081;')}server {\n    listen 8081;\n    location / {\n        proxy_pass http://web:8000;\n    }\n}\n`,
      },
      {
        title: 'nginx and the application in one container',
        files: `
#- docker-compose.yml
services:
  site:
    build: .
#- Dockerfile
FROM python:3.11
RUN apt-get update && apt-get install -y nginx supervisor
COPY nginx/default.conf /etc/nginx/conf.d/default.conf
CMD ["supervisord", "-n"]
${server('        proxy_pass http://127.0.0.1:8000;')}`,
      },
      {
        title: 'a variable',
        files: `\n${compose}${dockerfile}${server('        resolver 127.0.0.11;\n        set $backend web;\n        proxy_pass http://$backend:8000;')}`,
      },
      {
        title: 'extra_hosts',
        files: `\n${compose.replace('    image: nginx:1.25', '    image: nginx:1.25\n    extra_hosts:\n      - "legacy:10.0.0.5"')}${dockerfile}${server('        proxy_pass http://legacy:8000;')}`,
      },
    ],
  },
  check(context) {
    const { configuration, deployment } = context
    if (deployment.containerSetup.compose.length === 0) return
    for (const pass of passesOf(configuration)) {
      const found = containersWith(deployment.containerSetup, pass.directive.source.path)
      if (found.length === 0) continue
      const faults = found.map(({ container }) => faultOf(pass, container, context))
      // Where the file is in several containers, one in which all is well is enough.
      const [fault] = faults
      if (fault && faults.every((each) => each !== undefined)) context.report({ at: pass.hostAt, ...fault })
    }
  },
})

interface Fault {
  readonly message: string
  readonly fixes: readonly FindingFix[]
}

function faultOf(pass: Pass, container: Container, context: ConfigurationContext): Fault | undefined {
  const { service, compose } = container
  const setup = context.deployment.containerSetup
  if (service.networks === undefined || compose.open || ['dns', 'dns_search', 'extends'].some((key) => entryOf(service.value, key))) return undefined
  const file = compose.path.slice(compose.path.lastIndexOf('/') + 1)
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+)$/.test(pass.host)
  const rename = (name: string): FindingFix => ({ title: `Pass to the service ${name}`, safe: false, edits: [{ ...pass.hostAt, newText: name }] })
  const fixes = (): FindingFix[] => candidatesFor(pass.port, container, setup, context.snapshot).slice(0, 3).map(rename)
  if (loopback) {
    if (!isServerImage(container, context.configuration.dialect) || pass.port === 80 || listensOn(context.configuration, pass.port)) return undefined
    // A container that shares its network brings its own processes.
    if (servicesOf(setup, compose).some((each) => each.networkMode === `service:${service.name}`)) return undefined
    return {
      message: `${pass.host} is the container of ${service.name} itself, in which nothing listens on port ${pass.port}: every request is answered with 502. Pass to the application's service by its name.`,
      fixes: fixes(),
    }
  }
  if (!/^[a-z0-9_-]+$/i.test(pass.host) || service.knows.includes(pass.host)) return undefined
  if (service.networks.some((each) => compose.externalNetworks.includes(each))) return undefined
  const named = definitionsNamed(setup, compose, pass.host)
  if (named.length > 0) {
    if (named.some((each) => each.service.networks === undefined || shareNetwork(service, each.service))) return undefined
    const [other] = named
    if (!other) return undefined
    return {
      message: `${service.name} and ${other.service.name} have no network in common in ${file}, so that "${pass.host}" is not found${startup(context.configuration)}. Put both on one network.`,
      fixes: joinNetwork(container, other),
    }
  }
  const services = servicesOf(setup, compose)
  // The names that containers get: project-service-1.
  if (services.some((each) => new RegExp(`[-_]${each.name.replace(/[^\w-]/g, '.')}[-_]\\d+$`).test(pass.host))) return undefined
  if (setup.compose.some((each) => each.services.some((one) => one.names.includes(pass.host)))) return undefined
  const others = [...new Set(services.map((each) => each.name))].filter((each) => each !== service.name)
  const upstream = nearest(
    pass.host,
    directivesNamed(context.configuration, 'upstream').flatMap((each) => each.args[0]?.value ?? []),
  )
  return {
    message:
      `"${pass.host}" is no service of ${file}, nor a name that one of them has${startup(context.configuration)}. ${others.length === 0 ? '' : `Its services are ${others.join(', ')}.`}`.trim(),
    fixes: [
      ...(upstream === undefined ? [] : [{ title: `Pass to the upstream ${upstream}`, safe: false, edits: [{ ...pass.hostAt, newText: upstream }] }]),
      ...fixes(),
    ],
  }
}

const startup = ({ dialect }: Configuration): string =>
  dialect === 'nginx' ? ', and nginx does not start ("host not found in upstream")' : ', and requests are answered with 502'

const listensOn = (configuration: Configuration, port: number): boolean =>
  directivesNamed(configuration, 'listen').some((each) => new RegExp(`(^|:)${port}$`).test(each.args[0]?.value ?? '') || each.args[0]?.known === false)

/** The other service's network beside those that this one has. */
function joinNetwork({ service, compose }: Container, other: Container): FindingFix[] {
  const network = other.service.networks?.[0]
  const networks = entryOf(service.value, 'networks')?.value
  if (network === undefined || network === 'default' || other.compose !== compose || networks?.kind !== 'list' || networks.flow) return []
  const last = networks.items.at(-1)
  if (last?.kind !== 'scalar') return []
  const { text, path } = compose.yaml
  const start = text.lastIndexOf('\n', last.at.start - 1) + 1
  return [
    {
      title: `Put ${service.name} on the network ${network}`,
      safe: false,
      edits: [{ path, start: last.at.end, end: last.at.end, newText: `\n${text.slice(start, last.at.start)}${network}` }],
    },
  ]
}
