import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { shown } from '../conversion.ts'
import type { Ledger } from '../ledger.ts'
import { passOf } from './passing.ts'
import type { Place } from './places.ts'
import { inForce, valuesOf } from './settings.ts'
import { type Line, simple } from './text.ts'

// A rule of the server changes a path once: sections, aliases and passes of the new path hold then, but no rules of its location are run, as nginx runs
// them when it looks for a location again (`ngx_http_core_module.c: ngx_http_core_post_rewrite_phase`).

/** A path that a directive leads to within the server. */
export interface Lead {
  readonly directive: PlacedDirective
  /** As mod_rewrite writes it, without a query. */
  readonly path: string
  /** Where the directive stands; undefined for the server. */
  readonly from: Place | undefined
}

export interface Landings {
  readonly places: readonly Place[]
  readonly configuration: Configuration
  readonly ledger: Ledger
  rootOf(place: Place): string | undefined
}

interface Lost {
  readonly directive: PlacedDirective
  /** What is asked of the new path besides; undefined where nothing is refused and only the answer may be another. */
  readonly refusedIf: readonly Line[] | undefined
  /** The status of the refusal where it is nginx's own. */
  readonly status?: string | undefined
}

/** When a path is refused, and the flag of the rule that does so. */
export interface Refusal {
  readonly conditions: readonly Line[]
  readonly flag: string
}

const variable = /\$\d|%\{[^}]*\}/g

const isFixed = (path: string): boolean => path.search(variable) < 0

/**
 * The conditions under which a path is refused as it leads into a location with rules of its own that Apache would not run: never is more open than it
 * was. Each makes a rule. Remarks are made of that and of what only differs.
 */
export function refusalsOf(lead: Lead, landings: Landings): readonly Refusal[] {
  const { ledger, places } = landings
  const closed: (Refusal & { readonly name: string; readonly isSame: boolean })[] = []
  for (const place of placesFor(lead.path, places)) {
    const lost = lostIn(place, lead, landings)
    const certain = lost.find(({ refusedIf }) => refusedIf?.length === 0)
    for (const { directive, refusedIf, status } of certain ? [certain] : lost) {
      const name = `${nameOf(place)} (“${shown(directive)}”)`
      const flag = status === undefined || status === '403' ? 'F' : `R=${status},L`
      if (refusedIf) closed.push({ name, flag, isSame: status !== undefined, conditions: [...leadsInto(place, lead.path, places), ...refusedIf] })
      else ledger.differs(lead.directive, `It leads into ${name}, which nginx tries then where the file is missing; Apache answers with 404.`)
    }
  }
  const namesOf = (isSame: boolean): string => [...new Set(closed.filter((each) => each.isSame === isSame).map(({ name }) => name))].join(', ')
  if (namesOf(true) !== '') ledger.kept(lead.directive, `What ${namesOf(true)} refuses is refused here too, as Apache runs no rules again.`)
  if (namesOf(false) !== '')
    ledger.left(
      lead.directive,
      `It leads into ${namesOf(false)}, of which nginx runs the rules then and Apache does not: there it answers with 403 until that is written by hand.`,
    )
  return closed
}

/** Whether `break`, with which nginx stays in a location, leads out of it in Apache: then the location's own access is lost, and the path is refused. */
export function isLostByBreak({ path, from, directive }: Lead, { places, configuration, ledger }: Landings): boolean {
  const other = from && placesFor(path, places).find((place) => place !== from)
  if (!other) return false
  const guards = inForce(from.block, configuration, 'allow', 'deny', 'auth_basic')
  if (guards.length > 0)
    ledger.left(directive, `nginx stays in ${nameOf(from)} and its rules of access; in Apache those of ${nameOf(other)} would hold: it answers with 403 here.`)
  else ledger.differs(directive, `nginx stays in ${nameOf(from)}; in Apache holds what is said of ${nameOf(other)}.`)
  return guards.length > 0
}

const nameOf = ({ location, block }: Place): string => (location ? `location ${valuesOf(block).join(' ')}` : 'the server itself')

/** The places that a path may belong to. */
function placesFor(path: string, places: readonly Place[]): readonly Place[] {
  const order = [...places].reverse()
  if (isFixed(path)) {
    const found: Place[] = []
    for (const place of order) {
      const fits = place.kind === 'exact' ? path === place.path : place.kind === 'prefix' ? path.startsWith(place.path) : matches(place.pattern, path)
      if (fits !== false) found.push(place)
      if (fits) break
    }
    return found
  }
  const start = path.slice(0, path.search(variable))
  const end = path.split(variable).at(-1) ?? ''
  const around = order.filter(({ kind, path: each }) => kind === 'prefix' && start.startsWith(each)).sort((a, b) => b.path.length - a.path.length)[0]
  return order.filter((place) => {
    if (place.kind === 'regex')
      return mayFit(place.pattern, start) && (!/\.\w+$/.test(end) || place.pattern.startsWith('^') || matches(place.pattern, `/x${end}`) !== false)
    return place.path.startsWith(start) || place === around
  })
}

/** Whether a pattern fits a path; undefined where that is not known. */
function matches(pattern: string, path: string): boolean | undefined {
  const [, flag, rest = ''] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? []
  try {
    return new RegExp(rest, flag ? 'is' : 's').test(path)
  } catch {
    return undefined
  }
}

/** Whether a pattern may fit a path with a beginning: not if it wants another one. */
function mayFit(pattern: string, start: string): boolean {
  const fixed = /^\^([\w/-]*)(?![?*{])/.exec(pattern)?.[1]
  if (fixed === undefined || /\|(?![^(]*\))/.test(pattern)) return true
  return fixed.startsWith(start) || start.startsWith(fixed)
}

function leadsInto(place: Place, path: string, places: readonly Place[]): readonly Line[] {
  if (isFixed(path) && matches(place.pattern, path)) return []
  const wanted = placesFor(path, places).filter((each) => each.rank > place.rank)
  return [
    ...(place.pattern === '^/' ? [] : [simple('RewriteCond', path, plain(place.pattern))]),
    ...wanted.map((each) => simple('RewriteCond', path, `!${plain(each.pattern)}`)),
  ]
}

/** A pattern that is not taken for a comparison. */
const plain = (pattern: string): string => (/^[!<>=-]/.test(pattern) ? `(?:${pattern})` : pattern)

function lostIn(place: Place, lead: Lead, { configuration, rootOf }: Landings): readonly Lost[] {
  const { path, from } = lead
  const rules = (place.location ? place.block.children : []).flatMap((directive): readonly Lost[] => {
    if (directive.presence === 'absent') return []
    switch (directive.name) {
      case 'return':
        return [{ directive, refusedIf: [], status: /^4(?!44)\d\d$/.exec(directive.args[0]?.value ?? '')?.[0] }]
      case 'rewrite': {
        const pattern = directive.args[0]?.value ?? ''
        const fits = isFixed(path) ? matches(pattern, path) : mayFit(pattern, path.slice(0, path.search(variable))) && undefined
        return fits === false ? [] : [{ directive, refusedIf: fits ? [] : [simple('RewriteCond', path, plain(pattern))] }]
      }
      case 'if': {
        const condition = valuesOf(directive).join(' ')
        // The same was asked before, or the file is there as it was written for this.
        const isSame = place === from && !/\$(?:document_)?uri\b|\$request_filename\b|\$fastcgi_script_name\b/.test(condition)
        const isMissing = isFixed(path) && /^\(?\s*!-[fde] /.test(condition)
        return isSame || isMissing ? [] : [{ directive, refusedIf: [] }]
      }
      default:
        return []
    }
  })
  const tries = passOf(place.block) && place.kind === 'prefix' ? [] : inForce(place.block, configuration, 'try_files')
  return [...rules, ...tries.flatMap((directive) => lostTries(directive, place, path, rootOf(place)))]
}

function lostTries(directive: PlacedDirective, place: Place, path: string, root: string | undefined): readonly Lost[] {
  const values = valuesOf(directive)
  if (values[0] !== '$uri') return [{ directive, refusedIf: [] }]
  if (isFixed(path)) return []
  // A program is asked for files that are there only.
  if (passOf(place.block))
    return [
      {
        directive,
        refusedIf: root === undefined ? [] : [simple('RewriteCond', `${root}${path}`, '!-f')],
        status: root && /^=(4\d\d)$/.exec(values.at(-1) ?? '')?.[1],
      },
    ]
  return values.at(-1) === '=404' ? [] : [{ directive, refusedIf: undefined }]
}
