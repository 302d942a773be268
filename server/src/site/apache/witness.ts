import { type Automaton, searched } from '../../regex/automaton.ts'
import { matcherOf } from '../../regex/execute.ts'
import { type Constraint, wordsOf } from '../../regex/language.ts'
import { searching, textsWithGroup } from '../../regex/questions.ts'
import type { GroupPart, Part, VariablePart } from './expansion.ts'
import type { RewriteCondition } from './rewrite-condition.ts'
import { alternativesOf, type PathPattern, type Request } from './values.ts'
import { pathLanguage, type Variable, variableOf } from './variables.ts'

/**
 * Requests that a pattern and its conditions probably let through and in which a reference has what is wanted (a pattern that finds something in it). Whether
 * they do is for the caller to try, with `groupsFor` and `expanded`.
 */
export function requestsWith(place: PathPattern, focus: GroupPart | VariablePart, wanted: string): readonly Request[] {
  const automaton = searching(wanted)
  if (!automaton) return []
  if (focus.kind === 'variable') return withVariable(place, focus.name, [{ automaton }])
  if (focus.of === 'rule') {
    if (!place.pattern || place.negated) return []
    const { pattern } = place
    return textsWithGroup(pattern, focus.number, automaton, pathConstraints(place), mostTexts).flatMap(({ text }) =>
      filled(place, { path: pathFrom(text, place) }),
    )
  }
  for (const condition of [...place.conditions].reverse()) {
    if (condition.kind !== 'regex' || condition.negated) continue
    const [part] = condition.test
    const name = condition.test.length === 1 && part?.kind === 'variable' ? part.name : undefined
    const language = name === undefined ? undefined : variableOf(name)?.language
    if (name === undefined || !language || !condition.pattern) return []
    const within = [{ automaton: language }, ...constraintsOn(place, name)]
    return textsWithGroup(condition.pattern, focus.number, automaton, within, mostTexts).flatMap(({ text }) => requestsWithValue(place, name, text))
  }
  return []
}

/** Some requests that a pattern and its conditions probably let through. */
export const requestsFor = (place: PathPattern): readonly Request[] => somePaths(place).flatMap((path) => filled(place, { path }))

/** Texts that are tried of one pattern. */
const mostTexts = 3

interface Known {
  readonly path: string
  readonly query?: string
  readonly headers?: ReadonlyMap<string, string>
}

function withVariable(place: PathPattern, name: string, wanted: readonly Constraint[]): readonly Request[] {
  const language = variableOf(name)?.language
  const words = language ? wordsOf([{ automaton: language }, ...wanted, ...constraintsOn(place, name)], 4) : 'unknown'
  return words === 'unknown' ? [] : words.flatMap((text) => requestsWithValue(place, name, text))
}

/** Requests that a pattern and its conditions probably let through and in which a variable is a text. */
export function requestsWithValue(place: PathPattern, name: string, text: string): readonly Request[] {
  const variable = variableOf(name)
  if (variable?.from === 'path') return place.subject === 'whole' ? filled(place, { path: text }) : []
  return somePaths(place).flatMap((path) =>
    variable?.from === 'query'
      ? filled(place, { path, query: text })
      : variable?.header
        ? filled(place, { path, headers: new Map([[variable.header.toLowerCase(), text]]) })
        : [],
  )
}

/** A few paths in which the pattern finds something, or does not where it is negated. */
function somePaths(place: PathPattern): readonly string[] {
  const { pattern, negated } = place
  const language = pattern && searched(pattern.tree)
  if (!language) return []
  const words = wordsOf([{ automaton: language, not: negated }, ...pathConstraints(place)], 3)
  return words === 'unknown' ? [] : words.map((text) => pathFrom(text, place))
}

const pathFrom = (text: string, { subject }: PathPattern): string => (subject === 'whole' ? text : `/${text}`)

function pathConstraints(place: PathPattern): readonly Constraint[] {
  const all = pathLanguage(place.subject)
  return [...(all ? [{ automaton: all }] : []), ...(place.subject === 'whole' ? constraintsOn(place, 'REQUEST_URI') : [])]
}

/** What conditions on a variable alone ask of it; of alternatives the first is taken. */
function constraintsOn({ conditions }: PathPattern, name: string): readonly Constraint[] {
  const variable = variableOf(name)
  return alternativesOf(conditions).flatMap(([first]) => {
    const about = first && aboutVariable(first)
    const same = about && variable && (about.variable === variable || isSame(about.variable, variable))
    return same ? [{ automaton: about.automaton, not: about.negated }] : []
  })
}

const isSame = (one: Variable, two: Variable): boolean =>
  one.from === two.from && one.from !== 'other' && one.header?.toLowerCase() === two.header?.toLowerCase()

function aboutVariable(condition: RewriteCondition): { variable: Variable; name: string; automaton: Automaton; negated: boolean } | undefined {
  const [part] = condition.test
  if (condition.kind !== 'regex' || condition.test.length !== 1 || part?.kind !== 'variable' || !condition.pattern) return undefined
  const variable = variableOf(part.name)
  const automaton = searched(condition.pattern.tree)
  return variable?.language && automaton ? { variable, name: part.name, automaton, negated: condition.negated } : undefined
}

/** The request with what conditions want of the query and the headers, where it does not say that already. */
function filled(place: PathPattern, known: Known): readonly Request[] {
  let query = known.query
  const headers = new Map(known.headers)
  for (const [first] of alternativesOf(place.conditions)) {
    const about = first && aboutVariable(first)
    if (!about) continue
    const { variable, name } = about
    const header = variable.header?.toLowerCase()
    if (variable.from === 'query' && query === undefined) query = chosen(place, name, ['', 'a'], variable)
    else if (header !== undefined && !headers.has(header)) {
      const text = chosen(place, name, header === 'host' ? ['example.org', 'www.example.org'] : ['', 'a'], variable)
      if (text === undefined) return []
      if (text !== '') headers.set(header, text)
    }
  }
  return [{ path: known.path, query: query ?? '', headers }]
}

/** A text for a variable that its conditions let through, one of those that people know where there is. */
function chosen(place: PathPattern, name: string, preferred: readonly string[], { language }: Variable): string | undefined {
  const constraints = constraintsOn(place, name)
  const own = alternativesOf(place.conditions).flatMap(([first]) => (first && aboutVariable(first)?.name === name ? [first] : []))
  const fits = (text: string): boolean =>
    own.every(({ pattern, negated }) => {
      const matcher = pattern && matcherOf(pattern)
      return matcher !== undefined && (matcher(text) === undefined) === negated
    })
  const known = preferred.find(fits)
  if (known !== undefined || !language) return known
  const words = wordsOf([{ automaton: language }, ...constraints], 4)
  return words === 'unknown' ? undefined : words.find(fits)
}

/** A request as it is written: `GET /path?query with "Host: …"`. */
export function requestText({ path, query, headers }: Request): string {
  const names = [...headers].map(([name, value]) => ` with "${name.replaceAll(/(?:^|-)[a-z]/g, (all) => all.toUpperCase())}: ${value}"`)
  return `GET ${escapedPath(path)}${query === '' ? '' : `?${query}`}${names.join('')}`
}

/** A path as a request line has it. */
export const escapedPath = (path: string): string =>
  path.replaceAll(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (ch) => `%${ch.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

/** The references of a text that a request can fill; those inside of maps are not among them. */
export const referencesIn = (parts: readonly Part[]): readonly (GroupPart | VariablePart)[] =>
  parts.filter((part): part is GroupPart | VariablePart => part.kind === 'group' || part.kind === 'variable')
