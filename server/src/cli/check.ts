import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Severity } from '../problem/problem.ts'
import type { FileReport } from '../problem/report.ts'
import { type CheckRequest, checkWorkspace } from '../rules/check-workspace.ts'
import type { Dialect } from '../syntax/tree.ts'
import { fixAll } from '../workspace/fix-all.ts'
import { isInside } from '../workspace/path.ts'
import { openWorkspace, readText, slashed, UsageError } from './open-workspace.ts'
import { coloured, plain, textReport } from './text-report.ts'
import { replaceFile } from './write-file.ts'

export interface CheckOptions {
  readonly paths: readonly string[]
  readonly format: 'text' | 'json'
  readonly fix: boolean
  readonly failOn: Severity
  readonly dialect: Dialect | undefined
  readonly context: string | undefined
  readonly workspace: string | undefined
  readonly settingsFile: string | undefined
  /** Versions given on the command line, in the form of the settings. */
  readonly editor: Record<string, unknown>
}

const order: readonly Severity[] = ['hint', 'info', 'warning', 'error']

/** `webconf check`: prints the problems and returns the exit status. */
export async function check(options: CheckOptions): Promise<number> {
  const { folders, files, unreadable } = await sortPaths(options.paths)
  for (const { path, why } of unreadable) process.stderr.write(`webconf: ${path}: ${why}\n`)
  const reports: FileReport[] = []
  const texts = new Map<string, string>()
  for (const folder of folders) reports.push(...(await checkFolders([folder], { kind: 'workspace' }, options, texts)))
  if (files.length > 0) {
    const request: CheckRequest = { kind: 'files', paths: files, dialect: options.dialect, context: options.context }
    if (options.workspace !== undefined) {
      const all = await checkFolders([slashed(options.workspace)], { kind: 'workspace' }, options, texts)
      const named = all.filter((report) => files.includes(report.path))
      const rest = files.filter((path) => !named.some((report) => report.path === path))
      reports.push(...named, ...(rest.length > 0 ? await checkFolders([slashed(options.workspace)], { ...request, paths: rest }, options, texts) : []))
    } else reports.push(...(await checkFolders(topmost(files.map((path) => slashed(dirname(path)))), request, options, texts)))
  }
  const merged = mergeReports(reports)
  if (options.format === 'json') process.stdout.write(`${JSON.stringify({ version: 1, files: merged })}\n`)
  else {
    const here = slashed(process.cwd())
    const shown = (path: string): string => (isInside(path, here) && path !== here ? path.slice(here.length + 1) : path)
    const paint = process.stdout.isTTY && process.env.NO_COLOR === undefined ? coloured : plain
    process.stdout.write(textReport(merged, (path) => texts.get(path), shown, paint, options.failOn === 'hint'))
  }
  if (unreadable.length > 0) return 2
  const least = order.indexOf(options.failOn)
  return merged.some((report) => report.problems.some((problem) => order.indexOf(problem.severity) >= least)) ? 1 : 0
}

async function checkFolders(
  folders: readonly string[],
  request: CheckRequest,
  options: CheckOptions,
  texts: Map<string, string>,
): Promise<readonly FileReport[]> {
  if (options.workspace !== undefined && !(await isFolder(options.workspace))) throw new UsageError(`--workspace: ${options.workspace} is no folder`)
  const { settings, settingsFile, session, reader, ...opened } = await openWorkspace(folders, options.settingsFile, options.editor)
  const files = request.kind === 'files' ? [...new Set([...opened.files, ...request.paths])] : opened.files
  const run = async (changed: ReadonlyMap<string, string>): Promise<readonly FileReport[]> => {
    for (const [path, text] of changed) session.setOpen(path, text)
    const input = { folders, files: [...new Set([...files, ...changed.keys()])], settings, settingsFile, request }
    return session.settle((snapshot) => {
      const reports = checkWorkspace(snapshot, input, reader)
      for (const { path } of reports) {
        const content = snapshot.content(path)
        if (content.state === 'content') texts.set(path, content.value.text)
      }
      return reports
    })
  }
  if (!options.fix) return run(new Map())
  const fixed = await fixAll(run, readText)
  const left: string[] = []
  for (const [path, text] of fixed.texts) {
    const why = await replaceFile(path, fixed.before.get(path), text, fixed.executable.has(path))
    if (why === undefined) continue
    left.push(path)
    process.stderr.write(`webconf: ${path} is left as it is: ${why}\n`)
  }
  const written = fixed.texts.size - left.length
  if (written > 0) process.stderr.write(`webconf: ${written} file${written === 1 ? '' : 's'} mended\n`)
  if (left.length === 0) return fixed.reports
  // What was not written has its problems still.
  for (const path of left) {
    session.setOpen(path, undefined)
    session.forget(path)
  }
  return run(new Map())
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

async function sortPaths(paths: readonly string[]): Promise<{ folders: string[]; files: string[]; unreadable: { path: string; why: string }[] }> {
  const folders: string[] = []
  const files: string[] = []
  const unreadable: { path: string; why: string }[] = []
  for (const path of paths) {
    try {
      const found = await stat(path)
      if (found.isDirectory()) folders.push(slashed(path))
      else files.push(slashed(path))
    } catch (error) {
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
      unreadable.push({
        path,
        why: code === 'ENOENT' ? 'there is no such file or folder' : code === 'EACCES' ? 'no permission to read it' : 'it cannot be read',
      })
    }
  }
  return { folders, files, unreadable }
}

/** Folders without those that lie in another of them. */
function topmost(folders: readonly string[]): string[] {
  const unique = [...new Set(folders)].sort((a, b) => a.length - b.length)
  const kept: string[] = []
  for (const folder of unique) if (!kept.some((each) => isInside(folder, each))) kept.push(folder)
  return kept
}

/** One entry a file, where several roots read it. */
function mergeReports(reports: readonly FileReport[]): FileReport[] {
  const merged = new Map<string, FileReport>()
  for (const report of reports) {
    const known = merged.get(report.path)
    if (!known) {
      merged.set(report.path, report)
      continue
    }
    const seen = new Set(known.problems.map((problem) => JSON.stringify(problem)))
    merged.set(report.path, {
      ...known,
      contexts: [...known.contexts, ...report.contexts.filter((context) => !known.contexts.some((each) => each.join() === context.join()))],
      problems: [...known.problems, ...report.problems.filter((problem) => !seen.has(JSON.stringify(problem)))],
    })
  }
  return [...merged.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}
