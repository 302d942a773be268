import type { Problem, Severity } from '../problem/problem.ts'
import type { FileReport } from '../problem/report.ts'
import { makeLineIndex } from '../syntax/line-index.ts'

/** How the report is painted: `bold`, a severity, or `dim`. */
export type Paint = (style: Severity | 'bold' | 'dim', text: string) => string

export const plain: Paint = (_, text) => text

/** ANSI colours, for a terminal. */
export const coloured: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`

const codes: Readonly<Record<Parameters<Paint>[0], string>> = { error: '31', warning: '33', info: '36', hint: '35', bold: '1', dim: '2' }

/** Problems with the line that they are in and the mark under it; hints are only counted where they are not wanted. */
export function textReport(
  reports: readonly FileReport[],
  textOf: (path: string) => string | undefined,
  shown: (path: string) => string,
  paint: Paint,
  hints: boolean,
): string {
  const parts: string[] = []
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 }
  for (const report of reports) {
    const text = textOf(report.path) ?? ''
    const index = makeLineIndex(text)
    const lineAt = (line: number): string => text.slice(index.lineStart(line), index.lineStart(line + 1)).replace(/[\r\n]+$/, '')
    for (const problem of report.problems) {
      counts[problem.severity]++
      if (hints || problem.severity !== 'hint') parts.push(problemText(problem, shown(report.path), lineAt, shown, paint))
    }
  }
  const checked = reports.filter((report) => report.dialect).length
  const summary = (Object.keys(counts) as Severity[])
    .filter((each) => counts[each] > 0)
    .map((each) => paint(each, `${counts[each]} ${each}${counts[each] > 1 && each !== 'info' ? 's' : ''}`))
  parts.push(
    `${checked} configuration file${checked === 1 ? '' : 's'} checked: ${summary.length > 0 ? summary.join(', ') : 'no problems'}${counts.hint > 0 && !hints ? ', shown with --fail-on hint' : ''}.`,
  )
  return `${parts.join('\n\n')}\n`
}

function problemText(problem: Problem, path: string, lineAt: (line: number) => string, shown: (path: string) => string, paint: Paint): string {
  const { start, end } = problem.range
  const lines = [
    `${paint('bold', `${path}:${start.line + 1}:${start.character + 1}`)} ${paint(problem.severity, problem.severity)} ${problem.message} ${paint('dim', `[${problem.rule}]`)}`,
  ]
  const line = lineAt(start.line)
  if (line.trim() !== '' && line.length < 400) {
    const number = String(start.line + 1)
    const to = end.line === start.line ? Math.max(end.character, start.character + 1) : line.length
    // Tabs stay tabs, so that the mark stands under its text however wide they are shown.
    const lead = line.slice(0, start.character).replace(/[^\t]/g, ' ')
    lines.push(`${paint('dim', `${number} |`)} ${line}`)
    lines.push(`${' '.repeat(number.length)} ${paint('dim', '|')} ${lead}${paint(problem.severity, '^'.repeat(Math.max(1, to - start.character)))}`)
  }
  for (const related of problem.related ?? []) lines.push(`  ${shown(related.path)}:${related.range.start.line + 1}: ${related.message}`)
  for (const fix of problem.fixes ?? []) {
    lines.push(`  fix: ${fix.title}${fix.safe || fix.edits.length === 0 ? '' : ' (look at it first)'}`)
    for (const command of fix.commands ?? []) lines.push(`       ${command}`)
  }
  return lines.join('\n')
}
