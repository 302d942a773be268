import type { Deployment } from '../deployment/deployment.ts'
import { type DjangoProject, settingsNamesOf } from '../deployment/django/project.ts'
import { type DjangoSettings, readSettings } from '../deployment/django/settings.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'

/** A settings module that a server's script of a project loads. */
export interface ProjectSettings {
  readonly project: DjangoProject
  readonly settings: DjangoSettings
}

/** The settings modules that the `wsgi.py` and `asgi.py` of the projects name, each where it names one beyond doubt; or the one that webconf's settings name. */
export function settingsOfProjects(deployment: Deployment, snapshot: Snapshot, { deployment: { settingsModule } }: Settings): ProjectSettings[] {
  return deployment.django.flatMap((project) => {
    const named = [...project.wsgi, ...project.asgi].flatMap((script) => {
      const [name, ...others] = settingsNamesOf(script)
      return name === undefined || others.length > 0 ? [] : [name]
    })
    const names = new Set(settingsModule === undefined ? named : [settingsModule])
    return project.settingsModules
      .filter((module) => names.has(module.dotted))
      .flatMap(({ path, dotted }) => {
        const tail = `/${dotted.replaceAll('.', '/')}`
        const plain = path?.replace(/(\/__init__)?\.py$/, '')
        const root = plain?.endsWith(tail) ? plain.slice(0, -tail.length) : project.root
        const settings = path === undefined ? undefined : readSettings(snapshot, path, root)
        return settings?.state === 'read' ? [{ project, settings }] : []
      })
  })
}
