import { type DjangoSettings, localUrl } from '../../../deployment/django/settings.ts'
import { knownText } from '../../../deployment/django/values.ts'
import type { ComposeFile, ComposeService } from '../../../deployment/platforms/compose.ts'
import { type ContainerSetup, containerOf, pathsInContainer, projectOf } from '../../../deployment/platforms/containers.ts'
import type { Place } from '../../../problem/place.ts'
import { dirname, isInside, join, relativeTo } from '../../../workspace/path.ts'
import type { ConfigurationContext } from '../../rule.ts'

/** A folder of the settings that a server is to serve. */
export interface ContainerStatic {
  readonly name: 'STATIC_ROOT' | 'MEDIA_ROOT'
  /** Begins and ends with a slash. */
  readonly url: string
  /** As the settings give it: a path of the workspace, or of the container where it is written out. */
  readonly root: string
  readonly at: Place
}

/** STATIC_ROOT and MEDIA_ROOT with their URLs, where both are known. */
export function servedFolders(settings: DjangoSettings): ContainerStatic[] {
  if (settings.state !== 'read') return []
  return (['STATIC', 'MEDIA'] as const).flatMap((kind) => {
    const value = settings.get(`${kind}_ROOT`)
    const root = knownText(value)
    const given = knownText(settings.get(`${kind}_URL`))
    const url = given === undefined ? undefined : localUrl(given)
    if (root === undefined || root === '' || url === undefined || url === '/' || value.state !== 'known' || !value.at) return []
    return [{ name: `${kind}_ROOT` as const, url: url.endsWith('/') ? url : `${url}/`, root: root.replace(/(?<=.)\/+$/, ''), at: value.at }]
  })
}

/** Where the folder lies in each container that holds the project, as far as that is known. */
export function rootsInContainer(
  served: ContainerStatic,
  compose: ComposeFile,
  setup: ContainerSetup,
  { deployment }: ConfigurationContext,
): { readonly service: ComposeService; readonly folder: string }[] {
  const [project, ...others] = deployment.django
  if (!project || others.length > 0) return []
  return projectOf(setup, compose).flatMap((file) =>
    file.services.flatMap((service) => {
      const container = containerOf(setup, file, service)
      const manage = project.manage ?? project.wsgi[0]?.path
      const [path, ...more] = manage === undefined ? [] : [...new Set(pathsInContainer(container, manage, setup.files))]
      if (path === undefined || more.length > 0 || manage === undefined) return []
      const workspaceRoot = dirname(manage)
      if (!isInside(served.root, workspaceRoot)) return isInside(served.root, dirname(workspaceRoot)) ? [] : [{ service, folder: served.root }]
      return [{ service, folder: join(dirname(path), `./${relativeTo(served.root, workspaceRoot)}`) }]
    }),
  )
}
