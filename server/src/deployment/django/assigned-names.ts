import type { SyntaxNode } from '@lezer/common'
import { MUTATING_METHODS } from './mutate.ts'
import { childrenOf, type PythonSource, textOfNode } from './python-source.ts'

/** Every name that a piece of code may give another value, at any depth. */
export function assignedNames(node: SyntaxNode, source: PythonSource): ReadonlySet<string> {
  const names = new Set<string>()
  const cursor = node.cursor()
  const end = node.to
  do {
    if (cursor.from >= end && cursor.from > node.from) break
    for (const target of targetsOf(cursor.node)) {
      const root = rootOf(target)
      if (root) names.add(textOfNode(root, source))
    }
  } while (cursor.next())
  return names

  function targetsOf(one: SyntaxNode): readonly SyntaxNode[] {
    const children = childrenOf(one)
    switch (one.name) {
      case 'AssignStatement':
        return children.slice(0, children.findLastIndex((child) => child.name === 'AssignOp') + 1)
      case 'UpdateStatement':
        return children.slice(0, 1)
      case 'ForStatement':
        return children.slice(
          1,
          children.findIndex((child) => child.name === 'in'),
        )
      case 'WithStatement':
      case 'ImportStatement':
      case 'DeleteStatement':
      case 'ScopeStatement':
        return children.filter((child) => child.name === 'VariableName')
      case 'FunctionDefinition':
      case 'ClassDefinition':
        return children.filter((child) => child.name === 'VariableName').slice(0, 1)
      case 'CallExpression': {
        const [object, dot, name] = children[0] ? childrenOf(children[0]) : []
        return object && dot?.name === '.' && name && MUTATING_METHODS.has(textOfNode(name, source)) ? [object] : []
      }
      default:
        return []
    }
  }
}

/** The name at the bottom of `X["a"][0]`. */
function rootOf(target: SyntaxNode): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = target
  for (let i = 0; node && i < 50; i++) {
    if (node.name === 'VariableName') return node
    if (node.name !== 'MemberExpression') return undefined
    node = node.firstChild ?? undefined
  }
  return undefined
}
