import type { ApacheOverride } from '../../catalog/apache/catalog.ts'
import { resolveApache } from '../../configuration/apache/resolve.ts'
import type { ResolveOptions } from '../../configuration/options.ts'
import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { testApache } from '../../rules/apache/config-test/test.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { fromBytes } from './bytes.ts'
import { type Override, optionsNamed } from './core.ts'

/** A `.htaccess` as the server reads it. */
interface HtaccessFile {
  readonly configuration: Configuration
  readonly directives: readonly PlacedDirective[]
}

/** Reads a `.htaccess` with the modules and defines of the server that reads it; the same text is not read twice. */
export function readHtaccess(snapshot: Snapshot, path: string, text: string, server: Configuration, options: ResolveOptions): HtaccessFile | undefined {
  const files = read.get(server) ?? new Map<string, HtaccessFile & { readonly text: string }>()
  read.set(server, files)
  const known = files.get(path)
  if (known?.text === text) return known
  const configuration = resolveApache(snapshot, [fromBytes(path)], { ...options, context: undefined, within: server })
  if (!configuration) return undefined
  const file = { configuration: { ...configuration, context: 'htaccess', contextKnown: true, modules: server.modules }, directives: configuration.top, text }
  if (!snapshot.wanting) files.set(path, file)
  return file
}

const read = new WeakMap<Configuration, Map<string, HtaccessFile & { readonly text: string }>>()

interface HtaccessMistake {
  readonly at: PlacedDirective | undefined
  readonly message: string
}

/** What is wrong in it for the server, given what `AllowOverride` grants: any mistake ends the request. */
export function mistakeIn(
  file: HtaccessFile,
  override: Override,
  options: ResolveOptions,
): { readonly mistake: HtaccessMistake | undefined; readonly ignored: ReadonlySet<PlacedDirective> } {
  const { configuration } = file
  const ignored = new Set<PlacedDirective>()
  const overrides = override.classes === 'unset' ? [] : ([...override.classes] as ApacheOverride[])
  const directiveAt = (start: number): PlacedDirective | undefined =>
    configuration.all.findLast((each) => each.source === configuration.root && each.start <= start && start <= each.start + each.node.text.length)
  let mistake: HtaccessMistake | undefined
  const fault = configuration.root.tree.faults.find((each) => each.serverMessage !== undefined)
  if (fault?.serverMessage !== undefined) mistake = { at: directiveAt(fault.start), message: fault.serverMessage }
  testApache({ configuration, settings: options.settings, overrides }, (rule, finding) => {
    if ((finding.severity ?? 'error') !== 'error' || !finding.configTest) return
    const at = directiveAt(finding.at.start)
    if (rule === 'apache/not-allowed-here' && at && override.list?.has(at.name)) return
    const overlooked =
      (rule === 'apache/not-allowed-here' && (override.nonfatal === 'override' || override.nonfatal === 'all')) ||
      (rule === 'apache/unknown-directive' && (override.nonfatal === 'unknown' || override.nonfatal === 'all'))
    if (overlooked) {
      if (at) ignored.add(at)
    } else mistake ??= { at, message: finding.configTest.message }
  })
  const granted = override.options
  if (granted && !mistake) {
    for (const directive of configuration.all) {
      const foreign =
        directive.name === 'options'
          ? directive.args.find(({ value }) => optionsNamed(value.replace(/^[+-]/, ''))?.some((each) => !granted.has(each)))
          : undefined
      if (foreign) mistake ??= { at: directive, message: `Option ${foreign.value.replace(/^[+-]/, '')} not allowed here` }
    }
  }
  return { mistake, ignored }
}
