import { directivesNamed } from '../../configuration/placed.ts'
import type { ComposeService, Mount } from '../../deployment/platforms/compose.ts'
import { type Container, containersWith, isServerImage } from '../../deployment/platforms/containers.ts'
import { locationFor, mayPass } from '../../site/nginx/locations.ts'
import { isInside, join, normalize, relativeTo } from '../../workspace/path.ts'
import { type Mapping, mappingOfLocation } from '../django/lib/served.ts'
import { replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'
import { type ContainerStatic, rootsInContainer, servedFolders } from './lib/container-static.ts'
import { servicesOf } from './lib/reachable.ts'

const dockerfile = `#- Dockerfile
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt && python manage.py collectstatic --noinput
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "harbor.wsgi:application"]
`
const project = `#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor.settings")
#- harbor/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor.settings")
application = None
#- harbor/settings.py
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
`
const compose = (web: string, nginx: string): string => `#- docker-compose.yml
services:
  web:
    build: .
${web}  nginx:
    image: nginx:1.25
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
${nginx}volumes:
  static:
`
const webVolume = (target: string): string => `    volumes:\n      - static:${target}\n`
const server = (location: string): string => `#- nginx/default.conf
server {
    listen 80;
${location}
    location / {
        proxy_pass http://web:8000;
    }
}
`
const alias = (folder: string, mark = ''): string => `    location /static/ {\n        alias ${folder};${mark}\n    }`

export const rule = defineRule({
  id: 'platform/static-volume-not-shared',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'The folder that nginx serves in its container is not the one that the application fills in its own.',
  explanation: `
The container of nginx has none of the application's files. Static files get there by a volume that both mount: the application at STATIC_ROOT, where
\`collectstatic\` puts the files, nginx at the folder that its \`alias\` names. Where one of the two is another folder, nginx serves an empty one, or one that is not
there, and answers 404.

Only named volumes are compared, and only where the settings' folder and its place in the application's container are known: from the Dockerfile's WORKDIR and COPY, or
from a mount of the project.
`,
  source: 'nginx answers 404 where there is no file (ngx_http_static_module); Docker\'s documentation, "Volumes".',
  examples: {
    failing: [
      {
        title: 'nginx mounts it elsewhere than its alias says',
        files: `\n${compose(webVolume('/app/staticfiles'), '      - static:/srv/static:ro\n')}${dockerfile}${project}${server(alias('/var/www/static/', '\n#             ^^^^^^^^^^^^^^^^ error[platform/static-volume-not-shared]: Nothing is mounted at /var/www/static in the container of nginx'))}`,
      },
      {
        title: 'nginx mounts nothing',
        files: `\n${compose(webVolume('/app/staticfiles'), '')}${dockerfile}${project}${server(alias('/var/www/static/', '\n#             ^^^^^^^^^^^^^^^^ error[platform/static-volume-not-shared]: Nothing is mounted at /var/www/static in the container of nginx'))}`,
      },
      {
        title: 'the application mounts it elsewhere than STATIC_ROOT',
        files: `
#- docker-compose.yml
services:
  web:
    build: .
    volumes:
      - static:/app/static
#              ^^^^^^^^^^^ error[platform/static-volume-not-shared]: The volume static, which nginx serves at /static/, is mounted at /app/static in web
  nginx:
    image: nginx:1.25
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
      - static:/var/www/static:ro
volumes:
  static:
${dockerfile}${project}${server(alias('/var/www/static/'))}`,
      },
      {
        title: 'the application does not mount it',
        files: `\n${compose('', '      - static:/var/www/static:ro\n')}${dockerfile}${project}${server(alias('/var/www/static/', '\n#             ^^^^^^^^^^^^^^^^ error[platform/static-volume-not-shared]: The volume static is mounted in nginx only'))}`,
      },
    ],
    passing: [
      {
        title: 'shared, at different paths',
        files: `\n${compose(webVolume('/app/staticfiles'), '      - static:/var/www/static:ro\n')}${dockerfile}${project}${server(alias('/var/www/static/'))}`,
      },
      {
        title: 'shared, at a folder above',
        files: `\n${compose(webVolume('/app/staticfiles'), '      - static:/srv/www/static:ro\n')}${dockerfile}${project}${server('    location /static/ {\n        root /srv/www;\n    }')}`,
      },
      {
        title: 'what is not there is passed on',
        files: `\n${compose(webVolume('/app/static'), '      - static:/srv/www:ro\n')}${dockerfile}${project}#- nginx/default.conf
server {
    listen 80;
    root /srv/www;
    location / {
        proxy_set_header Host $host;
        if (!-f $request_filename) {
            proxy_pass http://web:8000;
        }
    }
}
`,
      },
      {
        title: 'a mount of the project in both',
        files: `\n${compose('    volumes:\n      - .:/app\n', '      - ./staticfiles:/var/www/static:ro\n')}${dockerfile}${project}${server(alias('/var/www/static/'))}`,
      },
      {
        title: 'files that are copied into the image',
        files: `\n${compose('', '').replace('    image: nginx:1.25', '    build: ./nginx')}#- nginx/Dockerfile\nFROM nginx:1.25\nCOPY --from=harbor-web /app/staticfiles /var/www/static\n${dockerfile}${project}${server(alias('/var/www/static/'))}`,
      },
      {
        title: 'filled by another service',
        files: `\n${compose('', '      - static:/var/www/static:ro\n').replace('  nginx:', '  assets:\n    image: example/assets\n    volumes:\n      - static:/out\n  nginx:')}${dockerfile}${project}${server(alias('/var/www/static/'))}`,
      },
      {
        title: 'a folder from the environment',
        files: `\n${compose(webVolume('/app/static'), '      - static:/var/www/static:ro\n')}${dockerfile}${project.replace('BASE_DIR / "staticfiles"', 'os.environ["STATIC_ROOT"]').replace('from pathlib', 'import os\nfrom pathlib')}${server(alias('/var/www/static/'))}`,
      },
    ],
  },
  check(context) {
    const { configuration, deployment } = context
    const setup = deployment.containerSetup
    const settings = setup.compose.length === 0 ? undefined : context.applications.find((each) => each.settings)?.settings
    if (!settings) return
    for (const block of directivesNamed(configuration, 'server')) {
      if (block.presence !== 'present' || block.parent?.name === 'upstream') continue
      for (const served of servedFolders(settings)) {
        const location = locationFor(block, `${served.url}x`)
        if (location === 'none' || location === 'unknown' || mayPass(location)) continue
        const mapping = mappingOfLocation(location, served.url)
        if (!mapping) continue
        const containers = containersWith(setup, mapping.directive.source.path)
        const [first, ...others] = containers
        if (!first || others.length > 0 || !isServerImage(first.container, 'nginx')) continue
        checkMapping(mapping, served, first.container, context)
      }
    }
  },
})

function checkMapping(mapping: Mapping, served: ContainerStatic, own: Container, context: ConfigurationContext): void {
  const setup = context.deployment.containerSetup
  const { service, compose } = own
  // Files that the image brings, or that a file of the project in another place mounts, are not looked for.
  if (compose.open || service.build || servicesOf(setup, compose).filter((each) => each.name === service.name).length > 1) return
  const roots = rootsInContainer(served, compose, setup, context)
  const mount = mountOf(service, mapping.folder)
  if (!mount) {
    const [root] = roots
    if (!root || service.mounts.some((each) => each.source.kind === 'unknown') || /^\/usr\/share\/nginx\/html(\/|$)/.test(mapping.folder)) return
    const volume = mountOf(root.service, root.folder)
    const same =
      volume?.source.kind === 'volume'
        ? service.mounts.find((each) => each.source.kind === 'volume' && volume.source.kind === 'volume' && each.source.name === volume.source.name)
        : undefined
    context.report({
      at: { path: mapping.directive.source.path, start: mapping.argument.start, end: mapping.argument.end },
      message: `Nothing is mounted at ${mapping.folder} in the container of ${service.name}: requests for ${served.url} are answered with 404. ${same ? `The volume with ${served.name} is mounted at ${same.target}.` : `Mount a volume there that ${root.service.name} has at ${root.folder} (${served.name}).`}`,
      related: same ? [{ at: same.targetAt, message: 'is mounted here' }] : [],
      fixes: mountFixes(mapping, volume, same, root.folder, own),
    })
    return
  }
  if (mount.source.kind !== 'volume' || roots.length === 0) return
  const { name } = mount.source
  const within = relativeTo(mapping.folder, mount.target)
  const partners = servicesOf(setup, compose).filter((each) => each.name !== service.name)
  const uses = partners.flatMap((each) =>
    each.mounts.filter((one) => one.source.kind === 'volume' && one.source.name === name).map((one) => ({ service: each, mount: one })),
  )
  if (uses.length === 0) {
    const [root] = roots
    if (!root || partners.some((each) => each.mounts.some((one) => one.source.kind === 'unknown'))) return
    context.report({
      at: { path: mapping.directive.source.path, start: mapping.argument.start, end: mapping.argument.end },
      message: `The volume ${name} is mounted in ${service.name} only, and nothing fills it: requests for ${served.url} are answered with 404. Mount it in ${root.service.name} at ${root.folder} (${served.name}).`,
      related: [{ at: mount.targetAt, message: `${name} is mounted here` }],
      fixes: [],
    })
    return
  }
  for (const use of uses) {
    const folder = join(use.mount.target, `./${within}`)
    const root = roots.find((each) => each.service === use.service)
    // A service of another program may fill it as it wants.
    if (!root) return
    if (root.folder === folder) return
  }
  const [use] = uses
  const root = use && roots.find((each) => each.service === use.service)
  if (!use || !root) return
  const target = within === '.' ? root.folder : undefined
  context.report({
    at: use.mount.targetAt,
    message: `The volume ${name}, which ${service.name} serves at ${served.url}, is mounted at ${use.mount.target} in ${use.service.name}, but ${served.name} is ${root.folder} there: ${served.url} is answered with 404.`,
    related: [{ at: served.at, message: `${served.name} is set here` }],
    fixes: target === undefined ? [] : [{ title: `Mount it at ${target}`, safe: false, edits: [{ ...use.mount.targetAt, newText: target }] }],
  })
}

const mountOf = (service: ComposeService, folder: string): Mount | undefined =>
  service.mounts.filter((each) => isInside(normalize(folder), each.target)).sort((a, b) => b.target.length - a.target.length)[0]

function mountFixes(mapping: Mapping, volume: Mount | undefined, same: Mount | undefined, root: string, { service, compose }: Container): FindingFix[] {
  if (volume?.source.kind !== 'volume') return []
  const within = relativeTo(root, volume.target)
  if (same) {
    const folder = join(same.target, `./${within}`)
    const written = mapping.write(folder)
    const fixes: FindingFix[] =
      written === undefined ? [] : [{ title: `Serve ${folder}`, safe: false, edits: [replaceArgument(mapping.directive, mapping.argument, written)] }]
    if (within === '.') fixes.push({ title: `Mount the volume at ${mapping.folder}`, safe: false, edits: [{ ...same.targetAt, newText: mapping.folder }] })
    return fixes
  }
  const last = service.mounts.at(-1)
  if (!last || within !== '.') return []
  const { text, path } = compose.yaml
  const start = text.lastIndexOf('\n', last.at.start - 1) + 1
  const lead = text.slice(start, last.at.start)
  if (!/^\s*-\s+$/.test(lead)) return []
  return [
    {
      title: `Mount the volume ${volume.source.name} at ${mapping.folder}`,
      safe: false,
      edits: [{ path, start: last.at.end, end: last.at.end, newText: `\n${lead}${volume.source.name}:${mapping.folder}:ro` }],
    },
  ]
}
