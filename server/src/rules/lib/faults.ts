import type { Configuration, Source } from '../../configuration/placed.ts'
import type { Fault } from '../../syntax/tree.ts'
import type { Finding } from '../rule.ts'

/** The syntax errors of every source of a configuration, in our words (`explain`) and the server's. `met` gives a fault as the server meets it, if it does. */
export function* faultFindings(
  configuration: Configuration,
  explain: (fault: Fault, source: Source) => string,
  level: 'emerg' | 'error',
  met: (fault: Fault, source: Source) => Fault | undefined,
): Generator<Finding> {
  for (const source of configuration.sources) {
    for (const each of source.tree.faults) {
      const fault = met(each, source)
      if (fault) yield findingOf(fault, source, explain(fault, source), level)
    }
  }
}

function findingOf(fault: Fault, source: Source, message: string, level: 'emerg' | 'error'): Finding {
  const line = lineOf(source, fault.serverAt)
  const { mend } = fault
  return {
    at: { path: source.path, start: fault.start, end: fault.end },
    message,
    severity: fault.serverMessage === undefined ? 'warning' : 'error',
    ...(fault.serverMessage === undefined ? {} : { configTest: { level, message: fault.serverMessage, line } }),
    ...(mend ? { fixes: [{ title: mend.title, safe: true, edits: [{ path: source.path, start: mend.start, end: mend.end, newText: mend.newText }] }] } : {}),
  }
}

/** The 1-based line as a server counts it: by line feeds alone. */
export function lineOf(source: Source, offset: number): number {
  let line = 1
  for (let at = source.text.indexOf('\n'); at >= 0 && at < offset; at = source.text.indexOf('\n', at + 1)) line++
  return line
}
