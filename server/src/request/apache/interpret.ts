import { makeFileIndex } from '../../configuration/locate.ts'
import type { ResolveOptions } from '../../configuration/options.ts'
import { type Configuration, placeOfDirective } from '../../configuration/placed.ts'
import { makeSourceReader } from '../../configuration/source.ts'
import { defaultSettings } from '../../workspace/settings.ts'
import type { Snapshot } from '../../workspace/snapshot.ts'
import { branchesOf, type Choices, mostBranches } from '../choices.ts'
import { type Answer, type Authorization, emptyAnswer, type Request, type Step } from '../request.ts'
import { isKnown } from '../unknown.ts'
import { fromBytes, lowerCase, sameIgnoringCase, toBytes } from './bytes.ts'
import { documentRootOf, type Override, schemePort, usesTls } from './core.ts'
import { word } from './dir-config.ts'
import { beginning, type Exchange, isRedirectStatus, note, type World } from './exchange.ts'
import { filesOf, NotLoadedYet, Undecided } from './files.ts'
import { mistakeIn, readHtaccess } from './htaccess.ts'
import { presenceIn } from './presence.ts'
import { becomeLookup, die, lookUpEntry, lookUpFile, lookUpUri, postRead, redirectInternally, run } from './process.ts'
import { checkHost, parseRequestLine, readHeaders, readHost, versionNumber } from './protocol.ts'
import { outerSection, type Section } from './sections.ts'
import { serverEntry, serversOf } from './servers.ts'
import { Table } from './table.ts'
import { chooseByName, defaultsOf, hostsAt, matchesVirtualHost } from './virtual-host.ts'
import { scriptNote } from './wsgi.ts'

/** What Apache 2.4.71 does with a request; each branch is the answer were something otherwise that cannot be known. */
export function answerApache(configuration: Configuration, request: Request, snapshot: Snapshot): Answer {
  const choices: Choices = { given: [], made: [] }
  const { answer, missing } = answerWith(configuration, request, snapshot, choices)
  const answerIf = (given: readonly number[], file?: string): Answer => answerWith(configuration, request, snapshot, { given, made: [] }, file).answer
  const there = missing === undefined ? [] : [{ condition: `the file ${missing} is there`, answer: answerIf([], missing) }]
  return { ...answer, branches: [...there, ...branchesOf(choices, (given) => answerIf(given), mostBranches - there.length)] }
}

/** As `answerApache`, without branches: what cannot be known is decided as given, and `choices` has what was decided afterwards. */
export const answerApacheDeciding = (configuration: Configuration, request: Request, snapshot: Snapshot, choices: Choices): Answer =>
  answerWith(configuration, request, snapshot, choices).answer

interface Answered {
  readonly answer: Answer
  /** A file that is not found here and may well be on the server. */
  readonly missing?: string | undefined
}

/** @param assumed a file that is there, whatever the snapshot says */
function answerWith(configuration: Configuration, request: Request, snapshot: Snapshot, choices: Choices, assumed?: string): Answered {
  const steps: Step[] = []
  try {
    const world = makeWorld(configuration, request, snapshot, steps, choices, assumed)
    const r = firstExchange(world)
    const unreached = unreachedBy(world)
    if (unreached) return { answer: unknownAnswer([unreached]) }
    begin(r)
    let last = r
    while (last.next) last = last.next
    const answer = answerOf(world, r, last)
    return { answer, missing: fileElsewhere(world, last, answer) }
  } catch (error) {
    // Files are loaded, and the request is answered again.
    if (error instanceof NotLoadedYet) return { answer: unknownAnswer(steps) }
    if (!(error instanceof Undecided)) throw error
    const message = `the answer depends on ${error.what}, which nobody can know`
    return { answer: unknownAnswer([...steps, { phase: 'unknown', outcome: 'decided', message, at: undefined }]) }
  }
}

const unknownAnswer = (steps: readonly Step[]): Answer => ({ ...emptyAnswer, steps })

/** TLS is spoken to an address where the server does not speak it: nothing is answered. */
function unreachedBy({ request, servers }: World): Step | undefined {
  const server = hostsAt(servers, request.connect).hosts[0] ?? servers.main
  if (!request.tls || usesTls(server)) return undefined
  const message = `${request.connect.address}:${request.connect.port} does not speak TLS: the connection fails`
  return { phase: 'connection', outcome: 'decided', message, at: server.at && placeOfDirective(server.at) }
}

/** A file that is not found where the folder itself, which the configuration names, is not on this machine: there it may well be. */
function fileElsewhere(world: World, last: Exchange, { status, file }: Answer): string | undefined {
  if (status !== 404 || file === undefined || last.file.kind !== 'none') return undefined
  const root = last.contextRoot ?? documentRootOf(last)
  // Behind the script of an application is no file.
  const wanted = last.notes.get(scriptNote) ?? last.wanted
  return world.files.stat(root).kind === 'none' && wanted !== undefined ? fromBytes(wanted) : undefined
}

/** Reads the request as Apache does, up to the first mistake, and answers it. */
function begin(r: Exchange): void {
  const { request, servers } = r.world
  const at = hostsAt(servers, request.connect)
  if (at.hosts[0]) r.server = at.hosts[0]
  r.dir = defaultsOf(r.server)
  const line = parseRequestLine(r, request)
  const fail = (status: number): void => {
    r.dir = defaultsOf(r.server)
    die(r, status, 200)
  }
  // `ssl_engine_kernel.c: ssl_hook_ReadReq`
  if (usesTls(r.server) && !request.tls) {
    note(r, 'server', 'decided', 'plain HTTP is sent to a port for TLS: 400', serverEntry(r.server, 'sslengine')?.directive)
    fail(400)
    return
  }
  if (line !== 0) {
    // What is wrong with a request line is said as HTTP/1.0 says it.
    if (r.version < 1000) r.version = 1000
    fail(line)
    return
  }
  if (request.version !== '0.9') {
    const headers = readHeaders(r)
    if (headers !== 0) {
      fail(headers)
      return
    }
  }
  const host = readHost(r)
  if (host !== 0) {
    fail(host)
    return
  }
  const found = chooseByName(r, at)
  r.dir = defaultsOf(r.server)
  const strict = serverEntry(r.server, 'stricthostcheck')
  if (strict && lowerCase(word(strict.directive, 0)) === 'on' && r.hostname !== undefined && !found) {
    note(r, 'server', 'decided', `StrictHostCheck: nobody has the name ${r.hostname}: 400`, strict.directive)
    fail(400)
    return
  }
  const checked = checkHost(r)
  if (checked !== 0) {
    fail(checked)
    return
  }
  const read = postRead(r)
  if (read === 'ok') run(r)
  else die(r, read, r.status)
}

function answerOf(world: World, first: Exchange, last: Exchange): Answer {
  const sent = world.answered ?? first
  const { status } = sent
  const location = sent.headersOut.get('Location')
  const { request, upstream } = world
  const isRedirect = location !== undefined && isRedirectStatus(status)
  const file = isRedirect ? undefined : upstream ? (upstream.script ?? undefined) : last.isMapped && last.filename?.startsWith('/') ? last.filename : undefined
  const headers: Record<string, string> = {}
  const notKnown = new Set<string>()
  for (const [name, value] of sent.headersOut.entries) {
    const key = lowerCase(name)
    if (!isKnown(value)) notKnown.add(key === 'location' ? key : `header.${key}`)
    else if (key !== 'location') headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  return {
    status,
    location,
    server: last.server.name,
    matched: undefined,
    file: request.target === '*' ? undefined : file,
    upstreamUri: upstream?.uri,
    authz: request.target === '*' ? 'n/a' : authorizationOf(world, status),
    headers: first.version < 1000 ? {} : headers,
    upstream: upstream?.address,
    upstreamHeaders: upstream?.headers && Object.fromEntries(upstream.headers.entries.map(([name, value]) => [lowerCase(name), value])),
    handler: last.handler,
    steps: world.steps,
    notKnown,
    branches: [],
  }
}

/** A refusal that ended as something else was one of a lookup: an entry of a listing, an index. */
function authorizationOf({ access }: World, status: number): Authorization {
  if (status === 401 || (access.refused && status === 403)) return 'denied'
  return access.passed || status < 300 ? 'granted' : 'n/a'
}

function makeWorld(configuration: Configuration, request: Request, snapshot: Snapshot, steps: Step[], choices: Choices, assumed: string | undefined): World {
  const serverRoot = toBytes(configuration.serverRoot ?? '/etc/apache2').replace(/(?!^)\/+$/, '')
  const files = filesOf(snapshot, assumed)
  const isThere = presenceIn(configuration, files, serverRoot)
  const servers = serversOf(configuration, isThere)
  const htaccess = new Map<string, Section | number | undefined>()
  const options: ResolveOptions = { index: makeFileIndex([], []), reader: makeSourceReader(), settings: defaultSettings }
  const { modules } = configuration
  const world: World = {
    request,
    servers,
    files,
    // A server without a line that loads any has them built in.
    has: (module) => modules === undefined || modules.size === 0 || modules.has(module),
    htaccessOf: (r, folder, override) => {
      if (override.classes !== 'unset' && override.classes.size === 0 && override.nonfatal === 'none' && !override.list?.size) return undefined
      const key = `${override.by?.order ?? ''} ${folder}`
      if (!htaccess.has(key)) htaccess.set(key, readFolder(r, folder, override))
      return htaccess.get(key)
    },
    mergesSlashes: (r) => lowerCase(serverEntry(r.server, 'mergeslashes')?.directive.args[0]?.value ?? 'on') !== 'off',
    serverRoot,
    lookUpUri,
    lookUpFile,
    lookUpEntry,
    becomeLookup,
    redirectInternally,
    steps,
    choices,
    access: { passed: false, refused: false },
    upstream: undefined,
    lookups: 0,
    isOwnUrl: (r) =>
      sameIgnoringCase(r.scheme ?? '', request.tls ? 'https' : 'http') &&
      r.hostname !== undefined &&
      matchesVirtualHost(r, r.hostname, r.hostPort ?? schemePort(r)),
    answered: undefined,
  }

  /** The `.htaccess` of a folder, or what `AccessFileName` calls it. */
  function readFolder(r: Exchange, folder: string, override: Override): Section | number | undefined {
    const names = serverEntry(r.server, 'accessfilename')?.directive.args.map(({ value }) => toBytes(value)) ?? ['.htaccess']
    // What will be read further down is asked for together.
    const below = (r.filename ?? '').startsWith(folder) ? (r.filename ?? '').slice(folder.length).split('/').slice(0, -1) : []
    for (let at = folder; below.length > 0; ) {
      at += `${below.shift()}/`
      for (const name of names) files.expect(at + name)
    }
    for (const name of names) {
      const path = folder + name
      const found = files.content(path)
      if (found.state === 'absent') continue
      if (found.state === 'refused') {
        if (files.stat(path).kind === 'folder') continue
        note(r, 'htaccess', 'decided', `${path} cannot be read: 403`)
        return 403
      }
      const file = readHtaccess(snapshot, path, found.text, configuration, options)
      if (!file) continue
      const { mistake, ignored } = mistakeIn(file, override, options)
      if (mistake) {
        steps.push({ phase: 'htaccess', outcome: 'decided', message: `${path}: ${mistake.message}: 500`, at: mistake.at && placeOfDirective(mistake.at) })
        return 500
      }
      note(r, 'htaccess', 'passed', `${path} is read`, override.by)
      return outerSection('htaccess', file.directives, folder, (directive) => isThere(directive) && !ignored.has(directive))
    }
    return undefined
  }
  return world
}

function firstExchange(world: World): Exchange {
  const { request, servers } = world
  const headersIn = new Table()
  for (const [name, value] of request.headers) headersIn.merge(name, value.trim())
  if (request.version !== '0.9') headersIn.set('Connection', 'close')
  const server = servers.main
  return {
    ...beginning(),
    world,
    prev: undefined,
    main: undefined,
    server,
    method: request.method,
    isForeignMethod: false,
    isHead: request.method === 'HEAD',
    protocol: `HTTP/${request.version}`,
    version: versionNumber(request.version),
    theRequest: '',
    unparsedUri: request.target,
    uri: request.target,
    hostname: undefined,
    headersIn,
    env: new Table(),
    dir: defaultsOf(server),
    allowed: new Set(),
    clientAddress: request.client,
    ended: { rewriting: false },
  }
}
