import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { derived } from '../../../workspace/derived.ts'

/** Names that a configuration defines, each with the directive that does. */
export interface NginxNames {
  readonly upstreams: ReadonlyMap<string, PlacedDirective>
  /** Shared memory by the directive that makes it: `limit_req_zone`, `proxy_cache_path`. */
  readonly zones: ReadonlyMap<string, ReadonlyMap<string, PlacedDirective>>
  readonly logFormats: ReadonlyMap<string, PlacedDirective>
  /** Without `$`. */
  readonly variables: ReadonlyMap<string, PlacedDirective>
  readonly threadPools: ReadonlyMap<string, PlacedDirective>
  readonly serverNames: readonly string[]
}

/** What is defined in `http` or in `stream`. */
export const namesOf = (configuration: Configuration, protocol: 'http' | 'stream' | 'mail'): NginxNames =>
  protocol === 'stream' ? inStream(configuration) : inHttp(configuration)

const inHttp = derived((configuration: Configuration) => collect(configuration, false))
const inStream = derived((configuration: Configuration) => collect(configuration, true))

const zoneMakers = `limit_req_zone limit_conn_zone proxy_cache_path fastcgi_cache_path uwsgi_cache_path scgi_cache_path keyval_zone`.split(' ')

function collect(configuration: Configuration, stream: boolean): NginxNames {
  const of = (name: string): readonly PlacedDirective[] =>
    directivesNamed(configuration, name).filter((each) => each.presence !== 'absent' && isInStream(each, configuration) === stream)
  const byArgument = (name: string, at: number): Map<string, PlacedDirective> => {
    const names = new Map<string, PlacedDirective>()
    for (const directive of of(name)) {
      const argument = directive.args.at(at)
      if (argument?.known && argument.value !== '' && !names.has(argument.value)) names.set(argument.value, directive)
    }
    return names
  }
  const zones = new Map<string, Map<string, PlacedDirective>>()
  for (const maker of zoneMakers) {
    const made = new Map<string, PlacedDirective>()
    for (const directive of of(maker)) {
      for (const { value } of directive.args) {
        const name = /^(?:keys_)?zone=([^:]+)/.exec(value)?.[1]
        if (name !== undefined && !made.has(name)) made.set(name, directive)
      }
    }
    zones.set(maker, made)
  }
  const variables = new Map<string, PlacedDirective>()
  for (const [name, at] of definers) {
    for (const directive of of(name)) {
      const argument = directive.args.at(at)
      const variable = argument?.known && argument.value.startsWith('$') ? argument.value.slice(1).toLowerCase() : ''
      if (/^\w+$/.test(variable) && !variables.has(variable)) variables.set(variable, directive)
    }
  }
  return {
    upstreams: byArgument('upstream', 0),
    zones,
    logFormats: byArgument('log_format', 0),
    variables,
    threadPools: byArgument('thread_pool', 0),
    serverNames: [...new Set(of('server_name').flatMap(({ args }) => args.map(({ value }) => value)))]
      .filter((name) => /^[\w.-]+$/.test(name) && name !== '_')
      .slice(0, 200),
  }
}

/** Directives that define a variable, and the argument that names it; `-1` is the last. */
const definers: readonly (readonly [string, number])[] = [
  ['set', 0],
  ['map', 1],
  ['geo', -1],
  ['split_clients', 1],
  ['auth_request_set', 0],
  ['perl_set', 0],
  ['js_set', 0],
  ['js_var', 0],
  ['set_by_lua_block', 0],
  ['set_by_lua_file', 0],
  ['keyval', 1],
]

function isInStream(directive: PlacedDirective, configuration: Configuration): boolean {
  let top = directive
  while (top.parent) top = top.parent
  return top.name === 'stream' || configuration.context.startsWith('stream')
}
