import { type PlacedDirective, placeOfDirective, placeOfName } from '../../../configuration/placed.ts'
import type { Finding } from '../../rule.ts'
import type { NginxTestRule } from './reading.ts'
import type { TestState } from './state.ts'

type Report = (rule: NginxTestRule, finding: Finding) => void

/** Servers that speak TLS need a certificate and its key (`ngx_http_ssl_init`, `ngx_http_ssl_merge_srv_conf`). For complete configurations. */
export function checkCertificates(state: TestState, report: Report): void {
  for (const http of state.configuration.top) {
    if (http.name !== 'http') continue
    for (const server of http.children) if (server.name === 'server' && server.node.block) checkPair(server, http, report)
  }
  for (const { servers, ssl, defaultServer } of state.http.listeners) {
    if (!ssl) continue
    const chosen = (servers.find((each) => each.directive === defaultServer) ?? servers[0])?.block
    if (!chosen) continue
    if (certificatesOf(chosen).length > 0) continue
    const rejects = (server: PlacedDirective | undefined): boolean => effective(server, 'ssl_reject_handshake').some((each) => each.args[0]?.value.toLowerCase() === 'on')
    const without = rejects(chosen) ? servers.map((each) => each.block).find((each) => each && certificatesOf(each).length === 0 && !rejects(each)) : chosen
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

function checkPair(server: PlacedDirective, http: PlacedDirective, report: Report): void {
  const own = server.children.filter((child) => child.name === 'ssl_certificate')
  const inherited = http.children.filter((child) => child.name === 'ssl_certificate')
  const certificates = own.length > 0 ? own : inherited
  const keys = effective(server, 'ssl_certificate_key')
  if (certificates.length === 0 || keys.length >= certificates.length) return
  const at = certificates.at(-1) as PlacedDirective
  // One mistake on the level of http is one problem, and not one a server.
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
