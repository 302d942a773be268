import type { UnderstoodConfiguration } from '../application/understand.ts'
import { dirname, isInside } from '../workspace/path.ts'
import type { Known, Snapshot } from '../workspace/snapshot.ts'
import { answerApache } from './apache/interpret.ts'
import { deployedFiles, withWorkspacePlaces } from './deployed.ts'
import { answerDeciding } from './nginx/interpret.ts'
import type { Decisions } from './nginx/run.ts'
import type { Answer, Request } from './request.ts'

/** An answer with what it depends on and cannot be known. */
export interface Possible {
  readonly answer: Answer
  /** For each question that was met, the reply that was assumed, in words. */
  readonly assumed: ReadonlyMap<string, string>
  /** The content of a file or folder was needed that the workspace does not have: of the answer little is certain. */
  readonly isBlind: boolean
}

export interface Possibilities {
  /** The most likely one first; never empty. */
  readonly answers: readonly Possible[]
  /** False where there are more than were looked at. */
  readonly complete: boolean
}

/** More ways than these are not gone. */
const most = 48

/**
 * All answers to a request that a deployed configuration may give, as far as files that the workspace does not have, upstreams and the like
 * decide. A file is certainly missing only where its folder is there, as what is made at deployment is in no repository; on `thisMachine`
 * everything is there that there is. Undefined where the server's requests are not interpreted.
 */
export function possibleAnswers(understood: UnderstoodConfiguration, request: Request, snapshot: Snapshot, thisMachine: boolean): Possibilities {
  const { configuration } = understood
  const files = deployedFiles(understood, snapshot)
  const { answers, complete } =
    configuration.dialect === 'nginx' ? ofNginx(understood, request, files, thisMachine) : ofApache(understood, request, files, thisMachine)
  return { answers: answers.map((each) => ({ ...each, answer: withWorkspacePlaces(understood, each.answer) })), complete }
}

function ofNginx({ configuration }: UnderstoodConfiguration, request: Request, files: Snapshot, thisMachine: boolean): Possibilities {
  const waiting: (readonly number[])[] = [[]]
  const answers: Possible[] = []
  for (let given = waiting.shift(); given && answers.length < most; given = waiting.shift()) {
    const decisions: Decisions = { given, made: [] }
    const machine = uncertain(files, thisMachine, new Map())
    const answer = answerDeciding(configuration, request, machine.snapshot, decisions)
    const { made } = decisions
    const assumed = new Map(made.map(({ conditions, chosen }) => [conditions.join('\n'), conditions[chosen] ?? '']))
    answers.push({ answer, assumed, isBlind: machine.isBlind() })
    for (let i = given.length; i < made.length; i++) {
      const before = made.slice(0, i).map(({ chosen }) => chosen)
      for (let other = 1; other < (made[i]?.conditions.length ?? 0); other++) waiting.push([...before, other])
    }
  }
  return { answers, complete: waiting.length === 0 }
}

type Assumptions = ReadonlyMap<string, 'file' | 'folder'>

/** Apache's interpreter takes what is not known for absent: it is asked again with each such path there. */
function ofApache({ configuration }: UnderstoodConfiguration, request: Request, files: Snapshot, thisMachine: boolean): Possibilities {
  const waiting: Assumptions[] = [new Map()]
  const seen = new Set<string>([''])
  const answers: Possible[] = []
  for (let assumptions = waiting.shift(); assumptions && answers.length < most; assumptions = waiting.shift()) {
    const machine = uncertain(files, thisMachine, assumptions)
    const { branches: _, ...answer } = answerApache(configuration, request, machine.snapshot)
    const asked = machine.asked()
    const assumed = new Map<string, string>()
    for (const path of [...asked, ...assumptions.keys()]) assumed.set(path, inWords(path, assumptions))
    answers.push({ answer: { ...answer, branches: [] }, assumed, isBlind: machine.isBlind() })
    for (const path of asked) {
      for (const kind of ['file', 'folder'] as const) {
        const next = new Map([...assumptions, [path, kind]])
        const key = [...next].map((each) => each.join(' ')).sort().join('\n')
        if (seen.has(key)) continue
        seen.add(key)
        waiting.push(next)
      }
    }
  }
  return { answers, complete: waiting.length === 0 }
}

function inWords(path: string, assumptions: Assumptions): string {
  const kind = kindOf(path, assumptions)
  return kind ? `${path} is a ${kind}` : `there is nothing at ${path}`
}

function kindOf(path: string, assumptions: Assumptions): 'file' | 'folder' | undefined {
  return assumptions.get(path) ?? ([...assumptions.keys()].some((each) => isInside(each, path)) ? 'folder' : undefined)
}

/** Files of which some are assumed to be there; notes which others it was asked for that may be there or not. */
function uncertain(files: Snapshot, thisMachine: boolean, assumptions: Assumptions): { snapshot: Snapshot; asked(): string[]; isBlind(): boolean } {
  const asked = new Set<string>()
  let isBlind = false
  const mayBeThere = (path: string, found: Known<unknown>): boolean => {
    if (found.state === 'refused') return true
    if (found.state !== 'absent' || thisMachine || path === '/') return false
    return asked.has(path) || files.stat(dirname(path)).state === 'absent'
  }
  const need = <T>(path: string, ask: (path: string) => Known<T>): Known<T> => {
    const found = ask(path)
    if (found.state === 'refused' || (found.state === 'absent' && kindOf(path, assumptions))) isBlind = true
    return found
  }
  const snapshot: Snapshot = {
    stat(path) {
      const found = files.stat(path)
      if (!mayBeThere(path, found)) return found
      const kind = kindOf(path, assumptions)
      if (kind) return { state: 'content', value: { kind, size: 1, mark: '', mode: undefined, owner: undefined } }
      asked.add(path)
      // Nor is it known of the folders on the way to it.
      for (let at = dirname(path); at !== '/' && files.stat(at).state === 'absent'; at = dirname(at)) asked.add(at)
      return found.state === 'refused' ? found : notHere
    },
    linkTarget(path) {
      return kindOf(path, assumptions) ? { state: 'content', value: undefined } : files.linkTarget(path)
    },
    content: (path) => need(path, (each) => files.content(each)),
    bytes: (path) => need(path, (each) => files.bytes(each)),
    folder: (path) => need(path, (each) => files.folder(each)),
    get wanting() {
      return files.wanting
    },
  }
  return { snapshot, asked: () => [...asked], isBlind: () => isBlind }
}

const notHere = { state: 'refused', why: 'the workspace does not have it' } as const
