import { containerOf, isServerImage, pathsInContainer } from '../../deployment/platforms/containers.ts'
import { eachItem } from '../../syntax/items.ts'
import { nameOf } from '../../syntax/tree.ts'
import { basename, isInside } from '../../workspace/path.ts'
import { type ConfigurationContext, defineRule } from '../rule.ts'

const compose = (mount: string): string => `#- docker-compose.yml
services:
  web:
    image: example/web
  nginx:
    image: nginx:1.25
    volumes:
      - ${mount}
`
const piece = `#- nginx/site.conf
server {
    listen 80;
    location / {
        proxy_pass http://web:8000;
    }
}
`
const whole = `#- nginx/nginx.conf
events {}
http {
    server {
        listen 80;
        location / {
            proxy_pass http://web:8000;
        }
    }
}
`

export const rule = defineRule({
  id: 'platform/container-config-misplaced',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'A configuration is mounted into the container of nginx at a path at which it is not read, or cannot be.',
  explanation: `
The image \`nginx\` reads \`/etc/nginx/nginx.conf\`, whose \`http\` block includes \`/etc/nginx/conf.d/*.conf\`. A file with \`server\` blocks belongs into \`conf.d\`, with the
ending \`.conf\`; a whole configuration, with \`events\` and \`http\`, replaces \`nginx.conf\`. The other way round nginx does not start: '"server" directive is not
allowed here', '"events" directive is not allowed here'. In \`sites-enabled\`, which Debian's package has and the image has not, a file is not read at all.
`,
  source: 'Tried with nginx 1.22.1; the configuration in the official image (nginxinc/docker-nginx).',
  examples: {
    failing: [
      {
        title: 'a server as the main configuration',
        files: `\n${compose('./nginx/site.conf:/etc/nginx/nginx.conf:ro\n#                         ^^^^^^^^^^^^^^^^^^^^^ error[platform/container-config-misplaced]: site.conf begins with server')}${piece}`,
      },
      {
        title: 'a whole configuration inside of http',
        files: `\n${compose('./nginx/nginx.conf:/etc/nginx/conf.d/default.conf\n#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/container-config-misplaced]: nginx.conf is a whole configuration')}${whole}`,
      },
      {
        title: "Debian's folder",
        files: `\n${compose('./nginx/site.conf:/etc/nginx/sites-enabled/site.conf\n#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[platform/container-config-misplaced]: The image reads /etc/nginx/conf.d/*.conf')}${piece}`,
      },
      {
        title: 'beside nginx.conf',
        files: `\n${compose('"./nginx/site.conf:/etc/nginx/site.conf"\n#                          ^^^^^^^^^^^^^^^^^^^^ error[platform/container-config-misplaced]: The image reads /etc/nginx/conf.d/*.conf')}${piece}`,
      },
    ],
    passing: [
      { title: 'where it is read', files: `\n${compose('./nginx/site.conf:/etc/nginx/conf.d/site.conf')}${piece}` },
      { title: 'the folder', files: `\n${compose('./nginx:/etc/nginx/conf.d:ro')}${piece}` },
      { title: 'a whole configuration', files: `\n${compose('./nginx/nginx.conf:/etc/nginx/nginx.conf:ro')}${whole}` },
      {
        title: 'a whole configuration that includes another folder',
        files: `\n${compose('./nginx/nginx.conf:/etc/nginx/nginx.conf:ro\n      - ./nginx/site.conf:/etc/nginx/sites-enabled/site.conf')}${whole.replace('    server', '    include /etc/nginx/sites-enabled/*.conf;\n    server').replaceAll('listen 80', 'listen 81')}${piece}`,
      },
      {
        title: 'an image of our own',
        files: `\n${compose('./nginx/site.conf:/etc/nginx/sites-enabled/site.conf').replace('nginx:1.25', 'example/nginx')}${piece}`,
      },
      {
        title: 'a piece for an include',
        files: `\n${compose('./nginx/site.conf:/etc/nginx/conf.d/site.conf\n      - ./nginx/proxy.inc:/etc/nginx/proxy.inc')}${piece.replace('proxy_pass', 'include /etc/nginx/proxy.inc;\n        proxy_pass')}#- nginx/proxy.inc\nproxy_set_header Host $host;\n`,
      },
    ],
  },
  check(context) {
    const setup = context.deployment.containerSetup
    const { path } = context.configuration.root
    for (const compose of setup.compose) {
      for (const service of compose.services) {
        const container = containerOf(setup, compose, service)
        if (!isServerImage(container, 'nginx')) continue
        for (const mount of service.mounts) {
          if (mount.source.kind !== 'path' || mount.source.path !== path) continue
          // A main configuration of the user's own may include what it wants.
          const own = setup.files.some((each) => each !== path && pathsInContainer(container, each, setup.files).includes('/etc/nginx/nginx.conf'))
          const fault = faultOf(mount.target, own, context)
          if (fault)
            context.report({
              at: mount.targetAt,
              message: fault.message,
              fixes: [{ title: `Mount it at ${fault.target}`, safe: false, edits: [{ ...mount.targetAt, newText: fault.target }] }],
            })
        }
      }
    }
  },
})

function faultOf(target: string, ownMain: boolean, { configuration }: ConfigurationContext): { message: string; target: string } | undefined {
  const { root } = configuration
  const names = new Set<string>()
  for (const item of eachItem(root.tree.items)) if (item.kind === 'directive') names.add(nameOf(item))
  const file = basename(root.path)
  const isWhole = names.has('events') || names.has('http')
  const site = `/etc/nginx/conf.d/${file.endsWith('.conf') && file !== 'nginx.conf' ? file : 'default.conf'}`
  if (target === '/etc/nginx/nginx.conf') {
    const first = [...names].find((each) => each === 'server' || each === 'upstream' || each === 'location')
    if (isWhole || first === undefined || names.has('include')) return undefined
    return {
      message: `${file} begins with ${first}, and is mounted as the main configuration: nginx does not start ('"${first}" directive is not allowed here'). Mount it at ${site}.`,
      target: site,
    }
  }
  if (/^\/etc\/nginx\/conf\.d\/[^/]+\.conf$/.test(target)) {
    if (!isWhole || ownMain) return undefined
    return {
      message: `${file} is a whole configuration, and is mounted where http includes it: nginx does not start ('"${names.has('events') ? 'events' : 'http'}" directive is not allowed here'). Mount it at /etc/nginx/nginx.conf.`,
      target: '/etc/nginx/nginx.conf',
    }
  }
  if (ownMain || !names.has('server') || !isInside(target, '/etc/nginx') || /^\/etc\/nginx\/(?:templates|snippets)(?:\/|$)/.test(target)) return undefined
  if (isWhole)
    return {
      message: `The image reads /etc/nginx/nginx.conf, and ${file} is mounted at ${target}: it is not read. Mount it at /etc/nginx/nginx.conf.`,
      target: '/etc/nginx/nginx.conf',
    }
  return { message: `The image reads /etc/nginx/conf.d/*.conf, and ${file} is mounted at ${target}: it is not read. Mount it at ${site}.`, target: site }
}
