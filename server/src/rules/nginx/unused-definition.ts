import { directivesNamed, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isClosed } from './lib/known.ts'

export const rule = defineRule({
  id: 'nginx/unused-definition',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'An upstream, map, log format, zone or named location that nothing uses.',
  explanation: `
It does no harm, but it is read by everyone who looks for what matters, and a name that is defined and never used is often a slip of the pen elsewhere. webconf says
this only of whole configurations in which every file was read.
`,
  source: 'What nginx itself does not look at: `nginx -t` of 1.22.1 is silent.',
  examples: {
    failing: [
      {
        title: 'definitions without a use',
        files: `
#- nginx.conf
events {}
http {
    log_format full '$remote_addr $request';
#              ^^^^ hint[nginx/unused-definition]: No "access_log" names the format "full"
    map $uri $kind { default page; }
#            ^^^^^ hint[nginx/unused-definition]: Nothing uses the variable $kind
    upstream old { server 127.0.0.1:8000; }
#            ^^^ hint[nginx/unused-definition]: Nothing passes requests to the upstream "old"
    limit_req_zone $binary_remote_addr zone=login:10m rate=1r/s;
#                                      ^^^^^^^^^^^^^^ hint[nginx/unused-definition]: Nothing uses the zone "login"
    server {
        listen 8080;
        location @gone { return 410; }
#                ^^^^^ hint[nginx/unused-definition]: Nothing jumps to @gone
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'used, or perhaps used by a name made at run time',
        files: `
#- nginx.conf
events {}
http {
    log_format full '$remote_addr $kind';
    access_log /var/log/nginx/access.log full;
    map $uri $kind { default page; }
    upstream app { server 127.0.0.1:8000; }
    upstream perhaps { server 127.0.0.1:8001; }
    server {
        listen 8080;
        location / { proxy_pass http://app; }
        location /any/ {
            internal;
            proxy_pass http://$arg_name;
        }
    }
}
`,
      },
    ],
  },
  check(context) {
    const { configuration } = context
    if (!isClosed(configuration)) return
    const definitions = directivesNamed(configuration, ...defining).flatMap((directive) => {
      const definition = directive.presence === 'present' ? definitionOf(directive) : undefined
      return definition ? [{ directive, definition }] : []
    })
    if (definitions.length === 0) return
    const uses = usesIn(configuration.all, new Set(definitions.map(({ definition }) => definition.kind)))
    for (const { directive, definition } of definitions) {
      if (uses[definition.kind].has(definition.name.toLowerCase()) || uses.unknown.has(definition.kind)) continue
      const argument = directive.args[definition.at]
      if (!argument) continue
      context.report({
        at: placeOfArgument(directive, argument),
        message: `${definition.words}: remove it, or look for the name that was meant to be it.`,
        fixes: [{ title: `Remove "${directive.name}"`, safe: false, edits: [removeDirective(directive)] }],
      })
    }
  },
})

type Kind = 'upstream' | 'variable' | 'format' | 'zone' | 'location'

interface Definition {
  readonly kind: Kind
  readonly name: string
  /** The number of the argument, from 0. */
  readonly at: number
  readonly words: string
}

const defining = [
  'upstream',
  'log_format',
  'map',
  'geo',
  'split_clients',
  'limit_req_zone',
  'limit_conn_zone',
  'proxy_cache_path',
  'fastcgi_cache_path',
  'uwsgi_cache_path',
  'scgi_cache_path',
  'location',
]

function definitionOf({ name, args, node, parent }: PlacedDirective): Definition | undefined {
  const value = (at: number): string => args[at]?.value ?? ''
  switch (name) {
    case 'upstream':
      return node.block ? { kind: 'upstream', name: value(0), at: 0, words: `Nothing passes requests to the upstream "${value(0)}"` } : undefined
    case 'log_format':
      return { kind: 'format', name: value(0), at: 0, words: `No "access_log" names the format "${value(0)}"` }
    case 'map':
    case 'geo':
    case 'split_clients': {
      const at = args.length - 1
      return node.block && value(at).startsWith('$')
        ? { kind: 'variable', name: value(at).slice(1), at, words: `Nothing uses the variable ${value(at)}` }
        : undefined
    }
    case 'limit_req_zone':
    case 'limit_conn_zone':
    case 'proxy_cache_path':
    case 'fastcgi_cache_path':
    case 'uwsgi_cache_path':
    case 'scgi_cache_path': {
      const at = args.findIndex((argument) => /^(keys_)?zone=/.test(argument.value))
      const zone = /^(?:keys_)?zone=([^:]*)/.exec(value(at))?.[1]
      return zone ? { kind: 'zone', name: zone, at, words: `Nothing uses the zone "${zone}"` } : undefined
    }
    case 'location':
      return value(0).startsWith('@') && parent?.name === 'server'
        ? { kind: 'location', name: value(0), at: 0, words: `Nothing jumps to ${value(0)}` }
        : undefined
    default:
      return undefined
  }
}

/**
 * The names of the wanted kinds that are used, in lower case, and the kinds of which some are made at run time. Code (Lua, njs, Perl) may use any.
 * Variables and named locations may stand in any word, and are looked for only where one is defined.
 */
function usesIn(all: readonly PlacedDirective[], wanted: ReadonlySet<Kind>): Record<Kind, Set<string>> & { unknown: Set<Kind> } {
  const uses = {
    upstream: new Set<string>(),
    variable: new Set<string>(),
    format: new Set<string>(),
    zone: new Set<string>(),
    location: new Set<string>(),
    unknown: new Set<Kind>(),
  }
  const inWords = wanted.has('variable') || wanted.has('location')
  for (const directive of all) {
    const { name, parent } = directive
    const role = roleOf(name)
    if (role === 'code') for (const kind of ['upstream', 'variable', 'zone', 'location'] as const) uses.unknown.add(kind)
    else if (role === 'pass') {
      const { args } = directive
      const target = args[0]?.value ?? ''
      if (target.includes('$')) uses.unknown.add('upstream')
      uses.upstream.add(
        target
          .replace(/^\w+:\/\//, '')
          .replace(/[/:].*$/, '')
          .toLowerCase(),
      )
    } else if (role === 'log') for (const argument of directive.args) uses.format.add(argument.value.toLowerCase())
    else if (role === 'zone') {
      const { args } = directive
      const zone = (args.find((argument) => argument.value.startsWith('zone='))?.value.slice(5) ?? args[0]?.value ?? '').toLowerCase()
      if (zone.includes('$')) uses.unknown.add('zone')
      uses.zone.add(zone)
    }
    if (!inWords) continue
    const { words } = directive.node
    const isDefined = role === 'variable' && parent?.name !== 'map' ? words.length - 2 : -1
    for (let i = 1; i < words.length; i++) {
      const value = words[i]?.value ?? ''
      if (value.startsWith('@')) uses.location.add(i === 1 && name === 'location' ? '' : value.toLowerCase())
      if (i - 1 !== isDefined && value.includes('$'))
        for (const [, variable] of value.matchAll(/\$\{?(\w+)/g)) uses.variable.add((variable ?? '').toLowerCase())
    }
  }
  return uses
}

/** What a directive does with names. */
type Role = 'code' | 'pass' | 'log' | 'zone' | 'variable' | 'none'

const roles = new Map<string, Role>()

function roleOf(name: string): Role {
  const known = roles.get(name)
  if (known) return known
  const role = findRole(name)
  if (roles.size < 5000) roles.set(name, role)
  return role
}

function findRole(name: string): Role {
  if (/_by_lua|^js_|^perl|^lua_|^njs/.test(name)) return 'code'
  if (/(^|_)pass$/.test(name)) return 'pass'
  if (name.endsWith('access_log')) return 'log'
  if (/^(limit_(req|conn)|\w+_cache)$/.test(name)) return 'zone'
  return /^(map|geo|split_clients)$/.test(name) ? 'variable' : 'none'
}
