import { directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import type { ComposeService, Mount } from '../../deployment/platforms/compose.ts'
import { addressesOf, commandOf } from '../../deployment/platforms/container-command.ts'
import { type Container, containerOf, containersWith, isServerImage, projectOf } from '../../deployment/platforms/containers.ts'
import type { Place } from '../../problem/place.ts'
import { isInside, join, relativeTo } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { servicesOf } from './lib/reachable.ts'

const compose = (web: string, nginx: string): string => `#- docker-compose.yml
services:
  web:
    build: .
${web}  nginx:
    image: nginx:1.25
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
${nginx}volumes:
  run:
`
const dockerfile = (socket: string): string => `#- Dockerfile
FROM python:3.12
WORKDIR /app
COPY . .
CMD ["gunicorn", "--bind", "unix:${socket}", "harbor.wsgi:application"]
`
const server = (pass: string): string => `#- nginx/default.conf
server {
    listen 80;
    location / {
        proxy_pass ${pass}
    }
}
`
const webVolume = '    volumes:\n      - run:/run/app\n'
const nginxVolume = '      - run:/run/app\n'

export const rule = defineRule({
  id: 'platform/socket-not-shared',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'nginx in its container passes requests to a Unix socket that the application makes elsewhere, or in a folder that the two do not share.',
  explanation: `
A Unix socket is a file. Between two containers it works only in a volume that both mount, and each names it by the path at which the volume is in its own container.
Otherwise nginx finds nothing there: "connect() to unix:… failed (2: No such file or directory)", and every request is answered with 502.
`,
  source: 'Docker\'s documentation, "Volumes"; nginx 1.22.1 answers 502 where there is no socket (`process/nothing-listens`).',
  examples: {
    failing: [
      {
        title: 'no volume in the container of nginx',
        files: `\n${compose(webVolume, '')}${dockerfile('/run/app/web.sock')}${server('http://unix:/run/app/web.sock;\n#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/socket-not-shared]: Nothing is mounted at /run/app in the container of nginx')}`,
      },
      {
        title: 'the volume in nginx only, in an upstream',
        files: `
${compose('', nginxVolume)}${dockerfile('/run/app/web.sock')}#- nginx/default.conf
upstream application {
    server unix:/run/app/web.sock;
#          ^^^^^^^^^^^^^^^^^^^^^^ error[platform/socket-not-shared]: The volume run is mounted in nginx only
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
        title: 'another name in the volume',
        files: `\n${compose(webVolume, nginxVolume)}${dockerfile('/run/app/gunicorn.sock')}${server('http://unix:/run/app/web.sock;\n#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/socket-not-shared]: gunicorn in web makes the socket /run/app/gunicorn.sock')}`,
      },
    ],
    passing: [
      {
        title: 'in a volume of both',
        files: `\n${compose(webVolume, nginxVolume)}${dockerfile('/run/app/web.sock')}${server('http://unix:/run/app/web.sock;')}`,
      },
      {
        title: 'at different paths',
        files: `\n${compose(webVolume, '      - run:/sockets\n')}${dockerfile('/run/app/web.sock')}${server('http://unix:/sockets/web.sock:/;')}`,
      },
      {
        title: 'a folder of the host',
        files: `\n${compose('', '      - /run/app:/run/app\n')}${dockerfile('/run/app/web.sock')}${server('http://unix:/run/app/web.sock;')}`,
      },
      {
        title: 'nginx in the image of the application',
        files: `\n#- docker-compose.yml\nservices:\n  web:\n    build: .\n${dockerfile('/run/web.sock').replace('COPY . .', 'RUN apt-get install -y nginx\nCOPY nginx/default.conf /etc/nginx/conf.d/')}${server('http://unix:/run/web.sock;')}`,
      },
    ],
  },
  check(context) {
    const { configuration, deployment } = context
    const setup = deployment.containerSetup
    if (setup.compose.length === 0) return
    const directives = directivesNamed(configuration, 'proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'server')
    for (const directive of directives) {
      const argument = directive.args[0]
      const match = argument?.known && directive.presence === 'present' ? /^(?:https?:\/\/)?unix:(\/[^:;$\s]+)/.exec(argument.value) : undefined
      if (!argument || match?.[1] === undefined || (directive.name === 'server' && directive.parent?.name !== 'upstream')) continue
      const [own, ...others] = containersWith(setup, directive.source.path)
      if (!own || others.length > 0 || !isServerImage(own.container, 'nginx')) continue
      checkSocket(match[1], { path: directive.source.path, start: argument.start, end: argument.end }, directive, own.container, context)
    }
  },
})

function checkSocket(socket: string, at: Place, directive: PlacedDirective, { service, compose }: Container, context: ConfigurationContext): void {
  const setup = context.deployment.containerSetup
  if (compose.open || service.build || service.networkMode !== undefined) return
  const all = servicesOf(setup, compose)
  if (all.filter((each) => each.name === service.name).length > 1) return
  const partners = all.filter((each) => each.name !== service.name)
  const mount = mountOf(service, socket)
  const folder = socket.slice(0, socket.lastIndexOf('/')) || '/'
  if (!mount) {
    // What other services do with it does not matter: the socket is not in this container.
    if (service.mounts.some((each) => each.source.kind === 'unknown')) return
    context.report({
      at,
      message: `Nothing is mounted at ${folder} in the container of ${service.name}: it has no socket ${socket}, and every request is answered with 502. Mount a volume there in both containers.`,
    })
    return
  }
  if (mount.source.kind !== 'volume') return
  const { name } = mount.source
  const uses = partners.flatMap((each) =>
    each.mounts.filter((one) => one.source.kind === 'volume' && one.source.name === name).map((one) => ({ service: each, mount: one })),
  )
  if (uses.length === 0) {
    if (partners.some((each) => each.mounts.some((one) => one.source.kind === 'unknown'))) return
    context.report({
      at,
      message: `The volume ${name} is mounted in ${service.name} only, so that nobody makes the socket ${socket} in it: every request is answered with 502. Mount it in the container of the application too.`,
      related: [{ at: mount.at, message: `${name} is mounted here` }],
    })
    return
  }
  const [use, ...more] = uses
  const file = use && projectOf(setup, compose).find((each) => each.services.includes(use.service))
  if (!use || !file || more.length > 0) return
  const container = containerOf(setup, file, use.service)
  const command = commandOf(container, setup, context.snapshot)
  const addresses = command && addressesOf(command, container, setup, context.snapshot)
  const [address, ...rest] = addresses ?? []
  const made = address?.told && rest.length === 0 ? /^(?:unix:)?(?:\/\/(?=\/))?(\/.+)$/.exec(address.told.value)?.[1] : undefined
  if (!command || !address?.told || made === undefined) return
  const wanted = join(use.mount.target, `./${relativeTo(socket, mount.target)}`)
  if (made === wanted) return
  const here = isInside(made, use.mount.target) ? join(mount.target, `./${relativeTo(made, use.mount.target)}`) : undefined
  const fixes: FindingFix[] = []
  const written = directive.source.text.slice(at.start, at.end)
  if (here !== undefined) fixes.push({ title: `Pass to ${here}`, safe: false, edits: [{ ...at, newText: written.replace(socket, here) }] })
  if (command.exact)
    fixes.push({
      title: `Let ${command.command.server} listen on ${wanted}`,
      safe: false,
      edits: [{ ...command.placeOf(address.told), newText: address.told.value.replace(made, wanted) }],
    })
  context.report({
    at,
    message: `${command.command.server} in ${use.service.name} makes the socket ${made}, but ${service.name} passes to ${socket}${socket === wanted ? '' : ` (${wanted} there)`}: every request is answered with 502.`,
    related: [{ at: command.placeOf(address.told), message: 'the socket is named here' }],
    fixes,
  })
}

const mountOf = (service: ComposeService, path: string): Mount | undefined =>
  service.mounts.filter((each) => isInside(path, each.target)).sort((a, b) => b.target.length - a.target.length)[0]
