import type { ComposeFile, ComposeService } from '../../../deployment/platforms/compose.ts'
import { addressesOf, type ContainerCommand, commandOf } from '../../../deployment/platforms/container-command.ts'
import { type Container, type ContainerSetup, containerOf, projectOf } from '../../../deployment/platforms/containers.ts'
import type { ServedAddress } from '../../../deployment/platforms/served-address.ts'
import type { Snapshot } from '../../../workspace/snapshot.ts'

/** Whether two services have a network in common, in one of the files that define them. */
export const shareNetwork = (a: ComposeService, b: ComposeService): boolean => a.networks?.some((each) => b.networks?.includes(each)) ?? false

/** Every definition of the services of a project, those of override files too. */
export const servicesOf = (setup: ContainerSetup, compose: ComposeFile): readonly ComposeService[] => projectOf(setup, compose).flatMap((each) => each.services)

/** The definitions of a service that a name means, over the files of a project. */
export function definitionsNamed(setup: ContainerSetup, compose: ComposeFile, host: string): Container[] {
  const files = projectOf(setup, compose)
  const names = new Set(files.flatMap((file) => file.services.filter((each) => each.names.includes(host)).map((each) => each.name)))
  return files.flatMap((file) => file.services.filter((each) => names.has(each.name)).map((service) => containerOf(setup, file, service)))
}

export interface Served {
  readonly container: Container
  readonly command: ContainerCommand
  readonly addresses: readonly ServedAddress[]
}

/** Where the definitions of a service listen; undefined where one of them is not known. A definition that only changes something else is looked through. */
export function servedBy(definitions: readonly Container[], setup: ContainerSetup, snapshot: Snapshot): Served[] | undefined {
  const found: Served[] = []
  for (const container of definitions) {
    const { service } = container
    if (
      definitions.length > 1 &&
      service.command === undefined &&
      service.entrypoint === undefined &&
      service.build === undefined &&
      service.image === undefined
    )
      continue
    // An image that is made elsewhere starts what it wants; so does a second program beside it.
    const command = commandOf(container, setup, snapshot)
    const addresses = command && addressesOf(command, container, setup, snapshot)
    if (!command || !addresses) return undefined
    found.push({ container, command, addresses })
  }
  return found.length > 0 ? found : undefined
}

/** Ports that a service declares or is known to listen on. */
export function portsOf(
  container: Container,
  setup: ContainerSetup,
  snapshot: Snapshot,
): { readonly served: readonly number[]; readonly declared: readonly number[] } {
  const command = commandOf(container, setup, snapshot)
  const addresses = command ? addressesOf(command, container, setup, snapshot) : undefined
  const { service, image } = container
  const exposed =
    image?.instructions.filter((each) => each.name === 'EXPOSE').flatMap((each) => each.words.map((word) => Number.parseInt(word.value, 10))) ?? []
  return {
    served: addresses?.flatMap((each) => each.port ?? []) ?? [],
    declared: [...service.expose, ...service.ports.map((each) => each.container), ...exposed].filter((each) => !Number.isNaN(each)),
  }
}

/** Services of the project to which requests for a port were most likely meant to go. */
export function candidatesFor(port: number, own: Container, setup: ContainerSetup, snapshot: Snapshot): string[] {
  const others = projectOf(setup, own.compose).flatMap((file) =>
    file.services.filter((each) => each.name !== own.service.name && shareNetwork(own.service, each)).map((service) => containerOf(setup, file, service)),
  )
  const rank = (test: (ports: ReturnType<typeof portsOf>) => boolean): string[] => [
    ...new Set(others.filter((each) => test(portsOf(each, setup, snapshot))).map((each) => each.service.name)),
  ]
  const serving = rank((ports) => ports.served.includes(port))
  if (serving.length > 0) return serving
  const declaring = rank((ports) => ports.declared.includes(port))
  if (declaring.length > 0) return declaring
  const applications = rank((ports) => ports.served.length > 0)
  return applications.length > 0 ? applications : [...new Set(others.filter((each) => each.service.build).map((each) => each.service.name))]
}
