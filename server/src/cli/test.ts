import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Understanding, understandWorkspace } from '../application/understand.ts'
import { type Judged, judgeExpectations, type Outcome } from '../expectation/run.ts'
import { shownRequest } from '../expectation/to-request.ts'
import { difference } from '../expectation/words.ts'
import type { Place } from '../problem/place.ts'
import { covers, ignoresOf, ignoresOfText } from '../rules/ignore.ts'
import { isInside } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'
import { answerLines, type Places, placesIn } from './answer-text.ts'
import { junitReport } from './junit.ts'
import { openWorkspace, slashed, UsageError } from './open-workspace.ts'
import { coloured, type Paint, plain } from './text-report.ts'

export interface TestOptions {
  /** Folders, each a workspace; files, of which only their own expectations are shown. */
  readonly paths: readonly string[]
  readonly format: 'text' | 'json' | 'junit'
  /** The workspace of named files. */
  readonly workspace: string | undefined
  readonly settingsFile: string | undefined
}

/** What came of one expectation in one place, or why nothing did. */
export interface TestResult {
  readonly result: 'pass' | 'fail' | 'undecided' | 'ignored' | 'unreadable'
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** What is asked: `GET http://shop.example/docs`. */
  readonly title: string
  /** What someone calls it. */
  readonly name?: string | undefined
  /** The root of the configuration that was asked. */
  readonly config?: string | undefined
  /** It passes where all of these are so. */
  readonly conditions: readonly string[]
  /** Why it fails, is undecided or cannot be read. */
  readonly message?: string | undefined
  /** How the server comes to its answer, a line each, where it fails. */
  readonly trace: readonly string[]
}

/** `webconf test`: asks all that is expected of the workspaces and prints what comes of it; returns the exit status. */
export async function test(options: TestOptions): Promise<number> {
  const { workspaces, unreadable } = await workspacesOf(options)
  for (const { path, why } of unreadable) process.stderr.write(`webconf: ${path}: ${why}\n`)
  const paint = options.format === 'text' && process.stdout.isTTY && process.env.NO_COLOR === undefined ? coloured : plain
  const results: TestResult[] = []
  for (const { folder, files } of workspaces) {
    const found = await resultsIn(folder, options.settingsFile, paint)
    results.push(...(files ? found.filter(({ file }) => files.has(file)) : found))
  }
  results.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
  const here = slashed(process.cwd())
  const shown = results.map((result) => ({ ...result, file: relative(result.file, here), config: result.config && relative(result.config, here) }))
  if (options.format === 'json') process.stdout.write(`${JSON.stringify({ version: 1, results: shown })}\n`)
  else if (options.format === 'junit') process.stdout.write(junitReport(shown))
  else process.stdout.write(textOf(shown, paint))
  if (unreadable.length > 0) return 2
  return results.some(({ result }) => result === 'fail' || result === 'unreadable') ? 1 : 0
}

const relative = (path: string, here: string): string => (isInside(path, here) && path !== here ? path.slice(here.length + 1) : path)

interface TestWorkspace {
  readonly folder: string
  /** Undefined: all. */
  readonly files: ReadonlySet<string> | undefined
}

async function workspacesOf({ paths, workspace }: TestOptions): Promise<{ workspaces: TestWorkspace[]; unreadable: { path: string; why: string }[] }> {
  const workspaces: TestWorkspace[] = []
  const unreadable: { path: string; why: string }[] = []
  const files = new Map<string, Set<string>>()
  if (workspace !== undefined && !(await kindOf(workspace))?.isDirectory()) throw new UsageError(`--workspace: ${workspace} is no folder`)
  const here = slashed(workspace ?? process.cwd())
  for (const path of paths) {
    const found = await kindOf(path)
    const full = slashed(path)
    if (!found) unreadable.push({ path, why: 'there is no such file or folder, or it cannot be read' })
    else if (found.isDirectory()) workspaces.push({ folder: full, files: undefined })
    else {
      const folder = isInside(full, here) || workspace !== undefined ? here : slashed(dirname(path))
      files.set(folder, (files.get(folder) ?? new Set()).add(full))
    }
  }
  return { workspaces: [...workspaces, ...[...files].map(([folder, own]) => ({ folder, files: own }))], unreadable }
}

const kindOf = (path: string) => stat(path).catch(() => undefined)

async function resultsIn(folder: string, settingsFile: string | undefined, paint: Paint): Promise<TestResult[]> {
  const { session, settings, reader, files, folders } = await openWorkspace([folder], settingsFile, {})
  return session.settle((snapshot) => {
    const understanding = understandWorkspace(snapshot, { folders, files, settings, request: { kind: 'workspace' } }, reader)
    const { judged, unreadable } = judgeExpectations(understanding, files, settings, snapshot, 'conditions')
    const texts = textsIn(snapshot)
    const lineOf = (at: Place): number => texts.lines(at.path).lineAt(at.start) + 1
    const mistakes = unreadable.map(
      ({ at, message }): TestResult => ({ result: 'unreadable', file: at.path, line: lineOf(at), title: 'an expectation', conditions: [], message, trace: [] }),
    )
    const ignored = ignoredIn(understanding, snapshot)
    const placesOf = new Map(understanding.configurations.map(({ configuration }) => [configuration, placesIn(configuration, snapshot)]))
    const results = judged.flatMap((each) => {
      const found = resultsOf(each, lineOf(each.expectation.at), (outcome) => placesOf.get(outcome.configuration), paint)
      return ignored(each.expectation.at)
        ? found.map((result): TestResult => (result.result === 'fail' ? { ...result, result: 'ignored', trace: [] } : result))
        : found
    })
    return [...mistakes, ...results]
  })
}

/** Whether a comment `# webconf: ignore request/expectation-failed` covers a place. */
function ignoredIn({ configurations }: Understanding, snapshot: Snapshot): (at: Place) => boolean {
  const sources = new Map(configurations.flatMap(({ configuration }) => configuration.sources.map((source) => [source.path, source])))
  return (at) => {
    const source = sources.get(at.path)
    const content = snapshot.content(at.path)
    const ignores = source ? ignoresOf(source) : content.state === 'content' ? ignoresOfText(at.path, content.value.text) : []
    return ignores.some((ignore) => covers(ignore, 'request/expectation-failed', at.start))
  }
}

function resultsOf({ expectation, outcomes, unchecked }: Judged, line: number, placesOf: (outcome: Outcome) => Places | undefined, paint: Paint): TestResult[] {
  const { at, name } = expectation
  const common = { file: at.path, line, name, conditions: [], trace: [] }
  if (unchecked !== undefined) return [{ ...common, result: 'undecided', title: expectation.title, message: unchecked }]
  return outcomes.map((outcome): TestResult => {
    const { kind, conditions, request, configuration, mismatches, answer, why } = outcome
    const own = { ...common, title: shownRequest(request), config: configuration.root.path }
    if (kind === 'holds') return { ...own, result: 'pass', conditions }
    if (kind === 'undecided') return { ...own, result: 'undecided', message: why }
    const places = placesOf(outcome)
    const trace = places ? answerLines({ ...answer, branches: [] }, places, paint, '') : []
    return { ...own, result: 'fail', message: `gets ${mismatches.map(difference).join(', ')}`, trace }
  })
}

function textOf(results: readonly TestResult[], paint: Paint): string {
  return `${[...results.flatMap((result) => linesOf(result, paint)), summary(results)].join('\n')}\n`
}

function linesOf({ result, file, line, title, name, conditions, message = '', trace, config }: TestResult, paint: Paint): string[] {
  const where = paint('dim', `${file}:${line}`)
  const what = name === undefined ? title : `${name}: ${title}`
  switch (result) {
    case 'pass':
      return [`pass       ${what}  ${where}`, ...conditions.map((each) => `           if ${each}`)]
    case 'undecided':
      return [`${paint('info', 'undecided')}  ${what}: ${message}  ${where}`]
    case 'ignored':
      return [`${paint('info', 'ignored')}    ${what} ${message}  ${where}`]
    case 'unreadable':
      return [`${paint('error', 'unreadable')} ${message}  ${where}`]
    case 'fail': {
      const asked = config === undefined || config === file ? '' : paint('dim', ` in ${config}`)
      return [`${paint('error', 'FAIL')}       ${what} ${message}  ${where}${asked}`, ...trace.map((each) => `             ${each}`)]
    }
  }
}

function summary(results: readonly TestResult[]): string {
  if (results.length === 0) return 'no expectations found: write "# webconf: expect GET / -> 200" into a configuration, or webconf.requests.yaml'
  const count = (kind: TestResult['result']): number => results.filter(({ result }) => result === kind).length
  const conditional = results.filter(({ result, conditions }) => result === 'pass' && conditions.length > 0).length
  const parts = [
    `${count('pass')} passed${conditional > 0 ? ` (${conditional} on a condition)` : ''}`,
    `${count('fail')} failed`,
    ...(count('undecided') > 0 ? [`${count('undecided')} undecided`] : []),
    ...(count('ignored') > 0 ? [`${count('ignored')} ignored`] : []),
    ...(count('unreadable') > 0 ? [`${count('unreadable')} unreadable`] : []),
  ]
  return `${results.length} expectation${results.length === 1 ? '' : 's'}: ${parts.join(', ')}`
}
