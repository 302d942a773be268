import type { GroupPart, Part, VariablePart } from '../../../site/apache/expansion.ts'
import { expanded, type Request } from '../../../site/apache/values.ts'
import { variableOf } from '../../../site/apache/variables.ts'
import { requestsWith } from '../../../site/apache/witness.ts'
import { groupsReaching, type PathRule } from '../../apache/lib/path-patterns.ts'
import { replaceInArgument } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'

/** A request that says which host the URL of a rule has. */
export interface ChosenHost {
  /** What brings it: `$1`, `%1`, `%{QUERY_STRING}`. */
  readonly focus: GroupPart | VariablePart
  /** `glued`: it comes right behind a part of the host that is written; `chosen`: it is the host, or the whole URL. */
  readonly kind: 'glued' | 'chosen'
  readonly request: Request
  /** The URL that is made, and its host. */
  readonly url: string
  readonly host: string
}

/** Which request makes the URL of a rule lead to a host of somebody else (`host`: `evil.example`, an address); undefined where none was found. */
export function chosenHost(rule: PathRule, host: string, isOpen: (focus: GroupPart | VariablePart) => boolean): ChosenHost | undefined {
  for (const { focus, kind, wanted } of candidates(rule.target, host)) {
    if (!isOpen(focus)) continue
    for (const request of requestsWith(rule, focus, wanted)) {
      const url = urlFor(rule, request)
      const own = url === undefined ? undefined : hostOf(url)
      if (url !== undefined && own !== undefined && (own === host || own.endsWith(`.${host}`))) return { focus, kind, request, url, host: own }
    }
  }
  return undefined
}

/** A URL that comes of a rule in which a reference gets an ordinary word; undefined where none was found. */
export function urlWith(rule: PathRule, focus: GroupPart | VariablePart, word: string): { readonly request: Request; readonly url: string } | undefined {
  for (const request of requestsWith(rule, focus, `^${word}$`)) {
    const url = urlFor(rule, request)
    if (url !== undefined) return { request, url }
  }
  return undefined
}

/** The URL that a rule makes of a request which it certainly gets; what the server says of itself is filled in. */
function urlFor(rule: PathRule, request: Request): string | undefined {
  const groups = groupsReaching(rule, request)
  return groups && expanded(rule.target, groups, request, rule.subject, (part) => ownText(part, request))
}

function ownText(part: Part, request: Request): string | undefined {
  if (part.kind !== 'variable') return undefined
  if (/^(?:HTTP_HOST|HTTP:Host|SERVER_NAME)$/i.test(part.name)) return 'example.org'
  if (/^REQUEST_SCHEME$/i.test(part.name)) return 'http'
  // In `http%{ENV:s}://` it is an "s" or nothing.
  if (/^ENV:/i.test(part.name)) return ''
  return variableOf(part.name)?.from === 'path' ? request.path : undefined
}

/** As servers and browsers read it: behind the name of a user, up to the port. */
const hostOf = (url: string): string | undefined => /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/:?#@]*)(?::\d*)?(?:[/?#]|$)/i.exec(url)?.[1]?.toLowerCase()

interface Candidate {
  readonly focus: GroupPart | VariablePart
  readonly kind: ChosenHost['kind']
  readonly wanted: string
}

/** The references of a URL that can say something of its host, up to the end of the host, with what they must hold. */
function candidates(parts: readonly Part[], host: string): readonly Candidate[] {
  const name = host.replaceAll('.', '\\.')
  const end = '(?:[/:?#].*)?$'
  const found: Candidate[] = []
  let before = ''
  for (const part of parts) {
    if (part.kind === 'text') before += part.text
    else if (part.kind === 'map') before += 'x'
    else {
      if (before === '') found.push({ focus: part, kind: 'chosen', wanted: `^https?://${name}(?:[/?#].*)?$` })
      else if (/^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?$/i.test(before)) found.push({ focus: part, kind: 'chosen', wanted: `^${name}${end}` })
      else if (before.includes('://'))
        for (const glue of before.endsWith('.') ? ['', '@'] : before.endsWith(':') || /^[0-9]/.test(host) ? ['@'] : ['\\.', '@'])
          found.push({ focus: part, kind: glue === '' ? 'chosen' : 'glued', wanted: `^${glue}${name}${end}` })
      if (part.kind === 'variable' && variableOf(part.name)?.from === 'path') return found
      before +=
        part.kind === 'variable' && /^(?:REQUEST_SCHEME|SERVER_PROTOCOL)$/i.test(part.name)
          ? 'http'
          : part.kind === 'variable' && /^ENV:/i.test(part.name)
            ? ''
            : 'x'
    }
    // Behind the host nothing changes it; what does not begin with a scheme is no URL of another host.
    if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]/i.test(before) || /^(?:[^a-z]|[a-z][a-z0-9+.-]*[^a-z0-9+.:-])/i.test(before)) return found
  }
  return found
}

/** Whether a link can hold it: what a pattern has of the path or the query, but no header. */
export function isOfLink(rule: PathRule): (focus: GroupPart | VariablePart) => boolean {
  const isInLink = (parts: readonly Part[]): boolean =>
    parts.every((part) => part.kind === 'text' || (part.kind === 'variable' && /^(?:path|query)$/.test(variableOf(part.name)?.from ?? '')))
  return (focus) => {
    if (focus.kind === 'variable') return isInLink([focus])
    return focus.of === 'rule' || rule.conditions.every((condition) => condition.negated || condition.kind !== 'regex' || isInLink(condition.test))
  }
}

/** Puts a slash before the reference that comes right behind the host. */
export function slashFix({ directive, targetArgument }: PathRule, reference: string): readonly FindingFix[] {
  const edit = replaceInArgument(directive, targetArgument, reference, `/${reference}`)
  return edit ? [{ title: `Put a slash before ${reference}`, safe: true, edits: [edit] }] : []
}
