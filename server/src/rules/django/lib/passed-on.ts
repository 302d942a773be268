import type { Application } from '../../../application/application.ts'
import type { ServedSetting } from '../../../application/served-settings.ts'
import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { aliasesOf, aliasFor, aliasHolds } from '../../../site/apache/aliases.ts'
import { locationFor, locationsIn, passOf } from '../../../site/nginx/locations.ts'
import { insertAfter, insertBefore, quoted } from '../../lib/edits.ts'
import type { ConfigurationContext, FindingFix } from '../../rule.ts'
import { serverOf } from './served.ts'

/**
 * Whether everything below a URL, which ends in a slash, is certainly handed to the application: no directive is there for it, or one that
 * is never asked. `besides`: a location or alias of which that is known.
 */
export const isPassedOn = (url: string, application: Application, context: ConfigurationContext, besides?: PlacedDirective): boolean =>
  context.configuration.dialect === 'apache' ? apachePassesOn(url, application, context) : nginxPassesOn(url, application, besides)

/** Directives by which files could be served without an alias, or the request be answered elsewhere. */
const otherWays: ReadonlySet<string> = new Set([
  'aliasmatch',
  'proxypassmatch',
  'fallbackresource',
  'redirect',
  'redirectmatch',
  'sethandler',
  'use',
  'virtualdocumentroot',
])

function apachePassesOn(url: string, application: Application, context: ConfigurationContext): boolean {
  const { configuration } = context
  const aliases = aliasesOf(configuration).filter((alias) => (alias.host === undefined || alias.host === application.host) && aliasHolds(alias.url, `${url}x`))
  const isFirst =
    application.kind === 'mod_wsgi'
      ? // Below another mount point the document root serves what the application does not take.
        application.mount === '/' && aliases.length === 0
      : isFirstProxyPass(url, application, configuration)
  if (!isFirst) return false
  // Virtual hosts inherit an application of the main server, and may serve the files themselves.
  if (application.host === undefined && directivesNamed(configuration, 'virtualhost').some((each) => each.presence !== 'absent')) return false
  return !configuration.all.some((each) => {
    if (each.presence === 'absent' || !sameHost(each, application)) return false
    if (each.name === 'rewriterule') return !/^https:\/\/%\{/.test(each.args[1]?.value ?? '')
    if (each.name === 'proxypass') return application.kind === 'mod_wsgi'
    return otherWays.has(each.name)
  })
}

/** Whether the `ProxyPass` of the application is the first that fits; mod_proxy asks them in order, and before any `Alias`. */
function isFirstProxyPass(url: string, application: Application, configuration: Configuration): boolean {
  const { directive, host } = application
  if (directive.name !== 'proxypass' || directive.parent !== host || directive.includedBy.length > 0) return false
  const all = directivesNamed(configuration, 'proxypass').filter((each) => each.presence !== 'absent' && sameHost(each, application))
  if (all.some((each) => each.parent !== host || each.presence !== 'present' || !each.args[0]?.known)) return false
  return all.find((each) => aliasHolds(each.args[0]?.value ?? '', `${url}x`)) === directive
}

const sameHost = (directive: Application['directive'], application: Application): boolean => {
  const host = enclosing(directive, 'virtualhost')
  return host === undefined || host === application.host
}

function nginxPassesOn(url: string, application: Application, besides: PlacedDirective | undefined): boolean {
  const server = serverOf(application)
  if (!server) return false
  const location = locationFor(server, `${url}app.css`)
  if (location === 'none' || location === 'unknown' || passOf(location) !== application.directive) return false
  // Files may be tried before the request is passed on, or a pattern take other endings.
  if (location.directive.children.some((each) => each.name === 'try_files' || each.name === 'if')) return false
  if (server.children.some((each) => each.name === 'rewrite' || each.name === 'try_files' || each.name === 'if')) return false
  return !locationsIn(server).some(
    (each) => each.directive !== besides && (each.modifier === '~' || each.modifier === '~*' || each.path.startsWith(url.slice(0, -1))),
  )
}

/** Puts an alias or location for the folder of a setting where requests for it are handed on. */
export function serve(setting: ServedSetting, application: Application, { configuration }: ConfigurationContext): FindingFix {
  const title = `Serve ${setting.root} at ${setting.url}`
  if (configuration.dialect === 'apache') {
    const first = application.kind === 'proxied' ? [insertBefore(application.directive, [`ProxyPass ${setting.url} !`])] : []
    const alias = aliasFor(aliasesOf(configuration), `${setting.url}x`, application.host)
    if (alias) return { title: `Keep ${setting.url} out of ProxyPass`, safe: false, edits: first }
    const lines = [`Alias ${setting.url} ${quoted(`${setting.root}/`)}`, `<Directory ${quoted(setting.root)}>`, '    Require all granted', '</Directory>']
    return { title, safe: false, edits: [...first, insertAfter(application.directive, lines)] }
  }
  const location = application.directive.parent
  const path = /\s/.test(setting.root) ? `"${setting.root}/"` : `${setting.root}/`
  const edits = location ? [insertBefore(location, [`location ${setting.url} {`, `    alias ${path};`, '}', ''])] : []
  return { title, safe: false, edits }
}
