import type { Configuration, Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import type { Fix, Problem } from '../problem/problem.ts'
import type { FileReport } from '../problem/report.ts'
import type { LineIndex } from '../syntax/line-index.ts'
import type { Dialect } from '../syntax/tree.ts'
import type { Settings } from '../workspace/settings.ts'
import type { SettingsProblem } from '../workspace/settings-file.ts'
import type { Known, Snapshot, TextContent } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'
import { covers, type Ignore, ignoresOf, ignoresOfText } from './ignore.ts'
import type { FindingFix } from './rule.ts'
import type { Found } from './run.ts'

/** Turns findings into problems by file: ranges, the user's severities, ignore comments, one problem a mistake. */
export interface Collector {
  addSource(source: Source, context: readonly string[]): void
  unread(path: string, dialect: Dialect | null, content: Known<TextContent>): void
  /** The configuration in which it was found, where it needed one. */
  add(found: Found, configuration?: Configuration): void
  /** A rule threw on what the file leads to. */
  failed(rule: string, path: string, error: unknown): void
  addSettings(path: string, problems: readonly SettingsProblem[]): void
  reports(): FileReport[]
}

interface MutableReport {
  readonly dialect: Dialect | null
  readonly contexts: (readonly string[])[]
  unread: string | undefined
  readonly problems: Map<string, Problem & { readonly offset: number }>
}

export function makeCollector(snapshot: Snapshot, settings: Settings): Collector {
  const reports = new Map<string, MutableReport>()
  const lines = new Map<string, LineIndex>()
  const { range: rangeOf } = textsIn(snapshot, lines)
  const ignores = new Map<string, Ignore[]>()
  const windowsLineEnds = new Map<string, boolean>()

  const reportOf = (path: string, dialect: Dialect | null): MutableReport => {
    const found = reports.get(path)
    if (found) return found
    const made: MutableReport = { dialect, contexts: [], unread: undefined, problems: new Map() }
    reports.set(path, made)
    return made
  }
  const ignoresIn = (path: string): Ignore[] => {
    const found = ignores.get(path)
    if (found) return found
    const content = snapshot.content(path)
    const made = content.state === 'content' ? ignoresOfText(path, content.value.text) : []
    ignores.set(path, made)
    return made
  }
  /** New lines end as the file's own do. */
  const withLineEnds = (newText: string, path: string): string => {
    if (!newText.includes('\n')) return newText
    let windows = windowsLineEnds.get(path)
    if (windows === undefined) {
      const content = snapshot.content(path)
      windows = content.state === 'content' && content.value.text.includes('\r\n')
      windowsLineEnds.set(path, windows)
    }
    return windows ? newText.replace(/\r?\n/g, '\r\n') : newText
  }
  const fixOf = (fix: FindingFix): Fix => ({
    title: fix.title,
    safe: fix.safe,
    edits: fix.edits.map((edit) => ({
      path: edit.path,
      range: rangeOf(edit),
      newText: withLineEnds(edit.newText, edit.path),
      ...(edit.executable ? { executable: true } : {}),
    })),
    ...(fix.commands ? { commands: fix.commands } : {}),
  })
  const put = (place: Place, dialect: Dialect | null, problem: Problem): void => {
    const { problems } = reportOf(place.path, dialect)
    const key = `${problem.rule} ${place.start} ${place.end} ${problem.message}`
    if (!problems.has(key)) problems.set(key, { ...problem, offset: place.start })
  }

  return {
    addSource(source, context) {
      const report = reportOf(source.path, source.tree.dialect)
      if (!report.contexts.some((each) => each.join() === context.join())) report.contexts.push(context)
      lines.set(source.path, source.lines)
      if (!ignores.has(source.path)) ignores.set(source.path, ignoresOf(source))
    },
    unread(path, dialect, content) {
      const report = reportOf(path, dialect)
      const why = whyUnread(content, settings)
      report.unread = why
      put({ path, start: 0, end: 0 }, dialect, {
        rule: 'webconf/unread',
        severity: 'info',
        message: `This file is not checked: ${why}.`,
        range: rangeOf({ path, start: 0, end: 0 }),
      })
    },
    add({ rule, finding }, configuration) {
      const severity = settings.rules[rule.id] ?? finding.severity ?? rule.severity
      if (severity === 'off') return
      let silenced = false
      for (const ignore of ignoresIn(finding.at.path)) {
        if (covers(ignore, rule.id, finding.at.start)) {
          ignore.used = true
          silenced = true
        }
      }
      if (silenced) return
      const own = configuration?.sources.some((source) => source.path === finding.at.path) || finding.at.path.endsWith('.htaccess')
      put(finding.at, configuration && own ? configuration.dialect : null, {
        rule: rule.id,
        severity,
        message: finding.message,
        range: rangeOf(finding.at),
        ...(finding.related?.length ? { related: finding.related.map(({ at, message }) => ({ path: at.path, range: rangeOf(at), message })) } : {}),
        ...(finding.fixes?.length ? { fixes: finding.fixes.map(fixOf) } : {}),
        ...(finding.configTest ? { configTest: finding.configTest } : {}),
      })
    },
    failed(rule, path, error) {
      const place = { path, start: 0, end: 0 }
      put(place, reports.get(path)?.dialect ?? null, {
        rule: 'webconf/failed',
        severity: 'info',
        message: `The rule ${rule} could not be run here (${error instanceof Error ? error.message : String(error)}). That is a mistake of webconf's; all other rules were run.`,
        range: rangeOf(place),
      })
    },
    addSettings(path, problems) {
      for (const { message, offset, length } of problems) {
        const place = { path, start: offset, end: offset + length }
        put(place, null, { rule: 'webconf/settings', severity: 'warning', message, range: rangeOf(place) })
      }
    },
    reports() {
      for (const each of ignores.values()) {
        for (const ignore of each) {
          if (ignore.used) continue
          put(ignore.at, reports.get(ignore.at.path)?.dialect ?? null, {
            rule: 'webconf/unused-ignore',
            severity: 'warning',
            message: `This comment ignores ${ignore.rules.join(', ') || 'no rule'}, but nothing of the kind is found here any more: remove it.`,
            range: rangeOf(ignore.at),
          })
        }
      }
      return [...reports].map(([path, report]) => ({
        path,
        dialect: report.dialect,
        contexts: report.contexts,
        ...(report.unread === undefined ? {} : { unread: report.unread }),
        problems: [...report.problems.values()].sort((a, b) => a.offset - b.offset).map(({ offset: _, ...problem }) => problem),
      }))
    },
  }
}

function whyUnread(content: Known<TextContent>, settings: Settings): string {
  switch (content.state) {
    case 'absent':
      return 'it is not there'
    case 'refused':
      return content.why
    case 'not asked':
      return 'it has not been read yet'
    case 'content':
      if (content.value.binary) return 'it holds NUL bytes, so it is no configuration'
      if (content.value.text.length > settings.limits.fileSize) return `it is longer than limits.fileSize (${settings.limits.fileSize} bytes)`
      return 'it is neither nginx nor Apache configuration as far as can be told; say which with --dialect'
  }
}
