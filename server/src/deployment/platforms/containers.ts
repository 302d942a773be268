import { dirname, isInside, join, relativeTo } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type ComposeFile, type ComposeService, isComposePath, readComposeFile } from './compose.ts'
import { allInstructions, type Dockerfile, type DockerInstruction, type DockerStage, readDockerfile, rootImage, workingFolder } from './dockerfile.ts'

/** What the workspace says of containers. */
export interface ContainerSetup {
  readonly compose: readonly ComposeFile[]
  readonly dockerfiles: readonly Dockerfile[]
  readonly files: readonly string[]
}

/** A service with the image that it is built from, where that is in the workspace. */
export interface Container {
  readonly service: ComposeService
  readonly compose: ComposeFile
  readonly image: BuiltImage | undefined
}

export interface BuiltImage {
  readonly file: Dockerfile
  readonly stage: DockerStage
  readonly instructions: readonly DockerInstruction[]
  /** `python:3.11-slim`. */
  readonly base: string | undefined
  readonly context: string
  readonly folder: string | undefined
}

export function readContainers(snapshot: Snapshot, files: readonly string[]): ContainerSetup {
  const compose = files.filter(isComposePath).flatMap((path) => readComposeFile(snapshot, path) ?? [])
  const named = new Set(compose.flatMap((file) => file.services.flatMap((each) => each.build?.dockerfile ?? [])))
  return { compose, dockerfiles: files.filter((path) => named.has(path) || isDockerfile(path)).flatMap((path) => readDockerfile(snapshot, path) ?? []), files }
}

const isDockerfile = (path: string): boolean =>
  /(^|\/)(Dockerfile([.-][\w.-]+)?|[\w.-]+\.[Dd]ockerfile|Containerfile)$/.test(path) && !/\.(md|txt|dockerignore)$/.test(path)

/** The files that make one project with a compose file: those beside it, and all where it includes others. */
export const projectOf = (setup: ContainerSetup, compose: ComposeFile): readonly ComposeFile[] =>
  setup.compose.filter((each) => dirname(each.path) === dirname(compose.path))

export function containerOf(setup: ContainerSetup, compose: ComposeFile, service: ComposeService): Container {
  return { service, compose, image: builtImage(setup, service) }
}

/** The image of a service; `build` may stand in another file of the project. */
function builtImage(setup: ContainerSetup, { build }: ComposeService): BuiltImage | undefined {
  const file = build?.dockerfile === undefined ? undefined : setup.dockerfiles.find((each) => each.path === build.dockerfile)
  if (!file || build?.context === undefined) return undefined
  const stage = build.target === undefined ? file.stages.at(-1) : file.stages.find((each) => each.name === build.target)
  if (!stage) return undefined
  const instructions = allInstructions(file, stage)
  return { file, stage, instructions, base: rootImage(file, stage), context: build.context, folder: workingFolder(instructions) }
}

/** Where a file or folder of the workspace lies in a container: mounted there, or copied into its image. */
export function pathsInContainer({ service, image }: Container, path: string, files: readonly string[]): string[] {
  const found: string[] = []
  for (const { source, target } of service.mounts) {
    if (source.kind === 'path' && isInside(path, source.path)) found.push(join(target, `./${relativeTo(path, source.path)}`))
  }
  if (image) for (const instruction of image.instructions) found.push(...copied(instruction, image, path, files))
  return found
}

function copied({ name, words, textStart }: DockerInstruction, image: BuiltImage, path: string, files: readonly string[]): string[] {
  if ((name !== 'COPY' && name !== 'ADD') || words.some((word) => word.value.startsWith('--from'))) return []
  const names = words.filter((word) => !word.value.startsWith('--'))
  const target = names.at(-1)
  const sources = names.slice(0, -1)
  if (!target?.known || sources.length === 0) return []
  const folder = folderAt(image.instructions, textStart)
  const to = target.value.startsWith('/') ? target.value : folder === undefined ? undefined : `${folder}/${target.value}`
  if (to === undefined) return []
  return sources.flatMap((source) => {
    const from = join(image.context, `./${source.value}`)
    if (path === from && files.includes(path))
      return [to.endsWith('/') || /(^|\/)\.$/.test(to) || sources.length > 1 ? join(to, path.slice(path.lastIndexOf('/') + 1)) : join(to)]
    return isInside(path, from) ? [join(to, `./${relativeTo(path, from)}`)] : []
  })
}

/** The working folder at a place of a Dockerfile. */
const folderAt = (instructions: readonly DockerInstruction[], offset: number): string | undefined =>
  workingFolder(instructions.filter((each) => each.textStart <= offset))

/** Whether what runs in the container is the server of an official image and nothing beside it. */
export function isServerImage({ service, image }: Container, dialect: 'nginx' | 'apache'): boolean {
  const names = dialect === 'nginx' ? nginxImages : httpdImages
  if (service.command !== undefined || service.entrypoint !== undefined) return false
  if (!service.build) return service.image !== undefined && names.test(service.image.replace(/@sha256:\w+$/, ''))
  return (
    image?.base !== undefined &&
    names.test(image.base) &&
    !image.instructions.some((each) => each.name === 'ENTRYPOINT' || (each.name === 'CMD' && !/nginx|httpd/.test(each.text)))
  )
}

const nginxImages = /^(?:docker\.io\/)?(?:library\/|nginxinc\/|public\.ecr\.aws\/(?:docker\/library|nginx)\/)?nginx(?:-unprivileged)?(?::[\w.-]+)?$/
const httpdImages = /^(?:docker\.io\/)?(?:library\/|public\.ecr\.aws\/docker\/library\/)?httpd(?::[\w.-]+)?$/

/** Every container in which a configuration file lies where a server reads it, with its path there. A copy of the whole project is no such place. */
export function containersWith(setup: ContainerSetup, path: string): { readonly container: Container; readonly path: string }[] {
  return setup.compose.flatMap((compose) =>
    compose.services.flatMap((service) => {
      const container = containerOf(setup, compose, service)
      return pathsInContainer(container, path, setup.files)
        .filter((each) => /^\/(?:etc|usr\/local|opt)\/(?:.*\/)?(?:nginx|openresty|apache2?|httpd)\//.test(each))
        .map((each) => ({ container, path: each }))
    }),
  )
}
