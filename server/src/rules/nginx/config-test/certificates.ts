import { type PlacedDirective, placeOfDirective, placeOfName } from '../../../configuration/placed.ts'
import type { Finding } from '../../rule.ts'
import type { NginxTestRule } from './reading.ts'
import type { TestState } from './state.ts'

type Report = (rule: NginxTestRule, finding: Finding) => void

/** Servers that speak TLS need a certificate and its key (`ngx_http_ssl_init`, `ngx_http_ssl_merge_srv_conf`). For complete configurations. */
export function checkCertificates(state: TestState, report: Report): void {
  for (const http of state.configuration.top) {
    if (http.name !== 'http') continue
    const inherited = pairOf(http)
    for (const server of http.children) if (server.name === 'server' && server.node.block) checkPair(pairOf(server), inherited, report)
  }
  for (const { servers, ssl, defaultServer } of [...state.http.listeners.values()].flat()) {
    if (!ssl) continue
    const blocks = [...servers.keys()]
    const chosen = blocks.find((block) => servers.get(block) === defaultServer) ?? blocks[0]
    if (!chosen) continue
    if (certificatesOf(chosen).length > 0) continue
    const rejects = (server: PlacedDirective | undefined): boolean =>
      effective(server, 'ssl_reject_handshake').some((each) => each.args[0]?.value.toLowerCase() === 'on')
    const without = rejects(chosen) ? blocks.find((each) => each && certificatesOf(each).length === 0 && !rejects(each)) : chosen
    if (!without) continue
    const listen = without.children.find((child) => child.name === 'listen' && child.args.some((argument) => argument.value === 'ssl'))
    const line = without.source.lines.lineAt(without.start + without.node.text.length - 1) + 1
    report('nginx/incomplete', {
      at: listen ? placeOfDirective(listen) : placeOfName(without),
      message: 'This server speaks TLS and has no certificate: "ssl_certificate" and "ssl_certificate_key" are missing, here and in "http".',
      configTest: { level: 'emerg', message: 'no "ssl_certificate" is defined for the "listen ... ssl" directive', line },
    })
  }
}

interface Pair {
  readonly certificates: readonly PlacedDirective[]
  readonly keys: readonly PlacedDirective[]
}

function pairOf({ children }: PlacedDirective): Pair {
  const certificates: PlacedDirective[] = []
  const keys: PlacedDirective[] = []
  for (const child of children) {
    if (child.name === 'ssl_certificate') certificates.push(child)
    else if (child.name === 'ssl_certificate_key') keys.push(child)
  }
  return { certificates, keys }
}

function checkPair(own: Pair, inherited: Pair, report: Report): void {
  const certificates = own.certificates.length > 0 ? own.certificates : inherited.certificates
  const keys = own.keys.length > 0 ? own.keys : inherited.keys
  const at = certificates.at(-1)
  if (!at || keys.length >= certificates.length) return
  const path = at.args[0]?.value ?? ''
  report('nginx/incomplete', {
    at: placeOfDirective(at),
    message: `The certificate ${path} has no key: "ssl_certificate_key" is missing.`,
    configTest: { level: 'emerg', message: `no "ssl_certificate_key" is defined for certificate "${path}"` },
  })
}

const certificatesOf = (server: PlacedDirective): readonly PlacedDirective[] => effective(server, 'ssl_certificate')

/** The directives of a name that hold in a server: its own, else those of `http`. */
function effective(server: PlacedDirective | undefined, name: string): readonly PlacedDirective[] {
  const own = server?.children.filter((child) => child.name === name) ?? []
  return own.length > 0 ? own : (server?.parent?.children.filter((child) => child.name === name) ?? [])
}
