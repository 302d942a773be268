import { placeOfDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'
import type { Reading } from './reading.ts'

/** `ssl on` of a server becomes `ssl` of each of its listeners. */
export function sslOnListen({ directive, values, block }: Reading): FindingFix[] {
  if (values[0] !== 'ssl' || block.context !== 'server') return []
  if (values[1]?.toLowerCase() === 'off') return [{ title: 'Remove "ssl off"', safe: true, edits: [removeDirective(directive)] }]
  const listens = block.directive?.children.filter((child) => child.name === 'listen') ?? []
  if (listens.length === 0 || listens.some((listen) => listen.source !== directive.source)) return []
  const edits = listens
    .filter((listen) => !listen.args.some((argument) => argument.value === 'ssl'))
    .map((listen) => {
      const end = listen.args.at(-1)?.end ?? placeOfDirective(listen).end
      return { path: listen.source.path, start: end, end, newText: ' ssl' }
    })
  return [{ title: 'Write "ssl" behind each "listen"', safe: true, edits: [removeDirective(directive), ...edits] }]
}
