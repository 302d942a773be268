import type { ApacheEntry } from '../../../catalog/apache/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import { byteText, logText } from '../../../syntax/apache/expression/log-text.ts'
import type { Finding } from '../../rule.ts'
import type { Prepared } from './prepared.ts'
import { type ApacheTestRule, type Detail, placeAt, type Reading, type Refusal } from './reading.ts'
import type { Section } from './section.ts'
import type { TestState } from './state.ts'

/** What is found, and under which rule. */
export type Report = (rule: ApacheTestRule, finding: Finding) => void

/** A reading that hands on what is said. */
export class DirectiveReading implements Reading {
  readonly state: TestState
  readonly section: Section
  readonly directive: PlacedDirective
  readonly entry: ApacheEntry
  readonly prepared: Prepared
  at = 0
  private readonly report: Report

  constructor(state: TestState, section: Section, directive: PlacedDirective, prepared: Prepared, report: Report) {
    this.state = state
    this.section = section
    this.directive = directive
    this.entry = prepared.entry
    this.prepared = prepared
    this.report = report
  }

  warn(server: string, detail: Detail = {}): void {
    this.report(detail.rule ?? 'apache/ignored', findingOf(this.directive, 'warn', server, { at: this.at, ...detail }))
  }

  /** Reports what a handler returned. */
  refuse(said: string | Refusal): void {
    const refusal = typeof said === 'string' ? { server: said } : said
    const detail = { at: this.directive.args.length === 0 ? ('all' as const) : this.at, ...refusal }
    this.report(detail.rule ?? 'apache/invalid-value', findingOf(this.directive, 'error', refusal.server, detail))
  }
}

export function findingOf(directive: PlacedDirective, level: 'error' | 'warn', server: string, detail: Detail): Finding {
  const { source } = directive
  return {
    at: placeAt(directive, detail.at),
    message: detail.words ?? `Apache says: ${server.replace(/\.$/, '')}.`,
    severity: level === 'error' ? 'error' : 'warning',
    ...(detail.related ? { related: detail.related } : {}),
    ...(detail.fixes?.length ? { fixes: detail.fixes } : {}),
    configTest: {
      level,
      message: logText(source.encoding === 'latin-1' ? asBytes(server) : server),
      ...(detail.noLine ? {} : { line: detail.line ?? lineOfEnd(directive) }),
    },
  }
}

/** Each character of a Latin-1 file is one byte to the server. */
const asBytes = (text: string): string => text.replace(/[\u0080-\u00ff]/g, (character) => byteText(character.charCodeAt(0)))

/**
 * The 1-based line that Apache names: the last physical line of a continued one, which may be blank, or begin behind the end of the file
 * (`util.c: ap_cfg_getline_core` counts the line that it does not get).
 */
export function lineOfEnd({ source, start, node }: PlacedDirective): number {
  const { text } = source
  let at = start + Math.max(0, node.text.length - 1)
  let line = source.lines.lineAt(at) + 1
  for (continuation.lastIndex = at + 1; continuation.test(text); continuation.lastIndex = at) {
    at = continuation.lastIndex
    line++
  }
  return line
}

/** A continued line with nothing behind the white space. */
const continuation = /[ \t\r]*\\\r?\n/y
