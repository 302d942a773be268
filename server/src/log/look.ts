import { targetsOf } from '../application/targets.ts'
import type { Understanding } from '../application/understand.ts'
import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../configuration/placed.ts'
import { type Address, reaches, tcpAddress, unixAddress } from '../deployment/processes/address.ts'
import type { Place } from '../problem/place.ts'
import type { Fix, Problem, Related } from '../problem/problem.ts'
import type { FileReport } from '../problem/report.ts'
import type { Range } from '../syntax/position.ts'
import type { Dialect } from '../syntax/tree.ts'
import { isInside, normalize, segmentsOf } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { textsIn } from '../workspace/texts.ts'

/** A line of the workspace that a message leads to: a problem that was found there, or what the message is about. */
export interface Cause {
  readonly path: string
  readonly range: Range
  readonly message: string
  /** The rule that finds the problem; undefined for a line that the message is about. */
  readonly rule?: string
  readonly severity?: Problem['severity']
  readonly related?: readonly Related[]
  readonly fixes?: readonly Fix[]
}

/** A workspace in which causes are looked for. */
export interface LogView {
  readonly understanding: Understanding
  /** What `checkUnderstood` says of it. */
  readonly reports: readonly FileReport[]
  readonly snapshot: Snapshot
  /** All its files. */
  readonly files: readonly string[]
}

/** The ways from what a message names to lines of the workspace. */
export interface Look {
  /** The problems that some rules find; where `about` is given, those that name it in their message or text. */
  problems(rules: readonly string[], about?: string): Cause[]
  /** The problems that some rules find in the blocks in which other causes stand. */
  problemsNear(causes: readonly Cause[], rules: readonly string[]): Cause[]
  /** What the server's own configuration test says, word for word. */
  configTest(message: string): Cause[]
  /** A line (from 1) of a file as the server names it; only where `word` stands in it, if one is given. */
  line(file: string | undefined, line: string | undefined, word: string | undefined, message: string): Cause[]
  directives(wanted: WantedDirectives): Cause[]
  /** The directives of nginx, in its server of that name, or of Apache that send requests to an address as a log writes it. */
  sendingTo(upstream: string | undefined, dialect: Dialect, server?: string): Cause[]
  /** What says where the processes behind an address listen. */
  listeningAt(upstream: string | undefined): Cause[]
  /** The directives that lead to a file on the server: the longest `root`, `alias`, `DocumentRoot` or `Alias` that holds it. */
  serving(path: string | undefined, dialect: Dialect, server?: string): Cause[]
  /** Where a setting of Django is given. */
  setting(name: string, message: string): Cause[]
  /** The deepest line of a traceback that lies in the workspace. */
  frame(traceback: string): Cause[]
}

export interface WantedDirectives {
  readonly dialect: Dialect
  /** As the configuration has them: of Apache in small letters. */
  readonly names: readonly string[]
  /** Those with an argument that is this value. */
  readonly value?: string | undefined
  readonly test?: (directive: PlacedDirective) => boolean
  /** Only in nginx's server of this name, where there is one. */
  readonly server?: string | undefined
  readonly message: string
}

export function makeLook(view: LogView): Look {
  const { understanding, reports, snapshot, files } = view
  const known = new Set(files)
  const texts = textsIn(snapshot)
  const causeAt = (place: Place, message: string): Cause => ({ path: place.path, range: texts.range(place), message })
  const ofDirective = (directive: PlacedDirective, message: string): Cause => {
    const { path, start, end } = placeOfDirective(directive)
    const { lines } = directive.source
    return { path, range: { start: lines.positionAt(start), end: lines.positionAt(end) }, message }
  }
  const ofProblem = (path: string, { range, message, rule, severity, related, fixes }: Problem): Cause => ({
    path,
    range,
    message,
    rule,
    severity,
    ...(related ? { related } : {}),
    ...(fixes ? { fixes } : {}),
  })
  const problemsBy = (test: (problem: Problem, path: string) => boolean): Cause[] =>
    reports.flatMap(({ path, problems }) => problems.filter((each) => test(each, path)).map((each) => ofProblem(path, each)))
  const configurations = (dialect: Dialect) => understanding.configurations.filter((each) => each.configuration.dialect === dialect)

  /** The workspace file of a file as the server names it. */
  const locate = (file: string): { path: string; sure: boolean } | undefined => {
    const deployed = normalize(file)
    const sources = understanding.configurations.flatMap(({ configuration }) => configuration.sources.map(({ path }) => path))
    if (known.has(deployed) || sources.includes(deployed)) return { path: deployed, sure: true }
    for (const paths of [understanding.paths, ...understanding.configurations.map((each) => each.paths)]) {
      const mapped = paths.toWorkspace(deployed)
      if (mapped !== undefined && (known.has(mapped) || sources.includes(mapped))) return { path: mapped, sure: true }
    }
    const own = segmentsOf(deployed)
    const shared = (path: string): number => {
      const other = segmentsOf(path)
      let count = 0
      while (count < own.length && own.at(-1 - count) === other.at(-1 - count)) count++
      return count
    }
    const candidates = [...new Set([...sources, ...files])].map((path) => ({ path, count: shared(path) })).filter(({ count }) => count > 0)
    const most = Math.max(0, ...candidates.map(({ count }) => count))
    const best = candidates.filter(({ count }) => count === most)
    return best[0] && best.length === 1 ? { path: best[0].path, sure: most >= 2 } : undefined
  }
  const inServer = (directives: readonly PlacedDirective[], server: string | undefined): readonly PlacedDirective[] => {
    if (!server) return directives
    const own = directives.filter((each) => {
      const block = each.name === 'server' ? each : enclosing(each, 'server')
      return !block || block.children.some((child) => child.name === 'server_name' && child.args.some(({ value }) => value === server))
    })
    return own.length > 0 ? own : directives
  }
  const directives: Look['directives'] = ({ dialect, names, value, test, server, message }) => {
    const found = configurations(dialect).flatMap(({ configuration }) =>
      directivesNamed(configuration, ...names).filter(
        (each) =>
          each.presence !== 'absent' &&
          (value === undefined || each.args.some((argument) => argument.known && sameValue(argument.value, value))) &&
          (test === undefined || test(each)),
      ),
    )
    return uniqueCauses(inServer(found, server).map((each) => ofDirective(each, message)))
  }

  return {
    problems: (rules, about) =>
      problemsBy((problem, path) => {
        if (!rules.includes(problem.rule)) return false
        if (about === undefined) return true
        if (names(problem.message, about)) return true
        const index = texts.lines(path)
        return names(texts.text(path).slice(index.offsetAt(problem.range.start), index.offsetAt(problem.range.end)), about)
      }),
    problemsNear(causes, rules) {
      const blocks = causes.flatMap((cause) => blocksAround(cause))
      return problemsBy(
        ({ rule, range }, path) =>
          rules.includes(rule) && blocks.some((each) => each.path === path && range.start.line >= each.first && range.start.line <= each.last),
      )
    },
    configTest: (message) => problemsBy((problem) => problem.configTest !== undefined && sameWords(problem.configTest.message, message)),
    line(file, line, word, message) {
      const found = file === undefined || line === undefined ? undefined : locate(file)
      if (!found) return []
      const text = texts.text(found.path)
      const index = texts.lines(found.path)
      const number = Number(line) - 1
      const start = index.lineStart(number)
      const written = text.slice(start, index.lineStart(number + 1)).trimEnd()
      if (written.trim() === '' && word === undefined) return []
      // A file that is found by its bare name, or that was changed since, is another one.
      if ((word === undefined && !found.sure) || (word !== undefined && !written.includes(word))) return []
      const lead = written.length - written.trimStart().length
      return [causeAt({ path: found.path, start: start + lead, end: start + written.length }, message)]
    },
    directives,
    sendingTo(upstream, dialect, server) {
      const address = addressOf(upstream)
      if (!address) return []
      const passing = configurations(dialect).flatMap(({ configuration }) => {
        const all = directivesNamed(configuration, ...(dialect === 'nginx' ? nginxPassing : apachePassing)).filter((each) => each.presence !== 'absent')
        return all.flatMap((each) =>
          targetsOf(each, configuration)
            .filter((target) => same(target.address, address))
            .map((target) => ({ directive: each, target })),
        )
      })
      const own = inServer(
        passing.map(({ directive }) => directive),
        server,
      )
      return uniqueCauses(
        passing.filter(({ directive }) => own.includes(directive)).map(({ target }) => causeAt(target.at, `Requests are sent to ${target.text} here.`)),
      )
    },
    listeningAt(upstream) {
      const address = addressOf(upstream)
      if (!address) return []
      return uniqueCauses(
        understanding.deployment.processes.flatMap((process) =>
          process.listeners.filter((each) => reaches(address, each.address)).map((each) => causeAt(each.at, `${process.name} listens there, by this line.`)),
        ),
      )
    },
    serving(path, dialect, server) {
      if (path === undefined) return []
      const file = path.replace(/\/{2,}/g, '/')
      const found = configurations(dialect).flatMap(({ configuration }) =>
        directivesNamed(configuration, ...(dialect === 'nginx' ? ['root', 'alias'] : ['documentroot', 'alias', 'scriptalias'])).flatMap((directive) => {
          const argument = directive.args[dialect === 'nginx' || directive.name === 'documentroot' ? 0 : 1]
          if (directive.presence === 'absent' || !argument?.known || argument.value.includes('$')) return []
          const folder = argument.value.replace(/(.)\/+$/, '$1')
          return folder.startsWith('/') && (isInside(file, folder) || file.startsWith(argument.value)) ? [{ directive, length: folder.length }] : []
        }),
      )
      const own = found.filter(({ directive }) =>
        inServer(
          found.map((each) => each.directive),
          server,
        ).includes(directive),
      )
      const longest = Math.max(0, ...own.map(({ length }) => length))
      return uniqueCauses(
        own.filter(({ length }) => length === longest).map(({ directive }) => ofDirective(directive, 'Requests for this file are led to its folder here.')),
      )
    },
    setting(name, message) {
      const settings = new Set(understanding.configurations.flatMap(({ applications }) => applications.flatMap((each) => each.settings ?? [])))
      return uniqueCauses(
        [...settings].flatMap((each) => {
          const value = each.get(name)
          return 'at' in value && value.at ? [causeAt(value.at, message)] : []
        }),
      )
    },
    frame(traceback) {
      const frames = [...traceback.matchAll(/^\s*File "([^"]+)", line (\d+)/gm)].reverse()
      for (const [, file = '', line = ''] of frames) {
        if (/\/(?:site|dist)-packages\/|\/lib\/python\d/.test(file) || file.startsWith('<')) continue
        const found = locate(file)
        if (!found?.sure) continue
        const index = texts.lines(found.path)
        const start = index.lineStart(Number(line) - 1)
        return [
          causeAt(
            { path: found.path, start, end: Math.max(start, index.lineStart(Number(line)) - 1) },
            'The last line of the project that the traceback names.',
          ),
        ]
      }
      return []
    },
  }

  /** The lines of the blocks that hold a cause: a directive's nearest block, or the file where there is none. */
  function blocksAround({ path, range }: Cause): { path: string; first: number; last: number }[] {
    const around = understanding.configurations.flatMap(({ configuration }) =>
      configuration.all.filter((each) => each.source.path === path && each.source.lines.lineAt(placeOfDirective(each).start) === range.start.line),
    )
    return around.map(({ parent, source }) => {
      if (!parent || parent.source.path !== path) return { path, first: range.start.line, last: range.start.line }
      return { path, first: source.lines.lineAt(placeOfDirective(parent).start), last: source.lines.lineAt(parent.start + parent.node.width) }
    })
  }
}

const nginxPassing = ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass']
const apachePassing = ['proxypass', 'proxypassmatch', 'balancermember']

/** `http://127.0.0.1:8000/x`, `uwsgi://unix:/run/site.sock:`, `unix:/run/site.sock:/x`, `127.0.0.1:8000`. */
function addressOf(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined
  const rest = text.replace(/^[a-z]+:\/\//, '')
  const socket = /^(?:unix:)?(\/[^:]*)/.exec(rest)
  if (socket) return unixAddress(socket[1] ?? '', undefined)
  return tcpAddress(rest.split('/')[0] ?? '', undefined)
}

/** A log names the address that a name stood for. */
const same = (named: Address, logged: Address): boolean => reaches(named, logged) || reaches(logged, named)

const sameValue = (written: string, value: string): boolean => written === value || written.replace(/(.)\/$/, '$1') === value.replace(/(.)\/$/, '$1')

/** Whether a text names a value, and not as a part of a longer one. */
function names(text: string, value: string): boolean {
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    if (!/[\w-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + value.length] ?? ' ')) return true
  }
  return false
}

const sameWords = (ours: string, logged: string): boolean => ours.replace(/\s+/g, ' ').trim() === logged.replace(/\s+/g, ' ').trim()

/** Without those that stand at the same place and say the same; a problem says more than its bare line. */
export function uniqueCauses(causes: readonly Cause[]): Cause[] {
  const seen = new Set<string>()
  const problemLines = new Set(causes.filter(({ rule }) => rule !== undefined).map(({ path, range }) => `${path}:${range.start.line}`))
  return causes.filter(({ path, range, rule, message }) => {
    const line = `${path}:${range.start.line}`
    const key = `${line}:${range.start.character} ${rule === undefined ? '' : message}`
    if (seen.has(key) || (rule === undefined && problemLines.has(line))) return false
    seen.add(key)
    return true
  })
}
