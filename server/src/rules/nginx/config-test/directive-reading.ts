import type { NginxEntry } from '../../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import type { Finding } from '../../rule.ts'
import { swallowedDirective } from './missing-semicolon.ts'
import { type Detail, type NginxTestRule, placeAt, type Reading } from './reading.ts'
import { type Block, type ProtocolState, protocolOf, type TestState } from './state.ts'

/** What is found, and under which rule. */
export type Report = (rule: NginxTestRule, finding: Finding) => void

/** A reading that keeps what is said until it is known to count. */
export class DirectiveReading implements Reading {
  readonly state: TestState
  readonly protocol: ProtocolState
  readonly block: Block
  readonly directive: PlacedDirective
  readonly entry: NginxEntry
  readonly values: readonly string[]
  /** Errors so far; warnings do not count. */
  errors = 0
  private said: [NginxTestRule, Finding][] | undefined
  private readonly mayStandHere: (name: string) => boolean

  constructor(state: TestState, directive: PlacedDirective, entry: NginxEntry, block: Block, mayStandHere: (name: string) => boolean) {
    this.state = state
    this.protocol = protocolOf(state, entry)
    this.block = block
    this.directive = directive
    this.entry = entry
    this.values = directive.node.words.map(valueOfWord)
    this.mayStandHere = mayStandHere
  }

  emerg(rule: NginxTestRule, server: string, detail: Detail = {}): void {
    this.errors++
    const swallowed = detail.mark ? undefined : swallowedDirective(this.directive, this.mayStandHere)
    if (swallowed) this.say('nginx/syntax', { ...swallowed, configTest: { level: 'emerg', message: server, line: lineOfEnd(this.directive) } })
    else this.say(rule, findingOf(this.directive, 'emerg', server, detail))
  }

  warn(rule: NginxTestRule, server: string, detail: Detail = {}): void {
    this.say(rule, findingOf(this.directive, 'warn', server, detail))
  }

  /** A line that begins with another directive and is taken for arguments of this one, without a word from nginx. */
  warnOfSwallowed(isDirective: (name: string, count: number) => boolean): void {
    const { node } = this.directive
    const found = swallowedDirective(this.directive, (name, at) => isDirective(name, node.words.length - at - 1) && node.words.length - at > 1)
    if (found) this.say('nginx/syntax', { ...found, severity: 'warning', message: found.message.replace(/\.$/, ', and nginx takes it.') })
  }

  /** nginx's words for the first error. */
  get firstMessage(): string | undefined {
    return this.said?.find(([, finding]) => finding.configTest?.level === 'emerg')?.[1].configTest?.message
  }

  /** Hands on what was said, and forgets it. */
  tell(report: Report): void {
    if (!this.said) return
    for (const [rule, finding] of this.said) report(rule, finding)
    this.said = undefined
    this.errors = 0
  }

  private say(rule: NginxTestRule, finding: Finding): void {
    this.said ??= []
    this.said.push([rule, finding])
  }
}

const valueOfWord = (word: { readonly value: string }): string => word.value

export function findingOf(directive: PlacedDirective, level: 'emerg' | 'warn', server: string, detail: Detail): Finding {
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
