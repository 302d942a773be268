import { basename } from 'node:path'
import { resolveOnMachine } from '../configuration/on-machine.ts'
import type { Configuration } from '../configuration/placed.ts'
import { makeSourceReader } from '../configuration/source.ts'
import type { Place } from '../problem/place.ts'
import { interpreterOf } from '../request/interpret.ts'
import { type Answer, answerToJson, type Request } from '../request/request.ts'
import { type LineIndex, makeLineIndex } from '../syntax/line-index.ts'
import type { Dialect } from '../syntax/tree.ts'
import { dialectOf, dialectOfPath } from '../workspace/dialect.ts'
import { dirname, isInside, relativeTo } from '../workspace/path.ts'
import { makeSession } from '../workspace/session.ts'
import { defaultSettings, type Settings } from '../workspace/settings.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { waitingFileSystem } from './node-file-system.ts'
import { readText, slashed, UsageError } from './open-workspace.ts'
import { coloured, type Paint, plain } from './text-report.ts'

/** `webconf request`: prints what the server does with requests, and how it comes to that; returns the exit status. */
export async function showRequests(config: string, requests: readonly Request[], format: 'text' | 'json', asArray: boolean): Promise<number> {
  const root = slashed(config)
  const text = await readText(root)
  if (text === undefined) throw new UsageError(`${config} cannot be read`)
  const dialect = dialectOfConfig(root, text)
  if (!dialect) throw new UsageError(`${config} is neither nginx's nor Apache's, by its name and its content`)
  const session = makeSession(waitingFileSystem, defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const { configuration, answers, places } = await session.settle((snapshot) => {
    const configuration = resolveOnMachine(snapshot, root, dialect, reader, onThisMachine)
    const interpreter = configuration && interpreterOf(configuration)
    const answers = interpreter ? requests.map((request) => interpreter(configuration, request, snapshot)) : undefined
    return { configuration, answers, places: configuration && placesIn(configuration, snapshot) }
  })
  if (!configuration || !places) throw new UsageError(`${config} cannot be read as configuration`)
  if (!answers) throw new UsageError(`requests to ${dialect === 'nginx' ? 'nginx' : 'Apache'} are not interpreted`)
  if (format === 'json') {
    const written = answers.map((answer) => jsonOf(answer, places))
    process.stdout.write(`${JSON.stringify(asArray ? written : written[0])}\n`)
  } else {
    const paint = process.stdout.isTTY && process.env.NO_COLOR === undefined ? coloured : plain
    process.stdout.write(requests.map((request, i) => textOf(request, answers[i], places, paint)).join('\n'))
  }
  return 0
}

const onThisMachine: Settings = { ...defaultSettings, deployment: { ...defaultSettings.deployment, thisMachine: true } }

/** `nginx.conf` and `httpd.conf` say it by their names; else the content tells. */
function dialectOfConfig(path: string, text: string): Dialect | undefined {
  if (/^nginx/i.test(basename(path))) return 'nginx'
  if (/^(?:httpd|apache2?)\b/i.test(basename(path))) return 'apache'
  return dialectOf(path, text) ?? dialectOfPath(path)
}

/** A place as `file:line`, the file relative to the configuration's folder where it lies there. */
type Places = (at: Place | undefined) => { readonly file: string; readonly line: number } | undefined

/** A `.htaccess` that a request led to is no source of the configuration: its lines are counted in what was read. */
function placesIn(configuration: Configuration, snapshot: Snapshot): Places {
  const folder = dirname(configuration.root.path)
  const known = new Map<string, LineIndex>(configuration.sources.map(({ path, lines }) => [path, lines]))
  const linesOf = (path: string): LineIndex | undefined => {
    const lines = known.get(path)
    if (lines) return lines
    const content = snapshot.content(path)
    if (content.state !== 'content') return undefined
    const made = makeLineIndex(content.value.text)
    known.set(path, made)
    return made
  }
  return (at) => {
    const lines = at && linesOf(at.path)
    if (!lines) return undefined
    return { file: isInside(at.path, folder) ? relativeTo(at.path, folder) : at.path, line: lines.lineAt(at.start) + 1 }
  }
}

function jsonOf(answer: Answer, places: Places): Record<string, unknown> {
  return {
    ...answerToJson(answer),
    steps: answer.steps.map(({ at, ...step }) => ({ ...step, ...places(at) })),
    branches: answer.branches.map(({ condition, answer: other }) => ({ condition, answer: jsonOf(other, places) })),
  }
}

function textOf(request: Request, answer: Answer | undefined, places: Places, paint: Paint): string {
  const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const title = `${request.method} ${request.target}${host === undefined ? '' : ` (Host: ${host})`}`
  return `${paint('bold', title)}\n${answer ? answerLines(answer, places, paint, '  ').join('\n') : ''}\n`
}

function answerLines(answer: Answer, places: Places, paint: Paint, indent: string): string[] {
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
