import { placeOfDirective } from '../../../configuration/placed.ts'
import { splitWords } from '../../../syntax/apache/words.ts'
import { patternFault } from './patterns.ts'
import { balancerParameterFault, workerParameterFault } from './proxy-parameters.ts'
import { badSocket, badUrl, noSuchParameter, type Parameter, parameterFault, parameterOf, removeArgument, say, type Word } from './proxy-refusals.ts'
import { balancerOf, isBalancer, parseUrl, withoutSocket, workerOf } from './proxy-url.ts'
import { defineWorker, findWorker, shownWorker } from './proxy-workers.ts'
import { type Handler, type Reading, type Refusal, type Said, same } from './reading.ts'
import { serverOf } from './section.ts'
import { pathOf, pathSection, sectionHead } from './section-path.ts'

const wordsOf = (text: string): Word[] => splitWords(text, 0).map(({ value }, at) => ({ value, at }))

/** APR's `apr_fnmatch_test`: whether a text has wildcards. */
function hasWildcard(text: string): boolean {
  let open = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '?' || character === '*') return true
    if (character === '\\') {
      if (++i >= text.length) return false
    } else if (character === '[') open = true
    else if (character === ']' && open) return true
  }
  return false
}

/** `mod_proxy.c: add_pass` */
const proxyPass =
  (isMatch: boolean): Handler =>
  (reading, text) => {
    const { section } = reading
    const words = wordsOf(text)
    if (section.open && !section.path && !looksLikeServer(words)) return undefined
    const inSection = section.path
    let path: string | undefined = inSection ? pathOf(section) : undefined
    let target: Word | undefined
    let hasPath = inSection
    let regex = isMatch
    const parameters = new Map<string, Parameter>()
    for (const word of words) {
      if (!hasPath) {
        if (word.value === '~') {
          if (isMatch) return say("ProxyPassMatch invalid syntax ('~' usage).", word.at, 'ProxyPassMatch takes a regular expression anyway: leave out "~".')
          regex = true
          continue
        }
        path = word.value
        hasPath = true
      } else if (!target) target = word
      else if (!/^(nocanon|interpolate|noquery)$/i.test(word.value)) {
        const parameter = parameterOf(word)
        if (!parameter) return noParameter(reading, word, target, words)
        if (!same(parameter.key, 'mapping')) addTo(parameters, parameter)
        else if (!/^(encoded|servlet)$/i.test(parameter.value))
          return say('unknown mapping', word.at, `mapping is "encoded" or "servlet", not "${parameter.value}".`)
      }
    }
    if (!target) return noTarget(reading, inSection)
    const real = withoutSocket(target.value)
    if (real === undefined) return badSocket('ProxyPass|ProxyPassMatch uses an invalid "unix:" URL', target)
    if (inSection && path !== undefined && hasWildcard(path)) regex = true
    if (regex && path !== undefined) {
      const fault = patternFault(path, inSection ? 'name' : words.findIndex(({ value }) => value === path))
      if (fault) return { server: 'Regular expression could not be compiled.', ...fault }
    }
    if (target.value === '!') return undefined
    return isBalancer(target.value)
      ? passToBalancer(reading, target, regex ? undefined : path, parameters)
      : passToWorker(reading, target, real, regex ? 'match' : 'prefix', parameters)
  }

/** A piece of a configuration of which nothing is known: a path before the URL says that it stands in no `<Location>`. */
const looksLikeServer = (words: readonly Word[]): boolean =>
  /^[/~^]/.test(words[0]?.value ?? '') && /^!$|^[a-z][\w+.-]*:/i.test(words[words[0]?.value === '~' ? 2 : 1]?.value ?? '')

/** Apache's tables compare keys without letter case; the last value counts, in the place of the first. */
function addTo(parameters: Map<string, Parameter>, parameter: Parameter): void {
  const lower = parameter.key.toLowerCase()
  parameters.set(lower, { ...parameter, key: parameters.get(lower)?.key ?? parameter.key })
}

function passToBalancer(reading: Reading, target: Word, path: string | undefined, parameters: ReadonlyMap<string, Parameter>): Said {
  const made = defineBalancer(reading, target.value)
  if ('fault' in made) return say(`ProxyPass ${made.fault}`, target.at, `"${target.value}" is no name for a balancer: write balancer://NAME.`)
  const parsed = path === undefined ? {} : parseUrl(path)
  if (!parsed) return say(`ProxyPass unable to parse: ${path}`, 0, `"${path}" is no path: it should begin with "/".`)
  if (parsed.path !== undefined && parsed.path.length >= 64)
    return say(
      `ProxyPass balancer ${made.name} front-end virtual-path (${parsed.path}) too long`,
      0,
      `"${parsed.path}" is too long for the path of a balancer.`,
    )
  for (const { key, value, at } of parameters.values()) {
    const fault = balancerParameterFault(reading, key, value)
    if (fault) return parameterFault(reading, `ProxyPass ${fault.server}`, fault, key, at)
  }
  return undefined
}

function passToWorker(reading: Reading, target: Word, real: string, kind: 'prefix' | 'match', parameters: ReadonlyMap<string, Parameter>): Said {
  const shared = findWorker(reading, real, kind)
  if (shared) {
    if (shared.by.presence === 'present') for (const parameter of parameters.values()) warnShared(reading, shared, parameter)
    return undefined
  }
  const worker = workerOf(target.value, kind === 'match')
  if ('fault' in worker) return badUrl(reading, `ProxyPass ${worker.fault}`, target)
  defineWorker(reading, worker.name, kind)
  for (const { key, value, at } of parameters.values()) {
    const fault = workerParameterFault(reading, key, value)
    if (fault) return parameterFault(reading, `ProxyPass ${fault.server}`, fault, key, at)
  }
  return undefined
}

/** Parameters of a worker that was defined before do nothing (AH01146, AH01150). */
function warnShared(reading: Reading, shared: { name: string; by: Reading['directive'] }, { key, value, at }: Parameter): void {
  const name = shownWorker(shared)
  reading.warn(`Ignoring parameter '${key}=${value}' for worker '${name}' because of worker sharing`, {
    at,
    words: `"${key}=${value}" does nothing: ${name} has the parameters of the directive that named it first.`,
    related: [{ at: placeOfDirective(shared.by), message: 'Its parameters hold for both.' }],
  })
}

/** Makes a balancer known to the server or virtual host. */
function defineBalancer(reading: Reading, url: string): ReturnType<typeof balancerOf> {
  const made = balancerOf(url)
  if ('fault' in made) return made
  const { set } = serverOf(reading.section)
  const key = `balancer ${made.name}`
  if (set.get(key)?.presence !== 'present') set.set(key, reading.directive)
  return made
}

/** `mod_proxy.c: add_member` */
const balancerMember: Handler = (reading, text) => {
  const { section } = reading
  if (section.open && !section.path) return undefined
  const words = wordsOf(text)
  const inSection = section.path
  let balancer = inSection ? pathOf(section) : undefined
  if (inSection && balancer === undefined) return undefined
  let target: Word | undefined
  const parameters = new Map<string, Parameter>()
  for (const word of words) {
    const parameter = parameterOf(word)
    if (parameter) addTo(parameters, parameter)
    else if (balancer === undefined) balancer = word.value
    else if (!target) target = word
    else if (inSection) return say('BalancerMember can not have a balancer name when defined in a location', word.at, noSuchParameter(word.value))
    else return say("Invalid BalancerMember parameter. Parameter must be in the form 'key=value'", word.at, noSuchParameter(word.value))
  }
  if (balancer === undefined)
    return say(
      'BalancerMember must define balancer name when outside <Proxy > section',
      'name',
      'BalancerMember outside of a <Proxy> needs the name of its balancer: balancer://NAME.',
    )
  if (!target) return say('BalancerMember must define remote proxy server', 'name', 'BalancerMember does not say which server: it needs a URL.')
  const real = withoutSocket(target.value)
  if (real === undefined) return badSocket('BalancerMember uses an invalid "unix:" URL', target)
  const made = defineBalancer(reading, balancer.toLowerCase())
  if ('fault' in made) return say(`BalancerMember ${made.fault}`, inSection ? 'name' : 0, `"${balancer}" is no name for a balancer: write balancer://NAME.`)
  const shared = findWorker(reading, real, 'either', made.name)
  if (shared) {
    if (shared.by.presence === 'present') for (const parameter of parameters.values()) warnShared(reading, shared, parameter)
    return undefined
  }
  const worker = workerOf(target.value, false)
  if ('fault' in worker) return badUrl(reading, `BalancerMember ${worker.fault}`, target)
  defineWorker(reading, worker.name, 'prefix', made.name)
  for (const { key, value, at } of parameters.values()) {
    const fault = workerParameterFault(reading, key, value)
    if (fault) return parameterFault(reading, `BalancerMember ${fault.server}`, fault, key, at)
  }
  return undefined
}

/** `mod_proxy.c: set_proxy_param` */
const proxySet: Handler = (reading, text) => {
  const { section, state } = reading
  const around = section.directive && /^proxy(match)?$/.test(section.name) ? section : undefined
  const words = wordsOf(text)
  if (around?.directive?.args.some((argument) => !argument.known)) return undefined
  const head = around?.directive ? splitWords(sectionHead(around.directive.argumentText), 0)[0]?.value : words[0]?.value
  const name = head ?? ''
  const target = { value: name, at: 0 }
  const parameters = around ? words : words.slice(1)
  const kind = around ? (around.name === 'proxymatch' ? 'match' : 'prefix') : 'either'
  const balancing = isBalancer(name)
  if (balancing) {
    const made = balancerOf(name)
    const known = 'name' in made && serverOf(section).set.has(`balancer ${made.name}`)
    if (!known && !around)
      return state.configuration.open || section.open
        ? undefined
        : say(`ProxySet can not find '${name}' Balancer.`, 0, `No <Proxy> or BalancerMember before this line makes the balancer ${name} in this server.`)
    if ('fault' in made) return say(`ProxySet ${made.fault}`, 'name', `"${name}" is no name for a balancer: write balancer://NAME.`)
    defineBalancer(reading, name)
  } else {
    const real = withoutSocket(name)
    if (real === undefined) return badSocket('ProxySet uses an invalid "unix:" URL', target)
    if (!findWorker(reading, real, kind)) {
      if (!around)
        return state.configuration.open || section.open
          ? undefined
          : say(`ProxySet can not find '${name}' Worker.`, 0, `No ProxyPass before this line goes to ${name} in this server.`)
      const worker = workerOf(name, kind === 'match')
      if ('fault' in worker)
        return say(`ProxySet ${worker.fault}`, 'name', `ProxySet sets parameters of one server: <${around.title} ${name}> does not name one by its URL.`)
      defineWorker(reading, worker.name, kind === 'match' ? 'match' : 'prefix')
    }
  }
  for (const word of parameters) {
    const parameter = parameterOf(word)
    if (!parameter) return say("Invalid ProxySet parameter. Parameter must be in the form 'key=value'", word.at, noSuchParameter(word.value))
    const { key, value } = parameter
    const fault = balancing ? balancerParameterFault(reading, key, value) : workerParameterFault(reading, key, value)
    if (fault) return parameterFault(reading, `ProxySet: ${fault.server} ${key}=${value}; ${name}`, fault, key, word.at)
  }
  return undefined
}

/** What stands behind the URL of a `<Proxy>` (`mod_proxy.c: proxysection`); `words` are those of the opening line. */
export function proxySectionFault(reading: Reading, words: readonly string[], match: boolean): Said {
  const [first = '', ...parameters] = words
  if (parameters.length === 0) return undefined
  const url = first.replace(/^proxy:/i, '')
  const about = (server: string, words: string, at = 1): Refusal => ({ server, rule: 'apache/invalid-section', at, words })
  const extra = parameters[0] ?? ''
  if (match) return about('Multiple <ProxyMatch> arguments not (yet) supported.', `<ProxyMatch> takes one argument: "${extra}" is one too many.`)
  const one = `Parameters such as "${extra}" are for one server or balancer, by its URL`
  if (hasWildcard(url)) return about('<Proxy> arguments are not supported for wildchar url.', `${one}: "${url}" has wildcards.`)
  if (!url.includes(':')) return about('<Proxy> arguments are not supported for non url.', `${one}: "${url}" is none.`)
  const balancing = isBalancer(url)
  const target = { value: url, at: 0 }
  if (balancing) {
    const made = defineBalancer(reading, url)
    if ('fault' in made) return say(`<Proxy ${made.fault}`, 0, `"${url}" is no name for a balancer: write balancer://NAME.`)
  } else {
    const real = withoutSocket(url)
    if (real === undefined) return badSocket('<Proxy/ProxyMatch > uses an invalid "unix:" URL', target)
    if (!findWorker(reading, real, 'prefix')) {
      const worker = workerOf(url, false)
      if ('fault' in worker) return badUrl(reading, `<Proxy ${worker.fault}`, target)
      defineWorker(reading, worker.name, 'prefix')
    }
  }
  for (const [i, value] of parameters.entries()) {
    const parameter = parameterOf({ value, at: i + 1 })
    if (!parameter) return about("Invalid Proxy parameter. Parameter must be in the form 'key=value'", noSuchParameter(value), i + 1)
    const fault = balancing ? balancerParameterFault(reading, parameter.key, parameter.value) : workerParameterFault(reading, parameter.key, parameter.value)
    if (fault) return parameterFault(reading, `<Proxy ${fault.server} ${value}; ${url}`, fault, parameter.key, i + 1)
  }
  return undefined
}

/** `mod_proxy.c: add_pass_reverse` */
const proxyPassReverse: Handler = (reading, _, second) => {
  if (reading.section.open && !reading.section.path) return undefined
  const interpolates = second !== undefined && same(second, 'interpolate')
  if (reading.section.path) {
    if (second === undefined || interpolates) return undefined
    return {
      ...say(
        'ProxyPassReverse can not have a path when defined in a location',
        0,
        `Inside <${sectionTitle(reading)}> ProxyPassReverse takes no path: that of the section holds.`,
      ),
      fixes: [removeArgument(reading, 0)],
    }
  }
  return second === undefined || interpolates
    ? say('ProxyPassReverse needs a path when not defined in a location', 'name', 'Outside of a <Location> ProxyPassReverse takes a path, then the URL.')
    : undefined
}

const sectionTitle = ({ section }: Reading): string => pathSection(section)?.title ?? section.title

/** A word without `=` behind the URL; in a section, the path that belongs to the section. */
function noParameter(reading: Reading, word: Word, target: Word, words: readonly Word[]): Refusal {
  const server = "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'."
  if (!reading.section.path || !target.value.startsWith('/')) return say(server, word.at, noSuchParameter(word.value))
  return {
    ...say(
      'ProxyPass|ProxyPassMatch can not have a path when defined in a location.',
      target.at,
      `Inside <${sectionTitle(reading)}> ${reading.entry.name} takes no path: that of the section holds.`,
    ),
    fixes: words.length > 1 ? [removeArgument(reading, target.at)] : [],
  }
}

function noTarget(reading: Reading, inSection: boolean): Refusal {
  const { name } = reading.entry
  const words = inSection
    ? `${name} does not say where to: inside <${sectionTitle(reading)}> it takes a URL, or "!".`
    : `${name} takes a path, then a URL or "!". Only inside <Location> can the path be left out.`
  return say('ProxyPass|ProxyPassMatch needs a path when not defined in a location', 'name', words)
}

/** What goes where, and with which parameters. */
export const proxyPassHandlers = {
  proxypass: proxyPass(false),
  proxypassmatch: proxyPass(true),
  proxypassreverse: proxyPassReverse,
  balancermember: balancerMember,
  proxyset: proxySet,
} satisfies Record<string, Handler>
