import { type Container, containersWith } from '../../deployment/platforms/containers.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { type Pass, passesOf } from './lib/passes.ts'
import { definitionsNamed, type Served, servedBy } from './lib/reachable.ts'

const dockerfile = (command: string): string => `#- Dockerfile
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ${command}
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
const gunicorn = dockerfile('["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]')

export const rule = defineRule({
  id: 'platform/upstream-port-not-served',
  looksAt: 'configuration',
  dialect: 'any',
  severity: 'error',
  summary: 'A server passes requests to a port of a service on which the program in that container does not listen.',
  explanation: `
Between containers of a compose project the port counts on which the program in the container listens, not the one that \`ports\` publishes on the host and not what
\`EXPOSE\` says. Where nothing listens, every request is answered with 502 ("Connection refused"). The same comes of \`proxy_pass\` to a server that speaks uwsgi,
and of \`uwsgi_pass\` to one that speaks HTTP.

The port is taken from the command of the service, of its image, or of the script that either starts; where that does not tell it, nothing is said.
`,
  source: 'Tried with nginx 1.22.1 and gunicorn 20.1: 502, "connect() failed (111: Connection refused) while connecting to upstream".',
  examples: {
    failing: [
      {
        title: 'another port',
        files: `\n${compose}${gunicorn}${server('        proxy_pass http://web:8080;\n#                             ^^^^ error[platform/upstream-port-not-served]: Nothing listens on port 8080 of web: gunicorn listens on 8000')}`,
      },
      {
        title: 'the published port instead of that of the container',
        files: `
${compose.replace('    build: .', '    build: .\n    command: uvicorn --host 0.0.0.0 --port 9000 harbor.asgi:application\n    ports:\n      - "8000:9000"')}${gunicorn}#- nginx/default.conf
upstream application {
    server web:8000;
#              ^^^^ error[platform/upstream-port-not-served]: Nothing listens on port 8000 of web: uvicorn listens on 9000
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
        title: 'no port at all',
        files: `\n${compose}${gunicorn}${server('        proxy_pass http://web;\n#                         ^^^ error[platform/upstream-port-not-served]: Nothing listens on port 80 of web: gunicorn listens on 8000')}`,
      },
      {
        title: 'a server that speaks uwsgi',
        files: `\n${compose}${dockerfile('uwsgi --socket 0.0.0.0:3031 --module harbor.wsgi')}${server('        proxy_pass http://web:3031;\n#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/upstream-port-not-served]: uwsgi speaks uwsgi on port 3031 of web, not HTTP')}`,
      },
    ],
    passing: [
      { title: 'the port of the container', files: `\n${compose}${gunicorn}${server('        proxy_pass http://web:8000;')}` },
      {
        title: 'another command in the compose file',
        files: `\n${compose.replace('    build: .', '    build: .\n    command: ["gunicorn", "-b", ":9000", "harbor.wsgi"]')}${gunicorn}${server('        proxy_pass http://web:9000;')}`,
      },
      {
        title: 'a port from the environment',
        files: `\n${compose}${dockerfile('gunicorn --bind 0.0.0.0:$PORT harbor.wsgi')}${server('        proxy_pass http://web:8080;')}`,
      },
      { title: 'several programs', files: `\n${compose}${dockerfile('["supervisord", "-n"]')}${server('        proxy_pass http://web:8080;')}` },
      {
        title: 'an override with another command',
        files: `\n${compose}#- docker-compose.prod.yml\nservices:\n  web:\n    command: gunicorn -b 0.0.0.0:8080 harbor.wsgi\n${gunicorn}${server('        proxy_pass http://web:8080;')}`,
      },
      {
        title: 'uwsgi for both',
        files: `\n${compose}${dockerfile('uwsgi --socket :3031 --module harbor.wsgi')}${server('        include uwsgi_params;\n        uwsgi_pass web:3031;')}`,
      },
      {
        title: "gunicorn's own configuration file",
        files: `\n${compose}${dockerfile('["gunicorn", "-c", "gunicorn.conf.py", "harbor.wsgi"]')}#- gunicorn.conf.py\nbind = "0.0.0.0:8080"\n${server('        proxy_pass http://web:8080;')}`,
      },
    ],
  },
  check(context) {
    const { configuration, deployment } = context
    const setup = deployment.containerSetup
    if (setup.compose.length === 0) return
    for (const pass of passesOf(configuration)) {
      const found = containersWith(setup, pass.directive.source.path)
      const faults = found.map(({ container }) => servedAt(pass, container, context))
      const [served] = faults
      if (served && faults.every((each) => each !== undefined)) reportPass(pass, served, context)
    }
  },
})

/** Where the service listens that a directive names, if it is known and nowhere as the directive wants it. */
function servedAt(pass: Pass, { compose, service }: Container, { deployment, snapshot }: ConfigurationContext): readonly Served[] | undefined {
  const setup = deployment.containerSetup
  const definitions = definitionsNamed(setup, compose, pass.host)
  if (definitions.length === 0 || definitions.some((each) => each.service.name === service.name || each.service.networkMode !== undefined)) return undefined
  const served = servedBy(definitions, setup, snapshot)
  const fits = (each: Served): boolean =>
    each.addresses.some((address) => address.port === pass.port && (pass.protocol === 'other' || address.protocol === pass.protocol))
  return served?.some(fits) ? undefined : served
}

function reportPass(pass: Pass, served: readonly Served[], { report }: ConfigurationContext): void {
  const [first] = served
  const address = first?.addresses.find((each) => each.port === pass.port) ?? first?.addresses[0]
  if (!first || !address) return
  const { server } = first.command.command
  const related = [{ at: address.told ? first.command.placeOf(address.told) : first.command.at, message: `${server} is started here` }]
  if (address.port === pass.port) {
    const { start } = pass.directive
    const words = pass.directive.node.words
    const last = words.at(-1)
    report({
      at: { path: pass.hostAt.path, start: start + (words[0]?.start ?? 0), end: start + (last?.end ?? 0) },
      message: `${server} speaks ${address.protocol === 'uwsgi' ? 'uwsgi' : 'HTTP'} on port ${pass.port} of ${pass.host}, not ${pass.protocol === 'uwsgi' ? 'uwsgi' : 'HTTP'}: every request is answered with 502. ${address.protocol === 'uwsgi' ? 'Use uwsgi_pass with uwsgi_params, or --http-socket.' : 'Use proxy_pass.'}`,
      related,
      fixes: protocolFixes(pass, address.protocol),
    })
    return
  }
  const where = address.port === undefined ? `on the socket ${address.told?.value ?? ''}`.trim() : `on ${address.port}`
  const fixes: FindingFix[] = []
  if (address.port !== undefined) {
    fixes.push({
      title: `Pass to port ${address.port}`,
      safe: false,
      edits: [pass.portAt ? { ...pass.portAt, newText: String(address.port) } : { ...pass.hostAt, start: pass.hostAt.end, newText: `:${address.port}` }],
    })
    const digits = address.told && /\d+$/.exec(address.told.value)
    // A port that is published is the one that others know.
    if (address.told && digits && first.command.exact && !first.container.service.ports.some((each) => each.container === address.port)) {
      const at = first.command.placeOf(address.told)
      fixes.push({
        title: `Let ${server} listen on port ${pass.port}`,
        safe: false,
        edits: [{ ...at, start: at.end - digits[0].length, newText: String(pass.port) }],
      })
    }
  }
  report({
    at: pass.portAt ?? pass.hostAt,
    message: `Nothing listens on port ${pass.port} of ${pass.host}: ${server} listens ${where} there, and every request is answered with 502.`,
    related,
    fixes,
  })
}

/** The other directive of nginx for the same place. */
function protocolFixes({ directive, argument, host, port, hostAt }: Pass, speaks: 'http' | 'uwsgi'): FindingFix[] {
  const name = directive.node.words[0]
  if (!name || (directive.name !== 'proxy_pass' && directive.name !== 'uwsgi_pass')) return []
  const { path } = hostAt
  const start = directive.start + name.start
  const text = speaks === 'uwsgi' ? `include uwsgi_params;\n${' '.repeat(8)}uwsgi_pass ${host}:${port}` : `proxy_pass http://${host}:${port}`
  return [{ title: speaks === 'uwsgi' ? 'Use uwsgi_pass' : 'Use proxy_pass', safe: false, edits: [{ path, start, end: argument.end, newText: text }] }]
}
