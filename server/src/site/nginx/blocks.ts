import { type Configuration, isOpened, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { basename } from '../../workspace/path.ts'

const nothing: readonly PlacedDirective[] = []

/** The directives of one name directly in a block (or at the top, where none is given) that are not absent. */
export const ownOf = (block: PlacedDirective | undefined, configuration: Configuration, name: string): readonly PlacedDirective[] =>
  (block ? inBlock(block) : atTop(configuration)).get(name) ?? nothing

const inBlock = derived((block: PlacedDirective) => byName(block.children))
const atTop = derived((configuration: Configuration) => byName(configuration.top))

function byName(directives: readonly PlacedDirective[]): ReadonlyMap<string, readonly PlacedDirective[]> {
  const index = new Map<string, PlacedDirective[]>()
  for (const directive of directives) {
    if (directive.presence === 'absent') continue
    const list = index.get(directive.name)
    if (list) list.push(directive)
    else index.set(directive.name, [directive])
  }
  return index
}

/** A block and those around it, outwards; at last `undefined` for the top. */
export function* outwards(block: PlacedDirective | undefined): Generator<PlacedDirective | undefined> {
  for (let at = block; at; at = at.parent) yield at
  yield undefined
}

/** The directive of a name that is in effect in a block: its own last one, or that of the nearest block around it. */
export function inEffect(block: PlacedDirective | undefined, configuration: Configuration, name: string): PlacedDirective | undefined {
  for (const each of outwards(block)) {
    const own = ownOf(each, configuration, name).at(-1)
    if (own) return own
  }
  return undefined
}

/** The value in effect of a directive with one argument; undefined where none is seen. */
export const valueInEffect = (block: PlacedDirective | undefined, configuration: Configuration, name: string): string | undefined =>
  inEffect(block, configuration, name)?.args[0]?.value

/** Whether a block (undefined: the top) may hold a directive that is not seen: an include that was not read, or what a template fills in. */
export function mayHoldUnread(block: PlacedDirective | undefined, configuration: Configuration, name: string): boolean {
  const unread = unreadIn(configuration).get(block)
  return unread?.some((include) => include === 'template' || mayBring(include, name)) ?? false
}

/** Whether a directive may be in effect in a block that is not seen: in the block, around it, or around a piece. */
export function mayComeUnseen(block: PlacedDirective | undefined, configuration: Configuration, name: string): boolean {
  if (!configuration.whole && !isHttp(block)) return true
  for (const each of outwards(block)) if (mayHoldUnread(each, configuration, name)) return true
  return false
}

/** Whether all levels up to the http block are seen. */
function isHttp(block: PlacedDirective | undefined): boolean {
  for (let at = block; at; at = at.parent) if (at.name === 'http' || at.name === 'stream' || at.name === 'mail') return true
  return false
}

const unreadIn = derived((configuration: Configuration): ReadonlyMap<PlacedDirective | undefined, readonly (PlacedDirective | 'template')[]> => {
  const unread = new Map<PlacedDirective | undefined, (PlacedDirective | 'template')[]>()
  const add = (block: PlacedDirective | undefined, what: PlacedDirective | 'template'): void => {
    const list = unread.get(block)
    if (list) list.push(what)
    else unread.set(block, [what])
  }
  const templated = configuration.sources.some((source) => source.templated)
  for (const directive of configuration.all) {
    if (directive.name === 'include' && !isOpened(directive, configuration)) add(directive.parent, directive)
    if (templated && directive.source.templated && !unread.get(directive.parent)?.includes('template')) add(directive.parent, 'template')
  }
  return unread
})

/** What comes with nginx and the distributions under these names is known to hold nothing else. */
function mayBring(include: PlacedDirective, name: string): boolean {
  const path = include.args[0]?.value ?? ''
  if (/(?:^|\/)modules-enabled\//.test(path)) return name === 'load_module'
  switch (basename(path)) {
    case 'mime.types':
      return name === 'types'
    case 'fastcgi_params':
    case 'fastcgi.conf':
      return name === 'fastcgi_param'
    case 'uwsgi_params':
      return name === 'uwsgi_param'
    case 'scgi_params':
      return name === 'scgi_param'
    case 'proxy_params':
      return name === 'proxy_set_header'
    default:
      return true
  }
}
