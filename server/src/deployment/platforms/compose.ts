import type { Place } from '../../problem/place.ts'
import { dirname, isAbsolute, join, normalize } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { entryOf, readYaml, scalarsOf, textOfYaml, valueAt, type YamlFile, type YamlScalar, type YamlValue } from './yaml.ts'

/** A compose file. */
export interface ComposeFile {
  readonly path: string
  readonly yaml: YamlFile
  readonly services: readonly ComposeService[]
  /** Services may come from elsewhere: `include`, `extends` of another file. */
  readonly open: boolean
  /** Networks that are made outside of it. */
  readonly externalNetworks: readonly string[]
  /** Named volumes of the file that say nothing of their driver. */
  readonly volumes: readonly string[]
}

export interface ComposeService {
  readonly name: string
  readonly nameAt: Place
  readonly file: string
  readonly value: YamlValue | undefined
  readonly image: string | undefined
  readonly build: { readonly context: string | undefined; readonly dockerfile: string | undefined; readonly target: string | undefined } | undefined
  readonly command: YamlValue | undefined
  readonly entrypoint: YamlValue | undefined
  readonly workingFolder: string | undefined
  readonly mounts: readonly Mount[]
  readonly ports: readonly PublishedPort[]
  readonly expose: readonly number[]
  /** `default` where none is named; undefined where another mode takes their place. */
  readonly networks: readonly string[] | undefined
  readonly networkMode: string | undefined
  /** Every name by which other containers on its networks reach it. */
  readonly names: readonly string[]
  /** Names that it knows besides: `extra_hosts`, `links`. */
  readonly knows: readonly string[]
  /** Undefined value: not known. */
  readonly environment: ReadonlyMap<string, string | undefined>
  readonly environmentOpen: boolean
}

export interface Mount {
  /** A named volume, or the workspace path of a folder or file of the host. */
  readonly source: { readonly kind: 'volume'; readonly name: string } | { readonly kind: 'path'; readonly path: string } | { readonly kind: 'unknown' }
  /** In the container. */
  readonly target: string
  readonly targetAt: Place
  readonly at: Place
}

export interface PublishedPort {
  readonly container: number
  readonly at: Place
}

export const isComposePath = (path: string): boolean => /(^|\/)(docker-)?compose([.-][\w.-]+)?\.ya?ml$/.test(path)

export function readComposeFile(snapshot: Snapshot, path: string): ComposeFile | undefined {
  const yaml = readYaml(snapshot, path)
  const services = valueAt(yaml?.root, 'services')
  if (!yaml || services?.kind !== 'map') return undefined
  const networks = valueAt(yaml.root, 'networks')
  const volumes = valueAt(yaml.root, 'volumes')
  return {
    path,
    yaml,
    services: services.entries.map((entry) => readService(path, yaml, entry.key, entry.keyAt, entry.value)),
    open: entryOf(yaml.root, 'include') !== undefined || services.entries.some((entry) => entryOf(entry.value, 'extends') !== undefined),
    externalNetworks: networks?.kind === 'map' ? networks.entries.filter((entry) => isExternal(entry.value)).map((entry) => entry.key) : [],
    volumes:
      volumes?.kind === 'map'
        ? volumes.entries
            .filter((entry) => entry.value === undefined || entry.value.kind !== 'map' || entry.value.entries.length === 0)
            .map((entry) => entry.key)
        : [],
  }
}

function isExternal(value: YamlValue | undefined): boolean {
  const external = entryOf(value, 'external')
  return external !== undefined && textOfYaml(external.value) !== 'false'
}

function readService(file: string, yaml: YamlFile, name: string, nameAt: Place, value: YamlValue | undefined): ComposeService {
  const text = (key: string): string | undefined => {
    const found = textOfYaml(valueAt(value, key))
    return found?.includes('$') ? undefined : found
  }
  const networks = valueAt(value, 'networks')
  const networkMode = textOfYaml(valueAt(value, 'network_mode'))
  const aliases = networks?.kind === 'map' ? networks.entries.flatMap((entry) => scalarsOf(valueAt(entry.value, 'aliases')).map((each) => each.text)) : []
  const { environment, open } = environmentOf(value)
  return {
    name,
    nameAt,
    file,
    value,
    // A tag from the environment leaves the image's name known.
    image: textOfYaml(valueAt(value, 'image'))?.replace(/:\$(?:\{[^}]*\}|\w+)/, ':tag'),
    build: buildOf(file, valueAt(value, 'build')),
    command: valueAt(value, 'command'),
    entrypoint: valueAt(value, 'entrypoint'),
    workingFolder: text('working_dir'),
    mounts: mountsOf(file, yaml, valueAt(value, 'volumes')),
    ports: portsOf(valueAt(value, 'ports')),
    expose: scalarsOf(valueAt(value, 'expose')).flatMap((each) => (/^\d+(\/tcp)?$/.test(each.text) ? [Number.parseInt(each.text, 10)] : [])),
    networks:
      networkMode !== undefined
        ? undefined
        : networks?.kind === 'map'
          ? networks.entries.map((entry) => entry.key)
          : networks?.kind === 'list'
            ? scalarsOf(networks).map((each) => each.text)
            : ['default'],
    networkMode,
    names: [name, ...[text('container_name'), text('hostname')].flatMap((each) => each ?? []), ...aliases],
    knows: [
      ...scalarsOf(valueAt(value, 'extra_hosts')).map((each) => each.text.split(/[:=]/)[0] ?? ''),
      ...keysOf(valueAt(value, 'extra_hosts')),
      ...[...scalarsOf(valueAt(value, 'links')), ...scalarsOf(valueAt(value, 'external_links'))].map((each) => each.text.split(':').at(-1) ?? ''),
    ],
    environment,
    environmentOpen: open || entryOf(value, 'env_file') !== undefined,
  }
}

const keysOf = (value: YamlValue | undefined): string[] => (value?.kind === 'map' ? value.entries.map((entry) => entry.key) : [])

function buildOf(file: string, build: YamlValue | undefined): ComposeService['build'] {
  if (!build) return undefined
  const context = build.kind === 'scalar' ? build.text : (textOfYaml(valueAt(build, 'context')) ?? '.')
  const folder = context.includes('$') || /^[a-z+]+:\/\/|^git@/.test(context) ? undefined : join(dirname(file), context)
  const named = textOfYaml(valueAt(build, 'dockerfile'))
  const inline = entryOf(build, 'dockerfile_inline') !== undefined
  return {
    context: folder,
    dockerfile: folder === undefined || inline || named?.includes('$') ? undefined : join(folder, named ?? 'Dockerfile'),
    target: textOfYaml(valueAt(build, 'target')),
  }
}

function environmentOf(value: YamlValue | undefined): { environment: Map<string, string | undefined>; open: boolean } {
  const environment = new Map<string, string | undefined>()
  const written = valueAt(value, 'environment')
  const put = (name: string, text: string | undefined): void => void environment.set(name, text?.includes('$') ? undefined : text)
  if (written?.kind === 'map') for (const entry of written.entries) put(entry.key, textOfYaml(entry.value))
  for (const { text } of written?.kind === 'list' ? scalarsOf(written) : []) {
    const at = text.indexOf('=')
    if (at < 0) put(text, undefined)
    else put(text.slice(0, at), text.slice(at + 1))
  }
  return { environment, open: false }
}

function mountsOf(file: string, yaml: YamlFile, volumes: YamlValue | undefined): Mount[] {
  if (volumes?.kind !== 'list') return []
  return volumes.items.flatMap((item): Mount[] => {
    if (item.kind === 'scalar') return shortMount(file, yaml, item)
    const target = valueAt(item, 'target')
    const type = textOfYaml(valueAt(item, 'type'))
    if (target?.kind !== 'scalar' || type === 'tmpfs') return []
    return [{ source: sourceOf(file, textOfYaml(valueAt(item, 'source')), type), target: normalize(target.text), targetAt: target.at, at: item.at }]
  })
}

function shortMount(file: string, yaml: YamlFile, item: YamlScalar): Mount[] {
  const match = /^(?:([^:]+):)?(\/[^:]*)(?::[\w,]+)?$/.exec(item.text)
  const [, source, target] = match ?? []
  if (target === undefined) return []
  const written = yaml.text.slice(item.at.start, item.at.end)
  const offset = written.lastIndexOf(target)
  const start = item.at.start + Math.max(0, source === undefined ? written.indexOf(target) : offset)
  return [
    { source: sourceOf(file, source, undefined), target: normalize(target), targetAt: { path: item.at.path, start, end: start + target.length }, at: item.at },
  ]
}

function sourceOf(file: string, source: string | undefined, type: string | undefined): Mount['source'] {
  if (source === undefined || source.includes('$') || source.startsWith('~')) return { kind: 'unknown' }
  if (type === 'volume' || (type === undefined && !/^[./]/.test(source))) return { kind: 'volume', name: source }
  return { kind: 'path', path: isAbsolute(source) ? normalize(source) : join(dirname(file), source) }
}

function portsOf(ports: YamlValue | undefined): PublishedPort[] {
  if (ports?.kind !== 'list') return []
  return ports.items.flatMap((item): PublishedPort[] => {
    const target = item.kind === 'scalar' ? item : valueAt(item, 'target')
    if (target?.kind !== 'scalar') return []
    const container = /(?:^|:)(\d+)(?:\/tcp)?$/.exec(target.text)?.[1]
    return container === undefined ? [] : [{ container: Number(container), at: target.at }]
  })
}
