import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { type HttpServer, httpServersOf } from '../../site/nginx/servers.ts'
import { type Conversion, shown } from '../conversion.ts'
import { makeLedger } from '../ledger.ts'
import { virtualHostOf } from './server.ts'
import { type Line, printApache } from './text.ts'

export interface ToApacheOptions {
  /** Only the servers of this name; else all. */
  readonly server?: string | undefined
  /** Only this server. */
  readonly section?: PlacedDirective | undefined
}

/** Writes the servers of an nginx configuration as virtual hosts of Apache. Undefined where there is none, or none of the name asked for. */
export function convertToApache(configuration: Configuration, options: ToApacheOptions = {}): Conversion | undefined {
  const asked = options.server?.toLowerCase()
  const chosen = httpServersOf(configuration).filter(
    ({ directive, names }) =>
      (options.section === undefined || directive === options.section) && (asked === undefined || names.some(({ name }) => name === asked)),
  )
  if (chosen.length === 0) return undefined
  const ledger = makeLedger()
  const lines: Line[] = []
  const hosts = [...chosen].sort((a, b) => rankOf(a) - rankOf(b)).map((each) => virtualHostOf(each, configuration, ledger))
  if (asked === undefined && options.section === undefined) {
    for (const each of outside(configuration)) {
      if (each.presence === 'absent' || ledger.isSettled(each) || !ofHttp.has(each.name)) continue
      ledger.left(
        each,
        each.name === 'map' || each.name === 'geo' || each.name === 'split_clients'
          ? 'Write it with SetEnvIf, RewriteMap or an <If>, where its variable is asked for.'
          : 'Apache has nothing that does the same.',
      )
      lines.push({ comment: `webconf: not carried over: ${shown(each)}` })
    }
  }
  return { to: 'apache', text: printApache([...lines, ...hosts]), remarks: ledger.remarks() }
}

/** Apache takes the first that fits: the default comes first, and names without wildcards before those with them. */
function rankOf({ listens, names }: HttpServer): number {
  if (listens.some(({ parameters }) => parameters.includes('default_server') || parameters.includes('default'))) return 0
  return names.some(({ name }) => /[*~]|^\./.test(name)) ? 2 : 1
}

const outside = ({ top }: Configuration): readonly PlacedDirective[] => top.flatMap((each) => (each.name === 'http' ? each.children : [each]))

/** What of the level of `http` sites depend on. */
const ofHttp: ReadonlySet<string> = new Set([
  'map',
  'geo',
  'split_clients',
  'limit_req_zone',
  'limit_conn_zone',
  'limit_req',
  'limit_conn',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'set_real_ip_from',
  'real_ip_header',
  'perl_set',
  'js_set',
])
