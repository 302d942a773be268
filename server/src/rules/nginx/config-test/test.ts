import { contextInside, type NginxContext, type NginxEntry, takesCount } from '../../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { ConfigurationContext } from '../../rule.ts'
import { contexts, dataContexts } from './contexts.ts'
import { argumentCount, hasNoOpening, misplaced, notTerminated, unknownDirective, unquotedBrace } from './directive-faults.ts'
import { DirectiveReading, type Report } from './directive-reading.ts'
import { type Lookup, makeLookup } from './directives.ts'
import { endOfBlock, endOfTest } from './endings.ts'
import type { EntryBlock } from './entries.ts'
import { expectation, fixOfValue } from './expectations.ts'
import { addLocation, readLocation } from './location.ts'
import type { Location } from './locations.ts'
import { sslOnListen } from './modernise.ts'
import { type Detail, type NginxTestRule, placeAt, type Reading } from './reading.ts'
import { entryBlockOf, setterOf } from './setters.ts'
import { postChecks } from './slots.ts'
import { type Block, belongTogether, makeBlock, makeState, type TestState } from './state.ts'
import { syntaxFaults } from './syntax-faults.ts'

/** nginx stops at its first mistake. Nobody reads on after so many: text that has more is no configuration. */
const mostTold = 2000

/** What the test looks at. */
export type TestContext = Pick<ConfigurationContext, 'configuration' | 'settings'>

/** Says of a configuration what `nginx -t` would say, of every line where nginx stops at its first mistake. */
export function testNginx(context: TestContext, report: Report): void {
  new NginxTest(context, report).run()
}

class NginxTest {
  private readonly state: TestState
  private readonly report: Report
  /** Directives that the settings name: nothing is said of them. */
  private readonly extra: ReadonlySet<string>
  private readonly lookUp: (name: string, context: NginxContext) => Lookup
  /**
   * Files whose braces do not pair, by path: what stands where is not known there. A brace too many or too few puts all that follows into a
   * wrong place, so that only the first such error is told (`later`), or none (`all`).
   */
  private readonly misnested = new Map<string, 'all' | 'later'>()
  private told = 0
  private readonly placesFor = new Map<NginxContext, (name: string) => boolean>()

  constructor({ configuration, settings }: TestContext, report: Report) {
    this.state = makeState(configuration, settings.nginx.version)
    for (const { path, tree } of configuration.sources) {
      if (tree.nestingUnknown) this.misnested.set(path, 'all')
      else if (tree.faults.some((fault) => fault.kind === 'unclosed-block' || fault.kind === 'unexpected-brace')) this.misnested.set(path, 'later')
    }
    this.report = (rule, finding) => {
      if (aboutPlace.has(rule)) {
        const silent = this.misnested.get(finding.at.path)
        if (silent === 'all') return
        if (silent === 'later') this.misnested.set(finding.at.path, 'all')
      }
      this.told++
      report(rule, finding)
    }
    this.extra = new Set(settings.nginx.directives)
    this.lookUp = makeLookup(settings.nginx.version)
  }

  run(): void {
    const { configuration } = this.state
    for (const finding of syntaxFaults(configuration)) this.report('nginx/syntax', finding)
    for (const directive of configuration.all) if (directive.name === 'include' && this.told < mostTold) this.checkInclude(directive)
    const data = dataContexts[configuration.context]
    const found = data && this.lookUp(data[0], data[1])
    const entry = found?.kind === 'allowed' ? found.entries[0] : undefined
    const reader = entry && entryBlockOf(entry)
    if (entry && reader) {
      this.readEntries(configuration.top, reader, entry, undefined, makeBlock(undefined, 'http', undefined))
      return
    }
    this.readBlock(configuration.top, makeBlock(undefined, contexts[configuration.context] ?? 'main', undefined))
    endOfTest(this.state, this.report)
  }

  private readBlock(directives: readonly PlacedDirective[], block: Block): void {
    for (const directive of directives) {
      if (this.told >= mostTold) return
      if (directive.presence === 'present') this.read(directive, block)
      // Under a condition of a template: what it sets is set in vain for what follows.
      else if (directive.presence === 'unknown') this.read(directive, makeBlock(block.directive, block.context, block.outer, block.location))
    }
  }

  /** An include is no child of its block: it is looked at by itself. In blocks of data it is the handler's. */
  private checkInclude(directive: PlacedDirective): void {
    const { node, args, parent } = directive
    if (args.length === 1 || node.block || !node.terminated || !args.every((argument) => argument.known)) return
    if (parent && entryBlockNames.has(parent.name)) return
    const found = this.lookUp('include', 'main')
    if (found.kind !== 'allowed') return
    const reading = this.readingOf(directive, found.entries[0] as NginxEntry, makeBlock(parent, 'main', undefined))
    argumentCount(reading, found.entries)
    reading.tell(this.report)
  }

  private read(directive: PlacedDirective, block: Block): void {
    const { name, node } = directive
    const { words } = node
    if (words.length === 0 || this.extra.has(name)) return
    const found = this.lookUp(name, block.context)
    if (found.kind !== 'allowed') {
      this.readUnknown(directive, found, block)
      return
    }
    let known = true
    let brace = false
    for (const word of words) {
      if (word.holes) known = false
      if (word.brace !== undefined) brace = true
    }
    if (brace) {
      this.readWithBrace(directive, found.entries[0] as NginxEntry, block)
      return
    }
    const hasBlock = node.block !== undefined
    const fitting = found.entries.length === 1 ? found.entries : found.entries.filter((entry) => entry.block === hasBlock)
    const entry = fitting[0]
    if (!entry || entry.block !== hasBlock) {
      // A directive that the end of its block or file cuts off is reported as such by the parser.
      if (node.terminated) this.readWithWrongEnd(directive, found.entries[0] as NginxEntry, block)
    } else if (!known || !node.terminated) this.readInside(this.readingOf(directive, entry, block), !known)
    else {
      const [only] = fitting
      const counted =
        fitting.length === 1 && only && takesCount(only, words.length - 1) ? fitting : fitting.filter((each) => takesCount(each, words.length - 1))
      if (counted.length > 0) this.runSetters(directive, counted, block)
      else {
        const reading = this.readingOf(directive, entry, block)
        argumentCount(reading, fitting)
        reading.tell(this.report)
        this.readInside(reading, true)
      }
    }
  }

  /** The rows of different modules and versions: one that takes the directive is enough. */
  private runSetters(directive: PlacedDirective, entries: readonly NginxEntry[], block: Block): void {
    let first: DirectiveReading | undefined
    for (const entry of entries) {
      if (entry.source !== entries[0]?.source) continue
      const reading = this.readingOf(directive, entry, block)
      const said = this.isDuplicate(reading) ? 'is duplicate' : (setterOf(entry)?.(reading) ?? (reading.errors > 0 ? undefined : runPost(reading)))
      if (said !== undefined) saySetters(reading, said)
      if (reading.errors === 0) {
        if (entry.deprecated || entry.until !== undefined) this.sayDeprecated(reading)
        if (directive.node.text.includes('\n', directive.node.words[0]?.end ?? 0))
          reading.warnOfSwallowed((name, count) => this.isDirective(name, count, block.context))
        reading.tell(this.report)
        this.readInside(reading, false)
        return
      }
      first ??= reading
    }
    if (!first) return
    first.tell(this.report)
    this.readInside(first, true)
  }

  /** Standard slots are taken once (`"x" directive is duplicate`); setters of a module's own look for themselves. */
  private isDuplicate({ entry, block, directive }: Reading): boolean {
    if (entry.repeat !== 'error' || entry.value === 'custom' || entry.slot === undefined) return false
    if (entry.source === 'third-party' || entry.source === 'plus') return false
    const known = block.slots.get(entry.slot)
    if (known === undefined) block.slots.set(entry.slot, directive)
    return known !== undefined && known !== directive && belongTogether(this.state, known, directive)
  }

  /** Directives that nginx itself calls deprecated, and those that a later version has no more. */
  private sayDeprecated(reading: DirectiveReading): void {
    const { directive, entry, values, state } = reading
    const [name] = values
    if (entry.deprecated) {
      reading.warn('nginx/deprecated', `the "${name}" directive is deprecated, use the "${entry.deprecated}" directive instead`, {
        at: 0,
        words: `"${name}" is deprecated${entry.until === undefined ? '' : ` and removed in nginx ${entry.until}`}: use "${entry.deprecated}".`,
        fixes: sslOnListen(reading),
      })
    } else if (entry.until !== undefined && state.version === undefined) {
      this.report('nginx/deprecated', {
        at: placeAt(directive, 0),
        severity: 'warning',
        message: `nginx has no "${name}" since ${entry.until}: a newer server refuses the file.`,
      })
    }
  }

  private readUnknown(directive: PlacedDirective, found: Lookup, block: Block): void {
    const { node } = directive
    if (node.words[0]?.holes || !node.terminated) return
    const entry = found.entries[0]
    const reading = this.readingOf(directive, entry ?? noEntry, block)
    if (found.kind !== 'misplaced' || !entry) {
      unknownDirective(reading, found.entries)
      reading.tell(this.report)
      // Whatever brings the directive may bring variables.
      if (!entry) this.state.http.opaque = this.state.stream.opaque = true
      return
    }
    misplaced(reading, found.entries)
    reading.tell(this.report)
    // What it holds is read as in its own place, so that one mistake is one problem.
    const home = entry.contexts.find((context) => context !== 'any')
    if (home !== undefined && entry.block) this.readInside(this.readingOf(directive, entry, makeBlock(block.directive, home, block)), true)
  }

  /** A quantifier's brace in a word without quotes: nginx opens a block there. The rest is read as it is meant. */
  private readWithBrace(directive: PlacedDirective, entry: NginxEntry, block: Block): void {
    const reading = this.readingOf(directive, entry, block)
    unquotedBrace(reading, (cut) => {
      const before = this.readingOf(cut, entry, block)
      if (!takesCount(entry, cut.args.length)) argumentCount(before, [entry])
      else if (entry.name === 'location') readLocation(before)
      else setterOf(entry)?.(before)
      return before.firstMessage
    })
    reading.tell(this.report)
    this.readInside(reading, true)
  }

  private readWithWrongEnd(directive: PlacedDirective, entry: NginxEntry, block: Block): void {
    const reading = this.readingOf(directive, entry, block)
    if (entry.block) hasNoOpening(reading)
    else notTerminated(reading)
    reading.tell(this.report)
    this.misnested.set(directive.source.path, 'all')
  }

  /** The inside of a block; its head is `faulty` where nginx would not have come so far. */
  private readInside(reading: DirectiveReading, faulty: boolean): void {
    const { directive, block, entry } = reading
    if (!directive.node.block) return
    const reader = entryBlockOf(entry)
    if (reader) {
      const taken = faulty || reader.head(reading)
      reading.tell(this.report)
      if (taken) this.readEntries(directive.children, reader, entry, directive, block)
      return
    }
    const inside = contextInside(entry, block.context)
    if (inside === undefined || inside === 'lua' || inside === 'data') return
    let location: Location | undefined
    if (inside === 'location') {
      location = faulty ? undefined : readLocation(reading)
      if (location) addLocation(reading, location)
      reading.tell(this.report)
    } else if (entry.name === 'if' || entry.name === 'limit_except')
      location = { directive, name: block.location?.name ?? '', kind: entry.name, noRegex: false }
    const own = makeBlock(directive, inside, block, location)
    this.readBlock(directive.children, own)
    endOfBlock(reading, own, this.state)
    reading.tell(this.report)
  }

  private readEntries(directives: readonly PlacedDirective[], reader: EntryBlock, entry: NginxEntry, head: PlacedDirective | undefined, block: Block): void {
    const owner = head ?? directives[0]
    if (!owner) return
    const headReading = this.readingOf(owner, entry, block)
    const readEntry = reader.entries(headReading)
    for (const directive of directives) {
      if (this.told >= mostTold) break
      const { node } = directive
      if (!node.terminated || directive.presence !== 'present') continue
      const reading = this.readingOf(directive, entry, block)
      // Inside the block the parser has said it; a piece shows only here that it holds data.
      if (node.block) {
        if (!head) reading.emerg('nginx/syntax', 'unexpected "{"', { words: 'The lines of this block are data: no block may stand among them.' })
      } else if (!node.words.some((word) => word.holes)) readEntry(reading)
      reading.tell(this.report)
    }
    if (head) reader.end?.(headReading)
    headReading.tell(this.report)
  }

  private isDirective(name: string, count: number, context: NginxContext): boolean {
    const found = this.lookUp(name, context)
    return found.kind === 'allowed' && found.entries.some((entry) => !entry.block && takesCount(entry, count))
  }

  private readingOf(directive: PlacedDirective, entry: NginxEntry, block: Block): DirectiveReading {
    let mayStandHere = this.placesFor.get(block.context)
    if (!mayStandHere) {
      mayStandHere = (name) => this.lookUp(name, block.context).kind === 'allowed'
      this.placesFor.set(block.context, mayStandHere)
    }
    return new DirectiveReading(this.state, directive, entry, block, mayStandHere)
  }
}

/** Rules that speak of where something stands, which is not known in some templates. */
const aboutPlace: ReadonlySet<NginxTestRule> = new Set<NginxTestRule>([
  'nginx/not-allowed-here',
  'nginx/invalid-location',
  'nginx/duplicate',
  'nginx/conflict',
  'nginx/incomplete',
  'nginx/proxy-pass-uri',
])

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

function runPost(reading: Reading): string | undefined {
  const { post } = reading.entry
  const check = post === undefined || !Object.hasOwn(postChecks, post) ? undefined : postChecks[post]
  return check?.(reading) ?? undefined
}

/** `"x" directive <what its setter returned>` */
function saySetters(reading: Reading, said: string): void {
  const name = reading.values[0] ?? ''
  const server = `"${name}" directive ${said}`
  if (said === 'is duplicate') {
    reading.emerg('nginx/duplicate', server, duplicateDetail(reading))
    return
  }
  const rule: NginxTestRule = /incompatible|conflicts/.test(said)
    ? 'nginx/conflict'
    : /too late|not allowed/.test(said)
      ? 'nginx/not-allowed-here'
      : 'nginx/invalid-value'
  const value = reading.values.slice(1).join(' ')
  const words =
    said === 'is specified too late'
      ? '"load_module" must stand before every block and directive that a module reads: move it to the top of the file.'
      : said === 'invalid value' || said === 'invalid number'
        ? `"${value}" is no value of "${name}": it takes ${expectation(reading.entry)}.`
        : `"${name} ${value}": ${said}.`
  reading.emerg(rule, server, { ...(reading.values.length === 2 ? { at: 1 } : {}), words, fixes: fixOfValue(reading) })
}

function duplicateDetail({ directive, values, block, entry }: Reading): Detail {
  const name = values[0] ?? ''
  const known = block.slots.get(entry.slot ?? '') ?? block.slots.get(name)
  const first = known === directive ? undefined : known
  const text = (of: PlacedDirective): string => of.args.map((argument) => argument.value).join('\n')
  const same = first !== undefined && text(first) === text(directive)
  return {
    words: `"${name}" stands in this block already${same ? ', with the same value' : ''}: it may be set once.`,
    ...(first ? { related: [{ at: placeAt(first, undefined), message: 'the first' }] } : {}),
    fixes: [{ title: same ? 'Remove the second' : `Remove this "${name}"`, safe: same, edits: [removeDirective(directive)] }],
  }
}
