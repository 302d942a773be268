import type { CodeAction, CodeActionParams } from 'vscode-languageserver'
import { refactorings } from '../features/refactor/all.ts'
import type { Edit } from '../problem/problem.ts'
import type { Range } from '../syntax/position.ts'
import { action, type ProtocolContext, workspaceEditOf } from './to-protocol.ts'
import { pathOfUri } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** The kinds of code actions that refactorings are. */
export const refactoringKinds = [...new Set(refactorings.map((each) => each.kind))]

/** What leads back to an offer when its edits are asked for. */
interface OfferData {
  readonly uri: string
  readonly range: Range
  readonly refactoring: string
  readonly title: string
}

/** What can be done with a range beside mending problems; the edits come when one is chosen, where the client can ask for them then. */
export async function refactoringActions(
  params: CodeActionParams,
  wants: (kind: string) => boolean,
  state: WorkspaceState,
  context: ProtocolContext,
): Promise<CodeAction[]> {
  const wanted = refactorings.filter((each) => wants(each.kind))
  if (wanted.length === 0) return []
  const { range, textDocument } = params
  const offered = await state.ask(pathOfUri(textDocument.uri), (view) => {
    const selection = { start: view.source.lines.offsetAt(range.start), end: view.source.lines.offsetAt(range.end) }
    return wanted.flatMap(({ id, kind, offers }) => offers(view, selection).map(({ title }) => ({ id, kind, title })))
  })
  const actions = (offered ?? []).map(({ id, kind, title }) =>
    action(title, kind, { data: { uri: textDocument.uri, range, refactoring: id, title } satisfies OfferData }),
  )
  return context.resolvesActions ? actions : Promise.all(actions.map((each) => resolveRefactoring(each, state, context)))
}

/** An action with its edits, as of the newest text; without any where it can no longer be done. */
export async function resolveRefactoring(chosen: CodeAction, state: WorkspaceState, context: ProtocolContext): Promise<CodeAction> {
  const { data, ...rest } = chosen
  if (!isOffer(data)) return chosen
  const edits = await state.ask(pathOfUri(data.uri), (view): readonly Edit[] => {
    const { lines } = view.source
    const selection = { start: lines.offsetAt(data.range.start), end: lines.offsetAt(data.range.end) }
    const refactoring = refactorings.find((each) => each.id === data.refactoring)
    const offer = refactoring?.offers(view, selection).find((each) => each.title === data.title)
    return offer?.edits() ?? []
  })
  return { ...rest, edit: await workspaceEditOf(edits ?? [], state, context) }
}

const isOffer = (data: unknown): data is OfferData => typeof data === 'object' && data !== null && 'refactoring' in data
