import type { Configuration } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import type { Answer } from '../request/request.ts'
import { dirname, isInside, relativeTo } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'
import type { Paint } from './text-report.ts'

/** A place as `file:line`, the file relative to the configuration's folder where it lies there. */
export type Places = (at: Place | undefined) => { readonly file: string; readonly line: number } | undefined

/** Of a file that cannot be read no line is told. */
export function placesIn(configuration: Configuration, snapshot: Snapshot): Places {
  const folder = dirname(configuration.root.path)
  const texts = textsIn(snapshot, new Map(configuration.sources.map(({ path, lines }) => [path, lines])))
  return (at) => {
    if (!at || snapshot.content(at.path).state !== 'content') return undefined
    return { file: isInside(at.path, folder) ? relativeTo(at.path, folder) : at.path, line: texts.lines(at.path).lineAt(at.start) + 1 }
  }
}

/** An answer and the steps to it, a line each; what it depends on is told with the other answers. */
export function answerLines(answer: Answer, places: Places, paint: Paint, indent: string): string[] {
  const lines: string[] = []
  const width = Math.max(0, ...answer.steps.map(({ phase }) => phase.length))
  for (const { phase, outcome, message, at } of answer.steps) {
    const place = places(at)
    const text = `${marks[outcome]} ${phase.padEnd(width)}  ${message}`
    lines.push(`${indent}${outcome === 'lost' ? paint('dim', text) : text}${place ? paint('dim', `  ${place.file}:${place.line}`) : ''}`)
  }
  lines.push(`${indent}${paint('bold', `${answer.status ?? 'The status is not known'}`)}${summary(answer)}`)
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${indent}  ${name}: ${value}`)
  for (const { condition, answer: other } of answer.branches) {
    lines.push(`${indent}${paint('info', `If ${condition}:`)}`, ...answerLines(other, places, paint, `${indent}    `))
  }
  return lines
}

const marks = { decided: '→', passed: ' ', lost: '×' } as const

function summary(answer: Answer): string {
  const facts = [
    answer.location === undefined ? [] : [`to ${answer.location}`],
    answer.file === undefined ? [] : [`file ${answer.file}`],
    answer.upstream === undefined ? [] : [`from ${answer.upstream}${answer.upstreamUri === undefined ? '' : `, which gets ${answer.upstreamUri}`}`],
    answer.authz === 'denied' ? ['access denied'] : [],
  ].flat()
  return facts.length > 0 ? ` ${facts.join(', ')}` : ''
}
