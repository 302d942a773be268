import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type ShellCommand, shellCommands } from './shell.ts'
import { readYaml, textOfYaml, valueAt, type YamlEntry, type YamlFile, type YamlScalar, type YamlValue } from './yaml.ts'

/** A file `.ebextensions/*.config`. */
export interface ExtensionFile {
  readonly path: string
  readonly yaml: YamlFile
  readonly options: readonly ExtensionOption[]
  readonly commands: readonly ExtensionCommand[]
  /** Packages of the system: `packages: yum:`. */
  readonly packages: readonly { readonly name: string; readonly at: Place }[]
}

/** An entry of `option_settings`, in whichever of its forms. */
export interface ExtensionOption {
  readonly namespace: string
  readonly namespaceAt: Place
  readonly name: string
  readonly nameAt: Place
  readonly value: YamlScalar | undefined
}

export interface ExtensionCommand {
  readonly phase: 'commands' | 'container_commands'
  readonly name: string
  readonly nameAt: Place
  readonly value: YamlValue | undefined
  /** The value of `command`; undefined where it is a list or absent. */
  readonly script: YamlScalar | undefined
  readonly shell: readonly ShellCommand[]
  readonly leaderOnly: boolean
  readonly test: boolean
}

/** The keys that a configuration file may have; with another one the whole file is left aside. */
export const extensionKeys: readonly string[] = [
  'option_settings',
  'packages',
  'groups',
  'users',
  'sources',
  'files',
  'commands',
  'services',
  'container_commands',
  'Resources',
  'Outputs',
  'Mappings',
  'Parameters',
  'Conditions',
]

export const environmentNamespace = 'aws:elasticbeanstalk:application:environment'

export function readExtensionFile(snapshot: Snapshot, path: string): ExtensionFile | undefined {
  const yaml = readYaml(snapshot, path)
  if (!yaml) return undefined
  const commands = (['commands', 'container_commands'] as const).flatMap((phase) => {
    const value = valueAt(yaml.root, phase)
    return value?.kind === 'map' ? value.entries.map((entry) => commandOf(phase, entry)) : []
  })
  return { path, yaml, options: optionsOf(yaml), commands, packages: packagesOf(yaml) }
}

function optionsOf(yaml: YamlFile): ExtensionOption[] {
  const settings = valueAt(yaml.root, 'option_settings')
  if (settings?.kind === 'map') {
    return settings.entries.flatMap(({ key, keyAt, value }) =>
      value?.kind === 'map'
        ? value.entries.map((entry) => ({
            namespace: key,
            namespaceAt: keyAt,
            name: entry.key,
            nameAt: entry.keyAt,
            value: entry.value?.kind === 'scalar' ? entry.value : undefined,
          }))
        : [],
    )
  }
  if (settings?.kind !== 'list') return []
  return settings.items.flatMap((item) => {
    const name = valueAt(item, 'option_name')
    const namespace = valueAt(item, 'namespace')
    const value = valueAt(item, 'value')
    if (name?.kind !== 'scalar') return []
    return {
      namespace: textOfYaml(namespace) ?? environmentNamespace,
      namespaceAt: namespace?.at ?? name.at,
      name: name.text,
      nameAt: name.at,
      value: value?.kind === 'scalar' ? value : undefined,
    }
  })
}

function commandOf(phase: ExtensionCommand['phase'], { key, keyAt, value }: YamlEntry): ExtensionCommand {
  const script = valueAt(value, 'command')
  const leader = textOfYaml(valueAt(value, 'leader_only'))
  return {
    phase,
    name: key,
    nameAt: keyAt,
    value,
    script: script?.kind === 'scalar' ? script : undefined,
    shell: script?.kind === 'scalar' ? shellCommands(script.text) : [],
    leaderOnly: leader !== undefined && /^(true|yes|on)$/i.test(leader),
    test: valueAt(value, 'test') !== undefined,
  }
}

function packagesOf(yaml: YamlFile): { name: string; at: Place }[] {
  const packages = valueAt(yaml.root, 'packages')
  if (packages?.kind !== 'map') return []
  return packages.entries.flatMap(({ key, value }) =>
    (key === 'yum' || key === 'rpm') && value?.kind === 'map' ? value.entries.map((entry) => ({ name: entry.key, at: entry.keyAt })) : [],
  )
}
