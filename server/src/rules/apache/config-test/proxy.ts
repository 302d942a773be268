import { expressionFault } from './expressions.ts'
import { toInt } from './numbers.ts'
import { patternFault } from './patterns.ts'
import { healthCheckParameterFault } from './proxy-parameters.ts'
import { proxyPassHandlers } from './proxy-pass.ts'
import { noSuchParameter, parameterFault, parameterOf, say } from './proxy-refusals.ts'
import { type Handler, type Handlers, oneOf, type Reading, type Refusal, same } from './reading.ts'
import { serverOf } from './section.ts'
import { wordsOf } from './sections.ts'

const rule = 'apache/invalid-proxy' as const

const choice = (words: readonly string[], message: string): Handler => {
  const check = oneOf(words, message)
  return (reading, value) => {
    const said = check(reading, value)
    return said ? { ...(said as Refusal), rule } : undefined
  }
}

const number =
  (isRight: (value: number) => boolean, server: string, needs: string): Handler =>
  ({ entry }, value) =>
    isRight(toInt(value)) ? undefined : say(server, 0, `${entry.name} must be ${needs}, not "${value}".`)

const size = (name: string): Handler =>
  number((value) => value >= 512 || value === 0, `${name} must be >= 512 bytes, or 0 for system default.`, 'at least 512 bytes, or 0 for what the system has')

/** `mod_proxy.c: add_proxy` */
const proxyRemote =
  (match: boolean): Handler =>
  (_, pattern, url) => {
    const name = match ? 'ProxyRemoteMatch' : 'ProxyRemote'
    const bad = `${name}: Bad syntax for a remote proxy server`
    const [, rest] = /^[^:]*:\/\/(.+)$/s.exec(url) ?? []
    if (rest === undefined) return say(bad, 1, `"${url}" is no address of a proxy: write SCHEME://HOST:PORT.`)
    const port = /:\s*([+-]?\d+)?/.exec(rest)
    if (port && (port[1] === undefined || (Number(port[1]) | 0) > 65535))
      return say(`${bad} (bad port number)`, 1, `What stands behind the colon of "${url}" is no port.`)
    const fault = match ? patternFault(pattern, 0) : undefined
    return fault && { server: 'Regular expression for ProxyRemoteMatch could not be compiled.', ...fault }
  }

/** `mod_proxy.c: set_proxy_error_override`: the first word of the section says on or off, then codes may follow. */
const proxyErrorOverride: Handler = (reading, value) => {
  const { set } = reading.section
  const { directive, at } = reading
  const earlier = directive.args.slice(0, at).findLast((argument) => isSwitch(argument.value))?.value
  const known = set.get('proxyerroroverride')
  if (isSwitch(value)) {
    set.set('proxyerroroverride', directive)
    return undefined
  }
  const before = earlier ?? known?.args.findLast((argument) => isSwitch(argument.value))?.value
  if (before === undefined)
    return {
      ...say(
        'ProxyErrorOverride first parameter must be one of: off | on',
        at,
        `ProxyErrorOverride begins with On or Off; status codes such as "${value}" follow On.`,
      ),
      fixes: addOn(reading),
    }
  if (!/^\d/.test(value)) return say('ProxyErrorOverride: status codes to intercept must be numeric', at, `"${value}" is no status code.`)
  if (same(before, 'off')) return say("ProxyErrorOverride: status codes must follow a value of 'on'", at, `Status codes such as "${value}" follow On, not Off.`)
  const code = toInt(value)
  return code >= 400 && code < 600
    ? undefined
    : say(
        'ProxyErrorOverride: status codes to intercept must be valid HTTP Status Codes >=400 && <600',
        at,
        `"${value}" is no status of an error: those are 400 to 599.`,
      )
}

const isSwitch = (word: string): boolean => /^(on|off)$/i.test(word)

function addOn({ directive }: Reading): NonNullable<Refusal['fixes']> {
  const [first] = directive.args
  if (!first || !/^[45]\d\d$/.test(first.value)) return []
  return [{ title: 'Add "On" before it', safe: false, edits: [{ path: directive.source.path, start: first.start, end: first.start, newText: 'On ' }] }]
}

/** `mod_proxy_connect.c: set_allowed_ports` */
const allowConnect: Handler = ({ at }, value) => {
  if (!/^\d/.test(value)) return say('AllowCONNECT: port numbers must be numeric', at, `"${value}" is no port, nor a range such as 8000-8010.`)
  const range = /^\d+-(.*)$/s.exec(value)
  const last = range ? (range[1] ?? '') : value
  return /^\s*[+-]?\d+$/.test(last) ? undefined : say(`Cannot parse '${last}' as port number`, at, `"${value}" is no port, nor a range such as 8000-8010.`)
}

/** `mod_proxy_fcgi.c: cmd_setenv` */
const proxyFcgiSetEnvIf: Handler = (reading, condition, variable, value) => {
  const fault = expressionFault(reading, condition, 0, `Could not parse expression "${condition}": `)
  if (fault) return fault
  if (!variable.startsWith('!'))
    return value === undefined ? undefined : expressionFault(reading, value, 2, `Could not parse expression "${value}": `, 'string')
  if (value !== undefined)
    return say(
      `Third argument ("${value}") is not allowed when using ProxyFCGISetEnvIf's unset mode (${variable})`,
      2,
      `"${variable}" removes the variable: it takes no value.`,
    )
  return variable === '!'
    ? say('ProxyFCGISetEnvIf: "!" is not a valid variable name', 1, 'Behind "!" must stand the name of the variable to remove.')
    : undefined
}

/** `mod_proxy_hcheck.c: set_hc_template` */
const hcTemplate: Handler = (reading, text) => {
  const [name, ...parameters] = wordsOf(text)
  if (!name) return say('Missing template name for ProxyHCTemplate', 'name', 'ProxyHCTemplate needs a name, then parameters.')
  for (const [i, value] of parameters.entries()) {
    const at = i + 1
    const parameter = parameterOf({ value, at })
    if (!parameter) return say("Invalid ProxyHCTemplate parameter. Parameter must be in the form 'key=value'", at, noSuchParameter(value))
    const fault = healthCheckParameterFault(reading, parameter.key, parameter.value)
    if (fault) return parameterFault(reading, `ProxyHCTemplate: ${fault.server} ${value}; ${name}`, fault, parameter.key, at)
  }
  serverOf(reading.section).set.set(`hctemplate ${name.toLowerCase()}`, reading.directive)
  return undefined
}

/** `mod_proxy_hcheck.c: set_hc_condition`: the expression may stand in braces. */
const hcExpression: Handler = (reading, text) => {
  const [name] = wordsOf(text)
  if (!name) return say('Missing expression name for ProxyHCExpr', 'name', 'ProxyHCExpr needs a name, then an expression in braces.')
  if (name.length > 15) return say('Expression name limited to 15 characters', 0, `The name "${name}" is too long: 15 characters are the most.`)
  const rest = text.slice(text.indexOf(name) + name.length).replace(/^["']?\s*/, '')
  if (rest === '') return say('Missing expression for ProxyHCExpr', 'name', `ProxyHCExpr ${name} has no expression.`)
  const { expression, behind } = cutExpression(rest)
  const fault = expressionFault(reading, expression, 1, `Could not parse expression "${expression}": `)
  if (fault) return fault
  serverOf(reading.section).set.set(`hcexpr ${name.toLowerCase()}`, reading.directive)
  return behind === ''
    ? undefined
    : say('error: extra parameter(s)', 'all', `"${behind}" is one argument too many: an expression with spaces needs braces or quotes.`)
}

/** `server/util.c: ap_getword_conf2` */
function cutExpression(text: string): { expression: string; behind: string } {
  if (text.startsWith('{')) {
    let depth = 0
    for (let i = 0; i < text.length; i++) {
      if (text.charAt(i) === '{') depth++
      else if (text.charAt(i) === '}' && --depth === 0) return { expression: text.slice(1, i), behind: text.slice(i + 1).trim() }
    }
    return { expression: text.slice(1), behind: '' }
  }
  const [expression = '', ...others] = wordsOf(text)
  return { expression, behind: others.join(' ') }
}

export const proxyHandlers: Handlers = {
  ...proxyPassHandlers,
  proxyremote: proxyRemote(false),
  proxyremotematch: proxyRemote(true),
  proxydomain: (_, value) =>
    value.startsWith('.') ? undefined : say('ProxyDomain: domain name must start with a dot.', 0, `A domain begins with a dot: ".${value}", not "${value}".`),
  proxyerroroverride: proxyErrorOverride,
  proxyreceivebuffersize: size('ProxyReceiveBufferSize'),
  proxyiobuffersize: size('ProxyIOBufferSize'),
  proxytimeout: number((value) => value >= 1, 'Proxy Timeout must be at least 1 second.', 'at least one second'),
  proxyvia: choice(['Off', 'On', 'Block', 'Full'], 'ProxyVia must be one of: off | on | full | block'),
  proxybadheader: choice(['IsError', 'Ignore', 'StartBody'], 'ProxyBadHeader must be one of: IsError | Ignore | StartBody'),
  proxystatus: choice(['Off', 'On', 'Full'], 'ProxyStatus must be one of: off | on | full'),
  balancergrowth: number((value) => value >= 0 && value <= 1000, 'BalancerGrowth must be between 0 and 1000', 'from 0 to 1000'),
  allowconnect: allowConnect,
  proxyfcgibackendtype: choice(['GENERIC', 'FPM'], "ProxyFCGIBackendType requires one of the following arguments: 'GENERIC', 'FPM'"),
  proxyfcgisetenvif: proxyFcgiSetEnvIf,
  proxyhctemplate: hcTemplate,
  proxyhcexpr: hcExpression,
  proxyhctpsize: number((value) => value >= 0, 'Invalid ProxyHCTPsize parameter. Parameter must be >= 0', '0 or more'),
}
