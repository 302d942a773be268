import { type WsgiOption, wsgiOptions } from '../../application/wsgi-process.ts'
import type { PlacedDirective } from '../../configuration/placed.ts'
import { basename, dirname, isInside, relativeTo } from '../../workspace/path.ts'
import type { Ledger } from '../ledger.ts'
import type { Handler } from './handlers.ts'
import { type Host, known, type Scope, serverSettings, word, words } from './host.ts'
import { block, type Line, simple } from './text.ts'

/** What one location needs to hand requests on, and blocks for the level of `http`. */
export interface Passing {
  readonly lines: readonly Line[]
  readonly upstreams: readonly Line[]
}

/** A `ProxyPass` for one prefix of the URL. */
export function proxyLines(host: Host, handler: Extract<Handler, { kind: 'proxy' }>, url: string, scopes: readonly Scope[], ledger: Ledger): Passing {
  const { directive, options } = handler
  const unix = /^unix:([^|]+)\|(\w+):\/\/[^/]*(\/.*)?$/.exec(handler.target)
  const parts = /^(\w+):\/\/([^/]+)(\/.*)?$/.exec(handler.target)
  const scheme = (unix?.[2] ?? parts?.[1] ?? '').toLowerCase()
  const path = (unix ? unix[3] : parts?.[3]) ?? ''
  const authority = unix ? `unix:${unix[1]}` : (parts?.[2] ?? '')
  const isSocket = scheme === 'ws' || scheme === 'wss' || options.some((each) => /^upgrade=/i.test(each))
  const upstreams: Line[] = []
  if (scheme === 'uwsgi' || scheme === 'fcgi' || scheme === 'scgi') {
    ledger.differs(
      directive,
      `nginx sends the whole path: where it is not "/", the application gets its mount point by ${scheme === 'uwsgi' ? 'uwsgi_param' : 'fastcgi_param'} SCRIPT_NAME.`,
    )
    const name = scheme === 'fcgi' ? 'fastcgi' : scheme
    return { lines: [simple('include', `${name}_params`), simple(`${name}_pass`, authority)], upstreams }
  }
  if (!['http', 'https', 'ws', 'wss', 'balancer'].includes(scheme) || !known(directive) || handler.target.includes('$')) {
    ledger.left(directive, `nginx has no proxy for "${handler.target}"; the location answers with 501 until that is written by hand.`)
    return { lines: [simple('return', '501')], upstreams }
  }
  let origin = `${scheme === 'ws' || scheme === 'balancer' ? 'http' : scheme === 'wss' ? 'https' : scheme}://${authority}`
  if (scheme === 'balancer') {
    const made = upstreamOf(host, authority, ledger)
    if (!made) {
      ledger.left(directive, 'The members of its balancer are not known; the location answers with 501 until that is written by hand.')
      return { lines: [simple('return', '501')], upstreams }
    }
    upstreams.push(made)
    origin = `http://${authority}`
  }
  ledger.done(directive)
  const all = scopes.flatMap(({ directives }) => directives)
  const last = (name: string): PlacedDirective | undefined => all.findLast((each) => each.name === name)
  const isOn = (name: string, fallback: boolean): boolean => {
    const found = last(name)
    return found ? /^on$/i.test(word(found, 0)) : fallback
  }
  // What is sent on as it came is sent without a path.
  const isSame = path === url || (path === '' && url === '/')
  const target = isSame ? origin : unix ? `${origin}:${path}` : `${origin}${path}`
  const lines: Line[] = [simple('proxy_pass', target), simple('proxy_http_version', '1.1')]
  if (isSocket) lines.push(simple('proxy_set_header', 'Upgrade', '$http_upgrade'), simple('proxy_set_header', 'Connection', 'upgrade'))
  else lines.push(simple('proxy_set_header', 'Connection', ''))
  if (isOn('proxypreservehost', false)) lines.push(simple('proxy_set_header', 'Host', '$http_host'))
  else if (scheme === 'balancer')
    ledger.differs(directive, 'Apache sends the name of the member as Host, nginx that of the upstream: say proxy_set_header Host where it matters.')
  if (isOn('proxyaddheaders', true))
    lines.push(
      simple('proxy_set_header', 'X-Forwarded-For', '$proxy_add_x_forwarded_for'),
      simple('proxy_set_header', 'X-Forwarded-Host', '$http_host'),
      simple('proxy_set_header', 'X-Forwarded-Server', '$server_name'),
    )
  const timeout =
    options.find((each) => /^timeout=\d+$/i.test(each))?.split('=')[1] ?? (last('proxytimeout') ? word(last('proxytimeout') as PlacedDirective, 0) : undefined)
  if (timeout !== undefined) lines.push(simple('proxy_read_timeout', `${timeout}s`), simple('proxy_send_timeout', `${timeout}s`))
  const strange = options.filter(
    (each) => !/^(?:timeout|retry|keepalive|upgrade|connectiontimeout|nocanon|disablereuse|enablereuse|acquire|max|min|smax|ttl|flushpackets)\b/i.test(each),
  )
  if (strange.length > 0) ledger.differs(directive, `${strange.join(', ')}: nginx has no such parameter of a proxy.`)
  lines.push(...reverseLines(host, handler, origin, path, url, isSame, all, ledger))
  if (scheme === 'https' || scheme === 'wss') lines.push(simple('proxy_ssl_server_name', 'on'))
  ledger.done(...all.filter((each) => settled.has(each.name)))
  return { lines, upstreams }
}

const settled: ReadonlySet<string> = new Set([
  'proxypreservehost',
  'proxyaddheaders',
  'proxytimeout',
  'proxyrequests',
  'sslproxyengine',
  'proxyvia',
  'proxyreceivebuffersize',
  'proxyiobuffersize',
])

function reverseLines(
  host: Host,
  { target, prefix }: Extract<Handler, { kind: 'proxy' }>,
  origin: string,
  path: string,
  url: string,
  isSame: boolean,
  all: readonly PlacedDirective[],
  ledger: Ledger,
): Line[] {
  const lines: Line[] = []
  const within = (args: readonly string[]): readonly string[] => (args.length === 1 ? [prefix, ...args] : args)
  const reverses = [...all, ...serverSettings(host)].filter((each) => each.name === 'proxypassreverse')
  const rows = reverses.map((each) => ({ each, args: within(words(each)) }))
  ledger.done(...reverses)
  const own = rows.filter(({ args }) => url.startsWith(args[0] ?? '/'))
  // The server's own rewriting of Location is what ProxyPassReverse of the same pair says.
  const isOwn = own.some(
    ({ args: [from = '', to = ''] }) => from === prefix && (target === to || target === `${to}` || target.startsWith(to.replace(/\/$/, ''))),
  )
  if (own.length === 0) lines.push(simple('proxy_redirect', 'off'))
  else if (!isOwn || isSame) for (const { args } of own) lines.push(simple('proxy_redirect', args[1] ?? '', args[0] ?? '/'))
  void origin
  void path
  for (const each of all.filter(({ name }) => name === 'proxypassreversecookiepath' || name === 'proxypassreversecookiedomain')) {
    ledger.done(each)
    lines.push(simple(each.name === 'proxypassreversecookiepath' ? 'proxy_cookie_path' : 'proxy_cookie_domain', word(each, 0), word(each, 1)))
  }
  return lines
}

/** `<Proxy balancer://name>` as an `upstream`. */
function upstreamOf(host: Host, name: string, ledger: Ledger): Line | undefined {
  const section = serverSettings(host, 'proxy').find((each) => word(each, 0).replace(/\/$/, '') === `balancer://${name}`)
  if (!section) return undefined
  const members: Line[] = []
  for (const each of section.children) {
    if (each.name === 'balancermember' && known(each)) {
      const [url = '', ...parameters] = words(each)
      const address = /^(?:http|ws)s?:\/\/([^/]+)\/?$/.exec(url)?.[1]
      if (address === undefined) return undefined
      const weight = parameters.find((one) => /^loadfactor=\d+$/i.test(one))?.split('=')[1]
      const isSpare = parameters.some((one) => /^status=\+?h/i.test(one))
      const strange = parameters.filter((one) => !/^(?:loadfactor|status=\+?h|retry|timeout|keepalive|ping)/i.test(one))
      if (strange.length > 0) ledger.differs(each, `${strange.join(', ')}: nginx’s server in an upstream has no such parameter.`)
      else ledger.done(each)
      members.push(simple('server', address, ...(weight === undefined ? [] : [`weight=${weight}`]), ...(isSpare ? ['backup'] : [])))
    } else if (each.name === 'proxyset') {
      if (words(each).every((one) => /^lbmethod=byrequests$/i.test(one))) ledger.done(each)
      else ledger.left(each, 'Choose nginx’s method of balancing by hand: least_conn, ip_hash or hash.')
    }
  }
  ledger.done(section)
  return members.length === 0 ? undefined : block(['upstream', name], members)
}

/** A WSGI application: it runs by itself behind a socket, and a remark names the command that starts it. */
export function wsgiLines(host: Host, handler: Extract<Handler, { kind: 'wsgi' }>, scopes: readonly Scope[], ledger: Ledger): readonly Line[] {
  const { directive, script, prefix } = handler
  const all = scopes.flatMap(({ directives }) => directives)
  const group =
    wsgiOptions(directive, 2).find((each) => each.name === 'process-group')?.value ??
    (lastOf(all, 'wsgiprocessgroup') && word(lastOf(all, 'wsgiprocessgroup') as PlacedDirective, 0))
  const daemon = serverSettings(host, 'wsgidaemonprocess').find((each) => word(each, 0) === group)
  const options = daemon ? wsgiOptions(daemon, 1) : []
  const name = /^[\w.-]+$/.test(group ?? '') ? (group ?? '') : basename(dirname(dirname(script))) || 'application'
  const socket = `/run/${name}/${name}.sock`
  const said = commandOf(script, prefix, options, lastOf([...host.main, ...host.own], 'wsgipythonhome', 'wsgipythonpath'), socket)
  if (known(directive)) ledger.differs(directive, `nginx runs no Python: start the application by itself, as the user of the daemon process, with: ${said}`)
  else ledger.left(directive, 'The path of its script is not known.')
  if (daemon) ledger.kept(daemon, `What it says of processes, threads and paths is in the command of the application: ${said}`)
  ledger.done(...all.filter((each) => each.name.startsWith('wsgi') && each !== directive))
  return [
    simple('proxy_pass', `http://unix:${socket}`),
    simple('proxy_set_header', 'Host', '$http_host'),
    simple('proxy_set_header', 'X-Forwarded-For', '$proxy_add_x_forwarded_for'),
    simple('proxy_set_header', 'X-Forwarded-Proto', '$scheme'),
    simple('proxy_redirect', 'off'),
  ]
}

const lastOf = (all: readonly PlacedDirective[], ...names: readonly string[]): PlacedDirective | undefined => all.findLast((each) => names.includes(each.name))

/** The command that runs a WSGI script by gunicorn as mod_wsgi ran it, and what it needs before. */
function commandOf(script: string, prefix: string, options: readonly WsgiOption[], home: PlacedDirective | undefined, socket: string): string {
  const option = (...names: readonly string[]): string | undefined => options.find((each) => names.includes(each.name))?.value
  const paths = (option('python-path') ?? (home?.name === 'wsgipythonpath' ? word(home, 0) : '')).split(':').filter((each) => each.startsWith('/'))
  const python = option('python-home') ?? (home?.name === 'wsgipythonhome' ? word(home, 0) : undefined)
  // A folder with a dot in its name is no package.
  const isPackage = (path: string): boolean => isInside(script, path) && !dirname(relativeTo(script, path)).includes('.')
  const root = paths.map((each) => each.replace(/(.)\/$/, '$1')).find(isPackage) ?? dirname(script)
  const isModule = script.endsWith('.py')
  const importable = isModule
    ? script
    : `${dirname(script)}/${basename(script)
        .replace(/\.[^.]*$/, '')
        .replaceAll('.', '_')}_wsgi.py`
  const module = relativeTo(importable, root).replace(/\.py$/, '').replaceAll('/', '.')
  const folder = option('home') ?? root
  const more = [...new Set([...paths, root])].filter((each) => each !== folder)
  const words = [
    python === undefined ? 'gunicorn' : `${python.replace(/\/$/, '')}/bin/gunicorn`,
    '--workers',
    option('processes') ?? '1',
    '--threads',
    option('threads') ?? '15',
    '--bind',
    `unix:${socket}`,
    '--chdir',
    folder,
    ...(more.length === 0 ? [] : ['--pythonpath', more.join(',')]),
    ...(prefix === '/' ? [] : ['--env', `SCRIPT_NAME=${prefix.replace(/\/$/, '')}`]),
    `${module}:application`,
  ]
  const before = isModule ? '' : `; before that, as Python imports files with the ending .py only: ln -s ${script} ${importable}`
  return `${words.join(' ')} (the folder ${dirname(socket)} must be there: RuntimeDirectory=${basename(dirname(socket))} in its systemd unit)${before}`
}

/** PHP by FastCGI: where the scripts of a `<FilesMatch>` go. */
export function phpAddress(handler: string): string | undefined {
  const unix = /^proxy:unix:([^|]+)\|fcgi:/i.exec(handler)?.[1]
  return unix === undefined ? /^proxy:fcgi:\/\/([^/]+)/i.exec(handler)?.[1] : `unix:${unix}`
}
