import type { UnderstoodConfiguration } from '../application/understand.ts'
import type { Possible } from '../request/possible.ts'
import type { Answer, Request, Step } from '../request/request.ts'
import { type Doubt, doubtAbout } from './doubt.ts'
import { type Fact, type FieldName, factName } from './expectation.ts'

/** What comes of an expectation in one configuration. */
export interface Verdict {
  /** `undecided`: it depends on what cannot be known, and nothing says that it fails. */
  readonly kind: 'holds' | 'fails' | 'undecided'
  /** It holds where all of these are so; empty where it holds in any case, or nobody asked. */
  readonly conditions: readonly string[]
  /** The answer in which it holds, else the most likely one. */
  readonly answer: Answer
  /** Where it fails. */
  readonly mismatches: readonly Mismatch[]
  /** Where it is undecided. */
  readonly why: string | undefined
}

export interface Mismatch {
  readonly fact: Fact
  /** Undefined: there is none. */
  readonly actual: string | undefined
}

/** How much is looked at: `verdict`: until one answer is as expected; `conditions`: all, to say on what that depends. */
export type Depth = 'verdict' | 'conditions'

/** Judges what is expected by the answers that may come (see `possibleAnswers`). */
export function judge(
  facts: readonly Fact[],
  answers: Generator<Possible, boolean>,
  request: Request,
  understood: UnderstoodConfiguration,
  depth: Depth,
): Verdict {
  const judged: (Compared & { readonly possible: Possible })[] = []
  let complete = false
  for (let next = answers.next(); ; next = answers.next()) {
    if (next.done) {
      complete = next.value
      break
    }
    const compared = compare(facts, next.value, understood)
    judged.push({ possible: next.value, ...compared })
    if (depth === 'verdict' && compared.state === 'holds') break
  }
  const [first] = judged
  if (!first) throw new RangeError('a request without an answer')
  const good = judged.find((each) => each.state === 'holds')
  if (good) {
    const bad = judged.filter((each) => each.state !== 'holds').map(({ possible }) => possible)
    // What it answers with is told in its place.
    const reached = good.given.length > 0 ? `${applicationOf(good.possible.answer)} answers 200` : ''
    const conditions = [...conditionsOf(good.possible, bad).filter((each) => each !== reached), ...good.given]
    return { kind: 'holds', conditions, answer: good.possible.answer, mismatches: [], why: undefined }
  }
  const { answer } = first.possible
  const undecided = (why: string): Verdict => ({ kind: 'undecided', conditions: [], answer, mismatches: [], why })
  const open = judged.find((each) => each.state === 'undecided')
  if (open) return undecided(open.why ?? '')
  if (!complete) return undecided('the answer depends on more that is not known than can be gone through')
  const doubt: Doubt | undefined = doubtAbout(first.mismatches, answer, request, understood)
  if (doubt) return undecided(doubt)
  return { kind: 'fails', conditions: [], answer, mismatches: first.mismatches, why: undefined }
}

interface Compared {
  readonly state: 'holds' | 'fails' | 'undecided'
  readonly mismatches: readonly Mismatch[]
  /** What an application behind the server must do so that it holds. */
  readonly given: readonly string[]
  readonly why: string | undefined
}

function compare(facts: readonly Fact[], { answer, isBlind }: Possible, understood: UnderstoodConfiguration): Compared {
  const mismatches: Mismatch[] = []
  const given: string[] = []
  const application = applicationOf(answer)
  let hidden: string | undefined
  for (const fact of facts) {
    const actual = actualOf(fact, answer)
    if (fits(fact, actual)) continue
    if (application !== undefined && isOfApplication(fact.field)) given.push(`${application} answers with ${factName(fact)} ${fact.value ?? 'none'}`)
    else if (actual === undefined && mayBeHidden(fact, answer, understood)) hidden ??= `${factName(fact)} of the answer is not known`
    else mismatches.push({ fact, actual })
  }
  const blind = isBlind && mismatches.length > 0 ? 'the answer depends on the content of a file that the workspace does not have' : undefined
  const unknown = answer.status === undefined ? (lastDecided(answer)?.message ?? 'the answer is not known') : blind
  if (unknown !== undefined) return { state: 'undecided', mismatches, given, why: unknown }
  if (mismatches.length > 0) return { state: 'fails', mismatches, given, why: undefined }
  return { state: hidden === undefined ? 'holds' : 'undecided', mismatches, given, why: hidden }
}

/** What the answer has for a fact; undefined: nothing, or nothing known. */
export function actualOf({ field, header }: Pick<Fact, 'field' | 'header'>, answer: Answer): string | undefined {
  if (field === 'header') return answer.headers[header ?? '']
  if (field === 'upstreamHeader') return answer.upstreamHeaders?.[header ?? '']
  if (field === 'status') return answer.status === undefined ? undefined : String(answer.status)
  return answer[field]
}

function fits({ field, value }: Fact, actual: string | undefined): boolean {
  if (field === 'file' && value !== undefined && actual !== undefined) return tidy(value) === tidy(actual)
  if (field === 'server' && value !== undefined && actual !== undefined) return value.toLowerCase() === actual.toLowerCase()
  return value === actual
}

const tidy = (path: string): string => path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1')

/** Who makes the answer behind the server, of whom the interpreter says no more than that the request is answered. */
function applicationOf({ status, upstream, handler }: Answer): string | undefined {
  if (status !== 200) return undefined
  if (upstream !== undefined) return upstream
  return handler !== undefined && /^(?:wsgi-script|cgi-script|fcgid-script|proxy-server|proxy:.*)$/.test(handler) ? 'the application' : undefined
}

/** What an application may answer as it likes. */
const isOfApplication = (field: FieldName): boolean => field === 'status' || field === 'location' || field === 'header'

/** Whether something may be there although the answer does not tell it: an answer is silent about values that cannot be known. */
function mayBeHidden(fact: Fact, { notKnown, upstream }: Answer, { configuration }: UnderstoodConfiguration): boolean {
  if (notKnown?.has(factName(fact))) return true
  if (fact.field === 'header') return !configuration.whole || ofServer.has(fact.header ?? '')
  return upstream !== undefined && (fact.field === 'upstreamUri' || fact.field === 'upstreamHeader')
}

/** Headers that a server makes of the file, the moment and the connection: no answer has them. */
const ofServer: ReadonlySet<string> = new Set(
  'date etag last-modified expires content-length content-encoding content-range accept-ranges server connection keep-alive transfer-encoding'.split(' '),
)

/** What must be so for an answer and not for any of the others: the replies in which alone it differs from one of them. */
function conditionsOf(good: Possible, others: readonly Possible[]): string[] {
  if (others.length === 0) return []
  const differing = others.map((other) => [...good.assumed].filter(([question, reply]) => (other.assumed.get(question) ?? reply) !== reply))
  const alone = new Set(differing.flatMap((each) => (each.length === 1 ? each.map(([, reply]) => reply) : [])))
  return alone.size > 0 ? [...alone] : [...new Set(differing.flatMap((each) => each.map(([, reply]) => reply)))]
}

/** The step that made the answer what it is, as far as a fact goes. */
export function decidingStep({ fact }: Mismatch, answer: Answer): Step | undefined {
  const phase = phases[fact.field]
  return answer.steps.findLast((step) => step.outcome === 'decided' && phase?.test(step.phase)) ?? lastDecided(answer)
}

const phases: Readonly<Partial<Record<FieldName, RegExp>>> = { server: /^server$/, matched: /^location$/, authz: /^(?:access|auth|authz|authn)/ }

function lastDecided({ steps }: Answer): Step | undefined {
  return steps.findLast((step) => step.outcome === 'decided' && step.phase !== 'log') ?? steps.at(-1)
}
