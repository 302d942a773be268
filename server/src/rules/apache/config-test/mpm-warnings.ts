import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { findingOf, type Report } from './directive-reading.ts'
import { loadedModules } from './modules.ts'
import { toInt } from './numbers.ts'

/** The numbers of an MPM, by the directive's name in lower case, before a configuration says anything (`server/mpm/*.c: *_pre_config`). */
type Numbers = Record<string, number>

const threaded = { serverlimit: 16, threadlimit: 64, threadsperchild: 25, maxrequestworkers: 400, startservers: 3, minsparethreads: 75 }
const processes = { serverlimit: 256, maxrequestworkers: 256, startservers: 5, minspareservers: 5 }

/** The MPMs and what their builds allow at most. */
const mpms: readonly { readonly module: string; readonly defaults: Numbers; readonly mostServers: number; readonly mostThreads?: number }[] = [
  { module: 'mpm_event_module', defaults: threaded, mostServers: 20000, mostThreads: 100000 },
  { module: 'mpm_worker_module', defaults: threaded, mostServers: 20000, mostThreads: 20000 },
  { module: 'mpm_prefork_module', defaults: processes, mostServers: 200000 },
]

/**
 * What the MPM says of its numbers when everything is read (`event.c: event_check_config`, and those of worker and prefork): it changes them and goes
 * on. Only where the whole configuration is there, with one MPM, and no condition leaves a number open.
 */
export function mpmWarnings(configuration: Configuration, report: Report): void {
  const modules = loadedModules(configuration)
  const loaded = mpms.filter(({ module }) => modules?.has(module))
  const [mpm] = loaded
  if (!mpm || loaded.length > 1) return
  const set = settings(configuration, mpm.defaults)
  if (!set) return
  const numbers = { ...mpm.defaults }
  for (const [name, directive] of set) numbers[name] = toInt(directive.args[0]?.value ?? '')
  const warn = (name: string, server: string, words: string): void => {
    const directive = set.get(name) ?? set.get('maxrequestworkers') ?? [...set.values()].at(-1)
    if (directive) report('apache/ignored', findingOf(directive, 'warn', `WARNING: ${server}`, { at: 0, noLine: true, words }))
  }
  if (mpm.mostThreads === undefined) checkProcesses(numbers, mpm.mostServers, warn)
  else checkThreads(numbers, mpm.mostServers, mpm.mostThreads, warn)
}

/** The last of each directive; undefined where it is not certain which that is. */
function settings(configuration: Configuration, defaults: Numbers): Map<string, PlacedDirective> | undefined {
  const set = new Map<string, PlacedDirective>()
  for (const directive of directivesNamed(configuration, 'maxclients', ...Object.keys(defaults))) {
    const name = directive.name === 'maxclients' ? 'maxrequestworkers' : directive.name
    if (directive.presence === 'absent' || directive.node.block) continue
    if (directive.presence === 'unknown' || directive.args.length !== 1 || !directive.args[0]?.known) return undefined
    set.set(name, directive)
  }
  return set
}

type Warn = (name: string, server: string, words: string) => void

function checkServerLimit(numbers: Numbers, most: number, warn: Warn): number {
  const limit = numbers.serverlimit ?? 0
  if (limit > most) {
    warn(
      'serverlimit',
      `ServerLimit of ${limit} exceeds compile-time limit of ${most} servers, decreasing to ${most}.`,
      `ServerLimit is ${limit}: Apache takes ${most}, the most there is.`,
    )
    return most
  }
  if (limit < 1) warn('serverlimit', `ServerLimit of ${limit} not allowed, increasing to 1.`, `ServerLimit is ${limit}: Apache takes 1.`)
  return Math.max(1, limit)
}

function checkThreads(numbers: Numbers, mostServers: number, mostThreads: number, warn: Warn): void {
  const { maxrequestworkers = 0, threadsperchild = 0, startservers = 0, minsparethreads = 0, threadlimit = 0 } = numbers
  const serverLimit = checkServerLimit(numbers, mostServers, warn)
  let threadLimit = Math.max(1, threadlimit)
  if (threadlimit > mostThreads) {
    threadLimit = mostThreads
    warn(
      'threadlimit',
      `ThreadLimit of ${threadlimit} exceeds compile-time limit of ${mostThreads} threads, decreasing to ${mostThreads}.`,
      `ThreadLimit is ${threadlimit}: Apache takes ${mostThreads}, the most there is.`,
    )
  } else if (threadlimit < 1)
    warn('threadlimit', `ThreadLimit of ${threadlimit} not allowed, increasing to 1.`, `ThreadLimit is ${threadlimit}: Apache takes 1.`)
  let threads = Math.max(1, threadsperchild)
  if (threads > threadLimit) {
    warn(
      'threadsperchild',
      `ThreadsPerChild of ${threads} exceeds ThreadLimit of ${threadLimit} threads, decreasing to ${threadLimit}. To increase, please see the ThreadLimit directive.`,
      `ThreadsPerChild is ${threads}, and ThreadLimit ${threadLimit}: Apache takes ${threadLimit}. Set ThreadLimit to ${threads} as well.`,
    )
    threads = threadLimit
  } else if (threadsperchild < 1)
    warn('threadsperchild', `ThreadsPerChild of ${threadsperchild} not allowed, increasing to 1.`, `ThreadsPerChild is ${threadsperchild}: Apache takes 1.`)
  checkWorkers(maxrequestworkers, threads, serverLimit, warn)
  if (startservers < 1)
    warn('startservers', `StartServers of ${startservers} not allowed, increasing to 1.`, `StartServers is ${startservers}: Apache takes 1.`)
  if (minsparethreads < 1)
    warn(
      'minsparethreads',
      `MinSpareThreads of ${minsparethreads} not allowed, increasing to 1 to avoid almost certain server failure. Please read the documentation.`,
      `MinSpareThreads is ${minsparethreads}: Apache takes 1.`,
    )
}

function checkWorkers(given: number, threads: number, serverLimit: number, warn: Warn): void {
  let workers = given
  if (workers < threads) {
    warn(
      'maxrequestworkers',
      `MaxRequestWorkers of ${workers} is less than ThreadsPerChild of ${threads}, increasing to ${threads}. MaxRequestWorkers must be at least as large as the number of threads in a single server.`,
      `MaxRequestWorkers is ${workers}, and one process has ${threads} threads: Apache takes ${threads}.`,
    )
    workers = threads
  }
  const servers = Math.floor(workers / threads)
  if (workers % threads !== 0) {
    const fitting = servers * threads
    warn(
      'maxrequestworkers',
      `MaxRequestWorkers of ${workers} is not an integer multiple of ThreadsPerChild of ${threads}, decreasing to nearest multiple ${fitting}, for a maximum of ${servers} servers.`,
      `MaxRequestWorkers is ${workers}, no multiple of the ${threads} threads of a process: Apache takes ${fitting}.`,
    )
    workers = fitting
  }
  if (servers > serverLimit) {
    const fitting = serverLimit * threads
    warn(
      'maxrequestworkers',
      `MaxRequestWorkers of ${workers} would require ${servers} servers and would exceed ServerLimit of ${serverLimit}, decreasing to ${fitting}. To increase, please see the ServerLimit directive.`,
      `MaxRequestWorkers is ${workers}, which takes ${servers} processes, and ServerLimit is ${serverLimit}: Apache takes ${fitting}. Set ServerLimit to ${servers}.`,
    )
  }
}

function checkProcesses(numbers: Numbers, mostServers: number, warn: Warn): void {
  const { maxrequestworkers = 0, startservers = 0, minspareservers = 0 } = numbers
  const limit = checkServerLimit(numbers, mostServers, warn)
  if (maxrequestworkers > limit)
    warn(
      'maxrequestworkers',
      `MaxRequestWorkers of ${maxrequestworkers} exceeds ServerLimit value of ${limit} servers, decreasing MaxRequestWorkers to ${limit}. To increase, please see the ServerLimit directive.`,
      `MaxRequestWorkers is ${maxrequestworkers}, and ServerLimit ${limit}: Apache takes ${limit}. Set ServerLimit to ${maxrequestworkers} as well.`,
    )
  else if (maxrequestworkers < 1)
    warn(
      'maxrequestworkers',
      `MaxRequestWorkers of ${maxrequestworkers} not allowed, increasing to 1.`,
      `MaxRequestWorkers is ${maxrequestworkers}: Apache takes 1.`,
    )
  if (startservers < 1)
    warn('startservers', `StartServers of ${startservers} not allowed, increasing to 1.`, `StartServers is ${startservers}: Apache takes 1.`)
  if (minspareservers < 1)
    warn(
      'minspareservers',
      `MinSpareServers of ${minspareservers} not allowed, increasing to 1 to avoid almost certain server failure. Please read the documentation.`,
      `MinSpareServers is ${minspareservers}: Apache takes 1.`,
    )
}
