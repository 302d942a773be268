import { type Configuration, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { type Automaton, bytesRepeated, concatenated, exactly, intersected, searched } from '../../regex/automaton.ts'
import { bytesIn, toByteText } from '../../regex/bytes.ts'
import { wordOf } from '../../regex/language.ts'
import { isExact } from '../../regex/tree.ts'
import { levelInEffect } from '../../site/nginx/inheritance.ts'
import { effective, type Location, locationFor, locationsIn } from '../../site/nginx/locations.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'security/guard-bypassed-by-pattern',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: 'A folder that is denied or wants a password, of which some files are taken by a regular expression without either.',
  explanation: `
Regular expressions win over a prefix. With \`location /private/ { deny all; }\` beside \`location ~ \\.php$ { fastcgi_pass … }\`, \`/private/setup.php\` is the second one's, which denies nothing: it runs. So it is with files that a
pattern for pictures and style sheets serves from the same root.

\`location ^~ /private/\` keeps patterns out of the folder; where scripts in it are to run behind the password, put a location for them inside.
`,
  source: '`src/http/ngx_http_core_module.c`: `ngx_http_core_find_location`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a denied folder and a pattern for files',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /private/ {
#   ^^^^^^^^^^^^^^^^^^^^ warning[security/guard-bypassed-by-pattern]: GET /private/a.jpg is not refused: it fits "location ~* \\.(jpg|pdf)$", which wins over a prefix and has no rule of its own
        deny all;
    }
    location ~* \\.(jpg|pdf)$ {
        expires 30d;
    }
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/www/private/a.jpg': 'secret' },
          get: '/private/a.jpg',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
      {
        title: 'a password and a pattern for scripts',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location /admin/ {
#   ^^^^^^^^^^^^^^^^^^ warning[security/guard-bypassed-by-pattern]: GET /admin/a.php asks for no password: it fits "location ~ \\.php$"
        auth_basic "Staff";
        auth_basic_user_file /etc/nginx/.htpasswd;
    }
    location ~ \\.php$ {
        try_files $uri =404;
        fastcgi_pass unix:/run/php/php8.2-fpm.sock;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'patterns are kept out, have rules of their own, are inside, serve another root, or cannot be below',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location ^~ /a/ { deny all; }
    location /b/ { alias /srv/b/; deny all; }
    location /c/ {
        auth_basic Staff;
        location ~ \\.php$ { try_files $uri =404; fastcgi_pass unix:/run/php.sock; }
        location ~ \\.jpg$ { expires 1d; }
    }
    location ~ ^/d/.*\\.php$ { fastcgi_pass unix:/run/php.sock; try_files $uri =404; }
    location ~ \\.bak$ { deny all; }
    location ~ /\\. { return 404; }
}
server {
    listen 81;
    location /e/ { root /srv/e; deny all; }
    location ~ \\.jpg$ { root /srv/pictures; }
}
`,
      },
    ],
  },
  directives: ['server'],
  check(server, { configuration, report }) {
    if (server.presence !== 'present' || !server.node.block || server.source.templated) return
    if (!server.children.some((each) => each.name === 'location' && guardOf(each) !== undefined)) return
    const locations = locationsIn(server)
    const patterns = locations.filter(({ directive, modifier }) => (modifier === '~' || modifier === '~*') && directive.presence === 'present')
    if (patterns.length === 0) return
    for (const guarded of locations) {
      if (guarded.modifier !== '' || guarded.path === '/' || guarded.directive.presence !== 'present' || guarded.directive.source.templated) continue
      const guard = guardOf(guarded.directive)
      if (!guard) continue
      for (const pattern of patterns) {
        if (isGuarded(pattern.directive) || !servesTheSame(guarded, pattern, configuration)) continue
        const witness = witnessOf(guarded, pattern)
        const chosen = witness === undefined ? undefined : locationFor(server, witness)
        if (witness === undefined || typeof chosen !== 'object' || chosen.directive !== pattern.directive) continue
        report({
          at: placeOfDirective(guarded.directive),
          message: `GET ${witness} ${guard === 'deny' ? 'is not refused' : 'asks for no password'}: it fits "location ${pattern.modifier} ${pattern.path}", which wins over a prefix and has no rule of its own.`,
          related: [{ at: placeOfDirective(pattern.directive), message: 'takes it' }],
          fixes: guard === 'deny' ? keepPatternsOut(guarded) : [],
        })
        break
      }
    }
  },
})

/** What keeps everybody, or those without a password, out of a location. */
function guardOf(location: PlacedDirective): 'deny' | 'password' | undefined {
  const own = location.children.filter((each) => each.presence === 'present')
  if (own.some((each) => each.name === 'satisfy')) return undefined
  if (own.some((each) => each.name === 'deny' && each.args[0]?.value === 'all') && !own.some((each) => each.name === 'allow')) return 'deny'
  if (own.some((each) => each.name === 'auth_basic' && each.args[0]?.known && each.args[0].value !== 'off')) return 'password'
  return undefined
}

const isGuarded = (location: PlacedDirective): boolean =>
  location.children.some((each) => /^(allow|deny|auth_|internal$|return$|if$|satisfy$|rewrite$|empty_gif$|access_by_lua)/.test(each.name)) ||
  location.children.some((each) => each.name === 'location')

/** Whether what a pattern serves are the files of the folder: the same root, and no backend that has files of its own. */
function servesTheSame(guarded: Location, pattern: Location, configuration: Configuration): boolean {
  const [one, two] = [guarded.directive, pattern.directive].map((block) => effective(block, 'root', 'alias'))
  const [oneFolder, twoFolder] = [one?.args[0], two?.args[0]]
  if (one?.name === 'alias' || two?.name === 'alias') return false
  if (one !== two && (!oneFolder?.known || !twoFolder?.known || oneFolder.value !== twoFolder.value)) return false
  const passes = (block: PlacedDirective): PlacedDirective | undefined => block.children.find((each) => each.name.endsWith('_pass'))
  const [from, to] = [passes(guarded.directive), passes(pattern.directive)]
  // Another backend has other things below the path; a proxy for files has them elsewhere.
  if (from) return to !== undefined && from.args[0]?.value === to.args[0]?.value
  if (to && to.name !== 'fastcgi_pass') return false
  // Without any root the files are those of the compiled default: nothing is known.
  return one !== undefined || levelInEffect(guarded.directive, configuration, 'root') !== undefined || to !== undefined
}

function witnessOf(guarded: Location, pattern: Location): string | undefined {
  const [regex] = regexesOf(pattern.directive)
  if (!regex || !isExact(regex.pattern.tree)) return undefined
  const fitting = searched(regex.pattern.tree)
  if (!fitting) return undefined
  for (const begin of ['a', '']) {
    const below = urisBelow(`${guarded.path}${guarded.path.endsWith('/') ? '' : '/'}${begin}`)
    const both = below && intersected(below, fitting)
    const word = both && wordOf(both)
    if (word !== undefined && word !== 'unknown') return word
  }
  return undefined
}

/** Small letters, digits and what stands between them. */
const urisBelow = (path: string): Automaton | undefined => concatenated([exactly(toByteText(path)), bytesRepeated(bytesIn([45, 57], [95, 95], [97, 122]))])

const keepPatternsOut = ({ directive, argument, path }: Location): FindingFix[] => [
  {
    title: `Keep patterns out: location ^~ ${path}`,
    safe: false,
    edits: [{ path: directive.source.path, start: argument.start, end: argument.start, newText: '^~ ' }],
  },
]
