import { contextInside, type NginxContext, type NginxEntry, takesCount } from '../../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { ConfigurationContext, Finding, FindingFix } from '../../rule.ts'
import { argumentCount, hasNoOpening, misplaced, notTerminated, unknownDirective } from './directive-faults.ts'
import { type Lookup, makeLookup } from './directives.ts'
import { endOfBlock, endOfTest } from './endings.ts'
import type { EntryBlock } from './entries.ts'
import { readLocation, reportDuplicateLocations } from './location.ts'
import type { Location } from './locations.ts'
import { swallowedDirective } from './missing-semicolon.ts'
import { syntaxFaults } from './syntax-faults.ts'
import { type Detail, type NginxTestRule, placeAt, type Reading } from './reading.ts'
import { expectation, fixOfValue } from './expectations.ts'
import { entryBlockOf, setterOf } from './setters.ts'
import { postChecks } from './slots.ts'
import { type Block, belongTogether, makeBlock, makeState, protocolOf, type TestState } from './state.ts'

/** Names of contexts as the command and comments write them, with the catalog's. */
const contexts: Readonly<Record<string, NginxContext>> = {
  main: 'main',
  events: 'events',
  http: 'http',
  'http,server': 'server',
  'http,server,location': 'location',
  'http,server,location,if': 'if-in-location',
  'http,server,if': 'if-in-server',
  'http,server,location,limit_except': 'limit_except',
  'http,upstream': 'upstream',
  stream: 'stream',
  'stream,server': 'stream-server',
  'stream,upstream': 'stream-upstream',
  mail: 'mail',
  'mail,server': 'mail-server',
}

/** Blocks of data that a piece may be the inside of. */
const dataContexts: Readonly<Record<string, readonly [string, NginxContext]>> = {
  'http,map': ['map', 'http'],
  'http,types': ['types', 'http'],
  'http,geo': ['geo', 'http'],
  'http,split_clients': ['split_clients', 'http'],
}

/** What the test looks at. */
export type TestContext = Pick<ConfigurationContext, 'configuration' | 'settings'>

/** What is found, and under which rule. */
export type Report = (rule: NginxTestRule, finding: Finding) => void

/** Says of a configuration what `nginx -t` would say, of every line where nginx stops at its first mistake. */
export function testNginx(context: TestContext, report: Report): void {
  new NginxTest(context, report).run()
}

class NginxTest {
  private readonly state: TestState
  private readonly report: Report
  private readonly top: readonly PlacedDirective[]
  private readonly includes: readonly PlacedDirective[]
  private readonly extra: ReadonlySet<string>
  private readonly lookUp: (name: string, context: NginxContext) => Lookup
  /** Errors of the directive that is being read. */
  private errors = 0

  constructor({ configuration, settings }: TestContext, report: Report) {
    this.state = makeState(configuration, settings.nginx.version)
    this.report = report
    this.top = configuration.top
    this.includes = configuration.all.filter((directive) => directive.name === 'include' && directive.node.block === undefined)
    this.extra = new Set(settings.nginx.directives)
    this.lookUp = makeLookup(settings.nginx.version)
  }

  run(): void {
    const { context } = this.state.configuration
    for (const finding of syntaxFaults(this.state.configuration)) this.report('nginx/syntax', finding)
    for (const include of this.includes) this.checkInclude(include)
    const data = dataContexts[context]
    if (data) {
      const found = this.lookUp(data[0], data[1])
      const entry = found.kind === 'allowed' ? found.entries[0] : undefined
      const reader = entry && entryBlockOf(entry)
      if (reader && entry) this.readEntries(this.top, reader, entry, undefined, makeBlock(undefined, data[1], undefined))
      return
    }
    const block = makeBlock(undefined, contexts[context] ?? 'main', undefined)
    this.readBlock(this.top, block)
    endOfTest(this.state, this.report)
  }

  private readBlock(directives: readonly PlacedDirective[], block: Block): void {
    for (const directive of directives) if (directive.presence !== 'absent') this.read(directive, block)
  }

  /** An include is no child of its block: it is looked at by itself. In blocks of data it is the handler's. */
  private checkInclude(directive: PlacedDirective): void {
    if (directive.args.some((argument) => !argument.known)) return
    if (directive.parent && entryBlockNames.has(directive.parent.name)) return
    if (!directive.node.terminated || directive.args.length === 1) return
    const found = this.lookUp('include', 'main')
    if (found.kind === 'allowed') argumentCount(this.readingOf(directive, found.entries[0] as NginxEntry, makeBlock(directive.parent, 'main', undefined)), found.entries)
  }

  private read(directive: PlacedDirective, block: Block): void {
    const { name, node } = directive
    if (node.words.length === 0 || this.extra.has(name)) return
    const found = this.lookUp(name, block.context)
    if (found.kind !== 'allowed') {
      this.readUnknown(directive, found, block)
      return
    }
    const hasBlock = node.block !== undefined
    const entries = found.entries.filter((entry) => entry.block === hasBlock)
    const entry = entries[0]
    if (!entry) {
      // A directive that the end of its block or file cuts off is reported as such by the parser.
      if (node.terminated) this.readWithWrongEnd(directive, found.entries[0] as NginxEntry, block)
      return
    }
    const reading = this.readingOf(directive, entry, block)
    const uncertain = directive.args.some((argument) => !argument.known)
    if (uncertain || !node.terminated) {
      this.readInside(reading, entry, uncertain)
      return
    }
    if (!entries.some((each) => takesCount(each, directive.args.length))) {
      argumentCount(reading, entries)
      this.readInside(reading, entry, true)
      return
    }
    this.runSetters(directive, entries.filter((each) => takesCount(each, directive.args.length)), block)
  }

  /** The rows of different modules and versions: one that takes the directive is enough. */
  private runSetters(directive: PlacedDirective, entries: readonly NginxEntry[], block: Block): void {
    const first = entries[0] as NginxEntry
    const own = entries.filter((entry) => entry.source === first.source)
    const held: [NginxTestRule, Finding][] = []
    for (const entry of own) {
      const findings: [NginxTestRule, Finding][] = []
      const reading = this.readingOf(directive, entry, block, (rule, finding) => findings.push([rule, finding]))
      this.errors = 0
      const twice = this.isDuplicate(reading)
      const said = twice ? 'is duplicate' : (setterOf(entry)?.(reading) ?? (this.errors > 0 ? undefined : this.runPost(entry, reading)))
      if (typeof said === 'string') this.saySetters(reading, said)
      if (entry === own[0]) held.push(...findings)
      if (this.errors === 0) {
        for (const [rule, finding] of findings) this.report(rule, finding)
        this.sayDeprecated(reading)
        this.readInside(this.readingOf(directive, entry, block), entry, false)
        return
      }
    }
    for (const [rule, finding] of held) this.report(rule, finding)
    this.errors = 0
    this.readInside(this.readingOf(directive, first, block), first, true)
  }

  /** Directives that nginx itself calls deprecated, and those that a later version has no more. */
  private sayDeprecated({ directive, entry, values }: Reading): void {
    if (entry.deprecated) {
      this.report('nginx/deprecated', findingOf(directive, 'warn', `the "${values[0]}" directive is deprecated, use the "${entry.deprecated}" directive instead`, {
        at: 0,
        words: `"${values[0]}" is deprecated${entry.until === undefined ? '' : ` and removed in nginx ${entry.until}`}: use "${entry.deprecated}".`,
      }))
    } else if (entry.until !== undefined && this.state.version === undefined) {
      this.report('nginx/deprecated', { at: placeAt(directive, 0), severity: 'warning', message: `nginx has no "${values[0]}" since ${entry.until}: a newer server refuses the file.` })
    }
  }

  private runPost(entry: NginxEntry, reading: Reading): string | undefined {
    const check = entry.post === undefined || !Object.hasOwn(postChecks, entry.post) ? undefined : postChecks[entry.post]
    return check?.(reading) ?? undefined
  }

  /** Standard slots are taken once (`"x" directive is duplicate`); setters of a module's own look for themselves. */
  private isDuplicate({ entry, block, directive }: Reading): boolean {
    if (entry.repeat !== 'error' || entry.value === 'custom' || entry.slot === undefined) return false
    if (entry.source === 'third-party' || entry.source === 'plus') return false
    const known = block.slots.get(entry.slot)
    if (known === directive) return false
    if (known) return belongTogether(this.state, known, directive)
    block.slots.set(entry.slot, directive)
    return false
  }

  /** `"x" directive <what its setter returned>` */
  private saySetters(reading: Reading, said: string): void {
    const name = reading.values[0] ?? ''
    const server = `"${name}" directive ${said}`
    if (said === 'is duplicate') {
      const first = firstOf(reading)
      reading.emerg('nginx/duplicate', server, duplicateDetail(reading, first))
      return
    }
    const rule: NginxTestRule = /incompatible|conflicts/.test(said) ? 'nginx/conflict' : said === 'is specified too late' ? 'nginx/not-allowed-here' : 'nginx/invalid-value'
    const words =
      said === 'is specified too late'
        ? '"load_module" must stand before every other block and directive that a module reads: move it to the top of the file.'
        : said === 'invalid value' || said === 'invalid number'
          ? `"${reading.values.slice(1).join(' ')}" is no value of "${name}": it takes ${expectation(reading.entry)}.`
          : `"${name} ${reading.values.slice(1).join(' ')}": ${said}.`
    reading.emerg(rule, server, { ...(reading.values.length === 2 ? { at: 1 } : {}), words, fixes: fixOfValue(reading) })
  }

  private readUnknown(directive: PlacedDirective, found: Lookup, block: Block): void {
    const { node } = directive
    if (directive.node.words[0]?.holes) return
    if (!node.terminated) return
    const entry = found.entries[0] ?? noEntry
    const reading = this.readingOf(directive, entry, block)
    if (found.kind === 'misplaced') {
      misplaced(reading, found.entries)
      // What it holds is read as in its own place, so that one mistake is one problem.
      const home = entry.contexts.find((context) => context !== 'any')
      if (home !== undefined && entry.block) this.readInside(this.readingOf(directive, entry, makeBlock(block.directive, home, block)), entry, true)
      return
    }
    unknownDirective(reading, found.entries)
    if (found.entries.length === 0) this.state.http.opaque = true
  }

  private readWithWrongEnd(directive: PlacedDirective, entry: NginxEntry, block: Block): void {
    const reading = this.readingOf(directive, entry, block)
    if (entry.block) hasNoOpening(reading)
    else notTerminated(reading)
  }

  private readInside(reading: Reading, entry: NginxEntry, faulty: boolean): void {
    const { directive, block } = reading
    if (!directive.node.block) return
    const reader = entryBlockOf(entry)
    if (reader) {
      const head = this.readingOf(directive, entry, block)
      if (!faulty && !reader.head(head)) return
      this.readEntries(directive.children, reader, entry, directive, block)
      return
    }
    const inside = contextInside(entry, block.context)
    if (inside === undefined || inside === 'lua' || inside === 'data') return
    let location: Location | undefined
    if (inside === 'location' && entry.name === 'location') {
      location = faulty ? undefined : readLocation(this.readingOf(directive, entry, block))
      if (location) {
        reportDuplicateLocations(this.readingOf(directive, entry, block), location)
        block.locations.push(location)
      }
    } else if (entry.name === 'if' || entry.name === 'limit_except') {
      location = { directive, name: block.location?.name ?? '', kind: entry.name, noRegex: false }
    }
    const own = makeBlock(directive, inside, block, location)
    this.readBlock(directive.children, own)
    endOfBlock(this.readingOf(directive, entry, block), own, this.state)
  }

  private readEntries(directives: readonly PlacedDirective[], reader: EntryBlock, entry: NginxEntry, head: PlacedDirective | undefined, block: Block): void {
    const first = directives[0]
    const owner = head ?? first
    if (!owner) return
    const headReading = this.readingOf(owner, entry, block)
    const readEntry = reader.entries(headReading)
    for (const directive of directives) {
      if (!directive.node.terminated || directive.presence !== 'present') continue
      if (directive.node.block) {
        // Inside the block the parser has said it; a piece shows only here that it holds data.
        if (!head) this.readingOf(directive, entry, block).emerg('nginx/syntax', 'unexpected "{"', { words: 'The lines of this block are data: no block may stand among them.' })
        continue
      }
      if (directive.args.some((argument) => !argument.known) || directive.node.words[0]?.holes) continue
      readEntry(this.readingOf(directive, entry, block))
    }
    if (head) reader.end?.(headReading)
  }

  private readingOf(directive: PlacedDirective, entry: NginxEntry, block: Block, report: Report = this.report): Reading {
    const { state } = this
    const values = directive.node.words.map((word) => word.value)
    const say = (level: 'emerg' | 'warn', rule: NginxTestRule, server: string, detail: Detail = {}): void => {
      if (level === 'emerg') this.errors++
      report(rule, findingOf(directive, level, server, detail))
    }
    return {
      state,
      protocol: protocolOf(state, entry),
      block,
      directive,
      entry,
      values,
      emerg: (rule, server, detail) => {
        const swallowed = swallowedDirective(directive, (name) => this.lookUp(name, block.context).kind === 'allowed')
        if (swallowed) {
          this.errors++
          report('nginx/syntax', { ...swallowed, configTest: { level: 'emerg', message: server, line: lineOfEnd(directive) } })
        } else say('emerg', rule, server, detail)
      },
      warn: (rule, server, detail) => say('warn', rule, server, detail),
    }
  }
}

const entryBlockNames = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map'])

/** Stands in where no module has the directive. */
const noEntry: NginxEntry = {
  name: '',
  module: '',
  source: 'core',
  kind: 'http',
  contexts: [],
  args: { min: 0, max: undefined },
  counts: undefined,
  flag: false,
  block: false,
  opens: undefined,
  value: 'custom',
  setter: undefined,
  values: undefined,
  bounds: undefined,
  post: undefined,
  slot: undefined,
  level: undefined,
  repeat: 'unknown',
  definesVariable: false,
  deprecated: undefined,
  since: undefined,
  until: undefined,
  backported: [],
  default: undefined,
  syntax: [],
}

function findingOf(directive: PlacedDirective, level: 'emerg' | 'warn', server: string, detail: Detail): Finding {
  return {
    at: detail.mark ?? placeAt(directive, detail.at),
    message: detail.words ?? `nginx says: ${server}.`,
    severity: level === 'emerg' ? 'error' : 'warning',
    ...(detail.related ? { related: detail.related } : {}),
    ...(detail.fixes?.length ? { fixes: detail.fixes } : {}),
    configTest: { level, message: server, ...(detail.noLine ? {} : { line: detail.line ?? lineOfEnd(directive) }) },
  }
}

/** The 1-based line on which the directive's terminator or opening brace stands: the line that nginx names. */
export function lineOfEnd(directive: PlacedDirective): number {
  return directive.source.lines.lineAt(directive.start + Math.max(0, directive.node.text.length - 1)) + 1
}

function firstOf({ block, entry, values, directive }: Reading): PlacedDirective | undefined {
  const known = block.slots.get(entry.slot ?? '') ?? block.slots.get(values[0] ?? '')
  return known === directive ? undefined : known
}

function duplicateDetail(reading: Reading, first: PlacedDirective | undefined): Detail {
  const { directive, values } = reading
  const name = values[0] ?? ''
  const same = first !== undefined && first.args.map((argument) => argument.value).join('\n') === directive.args.map((argument) => argument.value).join('\n')
  const fixes: FindingFix[] = [{ title: same ? 'Remove the second' : `Remove this "${name}"`, safe: same, edits: [removeDirective(directive)] }]
  return {
    words: `"${name}" stands in this block already${same ? ', with the same value' : ''}: it may be set once.`,
    ...(first ? { related: [{ at: placeAt(first, undefined), message: 'the first' }] } : {}),
    fixes,
  }
}
