import { type PlacedDirective, placeOfDirective, placeOfWhole } from '../../configuration/placed.ts'
import { type Automaton, bytesRepeated, concatenated, exactly, searched } from '../../regex/automaton.ts'
import { bytesOf, complement, toByteText } from '../../regex/bytes.ts'
import { isWithin } from '../../regex/language.ts'
import { isSubsumed } from '../../regex/questions.ts'
import { isExact, type Pattern } from '../../regex/tree.ts'
import { type Location, locationsIn } from '../../site/nginx/locations.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { regexMatcher } from '../../site/regex.ts'
import { insertBefore, removeDirective } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/location-shadowed',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A `location` that is never chosen, because another one takes all of its URIs first.',
  explanation: `
nginx looks for the longest prefix first, and then asks the regular expressions in their order: the first that fits wins over every prefix but those with \`^~\`. So a location is never chosen where

- an earlier regular expression fits whatever it fits (\`~ \\.php$\` before \`~ ^/admin/.*\\.php$\`),
- a regular expression fits every URI that begins with its prefix (\`~ ^/api/\` beside \`/api/\`),
- it is a regular expression for URIs below a prefix with \`^~\`.

Whether one pattern covers another is reckoned for all texts, not tried with some.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_location`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'the wider pattern comes first',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ \\.php$ { return 200 any; }
    location ~ ^/admin/.*\\.php$ { return 200 admin; }
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/location-shadowed]: Never chosen: whatever fits this fits "location ~ \\.php$" above, which is asked first
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/admin/x.php',
          before: { status: 200, body: /any/ },
          after: { status: 200, body: /admin/ },
        },
      },
      {
        title: 'a prefix and a pattern for the same, and a pattern below a ^~ prefix',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /api/ { return 200 prefix; }
#   ^^^^^^^^^^^^^^^^ warning[nginx/location-shadowed]: Never chosen: every URI that begins with "/api/" fits "location ~ ^/api/", and patterns win over a prefix
    location ~ ^/api/ { return 200 pattern; }
    location ^~ /static/ { return 200 static; }
    location ~ ^/static/.*\\.css$ { return 200 style; }
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/location-shadowed]: Never chosen: whatever fits this begins with "/static/", and "location ^~ /static/" keeps patterns out
}
`,
      },
    ],
    passing: [
      {
        title: 'the narrower first, parts that overlap, exact locations, a longer prefix',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ ^/admin/.*\\.php$ { return 200 a; }
    location ~ \\.php$ { return 200 b; }
    location ~ ^/b.*\\.(php|html)$ { return 200 c; }
    location ~* \\.PHP$ { return 200 d; }
    location = /e.php { return 200 e; }
    location /f/ { location ~ \\.php$ { return 200 f; } }
    location ^~ /static/ { return 200 g; }
    location /static/more/ { return 200 h; }
    location ~ ^/static/.*\\.css$ { return 200 i; }
}
`,
      },
    ],
  },
  directives: ['server', 'location'],
  check(block, context) {
    if (block.presence !== 'present' || !block.node.block || block.source.templated) return
    if (!block.children.some((each) => each.name === 'location' && each.args[0]?.value.startsWith('~'))) return
    const locations = locationsIn(block).filter(({ directive }) => directive.presence === 'present' && !directive.source.templated)
    const patterns = locations.filter(({ modifier }) => modifier === '~' || modifier === '~*')
    if (patterns.length > mostPatterns) return
    for (const [i, location] of patterns.entries()) {
      const earlier = patterns.slice(0, i).find((each) => covers(each, location))
      if (earlier) {
        report(context, location, earlier, `whatever fits this fits "${titleOf(earlier.directive)}" above, which is asked first`, moveBefore(location, earlier))
        continue
      }
      const keeper = locations.find((each) => each.modifier === '^~' && location.path.startsWith('^/') && keepsOut(each, location, locations))
      if (keeper)
        report(context, location, keeper, `whatever fits this begins with "${keeper.path}", and "${titleOf(keeper.directive)}" keeps patterns out`, [])
    }
    for (const location of locations) {
      if (location.modifier !== '' || location.directive.children.some((each) => each.name === 'location')) continue
      const taker = patterns.find((each) => takesAllBelow(each, location.path))
      if (taker)
        report(context, location, taker, `every URI that begins with "${location.path}" fits "${titleOf(taker.directive)}", and patterns win over a prefix`, [])
    }
  },
})

/** Servers with more patterns are generated, and comparing each with each takes its time. */
const mostPatterns = 40

function report(context: ConfigurationContext, { directive }: Location, by: Location, why: string, fixes: readonly FindingFix[]): void {
  context.report({
    at: placeOfDirective(directive),
    message: `Never chosen: ${why}.`,
    related: [{ at: placeOfDirective(by.directive), message: 'takes its URIs' }],
    fixes,
  })
}

const titleOf = (location: PlacedDirective): string => [location.name, ...location.args.map(({ value }) => value)].join(' ')

function covers(outer: Location, inner: Location): boolean {
  if (outer.path === inner.path && outer.modifier === inner.modifier) return true
  if (!mayAgree(beginningOf(outer), beginningOf(inner))) return false
  const [one, two] = [patternOf(inner), patternOf(outer)]
  return one !== undefined && two !== undefined && isSubsumed(one, two) === true
}

function keepsOut({ path }: Location, location: Location, locations: readonly Location[]): boolean {
  if (!mayAgree(beginningOf(location), path)) return false
  if (locations.some((each) => each.modifier === '' && each.path.length > path.length && each.path.startsWith(path))) return false
  const pattern = patternOf(location)
  const inner = pattern && isExact(pattern.tree) ? searched(pattern.tree) : undefined
  const below = urisBelow(path)
  return inner !== undefined && below !== undefined && isWithin(inner, below) === true
}

function takesAllBelow(location: Location, path: string): boolean {
  // Most patterns begin otherwise, or do not fit the prefix itself.
  if (!path.startsWith(beginningOf(location)) || regexMatcher(location.path, location.modifier === '~*' ? 'i' : '')?.(path) === false) return false
  const pattern = patternOf(location)
  const outer = pattern && isExact(pattern.tree) ? searched(pattern.tree) : undefined
  const below = urisBelow(path, complement(bytesOf('\n\r')))
  return outer !== undefined && below !== undefined && isWithin(below, outer) === true
}

const patternOf = ({ directive }: Location): Pattern | undefined => regexesOf(directive)[0]?.pattern

/** The letters that each text that a pattern fits begins with, as far as they are plain. */
function beginningOf({ path, modifier }: Location): string {
  if (modifier === '~*' || path.includes('|')) return ''
  return /^\^([\w/-]*)(?![*?{])/.exec(path)?.[1] ?? ''
}

const mayAgree = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one)

const urisBelow = (path: string, bytes = complement(bytesOf(''))): Automaton | undefined => concatenated([exactly(toByteText(path)), bytesRepeated(bytes)])

/** Only where the text can be moved as it stands, and what comes first then does not take everything. */
function moveBefore(location: Location, earlier: Location): FindingFix[] {
  const { directive } = location
  if (directive.source !== earlier.directive.source || directive.parent?.source !== directive.source || covers(location, earlier)) return []
  const { start, end } = placeOfWhole(directive)
  return [
    {
      title: `Move it before "${titleOf(earlier.directive)}"`,
      safe: false,
      edits: [insertBefore(earlier.directive, [directive.source.text.slice(start, end)]), removeDirective(directive)],
    },
  ]
}
