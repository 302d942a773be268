import type { PlacedDirective } from '../../configuration/placed.ts'
import { accessOf } from './access.ts'
import type { Area } from './areas.ts'
import type { Mapping } from './handlers.ts'
import { requestHeadersOf } from './headers.ts'
import { known, scopesFor, serverSettings, word, words } from './host.ts'
import type { Making } from './making.ts'
import { proxyLines } from './passing.ts'
import { block, type Line, quoted, simple } from './text.ts'

interface RegexLocation {
  readonly line: Line
  /** Whether a part of the site comes before it in Apache. */
  after(area: Area): boolean
}

/** `AliasMatch` and `ProxyPassMatch`: nginx asks patterns before prefixes, except where a prefix is told to come first. */
export function regexLocations(making: Making, mappings: readonly Mapping[]): readonly RegexLocation[] {
  const { host, ledger } = making
  const phases = ['proxy', 'alias', 'wsgi']
  const location = (directive: PlacedDirective, phase: Mapping['phase'], lines: readonly Line[]): RegexLocation => ({
    line: block(['location', '~', quoted(word(directive, 0))], lines),
    after(area) {
      const { handler } = area
      const mapping = 'directive' in handler ? mappings.find((each) => each.directive === handler.directive) : undefined
      if (!mapping) return false
      return phases.indexOf(mapping.phase) < phases.indexOf(phase) || (mapping.phase === phase && mapping.directive.order < directive.order)
    },
  })
  const passed = serverSettings(host, 'proxypassmatch').flatMap((directive): RegexLocation[] => {
    const [, target = ''] = words(directive)
    const scopes = scopesFor(host, { url: '/', file: undefined, isProxied: true })
    const php = /^fcgi:\/\/([^/]+)(\/.*)$/i.exec(target) ?? /^unix:([^|]+)\|fcgi:\/\/[^/]*(\/.*)?$/i.exec(target)
    if (php?.[1] !== undefined && known(directive) && !/\$(?![1-9])/.test(target)) {
      ledger.done(directive)
      const address = target.startsWith('unix:') ? `unix:${php[1]}` : php[1]
      const file = php[2] === undefined || php[2] === '/' ? '$document_root$uri' : php[2]
      return [
        location(directive, 'proxy', [
          ...accessOf(scopes, ledger),
          simple('include', 'fastcgi_params'),
          simple('fastcgi_param', 'SCRIPT_FILENAME', file),
          simple('fastcgi_pass', address),
        ]),
      ]
    }
    const http = /^(https?:\/\/[^/$]+)(\/.*)?$/i.exec(target)
    if (!http?.[1] || !known(directive) || /\$(?![1-9])/.test(target)) {
      ledger.left(directive, 'Where it passes to cannot be written for nginx: write a location with a pattern by hand.')
      return []
    }
    // What is rewritten first is sent with its signs written as nginx writes them.
    const made = proxyLines(host, { kind: 'proxy', target: `${http[1]}/`, options: [], prefix: '/', directive }, '/', scopes, ledger)
    const rewritten = http[2] === undefined ? [] : [simple('rewrite', word(directive, 0), http[2], 'break')]
    return [location(directive, 'proxy', [...accessOf(scopes, ledger), ...rewritten, ...made.lines, ...requestHeadersOf(scopes, 'proxy', ledger)])]
  })
  const aliases = serverSettings(host, 'aliasmatch').flatMap((directive): RegexLocation[] => {
    const target = word(directive, 1)
    if (!known(directive) || /\$(?![1-9])/.test(target)) {
      ledger.left(directive, 'Its target cannot be written for nginx.')
      return []
    }
    ledger.done(directive)
    const scopes = scopesFor(host, { url: '/', file: target.replace(/\/?[^/]*\$.*$/, '') || undefined, isProxied: false })
    return [location(directive, 'alias', [...accessOf(scopes, ledger), simple('alias', target)])]
  })
  return [...passed, ...aliases]
}
