import { type ApacheEntry, type ApacheModule, type ApacheOverride, apacheDirectives, apacheModules } from '../../../catalog/apache/catalog.ts'
import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import type { Settings } from '../../../workspace/settings.ts'
import type { ConfigurationContext, Finding } from '../../rule.ts'
import { conditionFault } from './condition-fault.ts'
import { isRead } from './conditions.ts'
import { DirectiveReading, findingOf, type Report } from './directive-reading.ts'
import { moduleNotLoaded, unknownDirective } from './faults.ts'
import { forbiddenBy, invoke, refusedHere } from './invoke.ts'
import { readMacro } from './macro.ts'
import { loadedModules, moduleOf } from './modules.ts'
import { mpmWarnings } from './mpm-warnings.ts'
import { isOfVersion } from './of-version.ts'
import { type Prepared, prepare } from './prepared.ts'
import type { ApacheTestRule, Said } from './reading.ts'
import { htaccessOverrides, inside, maskOf, type Section, topSection } from './section.ts'
import { sectionKind, wordsOf } from './sections.ts'
import { makeState, type TestState } from './state.ts'

/** What the test looks at. */
export interface TestContext extends Pick<ConfigurationContext, 'configuration' | 'settings'> {
  /** Of a `.htaccess`: what `AllowOverride` grants it; everything where that is not said. */
  readonly overrides?: readonly ApacheOverride[]
}

/** Apache stops at its first mistake. Nobody reads on after so many: text that has more is no configuration. */
const mostTold = 2000

/** Says of a configuration what `apache2 -t` would say, of every line where Apache stops at its first mistake. */
export function testApache(context: TestContext, report: Report): void {
  new ApacheTest(context, report).run()
}

class ApacheTest {
  private readonly state: TestState
  private readonly report: Report
  private readonly settings: Settings
  private readonly configuration: Configuration
  /** Files whose sections do not pair, by path: only the first directive in a wrong place is told, for all that follow may be so. */
  private readonly misnested = new Set<string>()
  private readonly silent = new Set<string>()
  /** What is done while the file is read knows nothing of the sections around it. */
  private readonly top: Section
  /** What may stand in a `.htaccess`. */
  private readonly granted: number
  private told = 0
  private readonly found = new Map<string, Found>()
  /** Directives that the settings name: nothing is said of them. */
  private readonly extra: ReadonlySet<string>
  /** The identifiers of all modules that there are, where that is known. */
  private readonly loaded: ReadonlySet<string> | undefined

  constructor({ configuration, settings, overrides }: TestContext, report: Report) {
    this.configuration = configuration
    this.granted = overrides ? maskOf(overrides) : htaccessOverrides
    this.settings = settings
    this.top = topSection(configuration.context === 'htaccess' ? 'htaccess' : 'server')
    this.state = makeState(configuration, settings, loadsUnknownModule(configuration))
    this.loaded = loadedModules(configuration)
    this.extra = new Set(settings.apache.directives.map((name) => name.toLowerCase()))
    for (const { path, tree } of configuration.sources) if (tree.faults.some((fault) => unpaired.has(fault.kind))) this.misnested.add(path)
    this.report = (rule: ApacheTestRule, finding: Finding) => {
      if (rule === 'apache/not-allowed-here' && this.misnested.has(finding.at.path)) {
        if (this.silent.has(finding.at.path)) return
        this.silent.add(finding.at.path)
      }
      this.told++
      report(rule, finding)
    }
  }

  run(): void {
    const { configuration } = this
    const top = topSection(configuration.contextKnown ? configuration.context : 'unknown', this.granted)
    for (const directive of directivesNamed(configuration, ...hidden)) if (this.told < mostTold && isRead(directive)) this.readHidden(directive)
    this.walk(configuration.top, top)
    mpmWarnings(configuration, this.report)
  }

  /** What is done while the file is read and leaves nothing behind: includes, conditions, macros (`server/config.c: execute_now`). */
  private readHidden(directive: PlacedDirective): void {
    const entry = apacheDirectives(directive.name).find((each) => each.section === (directive.node.block !== undefined))
    if (!entry) return
    const reading = new DirectiveReading(this.state, this.top, directive, prepare(entry), this.report)
    this.tell(reading, refusedHere(reading) ?? (macros.has(directive.name) ? readMacro(reading) : entry.section ? conditionFault(reading) : invoke(reading)))
  }

  private walk(directives: readonly PlacedDirective[], section: Section): void {
    for (const directive of directives) {
      if (this.told >= mostTold) return
      if (isRead(directive)) this.read(directive, section)
    }
  }

  private read(directive: PlacedDirective, section: Section): void {
    const { name, node } = directive
    const word = node.words[0]
    if (!word || word.holes || name.includes('${') || name === 'undefmacro' || this.extra.has(name)) return
    const isSection = node.block !== undefined
    if (isSection && node.block.holds === 'code') return
    const found = this.lookUp(name, isSection)
    const { entry, prepared } = found
    if (!entry || !prepared) {
      this.readUnknown(directive, section, found.other)
      return
    }
    if (entry.source === 'third-party') {
      if (isSection) this.walk(directive.children, inside(section, directive, entry.name, { open: true }))
      return
    }
    if (found.missing) {
      this.report('apache/unknown-directive', moduleNotLoaded(directive, found.missing))
      if (isSection) this.walk(directive.children, inside(section, directive, entry.name, { open: true }))
      return
    }
    const reading = new DirectiveReading(this.state, entry.onRead ? this.top : section, directive, prepared, this.report)
    const refused = section.open && section.outer === undefined ? undefined : refusedHere(reading)
    if (isSection) this.readSection(reading, refused)
    else this.tell(reading, refused ?? invoke(reading))
  }

  private readSection(reading: DirectiveReading, refused: Said): void {
    const { directive, entry } = reading
    const kind = sectionKind(entry.name.toLowerCase())
    if (!kind) {
      this.tell(reading, refused)
      this.walk(directive.children, inside(reading.section, directive, entry.name, { open: true }))
      return
    }
    const known = directive.args.every((argument) => argument.known)
    const header = directive.argumentText
    const bracket = header.lastIndexOf('>')
    const text = bracket < 0 ? header : header.slice(0, bracket)
    const words = known ? wordsOf(text) : []
    const forbidden = refused ?? forbiddenBy(reading)
    const said = forbidden || !known ? forbidden : kind.head(reading, text.trim(), words)
    this.tell(reading, said)
    const inner = kind.inside(reading, words)
    this.walk(directive.children, inner)
    if (!said && known) this.tell(reading, kind.end?.(reading, inner, words))
  }

  private readUnknown(directive: PlacedDirective, section: Section, entries: readonly ApacheEntry[]): void {
    const isSection = directive.node.block !== undefined
    // A module that webconf has never heard of may bring anything.
    const foreign = section.open && section.name !== 'unknown'
    if (!foreign && (!this.state.unknownModule || entries.length > 0)) {
      const refusal = unknownDirective(directive, section, entries, this.state.version)
      this.report('apache/unknown-directive', findingOf(directive, 'error', refusal.server, refusal))
    }
    if (isSection) this.walk(directive.children, inside(section, directive, directive.name, { open: true }))
  }

  private tell(reading: DirectiveReading, said: Said): void {
    if (said) reading.refuse(said)
  }

  private lookUp(name: string, isSection: boolean): Found {
    const key = isSection ? `<${name}` : name
    const known = this.found.get(key)
    if (known) return known
    const entries = apacheDirectives(name).filter((entry) => entry.section === isSection)
    const fitting = entries.filter((entry) => isOfVersion(entry, this.settings))
    const [entry] = fitting
    const made: Found = { entry, prepared: entry && prepare(entry), other: entries, missing: entry && this.missingModules(fitting) }
    this.found.set(key, made)
    return made
  }

  /** The modules that would bring a directive, where it is known that none of them is loaded. */
  private missingModules(entries: readonly ApacheEntry[]): readonly ApacheModule[] | undefined {
    if (!this.loaded || entries.some((entry) => entry.source === 'third-party')) return undefined
    const modules = entries.map((entry) => moduleOf(entry.module))
    return modules.every((module) => module !== undefined && !this.loaded?.has(module.identifier)) ? (modules as ApacheModule[]) : undefined
  }
}

/** What a name stands for in the version that is asked for. */
interface Found {
  readonly entry: ApacheEntry | undefined
  readonly prepared: Prepared | undefined
  /** Entries of the name, also those of other versions. */
  readonly other: readonly ApacheEntry[]
  /** The modules that would have to be loaded, where none of them is. */
  readonly missing: readonly ApacheModule[] | undefined
}

const unpaired: ReadonlySet<string> = new Set(['unclosed-section', 'mismatched-close', 'stray-close'])

const macros: ReadonlySet<string> = new Set(['macro', 'use', 'undefmacro'])

const hidden: ReadonlySet<string> = new Set([
  'include',
  'includeoptional',
  ...macros,
  'ifmodule',
  'ifdefine',
  'ifversion',
  'iffile',
  'ifdirective',
  'ifsection',
])

function loadsUnknownModule(configuration: Configuration): boolean {
  const loads = directivesNamed(configuration, 'loadmodule')
  if (loads.length === 0) return false
  const known = new Set(apacheModules().map((module) => module.identifier))
  return loads.some((directive) => directive.presence !== 'absent' && !known.has(directive.args[0]?.value ?? ''))
}
