import {
  type CodeAction,
  type CodeActionKind,
  type CreateFile,
  type Diagnostic,
  DiagnosticSeverity,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import type { Edit, Problem, Severity } from '../problem/problem.ts'
import { uriOfPath } from './uri.ts'
import type { WorkspaceState } from './workspace-state.ts'

/** What conversions need to know of the client. */
export interface ProtocolContext {
  /** A URI of the workspace: others get its scheme. */
  readonly like: string
  /** Where the rules' pages are: a URI without a slash at its end. */
  readonly docsUri: string | undefined
  /** It puts in the ends of sections itself. */
  readonly closesSections: boolean
  /** It opens texts that the server has made. */
  readonly opensTexts: boolean
  /** It has the command that explains a request. */
  readonly explainsRequests: boolean
  /** It shows faintly what is tagged as unnecessary. */
  readonly dims: boolean
  /** It asks for the edits of an action when that is chosen. */
  readonly resolvesActions: boolean
  versionOf(uri: string): number | null
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

/** The editor is given at most this many of one file. */
const mostProblems = 1000

/** A file's problems, errors first where there are too many of them. */
export function toDiagnostics(problems: readonly Problem[], context: ProtocolContext): Diagnostic[] {
  if (problems.length <= mostProblems) return problems.map((problem) => toDiagnostic(problem, context))
  const rank = (problem: Problem): number => severities[problem.severity]
  const kept = [...problems].sort((a, b) => rank(a) - rank(b)).slice(0, mostProblems)
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
  return [
    ...kept.map((problem) => toDiagnostic(problem, context)),
    {
      range: top,
      severity: DiagnosticSeverity.Information,
      source: 'webconf',
      message: `${problems.length - mostProblems} more problems of this file are not shown.`,
    },
  ]
}

export function toDiagnostic(problem: Problem, context: ProtocolContext): Diagnostic {
  return {
    range: problem.range,
    severity: severities[problem.severity],
    source: 'webconf',
    code: problem.rule,
    message: problem.message,
    ...(context.docsUri !== undefined && !problem.rule.startsWith('webconf/')
      ? { codeDescription: { href: `${context.docsUri}/rules/${problem.rule}.md` } }
      : {}),
    ...(problem.related
      ? {
          relatedInformation: problem.related.map((each) => ({
            location: { uri: uriOfPath(each.path, context.like), range: each.range },
            message: each.message,
          })),
        }
      : {}),
  }
}

/** Edits over several files, new ones created first. `exists` tells which paths are there. */
export function toWorkspaceEdit(edits: readonly Edit[], exists: (path: string) => boolean, context: ProtocolContext): WorkspaceEdit {
  const changes: (TextDocumentEdit | CreateFile)[] = []
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const uri = uriOfPath(path, context.like)
    if (!exists(path)) changes.push({ kind: 'create', uri, options: { ignoreIfExists: true } })
    changes.push({
      textDocument: { uri, version: context.versionOf(uri) },
      edits: edits.filter((edit) => edit.path === path).map((edit) => ({ range: edit.range, newText: edit.newText })),
    })
  }
  return { documentChanges: changes }
}

/** The same, of files of which the state knows whether they are there. */
export async function workspaceEditOf(edits: readonly Edit[], state: WorkspaceState, context: ProtocolContext): Promise<WorkspaceEdit> {
  const there = new Set<string>()
  for (const { path } of edits) if ((await state.read(path)) !== undefined) there.add(path)
  return toWorkspaceEdit(edits, (path) => there.has(path), context)
}

/** A whole new text in place of an old one. */
export const replaceAll = (path: string, before: string, after: string): Edit => {
  const lines = before.split('\n')
  return { path, range: { start: { line: 0, character: 0 }, end: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } }, newText: after }
}

export const action = (title: string, kind: CodeActionKind, rest: Omit<CodeAction, 'title' | 'kind'>): CodeAction => ({ title, kind, ...rest })
