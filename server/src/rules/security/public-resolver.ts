import { placeOfArgument } from '../../configuration/placed.ts'
import { kindOfHost } from '../../site/nginx/hosts.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/public-resolver',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['resolver'],
  severity: 'info',
  summary: 'A `resolver` out on the Internet (`8.8.8.8`): answers come unsigned over the net, and who forges one chooses where requests go.',
  explanation: `
nginx asks a \`resolver\` over UDP and checks no signature. An answer forged on the way decides to which machine requests (with their passwords) are passed, or which state of a certificate is stapled. Ask a server
on this machine or in its own network, which checks DNSSEC: \`127.0.0.1\`, \`127.0.0.53\` (systemd-resolved), \`127.0.0.11\` (Docker).
`,
  source: 'nginx documentation, resolver: "To prevent DNS spoofing …"; `ngx_resolver_process_response`.',
  examples: {
    failing: [
      {
        title: 'well-known ones',
        files: `
#- conf.d/site.conf
resolver 8.8.8.8 127.0.0.1 [2606:4700:4700::1111]:53 valid=300s;
#        ^^^^^^^ info[security/public-resolver]: 8.8.8.8 and [2606:4700:4700::1111]:53 are out on the Internet
resolver_timeout 5s;
`,
      },
      {
        title: 'a name',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    resolver dns.google;
#            ^^^^^^^^^^ info[security/public-resolver]: dns.google is out on the Internet
}
`,
      },
    ],
    passing: [
      {
        title: 'this machine, the network of one’s own',
        files: `
#- conf.d/site.conf
server { listen 80; resolver 127.0.0.53 [::1] valid=10s ipv6=off; }
server { listen 81; resolver 10.0.0.2:53 192.168.1.1 172.16.0.1 [fd00::53] 169.254.169.253; }
server { listen 82; resolver kube-dns.kube-system.svc.cluster.local; }
server { listen 83; resolver dns local=on; }
`.replace(' local=on', ''),
      },
    ],
  },
  check(directive, { report }) {
    if (directive.presence !== 'present') return
    const outside = directive.args.filter(
      ({ value, known }) => known && !/^(?:valid|ipv4|ipv6|status_zone)=/.test(value) && !value.startsWith('$') && isOutside(value),
    )
    const [first] = outside
    if (!first) return
    const names = outside.map(({ value }) => value).join(' and ')
    report({
      at: placeOfArgument(directive, first),
      message: `${names} ${outside.length === 1 ? 'is' : 'are'} out on the Internet: answers come over UDP and unchecked, and whoever forges one chooses where requests go. Ask a resolver of this machine or network.`,
    })
  },
})

function isOutside(server: string): boolean {
  if (server.startsWith('[')) return !/^\[(?:::1|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::\])/i.test(server)
  const host = server.replace(/:\d+$/, '')
  const ip = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host)
  if (!ip) return kindOfHost(host) === 'public'
  const [a, b] = [Number(ip[1]), Number(ip[2])]
  return !(
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128) ||
    host === '168.63.129.16'
  )
}
