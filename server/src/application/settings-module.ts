import type { DjangoSettings } from '../deployment/django/settings.ts'
import type { ApplicationProcess } from '../deployment/processes/process.ts'
import { basename, dirname } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import type { Application } from './application.ts'

/** Settings modules that lie beside one, as modules of a `settings` package or as files such as `settings_production.py`; undefined where the folder is not known. */
export function settingsBeside(settings: DjangoSettings, snapshot: Snapshot): readonly string[] | undefined {
  const folder = dirname(settings.path)
  const entries = snapshot.folder(folder)
  if (entries.state !== 'content') return undefined
  const inPackage = /settings|config/i.test(basename(folder)) && !entries.value.some(({ name }) => name === 'wsgi.py' || name === 'urls.py')
  return entries.value
    .filter(({ kind, name }) => kind === 'file' && name.endsWith('.py') && `${folder}/${name}` !== settings.path)
    .filter(({ name }) => (inPackage ? !name.startsWith('__') : /(^|_)settings(_|\.)|^settings/i.test(name)))
    .map(({ name }) => `${folder}/${name}`)
}

/**
 * Whether the process loads these settings beyond doubt. `setdefault` in the script gives way to the environment: then nothing of the process's
 * environment may be unknown, or there is no other settings module.
 */
export function loadsCertainly(application: Application, settings: DjangoSettings, snapshot: Snapshot): boolean {
  if (application.kind === 'mod_wsgi') return true
  const scripts = [...(application.project?.wsgi ?? []), ...(application.project?.asgi ?? [])]
  if (scripts.length > 0 && scripts.every((script) => script.settingsModule?.overridable === false)) return true
  const { processes } = application
  if (processes.length > 0 && processes.every((each) => each.environment.has('DJANGO_SETTINGS_MODULE') || hasClosedEnvironment(each))) return true
  return settingsBeside(settings, snapshot)?.filter((path) => !/\/(base|common|defaults?|__init__|test\w*)\.py$/.test(path)).length === 0
}

/** Whether all variables that the process is started with are in its unit. */
const hasClosedEnvironment = ({ manager, unit }: ApplicationProcess): boolean =>
  manager === 'supervisor' || (unit !== undefined && ['EnvironmentFile', 'PassEnvironment'].every((key) => unit.values('Service', key).length === 0))

/** Names of settings for development, and for production, as people choose them. */
export const isForDevelopment = (path: string): boolean => /(^|[_./])(dev|devel|develop|development|local|debug)(_settings|settings)?\.py$/i.test(path)
export const isForProduction = (path: string): boolean => /(^|[_./])(prod|production|live|deploy|deployment|server)(_settings|settings)?\.py$/i.test(path)
