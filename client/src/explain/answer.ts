/** What is asked of the server: `webconf/explainRequest`. */
export interface Question {
  readonly method: string
  readonly url: string
  /** Each as `Name: value`. */
  readonly headers: readonly string[]
  /** The client's address; empty for this machine's own. */
  readonly client: string
  /** The document from which it was asked. */
  readonly uri?: string
  /** The root of the configuration that is to answer, where one was chosen. */
  readonly configuration?: string
}

/** What the server answers. */
export interface Explanation {
  readonly answer: Answer | null
  /** Why there is no answer. */
  readonly why: string | null
  readonly configuration: Candidate | null
  readonly others: readonly Candidate[]
}

/** A configuration that can answer. */
export interface Candidate {
  readonly uri: string
  readonly name: string
  readonly dialect: 'nginx' | 'apache'
  readonly whole: boolean
}

export interface Answer {
  readonly status?: number
  readonly location?: string
  readonly server?: string
  readonly matched?: string
  readonly file?: string
  /** The file of the workspace that is deployed as `file`. */
  readonly fileUri?: string
  readonly upstream?: string
  readonly upstreamUri?: string
  readonly upstreamHeaders?: Readonly<Record<string, string>>
  readonly handler?: string
  readonly authz?: 'denied' | 'granted' | 'n/a'
  readonly headers: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly branches: readonly { readonly condition: string; readonly answer: Answer }[]
}

export interface Step {
  readonly phase: string
  readonly outcome: 'decided' | 'passed' | 'lost'
  readonly message: string
  readonly at?: StepPlace
}

export interface StepPlace {
  readonly uri: string
  readonly range: PlainRange
  /** `conf.d/shop.conf:12` */
  readonly name: string
}

export interface PlainRange {
  readonly start: PlainPosition
  readonly end: PlainPosition
}

export interface PlainPosition {
  readonly line: number
  readonly character: number
}

/** From the extension to the page. */
export type ToPage =
  /** `question` is written into the form where `isNew`: what the person is typing stays. */
  | { readonly kind: 'show'; readonly question: Question; readonly explanation: Explanation; readonly isNew: boolean }
  /** What the page shows is wanted as text; first it is used as a person would. */
  | { readonly kind: 'read'; readonly id: number; readonly use: Use }

/** What is done in the page. */
export interface Use {
  /** Written into the field of the URL. */
  readonly url?: string
  /** The text of a button or link that is pressed. */
  readonly press?: string
}

/** From the page to the extension. */
export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'open'; readonly uri: string; readonly range?: PlainRange }
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
