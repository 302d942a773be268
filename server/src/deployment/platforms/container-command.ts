import type { Place } from '../../problem/place.ts'
import { isInside, join } from '../../workspace/path.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { type ApplicationCommand, optionOf, readApplicationCommand } from '../processes/command-line.ts'
import { type CommandWord, splitCommand } from '../processes/command-words.ts'
import { readGunicornConfig } from '../processes/gunicorn-config.ts'
import type { Container, ContainerSetup } from './containers.ts'
import { type ServedAddress, servedAddresses } from './served-address.ts'
import type { YamlFile, YamlValue } from './yaml.ts'

/** The application server that a container starts. */
export interface ContainerCommand {
  readonly command: ApplicationCommand
  /** The place of a word of the command. */
  placeOf(told: { readonly start: number; readonly end: number }): Place
  /** The place of the whole. */
  readonly at: Place
  /** Whether the words stand in the file just so, and can be edited. */
  readonly exact: boolean
}

interface Words {
  readonly words: readonly CommandWord[]
  readonly path: string
  readonly at: Place
  readonly exact: boolean
  /** No shell runs it: Docker puts the words of CMD behind those of ENTRYPOINT. */
  readonly isList: boolean
}

/** What runs in a container, where it is an application server beyond doubt: its command, that of its image, or that of the script that either names. */
export function commandOf(container: Container, setup: ContainerSetup, snapshot: Snapshot): ContainerCommand | undefined {
  const { service, compose, image } = container
  const ofImage = (name: string): Words | undefined => {
    const found = image?.instructions.findLast((each) => each.name === name)
    return found && image ? { words: found.words, path: image.file.path, at: found.at, exact: true, isList: found.exec } : undefined
  }
  const entrypoint = service.entrypoint ? wordsOf(service.entrypoint, compose.yaml) : ofImage('ENTRYPOINT')
  const command = service.command ? wordsOf(service.command, compose.yaml) : service.entrypoint ? undefined : ofImage('CMD')
  if ((service.entrypoint && !entrypoint) || (service.command && !command)) return undefined
  const first = entrypoint?.words[0]?.value
  if (entrypoint && first !== undefined) {
    const script = scriptOf(entrypoint.words, container, setup, snapshot)
    if (script) {
      // `exec "$@"` hands on to the command.
      if (/"?\$\{?@\}?"?/.test(script.text)) return command && run(command, container, setup, snapshot)
      return ofScript(script)
    }
    const own = run(entrypoint, container, setup, snapshot)
    if (own && command && entrypoint.isList) return command.isList ? run(joined(entrypoint, command), container, setup, snapshot) : undefined
    if (own || !command) return own
    if (/\.(sh|py)$/.test(first)) return undefined
    return run(command, container, setup, snapshot)
  }
  return command && run(command, container, setup, snapshot)
}

/** `ENTRYPOINT ["gunicorn"]` and `CMD ["-b", ":8000", "shop.wsgi"]` are one command. */
const joined = (entrypoint: Words, command: Words): Words => ({
  ...command,
  words: [...entrypoint.words, ...command.words],
  exact: entrypoint.exact && command.exact && entrypoint.path === command.path,
})

function run(given: Words, container: Container, setup: ContainerSetup, snapshot: Snapshot): ContainerCommand | undefined {
  const command = readApplicationCommand(given.words)
  if (command) return { command, at: given.at, exact: given.exact, placeOf: ({ start, end }) => (given.exact ? { path: given.path, start, end } : given.at) }
  const script = scriptOf(given.words, container, setup, snapshot)
  return script && ofScript(script)
}

function wordsOf(value: YamlValue, yaml: YamlFile): Words | undefined {
  if (value.kind === 'list') {
    const words = value.items.flatMap((item) => {
      if (item.kind !== 'scalar') return []
      const lead = item.style === 'quoted' ? 1 : 0
      return { value: item.text, start: item.at.start + lead, end: item.at.end - lead, known: !item.text.includes('$') }
    })
    return { words, path: yaml.path, at: value.at, exact: value.items.every((item) => item.kind === 'scalar' && item.style !== 'block'), isList: true }
  }
  if (value.kind !== 'scalar') return undefined
  const lead = value.style === 'quoted' ? 1 : 0
  const exact = value.style !== 'block' && yaml.text.slice(value.at.start + lead, value.at.end - lead) === value.text
  return { words: splitCommand(value.text, value.at.start + lead), path: yaml.path, at: value.at, exact, isList: true }
}

interface Script {
  readonly path: string
  readonly text: string
}

/** The shell script that is started, where it is a file of the build context. */
function scriptOf(words: readonly CommandWord[], { image, service }: Container, setup: ContainerSetup, snapshot: Snapshot): Script | undefined {
  const word = words.find(
    (each, i) =>
      /\.sh$|(^|\/)(docker-)?(entrypoint|start|run)$/.test(each.value) &&
      words.slice(0, i).every((before) => /(^|\/)((ba|da|a)?sh|tini|dumb-init|--|-\w+)$/.test(before.value)),
  )
  const context = image?.context ?? service.build?.context
  if (!word || context === undefined) return undefined
  const name = word.value.slice(word.value.lastIndexOf('/') + 1)
  const candidates = setup.files.filter((path) => isInside(path, context) && path.endsWith(`/${name}`))
  const [path, ...others] = candidates
  const content = path === undefined || others.length > 0 ? undefined : snapshot.content(path)
  return path !== undefined && content?.state === 'content' && !content.value.binary && content.value.text.length < 100_000
    ? { path, text: content.value.text }
    : undefined
}

/** The last application server that a script starts. */
function ofScript({ path, text }: Script): ContainerCommand | undefined {
  let found: ContainerCommand | undefined
  let offset = 0
  for (const line of text.replace(/\\\r?\n/g, (each) => ' '.repeat(each.length)).split('\n')) {
    const command = /^\s*#/.test(line) ? undefined : readApplicationCommand(splitCommand(line, offset))
    const start = offset
    if (command)
      found = { command, at: { path, start, end: start + line.trimEnd().length }, exact: true, placeOf: (told) => ({ path, start: told.start, end: told.end }) }
    offset += line.length + 1
  }
  return found
}

/** Where a container's application listens: its command, gunicorn's own configuration file, the variables that it reads. */
export function addressesOf(found: ContainerCommand, { service, image }: Container, setup: ContainerSetup, snapshot: Snapshot): ServedAddress[] | undefined {
  const { command } = found
  const addresses = servedAddresses(command)
  if (command.server !== 'gunicorn' || optionOf(command, 'bind')) return addresses
  const sets = (name: string): boolean =>
    service.environment.has(name) || (image?.instructions.some((each) => each.name === 'ENV' && new RegExp(`\\b${name}\\b`).test(each.text)) ?? false)
  if (service.environmentOpen || sets('PORT') || sets('GUNICORN_CMD_ARGS')) return undefined
  const option = optionOf(command, 'config')
  const context = image?.context ?? service.build?.context
  const name = option?.known ? option.value.replace(/^file:/, '') : 'gunicorn.conf.py'
  const configs = setup.files.filter((path) => path.endsWith(`/${name.slice(name.lastIndexOf('/') + 1)}`))
  if (configs.length === 0) return option ? undefined : addresses
  const [path, ...others] = configs
  if (path === undefined || others.length > 0 || context === undefined || (!option && path !== join(context, name))) return undefined
  const config = readGunicornConfig(snapshot, path)
  if (!config.bindKnown || config.binds === undefined) return config.bindKnown ? addresses : undefined
  return config.binds
    .flatMap((bind) => servedAddresses({ ...command, options: [{ name: 'bind', value: bind.value, known: true, start: 0, end: 0 }] }) ?? [])
    .map((address) => ({ ...address, told: undefined }))
}
