import type { Place } from '../../problem/place.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { childrenOf, parsePython, textOfNode } from '../django/python-source.ts'

/** A module that a script imports as soon as it is run. */
export interface ScriptImport {
  /** `quarry.wsgi`. */
  readonly dotted: string
  readonly at: Place
}

/** The absolute imports among the outermost statements of a script: what stands under a condition or in a `try` may be meant to fail. */
export function importsOfScript(snapshot: Snapshot, path: string): readonly ScriptImport[] {
  const content = snapshot.content(path)
  if (content.state !== 'content' || content.value.binary) return []
  const source = parsePython(path, content.value.text)
  const imports: ScriptImport[] = []
  for (const statement of childrenOf(source.tree.topNode)) {
    if (statement.name !== 'ImportStatement') continue
    const text = textOfNode(statement, source)
    const at: Place = { path, start: statement.from, end: statement.to }
    const from = /^from\s+([A-Za-z_][\w.]*)\s+import\b/.exec(text)?.[1]
    if (from !== undefined) imports.push({ dotted: from, at })
    else if (text.startsWith('import')) {
      for (const part of text.slice('import'.length).split(',')) {
        const dotted = /^\s*([A-Za-z_][\w.]*)/.exec(part)?.[1]
        if (dotted !== undefined) imports.push({ dotted, at })
      }
    }
  }
  return imports
}

/** Whether a script may change the path of modules in a way other than the calls that `readWsgiScript` reads. */
export function changesPathOtherwise(snapshot: Snapshot, path: string): boolean {
  const content = snapshot.content(path)
  if (content.state !== 'content') return true
  // In a loop one call puts several folders there.
  if (/^[ \t]*(?:async[ \t]+)?(?:for|while)\b/m.test(content.value.text)) return true
  const plain = content.value.text
    .replace(/^\s*#.*$/gm, '')
    .replace(/\b(?:sys\s*\.\s*)?path\s*\.\s*(?:insert|append|extend)\s*\(/g, '')
    .replace(/\bsite\s*\.\s*addsitedir\s*\(/g, '')
    .replace(/\b(?:not\s+)?in\s+sys\s*\.\s*path\b/g, '')
  return /\bsys\s*\.\s*path\b|from\s+sys\s+import|\bexec(?:file)?\s*\(|activate_this|\brunpy\b|\bimportlib\b|\bsys\s*\.\s*meta_path\b|PYTHONPATH/.test(plain)
}
