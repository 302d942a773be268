import type { UnderstoodConfiguration } from '../application/understand.ts'
import { isPattern } from '../configuration/glob.ts'
import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../configuration/placed.ts'
import { derived } from '../workspace/derived.ts'
import { dirname, isAbsolute, isInside, normalize } from '../workspace/path.ts'
import type { Known, Snapshot } from '../workspace/snapshot.ts'
import { answerApacheDeciding } from './apache/interpret.ts'
import { type Choices, otherChoices } from './choices.ts'
import { deployedFiles, withWorkspacePlaces } from './deployed.ts'
import { answerDeciding } from './nginx/interpret.ts'
import type { Answer, Request } from './request.ts'

/** An answer with what it depends on and cannot be known. */
export interface Possible {
  readonly answer: Answer
  /** For each question that was met, the reply that was assumed, in words. */
  readonly assumed: ReadonlyMap<string, string>
  /** The content of a file or folder was needed that the workspace does not have: of the answer little is certain. */
  readonly isBlind: boolean
}

/** More ways than these are not gone. */
const most = 48

/**
 * The answers to a request that a deployed configuration may give, as far as files that the workspace does not have, upstreams and the like
 * decide: the most likely one first, each as it is asked for. A file is certainly missing only where its folder is there, as what is made at
 * deployment is in no repository; on `thisMachine` everything is there that there is. At the end it returns whether these were all.
 */
export function* possibleAnswers(
  understood: UnderstoodConfiguration,
  request: Request,
  snapshot: Snapshot,
  thisMachine: boolean,
): Generator<Possible, boolean> {
  const { configuration } = understood
  const files = deployedFiles(understood, snapshot)
  const answers = configuration.dialect === 'nginx' ? ofNginx(configuration, request, files, thisMachine) : ofApache(configuration, request, files, thisMachine)
  for (let next = answers.next(); ; next = answers.next()) {
    if (next.done) return next.value
    yield { ...next.value, answer: withWorkspacePlaces(understood, next.value.answer) }
  }
}

function* ofNginx(configuration: Configuration, request: Request, files: Snapshot, thisMachine: boolean): Generator<Possible, boolean> {
  const waiting: (readonly number[])[] = [[]]
  let left = most
  for (let given = waiting.shift(); given; given = waiting.shift()) {
    if (left-- === 0) return false
    const choices: Choices = { given, made: [] }
    const machine = uncertain(files, thisMachine, new Map())
    const answer = answerDeciding(configuration, request, machine.snapshot, choices)
    const { made } = choices
    yield { answer, assumed: new Map(made.map(({ conditions, chosen }) => [conditions.join('\n'), conditions[chosen] ?? ''])), isBlind: machine.isBlind() }
    waiting.push(...otherChoices(choices))
  }
  return true
}

type Assumptions = ReadonlyMap<string, 'file' | 'folder'>

/** Apache's interpreter takes what is not known for absent: it is asked again with each such path there. */
function* ofApache(configuration: Configuration, request: Request, files: Snapshot, thisMachine: boolean): Generator<Possible, boolean> {
  const waiting: { readonly assumptions: Assumptions; readonly given: readonly number[] }[] = [{ assumptions: new Map(), given: [] }]
  const seen = new Set<string>([''])
  let left = most
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (left-- === 0) return false
    const { assumptions, given } = next
    const machine = uncertain(files, thisMachine, assumptions, machineOf(configuration))
    const choices: Choices = { given, made: [] }
    const answer = answerApacheDeciding(configuration, request, machine.snapshot, choices)
    const asked = machine.asked()
    const assumed = new Map([...asked, ...assumptions.keys()].map((path) => [path, inWords(path, assumptions)]))
    for (const { conditions, chosen } of choices.made) assumed.set(conditions.join('\n'), conditions[chosen] ?? '')
    yield { answer, assumed, isBlind: machine.isBlind() }
    for (const other of otherChoices(choices)) waiting.push({ assumptions, given: other })
    for (const path of asked) {
      for (const kind of ['file', 'folder'] as const) {
        // What is below something tells of it that it is a folder.
        const more = new Map([...[...assumptions].filter(([each]) => !isInside(path, each)), [path, kind]])
        const key = [given.join(), ...[...more].map((each) => each.join(' ')).sort()].join('\n')
        if (seen.has(key)) continue
        seen.add(key)
        waiting.push({ assumptions: more, given })
      }
    }
  }
  return true
}

function inWords(path: string, assumptions: Assumptions): string {
  const kind = kindOf(path, assumptions)
  return kind ? `${path} is a ${kind}` : `there is nothing at ${path}`
}

function kindOf(path: string, assumptions: Assumptions, roots: ReadonlySet<string> = anyMachine.roots): 'file' | 'folder' | undefined {
  return assumptions.get(path) ?? (roots.has(path) || [...assumptions.keys()].some((each) => isInside(each, path)) ? 'folder' : undefined)
}

/** What an Apache's configuration says of the folders on its machine. */
interface Machine {
  /** Folders that are there in any case. */
  readonly roots: ReadonlySet<string>
  /** In and below these a `.htaccess` that the workspace does not have may change the answer. */
  readonly htaccessBelow: ReadonlySet<string>
}

const anyMachine: Machine = { roots: new Set(), htaccessBelow: new Set() }

const machineOf = derived((configuration: Configuration): Machine => {
  const given = (...names: readonly string[]): PlacedDirective[] => directivesNamed(configuration, ...names).filter(({ presence }) => presence !== 'absent')
  const roots = new Set<string>()
  for (const { args } of given('documentroot')) {
    if (args[0]?.known) for (const folder of foldersTo(normalize(args[0].value))) roots.add(folder)
  }
  // Where none is allowed, one that is there breaks everything: nobody has it.
  const below = given('allowoverride', 'allowoverridelist').flatMap((directive) => {
    const folder = enclosing(directive, 'directory')?.args[0]
    if (directive.args.every(({ value }) => value.toLowerCase() === 'none')) return []
    return [folder?.known && isAbsolute(folder.value) && !isPattern(folder.value) ? normalize(folder.value) : '/']
  })
  return { roots, htaccessBelow: new Set(below) }
})

/** A path and the folders that it is in. */
function foldersTo(path: string): string[] {
  const folders = [path]
  for (let at = path; at !== '/' && at !== dirname(at); at = dirname(at)) folders.push(dirname(at))
  return folders
}

/** Files of which some are assumed to be there, and `roots` for folders; notes which others it was asked for that may be there or not. */
function uncertain(
  files: Snapshot,
  thisMachine: boolean,
  assumptions: Assumptions,
  { roots, htaccessBelow }: Machine = anyMachine,
): { snapshot: Snapshot; asked(): string[]; isBlind(): boolean } {
  const asked = new Set<string>()
  let isBlind = false
  const mayBeThere = (path: string, found: Known<unknown>): boolean => {
    if (found.state === 'refused') return true
    if (found.state !== 'absent' || thisMachine || path === '/') return false
    return asked.has(path) || files.stat(dirname(path)).state === 'absent'
  }
  const need = <T>(path: string, ask: (path: string) => Known<T>): Known<T> => {
    const found = ask(path)
    // What of a file's type is known is another matter.
    if (path.endsWith('/mime.types')) return found
    const isElsewhere =
      found.state === 'absent' &&
      (kindOf(path, assumptions, roots) !== undefined || (foldersTo(path).some((each) => htaccessBelow.has(each)) && files.stat(path).state === 'refused'))
    if (found.state === 'refused' || isElsewhere) isBlind = true
    return found
  }
  const snapshot: Snapshot = {
    stat(path) {
      const found = files.stat(path)
      if (!mayBeThere(path, found)) return found
      const kind = kindOf(path, assumptions, roots)
      if (kind) return { state: 'content', value: { kind, size: 1, mark: '', mode: undefined, owner: undefined } }
      asked.add(path)
      // Nor is it known of the folders on the way to it.
      for (let at = dirname(path); at !== '/' && files.stat(at).state === 'absent'; at = dirname(at)) if (!kindOf(at, assumptions, roots)) asked.add(at)
      return found.state === 'refused' ? found : notHere
    },
    linkTarget(path) {
      return kindOf(path, assumptions, roots) ? { state: 'content', value: undefined } : files.linkTarget(path)
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
