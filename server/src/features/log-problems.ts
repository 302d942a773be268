import { type Explanation, type LogReading, makeLogReading } from '../log/explain.ts'
import type { LogView } from '../log/look.ts'
import type { Problem, Severity } from '../problem/problem.ts'

/** A log that is open in an editor: what has been read of it is not read again as it grows. */
export interface OpenLog {
  /** The log's text as it is now. */
  update(text: string): void
  /** What its messages mean, each at the first place where it stands, with what caused it in a workspace. */
  problems(view: LogView | undefined): Problem[]
}

/** The rule under which an editor shows them; it has no page. */
export const logRule = 'webconf/log'

export function makeOpenLog(): OpenLog {
  let read = ''
  let reading: LogReading = makeLogReading()
  return {
    update(text) {
      // A last line without its end is still being written, unless the whole is pasted and no more comes.
      const whole = text.endsWith('\n') ? text : `${text}\n`
      if (whole.startsWith(read)) reading.append(whole.slice(read.length))
      else {
        reading = makeLogReading()
        reading.append(whole)
      }
      read = whole
    },
    problems: (view) => reading.explanations(view).map(problemOf),
  }
}

/** Behind the last character of any line: an editor takes the end of the line for it. */
const endOfLine = 10_000

function problemOf({ level, place, meaning, checks, causes, count, lastLine }: Explanation): Problem {
  const times = count > 1 ? ` (${count} times, last on line ${lastLine + 1}.)` : ''
  const wayOut = causes.length > 0 || checks.length === 0 ? '' : `\nCheck: ${checks.join('\nCheck: ')}`
  const character = place.endLine > place.line ? endOfLine : place.end - place.start
  return {
    rule: logRule,
    severity: severityOf(level),
    message: `${meaning}${times}${wayOut}`,
    range: { start: { line: place.line, character: 0 }, end: { line: place.endLine, character } },
    related: causes.map(({ path, range, message }) => ({ path, range, message })),
    fixes: causes.flatMap(({ fixes = [] }) => fixes),
  }
}

const severityOf = (level: string | undefined): Severity =>
  level === undefined || /^(?:emerg|alert|crit|critical|error|err)$/.test(level) ? 'error' : /^warn/.test(level) ? 'warning' : 'info'
