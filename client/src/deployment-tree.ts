import {
  type Command,
  type Disposable,
  EventEmitter,
  languages,
  MarkdownString,
  Range,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
} from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** What the server answers to `webconf/deployment`. */
interface DeploymentNode {
  readonly kind: string
  readonly label: string
  readonly detail: string
  readonly state: 'known' | 'not known'
  readonly at?: { readonly uri: string; readonly range: PlainRange }
  readonly problems: readonly PlainProblem[]
  readonly children: readonly DeploymentNode[]
}

interface PlainProblem {
  readonly uri: string
  readonly severity: 'error' | 'warning' | 'info' | 'hint'
  readonly rule: string
  readonly message: string
  readonly range: PlainRange
}

interface PlainRange {
  readonly start: { readonly line: number; readonly character: number }
  readonly end: { readonly line: number; readonly character: number }
}

type Row = { readonly node: DeploymentNode } | { readonly problem: PlainProblem }

/** The view "Deployment": sites, the applications behind them, what was found of each, and what is wrong there. */
export function showDeployment(client: BaseLanguageClient): Disposable[] {
  const changed = new EventEmitter<undefined>()
  const provider: TreeDataProvider<Row> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (row) => ('node' in row ? nodeItem(row.node) : problemItem(row.problem)),
    async getChildren(row) {
      if (!row) return (await ask(client)).map((node) => ({ node }))
      return 'node' in row ? rowsOf(row.node) : []
    },
  }
  const view = window.createTreeView('webconf.deployment', { treeDataProvider: provider, showCollapseAll: true })
  let pause: ReturnType<typeof setTimeout> | undefined
  const refreshSoon = (): void => {
    clearTimeout(pause)
    pause = setTimeout(() => {
      if (view.visible) changed.fire(undefined)
    }, 500)
  }
  return [
    view,
    changed,
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) changed.fire(undefined)
    }),
    client.onDidChangeState(refreshSoon),
    languages.onDidChangeDiagnostics(refreshSoon),
    { dispose: () => clearTimeout(pause) },
  ]
}

async function ask(client: BaseLanguageClient): Promise<readonly DeploymentNode[]> {
  if (!client.isRunning()) return []
  try {
    return await client.sendRequest<readonly DeploymentNode[]>('webconf/deployment', {})
  } catch {
    // The server ended meanwhile; the view is asked for again when it is back.
    return []
  }
}

/** What is below a node, and its problems that nothing below shows. */
function rowsOf(node: DeploymentNode): Row[] {
  const below = new Set(node.children.flatMap(problemsBelow).map(keyOf))
  return [...node.problems.filter((problem) => !below.has(keyOf(problem))).map((problem) => ({ problem })), ...node.children.map((child) => ({ node: child }))]
}

const problemsBelow = (node: DeploymentNode): PlainProblem[] => [...node.problems, ...node.children.flatMap(problemsBelow)]

const keyOf = ({ uri, rule, range }: PlainProblem): string => `${uri} ${rule} ${range.start.line}:${range.start.character}`

function nodeItem(node: DeploymentNode): TreeItem {
  const item = new TreeItem(node.label, stateOf(node))
  item.description = node.detail
  item.tooltip = new MarkdownString(`**${node.label}**\n\n${node.detail}`)
  const worst = problemsBelow(node).map((each) => each.severity)
  item.iconPath = worst.includes('error')
    ? severityIcon('error')
    : worst.includes('warning')
      ? severityIcon('warning')
      : new ThemeIcon(node.state === 'known' ? (icons[node.kind] ?? 'circle-outline') : 'question')
  if (node.at) item.command = openAt(node.at.uri, node.at.range)
  return item
}

function stateOf(node: DeploymentNode): TreeItemCollapsibleState {
  if (rowsOf(node).length === 0) return TreeItemCollapsibleState.None
  return node.kind === 'site' || node.kind === 'application' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed
}

const icons: Readonly<Record<string, string>> = {
  site: 'globe',
  application: 'server-process',
  script: 'file-code',
  process: 'gear',
  settings: 'settings-gear',
  python: 'symbol-namespace',
  static: 'file-media',
  media: 'cloud-upload',
  hosts: 'shield',
  platform: 'package',
}

function problemItem(problem: PlainProblem): TreeItem {
  const item = new TreeItem(problem.message, TreeItemCollapsibleState.None)
  item.tooltip = `${problem.message} (${problem.rule})`
  item.iconPath = severityIcon(problem.severity)
  item.command = openAt(problem.uri, problem.range)
  return item
}

const severityIcon = (severity: PlainProblem['severity']): ThemeIcon =>
  severity === 'error' || severity === 'warning'
    ? new ThemeIcon(severity, new ThemeColor(severity === 'error' ? 'list.errorForeground' : 'list.warningForeground'))
    : new ThemeIcon('info')

const openAt = (uri: string, { start, end }: PlainRange): Command => ({
  command: 'vscode.open',
  title: 'Show where this was read',
  arguments: [Uri.parse(uri), { selection: new Range(start.line, start.character, end.line, end.character) }],
})
