import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { outwards, ownOf } from '../../site/nginx/blocks.ts'
import { cursorAt } from '../lib/cursor.ts'
import { placementsOf } from '../lib/view.ts'
import { indentAt, replace, startWithComments, unitOf } from './lib/edits.ts'
import type { Refactoring } from './refactoring.ts'

/** Gives the address of a `proxy_pass` and its like a name: an `upstream` before the server. */
export const extractUpstream: Refactoring = {
  id: 'extract-upstream',
  kind: 'refactor.extract',
  offers(view, { start }) {
    const { source } = view
    if (!view.current || source.tree.dialect !== 'nginx') return []
    const { at } = cursorAt(source.tree, source.text, start)
    if ((at.kind !== 'name' && at.kind !== 'argument') || !at.directive) return []
    const [placement, ...others] = placementsOf(view, at.directive)
    if (!placement || others.length > 0) return []
    const { directive } = placement
    const { configuration } = placement.configuration
    const address = addressOf(directive)
    const server = enclosing(directive, 'server')
    // The upstream stands beside the server, so that must be in this file, at its top or in its http block.
    if (!address || !server || server.source !== source || (server.parent && server.parent.name !== 'http')) return []
    const upstreams = directivesNamed(configuration, 'upstream').flatMap((each) => each.args[0]?.value ?? [])
    if (upstreams.includes(address.authority)) return []
    const passes = directivesNamed(configuration, ...passDirectives)
    const taken = new Set([...upstreams, ...passes.flatMap((each) => addressOf(each)?.authority ?? [])])
    const name = freeName(server, taken)
    const same = passes.filter((each) => each.source === source && addressOf(each)?.server === address.server && addressOf(each)?.protocol === address.protocol)
    // Without a Host of its own nginx sends the name that stands in proxy_pass.
    const sendsName = directive.name === 'proxy_pass' && same.some((each) => !setsHost(each, placement.configuration.configuration))
    return [
      {
        title: `Extract the upstream ${name}${sendsName ? ' (requests then carry "Host: ' : ''}${sendsName ? `${name}")` : ''}`,
        edits() {
          const { start: serverStart } = placeOfDirective(server)
          const indent = indentAt(source.text, serverStart)
          const at = startWithComments(source.text, serverStart)
          const block = `${indent}upstream ${name} {\n${indent}${unitOf(source.text)}server ${address.server};\n${indent}}\n\n`
          return [
            replace(source, at, at, block),
            ...same.flatMap((each) => {
              const own = addressOf(each)
              return own ? [replace(source, own.start, own.end, name)] : []
            }),
          ]
        },
      },
    ]
  },
}

const passDirectives = ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'memcached_pass'] as const

interface PassAddress {
  readonly protocol: string
  /** As written between the scheme and the path. */
  readonly authority: string
  /** As `server` in an upstream takes it. */
  readonly server: string
  /** Where the authority stands, as offsets in the source. */
  readonly start: number
  readonly end: number
}

/** The address that a passing directive names; undefined where it is made of variables, spoken to with TLS, or not read here. */
function addressOf(directive: PlacedDirective): PassAddress | undefined {
  const argument = directive.args[0]
  if (!passDirectives.some((each) => each === directive.name) || !argument?.known || argument.quote || argument.value.includes('$')) return undefined
  const isProxy = directive.name === 'proxy_pass'
  const match = /^(http:\/\/|uwsgi:\/\/)?(unix:[^:]+|[\w.-]+|\[[\da-f:]+\])(?::(\d+))?(:?)(?=\/|$)/i.exec(argument.value)
  if (!match || (isProxy && match[1]?.toLowerCase() !== 'http://') || (!isProxy && match[0].length !== argument.value.length)) return undefined
  const [all, scheme = '', host = '', port, colon = ''] = match
  const isSocket = host.startsWith('unix:')
  if (!isSocket && colon !== '') return undefined
  if (!isSocket && port === undefined && !isProxy) return undefined
  return {
    protocol: directive.name,
    authority: all.slice(scheme.length),
    server: isSocket ? host : `${host}:${port ?? '80'}`,
    start: argument.start + scheme.length,
    end: argument.start + all.length,
  }
}

/** Whether the Host that is sent does not come from the address. */
function setsHost(pass: PlacedDirective, configuration: Parameters<typeof ownOf>[1]): boolean {
  for (const block of outwards(pass.parent)) {
    const headers = ownOf(block, configuration, 'proxy_set_header')
    if (headers.length === 0) continue
    const host = headers.findLast((each) => each.args[0]?.value.toLowerCase() === 'host')
    return host !== undefined && !/\$\{?proxy_host\b/.test(host.args[1]?.value ?? '')
  }
  return false
}

/** A name after the server's own, which is a valid host too: it may be sent as one. */
function freeName(server: PlacedDirective, taken: ReadonlySet<string>): string {
  const names = server.children.flatMap((each) => (each.name === 'server_name' ? each.args.map((argument) => argument.value) : []))
  const plain = names.find((each) => /^[a-z0-9][a-z0-9.-]*$/i.test(each))
  const base = plain === undefined ? 'backend' : `${plain.replace(/^www\./, '').replaceAll('.', '-')}-backend`
  for (let i = 1; ; i++) {
    const name = i === 1 ? base : `${base}-${i}`
    if (!taken.has(name)) return name
  }
}
