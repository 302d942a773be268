import { type Argument, type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../configuration/placed.ts'
import { knownText, truthOf } from '../deployment/django/values.ts'
import { basename } from '../workspace/path.ts'
import type { Application } from './application.ts'

/** A host by which the application is asked, and what gives it. */
export interface ReachedHost {
  /** As written: `www.example.org`, `*.example.org`, `.example.org`. */
  readonly name: string
  /** `server_name`, `ServerName`, `ServerAlias`, or what sets the Host header. */
  readonly directive: PlacedDirective
  readonly argument: Argument
  /** Whether the argument is the header's value, and not a name of the server. */
  readonly header: boolean
}

/**
 * The hosts that reach an application in its server or virtual host, as it sees them. Empty where that cannot be told: the Host header is made of
 * something else, a condition or a redirect on the host comes before, a file with it is not read.
 */
export function hostsReaching(application: Application, configuration: Configuration): ReachedHost[] {
  if (application.directive.presence !== 'present') return []
  return configuration.dialect === 'apache' ? hostsOfApache(application, configuration) : hostsOfNginx(application, configuration)
}

// nginx

function hostsOfNginx(application: Application, configuration: Configuration): ReachedHost[] {
  const server = enclosing(application.directive, 'server')
  if (!server || mayRedirect(application.directive, server)) return []
  const header = application.kind === 'proxied' && application.protocol === 'http' ? hostHeader(application, configuration) : gatewayHost(application)
  if (header === 'unknown') return []
  if (header !== 'as asked') {
    if (header.argument.value === '$server_name') return serverNames(server).slice(0, 1)
    return [header]
  }
  return serverNames(server)
}

const serverNames = (server: PlacedDirective): ReachedHost[] =>
  server.children
    .filter((each) => each.name === 'server_name' && each.presence === 'present')
    .flatMap((directive) =>
      directive.args.flatMap((argument) =>
        argument.known && !argument.value.startsWith('~') && !argument.value.includes('$')
          ? [{ name: argument.value, directive, argument, header: false }]
          : [],
      ),
    )

/** Whether a `return`, `rewrite` or `if` around the pass may keep some hosts away from it. */
function mayRedirect(pass: PlacedDirective, server: PlacedDirective): boolean {
  for (let at = pass.parent; at; at = at.parent) {
    if (at.name === 'if' && !isAboutRequest(at)) return true
    for (const child of at.children) {
      if (child.name === 'return' || (child.name === 'rewrite' && /^(redirect|permanent)$/.test(child.args[2]?.value ?? ''))) return true
      if (child.name === 'rewrite' && /^https?:/.test(child.args[1]?.value ?? '')) return true
      if (child.name === 'if' && !isAboutRequest(child)) return true
    }
    if (at === server) return false
  }
  return true
}

/** Conditions that tell no host from another. */
const isAboutRequest = (condition: PlacedDirective): boolean => {
  const text = condition.args.map((each) => each.value).join(' ')
  return /^\(\s*(!?-[fdex]\s|\$(request_method|http_user_agent|request_uri|uri|args|query_string|arg_\w+|http_referer|remote_addr|cookie_\w+|request_filename)\b)/.test(
    text,
  )
}

/** What `proxy_set_header Host` gives: the headers of the nearest block that sets any (`ngx_http_proxy_module`). */
function hostHeader(application: Application, configuration: Configuration): ReachedHost | 'as asked' | 'unknown' {
  for (let at = application.directive.parent; at; at = at.parent) {
    const unread = unreadIncludes(at, configuration)
    const own = at.children.filter((each) => each.name === 'proxy_set_header')
    if (own.some((each) => each.presence !== 'present')) return 'unknown'
    const forwarded = own.findLast((each) => isNamed(each, 'x-forwarded-host'))
    const host = own.findLast((each) => isNamed(each, 'host'))
    // Debian's `proxy_params` sends the host that was asked for.
    if (unread.some((name) => name !== 'proxy_params')) return 'unknown'
    if (own.length === 0 && unread.length === 0) continue
    if (unread.length > 0 && !host) return 'as asked'
    const usesForwarded = application.settings ? truthOf(application.settings.get('USE_X_FORWARDED_HOST')) : undefined
    const used = usesForwarded === true && forwarded ? forwarded : host
    if (usesForwarded === undefined && forwarded && headerHost(forwarded) !== 'as asked') return 'unknown'
    return used ? headerHost(used) : 'unknown'
  }
  return 'unknown'
}

/** The names of files that are included directly in a block and are not here. */
const unreadIncludes = (block: PlacedDirective, configuration: Configuration): string[] =>
  directivesNamed(configuration, 'include')
    .filter((each) => each.parent === block && each.presence !== 'absent' && !block.children.some((child) => child.includedBy.includes(each)))
    .map((each) => basename(each.args[0]?.value ?? ''))
    // What these stock files hold is known: nothing of the proxy's headers.
    .filter((name) => !/^(uwsgi_params|fastcgi_params|fastcgi\.conf|scgi_params|mime\.types|options-ssl-nginx\.conf|ssl-params\.conf)$/.test(name))

const isNamed = (directive: PlacedDirective, header: string): boolean => directive.args[0]?.known === true && directive.args[0].value.toLowerCase() === header

function headerHost(directive: PlacedDirective): ReachedHost | 'as asked' | 'unknown' {
  const argument = directive.args[1]
  if (!argument?.known) return 'unknown'
  const value = argument.value.replace(/:(\$server_port|\$proxy_port|\d+)$/, '')
  if (/^\$(host|http_host|\{host\}|\{http_host\})$/.test(value)) return 'as asked'
  if (value === '$server_name') return { name: value, directive, argument: { ...argument, value }, header: true }
  return value.includes('$') || value === '' ? 'unknown' : { name: value, directive, argument, header: true }
}

/** uWSGI, FastCGI and SCGI get all headers of the request. */
function gatewayHost(application: Application): ReachedHost | 'as asked' | 'unknown' {
  const param = application.directive.name.replace('_pass', '_param')
  for (let at = application.directive.parent; at; at = at.parent) {
    const own = at.children.filter((each) => each.name === param)
    if (own.length > 0) return own.some((each) => /^HTTP_(HOST|X_FORWARDED_HOST)$/.test(each.args[0]?.value ?? '')) ? 'unknown' : 'as asked'
  }
  return 'as asked'
}

// Apache

function hostsOfApache(application: Application, configuration: Configuration): ReachedHost[] {
  const { host } = application
  const hosts = directivesNamed(configuration, 'virtualhost').filter((each) => each.presence !== 'absent')
  // Virtual hosts inherit what stands in the main server: which of them answer for what is not followed.
  if (!host && (hosts.length > 0 || !configuration.whole)) return []
  const inForce = configuration.all.filter(
    (each) => each.presence !== 'absent' && (host === undefined || isWithin(each, host) || !enclosing(each, 'virtualhost')),
  )
  if (inForce.some(mayTellHosts)) return []
  if (application.kind === 'proxied' && !preservesHost(application, inForce)) return []
  return inForce
    .filter((each) => (each.name === 'servername' || each.name === 'serveralias') && each.presence === 'present' && each.parent === host)
    .flatMap((directive) => directive.args.flatMap((argument) => nameOfApache(directive, argument)))
}

const isWithin = (directive: PlacedDirective, section: PlacedDirective): boolean => {
  for (let at: PlacedDirective | undefined = directive; at; at = at.parent) if (at === section) return true
  return false
}

function nameOfApache(directive: PlacedDirective, argument: Argument): ReachedHost[] {
  if (!argument.known) return []
  const name = directive.name === 'servername' ? argument.value.replace(/^[a-z]+:\/\//i, '').replace(/:\d*$/, '') : argument.value
  // What cannot be a name is a mistake of its own: see apache/server-name-never-matches.
  return /[/:,?]/.test(name) || /\*(?!\.)|.\*/.test(name) ? [] : [{ name, directive, argument, header: false }]
}

/** Directives that may keep some hosts away, or give another host on. */
function mayTellHosts(directive: PlacedDirective): boolean {
  const text = directive.args.map((each) => each.value).join(' ')
  switch (directive.name) {
    case 'redirect':
    case 'redirectpermanent':
    case 'redirecttemp':
      return directive.args.some((each) => each.value === '/')
    case 'redirectmatch':
    case 'if':
    case 'elseif':
    case 'else':
    case 'use':
      return true
    case 'rewritecond':
      return /HTTP_HOST|SERVER_NAME|HTTP:host/i.test(text)
    case 'rewriterule':
      return /^(\^|\.\*|\^?\/?\(?\.[*+]\)?\$?|\^\/?|\/)$/.test(directive.args[0]?.value ?? '') && /\b(R|redirect|F|G|P)\b/i.test(directive.args[2]?.value ?? '')
    case 'requestheader':
      return /^(?!X-Forwarded-(Proto|For|Port|Ssl)$)(Host|X-Forwarded-Host)$/i.test(directive.args[1]?.value ?? '')
    case 'require':
      return /HTTP_HOST|SERVER_NAME/i.test(text)
    default:
      return false
  }
}

/** Whether the host that was asked for is what Django looks at behind `ProxyPass`. */
function preservesHost(application: Application, inForce: readonly PlacedDirective[]): boolean {
  const own = inForce.filter((each) => each.name === 'proxypreservehost')
  if (own.some((each) => each.presence !== 'present')) return false
  const last = own.findLast((each) => each.parent === application.directive.parent) ?? own.findLast((each) => each.parent === application.host) ?? own.at(-1)
  if (last?.args[0]?.value.toLowerCase() === 'on') return true
  // mod_proxy puts the host that was asked for into X-Forwarded-Host, unless `ProxyAddHeaders Off`.
  const forwarded = application.settings && truthOf(application.settings.get('USE_X_FORWARDED_HOST')) === true
  return forwarded === true && !inForce.some((each) => each.name === 'proxyaddheaders')
}

/** Whether Django looks at the host of every request: CommonMiddleware does. */
export function checksEveryHost(application: Application): boolean {
  const { settings } = application
  if (settings?.state !== 'read') return false
  const list = settings.get('MIDDLEWARE')
  if (list.state !== 'known' || !('items' in list.value)) return false
  return list.value.items.some((item) => knownText(item) === 'django.middleware.common.CommonMiddleware')
}
