import { parseOffset } from '../../catalog/nginx/values.ts'
import { ownOf } from '../../site/nginx/blocks.ts'
import { applyRealIp, checkAccess } from './access.ts'
import { type Action, contentPhase, tryFiles } from './content.ts'
import { findLocation, namedLocation, shown } from './locations.ts'
import { otherPass, proxyPass } from './proxy.ts'
import { sendHeader, specialResponse } from './respond.ts'
import { isRedirect, rewritePhase } from './rewrite.ts'
import { declined, note, type Run } from './run.ts'
import { argumentsOf, ownDirective, type Scope, valueIn } from './settings.ts'
import { startRun } from './start.ts'
import { contentTypeOf } from './types.ts'
import { escapeUri } from './uri.ts'

/** Takes a request that was read through nginx's phases to its answer. */
export function handle(run: Run): void {
  if (!run.internal) applyRealIp(run)
  run.validLocation = true
  finish(run, serverPhases(run))
}

/** Answers with an error before any phase: a request that is refused as it is read. */
export const refuse = (run: Run, status: number): void => finish(run, status)

/** Redirections and error pages follow each other until something is sent. */
function finish(run: Run, first: Action): void {
  let action = first
  for (;;) {
    if (typeof action === 'number') {
      const ended = finalize(run, action)
      if (ended === undefined) return
      action = ended
    } else if (action.type === 'send') {
      sendHeader(run)
      return
    } else if (action.type === 'redirect') action = internalRedirect(run, action.uri, action.args)
    else action = toNamedLocation(run, action.name)
  }
}

/** `ngx_http_finalize_request`: what to do about a status; undefined where nothing more is sent. */
function finalize(run: Run, status: number): Action | undefined {
  if (status === 444 || status === 408 || status === 499) {
    note(run, 'log', status === 444 ? 'the connection is closed without an answer' : `the connection is closed (${status})`)
    run.outcome.status = status
    run.outcome.withHeaders = false
    return undefined
  }
  if (status >= 300 || status === 201 || status === 204) return specialResponse(run, status)
  return undefined
}

function serverPhases(run: Run): Action {
  run.scope = run.server
  const rewritten = rewriteHere(run)
  if (rewritten !== declined) return rewritten
  return locationPhases(run)
}

function rewriteHere(run: Run): Action {
  const result = rewritePhase(run, (scope) => enter(run, scope))
  if (result === declined) return declined
  const { status, text } = result
  if (text === undefined) return status
  if (isRedirect(status)) {
    run.response.location = text
    return status
  }
  run.response.status = status
  run.response.contentType = contentTypeOf(run)
  return { type: 'send' }
}

/** From the choice of a location on, again for each rewritten URI. */
function locationPhases(run: Run): Action {
  for (;;) {
    run.scope = run.server
    run.contentHandler = undefined
    run.uriChanged = false
    const result = findLocation(run)
    if (result === 'failed') return 500
    const { scope } = run
    if (!run.internal && isInternal(run)) {
      note(run, 'location', `${shown(scope)} is internal: 404`, scope.block)
      return 404
    }
    run.outcome.matched = matchedName(scope)
    if (scope.kind === 'server') note(run, 'location', `no location fits ${run.uri}`, undefined)
    else note(run, 'location', `${shown(scope)} for ${run.uri}`, scope.block)
    enter(run, scope)
    const limit = parseOffset(valueIn(scope, run.settings, 'client_max_body_size') ?? '1m') ?? 0
    if (run.contentLength > 0 && !run.discardBody && limit > 0 && limit < run.contentLength) {
      run.discardBody = true
      note(run, 'location', `a body of ${run.contentLength} bytes is more than client_max_body_size`)
      return 413
    }
    if (result === 'redirect') {
      run.response.location = escapeUri(scope.name, 'uri') + (run.args === '' ? '' : `?${run.args}`)
      note(run, 'location', `${run.uri} is sent on to ${scope.name}, which passes requests on`, scope.block)
      return 301
    }
    const action = fromRewrite(run)
    if (action !== 'again') return action
  }
}

const isInternal = (run: Run): boolean => {
  for (let block: Scope['block'] | undefined = run.scope.block; block; block = block.parent) {
    if (ownOf(block, run.settings.configuration, 'internal').length > 0) return true
  }
  return false
}

const matchedName = ({ kind, modifier, name }: Scope): string => (kind === 'server' ? '' : modifier === '=' ? `=${name}` : name)

/** From the rewrite phase of a location on. */
function fromRewrite(run: Run): Action | 'again' {
  if (run.scope.kind !== 'server') {
    const rewritten = rewriteHere(run)
    if (rewritten !== declined) return rewritten
  }
  if (run.uriChanged) {
    run.uriChanges--
    if (run.uriChanges === 0) {
      note(run, 'rewrite', `${run.uri}: rewritten too often`)
      return 500
    }
    return 'again'
  }
  applyRealIp(run)
  const access = checkAccess(run, (uri) => subrequest(run, uri))
  if (access !== 0) return access
  const tried = tryFiles(run)
  if (tried !== declined) return tried
  return content(run)
}

function content(run: Run): Action {
  const { contentHandler: handler } = run
  if (!handler) return contentPhase(run)
  switch (handler.directive.name) {
    case 'proxy_pass':
      return proxyPass(run, handler)
    case 'empty_gif':
    case 'stub_status': {
      if (run.method !== 'GET' && run.method !== 'HEAD') return 405
      run.response.status = 200
      run.response.contentType = handler.directive.name === 'empty_gif' ? 'image/gif' : 'text/plain'
      note(run, 'content', handler.directive.name, handler.directive)
      return { type: 'send' }
    }
    default:
      return otherPass(run, handler)
  }
}

const handlers = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass', 'stub_status', 'empty_gif']

/** Takes a scope's configuration (`ngx_http_update_location_config`): that of `limit_except` for methods that are not excepted. */
function enter(run: Run, scope: Scope): void {
  run.scope = scope
  const limit = scope.kind === 'location' ? ownDirective(scope, run.settings, 'limit_except') : undefined
  if (limit?.node.block) {
    const methods = argumentsOf(limit).map((method) => method.toUpperCase())
    const excepted = methods.includes(run.method) || (run.method === 'HEAD' && methods.includes('GET'))
    if (!excepted) {
      run.scope = { ...scope, kind: 'limit_except', block: limit }
      note(run, 'location', `${run.method} is none of the methods that are left alone`, limit, 'passed')
    }
  }
  const own = handlerOf(run, run.scope)
  if (own) {
    run.contentHandler = { directive: own, scope: run.scope }
    return
  }
  // What passes requests on is inherited by limit_except, with the location that has it.
  const outer = run.scope.kind === 'limit_except' ? handlerOf(run, scope) : undefined
  if (outer?.name.endsWith('_pass')) run.contentHandler = { directive: outer, scope }
}

function handlerOf(run: Run, scope: Scope): Scope['block'] | undefined {
  const own = handlers.flatMap((name) => ownOf(scope.block, run.settings.configuration, name))
  return own.reduce<Scope['block'] | undefined>((last, each) => (last && last.order > each.order ? last : each), undefined)
}

/** `ngx_http_internal_redirect` */
function internalRedirect(run: Run, uri: string, args: string): Action {
  run.uriChanges--
  if (run.uriChanges === 0) {
    note(run, 'redirect', `${uri}: redirected inside too often`)
    return 500
  }
  run.uri = uri
  run.args = args
  run.outcome.file = undefined
  run.fastcgiSplit = undefined
  run.internal = true
  run.validUnparsedUri = false
  run.addUriToAlias = false
  run.validLocation = true
  note(run, 'redirect', `inside, to ${uri}${args === '' ? '' : `?${args}`}`, undefined, 'passed')
  return serverPhases(run)
}

/** `ngx_http_named_location` */
function toNamedLocation(run: Run, name: string): Action {
  run.uriChanges--
  if (run.uriChanges === 0) {
    note(run, 'redirect', `${name}: redirected inside too often`)
    return 500
  }
  if (run.uri === '') return 500
  const scope = namedLocation(run, name)
  if (!scope) {
    note(run, 'redirect', `there is no location ${name}`)
    return 500
  }
  run.internal = true
  run.contentHandler = undefined
  run.uriChanged = false
  run.outcome.file = undefined
  run.outcome.matched = name
  run.fastcgiSplit = undefined
  note(run, 'location', `${name} for ${run.uri}`, scope.block)
  enter(run, scope)
  const action = fromRewrite(run)
  return action === 'again' ? locationPhases(run) : action
}

/** Asks the server itself for another URI, as `auth_request` does; its status. */
function subrequest(run: Run, uri: string): number | undefined {
  const asked = startRun(run, uri)
  handle(asked)
  run.steps.push(...asked.steps.map((step) => ({ ...step, message: `${uri}: ${step.message}` })))
  return asked.outcome.status
}
