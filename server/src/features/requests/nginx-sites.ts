import type { Configuration } from '../../configuration/placed.ts'
import { searched } from '../../regex/automaton.ts'
import { wordsOf } from '../../regex/language.ts'
import { textsOf } from '../../regex/questions.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { type HttpServer, httpServersOf, isTls } from '../../site/nginx/servers.ts'
import { derived } from '../../workspace/derived.ts'
import { hostOfAddress, hostOfName, type Site, type SiteEndpoint } from './site.ts'

/** The servers of nginx's http block. */
export const nginxSites: (configuration: Configuration) => readonly Site[] = derived((configuration: Configuration) => httpServersOf(configuration).map(siteOf))

function siteOf(server: HttpServer): Site {
  const endpoints = endpointsOf(server)
  const names = server.names.filter(({ argument }) => argument.known)
  const plain = names.map(({ name }) => name)
  return {
    directive: server.directive,
    endpoints,
    hosts: () => {
      const written = names.flatMap(({ name, directive }) => (name.startsWith('~') ? hostsOfPattern(directive, name) : (hostOfName(name) ?? [])))
      // Names without wildcards are what people know a site by.
      const best = [...written].sort((a, b) => Number(plain.includes(b)) - Number(plain.includes(a)))
      return [...new Set([...best, ...unnamed(endpoints)])]
    },
    isCalled: (host) => plain.some((name) => fits(name, host.toLowerCase())),
    chosenBy: [server.directive, ...server.listens.map(({ directive }) => directive), ...server.names.map(({ directive }) => directive)],
  }
}

function endpointsOf({ listens }: HttpServer): readonly SiteEndpoint[] {
  const found = listens.flatMap((listen): SiteEndpoint[] => {
    const { family, host, port } = listen.address
    return family === 'unix' ? [] : [{ address: reachable(host), port, tls: isTls(listen) }]
  })
  if (listens.length === 0) return [{ address: '127.0.0.1', port: 80, tls: false }]
  return found.sort((a, b) => Number(b.tls) - Number(a.tls))
}

/** Who listens everywhere is reached here too. */
function reachable(host: string): string {
  const plain = host.replace(/^\[(.*)\]$/, '$1')
  if (plain === '::') return '::1'
  return plain === '' || plain === '*' || plain === '0.0.0.0' || plain === 'localhost' ? '127.0.0.1' : plain
}

const unnamed = (endpoints: readonly SiteEndpoint[]): readonly string[] =>
  endpoints.map(({ address }) => (address === '127.0.0.1' || address === '::1' ? 'localhost' : hostOfAddress(address)))

/** `www.a.example`, `*.a.example`, `.a.example`, `www.a.*`: as nginx compares names. */
function fits(name: string, host: string): boolean {
  if (name.startsWith('*.')) return host.endsWith(name.slice(1))
  if (name.startsWith('.')) return host === name.slice(1) || host.endsWith(name)
  return name.endsWith('.*') ? host.startsWith(name.slice(0, -1)) : name === host
}

function hostsOfPattern(directive: HttpServer['names'][number]['directive'], name: string): readonly string[] {
  const regex = regexesOf(directive).find(({ argument }) => argument?.value.toLowerCase() === name)
  const language = regex && searched(regex.pattern.tree)
  const hosts = textsOf('[a-z0-9]+(?:[.-][a-z0-9]+)*')
  const words = language && hosts ? wordsOf([{ automaton: language }, { automaton: hosts }]) : 'unknown'
  return words === 'unknown' ? [] : words
}
