import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver'
import { ignoreHere } from '../features/ignore-comment.ts'
import type { Problem } from '../problem/problem.ts'
import type { Range } from '../syntax/position.ts'
import { fixAll } from '../workspace/fix-all.ts'
import { conversionActions } from './convert.ts'
import { refactoringActions } from './refactorings.ts'
import { action, type ProtocolContext, replaceAll, toDiagnostic, toWorkspaceEdit, workspaceEditOf } from './to-protocol.ts'
import { pathOfUri } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** Everything that can be done about the problems in a range, and with the range itself. */
export async function codeActions(params: CodeActionParams, state: WorkspaceState, context: ProtocolContext): Promise<CodeAction[]> {
  const path = pathOfUri(params.textDocument.uri)
  const wants = (kind: string): boolean => !params.context.only || params.context.only.some((each) => kind === each || kind.startsWith(`${each}.`))
  const actions: CodeAction[] = []
  if (wants(CodeActionKind.QuickFix)) {
    const reports = await state.check()
    const problems = reports.filter((report) => report.path === path).flatMap((report) => report.problems)
    const touched = problems.filter((problem) => overlaps(problem.range, params.range))
    for (const problem of touched) actions.push(...(await fixesOf(problem, state, context)))
    const text = await state.read(path)
    for (const problem of touched) if (text !== undefined) actions.push(...otherActions(path, text, problem, context))
  }
  actions.push(...(await refactoringActions(params, wants, state, context)))
  actions.push(...(await conversionActions(params, wants, state, context)))
  // It takes a check or more: not for each light bulb, only where it is asked for by name.
  if (params.context.only && wants('source.fixAll.webconf')) {
    const fixed = await fixAll(state.checkWith, state.read)
    const edits = [...fixed.texts].map(([each, text]) => replaceAll(each, fixed.before.get(each) ?? '', text))
    if (edits.length > 0) {
      actions.push(
        action('Fix all problems that webconf can mend safely', 'source.fixAll.webconf', {
          edit: toWorkspaceEdit(edits, (each) => fixed.before.has(each), context),
        }),
      )
    }
  }
  return actions
}

async function fixesOf(problem: Problem, state: WorkspaceState, context: ProtocolContext): Promise<CodeAction[]> {
  const actions: CodeAction[] = []
  const diagnostics = [toDiagnostic(problem, context)]
  for (const [i, fix] of (problem.fixes ?? []).entries()) {
    if (fix.edits.length === 0) {
      const command = { title: fix.title, command: 'webconf.copyCommands', arguments: [fix.title, fix.commands ?? []] }
      actions.push(action(fix.title, CodeActionKind.QuickFix, { diagnostics, command }))
      continue
    }
    const edit = await workspaceEditOf(fix.edits, state, context)
    const copy = fix.commands?.length ? { command: { title: fix.title, command: 'webconf.copyCommands', arguments: [fix.title, fix.commands] } } : {}
    actions.push(action(fix.title, CodeActionKind.QuickFix, { diagnostics, edit, isPreferred: i === 0 && fix.safe, ...copy }))
  }
  return actions
}

function otherActions(path: string, text: string, problem: Problem, context: ProtocolContext): CodeAction[] {
  if (problem.rule.startsWith('webconf/')) return []
  const diagnostics = [toDiagnostic(problem, context)]
  const ignore = ignoreHere(path, text, problem)
  return [
    action(`Ignore ${problem.rule} here`, CodeActionKind.QuickFix, { diagnostics, edit: toWorkspaceEdit([ignore], () => true, context) }),
    action(`Read about ${problem.rule}`, CodeActionKind.QuickFix, {
      diagnostics,
      command: { title: `Read about ${problem.rule}`, command: 'webconf.openRulePage', arguments: [problem.rule] },
    }),
  ]
}

function overlaps(a: Range, b: Range): boolean {
  const before = (x: Range['start'], y: Range['start']): boolean => x.line < y.line || (x.line === y.line && x.character < y.character)
  return !before(a.end, b.start) && !before(b.end, a.start)
}
