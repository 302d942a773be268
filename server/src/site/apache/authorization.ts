import type { PlacedDirective } from '../../configuration/placed.ts'

/** `neutral`: says nothing of its own, as a `Require not` that does not hold. */
export type Verdict = 'granted' | 'denied' | 'depends' | 'neutral'

/** What the `Require` directives of a section come to for a GET request; undefined where it has none. */
export function authorizationOf(section: PlacedDirective): Authorization | undefined {
  const known = authorizations.get(section)
  if (known !== undefined) return known ?? undefined
  const made = findAuthorization(section)
  authorizations.set(section, made ?? null)
  return made
}

/** How a section's requirements are merged with those of the sections before it (`AuthMerging`), and what they come to. */
export interface Authorization {
  readonly verdict: Verdict
  readonly merging: 'off' | 'and' | 'or'
}

/** A section is asked about for each file that it may hold. */
const authorizations = new WeakMap<PlacedDirective, Authorization | null>()

function findAuthorization(section: PlacedDirective): Authorization | undefined {
  const requirements = requirementsIn(section)
  // What a section requires for other methods takes the place of what holds above, and asks nothing of GET (tried).
  if (requirements.length === 0 && !hasLimited(section)) return undefined
  const merging = section.children.find((child) => child.name === 'authmerging')?.args[0]?.value.toLowerCase()
  const verdict = requirements.length === 0 ? 'granted' : any(requirements.map(verdictOf))
  return { verdict: verdict === 'neutral' ? 'denied' : verdict, merging: merging === 'and' || merging === 'or' ? merging : 'off' }
}

/** The requirements of a section, those for GET in `<Limit>` and `<LimitExcept>` among them. */
export function requirementsIn(section: PlacedDirective): PlacedDirective[] {
  return section.children.flatMap((child) => {
    if (isRequirement(child)) return [child]
    return appliesToGet(child) ? requirementsIn(child) : []
  })
}

/** Whether it has requirements for methods other than GET alone. */
const hasLimited = (section: PlacedDirective): boolean =>
  section.children.some((child) => (child.name === 'limit' || child.name === 'limitexcept') && child.children.some(isRequirement))

const isRequirement = (directive: PlacedDirective): boolean => directive.name === 'require' || containers.has(directive.name)

const containers: ReadonlySet<string> = new Set(['requireall', 'requireany', 'requirenone'])

/** Whether a `<Limit>` or `<LimitExcept>` section holds for GET. */
export function appliesToGet(directive: PlacedDirective): boolean {
  const methods = directive.args.map((argument) => argument.value.toUpperCase())
  if (directive.name === 'limit') return methods.includes('GET')
  return directive.name === 'limitexcept' && !methods.includes('GET')
}

function verdictOf(directive: PlacedDirective): Verdict {
  const own = ownVerdict(directive)
  return directive.presence === 'unknown' ? 'depends' : own
}

function ownVerdict(directive: PlacedDirective): Verdict {
  switch (directive.name) {
    case 'requireany':
      return any(directive.children.map(verdictOf))
    case 'requireall':
      return all(directive.children.map(verdictOf))
    case 'requirenone': {
      const inside = any(directive.children.map(verdictOf))
      return inside === 'granted' ? 'denied' : inside === 'depends' ? 'depends' : 'neutral'
    }
    default:
      return requireVerdict(directive.args.map((argument) => (argument.known ? argument.value.toLowerCase() : '')))
  }
}

function requireVerdict(words: readonly string[]): Verdict {
  if (words[0] === 'not') {
    const inside = requireVerdict(words.slice(1))
    return inside === 'granted' ? 'denied' : inside === 'denied' ? 'neutral' : inside
  }
  if (words[0] !== 'all') return 'depends'
  return words[1] === 'granted' ? 'granted' : words[1] === 'denied' ? 'denied' : 'depends'
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('granted')) return 'granted'
  if (verdicts.includes('depends')) return 'depends'
  return verdicts.includes('denied') ? 'denied' : 'neutral'
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('denied')) return 'denied'
  if (verdicts.includes('depends')) return 'depends'
  return verdicts.includes('granted') ? 'granted' : 'neutral'
}
