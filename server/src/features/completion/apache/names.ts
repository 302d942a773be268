import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { derived } from '../../../workspace/derived.ts'

/** Names that a configuration defines, each with the directive that does. */
export type ApacheNames = Readonly<Record<NameKind, ReadonlyMap<string, PlacedDirective>>>

export type NameKind =
  | 'defines'
  | 'macros'
  | 'daemons'
  | 'nicknames'
  | 'balancers'
  | 'variables'
  | 'ports'
  | 'authnAliases'
  | 'authzAliases'
  | 'rewriteMaps'
  | 'filters'
  | 'hosts'
  | 'users'

export const namesOf: (configuration: Configuration) => ApacheNames = derived((configuration: Configuration): ApacheNames => {
  const collect = (name: string | readonly string[], read: (directive: PlacedDirective) => readonly (string | undefined)[]): Map<string, PlacedDirective> => {
    const found = new Map<string, PlacedDirective>()
    for (const directive of directivesNamed(configuration, ...[name].flat())) {
      if (directive.presence === 'absent') continue
      for (const value of read(directive)) if (value !== undefined && value !== '' && !found.has(value)) found.set(value, directive)
    }
    return found
  }
  const arg = (at: number) => (directive: PlacedDirective) => [directive.args[at]?.known ? directive.args[at]?.value : undefined]
  return {
    defines: collect('define', arg(0)),
    macros: collect('macro', arg(0)),
    daemons: collect('wsgidaemonprocess', arg(0)),
    nicknames: collect('logformat', arg(1)),
    balancers: collect('proxy', ({ args }) => [/^balancer:\/\//i.test(args[0]?.value ?? '') ? args[0]?.value : undefined]),
    variables: collect(variableMakers, variablesOf),
    ports: collect('listen', ({ args }) => [/(\d+)$/.exec(args[0]?.value ?? '')?.[1]]),
    authnAliases: collect('authnprovideralias', arg(1)),
    authzAliases: collect('authzprovideralias', arg(1)),
    rewriteMaps: collect('rewritemap', arg(0)),
    filters: collect(['extfilterdefine', 'filterdeclare', 'luaoutputfilter', 'luainputfilter'], arg(0)),
    hosts: collect(['servername', 'serveralias'], ({ args }) => args.map(({ value }) => (/^[\w.-]+$/.test(value) ? value : undefined))),
    users: collect('user', arg(0)),
  }
})

const variableMakers = ['setenv', 'passenv', 'setenvif', 'setenvifnocase', 'setenvifexpr', 'browsermatch', 'browsermatchnocase', 'rewriterule']

function variablesOf({ name, args }: PlacedDirective): readonly (string | undefined)[] {
  const values = args.map(({ value }) => value)
  switch (name) {
    case 'setenv':
      return values.slice(0, 1)
    case 'passenv':
      return values
    case 'rewriterule':
      return [...(values[2] ?? '').matchAll(/(?:^\[|,)\s*(?:E|env)=!?([\w-]+)/gi)].map((match) => match[1])
    default:
      return values.slice(name.startsWith('browser') || name === 'setenvifexpr' ? 1 : 2).map((value) => /^!?([\w-]+)/.exec(value)?.[1])
  }
}
