import { basename } from 'node:path'
import { resolveOnMachine } from '../configuration/on-machine.ts'
import { makeSourceReader } from '../configuration/source.ts'
import { interpreterOf } from '../request/interpret.ts'
import { type Answer, answerToJson, type Request } from '../request/request.ts'
import type { Dialect } from '../syntax/tree.ts'
import { dialectOf, dialectOfPath } from '../workspace/dialect.ts'
import { makeSession } from '../workspace/session.ts'
import { defaultSettings, type Settings } from '../workspace/settings.ts'
import { answerLines, type Places, placesIn } from './answer-text.ts'
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
