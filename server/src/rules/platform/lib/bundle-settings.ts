import { type DjangoSettings, readSettings } from '../../../deployment/django/settings.ts'
import { knownItems, knownText, possibleValues, truthOf } from '../../../deployment/django/values.ts'
import type { Beanstalk } from '../../../deployment/platforms/beanstalk.ts'
import { environmentNamespace } from '../../../deployment/platforms/extension-file.ts'
import { isInside, join } from '../../../workspace/path.ts'
import type { DeploymentContext } from '../../rule.ts'

/** The settings that the environment loads: those that its variable names, else those of the only script; undefined where that is not sure. */
export function bundleSettings(beanstalk: Beanstalk, { deployment, snapshot, settings }: DeploymentContext): DjangoSettings | undefined {
  const projects = deployment.django.filter((each) => isInside(each.root, beanstalk.root))
  const [project, ...others] = projects
  if (!project || others.length > 0) return undefined
  const said = settings.deployment.settingsModule ?? beanstalk.option(environmentNamespace, 'DJANGO_SETTINGS_MODULE')?.value?.text
  const dotted = said ?? (project.settingsModules.length === 1 ? project.settingsModules[0]?.dotted : undefined)
  if (dotted === undefined) return undefined
  const variables = new Map(
    beanstalk.options.flatMap((each) => (each.namespace === environmentNamespace && each.value ? [[each.name, each.value.text] as const] : [])),
  )
  const path = [`${dotted.replaceAll('.', '/')}.py`, `${dotted.replaceAll('.', '/')}/__init__.py`]
    .map((each) => join(project.root, each))
    .find((each) => beanstalk.files.includes(each))
  return path === undefined ? undefined : readSettings(snapshot, path, project.root, variables)
}

/** Whether the application may serve or store its static files itself: then nobody needs the proxy's mapping. */
export function mayServeItself(settings: DjangoSettings): boolean {
  for (const name of ['MIDDLEWARE', 'INSTALLED_APPS']) {
    if (!settings.assignments.has(name)) continue
    const items = knownItems(settings.get(name))
    if (!items?.complete || items.items.some(({ text }) => /whitenoise|storages|cloudinary|dj_static/.test(text))) return true
  }
  if (settings.assignments.has('STATICFILES_STORAGE') || settings.assignments.has('STORAGES')) {
    const storages = [settings.get('STATICFILES_STORAGE'), settings.get('STORAGES')].map(possibleValues)
    if (storages.some((each) => !each.complete || /whitenoise|s3|gcloud|azure|boto|cloudinary/i.test(JSON.stringify(each.values)))) return true
  }
  return truthOf(settings.get('DEBUG')) === true
}

/** STATIC_ROOT, relative to the bundle's root; undefined where it is not known or lies elsewhere. */
export function staticRootInBundle(settings: DjangoSettings, beanstalk: Beanstalk): string | undefined {
  const root = knownText(settings.get('STATIC_ROOT'))
  if (root === undefined || root === '') return undefined
  const deployed = /^\/(?:var\/app|opt\/python)\/current\/(?:app\/)?(.+)$/.exec(root)?.[1]
  if (deployed !== undefined) return deployed.replace(/\/+$/, '')
  return isInside(root, beanstalk.root) && root !== beanstalk.root ? root.slice(beanstalk.root.length + 1).replace(/\/+$/, '') : undefined
}
