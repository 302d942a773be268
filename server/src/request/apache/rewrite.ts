import { escapeUri, hasControlOrSpace, leadingInteger, lowerCase, sameIgnoringCase } from './bytes.ts'
import { documentRootOf, httpScheme, optionsOf, portIsDefault, schemePort, serverNameOf, serverPortOf } from './core.ts'
import { type Exchange, isRedirectStatus, note, type Verdict } from './exchange.ts'
import { type Captures, evaluate } from './expression.ts'
import { mayHold } from './may-hold.ts'
import { contextRootOf, translateToDocumentRoot } from './request-facts.ts'
import { expand, mayLookUp, type QuestionMark, type RewriteContext } from './rewrite-expand.ts'
import { type Condition, folderRewriting, type RewriteConfig, type Rule, serverRewriting } from './rewrite-rules.ts'
import { matchesVirtualHost } from './virtual-host.ts'

/** The hook of mod_rewrite that maps a URL: the rules of the server. */
export function translateRewrite(r: Exchange): Verdict {
  const here = folderRewriting(r.dir)
  const config = serverRewriting(r.server)
  if (!r.world.has('rewrite_module') || !here?.engine || !config) return 'declined'
  if (r.ended.rewriting) return 'declined'
  if (!here.options.has('allowanyuri') && (r.unparsedUri === '*' || !r.uri.startsWith('/'))) return 'declined'
  const argsBefore = r.args
  r.env.set('SCRIPT_URL', (r.main ? r.main.env.get('SCRIPT_URL') : r.env.get('REDIRECT_SCRIPT_URL')) ?? r.uri)
  const port = serverPortOf(r)
  r.env.set('SCRIPT_URI', `${httpScheme(r)}://${serverNameOf(r)}${portIsDefault(r, port) ? '' : `:${port}`}${r.env.get('SCRIPT_URL') ?? ''}`)
  r.filename ??= r.uri
  const { action, last } = applyRules(r, config, undefined)
  if (action === 'none') return 'declined'
  const filename = r.filename
  const scheme = absoluteUri(filename)
  if (r.args !== undefined && !(scheme && action !== 'changed-unescaped') && hasControlOrSpace(r.args)) {
    note(r, 'rewrite', 'decided', `the query "${r.args}" has a space or a control character in it: 403`, last?.directive)
    return 403
  }
  if (action === 'status' || action === 'refused') {
    // What an earlier rule has made a path of stays one.
    r.isMapped = filename !== r.uri && isFilePath(r, filename, undefined)
    return takeStatus(r)
  }
  if (filename.startsWith('proxy:') && filename.length > 6) return handToProxy(r, action, last, true)
  if (scheme) return redirect(r, scheme.length, action, argsBefore, last)
  if (filename.startsWith('passthrough:') && filename.length > 12) {
    r.uri = filename.slice(12)
    note(r, 'rewrite', 'passed', `the URL goes on as ${r.uri}`, last?.directive)
    return 'declined'
  }
  if (!filename.startsWith('/')) return 400
  const reduced = !config.options.has('legacyprefixdocroot') && r.notes.has('mod_rewrite_uri_reduced')
  if (!isFilePath(r, filename, config.options.has('unsafeprefixstat') ? undefined : last) || reduced) {
    const uri = r.uri
    r.uri = filename
    const verdict = translateToDocumentRoot(r)
    r.uri = uri
    if (verdict !== 'ok') return verdict
    note(r, 'rewrite', 'passed', `${filename} is below the document root: ${r.filename}`, last?.directive)
  } else note(r, 'rewrite', 'passed', `${filename} is a path of the file system, as its first folder is there`, last?.directive)
  return 'ok'
}

/** The hook of mod_rewrite among the fixups: the rules of the folder. */
export function fixupRewrite(r: Exchange): Verdict {
  const config = folderRewriting(r.dir)
  if (!r.world.has('rewrite_module') || !config?.engine || config.folder === undefined) return 'declined'
  const isProxy = r.proxy !== 'none' && r.filename?.startsWith('proxy:') === true
  const { folder } = config
  // A folder asked for without its slash is left to mod_dir.
  if (!isProxy && !config.options.has('allownoslash') && r.filename === folder.slice(0, -1)) return 'declined'
  if (r.ended.rewriting) return 'declined'
  const options = optionsOf(r.dir)
  if (!options.has('symlinks') && !options.has('symlinks-if-owner')) {
    const at = config.engineDirective
    note(r, 'rewrite', 'decided', `rules of ${folder} are refused, as Options has neither FollowSymLinks nor SymLinksIfOwnerMatch there: 403`, at)
    return 403
  }
  const filenameBefore = r.filename
  const argsBefore = r.args
  r.filename ??= r.uri
  const { action, last } = applyRules(r, config, folder)
  if (action === 'none') {
    r.filename = filenameBefore
    return 'declined'
  }
  const scheme = absoluteUri(r.filename)
  if (r.args !== undefined && !(scheme && action !== 'changed-unescaped') && hasControlOrSpace(r.args)) {
    note(r, 'rewrite', 'decided', `the query "${r.args}" has a space or a control character in it: 403`, last?.directive)
    return 403
  }
  if (action === 'status' || action === 'refused') return takeStatus(r)
  if (r.filename.startsWith('proxy:') && r.filename.length > 6) return handToProxy(r, action, last, false)
  if (scheme) {
    if (config.base !== undefined) {
      const slash = r.filename.indexOf('/', scheme.length)
      const path = slash < 0 ? '' : r.filename.slice(slash + 1)
      if (path !== '') r.filename = r.filename.slice(0, slash + 1) + substitutePrefix(path, folder.slice(1), config.base.slice(1))
    }
    return redirect(r, scheme.length, action, argsBefore, last)
  }
  if (r.filename.startsWith('passthrough:') && r.filename.length > 12) r.filename = r.filename.slice(12)
  if (!r.filename.startsWith('/')) return 400
  if (r.filename === filenameBefore) return 'ok'
  const path = r.filename
  let target = path
  if (config.base !== undefined) target = substitutePrefix(path, folder, config.base)
  else {
    const root = documentRootOf(r).replace(/\/$/, '')
    if (path.startsWith(`${root}/`)) target = path.slice(root.length)
  }
  if (target === path && !config.options.has('ignorecontextinfo')) target = substitutePrefix(path, contextRootOf(r), r.contextPrefix ?? '')
  r.notes.set('redirect-keeps-vary', '')
  r.filename = `redirect:${target}`
  r.handler = 'redirect-handler'
  note(r, 'rewrite', 'decided', `begins anew with ${target}`, last?.directive)
  return 'ok'
}

/** What the last rule's flags T and H set, at the end of the fixups. */
export function fixupForcedType(r: Exchange): void {
  const type = r.notes.get('rewrite-forced-mimetype')
  if (type) {
    r.contentType = type
    r.isTypeTrusted = true
  }
  const handler = r.notes.get('rewrite-forced-handler')
  if (handler) r.handler = handler
}

type Action = 'none' | 'changed' | 'changed-unescaped' | 'status' | 'refused'

function takeStatus(r: Exchange): Verdict {
  const { status } = r
  r.status = 200
  return status
}

/** `apply_rewrite_list` */
function applyRules(r: Exchange, config: RewriteConfig, folder: string | undefined): { action: Action; last: Rule | undefined } {
  const context: RewriteContext = { r, folder, base: config.base, uri: '', ofRule: undefined, ofCondition: undefined, vary: [] }
  const { rules } = config
  let action: Action = 'none'
  let last: Rule | undefined
  let decided: Rule | undefined
  let round = 1
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]
    if (!rule || (r.main && (rule.flags.has('no-subrequest') || rule.flags.has('redirect')))) continue
    const vary: string[] = []
    const result = applyRule(rule, context, vary)
    if (result === 'no match') {
      for (let chained: Rule | undefined = rule; chained?.flags.has('chain') && i < rules.length; chained = rules[i]) i++
      continue
    }
    decided = rule
    if (!rule.flags.has('no-substitution')) last = rule
    if ((r.filename?.length ?? 0) > 2 * 8190) {
      r.status = 500
      note(r, 'rewrite', 'decided', 'the URL has grown beyond what Apache takes: 500', rule.directive)
      return { action: 'status', last: rule }
    }
    if (vary.length > 0) r.headersOut.merge('Vary', vary.join(', '))
    if (result === 'refused') return { action: 'refused', last: rule }
    if (rule.flags.has('status')) return { action: 'status', last: rule }
    if (result === 'match') action = rule.flags.has('no-escape') ? 'changed-unescaped' : 'changed'
    if (rule.flags.has('pass-through')) {
      r.filename = `passthrough:${r.filename}`
      action = 'changed'
      break
    }
    if (rule.flags.has('end')) {
      r.ended.rewriting = true
      break
    }
    if (rule.flags.has('proxy') || rule.flags.has('last')) break
    if (rule.flags.has('next')) {
      if (++round >= rule.rounds) {
        r.status = 500
        note(r, 'rewrite', 'decided', `[N] has begun anew ${rule.rounds} times: 500`, rule.directive)
        return { action: 'status', last: rule }
      }
      i = -1
      continue
    }
    i += rule.skip
  }
  return { action, last: last ?? decided }
}

/** `apply_rewrite_rule` */
function applyRule(rule: Rule, context: RewriteContext, vary: string[]): 'no match' | 'match' | 'no substitution' | 'refused' {
  const { r, folder } = context
  const isProxy = folder !== undefined && r.proxy !== 'none' && r.filename?.startsWith('proxy:') === true
  context.uri = r.filename ?? ''
  if (folder !== undefined) {
    context.uri += r.pathInfo
    if (!isProxy && context.uri.startsWith(folder)) context.uri = context.uri.slice(folder.length)
  }
  const match = rule.pattern?.run(context.uri)
  if ((match !== undefined) === rule.negated) {
    note(r, 'rewrite', 'lost', `"${context.uri}" ${rule.negated ? 'fits' : 'does not fit'} ${rule.written}`, rule.directive)
    return 'no match'
  }
  context.vary = []
  context.ofCondition = undefined
  context.ofRule = rule.negated ? undefined : match
  if (!conditionsHold(rule, context, vary)) return 'no match'
  const substitutes = !rule.flags.has('no-substitution')
  let target = ''
  if (substitutes) {
    const mark: QuestionMark = { unsafe: undefined, done: false }
    target = expand(rule.output, context, rule, rule.flags.has('unsafe-allow-3f') ? undefined : mark)
    if (mark.unsafe) {
      r.status = 403
      note(r, 'rewrite', 'decided', `a question mark of the client's would become part of "${target}" without UnsafeAllow3F: 403`, rule.directive)
      return 'refused'
    }
  }
  for (const each of rule.env) setEnvironment(r, expand(each, context))
  for (const each of rule.cookies) addCookie(r, expand(each, context))
  if (!substitutes) {
    forceType(rule, context)
    if (rule.flags.has('status')) {
      r.status = rule.status
      note(r, 'rewrite', 'decided', `"${context.uri}" fits ${rule.written}: ${rule.status}`, rule.directive)
    } else note(r, 'rewrite', 'passed', `"${context.uri}" fits ${rule.written}, which replaces nothing`, rule.directive)
    return 'no substitution'
  }
  note(r, 'rewrite', 'decided', `"${context.uri}" fits ${rule.written} and becomes "${target}"`, rule.directive)
  let prefixed = false
  if (!isProxy && !target.startsWith('/') && !absoluteUri(target)) {
    if (folder !== undefined) {
      target = folder + target
      prefixed = true
    } else if (!rule.flags.has('proxy') && !rule.flags.has('redirect')) {
      target = `/${target}`
      prefixed = true
    }
  }
  r.filename = target
  if (folder !== undefined && rule.flags.has('discard-path')) r.pathInfo = ''
  splitQuery(r, rule)
  if (rule.flags.has('proxy')) {
    qualify(r)
    r.filename = `proxy:${r.filename}`
    return 'match'
  }
  if (rule.flags.has('redirect')) {
    qualify(r)
    r.status = rule.status
    return 'match'
  }
  reduceUri(r)
  if (absoluteUri(r.filename)) {
    r.status = rule.status
    return 'match'
  }
  if (!rule.flags.has('keep-slashes') && !prefixed && !rule.output.startsWith('//')) r.filename = r.filename.replace(/^\/{2,}/, '/')
  forceType(rule, context)
  return 'match'
}

function conditionsHold(rule: Rule, context: RewriteContext, vary: string[]): boolean {
  const { conditions } = rule
  for (let i = 0; i < conditions.length; i++) {
    const condition = conditions[i]
    if (!condition) break
    const result = mayHold(context.r.world, condition, () => conditionHolds(condition, context))
    if (condition.noVary) context.vary = []
    if (condition.orNext) {
      if (!result) {
        context.vary = []
        continue
      }
      while (i < conditions.length && conditions[i]?.orNext) i++
    } else if (!result) return false
    vary.push(...context.vary)
    context.vary = []
  }
  return true
}

/** `apply_rewrite_cond` */
function conditionHolds(condition: Condition, context: RewriteContext): boolean {
  const { r } = context
  const { files } = r.world
  const input = condition.test === 'expression' ? '' : expand(condition.input, context)
  const plain = (): boolean => {
    switch (condition.test) {
      case 'file':
        return files.stat(input).kind === 'file'
      case 'size':
        return files.stat(input).kind === 'file' && files.stat(input).size > 0
      case 'folder':
        return files.stat(input).kind === 'folder'
      case 'link':
        return files.lstat(input).kind === 'link'
      case 'executable':
        return files.stat(input).kind !== 'none' && files.stat(input).executable
      case 'url':
        return input !== '' && mayLookUp(r) && r.world.lookUpUri(r, input).status < 400
      case 'file-lookup': {
        if (input === '' || !mayLookUp(r)) return false
        const found = r.world.lookUpFile(r, input)
        return found.status < 300 && files.stat(found.filename ?? '').kind !== 'none'
      }
      case 'less':
        return compareTexts(input, condition) < 0
      case 'less-or-equal':
        return compareTexts(input, condition) <= 0
      case 'greater':
        return compareTexts(input, condition) > 0
      case 'greater-or-equal':
        return compareTexts(input, condition) >= 0
      case 'equal':
        return condition.noCase ? sameIgnoringCase(input, condition.pattern) : input === condition.pattern
      case 'number-less':
        return leadingInteger(input) < leadingInteger(condition.pattern)
      case 'number-less-or-equal':
        return leadingInteger(input) <= leadingInteger(condition.pattern)
      case 'number-equal':
        return leadingInteger(input) === leadingInteger(condition.pattern)
      case 'number-greater':
        return leadingInteger(input) > leadingInteger(condition.pattern)
      case 'number-greater-or-equal':
        return leadingInteger(input) >= leadingInteger(condition.pattern)
      case 'expression': {
        const captures: Captures = { match: undefined }
        const result = condition.expression !== undefined && evaluate(r, condition.expression, captures)
        if (result && !condition.negated) context.ofCondition = captures.match
        return result
      }
      default: {
        const match = condition.regex?.run(input)
        if (match && !condition.negated) context.ofCondition = match
        return match !== undefined
      }
    }
  }
  const result = plain() !== condition.negated
  const subject = condition.test === 'expression' ? condition.pattern : `"${input}"`
  note(r, 'rewrite', result ? 'passed' : 'lost', `the condition ${result ? 'holds' : 'does not hold'} for ${subject}`, condition.directive)
  return result
}

/** `compare_lexicography`: the longer text is the greater one. */
function compareTexts(input: string, { pattern, noCase }: Condition): number {
  const [a, b] = noCase ? [lowerCase(input), lowerCase(pattern)] : [input, pattern]
  if (!noCase && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

function setEnvironment(r: Exchange, text: string): void {
  if (text.startsWith('!')) r.env.unset(text.slice(1))
  else {
    const colon = text.indexOf(':')
    r.env.set(colon < 0 ? text : text.slice(0, colon), colon < 0 ? '' : text.slice(colon + 1))
  }
}

/** `add_cookie`; when it ends is left out, for that is a time. */
function addCookie(r: Exchange, text: string): void {
  const separator = text.startsWith(';') ? ';' : ':'
  const [name, value, domain, expires, path, secure, httpOnly, sameSite] = text.split(separator).filter((part) => part !== '')
  if (name === undefined || value === undefined || domain === undefined) return
  let top = r
  while (top.main) top = top.main
  if (top.notes.has(`${name}_rewrite`)) return
  top.notes.set(`${name}_rewrite`, 'set')
  const is = (given: string | undefined, ...names: readonly string[]): boolean => given !== undefined && names.includes(lowerCase(given))
  const lasts = expires !== undefined && leadingInteger(expires) !== 0
  if (lasts) return
  top.errHeadersOut.add(
    'Set-Cookie',
    `${name}=${value}; path=${path ?? '/'}; domain=${domain}` +
      (is(secure, 'true', '1', 'secure') ? '; secure' : '') +
      (is(httpOnly, 'true', '1', 'httponly') ? '; HttpOnly' : '') +
      (sameSite !== undefined && !is(sameSite, '0', 'false') ? `; SameSite=${sameSite}` : ''),
  )
}

function forceType(rule: Rule, context: RewriteContext): void {
  const { notes } = context.r
  if (rule.type !== undefined) {
    const type = lowerCase(expand(rule.type, context, rule))
    if (type !== '') notes.set('rewrite-forced-mimetype', type)
  }
  if (rule.handler !== undefined) {
    const handler = lowerCase(expand(rule.handler, context, rule))
    if (handler !== '') notes.set('rewrite-forced-handler', handler)
  }
}

const schemes = /^(?:(ajp|balancer|fcgi|https?|h2c?|scgi|wss?):\/\/|(mailto:)|(unix:(?:\/\/)?)|((?:ftp|gopher|ldap|nntp):\/\/|news:))/i

/** `is_absolute_uri`: the scheme that a text begins with, and whether a query belongs to it. */
function absoluteUri(text: string): { readonly length: number; readonly hasQuery: boolean } | undefined {
  if (text.startsWith('/') || text.length <= 5) return undefined
  const found = schemes.exec(text)
  return found ? { length: found[0].length, hasQuery: found[4] === undefined } : undefined
}

/** `splitout_queryargs` */
function splitQuery(r: Exchange, { flags }: Rule): void {
  if (flags.has('no-query')) {
    r.args = undefined
    return
  }
  const filename = r.filename ?? ''
  const scheme = absoluteUri(filename)
  if (scheme && !scheme.hasQuery) {
    r.args = undefined
    return
  }
  if (flags.has('discard-query')) r.args = undefined
  const from = scheme?.length ?? 0
  const at = flags.has('query-behind-last') ? filename.lastIndexOf('?') : filename.indexOf('?', from)
  if (at < from) return
  const query = filename.slice(at + 1)
  r.filename = filename.slice(0, at)
  if (flags.has('append-query')) {
    if (query !== '') r.args = `${query}&${r.args ?? ''}`
  } else r.args = query
  if (r.args === '') r.args = undefined
  else if (r.args?.endsWith('&')) r.args = r.args.slice(0, -1)
}

/** `fully_qualify_uri` */
function qualify(r: Exchange): void {
  const filename = r.filename ?? ''
  if (r.method === 'CONNECT' || absoluteUri(filename)) return
  const port = serverPortOf(r)
  r.filename = `${httpScheme(r)}://${serverNameOf(r)}${portIsDefault(r, port) ? '' : `:${port}`}${filename.startsWith('/') ? '' : '/'}${filename}`
}

/** `reduce_uri`: a URL of this very server becomes its path. */
function reduceUri(r: Exchange): void {
  const filename = r.filename ?? ''
  const scheme = `${httpScheme(r)}://`
  if (filename.length <= scheme.length || !sameIgnoringCase(filename.slice(0, scheme.length), scheme)) return
  const [, host = '', port, path = ''] = /^([^/:]*)(?::([^/]*))?(.*)$/s.exec(filename.slice(scheme.length)) ?? []
  if (!matchesVirtualHost(r, host, port === undefined ? schemePort(r) : leadingInteger(port))) return
  r.filename = path === '' ? '/' : path
  if (!serverRewriting(r.server)?.options.has('legacyprefixdocroot')) r.notes.set('mod_rewrite_uri_reduced', 'true')
}

/** `prefix_stat`: whether a result is a path of the file system, as its first folder is there and nothing speaks against it. */
function isFilePath(r: Exchange, path: string, last: Rule | undefined): boolean {
  const first = /^\/[^/]*/.exec(path)?.[0] ?? '/'
  if (r.world.files.stat(first).kind === 'none') return false
  if (!last || last.flags.has('unsafe-prefix-stat')) return true
  return last.output.startsWith(first) || path.startsWith(documentRootOf(r)) || path.startsWith(contextRootOf(r))
}

/** `subst_prefix_path` */
function substitutePrefix(path: string, prefix: string, replacement: string): string {
  const plain = prefix.replace(/\/$/, '')
  if (!path.startsWith(plain) || path.charAt(plain.length) !== '/') return path
  const rest = path.slice(plain.length + 1)
  return replacement === '' || replacement.endsWith('/') ? replacement + rest : `${replacement}/${rest}`
}

function handToProxy(r: Exchange, action: Action, last: Rule | undefined, ofServer: boolean): Verdict {
  if (!r.world.has('proxy_module')) {
    note(r, 'rewrite', 'decided', 'mod_proxy is not loaded: 403', last?.directive)
    return 403
  }
  if (action === 'changed-unescaped') r.notes.set('proxy-nocanon', '1')
  if (ofServer) r.filename += r.pathInfo
  if (r.args !== undefined && (r.notes.has('proxy-nocanon') || (ofServer && r.proxy === 'forward'))) r.filename += `?${r.args}`
  if (r.proxy === 'none') r.proxy = 'reverse'
  r.handler = 'proxy-server'
  note(r, 'rewrite', 'decided', `is handed on to ${r.filename?.slice(6)}`, last?.directive)
  return 'ok'
}

function redirect(r: Exchange, scheme: number, action: Action, argsBefore: string | undefined, last: Rule | undefined): Verdict {
  let location = r.filename ?? ''
  if (action !== 'changed-unescaped') location = escapeAbsolute(location, scheme)
  if (r.args !== undefined) location += `?${action === 'changed-unescaped' || r.args === argsBefore ? r.args : escapeUri(r.args)}`
  const status = isRedirectStatus(r.status) ? r.status : 302
  r.status = 200
  r.filename = location
  r.headersOut.set('Location', location)
  note(r, 'rewrite', 'decided', `is redirected with ${status} to ${location}`, last?.directive)
  return status
}

/** `escape_absolute_uri`: what is behind the host. */
function escapeAbsolute(uri: string, scheme: number): string {
  if (uri.charAt(scheme - 1) !== '/') return uri.slice(0, scheme) + escapeUri(uri.slice(scheme))
  const slash = uri.indexOf('/', scheme)
  if (slash < 0 || slash === uri.length - 1) return uri
  const rest = uri.slice(slash + 1)
  const escaped = /^ldap/i.test(uri) ? rest.split('?').map(escapeUri).join('?') : escapeUri(rest)
  return uri.slice(0, slash + 1) + escaped
}
