import type { PlacedDirective } from '../../configuration/placed.ts'
import { nextWord } from '../../syntax/apache/words.ts'
import { authenticate, noteAuthFailure } from './authentication.ts'
import { lowerCase } from './bytes.ts'
import { serverRootRelative } from './core.ts'
import { type DirConfig, entriesIn, isOn, lastEntry, merged, mergeWalks, rawWords, word, words } from './dir-config.ts'
import { type Exchange, note, type Verdict } from './exchange.ts'
import { evaluate, expandText, parseCondition } from './expression.ts'
import { isInSubnet } from './ip-address.ts'
import { remoteHost } from './request-facts.ts'
import { limitHolds, type MethodLimit, type Section } from './sections.ts'

type Result = 'granted' | 'denied' | 'no user' | 'neutral' | 'error'

/** A `Require`, or a container of them (`authz_section_conf`). */
interface Requirement {
  readonly directive: PlacedDirective | undefined
  readonly negated: boolean
  readonly limit: MethodLimit | undefined
  /** Of a container. */
  readonly all: boolean
  readonly children: readonly Requirement[] | undefined
  /** `ip`, `valid-user` … with what is behind it. */
  readonly provider: string
  readonly argument: string
}

/** The access checks (`ap_process_request_internal`): who may come, and what the answer is to others. */
export function checkAccess(r: Exchange): Verdict {
  const verdict = runChecks(r)
  // What is asked for an error's page says nothing of the request.
  if (isOfRequest(r)) {
    if (verdict === 'ok') r.world.access.passed = true
    else r.world.access.passed = false
    if (verdict === 401 || verdict === 403) r.world.access.refused = true
  }
  return verdict
}

const isOfRequest = (r: Exchange): boolean => (r.env.get('REDIRECT_STATUS') ?? '200') === '200'

function runChecks(r: Exchange): Verdict {
  const methods = checkMethods(r)
  if (methods !== 'ok') return methods
  const any = satisfyOf(r) === 'any'
  const access = requireTls(r) ?? oldAccess(r)
  if (any ? access === 'ok' : access !== 'ok') {
    if (any) note(r, 'access', 'decided', 'Satisfy Any: the address is enough', satisfyEntry(r)?.directive)
    return access
  }
  const userless = authorize(r, false)
  if (userless !== 'declined') return userless
  const user = authenticate(r)
  if (user !== 'ok') return user
  if (r.user === undefined) return 500
  const authorized = authorize(r, true)
  return authorized === 'declined' ? 500 : authorized
}

/** `SSLRequireSSL` (`ssl_engine_kernel.c: ssl_hook_Access`): undefined where nothing speaks against the request. */
function requireTls(r: Exchange): Verdict | undefined {
  const entry = r.world.has('ssl_module') && !r.world.request.tls ? lastEntry(r.dir, 'sslrequiressl') : undefined
  if (!entry) return undefined
  note(r, 'access', 'decided', 'SSLRequireSSL, and the request is plain HTTP: 403', entry.directive)
  return 403
}

/** `mod_allowmethods` */
function checkMethods(r: Exchange): Verdict {
  const entry = r.world.has('allowmethods_module') ? lastEntry(r.dir, 'allowmethods') : undefined
  if (!entry) return 'ok'
  const section = r.dir.sections.findLast((each) => each.named.has('allowmethods'))
  const names = section ? entriesIn(section, 'allowmethods').flatMap(({ directive }) => words(directive)) : []
  if (names.length === 1 && lowerCase(names[0] ?? '') === 'reset') return 'ok'
  const allowed = new Set(names.flatMap((name) => (name === 'GET' || name === 'HEAD' ? ['GET', 'HEAD'] : [name])))
  if (allowed.has(r.method)) return 'ok'
  note(r, 'access', 'decided', `AllowMethods has no ${r.method}: 405`, entry.directive)
  return 405
}

/** `authorize_user_core`; declined: a user has to be known first. */
function authorize(r: Exchange, afterUser: boolean): Verdict {
  if (!r.world.has('authz_core_module')) return 'ok'
  const tree = requirementsOf(r.dir)
  const type = authTypeOf(r)
  if (!tree) {
    if (type !== undefined) {
      note(r, 'authz', 'decided', `AuthType ${type} without any Require: 500`, lastEntry(r.dir, 'authtype')?.directive)
      return 500
    }
    note(r, 'authz', 'passed', 'nothing is required')
    return 'ok'
  }
  const decisive: { directive: PlacedDirective | undefined } = { directive: undefined }
  const result = apply(r, tree, true, decisive)
  const at = decisive.directive ?? firstDirective(tree)
  if (result === 'error') return 500
  if (result === 'granted') {
    note(r, 'authz', 'decided', `${textOf(at)} lets the request pass`, at)
    return 'ok'
  }
  if (result === 'no user') {
    if (!afterUser) return 'declined'
    note(r, 'authz', 'decided', `${textOf(at)} needs a user: 401`, at)
    if (r.user !== undefined) noteAuthFailure(r)
    return 401
  }
  if (!afterUser || type === undefined) {
    note(r, 'authz', 'decided', `${textOf(at)} refuses the request: 403`, at)
    return 403
  }
  const forbids = isOn(lastEntry(r.dir, 'authzsendforbiddenonfailure')) === true
  note(r, 'authz', 'decided', `${textOf(at)} refuses the user ${r.user}: ${forbids ? 403 : 401}`, at)
  if (forbids) return 403
  if (r.user !== undefined) noteAuthFailure(r)
  return 401
}

const textOf = (directive: PlacedDirective | undefined): string =>
  directive
    ? `"${(directive.node.words[0]?.value ?? '').replace(/^<?/, directive.node.block ? '<' : '')}${directive.argumentText === '' ? '' : ` ${directive.argumentText}`}"`
    : 'what is required'

const firstDirective = (requirement: Requirement): PlacedDirective | undefined =>
  requirement.directive ?? requirement.children?.map(firstDirective).find(Boolean)

/** `authn_core`: `None` takes back what was said before. */
function authTypeOf(r: Exchange): string | undefined {
  const entry = lastEntry(r.dir, 'authtype')
  const type = entry && expandText(r, entry.directive.args[0]?.value ?? '')
  return type === undefined || lowerCase(type) === 'none' ? undefined : type
}

/** `apply_authz_sections` */
function apply(r: Exchange, requirement: Requirement, parentAll: boolean, decisive: { directive: PlacedDirective | undefined }): Result {
  if (!coversMethod(requirement, r.method)) return parentAll ? 'granted' : 'neutral'
  let result: Result
  if (requirement.children) {
    result = 'neutral'
    for (const child of requirement.children) {
      const own = apply(r, child, requirement.all, decisive)
      if (own === 'error') return own
      if (own === 'neutral') continue
      if (own === (requirement.all ? 'denied' : 'granted')) {
        result = own
        decisive.directive = child.directive ?? decisive.directive
        break
      }
      const stronger = requirement.all ? own === 'no user' && result !== 'denied' : own === 'no user' && result === 'denied'
      if (stronger || result === 'neutral') {
        result = own
        decisive.directive = child.directive ?? decisive.directive
      }
    }
  } else {
    result = check(r, requirement)
    const outcome = result === 'granted' ? 'passed' : 'lost'
    note(r, 'authz', outcome, `${textOf(requirement.directive)}: ${result}`, requirement.directive)
  }
  if (!requirement.negated) return result
  return result === 'granted' ? 'denied' : result === 'denied' || result === 'no user' ? 'neutral' : result
}

/** A container holds for the methods of what is in it. */
function coversMethod({ limit, children }: Requirement, method: string): boolean {
  return children ? children.some((child) => coversMethod(child, method)) : limitHolds(limit, method)
}

function check(r: Exchange, { provider, argument }: Requirement): Result {
  const said = (granted: boolean): Result => (granted ? 'granted' : 'denied')
  const needsUser = (granted: (user: string) => boolean): Result => (r.user === undefined ? 'no user' : said(granted(r.user)))
  const wordsOf = (text: string): string[] => {
    const found: string[] = []
    for (let next = nextWord(text, 0); next; next = nextWord(text, next.end)) found.push(next.value)
    return found
  }
  switch (lowerCase(provider)) {
    case 'all':
      return said(lowerCase(argument.trim()) === 'granted')
    case 'env':
      return said(wordsOf(argument).some((name) => r.env.has(name)))
    case 'method':
      return said(wordsOf(argument).some((name) => name === r.method || (name === 'GET' && r.method === 'HEAD')))
    case 'expr': {
      const quoted = /^"[\s\S]*"$/.test(argument) ? argument.slice(1, -1) : argument
      const expression = parseCondition(quoted)
      if (!expression) return 'denied'
      if (evaluate(r, expression)) return 'granted'
      return /REMOTE_USER/i.test(quoted) ? 'no user' : 'denied'
    }
    case 'ip':
      return said(wordsOf(argument).some((network) => isInSubnet(r.clientAddress, network)))
    case 'local':
      return said(isInSubnet(r.clientAddress, '127.0.0.0/8') || r.clientAddress === '::1' || r.clientAddress === r.world.request.connect.address)
    case 'host': {
      const name = remoteHost(r)
      return said(wordsOf(expandText(r, argument)).some((domain) => inDomain(domain, name)))
    }
    case 'forward-dns':
      return said(wordsOf(expandText(r, argument)).some((name) => addressOfName(name) === r.clientAddress))
    case 'valid-user':
      return needsUser(() => true)
    case 'user':
      return needsUser((user) => wordsOf(expandText(r, argument)).includes(user))
    case 'group': {
      if (r.user === undefined) return 'no user'
      const file = lastEntry(r.dir, 'authgroupfile')
      if (!file) return 'denied'
      const content = r.world.files.content(serverRootRelative(r, word(file.directive, 0)))
      if (content.state !== 'content') return 'error'
      const groups = groupsOfUser(content.text, r.user)
      if (groups.length === 0) return 'denied'
      return said(wordsOf(expandText(r, argument)).some((group) => groups.includes(group)))
    }
    default:
      return r.user === undefined ? 'no user' : 'denied'
  }
}

/** `in_domain`: the end of a name, at a dot. */
function inDomain(domain: string, name: string): boolean {
  const [wanted, given] = [lowerCase(domain), lowerCase(name)]
  if (!given.endsWith(wanted)) return false
  return given.length === wanted.length || wanted.startsWith('.') || given.charAt(given.length - wanted.length - 1) === '.'
}

const addressOfName = (name: string): string | undefined => (lowerCase(name) === 'localhost' ? '127.0.0.1' : undefined)

function groupsOfUser(text: string, user: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#') || !line.includes(':')) return []
    const colon = line.indexOf(':')
    return line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .includes(user)
      ? [line.slice(0, colon).trim()]
      : []
  })
}

const containers: Readonly<Record<string, { readonly all: boolean; readonly negated: boolean }>> = {
  requireall: { all: true, negated: false },
  requireany: { all: false, negated: false },
  requirenone: { all: false, negated: true },
}

/** The requirements of a section as one: several are alternatives. */
function ownTree(section: Section): Requirement | undefined {
  const children = section.entries.flatMap(({ directive, methods }) => requirementOf(directive, methods) ?? [])
  return children.length === 0 ? undefined : group(children, false)
}

const group = (children: readonly Requirement[], all: boolean): Requirement => ({
  directive: undefined,
  negated: false,
  limit: undefined,
  all,
  children,
  provider: '',
  argument: '',
})

function requirementOf(directive: PlacedDirective, limit: MethodLimit | undefined): Requirement | undefined {
  const container = containers[directive.name]
  if (container) {
    const children = directive.children.flatMap((child) => (child.presence === 'absent' ? [] : (requirementOf(child, limit) ?? [])))
    if (children.length === 0) return undefined
    return { directive, limit: undefined, children, provider: '', argument: '', ...container }
  }
  if (directive.name !== 'require') return undefined
  const text = rawWords(directive)
  const first = nextWord(text, 0)
  const negated = lowerCase(first?.value ?? '') === 'not'
  const provider = negated ? nextWord(text, first?.end ?? 0) : first
  return { directive, negated, limit, all: false, children: undefined, provider: provider?.value ?? '', argument: text.slice(provider?.end ?? 0).trimStart() }
}

interface AuthorizationConfig {
  readonly merging: 'unset' | 'off' | 'and' | 'or'
  readonly tree: Requirement | undefined
}

function ownAuthorization(section: Section): AuthorizationConfig | undefined {
  const tree = ownTree(section)
  const merging = entriesIn(section, 'authmerging').at(-1)
  const hasMore = section.named.has('authzsendforbiddenonfailure')
  if (!tree && !merging && !hasMore) return undefined
  const how = merging ? lowerCase(word(merging.directive, 0)) : 'unset'
  return { tree, merging: how === 'and' || how === 'or' || how === 'off' ? how : 'unset' }
}

/** `merge_authz_core_dir_config`: a section with requirements takes the place of what was before, unless `AuthMerging` joins them. */
function mergeAuthorization(base: AuthorizationConfig, own: AuthorizationConfig): AuthorizationConfig {
  if (own.merging === 'unset' && !own.tree && base.tree) return base
  if (own.merging === 'off' || own.merging === 'unset' || (!base.tree && !own.tree)) return own
  return { merging: own.merging, tree: base.tree && own.tree ? group([base.tree, own.tree], own.merging === 'and') : (base.tree ?? own.tree) }
}

const requirementsOf = merged((config: DirConfig): Requirement | undefined => mergeWalks(config, ownAuthorization, mergeAuthorization)?.tree)

// What Apache 2.2 had (mod_access_compat).

const oldNames = ['order', 'allow', 'deny', 'satisfy']

/** The last section with any of them: nothing is merged. */
const oldSection = (config: DirConfig): Section | undefined =>
  config.sections.findLast((section) => section.entries.some(({ directive }) => oldNames.includes(directive.name)))

const satisfyEntry = (r: Exchange) => {
  const section = r.world.has('access_compat_module') ? oldSection(r.dir) : undefined
  return section && entriesIn(section, 'satisfy').findLast(({ methods }) => limitHolds(methods, r.method))
}

const satisfyOf = (r: Exchange): string => {
  const entry = satisfyEntry(r)
  return entry ? lowerCase(word(entry.directive, 0)) : 'all'
}

/** `check_dir_access` */
function oldAccess(r: Exchange): Verdict {
  const section = r.world.has('access_compat_module') ? oldSection(r.dir) : undefined
  if (!section) return 'ok'
  const holding = section.entries.filter(({ methods }) => limitHolds(methods, r.method))
  const order = holding.findLast(({ directive }) => directive.name === 'order')
  const how = order ? lowerCase(words(order.directive).join('')) : 'deny,allow'
  const hits = (name: string): PlacedDirective | undefined =>
    holding.find(
      ({ directive }) =>
        directive.name === name &&
        words(directive)
          .slice(1)
          .some((host) => hostFits(r, host)),
    )?.directive
  const allowed = hits('allow')
  const denied = hits('deny')
  const granted = how === 'allow,deny' || how === 'mutual-failure' ? allowed !== undefined && !denied : allowed !== undefined || !denied
  const at = granted ? (allowed ?? order?.directive) : (denied ?? order?.directive)
  if (holding.some(({ directive }) => directive.name !== 'satisfy'))
    note(r, 'access', granted ? 'passed' : 'decided', `Order ${how} ${granted ? 'lets the request pass' : 'refuses the request'}`, at)
  return granted ? 'ok' : 403
}

function hostFits(r: Exchange, written: string): boolean {
  const lower = lowerCase(written)
  if (lower === 'all') return true
  if (lower.startsWith('env=!')) return !r.env.has(written.slice(5))
  if (lower.startsWith('env=')) return r.env.has(written.slice(4))
  if (/^[\d.]+(?:\/[\d.]+)?$/.test(written) || written.includes(':')) return isInSubnet(r.clientAddress, written)
  return inDomain(written, remoteHost(r))
}
