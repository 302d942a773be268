import type { Configuration, PlacedDirective } from '../../../configuration/placed.ts'
import type { Settings } from '../../../workspace/settings.ts'
import { nearest } from './corrections.ts'
import type { Detail } from './reading.ts'

/** What is remembered while a configuration is gone through in Apache's order. */
export interface TestState {
  readonly configuration: Configuration
  readonly settings: Settings
  /** The version that is asked for; undefined for any 2.4. */
  readonly version: string | undefined
  /** Daemon processes of mod_wsgi, by name. */
  readonly daemons: Map<string, PlacedDirective>
  /** Providers that the configuration itself defines (`<AuthzProviderAlias>` …), by kind and name. */
  readonly providers: Map<string, PlacedDirective>
  /** Names that other directives refer to, by kind (`filter`, `rewrite-map` …) and name. */
  readonly names: Map<string, PlacedDirective>
  /** A module that webconf does not know is loaded: names may be of it. */
  readonly unknownModule: boolean
  /** What a wrong word was perhaps meant to be, as words and a fix. */
  corrections(directive: PlacedDirective, value: string, words: readonly string[], at: number): Pick<Detail, 'words' | 'fixes' | 'at'>
}

export function makeState(configuration: Configuration, settings: Settings, unknownModule: boolean): TestState {
  return {
    configuration,
    settings,
    version: settings.apache.version,
    daemons: new Map(),
    providers: new Map(),
    names: new Map(),
    unknownModule,
    corrections: (directive, value, words, at) => nearest(directive, value, words, at),
  }
}
