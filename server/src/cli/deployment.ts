import { stat } from 'node:fs/promises'
import { understandWorkspace } from '../application/understand.ts'
import { type DeploymentNode, deploymentView } from '../features/deployment-view.ts'
import { checkUnderstood } from '../rules/check-workspace.ts'
import { isInside, relativeTo } from '../workspace/path.ts'
import { openWorkspace, slashed, UsageError } from './open-workspace.ts'
import { coloured, type Paint, plain } from './text-report.ts'

/** `webconf deployment`: prints sites, applications and what was found of them; returns the exit status. */
export async function showDeployment(path: string, format: 'text' | 'json', settingsFile: string | undefined): Promise<number> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError(`${path} is no folder that can be read`)
  const folder = slashed(path)
  const { session, reader, ...workspace } = await openWorkspace([folder], settingsFile, {})
  const input = { ...workspace, request: { kind: 'workspace' } as const }
  const view = await session.settle((snapshot) => {
    const understanding = understandWorkspace(snapshot, input, reader)
    return deploymentView(snapshot, { input, understanding }, checkUnderstood(understanding, snapshot, input))
  })
  if (format === 'json') process.stdout.write(`${JSON.stringify({ version: 1, deployment: view })}\n`)
  else process.stdout.write(textOf(view, folder, process.stdout.isTTY && process.env.NO_COLOR === undefined ? coloured : plain))
  return 0
}

function textOf(view: readonly DeploymentNode[], folder: string, paint: Paint): string {
  if (view.length === 0) return 'No site, process, virtualenv or platform was found here.\n'
  const lines: string[] = []
  const shown = (path: string): string => (isInside(path, folder) ? relativeTo(path, folder) : path)
  const write = (node: DeploymentNode, depth: number, above: ReadonlySet<string>): void => {
    const indent = '  '.repeat(depth)
    const where = node.at ? paint('dim', `  ${shown(node.at.path)}:${node.at.range.start.line + 1}`) : ''
    const detail = node.state === 'known' ? node.detail : paint('dim', node.detail)
    lines.push(`${indent}${paint('bold', node.label)}: ${detail}${where}`)
    // What a part shows its whole need not show again.
    const below = new Set([...above, ...node.children.flatMap(problemsBelow)])
    for (const problem of node.problems) {
      const key = JSON.stringify(problem)
      if (below.has(key)) continue
      lines.push(`${indent}    ${paint(problem.severity, problem.severity)}: ${problem.message} ${paint('dim', `[${problem.rule}]`)}`)
    }
    for (const child of node.children) write(child, depth + 1, new Set([...above, ...(depth === 0 ? [] : node.problems.map((each) => JSON.stringify(each)))]))
  }
  for (const node of view) write(node, 0, new Set())
  return `${lines.join('\n')}\n`
}

const problemsBelow = (node: DeploymentNode): string[] => [...node.problems.map((each) => JSON.stringify(each)), ...node.children.flatMap(problemsBelow)]
