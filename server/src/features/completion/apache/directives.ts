import { type ApacheEntry, apacheDirectives, eachApacheDirective } from '../../../catalog/apache/catalog.ts'
import type { Configuration } from '../../../configuration/placed.ts'
import { moduleOf } from '../../../rules/apache/config-test/modules.ts'
import { htaccessOverrides, type Section } from '../../../rules/apache/config-test/section.ts'
import { derived } from '../../../workspace/derived.ts'
import type { DocumentView } from '../../lib/view.ts'
import { type Proposal, proposal, type Span } from '../proposal.ts'
import { type ApachePlace, isAvailable, mayStandIn } from './place.ts'

export interface DirectiveOptions {
  /** A bracket stands before the cursor: only sections. */
  readonly bracket: boolean
  /** The line is empty behind: arguments and the end of a section are put too. */
  readonly withArguments: boolean
  /** Names in lower case of the directives in the same section. */
  readonly present: ReadonlySet<string>
}

/** The directives and sections that may stand in a place, of the version and the modules that the server has. */
export function directiveProposals(view: DocumentView, place: ApachePlace, span: Span, options: DirectiveOptions): Proposal[] {
  const found: Proposal[] = []
  const used = foreignOf(place)
  for (const [key, entries] of entriesByName()) {
    for (const section of [false, true]) {
      if (options.bracket && !section) continue
      if (!section && options.present.has(key) && once.has(key)) continue
      // The server takes the first row that the version has: it decides where the directive may stand.
      const entry = entries.find(
        (each) => each.section === section && (each.source !== 'third-party' || used.has(each.module)) && isAvailable(each, place, view),
      )
      if (!entry || !place.sections.some((each) => mayStandIn(entry, each))) continue
      if (section && !isUseful(entry, place.sections)) continue
      found.push(proposalOf(entry, place.sections, span, options))
    }
  }
  for (const name of view.part.input.settings.apache.directives) found.push(proposal(span, 'directive', name, 5, { detail: 'named in the settings' }))
  return found
}

/** `<Else>` and `<ElseIf>` need what comes before them; `<Limit>` inside itself does nothing. */
function isUseful(entry: ApacheEntry, sections: readonly Section[]): boolean {
  const name = entry.name.toLowerCase()
  if (name === 'limit' || name === 'limitexcept') return sections.some((section) => !section.limited)
  // Refused in its own kind.
  if (name === 'requirenone') return sections.some((section) => section.name === 'requireall')
  return true
}

let byName: ReadonlyMap<string, readonly ApacheEntry[]> | undefined

/** Follows from the catalog alone. */
function entriesByName(): ReadonlyMap<string, readonly ApacheEntry[]> {
  if (!byName) {
    const made = new Map<string, readonly ApacheEntry[]>()
    for (const { name } of eachApacheDirective()) {
      const key = name.toLowerCase()
      if (!made.has(key) && !hidden.has(key)) made.set(key, apacheDirectives(name))
    }
    byName = made
  }
  return byName
}

/** Directives that only say something, do nothing, or are there to try modules out. */
const hidden: ReadonlySet<string> = new Set(['example', 'fancyindexing', 'ssllog', 'sslloglevel', 'lua_____bytecodehack'])

function foreignOf({ files }: ApachePlace): ReadonlySet<string> {
  return files.length === 1 && files[0]
    ? foreignModules(files[0].configuration)
    : new Set(files.flatMap(({ configuration }) => [...foreignModules(configuration)]))
}

/** Modules that are neither httpd's nor mod_wsgi of which the configuration has a directive. */
const foreignModules = derived((configuration: Configuration): ReadonlySet<string> => {
  const modules = new Set<string>()
  for (const name of new Set(configuration.all.map((directive) => directive.name))) {
    const entries = apacheDirectives(name)
    if (entries.length > 0 && entries.every((entry) => entry.source === 'third-party')) for (const entry of entries) modules.add(entry.module)
  }
  return modules
})

/** Directives of which the last counts: a second one in the same section has no use. */
const once: ReadonlySet<string> = new Set(
  `servername serveradmin documentroot serverroot serversignature servertokens keepalive keepalivetimeout maxkeepaliverequests timeout pidfile user group traceenable
   usecanonicalname hostnamelookups sslengine sslprotocol sslciphersuite sslhonorcipherorder sslcertificatechainfile sslsessioncache rewriteengine rewritebase
   allowoverride options authtype authname authuserfile errorlog loglevel directoryindex proxypreservehost proxyrequests proxytimeout wsgiprocessgroup
   wsgiapplicationgroup wsgipassauthorization wsgipythonhome wsgipythonpath limitrequestbody expiresactive sslverifyclient sslverifydepth`.split(/\s+/),
)

/** Directives that the server still takes for the sake of old configurations. */
const outdated: ReadonlySet<string> = new Set([
  'order',
  'allow',
  'deny',
  'satisfy',
  'namevirtualhost',
  'defaulttype',
  'sslcertificatechainfile',
  'maxclients',
  'maxrequestsperchild',
  'sslrequire',
  'authdigestnonceformat',
  'acceptmutex',
  'identitycheck',
  'mddrivemode',
])

/** As the documentation writes it: some tables of modules have small letters. */
export function writtenName(entry: ApacheEntry): string {
  const first = entry.syntax?.replace(/^</, '').split(/[\s>]/)[0] ?? ''
  return first.toLowerCase() === entry.name.toLowerCase() ? first : entry.name
}

function proposalOf(entry: ApacheEntry, sections: readonly Section[], span: Span, { bracket, withArguments }: DirectiveOptions): Proposal {
  const name = writtenName(entry)
  const lower = name.toLowerCase()
  const deprecated = outdated.has(lower) && !entry.section
  const usual = sections.some((section) => usualIn(section).has(entry.section ? `<${lower}` : lower))
  const rank = deprecated ? 9 : usual ? 1 : entry.source === 'third-party' || moduleOf(entry.module)?.debian === false ? 4 : 2
  const detail = `${entry.module}${entry.since === undefined ? '' : `, since ${entry.since}`}${entry.until === undefined ? '' : `, removed in ${entry.until}`}`
  const directive = { name: entry.section ? `<${entry.name}` : entry.name, module: entry.module }
  if (!entry.section)
    return proposal(span, 'directive', name, rank, { detail, deprecated, directive, ...(withArguments ? { snippet: snippetOf(entry, name) } : {}) })
  const whole = { start: bracket ? span.start - 1 : span.start, end: span.end }
  const head = sectionHeads[lower] ?? (/Match$/.test(name) ? '"${1:^/}"' : '$1')
  return proposal(whole, 'block', `<${name}>`, rank, {
    detail,
    directive,
    filter: bracket ? `<${name}` : name,
    text: `<${name}`,
    ...(withArguments ? { snippet: `<${name}${head === '' ? '' : ` ${head}`}>\n\t$0\n</${name}>` } : {}),
  })
}

const sectionHeads: Readonly<Record<string, string>> = {
  virtualhost: '${1:*:80}',
  directory: '${1:/srv/www/site}',
  location: '${1:/}',
  files: '"${1:wsgi.py}"',
  ifmodule: '${1:mod_ssl.c}',
  if: '"${1:%{HTTP_HOST\\} == \'example.com\'}"',
  elseif: '"${1:%{HTTP_HOST\\} == \'example.com\'}"',
  else: '',
  requireall: '',
  requireany: '',
  requirenone: '',
  limit: '${1:POST}',
  limitexcept: '${1:GET HEAD}',
  proxy: '"${1:balancer://application}"',
  macro: '${1:Name}',
}

function snippetOf(entry: ApacheEntry, name: string): string {
  if (entry.arguments === 'none' || /^(SSLRequireSSL|AuthnCacheEnable|MacroIgnoreEmptyArgs|MacroIgnoreBadNesting)$/i.test(name)) return name
  if (entry.arguments === 'flag') return `${name} \${1|${/ on$/i.test(entry.default ?? '') ? 'Off,On' : 'On,Off'}|}`
  return `${name} $0`
}

const inServer = `<VirtualHost <Directory <Location Listen ServerName Include IncludeOptional LoadModule Alias ErrorLog CustomLog LogLevel LogFormat DocumentRoot User Group
  ServerRoot Define KeepAlive Timeout WSGIDaemonProcess WSGIPythonHome WSGIScriptAlias WSGIRestrictEmbedded ServerTokens ServerSignature <IfModule ServerAdmin`
const inHost = `ServerName ServerAlias DocumentRoot ErrorLog CustomLog LogLevel <Directory <Location Alias Redirect RewriteEngine RewriteRule RewriteCond ProxyPass
  ProxyPassReverse ProxyPreserveHost SSLEngine SSLCertificateFile SSLCertificateKeyFile SSLProtocol SSLCipherSuite Header RequestHeader WSGIDaemonProcess
  WSGIProcessGroup WSGIScriptAlias WSGIApplicationGroup WSGIPassAuthorization ErrorDocument Include <Files <If <IfModule ServerAdmin Protocols LimitRequestBody`
const inFolder = `Require Options AllowOverride DirectoryIndex <Files <FilesMatch <RequireAll <RequireAny <Limit <LimitExcept Header ExpiresActive ExpiresByType RewriteEngine
  RewriteRule RewriteCond RewriteBase AuthType AuthName AuthUserFile AuthBasicProvider SetHandler AddType SetEnv ErrorDocument FallbackResource <If
  WSGIProcessGroup WSGIApplicationGroup`
const usualWords = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/))
const [ofServer, ofHost, ofFolder, ofRequirements] = [
  usualWords(inServer),
  usualWords(inHost),
  usualWords(inFolder),
  usualWords('Require <RequireAll <RequireAny <RequireNone'),
]

function usualIn(section: Section): ReadonlySet<string> {
  if (section.name.startsWith('require')) return ofRequirements
  if (section.path || section.overrides === htaccessOverrides) return ofFolder
  return section.virtual ? ofHost : ofServer
}
