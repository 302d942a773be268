import { settingsOfProjects } from '../../application/project-settings.ts'
import { type ServedSetting, servedSetting } from '../../application/served-settings.ts'
import { directivesNamed } from '../../configuration/placed.ts'
import type { DjangoProject } from '../../deployment/django/project.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { knownItems } from '../../deployment/django/values.ts'
import type { ApplicationProcess } from '../../deployment/processes/process.ts'
import { eachItem } from '../../syntax/items.ts'
import { basename, dirname, isInside, join, relativeTo } from '../../workspace/path.ts'
import type { DocumentView } from '../lib/view.ts'
import { indentAt, lineStart, replace, unitOf } from './lib/edits.ts'
import type { Offer, Refactoring } from './refactoring.ts'

/** Writes a server (nginx) or a virtual host (Apache with mod_wsgi) for a Django project of the workspace that no configuration serves yet. */
export const generateSite: Refactoring = {
  id: 'generate-site',
  kind: 'source.generate',
  offers(view) {
    const place = placeFor(view)
    if (!place || view.source.templated || view.source.tree.faults.length > 0) return []
    const { understanding, input } = view.part
    const served = new Set(understanding.configurations.flatMap(({ applications }) => applications.flatMap((each) => each.project ?? [])))
    const isApache = view.source.tree.dialect === 'apache'
    const offers: Offer[] = []
    const projects = settingsOfProjects(understanding.deployment, view.snapshot, input.settings)
    for (const { project, settings } of projects) {
      if (served.has(project) || projects.some((other) => other.project === project && other.settings !== settings)) continue
      const site = siteOf(project, settings, view)
      if (!site || (isApache && site.script === undefined)) continue
      offers.push({
        title: `Generate a ${isApache ? 'virtual host' : 'server'} for ${site.shown} (deployed in ${site.folder})`,
        edits() {
          const { text } = view.source
          const unit = unitOf(text)
          const lines = isApache ? virtualHost(site, place.port) : nginxServer(site)
          const block = lines.map((line) => (line === '' ? '' : place.indent + line.replace(/^(?: {4})+/, (lead) => unit.repeat(lead.length / 4)))).join('\n')
          const before = text.slice(0, place.offset)
          const lead = before === '' || /\n[ \t]*\n$/.test(before) || /\{\s*$/.test(before) ? '' : before.endsWith('\n') ? '\n' : '\n\n'
          return [replace(view.source, place.offset, place.offset, `${lead}${block}\n`)]
        },
      })
    }
    return offers
  },
}

/** Where a site can be put in a document: at the end of its http block or of the file. */
function placeFor({ configurations, current, source }: DocumentView): { offset: number; indent: string; port: number } | undefined {
  const { text, tree } = source
  const isBlank = [...eachItem(tree.items)].every((item) => item.kind === 'comment')
  const [understood, ...others] = configurations
  const configuration = understood?.configuration
  if (others.length > 0 || (!current && !isBlank)) return undefined
  if (tree.dialect === 'apache') {
    if (basename(source.path) === '.htaccess' || (configuration && configuration.context !== 'server' && !isBlank)) return undefined
    // A file that is included stands where that is.
    if (
      configuration &&
      configuration.root !== source &&
      configuration.all.some((each) => each.source === source && each.parent !== undefined && each.parent.source !== source)
    )
      return undefined
    if (configuration?.modules && !configuration.modules.has('wsgi_module')) return undefined
    const ports = configuration?.whole ? directivesNamed(configuration, 'listen').flatMap((each) => /(\d+)$/.exec(each.args[0]?.value ?? '')?.[1] ?? []) : []
    return { offset: text.length, indent: '', port: ports.length === 0 || ports.includes('80') ? 80 : Number(ports[0]) }
  }
  if (isBlank) return configuration?.root === source || !configuration ? { offset: text.length, indent: '', port: 80 } : undefined
  if (!configuration) return undefined
  if (configuration.root === source && configuration.context === 'http') return { offset: text.length, indent: '', port: 80 }
  const http = configuration.top.find((each) => each.name === 'http' && each.source === source && each.node.block?.close)
  if (!http) return undefined
  const close = http.start + http.node.width - 1
  const start = lineStart(text, close)
  if (text.slice(start, close).trim() !== '') return undefined
  return { offset: start, indent: indentAt(text, close) + unitOf(text), port: 80 }
}

/** What a server must know of a site. Paths are those of the server. */
interface Site {
  readonly shown: string
  /** Of the project; a guess where nothing tells. */
  readonly folder: string
  readonly name: string
  readonly hosts: readonly string[]
  readonly files: readonly ServedSetting[]
  /** The `wsgi.py`. */
  readonly script: string | undefined
  /** The root of the virtualenv, where it is known. */
  readonly virtualenv: string | undefined
  /** Where the application listens, as the passing directive writes it. */
  readonly process: { readonly pass: string; readonly address: string }
}

function siteOf(project: DjangoProject, settings: DjangoSettings, view: DocumentView): Site | undefined {
  const { understanding, input } = view.part
  const { deployment, paths } = understanding
  const shown = basename(project.root)
  const isFolder = input.folders.includes(project.root)
  const folder = paths.toDeployed(project.root) ?? `/srv/${isFolder ? (project.settingsModules[0]?.dotted.split('.')[0] ?? 'site') : shown}`
  if (!/^\/[\w./-]+$/.test(folder)) return undefined
  const deployed = (path: string): string | undefined =>
    paths.toDeployed(path) ?? (isInside(path, project.root) ? join(folder, relativeTo(path, project.root)) : undefined)
  const serving = { kind: 'mod_wsgi' as const, mount: '/', settings, deployed }
  const files = (['STATIC', 'MEDIA'] as const).flatMap((kind) => servedSetting(serving, kind, view.snapshot) ?? [])
  const [script, ...scripts] = project.wsgi
  const environment = deployment.virtualenvs.find((each) => isInside(each.root, project.root))
  return {
    shown: isFolder ? basename(folder) : shown,
    folder,
    name: basename(folder).replace(/[^\w-]/g, '-'),
    hosts: hostsOf(settings),
    files: files.filter(({ root, url }) => /^\/[\w./-]+$/.test(root) && /^\/[\w./-]+\/$/.test(url)),
    script: script && scripts.length === 0 ? deployed(script.path) : undefined,
    virtualenv: environment && deployed(environment.root),
    process: processOf(project, deployment.processes),
  }
}

/** The hosts that Django answers for; `.example.org` is the domain with all below it. */
function hostsOf(settings: DjangoSettings): string[] {
  const known = knownItems(settings.get('ALLOWED_HOSTS'))
  return (known?.items ?? []).map(({ text }) => text.toLowerCase()).filter((text) => /^\.?[a-z0-9][a-z0-9.-]*\.[a-z]{2,}$/.test(text))
}

/** The one process of the project that listens; else where gunicorn listens when nothing is said. */
function processOf(project: DjangoProject, processes: readonly ApplicationProcess[]): Site['process'] {
  const modules = project.wsgi.map((script) => relativeTo(script.path, project.root).replace(/\.py$/, '').replaceAll('/', '.'))
  const own = processes.filter(({ application }) => application && modules.includes(application.value.split(':')[0] ?? ''))
  const listeners = own.flatMap(({ listeners: all }) => all)
  const [listener, ...others] = listeners
  if (!listener || others.length > 0 || (listener.protocol !== 'http' && listener.protocol !== 'uwsgi'))
    return { pass: 'proxy_pass', address: 'http://127.0.0.1:8000' }
  const { address, protocol } = listener
  const text = address.kind === 'unix' ? `unix:${address.path}` : `${address.host === '' ? '127.0.0.1' : address.host}:${address.port}`
  return protocol === 'uwsgi' ? { pass: 'uwsgi_pass', address: text } : { pass: 'proxy_pass', address: `http://${text}` }
}

function nginxServer({ files, hosts, process }: Site): string[] {
  const passed =
    process.pass === 'uwsgi_pass'
      ? ['include uwsgi_params;', `uwsgi_pass ${process.address};`]
      : [
          `proxy_pass ${process.address};`,
          'proxy_set_header Host $host;',
          'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
          'proxy_set_header X-Forwarded-Proto $scheme;',
        ]
  return [
    'server {',
    '    listen 80;',
    `    server_name ${hosts.length > 0 ? hosts.join(' ') : '_'};`,
    '',
    ...files.flatMap(({ root, url }) => [`    location ${url} {`, `        alias ${root}/;`, '    }', '']),
    '    location / {',
    ...passed.map((line) => `        ${line}`),
    '    }',
    '}',
  ]
}

function virtualHost({ files, folder, hosts, name, script = '', virtualenv }: Site, port: number): string[] {
  const plain = hosts.map((each) => each.replace(/^\./, ''))
  const [first, ...others] = plain
  const aliases = [...new Set([...others, ...hosts.filter((each) => each.startsWith('.')).map((each) => `*${each}`)])].filter((each) => each !== first)
  const home = virtualenv === undefined ? '' : ` python-home=${virtualenv}`
  return [
    `<VirtualHost *:${port}>`,
    ...(first === undefined ? [] : [`    ServerName ${first}`]),
    ...(aliases.length > 0 ? [`    ServerAlias ${aliases.join(' ')}`] : []),
    '',
    ...files.flatMap(({ root, url }) => [`    Alias ${url} ${root}/`, `    <Directory ${root}>`, '        Require all granted', '    </Directory>', '']),
    `    WSGIDaemonProcess ${name}${home} python-path=${folder}`,
    `    WSGIScriptAlias / ${script} process-group=${name} application-group=%{GLOBAL}`,
    `    <Directory ${dirname(script)}>`,
    `        <Files ${basename(script)}>`,
    '            Require all granted',
    '        </Files>',
    '    </Directory>',
    '</VirtualHost>',
  ]
}
