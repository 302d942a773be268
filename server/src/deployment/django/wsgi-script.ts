import type { SyntaxNode } from '@lezer/common'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { evaluate } from './evaluate.ts'
import { executeModule } from './execute.ts'
import { type Frame, startRun } from './interpreter.ts'
import { childrenOf, placeOf, textOfNode } from './python-source.ts'
import { knownText, oneOf, type Place, type Value } from './values.ts'

/** A `wsgi.py`, `asgi.py` or `manage.py`: what it sets up and defines. */
export interface WsgiScript {
  readonly path: string
  /** `not asked`: the file is wanted and comes with a later snapshot. */
  readonly state: 'read' | 'absent' | 'refused' | 'not asked'
  /** What it puts into DJANGO_SETTINGS_MODULE. */
  readonly settingsModule: SettingsChoice | undefined
  /** The names bound at module level (`application`), each where it is bound first. */
  readonly names: ReadonlyMap<string, Place>
  /** True where `names` are certainly all. */
  readonly namesWhole: boolean
  /** Folders that it puts on `sys.path`. */
  readonly sysPath: readonly SysPathEntry[]
}

export interface SettingsChoice {
  readonly value: Value
  /** The expression that names the module. */
  readonly at: Place
  /** True for `setdefault`: a variable that is set already stays. */
  readonly overridable: boolean
}

export interface SysPathEntry {
  readonly value: Value
  readonly at: Place
  /** True where it goes before the folders that are on the path already. */
  readonly first: boolean
}

export function readWsgiScript(snapshot: Snapshot, path: string): WsgiScript {
  const { module, frame } = executeModule(startRun(snapshot, [], new Map()), path, undefined)
  if (!frame) {
    const content = snapshot.content(path)
    const state = content.state === 'absent' || content.state === 'not asked' ? content.state : 'refused'
    return { path, state, settingsModule: undefined, names: new Map(), namesWhole: false, sysPath: [] }
  }
  const names = new Map<string, Place>()
  for (const name of frame.names.keys()) {
    const first = module.assignments.get(name)?.[0]
    names.set(name, first?.target ?? { path, start: 0, end: 0 })
  }
  const { settings, sysPath } = scan(frame)
  return { path, state: 'read', settingsModule: settings, names, namesWhole: module.gaps.length === 0, sysPath }
}

/** Looks for the few calls that matter, at any depth: `manage.py` makes them in a function. */
function scan(frame: Frame): { readonly settings: SettingsChoice | undefined; readonly sysPath: readonly SysPathEntry[] } {
  const choices: SettingsChoice[] = []
  const sysPath: SysPathEntry[] = []
  frame.source.tree.iterate({
    enter(reference) {
      const node = reference.node
      if (node.name === 'CallExpression') {
        const choice = setDefault(node, frame)
        if (choice) choices.push(choice)
        sysPath.push(...pathCall(node, frame))
      } else if (node.name === 'AssignStatement') {
        const choice = environmentAssignment(node, frame)
        if (choice) choices.push(choice)
      }
    },
  })
  const [first] = choices
  if (!first || choices.length === 1) return { settings: first, sysPath }
  return { settings: { value: oneOf(choices.map((one) => one.value)), at: first.at, overridable: choices.every((one) => one.overridable) }, sysPath }
}

const isVariable = (node: SyntaxNode | undefined, frame: Frame): boolean => node !== undefined && knownText(evaluate(node, frame)) === 'DJANGO_SETTINGS_MODULE'

/** `os.environ.setdefault("DJANGO_SETTINGS_MODULE", …)`. */
function setDefault(node: SyntaxNode, frame: Frame): SettingsChoice | undefined {
  const [callee, list] = childrenOf(node)
  if (!callee || !list || !/(^|\.)environ\s*\.\s*setdefault$/.test(textOfNode(callee, frame.source))) return undefined
  const [name, value] = plainArguments(list)
  return isVariable(name, frame) && value ? { value: evaluate(value, frame), at: placeOf(value, frame.source), overridable: true } : undefined
}

/** `os.environ["DJANGO_SETTINGS_MODULE"] = …`. */
function environmentAssignment(node: SyntaxNode, frame: Frame): SettingsChoice | undefined {
  const [target, operator, value] = childrenOf(node)
  if (target?.name !== 'MemberExpression' || operator?.name !== 'AssignOp' || !value) return undefined
  const [object, bracket, key] = childrenOf(target)
  if (!object || bracket?.name !== '[' || !/(^|\.)environ$/.test(textOfNode(object, frame.source)) || !isVariable(key, frame)) return undefined
  return { value: evaluate(value, frame), at: placeOf(value, frame.source), overridable: false }
}

/** `sys.path.insert(0, X)`, `sys.path.append(X)`, `sys.path.extend([X])`, `site.addsitedir(X)`. */
function pathCall(node: SyntaxNode, frame: Frame): readonly SysPathEntry[] {
  const [callee, list] = childrenOf(node)
  const match = callee && /(?:^|\.)path\s*\.\s*(insert|append|extend)$|(?:^|\.)(addsitedir)$/.exec(textOfNode(callee, frame.source))
  if (!match || !list) return []
  const method = match[1] ?? match[2]
  const args = plainArguments(list)
  const folder = method === 'insert' ? args[1] : args[0]
  if (!folder) return []
  const entry = (one: SyntaxNode): SysPathEntry => ({ value: evaluate(one, frame), at: placeOf(one, frame.source), first: method === 'insert' })
  if (method !== 'extend') return [entry(folder)]
  return childrenOf(folder)
    .filter((child) => !/^[[\](),]$/.test(child.name))
    .map(entry)
}

const plainArguments = (list: SyntaxNode): SyntaxNode[] => childrenOf(list).filter((child) => !/^[(),]$/.test(child.name))
