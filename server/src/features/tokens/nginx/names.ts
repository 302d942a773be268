import { eachNginxDirective, isKnownNginxDirective, nginxVariable } from '../../../catalog/nginx/catalog.ts'
import { type Configuration, directivesNamed } from '../../../configuration/placed.ts'
import { isDefinedOrAsked } from '../../../site/nginx/definitions.ts'
import { isEntry } from '../../../site/nginx/regexes.ts'
import { derived } from '../../../workspace/derived.ts'

/** What the configurations of a document define. */
export interface KnownNames {
  isUpstream(name: string): boolean
  isZone(name: string): boolean
  /** Of a variable's name without `$`: nginx's own, defined, known to be defined nowhere, or none of these can be told. */
  variable(name: string): 'own' | 'defined' | 'undefined' | 'unknown'
}

export function knownNames(configurations: readonly Configuration[]): KnownNames {
  const all = configurations.filter((each) => each.dialect === 'nginx')
  const isClosed = all.length > 0 && all.every((each) => isReadWhole(each) && !hasUnknownDirective(each))
  return {
    isUpstream: (name) => all.some((each) => upstreams(each).has(name)),
    isZone: (name) => all.some((each) => zones(each).has(name)),
    variable(name) {
      const lower = name.toLowerCase()
      if (all.some((each) => made(each).has(lower))) return 'defined'
      if (nginxVariable(lower)) return 'own'
      if (all.some((each) => isDefinedOrAsked(lower, each))) return 'defined'
      return isClosed ? 'undefined' : 'unknown'
    },
  }
}

const isReadWhole = ({ context, open, unread, sources, whole }: Configuration): boolean =>
  whole && !open && !unread && context === 'main' && sources.every((source) => !source.templated)

const upstreams = derived(
  (configuration: Configuration): ReadonlySet<string> => new Set(directivesNamed(configuration, 'upstream').flatMap((each) => each.args[0]?.value ?? [])),
)

const zones = derived(
  (configuration: Configuration): ReadonlySet<string> =>
    new Set(
      directivesNamed(configuration, ...zoneDirectives).flatMap((each) => each.args.flatMap(({ value }) => /^(?:keys_)?zone=([^:]+)/.exec(value)?.[1] ?? [])),
    ),
)

const zoneDirectives = [
  'limit_req_zone',
  'limit_conn_zone',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'uwsgi_cache_path',
  'scgi_cache_path',
  'js_shared_dict_zone',
]

/** Names that directives of any module make of their arguments, and entries of blocks that do (`geoip2`). */
const made = derived((configuration: Configuration): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const directive of configuration.all) {
    const holdsEntries = directive.node.block?.holds === 'entries'
    if (!definers().has(directive.name) && !directive.name.startsWith('$')) continue
    if (directive.name.startsWith('$')) names.add(directive.name.slice(1).toLowerCase())
    else {
      // `map $source $name`: the source is no definition.
      const args = holdsEntries ? directive.args.slice(-1) : directive.args
      for (const { value } of args) if (value.startsWith('$')) names.add(value.slice(1).toLowerCase())
    }
  }
  return names
})

let definersOf: ReadonlySet<string> | undefined
function definers(): ReadonlySet<string> {
  definersOf ??= new Set([...eachNginxDirective()].flatMap((entry) => (entry.definesVariable ? [entry.name] : [])))
  return definersOf
}

/** A directive of a module that nothing is known of: it may define any variable. */
const hasUnknownDirective = derived((configuration: Configuration): boolean =>
  configuration.all.some((each) => !isEntry(each) && !isKnownNginxDirective(each.name)),
)
