import { settingsOfProjects } from '../../application/project-settings.ts'
import { isStringLiteral } from '../../deployment/django/list-literal.ts'
import type { DjangoSettings } from '../../deployment/django/settings.ts'
import { isSequence, textOf, type Value } from '../../deployment/django/values.ts'
import type { Place } from '../../problem/place.ts'
import { isInside, join } from '../../workspace/path.ts'
import { nearest } from '../lib/names.ts'
import { type DeploymentContext, defineRule, type FindingFix } from '../rule.ts'

const scripts = `#- manage.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
#- site1/__init__.py
#- site1/wsgi.py
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")
application = None
`

export const rule = defineRule({
  id: 'django/module-not-found',
  looksAt: 'deployment',
  severity: 'error',
  summary: '`ROOT_URLCONF`, a middleware or an application of the settings that is not in the project’s package.',
  explanation: `
A module that ROOT_URLCONF names and that is not there makes every request a 500; one of MIDDLEWARE or INSTALLED_APPS keeps the application from starting.

Only names that begin with a package of the project are looked for. What may be installed, and names that the settings make of parts that are not known, are left alone.
`,
  source: 'Run with Django 3.2: ModuleNotFoundError for each of the three.',
  examples: {
    failing: [
      {
        title: 'the URLconf has another name, and a middleware lies elsewhere',
        files: `
${scripts}#- site1/urls.py
urlpatterns = []
#- site1/middleware/__init__.py
#- site1/middleware/audit.py
class Audit: pass
#- site1/settings.py
ROOT_URLCONF = "site1.url"
#              ^^^^^^^^^^^ error[django/module-not-found]: ROOT_URLCONF names site1.url, which is not in site1
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "site1.middlewares.audit.Audit",
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[django/module-not-found]: MIDDLEWARE names site1.middlewares.audit
]
INSTALLED_APPS = ["site1.missing"]
#                 ^^^^^^^^^^^^^^^ error[django/module-not-found]: INSTALLED_APPS names site1.missing
`,
      },
    ],
    passing: [
      {
        title: 'modules, packages, classes in packages, application configurations, packages that are installed',
        files: `
${scripts}#- site1/urls/__init__.py
urlpatterns = []
#- site1/middleware/__init__.py
class Audit: pass
#- site1/shop/__init__.py
#- site1/shop/apps.py
class ShopConfig: pass
#- site1/blog/models.py
#- site1/settings.py
ROOT_URLCONF = "site1.urls"
MIDDLEWARE = ["site1.middleware.Audit", "corsheaders.middleware.CorsMiddleware"]
INSTALLED_APPS = ["django.contrib.admin", "site1.shop.apps.ShopConfig", "site1.blog", "elsewhere.app"]
`,
      },
    ],
  },
  check(context) {
    const { deployment, snapshot, settings: own } = context
    for (const { project, settings } of settingsOfProjects(deployment, snapshot, own)) {
      for (const name of ['ROOT_URLCONF', 'MIDDLEWARE', 'INSTALLED_APPS'])
        for (const each of namesIn(settings, name)) reportMissing(name, each, project.root, context)
    }
  },
})

interface Named {
  readonly dotted: string
  readonly at: Place
}

function namesIn(settings: DjangoSettings, name: string): Named[] {
  const value = settings.get(name)
  const list: readonly Value[] = value.state === 'known' && isSequence(value.value) ? value.value.items : [value]
  return list.flatMap((each) => {
    const text = each.state === 'known' && each.at ? textOf(each.value) : undefined
    return text !== undefined && each.state === 'known' && each.at ? [{ dotted: text, at: each.at }] : []
  })
}

function reportMissing(setting: string, { dotted, at }: Named, root: string, context: DeploymentContext): void {
  const { files, snapshot, report } = context
  const segments = dotted.split('.')
  const [top] = segments
  // Only a package of the project: another of the name could be installed beside it where it has no __init__.py.
  if (top === undefined || segments.length < 2 || !/^[\w.]+$/.test(dotted) || !files.includes(join(root, top, '__init__.py'))) return
  const found = (count: number): boolean => isModule(join(root, ...segments.slice(0, count)), files)
  // The last name of a middleware, and of an AppConfig, is that of a class.
  const endsInClass = setting === 'MIDDLEWARE' || (setting === 'INSTALLED_APPS' && /^[A-Z]/.test(segments.at(-1) ?? ''))
  const length = endsInClass ? segments.length - 1 : segments.length
  if (found(length)) return
  let known = length
  while (known > 1 && !found(known)) known--
  // What is inside a module is not looked for.
  if (files.includes(`${join(root, ...segments.slice(0, known))}.py`)) return
  const parent = segments.slice(0, known).join('.')
  const missing = segments.slice(0, length).join('.')
  report({
    at,
    message: `${setting} names ${missing}, which is not in ${parent}: ${setting === 'ROOT_URLCONF' ? 'every request ends in 500' : 'the application does not start'} (ModuleNotFoundError).`,
    fixes: mended({ dotted, at }, segments, known, join(root, ...segments.slice(0, known)), files, snapshot),
  })
}

/** A module, a package, or a folder with Python files (a namespace package). */
const isModule = (path: string, files: readonly string[]): boolean => files.some((file) => file === `${path}.py` || (isInside(file, path) && file !== path))

function mended(
  { dotted, at }: Named,
  segments: readonly string[],
  known: number,
  folder: string,
  files: readonly string[],
  snapshot: DeploymentContext['snapshot'],
): FindingFix[] {
  const names = new Set(
    files
      .filter((file) => isInside(file, folder))
      .flatMap((file) => {
        const [first = '', ...rest] = file.slice(folder.length + 1).split('/')
        return rest.length > 0 ? [first] : first.endsWith('.py') && first !== '__init__.py' ? [first.slice(0, -3)] : []
      }),
  )
  const close = nearest(segments[known] ?? '', [...names])
  if (close === undefined || !isStringLiteral(at, snapshot)) return []
  const rest = segments.slice(known + 1)
  if (rest[0] !== undefined && rest.length > 1 && !isModule(join(folder, close, rest[0]), files)) return []
  const meant = [...segments.slice(0, known), close, ...rest].join('.')
  const content = snapshot.content(at.path)
  const quote = content.state === 'content' ? content.value.text.charAt(at.start) : '"'
  return meant === dotted ? [] : [{ title: `Write ${meant}`, safe: false, edits: [{ ...at, newText: `${quote}${meant}${quote}` }] }]
}
