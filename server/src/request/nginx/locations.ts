import type { PlacedDirective } from '../../configuration/placed.ts'
import { type Location, locationsIn, passingDirectives } from '../../site/nginx/locations.ts'
import { derived } from '../../workspace/derived.ts'
import { execute, note, type Run } from './run.ts'
import { bytesOf, type Scope } from './settings.ts'

/** A location as a scope, with what its choice asks for. */
interface Candidate extends Scope {
  readonly location: Location
  /** A request for the name without its last slash is sent on to the name: what the location passes requests to wants it so. */
  readonly autoRedirect: boolean
}

interface Level {
  readonly exact: ReadonlyMap<string, Candidate>
  readonly prefixes: ReadonlyMap<string, Candidate>
  readonly lengths: readonly number[]
  readonly patterns: readonly Candidate[]
  readonly named: ReadonlyMap<string, Candidate>
}

const levelOf = derived((block: PlacedDirective): Level => {
  const exact = new Map<string, Candidate>()
  const prefixes = new Map<string, Candidate>()
  const patterns: Candidate[] = []
  const named = new Map<string, Candidate>()
  for (const location of locationsIn(block)) {
    if (location.directive.presence === 'absent') continue
    const { directive, modifier, argument, path } = location
    const name = bytesOf(directive, { ...argument, value: path })
    const passes = directive.children.some((each) => passingDirectives.has(each.name) || each.name === 'memcached_pass')
    const candidate: Candidate = { block: directive, kind: 'location', name, modifier, location, autoRedirect: name.endsWith('/') && passes }
    if (modifier === '~' || modifier === '~*') patterns.push(candidate)
    else {
      const map = modifier === '=' ? exact : modifier === '@' ? named : prefixes
      if (!map.has(name)) map.set(name, candidate)
    }
  }
  return { exact, prefixes, lengths: [...new Set([...prefixes.keys()].map((name) => name.length))].sort((a, b) => b - a), patterns, named }
})

/** `found`: exact or by a pattern; `prefix`; `redirect`: to the name with a slash; `none`; `failed`: a pattern could not be run. */
type Result = 'found' | 'prefix' | 'redirect' | 'none' | 'failed'

/** Sets the scope to the location of the URI (`ngx_http_core_find_location`). */
export function findLocation(run: Run): Result {
  const level = levelOf(run.scope.block)
  let result = findStatic(run, level)
  let patterns = true
  if (result === 'prefix') {
    patterns = run.scope.modifier !== '^~'
    if (!patterns && level.patterns.length > 0) note(run, 'location', `^~ ${run.scope.name}: regular expressions are not asked`, run.scope.block, 'passed')
    result =
      levelOf(run.scope.block).exact.size + levelOf(run.scope.block).prefixes.size + levelOf(run.scope.block).patterns.length > 0 ? nested(run) : 'prefix'
  }
  if (result === 'found' || result === 'redirect' || result === 'failed') return result
  if (!patterns) return result
  for (const candidate of level.patterns) {
    const matches = execute(run, candidate.name, candidate.modifier === '~*', run.uri)
    if (matches === 'failed') return 'failed'
    if (!matches) {
      note(run, 'location', `${candidate.modifier} ${candidate.name} does not match ${run.uri}`, candidate.block, 'lost')
      continue
    }
    if (run.scope.kind === 'location') note(run, 'location', `${shown(run.scope)} gives way to a regular expression`, run.scope.block, 'lost')
    note(run, 'location', `${candidate.modifier} ${candidate.name} matches ${run.uri}`, candidate.block, 'passed')
    run.scope = candidate
    return findLocation(run) === 'failed' ? 'failed' : 'found'
  }
  return result
}

const nested = (run: Run): Result => {
  const result = findLocation(run)
  return result === 'none' ? 'prefix' : result
}

export const shown = ({ modifier, name }: Scope): string => (modifier === '' || modifier === '@' ? name : `${modifier} ${name}`)

function findStatic(run: Run, level: Level): Result {
  const exact = level.exact.get(run.uri)
  if (exact) {
    run.scope = exact
    return 'found'
  }
  const slashed = `${run.uri}/`
  for (const length of level.lengths) {
    if (length > run.uri.length) continue
    // The name with a slash is looked at before any that is shorter than the URI.
    if (length < run.uri.length) break
    const same = level.prefixes.get(run.uri)
    if (same) {
      run.scope = same
      return 'prefix'
    }
  }
  const [exactSlashed, prefixSlashed] = [level.exact.get(slashed), level.prefixes.get(slashed)]
  if (exactSlashed?.autoRedirect || prefixSlashed?.autoRedirect) {
    run.scope = exactSlashed ?? prefixSlashed ?? run.scope
    return 'redirect'
  }
  for (const length of level.lengths) {
    const candidate = length < run.uri.length ? level.prefixes.get(run.uri.slice(0, length)) : undefined
    if (!candidate) continue
    run.scope = candidate
    return 'prefix'
  }
  return 'none'
}

export const namedLocation = (run: Run, name: string): Scope | undefined => levelOf(run.server.block).named.get(name)
