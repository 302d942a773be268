import { contextInside, isAllowedIn, type NginxContext, nginxDirectives } from '../../../catalog/nginx/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import { contexts, dataContexts } from '../../../rules/nginx/config-test/contexts.ts'
import { nameOf } from '../../../syntax/tree.ts'
import type { DocumentView, NodeAt } from '../../lib/view.ts'
import { type FilePlace, placesOfFile } from '../around.ts'

/** Where in nginx's configuration something stands. */
export interface NginxPlace {
  /** The contexts of the innermost block, one for each place in which the file is read; empty where they are not known. */
  readonly contexts: readonly NginxContext[]
  /** The block of data that is innermost (`map`, `types`). */
  readonly data: string | undefined
  readonly protocol: 'http' | 'stream' | 'mail'
  readonly files: readonly FilePlace[]
}

type Inside = NginxContext | 'data' | 'lua' | undefined

/** The place inside of the blocks `around`, outermost first. */
export function placeInside(view: DocumentView, around: readonly NodeAt[]): NginxPlace {
  const files = placesOfFile(view)
  const found = new Set<NginxContext>()
  let data: string | undefined
  const starts: readonly { inside: Inside; data: string | undefined }[] =
    files.length > 0 ? files.map(startOf) : [{ inside: /(^|\/)(conf\.d|sites-\w+)\//.test(view.source.path) ? 'http' : 'main', data: undefined }]
  for (const start of starts) {
    let { inside } = start
    data = start.data
    for (const { node } of around) {
      const name = nameOf(node)
      if (node.block?.holds === 'entries') data = name
      inside = enter(name, inside)
    }
    if (inside !== undefined && inside !== 'data' && inside !== 'lua') found.add(inside)
  }
  if (around.at(-1)?.node.block?.holds === 'directives') data = undefined
  const all = [...found]
  const [first] = all
  const protocol = first?.startsWith('stream') || isInStream(around, files) ? 'stream' : first?.startsWith('mail') ? 'mail' : 'http'
  return { contexts: data === undefined ? all : [], data, protocol, files }
}

function startOf({ configuration, parent }: FilePlace): { inside: Inside; data: string | undefined } {
  if (parent) return { inside: insideOf(parent, configuration.context), data: parent.node.block?.holds === 'entries' ? parent.name : undefined }
  const data = dataContexts[configuration.context]
  return data ? { inside: data[1], data: data[0] } : { inside: contexts[configuration.context] ?? 'main', data: undefined }
}

const insideOf = (directive: PlacedDirective, root: string): Inside =>
  enter(directive.name, directive.parent ? insideOf(directive.parent, root) : (contexts[root] ?? 'main'))

function enter(name: string, outer: Inside): Inside {
  if (outer === undefined || outer === 'data' || outer === 'lua') return undefined
  const entry = nginxDirectives(name).find((each) => each.block && isAllowedIn(each, outer))
  return entry && contextInside(entry, outer)
}

const isInStream = (around: readonly NodeAt[], files: readonly FilePlace[]): boolean => {
  if (around.some(({ node }) => nameOf(node) === 'stream')) return true
  return files.some(({ configuration, parent }) => {
    for (let at = parent; at; at = at.parent) if (at.name === 'stream') return true
    return configuration.context.startsWith('stream')
  })
}
