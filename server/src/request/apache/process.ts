import { fixupRedirect, translateAlias } from './alias.ts'
import { checkAccess } from './authorization.ts'
import { escapeUri, folderOf, joinPath, lowerCase, normalizePath, unescapeUrl } from './bytes.ts'
import { encodedSlashesOf, errorDocumentOf, optionsOf } from './core.ts'
import { entriesNamed, isOn, lastEntry, sameConfig, word, words } from './dir-config.ts'
import { fixupDirectory } from './directory.ts'
import { beginning, type Exchange, isErrorStatus, isRedirectStatus, note, type Verdict } from './exchange.ts'
import { evaluateText, expandText, parseText } from './expression.ts'
import { Endless } from './files.ts'
import { allowHeader, invokeHandler } from './handlers.ts'
import { addExpiry, changeRequestHeaders, changeRequestHeadersEarly, changeResponseHeaders, contentTypeOf } from './headers.ts'
import { findType } from './mime.ts'
import { negotiate } from './negotiation.ts'
import { isRegistered, readTarget } from './protocol.ts'
import { canonicalizeProxy, mapProxy, translateProxy } from './proxy.ts'
import { setRemoteAddress } from './remote-ip.ts'
import { translateToDocumentRoot } from './request-facts.ts'
import { fixupForcedType, fixupRewrite, translateRewrite } from './rewrite.ts'
import { mergePath } from './sections.ts'
import { serverEntry } from './servers.ts'
import { setFolderEnvironment, setServerEnvironment } from './setenvif.ts'
import { overlaid, Table } from './table.ts'
import { translateUserFolder } from './user-folder.ts'
import { translateVirtualRoot } from './virtual-root.ts'
import { atDefaults, directoryWalk, fileWalk, walkLocationAndIf } from './walks.ts'
import { translateWsgi } from './wsgi.ts'

/** The hooks behind the reading of a request (`ap_post_read_request`). */
export function postRead(r: Exchange): Verdict {
  setRemoteAddress(r)
  changeRequestHeadersEarly(r)
  const forwards = isOn(serverEntry(r.server, 'proxyrequests')) === true && r.world.has('proxy_module')
  if (forwards && r.scheme !== undefined && !r.world.isOwnUrl(r)) {
    r.proxy = 'forward'
    r.uri = r.unparsedUri
    r.filename = `proxy:${r.uri}`
    r.handler = 'proxy-server'
  }
  setServerEnvironment(r)
  if (r.proxy === 'none' && r.scheme !== undefined && !/^https?$/i.test(r.scheme)) return 400
  return 'ok'
}

/** `ap_process_request_internal`: from a URL to what will make the answer. */
function processRequest(r: Exchange): Verdict {
  const ofFile = r.main !== undefined && r.filename !== undefined
  const normalization = { notAboveRoot: true, mergeSlashes: r.world.mergesSlashes(r), allowRelative: ofFile }
  if (r.hasPath) {
    const { path, ok } = normalizePath(r.uri, { ...normalization, decodeUnreserved: true })
    r.uri = path
    if (!ok) {
      note(r, 'read', 'decided', `${r.unparsedUri} is no path that may be asked for: 400`)
      return 400
    }
  }
  let isDone = false
  if (!ofFile) {
    const before = r.dir
    walkLocationAndIf(r, true)
    const early = translateProxy(r, true)
    if (isErrorStatus(early) && early >= 400) return early
    isDone = early === 'done'
    r.dir = before
  }
  if (!isDone && r.hasPath) {
    const slashes = encodedSlashesOf(r.dir)
    const { text, status } = unescapeUrl(r.uri, { keepUnreserved: true, forbidSlashes: slashes === 'refused', keepSlashes: slashes === 'kept' })
    r.uri = text
    if (status !== 0) {
      const at = lastEntry(r.dir, 'allowencodedslashes')?.directive
      note(
        r,
        'read',
        'decided',
        status === 404 ? `${r.unparsedUri} has an escaped slash or NUL in it: 404` : `${r.unparsedUri} has a broken escape in it: 400`,
        at,
      )
      return status
    }
    if (slashes === 'decoded') r.uri = normalizePath(r.uri, normalization).path
  }
  if (!ofFile) {
    walkLocationAndIf(r, true)
    const verdict = translate(r)
    if (verdict !== 'ok') return verdict === 'declined' ? 500 : verdict
    r.isMapped = true
  }
  r.dir = atDefaults(r)
  const mapped = mapToStorage(r)
  if (mapped !== 'ok') return mapped
  walkLocationAndIf(r)
  if (!r.main) setFolderEnvironment(r)
  const before = r.prev ?? r.main
  if (before && isSameAccess(r, before)) {
    r.user = before.user
    r.authType = before.authType
  } else {
    const access = checkAccess(r)
    if (access !== 'ok') return access
  }
  return typeAndFixups(r)
}

/** Where nothing has changed, nobody is asked again. */
function isSameAccess(r: Exchange, before: Exchange): boolean {
  if (!sameConfig(r.dir, before.dir)) return false
  const onlyFolders = r.dir.sections.every(({ kind }) => kind === 'server' || kind === 'directory' || kind === 'htaccess')
  // mod_allowmethods and mod_wsgi have checks that do not depend on the configuration alone.
  const mayDiffer = r.world.has('allowmethods_module') || r.world.has('wsgi_module')
  return !mayDiffer || (onlyFolders && folderOf(r.filename ?? '') === folderOf(before.filename ?? ''))
}

function translate(r: Exchange): Verdict {
  const proxied = (): Verdict => (r.proxy !== 'none' ? 'ok' : translateProxy(r, false))
  for (const hook of [translateRewrite, proxied, translateAlias, translateWsgi, translateVirtualRoot, translateUserFolder, translateToDocumentRoot]) {
    const verdict = hook(r)
    if (verdict !== 'declined') return verdict
  }
  return 'declined'
}

function mapToStorage(r: Exchange): Verdict {
  const proxied = mapProxy(r)
  if (proxied !== 'declined') return proxied
  if (r.method === 'TRACE') {
    const entry = serverEntry(r.server, 'traceenable')
    const value = entry ? lowerCase(word(entry.directive, 0)) : 'on'
    if (value === 'off') {
      note(r, 'map', 'decided', 'TraceEnable is off: 405', entry?.directive)
      return 405
    }
    if (value !== 'extended' && (r.headersIn.has('Transfer-Encoding') || Number(r.headersIn.get('Content-Length') ?? 0) > 0)) return 413
    r.contentType = 'message/http'
    note(r, 'map', 'decided', 'the request is sent back', entry?.directive)
    return 'done'
  }
  if (r.method === 'OPTIONS' && r.uri === '*') {
    note(r, 'map', 'decided', 'OPTIONS * asks nothing of any file')
    return 'done'
  }
  const walked = directoryWalk(r)
  if (walked !== 'ok') return walked
  fileWalk(r)
  return 'ok'
}

function typeAndFixups(r: Exchange): Verdict {
  const negotiated = negotiate(r)
  if (isErrorStatus(negotiated)) return negotiated
  if (negotiated === 'declined' && r.world.has('mime_module')) findType(r)
  const overridden = overrideType(r)
  if (overridden !== 'ok') return overridden
  for (const hook of [fixupRewrite, canonicalizeProxy, fixupRedirect]) {
    const verdict = hook(r)
    if (isErrorStatus(verdict)) return verdict
  }
  setPlainEnvironment(r)
  const directory = fixupDirectory(r)
  if (isErrorStatus(directory)) return directory
  fixupForcedType(r)
  changeRequestHeaders(r)
  return 'ok'
}

/** `core_override_type` */
function overrideType(r: Exchange): Verdict {
  const type = lastEntry(r.dir, 'forcetype')
  const forced = type && lowerCase(word(type.directive, 0))
  if (type && forced !== 'none') {
    r.contentType = forced
    r.isTypeTrusted = true
    note(r, 'type', 'passed', `ForceType: ${forced}`, type.directive)
  }
  const handlers = entriesNamed(r.dir, 'sethandler')
  const isExpression = (text: string): boolean => text.startsWith('expr=')
  const entry = handlers.findLast(({ directive }) => isExpression(word(directive, 0))) ?? handlers.at(-1)
  if (entry) {
    const written = word(entry.directive, 0)
    let handler = written
    if (isExpression(written)) {
      const expression = parseText(entry.directive.args[0]?.value.slice(5) ?? '')
      handler = expression ? evaluateText(r, expression) : ''
    }
    if (!handler.startsWith('proxy:unix')) handler = lowerCase(handler)
    if (handler !== 'none') {
      r.handler = handler
      note(r, 'type', 'passed', `SetHandler: ${handler}`, entry.directive)
    }
  }
  const accepts = lastEntry(r.dir, 'acceptpathinfo')
  const value = accepts && lowerCase(word(accepts.directive, 0))
  if (r.usedPathInfo === 'default' && value) r.usedPathInfo = value === 'on' ? 'accept' : value === 'off' ? 'reject' : 'default'
  return 'ok'
}

/** `mod_env` */
function setPlainEnvironment(r: Exchange): void {
  if (!r.world.has('env_module')) return
  for (const { directive } of entriesNamed(r.dir, 'setenv', 'unsetenv')) {
    const [name = '', value = ''] = words(directive)
    if (directive.name === 'setenv') r.env.set(name, value)
    else for (const each of words(directive)) r.env.unset(each)
  }
}

/** A request that is answered to its end: what is wrong becomes an error page (`ap_process_async_request`). */
export function run(r: Exchange): void {
  let verdict = processRequest(r)
  if (verdict === 'ok') verdict = invokeHandler(r)
  die(r, verdict, 200)
}

/** `ap_die_r`: ends a request with a status, with an error page where one is said. */
export function die(r: Exchange, verdict: Verdict, recursive: number): void {
  if (verdict === 'ok' || verdict === 'done') {
    if (!r.world.answered) finish(r, false)
    return
  }
  const status = verdict === 'declined' ? 500 : verdict
  let first = r
  let page = undefined as ReturnType<typeof errorDocumentOf>
  if (recursive !== 200) while (first.prev && first.prev.status !== 200) first = first.prev
  else page = errorDocumentOf(r.dir, status)
  r.status = status
  if (page && page.kind !== 'text') {
    const target = expandText(r, page.directive.args[1]?.value ?? '')
    if (page.kind === 'url') {
      r.status = 302
      r.headersOut.set('Location', target)
      note(r, 'error', 'decided', `the page for ${status} is elsewhere: 302 to ${target}`, page.directive)
    } else if (target.startsWith('/')) {
      note(r, 'error', 'decided', `${target} is the page for ${status}`, page.directive)
      r.env.set('REQUEST_METHOD', r.method)
      const { method } = r
      r.method = 'GET'
      redirectInternally(r, target)
      r.method = method
      return
    }
  } else if (page) note(r, 'error', 'decided', `a text is the page for ${status}`, page.directive)
  if (recursive !== 200 && first !== r)
    note(r, 'error', 'decided', `the error page itself is answered with ${status}: Apache's own page for ${first.status} is sent`)
  sendError(first)
}

/** `ap_send_error_response` */
function sendError(r: Exchange): void {
  const location = r.headersOut.get('Location') ?? r.errHeadersOut.get('Location')
  r.headersOut = r.errHeadersOut
  r.errHeadersOut = new Table()
  if (isRedirectStatus(r.status) && location !== undefined && location !== '') r.headersOut.set('Location', location)
  r.contentLanguages = []
  r.contentEncoding = undefined
  r.contentType = r.env.has('suppress-error-charset') ? 'text/html' : 'text/html; charset=iso-8859-1'
  if (r.status === 405 || r.status === 501) r.headersOut.set('Allow', allowHeader(r))
  finish(r, true)
}

/** The answer as it is sent. */
function finish(r: Exchange, isErrorPage: boolean): void {
  addExpiry(r)
  changeResponseHeaders(r, isErrorPage)
  r.headersOut = overlaid(r.errHeadersOut, r.headersOut)
  r.errHeadersOut = new Table()
  const vary = r.headersOut.all('Vary')
  if (vary.length > 0) r.headersOut.set('Vary', withoutRepeats(vary))
  const isBare = r.status === 204 || r.status === 304
  const type = isBare ? undefined : contentTypeOf(r)
  if (type !== undefined) r.headersOut.set('Content-Type', type)
  if (r.contentEncoding !== undefined && !isBare) r.headersOut.set('Content-Encoding', r.contentEncoding)
  if (r.contentLanguages.length > 0 && !isBare) r.headersOut.set('Content-Language', r.contentLanguages.join(', '))
  r.world.answered = r
}

/** `fixup_vary` */
function withoutRepeats(values: readonly string[]): string {
  const names = values.flatMap((value) => value.split(/[\s,]+/)).filter((name) => name !== '')
  return names.filter((name, i) => names.findIndex((each) => lowerCase(each) === lowerCase(name)) === i).join(',')
}

/** The limit of redirects within a request (`ap_is_recursion_limit_exceeded`). */
function isTooDeep(r: Exchange): boolean {
  const entry = serverEntry(r.server, 'limitinternalrecursion')
  const [redirects = 10, lookups = redirects] = entry ? words(entry.directive).map(Number) : []
  let redirected = 0
  let looked = 0
  let top: Exchange = r
  while (top.prev || top.main) {
    if (top.prev) {
      if (++redirected >= redirects) return true
      top = top.prev
    }
    if (!top.prev && top.main) {
      if (++looked >= lookups) return true
      top = top.main
    }
  }
  return false
}

/** `ap_internal_redirect` */
export function redirectInternally(r: Exchange, uri: string): void {
  if (isTooDeep(r)) {
    note(r, 'error', 'decided', 'begun anew too often: 500', serverEntry(r.server, 'limitinternalrecursion')?.directive)
    die(r, 500, r.status)
    return
  }
  const next = child(r, { prev: r, main: r.main })
  r.next = next
  readTarget(next, uri)
  next.hostname = r.hostname
  next.hostPort = r.hostPort
  if (isRedirectStatus(r.status)) {
    const location = r.headersOut.get('Location')
    if (location !== undefined) next.headersOut.set('Location', location)
  }
  const vary = r.notes.has('redirect-keeps-vary') ? r.headersOut.get('Vary') : undefined
  if (vary !== undefined) next.headersOut.set('Vary', vary)
  next.errHeadersOut = r.errHeadersOut
  next.env = new Table(r.env.entries.map(([name, value]): [string, string] => [`REDIRECT_${name}`, value]))
  next.env.set('REDIRECT_STATUS', String(r.status))
  next.status = r.status
  const verdict = postRead(next)
  if (verdict !== 'ok') {
    die(next, verdict, next.status)
    return
  }
  let result = processRequest(next)
  if (result === 'ok') result = invokeHandler(next)
  die(next, result, next.status)
}

/** A request made of another. */
function child(r: Exchange, { prev, main }: { prev: Exchange | undefined; main: Exchange | undefined }): Exchange {
  return {
    // What was asked for is forgotten, the port too.
    ...beginning(),
    world: r.world,
    prev,
    main,
    server: r.server,
    method: r.method,
    isForeignMethod: r.isForeignMethod,
    isHead: r.isHead,
    protocol: r.protocol,
    version: r.version,
    theRequest: r.theRequest,
    unparsedUri: '',
    uri: '',
    hostname: r.hostname,
    headersIn: r.headersIn,
    env: r.env.copy(),
    dir: atDefaults(r),
    allowed: new Set(r.allowed),
    clientAddress: r.clientAddress,
    // A lookup does not know that it was said to be enough.
    ended: prev ? r.ended : { rewriting: false },
  }
}

/** `make_sub_request` */
function lookup(r: Exchange): Exchange {
  const made = child(r, { prev: undefined, main: r })
  made.method = 'GET'
  made.protocol = 'INCLUDED'
  made.isForeignMethod = !isRegistered(r, 'GET')
  // What only a conversation with the client has no part in it.
  made.headersIn = r.headersIn.copy()
  return made
}

/** `ap_sub_req_lookup_uri` */
export function lookUpUri(r: Exchange, uri: string): Exchange {
  const made = lookup(r)
  readTarget(made, uri.startsWith('/') ? uri : joinPath(escapeUri(folderOf(r.uri)), uri))
  made.hostname = r.hostname
  return settle(r, made)
}

/** `ap_sub_req_lookup_file` */
export function lookUpFile(r: Exchange, path: string): Exchange {
  const made = lookup(r)
  const folder = folderOf(r.filename ?? '/')
  const filename = mergePath(folder, path)
  const name = filename.slice(folder.length)
  if (filename.startsWith(folder) && name !== '' && !name.includes('/')) {
    readTarget(made, r.uri === '' ? path : joinPath(folderOf(r.uri), name))
    if (r.uri === '') made.uri = ''
  } else {
    readTarget(made, path)
    made.uri = ''
    made.hasPath = false
  }
  made.hostname = r.hostname
  made.filename = filename
  return settle(r, made)
}

/** `ap_sub_req_lookup_dirent`, for a file's name. */
export function lookUpEntry(r: Exchange, name: string): Exchange {
  const made = lookup(r)
  const folder = folderOf(r.filename ?? '/')
  const pathInfo = r.pathInfo
  const base = pathInfo !== '' && r.uri.endsWith(pathInfo) ? r.uri.slice(0, -pathInfo.length) : r.uri
  let uri = joinPath(folderOf(base), name)
  if (pathInfo !== '') {
    uri = joinPath(uri, pathInfo.replace(/^\//, ''))
    made.pathInfo = pathInfo
  }
  readTarget(made, escapeUri(uri) + (r.args ? `?${r.args}` : ''))
  made.hostname = r.hostname
  made.filename = joinPath(folder, name)
  const link = r.world.files.lstat(made.filename)
  const options = optionsOf(r.dir)
  if (link.kind === 'link' && !options.has('symlinks') && !options.has('symlinks-if-owner')) {
    made.status = 403
    return made
  }
  return settle(r, made)
}

/** A condition that asks for a URL, in which it holds again, asks for a number of lookups that grows with each level. */
const mostLookups = 5000

function settle(r: Exchange, made: Exchange): Exchange {
  if (isTooDeep(r)) {
    made.status = 500
    return made
  }
  if (++r.world.lookups > mostLookups) throw new Endless('lookups that ask for further lookups without end')
  // The steps of a lookup are told by what asked for it.
  const steps = r.world.steps.length
  const verdict = processRequest(made)
  r.world.steps.length = steps
  if (verdict !== 'ok') made.status = verdict === 'done' ? 200 : verdict === 'declined' ? 500 : verdict
  return made
}

/** `ap_internal_fast_redirect` */
export function becomeLookup(r: Exchange, made: Exchange): void {
  r.proxy = made.proxy
  r.uri = made.uri
  r.filename = made.filename
  r.pathInfo = made.pathInfo
  r.args = made.args
  r.file = made.file
  r.isMapped = made.isMapped
  r.wanted = made.wanted
  r.handler = made.handler
  r.contentType = made.contentType
  r.isTypeTrusted = made.isTypeTrusted
  r.contentEncoding = made.contentEncoding
  r.contentLanguages = made.contentLanguages
  r.dir = made.dir
  r.notes = overlaid(made.notes, r.notes)
  r.headersOut = overlaid(made.headersOut, r.headersOut)
  r.errHeadersOut = overlaid(made.errHeadersOut, r.errHeadersOut)
  r.env = overlaid(made.env, r.env)
}
