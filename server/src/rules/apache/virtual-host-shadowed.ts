import { type Configuration, type PlacedDirective, placeOfArgument, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { basename } from '../../workspace/path.ts'
import { insertBefore, removeDirective, replaceArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { isWild, type VirtualHost, virtualHostsOf, wildMatcher } from './lib/virtual-hosts.ts'

export const rule = defineRule({
  id: 'apache/virtual-host-shadowed',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A virtual host that no request reaches, because one before it has the same address and its names.',
  explanation: `
Of the virtual hosts with one address and port, the first answers whose \`ServerName\` or \`ServerAlias\` fits the host of the request. A second one with the same name, or with names that a
wildcard of an earlier one covers, is never used. Apache 2.4 says nothing of it.

The same name on port 80 and on port 443 is two addresses, and as it should be. A virtual host without a \`ServerName\` that is not the first of its address has the name of the main server; that is a
hint only.
`,
  source: '`server/vhost.c`: `check_hostalias`, `matches_aliases`, `ap_fini_vhost_config`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'one name twice',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName localhost
    Redirect 410 /
</VirtualHost>
<VirtualHost *:80>
#            ^^^^ warning[apache/virtual-host-shadowed]: This virtual host is never used: at *:80 requests for localhost go to the one in line 1
    ServerName localhost
    DocumentRoot /srv/site
</VirtualHost>
`,
      },
      {
        title: 'a wildcard before it, which the one that comes first answers',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName other.example.org
    ServerAlias local*
    Redirect 410 /
</VirtualHost>
<VirtualHost *:80>
#            ^^^^ warning[apache/virtual-host-shadowed]: This virtual host is never used: at *:80 requests for localhost go to the one in line 1
    ServerName localhost
    DocumentRoot /srv/site
    <Directory /srv/site>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/page.html': 'a' },
          get: '/page.html',
          before: { status: 410 },
          after: { status: 200 },
        },
      },
      {
        title: 'a wildcard takes all its names, and another takes one of them',
        files: `
#- site.conf
<VirtualHost _default_:80>
    ServerName example.org
    ServerAlias *.example.org
</VirtualHost>
<VirtualHost *:80>
#            ^^^^ warning[apache/virtual-host-shadowed]: This virtual host is never used: at *:80 requests for shop.example.org and www.shop.example.org go to the one in line 1
    ServerName Shop.example.org
    ServerAlias www.shop.example.org
</VirtualHost>
<VirtualHost *:80>
    ServerName blog.example.org:80
#              ^^^^^^^^^^^^^^^^^^^ warning[apache/virtual-host-shadowed]: At *:80 requests for blog.example.org go to the virtual host in line 1, which comes first and has this name too
    ServerAlias blog.example.net
</VirtualHost>
`,
      },
      {
        title: 'the copy for TLS still has the port of the first',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    Redirect permanent / https://www.example.org/
</VirtualHost>
<VirtualHost *:80>
#            ^^^^ warning[apache/virtual-host-shadowed]: This virtual host is never used: at *:80 requests for www.example.org go to the one in line 1
    ServerName www.example.org
    SSLEngine on
    SSLCertificateFile /etc/ssl/site.pem
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'two ports, two addresses, a wildcard behind the name, and one that has another address too',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
</VirtualHost>
<VirtualHost *:443>
    ServerName www.example.org
</VirtualHost>
<VirtualHost 192.0.2.1:80>
    ServerName www.example.org
</VirtualHost>
<VirtualHost *:80>
    ServerName all.example.org
    ServerAlias *.example.org
</VirtualHost>
<VirtualHost *:80 192.0.2.2:80>
    ServerName www.example.org
</VirtualHost>
`,
      },
      {
        title: 'either one or the other, and names that come from elsewhere',
        files: `
#- site.conf
<IfDefine Live>
    <VirtualHost *:80>
        ServerName www.example.org
    </VirtualHost>
</IfDefine>
<IfDefine !Live>
    <VirtualHost *:80>
        ServerName www.example.org
    </VirtualHost>
</IfDefine>
<VirtualHost *:80>
    ServerName \${SITE}
</VirtualHost>
<VirtualHost *:80>
    ServerName \${SITE}
</VirtualHost>
`,
      },
      {
        title: 'files of sites that are not enabled together',
        files: `
#- sites-available/shop.conf
<VirtualHost *:80>
    ServerName shop.example.org
</VirtualHost>
#- sites-available/shop-maintenance.conf
<VirtualHost *:80>
    ServerName shop.example.org
</VirtualHost>
`,
      },
    ],
  },
  check({ configuration, report }) {
    const seen = new Map<string, Seen>()
    for (const host of virtualHostsOf(configuration)) {
      const before = host.addresses.map((address) => seen.get(address))
      const found = host.certain ? judge(host, before, configuration) : undefined
      if (found?.kind === 'all' && found.taker) {
        report({
          at: addressPlace(host.directive),
          message: `This virtual host is never used: at ${host.addresses.join(' and ')} requests for ${listed(found.names)} go to the one in ${lineOf(found.taker, host)}, which comes first. Give it another name or address.`,
          related: [{ at: placeOfDirective(found.taker.directive), message: 'This one answers.' }],
          fixes: fixesFor(host, found.taker),
        })
      } else if (found?.kind === 'name' && found.taker && host.serverName) {
        report({
          at: placeOfArgument(host.serverName.directive, host.serverName.argument),
          message: `At ${host.addresses.join(' and ')} requests for ${host.serverName.name} go to the virtual host in ${lineOf(found.taker, host)}, which comes first and has this name too. This one is reached by its other names only.`,
          related: [{ at: placeOfDirective(found.taker.directive), message: 'This one answers.' }],
        })
      } else if (found?.kind === 'nameless') {
        report({
          at: addressPlace(host.directive),
          severity: 'hint',
          message: `This virtual host has no ServerName and is not the first at ${host.addresses.join(' and ')}: only requests for the main server's own name reach it.`,
        })
      }
      for (const address of host.addresses) remember(seen, address, host)
    }
  },
})

/** The virtual hosts of one address so far: the first to have each name, and those with wildcards. */
interface Seen {
  readonly exact: Map<string, VirtualHost>
  readonly wild: { readonly pattern: string; readonly fits: (name: string) => boolean; readonly host: VirtualHost }[]
  readonly hosts: VirtualHost[]
}

function remember(seen: Map<string, Seen>, address: string, host: VirtualHost): void {
  const own = seen.get(address) ?? { exact: new Map<string, VirtualHost>(), wild: [], hosts: [] }
  seen.set(address, own)
  own.hosts.push(host)
  if (!host.certain) return
  for (const { name } of host.serverName ? [host.serverName, ...host.aliases] : host.aliases) {
    if (isWild(name)) own.wild.push({ pattern: name, fits: wildMatcher(name), host })
    else if (!own.exact.has(name)) own.exact.set(name, host)
  }
}

interface Judged {
  readonly kind: 'all' | 'name' | 'nameless'
  readonly names: readonly string[]
  /** The virtual host that answers in its place, for the first of the names. */
  readonly taker: VirtualHost | undefined
}

function judge(host: VirtualHost, before: readonly (Seen | undefined)[], configuration: Configuration): Judged | undefined {
  if (!host.serverName) {
    const behind = host.aliases.length === 0 && before.every((seen) => seen?.hosts.some((each) => areTogether(each, host, configuration)))
    return behind ? { kind: 'nameless', names: [], taker: undefined } : undefined
  }
  const names = [...new Set([host.serverName.name, ...host.aliases.map((each) => each.name)])]
  const takerOf = (name: string): VirtualHost | undefined => {
    const takers = before.map((seen) => seen && findTaker(seen, name, host, configuration))
    return takers.every((taker) => taker !== undefined) ? takers[0] : undefined
  }
  const taker = takerOf(host.serverName.name)
  if (!taker) return undefined
  return { kind: names.every((name) => takerOf(name) !== undefined) ? 'all' : 'name', names, taker }
}

function findTaker(seen: Seen, name: string, host: VirtualHost, configuration: Configuration): VirtualHost | undefined {
  const exact = isWild(name) ? undefined : seen.exact.get(name)
  if (exact && areTogether(exact, host, configuration)) return exact
  // A wildcard is covered by the same one only.
  return seen.wild.find((each) => (isWild(name) ? each.pattern === name : each.fits(name)) && areTogether(each.host, host, configuration))?.host
}

/** Whether both are surely part of one server: files of a piece may be alternatives, and so may files of sites that are available. */
function areTogether(one: VirtualHost, other: VirtualHost, configuration: Configuration): boolean {
  if (one.directive.node === other.directive.node) return false
  if (one.directive.source === other.directive.source) return true
  return configuration.whole && ![one, other].some((host) => /-available\//.test(host.directive.source.path))
}

function addressPlace(directive: PlacedDirective) {
  const [first] = directive.args
  const last = directive.args.at(-1)
  return first && last ? { path: directive.source.path, start: first.start, end: last.end } : placeOfDirective(directive)
}

function lineOf({ directive }: VirtualHost, from: VirtualHost): string {
  const line = `line ${directive.source.lines.lineAt(placeOfDirective(directive).start) + 1}`
  return directive.source === from.directive.source ? line : `${line} of ${basename(directive.source.path)}`
}

const listed = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more names` : names.join(', ').replace(/, ([^,]*)$/, ' and $1')

function fixesFor(host: VirtualHost, taker: VirtualHost): FindingFix[] {
  if (takesByWildcard(host, taker)) return [moveBefore(host, taker)]
  const remove: FindingFix = { title: 'Remove the virtual host that is never used', safe: false, edits: [removeDirective(host.directive)] }
  const [argument, more] = host.directive.args
  const address = /^(.*):80$/.exec(argument?.value ?? '')?.[1]
  if (!argument || more || address === undefined || !hasTls(host) || hasTls(taker)) return [remove]
  const meant = `${address}:443`
  return [{ title: `Write ${meant}, the port for TLS`, safe: false, edits: [replaceArgument(host.directive, argument, meant)] }, remove]
}

/** Before the wildcard the names are found first; the wildcard goes on to answer for all others. */
const takesByWildcard = (host: VirtualHost, taker: VirtualHost): boolean =>
  host.directive.source === taker.directive.source && ![taker.serverName, ...taker.aliases].some((each) => each?.name === host.serverName?.name)

function moveBefore(host: VirtualHost, taker: VirtualHost): FindingFix {
  const { start, end } = placeOfWhole(host.directive)
  return {
    title: `Move it before the virtual host in ${lineOf(taker, host)}`,
    safe: false,
    edits: [insertBefore(taker.directive, [host.directive.source.text.slice(start, end)]), removeDirective(host.directive)],
  }
}

const hasTls = (host: VirtualHost): boolean => host.directive.children.some((each) => each.name === 'sslengine' && each.args[0]?.value.toLowerCase() === 'on')
