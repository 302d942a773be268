import { makeSourceReader } from '../../server/src/configuration/source.ts'
import type { Edit, Problem } from '../../server/src/problem/problem.ts'
import { checkWorkspace } from '../../server/src/rules/check-workspace.ts'
import type { Rule } from '../../server/src/rules/rule.ts'
import { makeLineIndex } from '../../server/src/syntax/line-index.ts'
import { discoverFiles } from '../../server/src/workspace/discover.ts'
import { join } from '../../server/src/workspace/path.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings, type Settings } from '../../server/src/workspace/settings.ts'
import { readSettings } from '../../server/src/workspace/settings-file.ts'
import { memoryFileSystem } from './memory-file-system.ts'

/** Where an example's files are put. */
export const workspace = '/workspace'

/** A problem as an example states it. */
export interface Expected {
  readonly path: string
  readonly line: number
  /** Start and end character; undefined: the whole line will do. */
  readonly columns: readonly [number, number] | undefined
  readonly severity: string
  readonly rule: string
  readonly message: string
}

/**
 * Reads an example: `#- path` begins a file; `#   ^^^^ severity[rule]: beginning of message` marks columns of the
 * line above, `# <---- …` marks it from column 0 on. Marking lines are taken out.
 */
export function readExample(text: string): { files: Record<string, string>; expected: Expected[] } {
  const files: Record<string, string> = {}
  const expected: Expected[] = []
  for (const part of text.split(/^(?=#- )/m)) {
    const header = /^#- (\S+)\n?/.exec(part)
    if (!header?.[1]) {
      if (part.trim() !== '') throw new Error(`text before the first "#- path": ${part.slice(0, 80)}`)
      continue
    }
    const path = join(workspace, header[1])
    const kept: string[] = []
    for (const line of part.slice(header[0].length).split('\n')) {
      const mark = /^(\s*#\s*)(\^+|<-+)\s*(error|warning|info|hint)\[([^\]]+)\](?::\s*(.*))?$/.exec(line)
      if (!mark) {
        kept.push(line)
        continue
      }
      const [, lead = '', sign = '', severity = '', rule = '', message = ''] = mark
      const columns: [number, number] = sign.startsWith('<') ? [0, sign.length + lead.indexOf('#')] : [lead.length, lead.length + sign.length]
      expected.push({ path, line: kept.length - 1, columns: sign.startsWith('<') ? undefined : columns, severity, rule, message })
    }
    files[path] = kept.join('\n')
  }
  return { files, expected }
}

/** A problem with the file that it is in. */
export type FiledProblem = Problem & { readonly path: string }

/** All problems of a workspace in memory. */
export async function problemsOf(files: Readonly<Record<string, string | Uint8Array>>, settings: Settings = settingsIn(files)): Promise<FiledProblem[]> {
  const fs = memoryFileSystem(files)
  const discovered = await discoverFiles(fs, [workspace])
  const session = makeSession(fs, settings.limits.fileSize)
  const reader = makeSourceReader()
  const input = { folders: [workspace], files: discovered.files, settings, request: { kind: 'workspace' } as const }
  const reports = await session.settle((snapshot) => checkWorkspace(snapshot, input, reader))
  const problems = reports.flatMap((report) => report.problems.map((problem) => ({ ...problem, path: report.path })))
  const failed = problems.find((problem) => problem.rule === 'webconf/failed')
  if (failed) throw new Error(failed.message)
  return problems
}

/** What the settings must say for a rule to run. */
export const rulesOf = (rule: Rule): Settings['rules'] => (rule.profile ? { [rule.id]: rule.severity } : {})

/** The settings for the examples of a rule: those of the example's own `webconf.json`, with the rule switched on. */
export function settingsFor(rule: Rule, files: Readonly<Record<string, string | Uint8Array>>): Settings {
  const settings = settingsIn(files)
  return rule.profile ? { ...settings, rules: { ...rulesOf(rule), ...settings.rules } } : settings
}

function settingsIn(files: Readonly<Record<string, string | Uint8Array>>): Settings {
  const text = files[join(workspace, 'webconf.json')]
  return typeof text === 'string' ? readSettings(text, {}, workspace).settings : defaultSettings
}

/** The files after some edits. */
export function applyEdits(files: Readonly<Record<string, string>>, edits: readonly Edit[]): Record<string, string> {
  const result = { ...files }
  const paths = new Set(edits.map((edit) => edit.path))
  for (const path of paths) {
    const text = files[path] ?? ''
    const lines = makeLineIndex(text)
    const own = edits
      .filter((edit) => edit.path === path)
      .map((edit) => ({ start: lines.offsetAt(edit.range.start), end: lines.offsetAt(edit.range.end), newText: edit.newText }))
      .sort((a, b) => a.start - b.start || a.end - b.end)
    let at = 0
    let made = ''
    for (const edit of own) {
      if (edit.start < at) throw new Error(`edits overlap in ${path}`)
      made += text.slice(at, edit.start) + edit.newText
      at = edit.end
    }
    result[path] = made + text.slice(at)
  }
  return result
}

/** One line for a problem, as a failing test shows it. */
export const show = (problem: FiledProblem): string =>
  `${problem.path}:${problem.range.start.line + 1}:${problem.range.start.character}-${problem.range.end.character} ${problem.severity}[${problem.rule}] ${problem.message}`
