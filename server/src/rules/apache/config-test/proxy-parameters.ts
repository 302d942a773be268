import { parseNumber, parseTimeout } from './c-numbers.ts'
import { isLoaded } from './module-loaded.ts'
import { toDouble, toInt } from './numbers.ts'
import { type Reading, same } from './reading.ts'
import { serverOf } from './section.ts'

/** What is wrong with a parameter: the server's words, and the words that would be right, where there are few. */
export interface ParameterFault {
  readonly server: string
  /** Set where the parameter's name is at fault. */
  readonly names?: readonly string[]
  /** Set where the value should be one of these. */
  readonly values?: readonly string[]
}

type Check = (value: string, reading: Reading) => string | ParameterFault | undefined

const onOff =
  (server: string): Check =>
  (value) =>
    same(value, 'on') || same(value, 'off') ? undefined : { server, values: ['On', 'Off'] }

const int =
  (isRight: (value: number) => boolean, server: string): Check =>
  (value) =>
    isRight(toInt(value)) ? undefined : server

const shorterThan =
  (limit: number, server: string): Check =>
  (value) =>
    value.length < limit ? undefined : server

const notNegative = (value: number): boolean => value >= 0

const timeout =
  (unit: 's' | 'ms', wrongFormat: string, tooShort: string): Check =>
  (value) => {
    const time = parseTimeout(value, unit)
    return time === undefined ? wrongFormat : time < 1000 ? tooShort : undefined
  }

/** `proxy_util.c: ap_proxy_set_wstatus`: each letter may have a sign before it. */
const status: Check = (value) => {
  for (let i = 0; i < value.length; i++) {
    if (/[+-]/.test(value.charAt(i))) i++
    if (!/^[OINGUDSEHFCR]$/i.test(value.charAt(i))) return 'Unknown status parameter option'
  }
  return undefined
}

const addressTtl: Check = (value) => {
  const time = value === '-1' ? 0 : parseTimeout(value, 's')
  return time !== undefined && time <= 2147483647e6 && time % 1e6 === 0 ? undefined : 'AddressTTL must be -1 or a number of seconds not exceeding (2147483647)'
}

const size = (least: number, server: string): Check => int((value) => value >= least || value === 0, server)

/** `mod_proxy.c: set_worker_param` */
const ofWorker: Readonly<Record<string, Check>> = {
  loadfactor: (value) => {
    const factor = Math.trunc(toDouble(value).value * 100)
    return factor >= 100 && factor <= 10000 ? undefined : 'LoadFactor must be a number between 1..100'
  },
  retry: int(notNegative, 'Retry must be a positive value'),
  ttl: int((value) => value >= 1, 'TTL must be at least one second'),
  min: int(notNegative, 'Min must be a positive number'),
  max: int(notNegative, 'Max must be a positive number'),
  smax: int(notNegative, 'Smax must be a positive number'),
  acquire: timeout('ms', 'Acquire timeout has wrong format', 'Acquire must be at least one millisecond'),
  timeout: int((value) => value >= 1, 'Timeout must be at least one second'),
  iobuffersize: size(512, 'IOBufferSize must be >= 512 bytes, or 0 for system default.'),
  receivebuffersize: size(512, 'ReceiveBufferSize must be >= 512 bytes, or 0 for system default.'),
  keepalive: onOff('KeepAlive must be On|Off'),
  disablereuse: onOff('DisableReuse must be On|Off'),
  enablereuse: onOff('EnableReuse must be On|Off'),
  addressttl: addressTtl,
  route: shorterThan(64, 'Route length must be < 64 characters'),
  redirect: shorterThan(64, 'Redirect length must be < 64 characters'),
  status,
  flushpackets: (value) => (/^(on|off|auto)$/i.test(value) ? undefined : { server: 'flushpackets must be on|off|auto', values: ['on', 'off', 'auto'] }),
  flushwait: int((value) => value >= 0 && value <= 1000, 'flushwait must be <= 1000, or 0 for system default of 10 millseconds.'),
  ping: timeout('s', 'Ping/Pong timeout has wrong format', 'Ping/Pong timeout must be at least one millisecond'),
  lbset: int((value) => value >= 0 && value <= 99, 'lbset must be between 0 and 99'),
  connectiontimeout: timeout('s', 'Connectiontimeout has wrong format', 'Connectiontimeout must be at least one millisecond.'),
  flusher: shorterThan(16, 'flusher name length must be < 16 characters'),
  upgrade: (value) => (same(value, 'any') || value.length < 16 ? undefined : 'upgrade protocol length must be < 16 characters'),
  responsefieldsize: (value) => (parseNumber(value).value < 0 ? 'ResponseFieldSize must be greater than 0 bytes, or 0 for system default.' : undefined),
  secret: shorterThan(64, 'Secret length must be < 64 characters'),
}

/** `proxy_util.c: proxy_hcmethods`, those that are implemented. */
const healthMethods = ['NONE', 'TCP', 'OPTIONS', 'HEAD', 'GET', 'CPING', 'OPTIONS11', 'HEAD11', 'GET11']

/** `mod_proxy_hcheck.c: set_worker_hc_param`: what `ProxyHCTemplate` takes too. */
const ofHealthCheck: Readonly<Record<string, Check>> = {
  hctemplate: (value, reading) => (knows(reading, `hctemplate ${value.toLowerCase()}`) ? undefined : `Unknown ProxyHCTemplate name: ${value}`),
  hcmethod: (value) => {
    if (same(value, 'provider')) return `Health check method ${value} not (yet) implemented`
    return healthMethods.some((method) => same(method, value)) ? undefined : { server: 'Unknown method', values: healthMethods }
  },
  hcinterval: (value) => {
    const time = parseTimeout(value, 's')
    return time === undefined ? 'Unparse-able hcinterval setting' : time < 100_000 ? 'Interval must be a positive value greater than 100ms' : undefined
  },
  hcpasses: int(notNegative, 'Passes must be a positive value'),
  hcfails: int(notNegative, 'Fails must be a positive value'),
  hcuri: shorterThan(64, 'Health check uri length must be < 64 characters'),
  hcexpr: (value, reading) => (knows(reading, `hcexpr ${value.toLowerCase()}`) ? undefined : `Unknown health check condition expr: ${value}`),
}

/** Whether this server (a virtual host has its own) defines a name, or may. */
const knows = (reading: Reading, key: string): boolean => reading.state.configuration.open || serverOf(reading.section).set.has(key)

const anyLength: Check = () => undefined

/** Each comes with a module of its own. */
const lbMethods = ['byrequests', 'bytraffic', 'bybusyness', 'heartbeat']

const lbMethod: Check = (value, reading) => {
  if (reading.state.unknownModule) return undefined
  const isMissing = lbMethods.includes(value) ? isLoaded(reading, `lbmethod_${value}_module`) === false : true
  return isMissing ? { server: 'unknown lbmethod', values: lbMethods } : undefined
}

/** `mod_proxy.c: set_balancer_param` */
const ofBalancer: Readonly<Record<string, Check>> = {
  stickysession: anyLength,
  stickysessionsep: (value) => (value.length === 1 || same(value, 'off') ? undefined : 'stickysessionsep must be a single character or Off'),
  nofailover: onOff('failover must be On|Off'),
  timeout: int((value) => value >= 1, 'timeout must be at least one second'),
  maxattempts: int(notNegative, 'maximum number of attempts must be a positive number'),
  lbmethod: lbMethod,
  scolonpathdelim: onOff('scolonpathdelim must be On|Off'),
  failonstatus: (value) =>
    value
      .split(/[, ]+/)
      .filter((code) => code !== '')
      .every((code) => toInt(code) >= 100 && toInt(code) < 600)
      ? undefined
      : 'failonstatus must be one or more HTTP response codes',
  failontimeout: onOff('failontimeout must be On|Off'),
  nonce: (value) => (same(value, 'none') || value.length < 37 ? undefined : 'Provided nonce is too large'),
  growth: int((value) => value >= 1 && value <= 100, 'growth must be between 1 and 100'),
  forcerecovery: onOff('forcerecovery must be On|Off'),
}

/** Of a worker; what mod_proxy_hcheck reads is not known where that module is not loaded. */
export function workerParameterFault(reading: Reading, key: string, value: string): ParameterFault | undefined {
  const lower = key.toLowerCase()
  const check = own(ofWorker, lower)
  if (check) return asFault(check(value, reading))
  if (isLoaded(reading, 'proxy_hcheck_module') === false) return { server: 'unknown Worker parameter', names: Object.keys(ofWorker) }
  const healthCheck = own(ofHealthCheck, lower)
  return healthCheck ? asFault(healthCheck(value, reading)) : { server: 'unknown Worker hcheck parameter', names: workerNames }
}

/** Of a template of health checks. */
export function healthCheckParameterFault(reading: Reading, key: string, value: string): ParameterFault | undefined {
  const check = own(ofHealthCheck, key.toLowerCase())
  return check ? asFault(check(value, reading)) : { server: 'unknown Worker hcheck parameter', names: Object.keys(ofHealthCheck) }
}

/** Of a balancer. */
export function balancerParameterFault(reading: Reading, key: string, value: string): ParameterFault | undefined {
  const check = own(ofBalancer, key.toLowerCase())
  return check ? asFault(check(value, reading)) : { server: 'unknown Balancer parameter', names: balancerNames }
}

export const workerNames = [...Object.keys(ofWorker), ...Object.keys(ofHealthCheck)]

export const balancerNames = Object.keys(ofBalancer)

const own = (checks: Readonly<Record<string, Check>>, key: string): Check | undefined => (Object.hasOwn(checks, key) ? checks[key] : undefined)

const asFault = (said: string | ParameterFault | undefined): ParameterFault | undefined => (typeof said === 'string' ? { server: said } : said)
