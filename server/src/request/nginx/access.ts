import { parseCidr } from '../../catalog/nginx/values.ts'
import { mayBePassword } from '../choices.ts'
import { decodeBase64, isPassword } from '../password.ts'
import { isKnown } from '../unknown.ts'
import { textOfBytes } from './files.ts'
import { forwardedAddress, isWithin } from './forwarded.ts'
import { declined, note, ok, type Run } from './run.ts'
import { evaluate } from './script.ts'
import { argumentAt, argumentsOf, directiveIn, flagIn, fullName, levelIn, valueIn } from './settings.ts'

/** What a handler of the access phase returns: `ok`, `declined` or a status. */
type Verdict = number

/** The access phase; `ok` where the request goes on, else the status that ends it. `subrequest` asks for another URI and gives its status. */
export function checkAccess(run: Run, subrequest: (uri: string) => number | undefined): Verdict {
  if (run.main) return ok
  const any = valueIn(run.scope, run.settings, 'satisfy')?.toLowerCase() === 'any'
  let code = 0
  for (const handler of [byAddress, byPassword, bySubrequest(subrequest)]) {
    const verdict = handler(run, any)
    if (verdict === declined) continue
    if (verdict === ok) {
      if (!any) continue
      run.response.authenticate = undefined
      note(run, 'access', 'one condition is enough (satisfy any)', directiveIn(run.scope, run.settings, 'satisfy'), 'passed')
      return ok
    }
    if (!any || (verdict !== 401 && verdict !== 403)) return verdict
    if (code !== 401) code = verdict
  }
  if (code !== 0) run.outcome.refused = true
  return code
}

/** `allow` and `deny`: the first rule that fits decides. */
function byAddress(run: Run, any: boolean): Verdict {
  const family = run.client.includes(':') ? 'ipv6' : 'ipv4'
  for (const rule of levelIn(run.scope, run.settings, 'allow', 'deny')) {
    const given = argumentAt(rule, 0) ?? ''
    if (given === 'unix:') continue
    const cidr = given === 'all' ? undefined : parseCidr(given)
    if (given !== 'all' && (!cidr || cidr.family !== family)) continue
    run.outcome.checked = true
    if (cidr && !isWithin(run.client, [given])) {
      note(run, 'access', `${rule.name} ${given} does not fit ${run.client}`, rule, 'lost')
      continue
    }
    if (rule.name === 'allow') {
      note(run, 'access', `allow ${given} lets ${run.client} in`, rule, 'passed')
      return ok
    }
    if (!any) run.outcome.refused = true
    note(run, 'access', `deny ${given} refuses ${run.client}`, rule)
    return 403
  }
  return declined
}

/** `auth_basic` (`ngx_http_auth_basic_handler`). */
function byPassword(run: Run): Verdict {
  const directive = directiveIn(run.scope, run.settings, 'auth_basic')
  const fileDirective = directiveIn(run.scope, run.settings, 'auth_basic_user_file')
  const [realmText, fileText] = [argumentAt(directive, 0), argumentAt(fileDirective, 0)]
  if (realmText === undefined || fileText === undefined) return declined
  const realm = evaluate(run, realmText)
  if (realm === 'off') return declined
  const refuse = (why: string): Verdict => {
    run.outcome.refused = true
    run.response.authenticate = `Basic realm="${realm}"`
    note(run, 'access', why, directive)
    return 401
  }
  const given = credentials(run)
  if (!given) return refuse(`no user and password were given for "${realm}"`)
  run.user = given.user
  const written = evaluate(run, fileText)
  // Relative to the configuration's folder, and not to the prefix.
  const path = written.startsWith('/') ? written : fullName(written, run.settings)
  if (!isKnown(path)) return verdictOn(run, mayBePassword(run.choices, given.user), given.user, refuse)
  const content = run.snapshot.content(textOfBytes(path))
  if (content.state === 'absent') {
    note(run, 'access', `the password file ${path} is not there`, fileDirective)
    return 403
  }
  if (content.state !== 'content') {
    if (content.state === 'refused') return verdictOn(run, mayBePassword(run.choices, given.user), given.user, refuse)
    return ok
  }
  const line = content.value.text.split('\n').find((each) => each.startsWith(`${given.user}:`) && !each.startsWith('#'))
  if (line === undefined) return refuse(`the user "${given.user}" is not in ${path}`)
  const hash = /^[^:\r]*/.exec(line.slice(given.user.length + 1))?.[0] ?? ''
  const right = isPassword(given.password, hash)
  run.outcome.checked = true
  return verdictOn(run, right ?? mayBePassword(run.choices, given.user), given.user, refuse)
}

function verdictOn(run: Run, right: boolean, user: string, refuse: (why: string) => Verdict): Verdict {
  if (!right) return refuse(`the password of "${user}" is wrong`)
  run.outcome.checked = true
  note(run, 'access', `the password of "${user}" is right`, directiveIn(run.scope, run.settings, 'auth_basic'), 'passed')
  return ok
}

/** The user and password of an Authorization header (`ngx_http_auth_basic_user`). */
function credentials(run: Run): { readonly user: string; readonly password: string } | undefined {
  const header = run.headersIn.find(({ lower }) => lower === 'authorization')?.value
  const encoded = /^basic +(.+)$/i.exec(header ?? '')?.[1]
  const decoded = encoded === undefined ? undefined : decodeBase64(encoded)
  const colon = decoded?.indexOf(':') ?? -1
  return decoded === undefined || colon <= 0 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** `auth_request`: another location says who gets in. */
const bySubrequest =
  (subrequest: (uri: string) => number | undefined) =>
  (run: Run): Verdict => {
    const directive = directiveIn(run.scope, run.settings, 'auth_request')
    const uri = argumentAt(directive, 0)
    if (uri === undefined || uri === 'off') return declined
    const status = subrequest(uri)
    const allowed = status !== undefined && status >= 200 && status < 300
    note(run, 'access', `${uri} answers ${status ?? 'nothing that is known'}`, directive, allowed ? 'passed' : 'decided')
    if (allowed) return ok
    if (status === 403) return 403
    if (status === 401) return 401
    return 500
  }

/** The client's address as `real_ip_header` gives it (`ngx_http_realip_handler`), once a request. */
export function applyRealIp(run: Run): void {
  if (run.realIpSet) return
  const trusted = levelIn(run.scope, run.settings, 'set_real_ip_from').flatMap(argumentsOf)
  if (trusted.length === 0) return
  const header = (valueIn(run.scope, run.settings, 'real_ip_header') ?? 'X-Real-IP').toLowerCase()
  if (header === 'proxy_protocol') return
  const recursive = flagIn(run.scope, run.settings, 'real_ip_recursive', false)
  const address = forwardedAddress(run, run.client, trusted, recursive, header)
  if (address === run.client) return
  note(run, 'client', `the client is ${address}, by ${header}`, levelIn(run.scope, run.settings, 'set_real_ip_from')[0], 'passed')
  run.client = address
  run.realIpSet = true
}
