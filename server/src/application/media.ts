import type { DjangoSettings } from '../deployment/django/settings.ts'
import { knownItems, knownText, possibleValues } from '../deployment/django/values.ts'
import { join } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application } from './application.ts'
import { processServesFiles, urlOf } from './served-settings.ts'

/** Whether Django itself, a library in it or another host may hand out uploads, as far as the settings, the URLconf and the script tell. */
export function mayServeMedia(application: Application, settings: DjangoSettings, snapshot: Snapshot): boolean {
  if (processServesFiles(application, snapshot) !== false) return true
  const apps = knownItems(settings.get('INSTALLED_APPS'))
  if (!apps?.complete || apps.items.some(({ text }) => libraries.test(text))) return true
  for (const name of ['MIDDLEWARE', 'MIDDLEWARE_CLASSES'])
    if (knownItems(settings.get(name))?.items.some(({ text }) => /media|serve|sendfile/i.test(text))) return true
  for (const name of ['DEFAULT_FILE_STORAGE', 'STORAGES', 'SENDFILE_BACKEND', 'WHITENOISE_ROOT', 'DOWNLOADVIEW_BACKEND', 'NGINX_X_ACCEL_REDIRECT']) {
    if (!settings.assignments.has(name)) continue
    const { values, complete } = possibleValues(settings.get(name))
    if (
      !complete ||
      name.includes('SEND') ||
      !/FileSystemStorage/.test(JSON.stringify(values)) ||
      /s3|gcloud|azure|boto|cloudinary/i.test(JSON.stringify(values))
    )
      return true
  }
  const { project } = application
  const urls = knownText(settings.get('ROOT_URLCONF'))
  const url = urlOf(settings, 'MEDIA', application)?.url
  if (!project || urls === undefined || url === undefined) return true
  const scripts = [...project.wsgi, ...project.asgi].map((script) => script.path)
  const found = textsOfUrls(urls, project.root, snapshot)
  if (!found) return true
  for (const path of scripts) {
    const content = snapshot.content(path)
    if (content.state === 'content' && /MediaCling|add_files|StaticFiles\(|media/i.test(content.value.text)) return true
  }
  const first = url.split('/')[1] ?? ''
  const mentions = new RegExp(`["'\\^/]${first.replace(/[^\w-]/g, '\\$&')}(/|["'])`)
  return found.some((text) => {
    // With DEBUG off `static(…)` gives no pattern.
    const rest = text.replace(/\bstatic\((?:[^()]|\([^()]*\))*\)/g, '').replace(/^.*\bimport\b.*\bstatic\b\s*$/gm, '')
    return /views\.static|\bserve\b|document_root|sendfile|X-Accel|FileResponse|MEDIA_(URL|ROOT)|protected|private/i.test(rest) || mentions.test(rest)
  })
}

/** Packages that store uploads elsewhere or hand them out themselves. */
const libraries =
  /storages|^django_s3|cloudinary|dj_static|sendfile|downloadview|private_storage|private_media|protected_media|filer|wagtail|^cms$|dbstorage|db_file_storage|media/i

const MOST_MODULES = 60

/** The texts of the URLconf and all of the project that it includes; undefined where one cannot be found. */
function textsOfUrls(dotted: string, root: string, snapshot: Snapshot): string[] | undefined {
  const seen = new Set<string>()
  const texts: string[] = []
  const waiting = [dotted]
  while (waiting.length > 0 && seen.size < MOST_MODULES) {
    const name = waiting.pop() ?? ''
    if (seen.has(name)) continue
    seen.add(name)
    const content = moduleContent(name, root, snapshot)
    if (content === undefined) {
      if (name === dotted) return undefined
      continue
    }
    texts.push(content)
    for (const match of content.matchAll(/\binclude\(\s*\(?\s*["']([\w.]+)["']/g)) waiting.push(match[1] ?? '')
  }
  return texts
}

function moduleContent(dotted: string, root: string, snapshot: Snapshot): string | undefined {
  for (const file of [`${dotted.replaceAll('.', '/')}.py`, `${dotted.replaceAll('.', '/')}/__init__.py`]) {
    const content = snapshot.content(join(root, file))
    if (content.state === 'content' && !content.value.binary) return content.value.text
  }
  return undefined
}
