import type { Configuration, PlacedDirective } from '../../../configuration/placed.ts'
import { placeOfDirective } from '../../../configuration/placed.ts'
import { protocolOf } from '../../../site/nginx/inheritance.ts'
import type { Input, Row, Value } from '../../../site/nginx/values.ts'
import type { Request } from '../../../site/nginx/witness.ts'
import type { Finding } from '../../rule.ts'

/** The inputs of a value, each with the row that it stands in. */
export function inputsOf(value: Value): readonly { readonly input: Input; readonly row: Row; readonly at: number }[] {
  return value.alternatives.flatMap((row) => row.flatMap((input, at) => (input.kind === 'input' ? [{ input, row, at }] : [])))
}

/** A request as people write it: `GET /path`, with the headers that matter. */
export const requestText = ({ target, headers }: Request): string => `GET ${target}${headers.map(([name, value]) => ` with "${name}: ${value}"`).join('')}`

/** Where an input comes from, for those who look at its use. */
export const relatedTo = (input: Input, use: PlacedDirective): NonNullable<Finding['related']> =>
  input.through
    .filter((directive, i, all) => directive !== use && all.indexOf(directive) === i)
    .slice(0, 4)
    .map((directive) => ({ at: placeOfDirective(directive), message: describe(directive) }))

const describe = (directive: PlacedDirective): string =>
  directive.name === 'set' || directive.name === 'rewrite' || directive.name === 'if' || directive.name === 'location' || directive.name === 'server_name'
    ? `this "${directive.name}" hands it on`
    : 'this line of the map hands it on'

/** In the stream module nothing is a request of HTTP. */
export const isHttp = (directive: PlacedDirective, configuration: Configuration): boolean => protocolOf(directive, configuration) === 'http'

/** The location around a directive, through `if` and `limit_except`. */
export function locationAround(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at = directive.parent; at; at = at.parent) if (at.name === 'location') return at
  return undefined
}

/** Whether only nginx itself comes to a location. */
export const isInternalOnly = (location: PlacedDirective | undefined): boolean =>
  location?.children.some(({ name, presence }) => name === 'internal' && presence !== 'absent') === true
