import type { Application } from '../application/application.ts'
import type { PathMap } from '../application/path-map.ts'
import type { Configuration, PlacedDirective } from '../configuration/placed.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Expectations } from '../expectation/run.ts'
import type { Place } from '../problem/place.ts'
import type { ConfigTest, Severity } from '../problem/problem.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'

/**
 * A rule is one file that holds everything about it. From it come its test, its page in `docs/rules`, its
 * row in the table of rules and its place in the settings schema.
 */
export interface RuleBase {
  /** `family/name-of-the-bad-pattern`. */
  readonly id: string
  readonly severity: Severity
  /** One line, for the table of rules. */
  readonly summary: string
  /** Markdown: what it is, why it is bad, when it is fine. */
  readonly explanation: string
  /** Where the facts come from: a run on a real server, a page, a source file. */
  readonly source: string
  readonly examples: { readonly failing: readonly Example[]; readonly passing: readonly Example[] }
  /**
   * Rules without a profile run under `recommended` and `strict`. `strict`: only there, as advice that many sound configurations do not follow;
   * `asked`: only where the settings give it a severity, as a matter of taste.
   */
  readonly profile?: 'strict' | 'asked'
}

/** A workspace in one text: see `test/rules/example.ts` for its marks. */
export interface Example {
  readonly title: string
  /**
   * Files begin with `#- path` (relative to the workspace). A line `#   ^^^^ error[id]: beginning of message`
   * marks the columns of the line above; `# <---- …` marks from column 0. Where no line is marked, all is well.
   */
  readonly files: string
  /** The request whose answer shows the fault on the real server, and its answer after the fix. */
  readonly proof?: Proof
}

/** What the real server does with the example before and after the first fix. Paths under `/srv` and `/etc` are made in a private folder. */
export interface Proof {
  /** The file that is the server's main configuration, or a piece to put into a main configuration. */
  readonly config: string
  /** Files to make for the run (deployed path → content); the example's own files are put at `deployedAt`. */
  readonly tree?: Readonly<Record<string, string>>
  /** Where the workspace lies on the server. */
  readonly deployedAt: string
  /**
   * Units of the example (workspace paths) whose ExecStart is started beside the server, by the programs of this machine. Their addresses
   * (`127.0.0.1:8000`) become free ports, in all files alike; two that differ stay different.
   */
  readonly processes?: readonly string[]
  /** The Host header of the request; `localhost` where absent. */
  readonly host?: string
  /** GET where absent. */
  readonly method?: string
  /** The target of the request as it is sent: a path, or a whole URL to a proxy. */
  readonly get: string
  /** Further headers of the request. */
  readonly headers?: Readonly<Record<string, string>>
  /** `headers` is matched against the response's headers, a line for each. */
  readonly before: { readonly status: number; readonly body?: RegExp; readonly headers?: RegExp; readonly log?: RegExp }
  readonly after: { readonly status: number; readonly body?: RegExp; readonly headers?: RegExp; readonly log?: RegExp }
  /** Which fix (by its place in the list) is proved; the first where absent. */
  readonly fix?: number
}

export interface DirectiveRule extends RuleBase {
  readonly looksAt: 'directive'
  readonly dialect: Dialect
  /** Names as `PlacedDirective.name`. Only directives that are not absent are shown. */
  readonly directives: readonly string[]
  check(directive: PlacedDirective, context: ConfigurationContext): void
}

export interface ConfigurationRule extends RuleBase {
  readonly looksAt: 'configuration'
  readonly dialect: Dialect | 'any'
  check(context: ConfigurationContext): void
}

/** Runs once for each application of a configuration. */
export interface ApplicationRule extends RuleBase {
  readonly looksAt: 'application'
  check(application: Application, context: ConfigurationContext): void
}

/**
 * What the server's own configuration test says. These have no check of their own: one test of the whole configuration
 * (`config-test/` in the family's folder) reports under their ids.
 */
export interface ConfigTestRule extends RuleBase {
  readonly looksAt: 'config-test'
  readonly dialect: Dialect
}

/**
 * Runs once for the workspace, also where no configuration of a server is in it: Elastic Beanstalk's and containers' files, virtualenvs,
 * settings. What it finds must not need a configuration.
 */
export interface DeploymentRule extends RuleBase {
  readonly looksAt: 'deployment'
  check(context: DeploymentContext): void
}

/** Runs once for the expectations of all configurations: `# webconf: expect …` and files of requests. */
export interface ExpectationRule extends RuleBase {
  readonly looksAt: 'expectations'
  check(context: ExpectationContext): void
}

export type Rule = DirectiveRule | ConfigurationRule | ApplicationRule | ConfigTestRule | DeploymentRule | ExpectationRule

/** What a rule on expectations may look at. */
export interface ExpectationContext {
  readonly expectations: Expectations
  /** The workspace's folders. */
  readonly folders: readonly string[]
  report(finding: Finding): void
}

/** What a rule on the deployment may look at. */
export interface DeploymentContext {
  readonly deployment: Deployment
  /** What the configurations in the workspace serve, all together. */
  readonly applications: readonly Application[]
  /** Learnt from all that configurations and processes name. */
  readonly paths: PathMap
  /** All files of the workspace, and its folders. */
  readonly files: readonly string[]
  readonly folders: readonly string[]
  readonly snapshot: Snapshot
  readonly settings: Settings
  report(finding: Finding): void
}

/** What a rule may look at. */
export interface ConfigurationContext {
  readonly configuration: Configuration
  /** All applications that this configuration serves. */
  readonly applications: readonly Application[]
  readonly deployment: Deployment
  readonly paths: PathMap
  readonly snapshot: Snapshot
  readonly settings: Settings
  report(finding: Finding): void
}

/** What a rule has found; the severity is the rule's own where it gives none. */
export interface Finding {
  readonly at: Place
  readonly message: string
  readonly severity?: Severity
  readonly related?: readonly { readonly at: Place; readonly message: string }[]
  readonly fixes?: readonly FindingFix[]
  readonly configTest?: ConfigTest
}

export interface FindingFix {
  /** Begins with a verb. */
  readonly title: string
  readonly safe: boolean
  readonly edits: readonly FindingEdit[]
  readonly commands?: readonly string[]
}

/** Replaces a place by a text; an absent file is created where `start` and `end` are 0. */
export interface FindingEdit extends Place {
  readonly newText: string
  readonly executable?: boolean
}

export const defineRule = <R extends Rule>(rule: R): R => rule
