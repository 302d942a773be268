import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver'
import { inactiveSections } from '../features/inactive.ts'
import type { FileReport } from '../problem/report.ts'
import { type ProtocolContext, toDiagnostics } from './to-protocol.ts'
import { pathOfUri, uriOfPath } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** The problems of one document; `unchanged` where the client has them already. */
export async function documentDiagnostics(
  params: DocumentDiagnosticParams,
  state: WorkspaceState,
  context: ProtocolContext,
): Promise<DocumentDiagnosticReport> {
  const path = pathOfUri(params.textDocument.uri)
  const reports = await state.check()
  const items = [...toDiagnostics(problemsIn(reports, path), context), ...(context.dims ? await dimmed(path, state) : [])]
  const resultId = markOf(items)
  return params.previousResultId === resultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items }
}

/** What the server passes over is shown faintly: hints of this kind are no problems to an editor, and stand in no list. */
const dimmed = async (path: string, state: WorkspaceState): Promise<Diagnostic[]> =>
  ((await state.ask(path, inactiveSections)) ?? []).map((section) => ({
    ...section,
    severity: DiagnosticSeverity.Hint,
    tags: [DiagnosticTag.Unnecessary],
    source: 'webconf',
  }))

/**
 * The problems of all files. Clients ask again as soon as they are answered: where they have everything already,
 * the answer waits until something changes.
 */
export async function workspaceDiagnostics(
  params: WorkspaceDiagnosticParams,
  state: WorkspaceState,
  context: ProtocolContext,
  token: CancellationToken,
): Promise<WorkspaceDiagnosticReport> {
  const known = new Map(params.previousResultIds.map(({ uri, value }) => [pathOfUri(uri), value]))
  for (;;) {
    const { revision } = state
    const reports = await state.check()
    const items: WorkspaceDocumentDiagnosticReport[] = []
    const paths = new Set([...reports.map((report) => report.path), ...known.keys()])
    let news = false
    for (const path of paths) {
      const uri = uriOfPath(path, context.like)
      const found = toDiagnostics(problemsIn(reports, path), context)
      const resultId = markOf(found)
      if (known.get(path) === resultId) items.push({ kind: 'unchanged', uri, version: context.versionOf(uri), resultId })
      else {
        news = true
        items.push({ kind: 'full', uri, version: context.versionOf(uri), resultId, items: found })
      }
    }
    if (news || token.isCancellationRequested) return { items }
    if (state.revision === revision) await changeOrCancel(state, token)
    if (token.isCancellationRequested) return { items }
  }
}

/** For clients that do not ask: sends what changed, a moment after the last change. */
export function pushDiagnostics(connection: Connection, state: WorkspaceState, context: ProtocolContext): void {
  const sent = new Map<string, string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const push = async (): Promise<void> => {
    const { revision } = state
    const reports = await state.check()
    if (state.revision !== revision) return
    for (const path of new Set([...reports.map((report) => report.path), ...sent.keys()])) {
      const diagnostics = toDiagnostics(problemsIn(reports, path), context)
      const mark = markOf(diagnostics)
      if (sent.get(path) === mark) continue
      sent.set(path, mark)
      await connection.sendDiagnostics({ uri: uriOfPath(path, context.like), diagnostics })
    }
  }
  const schedule = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      push().catch((error: unknown) => connection.console.error(String(error)))
    }, 300)
  }
  state.onChange(schedule)
  schedule()
}

const problemsIn = (reports: readonly FileReport[], path: string) => reports.filter((report) => report.path === path).flatMap((report) => report.problems)

function changeOrCancel(state: WorkspaceState, token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      resolve()
    }
    const stop = state.onChange(done)
    token.onCancellationRequested(done)
  })
}

/** A short mark of a result that differs where the result does (FNV-1a). */
function markOf(value: unknown): string {
  const text = JSON.stringify(value)
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return `${text.length}.${hash.toString(36)}`
}
