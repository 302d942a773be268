import type { NginxContext } from '../../../catalog/nginx/catalog.ts'
import { type PlacedDirective, placeOfDirective, placeOfName } from '../../../configuration/placed.ts'
import type { Finding } from '../../rule.ts'
import { checkBuffers } from './buffers.ts'
import { checkCertificates } from './certificates.ts'
import { lineOfEnd } from './directive-reading.ts'
import { defaultListener } from './listen.ts'
import { type NginxTestRule, placeAt, type Reading } from './reading.ts'
import type { Block, TestState, Zone } from './state.ts'
import { unknownVariables } from './variables.ts'
import { emptyZones } from './zones.ts'

/** What nginx says when a block ends: `reading` is of the directive that opened it, `block` its inside. */
export function endOfBlock(reading: Reading, block: Block, state: TestState): void {
  const end = endings[block.context]
  if (end && !mayHoldMore(block, state)) end(reading, block)
}

type Ending = (reading: Reading, block: Block) => void

const endings: Partial<Record<NginxContext, Ending>> = {
  upstream: endOfUpstream,
  'stream-upstream': endOfUpstream,
  server: (reading, block) => {
    if (!block.slots.has('listen')) defaultListener({ ...reading, block })
    checkLuaCertificate(reading)
  },
  'stream-server': (reading, block) => {
    if (!block.slots.has('listen')) {
      if (!hasForeignHandler(block)) noListen(reading)
    } else if (!block.slots.has('handler') && !hasForeignHandler(block)) {
      reading.emerg('nginx/incomplete', 'no handler for server', {
        at: 0,
        words: 'This server does nothing with its connections: it needs "proxy_pass" or "return".',
      })
    }
  },
  'mail-server': (reading, block) => {
    if (!block.slots.has('listen')) {
      noListen(reading)
      return
    }
    const mail = block.outer
    const has = (name: string): boolean => block.slots.has(name) || mail?.slots.has(name) === true
    if (!has('protocol') && !block.slots.has('protocol of port')) {
      reading.emerg('nginx/incomplete', 'unknown mail protocol for server', { at: 0, words: 'The port does not tell the protocol: name it with "protocol".' })
    }
  },
}

/** lua-nginx-module: Lua that makes certificates needs a server with TLS set up (`ngx_http_lua_merge_srv_conf`). */
function checkLuaCertificate(reading: Reading): void {
  const { directive, state, block } = reading
  const lua = directive.children.find((child) => child.name.startsWith('ssl_certificate_by_lua'))
  const { context, unread } = state.configuration
  if (!lua || context !== 'main' || unread) return
  const around = block.directive?.children ?? []
  if ([...directive.children, ...around].some((child) => /^ssl_(certificate|reject_handshake)$/.test(child.name))) return
  reading.emerg('nginx/incomplete', 'no ssl configured for the server', {
    noLine: true,
    mark: placeOfName(lua),
    words: `"${lua.name}" needs a certificate to begin with: "ssl_certificate" and "ssl_certificate_key" of this server, be they self-signed.`,
  })
}

function endOfUpstream(reading: Reading, block: Block): void {
  const { directive } = reading
  if (block.servers > 0) {
    const servers = directive.children.filter((child) => child.name === 'server')
    if (servers.length < block.servers || !servers.every((server) => server.args.some((argument, i) => i > 0 && argument.value === 'backup'))) return
    reading.emerg('nginx/incomplete', `no servers in upstream "${directive.args[0]?.value}"`, {
      at: 0,
      words: 'All servers of this upstream are "backup": one at least must not be.',
    })
    return
  }
  // A module of its own may fill it (`upsync`, `state`).
  if (directive.children.some((child) => !plainUpstreamDirectives.has(child.name))) return
  const closing = directive.start + directive.node.width - 1
  reading.emerg('nginx/incomplete', 'no servers are inside upstream', {
    at: 0,
    words: 'An upstream needs at least one "server".',
    line: directive.source.lines.lineAt(closing) + 1,
  })
}

const plainUpstreamDirectives = new Set([
  'server',
  'zone',
  'keepalive',
  'keepalive_timeout',
  'keepalive_requests',
  'keepalive_time',
  'least_conn',
  'ip_hash',
  'hash',
  'random',
  'resolver',
  'resolver_timeout',
])

function noListen(reading: Reading): void {
  reading.emerg('nginx/incomplete', 'no "listen" is defined for server', { at: 0, words: 'This server listens nowhere: it needs a "listen".' })
}

/** Something of another module may handle the connections (`js_preread` does not, `content_by_lua_block` does). */
const hasForeignHandler = ({ directive }: Block): boolean => directive?.children.some((child) => /lua|js_|echo|mqtt|tunnel|zone_sync/.test(child.name)) === true

/** An include that could not be read stands in the block. */
function mayHoldMore(block: Block, state: TestState): boolean {
  const { configuration } = state
  if (!configuration.unread && configuration.includeFaults.length === 0) return false
  const { directive } = block
  if (directive && isTemplate(directive)) return true
  return configuration.all.some((directive) => directive.name === 'include' && directive.parent === block.directive)
}

/** A template fills something in, in this block or its file. */
const isTemplate = ({ source, children }: PlacedDirective): boolean => source.templated || children.some((child) => child.source.templated)

/** What nginx says when everything is read; much of it only where nothing can be elsewhere. */
export function endOfTest(state: TestState, report: (rule: NginxTestRule, finding: Finding) => void): void {
  reportConflictingNames(state, report)
  checkBuffers(state, report)
  const { context, unread } = state.configuration
  if (context !== 'main' || unread) return
  checkCertificates(state, report)
  for (const protocol of ['http', 'stream'] as const) {
    if (state[protocol].opaque) continue
    for (const { name, directive, at } of unknownVariables(state, protocol)) {
      report('nginx/unknown-variable', {
        at: placeAt(directive, at),
        message: `Nothing defines a variable $${name}: no module, and no "set", "map", "geo" or named group here. nginx does not start.`,
        configTest: { level: 'emerg', message: `unknown "${name}" variable` },
      })
    }
  }
  const hasServer = state.configuration.top.some((directive) => directive.name === 'http' && directive.children.some((child) => child.name === 'server'))
  for (const { name, zone } of emptyZones(state)) report(...emptyZone(name, zone, hasServer))
  for (const protocol of ['http', 'stream'] as const) {
    for (const { block, directive, port, isSocket, host } of [...state[protocol].upstreams.values()].flat()) {
      if (block || port !== 0 || isSocket) continue
      report('nginx/invalid-address', {
        at: placeAt(directive, 1),
        message: `No upstream "${host}" is defined here, so it is taken for a host, and then its port is missing.`,
        configTest: { level: 'emerg', message: `no port in upstream "${host}"`, line: lineOfEnd(directive) },
      })
    }
  }
}

function emptyZone(name: string, { use, directive }: Zone, hasServer: boolean): [NginxTestRule, Finding] {
  const zeroSize = `zero size shared memory zone "${name}"`
  const finding = (message: string, said = zeroSize): Finding => ({ at: placeOfDirective(directive), message, configTest: { level: 'emerg', message: said } })
  if (use.startsWith('cache ')) {
    const cache = `${use.slice(6)}_cache`
    return ['nginx/undefined-name', finding(`No "${cache}_path" defines a zone "${name}".`, hasServer ? `"${cache}" zone "${name}" is unknown` : zeroSize)]
  }
  if (use.startsWith('upstream')) return ['nginx/incomplete', finding(`The zone "${name}" is nowhere given a size: write one behind its name.`)]
  const definer = { limit_conn: 'limit_conn_zone', limit_req: 'limit_req_zone', 'upload-progress': 'upload_progress' }[use.split(' ')[0] ?? ''] ?? 'directive'
  return ['nginx/undefined-name', finding(`No "${definer}" defines a zone "${name}": nginx does not start.`)]
}

/** `ngx_http_server_names`: two servers of one listener with one name; the second is never chosen by it. */
function reportConflictingNames(state: TestState, report: (rule: NginxTestRule, finding: Finding) => void): void {
  if (state.configuration.open) return
  for (const { servers, text } of [...state.http.listeners.values()].flat()) {
    if (servers.size < 2) continue
    const known = new Map<string, PlacedDirective>()
    for (const block of servers.keys()) {
      for (const { name, directive, at } of namesOf(block)) {
        const first = known.get(name)
        if (!first) known.set(name, directive)
        else if (first !== directive) {
          report('nginx/ignored', {
            at: at === 0 ? placeOfName(directive) : placeAt(directive, at),
            message:
              name === ''
                ? `Two servers on ${text} have no name: of the second nginx takes notice by nothing. Give it a "server_name".`
                : `Another server on ${text} has the name "${name}" already: requests for it never come to this one.`,
            related: [{ at: placeOfDirective(first), message: 'the first' }],
            configTest: { level: 'warn', message: `conflicting server name "${name}" on ${text}, ignored` },
          })
        }
      }
    }
  }
}

function namesOf(server: PlacedDirective | undefined): { name: string; directive: PlacedDirective; at: number }[] {
  if (!server) return []
  const named = server.children.filter((child) => child.name === 'server_name')
  if (named.length === 0) return [{ name: '', directive: server, at: 0 }]
  const names: { name: string; directive: PlacedDirective; at: number }[] = []
  for (const directive of named) {
    for (const [i, argument] of directive.args.entries()) {
      const name = argument.value.toLowerCase()
      if (argument.known && !name.startsWith('~') && name !== '$hostname' && !names.some((each) => each.name === name))
        names.push({ name, directive, at: i + 1 })
    }
  }
  return names
}
