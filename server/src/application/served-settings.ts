import { type DjangoSettings, localUrl } from '../deployment/django/settings.ts'
import { knownItems, knownText, possibleValues, textOf, truthOf, type Value } from '../deployment/django/values.ts'
import type { Place } from '../problem/place.ts'
import { isAbsolute, isInside, normalize } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application, ProxiedApplication, WsgiApplication } from './application.ts'

/** A URL and the folder that Django expects a server to serve there. */
export interface ServedSetting {
  readonly kind: 'STATIC' | 'MEDIA'
  /** Begins and ends with a slash. */
  readonly url: string
  /** As deployed, normalized. */
  readonly root: string
  /** The expression that gives the folder; to be edited. */
  readonly rootAt: Place
  readonly urlAt: Place | undefined
  /** False where an environment variable may give another value. */
  readonly certain: boolean
}

/** An application, or what one is going to be: nothing names it yet. */
export type Serving =
  | Application
  | (Pick<WsgiApplication | ProxiedApplication, 'settings' | 'deployed'> & { readonly kind: 'mod_wsgi'; readonly mount: string })

/** STATIC_URL and STATIC_ROOT, or MEDIA_URL and MEDIA_ROOT, where both are known and the folder's place on the server is. */
export function servedSetting(application: Serving, kind: ServedSetting['kind'], snapshot: Snapshot): ServedSetting | undefined {
  const { settings } = application
  if (settings?.state !== 'read') return undefined
  const url = urlOf(settings, kind, application)
  const root = settled(settings.get(`${kind}_ROOT`))
  if (!url || !root || root.at === undefined) return undefined
  const deployed = deployedFolder(root.text, root.at, application, snapshot)
  if (deployed === undefined) return undefined
  return { kind, url: url.url, root: deployed, rootAt: root.at, urlAt: url.at, certain: url.certain && root.certain }
}

/** STATIC_URL or MEDIA_URL, with a slash on either side, where it is known and this site serves it itself. */
export function urlOf(
  settings: DjangoSettings,
  kind: ServedSetting['kind'],
  application: Serving,
): { readonly url: string; readonly at: Place | undefined; readonly certain: boolean } | undefined {
  const url = settled(settings.get(`${kind}_URL`))
  const local = url === undefined ? undefined : localUrl(url.text)
  const prefix = url?.text.startsWith('/') ? '' : scriptPrefix(settings, application)
  if (!url || local === undefined || local === '/' || prefix === undefined) return undefined
  return { url: `${prefix}${local}${local.endsWith('/') ? '' : '/'}`, at: url.at, certain: url.certain }
}

/** What Django puts before a URL without a slash: FORCE_SCRIPT_NAME, or the path at which it is mounted. Undefined where that is not known. */
function scriptPrefix(settings: DjangoSettings, application: Serving): string | undefined {
  const forced = settings.get('FORCE_SCRIPT_NAME')
  const isForced = settings.assignments.has('FORCE_SCRIPT_NAME') && !(forced.state === 'known' && forced.value.kind === 'none')
  if (isForced) return knownText(forced)?.replace(/\/$/, '')
  if (application.kind === 'mod_wsgi') return application.mount.replace(/\/$/, '')
  const said = new Set(application.processes.map((process) => process.environment.get('SCRIPT_NAME')?.value ?? ''))
  if (said.size > 1) return undefined
  const [own] = said
  if (own) return own.replace(/\/$/, '')
  return mayGiveScriptName(application) ? undefined : ''
}

/** Whether the server tells the application of a path before its own, or takes one away. */
function mayGiveScriptName({ directive, mount }: ProxiedApplication): boolean {
  for (let at = directive.parent; at; at = at.parent) {
    if (
      at.children.some(
        (each) =>
          /^(proxy_set_header|uwsgi_param|fastcgi_param|scgi_param|requestheader)$/.test(each.name) &&
          each.args.some((argument) => /script.?name|forwarded.prefix/i.test(argument.value)),
      )
    )
      return true
  }
  // `proxy_pass http://site/` in `location /app/` takes `/app/` away.
  return mount !== '/' && !mount.startsWith('@') && /\/\/[^/]*\/|:\/$/.test(directive.args.at(directive.name.startsWith('proxypass') ? 1 : 0)?.value ?? '')
}

interface Settled {
  readonly text: string
  readonly at: Place | undefined
  readonly certain: boolean
}

function settled(value: Value): Settled | undefined {
  if (value.state !== 'known' && value.state !== 'default') return undefined
  const text = textOf(value.value)
  return text === undefined || text === '' ? undefined : { text, at: value.at, certain: value.state === 'known' }
}

/** A folder of the settings as it lies on the server: an absolute path written out is that already, one made from `__file__` is carried over. */
export function deployedFolder(text: string, at: Place, application: Serving, snapshot: Snapshot): string | undefined {
  if (!isAbsolute(text)) return undefined
  if (isWrittenOut(text, at, snapshot)) return normalize(text)
  return application.deployed(text)
}

function isWrittenOut(text: string, at: Place, snapshot: Snapshot): boolean {
  const content = snapshot.content(at.path)
  if (content.state !== 'content') return false
  const source = content.value.text.slice(at.start, at.end)
  return source.includes(`"${text}"`) || source.includes(`'${text}'`)
}

/** Whether Django, or a library in it, serves or stores the static files itself, as far as can be told; undefined: not known. */
export function servesItself(settings: DjangoSettings, application: Application, snapshot: Snapshot): boolean | undefined {
  if (!settings.whole) return undefined
  const process = processServesFiles(application, snapshot)
  if (process !== false) return process
  for (const name of ['MIDDLEWARE', 'MIDDLEWARE_CLASSES', 'INSTALLED_APPS']) {
    if (!settings.assignments.has(name)) continue
    const list = settings.get(name)
    const items = knownItems(list)
    if (!items) {
      if (list.state === 'known') continue
      return undefined
    }
    if (items.items.some(({ text }) => /whitenoise|storages|^django_s3|dj_static|cloudinary/.test(text))) return true
    if (!items.complete) return undefined
  }
  if (truthOf(settings.get('DEBUG')) !== false) return undefined
  for (const name of ['STATICFILES_STORAGE', 'STORAGES']) {
    const { values, complete } = possibleValues(settings.get(name))
    if (values.some((each) => /s3|gcloud|azure|boto|cloudinary/i.test(JSON.stringify(each)))) return true
    if (!complete && settings.assignments.has(name)) return undefined
  }
  const sources = [
    ...settings.files,
    ...(application.kind === 'mod_wsgi' && application.script.workspace ? [application.script.workspace] : []),
    ...(application.project?.wsgi.map((each) => each.path) ?? []),
  ]
  const urls = knownText(settings.get('ROOT_URLCONF'))
  if (urls !== undefined && application.project) sources.push(`${application.project.root}/${urls.replaceAll('.', '/')}.py`)
  for (const path of sources) {
    const content = snapshot.content(path)
    if (content.state === 'content' && /whitenoise|dj_static|views\.static|staticfiles_urlpatterns|ManifestStaticFilesStorage.*s3/i.test(content.value.text))
      return true
  }
  return false
}

/** Whether uWSGI hands out files itself (`static-map`): where it is asked and its configuration is not here, that is not known. */
export function processServesFiles(application: Application, snapshot: Snapshot): boolean | undefined {
  if (application.kind === 'mod_wsgi') return false
  const { processes, protocol } = application
  if (protocol === 'uwsgi' && processes.length === 0) return undefined
  const files = processes.filter((each) => each.server === 'uwsgi').flatMap((each) => [each.path, ...each.configFiles])
  return files.some((path) => {
    const content = snapshot.content(path)
    return content.state !== 'content' || /static-(map|index|safe|expires)|check-static|static_map|check_static|route/.test(content.value.text)
  })
}

/** Whether an application is among `django.contrib.staticfiles` users. */
export const usesStaticFiles = (settings: DjangoSettings): boolean =>
  knownItems(settings.get('INSTALLED_APPS'))?.items.some(({ text }) => text === 'django.contrib.staticfiles') ?? false

/** The STATICFILES_DIRS entry, or the `static` folder of an app, that a deployed folder is. */
export function isSourceFolder(folder: string, application: Application, settings: DjangoSettings, snapshot: Snapshot): boolean {
  const items = knownItems(settings.get('STATICFILES_DIRS'))?.items ?? []
  if (items.some(({ text, at }) => at !== undefined && deployedFolder(text, at, application, snapshot) === folder)) return true
  const root = application.project && application.deployed(application.project.root)
  return root !== undefined && isInside(folder, root) && folder !== root && folder.endsWith('/static') && folder.slice(root.length + 1).split('/').length === 2
}
