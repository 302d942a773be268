import { indentOf, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { hasTopLevelChoice, type Rewrite, rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-pattern-never-matches',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A `RewriteRule` whose pattern fits no request: a slash too many or too few at its beginning, the query string, or the host.',
  explanation: `
What a pattern meets depends on where it stands. In a server or \`<VirtualHost>\` it is the path of the URL with its first slash (\`/shop/cart\`). In a \`.htaccess\` or \`<Directory>\` it
is what remains behind the folder, without a slash at its beginning (\`shop/cart\`). So \`^/shop\` never fits in a \`.htaccess\`, and \`^shop\` never in a virtual host. \`^/?shop\` does for both.

The query string and the host are no part of it anywhere: they are tested with \`RewriteCond %{QUERY_STRING}\` and \`RewriteCond %{HTTP_HOST}\`.
`,
  source: '`modules/mappers/mod_rewrite.c`: `apply_rewrite_rule`; Apache documentation of RewriteRule, "What is matched?"; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a slash in a folder',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    RewriteEngine On
    RewriteRule ^/old$ new.html [L]
#               ^^^^^^ warning[apache/rewrite-pattern-never-matches]: This rule never applies: in a folder the pattern meets "old", without the slash
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/new.html': 'new page' },
          get: '/old',
          before: { status: 404 },
          after: { status: 200, body: /new page/ },
        },
      },
      {
        title: 'no slash in a virtual host',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    RewriteEngine On
    RewriteRule ^old$ https://example.org/new [R=301,L]
#               ^^^^^ warning[apache/rewrite-pattern-never-matches]: This rule never applies: in a server the pattern meets the path with its first slash
    RewriteRule ^(?:blog|news)/(.*)$ https://news.example.org/$1 [R=301,L]
#               ^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-pattern-never-matches]: This rule never applies
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          get: '/old',
          host: 'example.org',
          before: { status: 403 },
          after: { status: 301 },
        },
      },
      {
        title: 'the query string',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^index\\.php\\?id=(\\d+)$ /page/$1 [R=301,L]
#           ^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-pattern-never-matches]: This rule never applies: the query string (id=(\\d+)) is no part of what
`,
      },
      {
        title: 'the host',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^https?://old\\.example\\.org/(.*)$ https://example.org/$1 [R=301,L]
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/rewrite-pattern-never-matches]: This rule never applies: scheme and host are no part of what
`,
      },
    ],
    passing: [
      {
        title: 'slashes that may be there or not, and rules that get what another made',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^/?old$ /new [L]
RewriteRule ^(.*)\\.htm$ /$1.html
RewriteRule ^/a\\.html$ /b.html [L]
RewriteRule !^/static - [F]
`,
      },
      {
        title: 'in a virtual host with its slash, a choice, a file that an earlier rule named',
        files: `
#- site.conf
<VirtualHost *:80>
    RewriteEngine On
    RewriteRule ^/old$ /new [R=301,L]
    RewriteRule ^(/a|/b)$ /c [R=301,L]
    RewriteRule ^index\\.html$|^/start$ /home [R=301,L]
    RewriteRule .*\\.php$ - [F]
    RewriteRule ^ - [E=seen:1]
</VirtualHost>
`,
      },
      {
        title: 'a file of which it is not known where it is included',
        files: `
#- rules.inc.conf
RewriteEngine On
RewriteRule ^old$ /new [L]
RewriteRule ^/older$ /new [L]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind === 'other') continue
      // What the rules above hand on may begin otherwise than a request does.
      let asSent = true
      for (const rewrite of scope.rules) {
        const untouched = asSent
        asSent &&= scope.kind === 'folder' ? leavesNoSlash(rewrite) : leavesSlash(rewrite)
        const found = untouched ? (scope.kind === 'folder' ? inFolder(rewrite) : inServer(rewrite)) : undefined
        const fault = found ?? queryFault(rewrite) ?? hostFault(rewrite)
        if (!fault) continue
        report({
          at: placeOfArgument(rewrite.directive, rewrite.patternArgument),
          message: `This rule ${rewrite.negated ? 'always' : 'never'} applies: ${fault.why}`,
          fixes: fault.fixes,
        })
      }
    }
  },
})

interface Fault {
  readonly why: string
  readonly fixes: readonly FindingFix[]
}

function inFolder(rewrite: Rewrite): Fault | undefined {
  const match = /^\^(\\?\/)([\w.\\-]*)/.exec(rewrite.pattern)
  if (!match || rewrite.negated || hasTopLevelChoice(rewrite.pattern) || /^[?*{]/.test(rewrite.pattern.slice(1 + (match[1]?.length ?? 0)))) return undefined
  const rest = rewrite.pattern.slice(1 + (match[1] ?? '').length)
  const sample = (match[2] ?? '').replaceAll('\\', '')
  return {
    why: `in a folder the pattern meets ${sample === '' ? 'the rest of the path' : `"${sample}"`}, without the slash. Write ^${rest}.`,
    fixes: fixOf(`Write ^${rest}`, replaceInArgument(rewrite.directive, rewrite.patternArgument, `^${match[1]}`, '^')),
  }
}

/** Whether what a rule hands on to the next ones is empty, as before, or begins with a name. */
const leavesNoSlash = ({ target, flags }: Rewrite): boolean => target === '-' || flags.has('l') || flags.has('end') || /^\w[\w.-]*(?:$|[?/])/.test(target)

const leavesSlash = ({ target, flags }: Rewrite): boolean => target === '-' || target.startsWith('/') || flags.has('l') || flags.has('end') || flags.has('r')

function inServer(rewrite: Rewrite): Fault | undefined {
  const { pattern } = rewrite
  if (rewrite.negated || hasTopLevelChoice(pattern) || !/^\^(?:\w|\((?:\?:)?\w)/.test(pattern) || /^\^(?:proxy|https?|balancer)\b/i.test(pattern))
    return undefined
  const group = /^\^\((?:\?:)?([^()]*)\)(?![?*{])/.exec(pattern)
  if (pattern.startsWith('^(')) {
    if (!group || !(group[1] ?? '').split('|').every((each) => /^\w(?![?*{])/.test(each))) return undefined
  } else if (/^\^\w[?*{]/.test(pattern)) return undefined
  if (/^\^(?:www\\?\.)/.test(pattern)) return undefined
  return {
    why: `in a server the pattern meets the path with its first slash (the rest is as in a .htaccess). Write ^/${pattern.slice(1)}.`,
    fixes: fixOf(`Write ^/${pattern.slice(1)}`, replaceInArgument(rewrite.directive, rewrite.patternArgument, '^', '^/')),
  }
}

function queryFault(rewrite: Rewrite): Fault | undefined {
  const match = /\\\?\w+(?:\[\])?=|\.(?:php|aspx?|cgi|pl|jsp|cfm)\?\w+=/.exec(rewrite.pattern)
  if (!match || rewrite.negated || hasTopLevelChoice(rewrite.pattern)) return undefined
  const at = rewrite.pattern.indexOf('?', match.index)
  const query = rewrite.pattern.slice(at + 1).replace(/\$$/, '')
  return {
    why: `the query string (${query}) is no part of what the pattern meets. Test it with RewriteCond %{QUERY_STRING}.`,
    fixes: queryFixes(rewrite, at, query),
  }
}

function queryFixes(rewrite: Rewrite, at: number, query: string): FindingFix[] {
  const { directive, pattern, patternArgument, targetArgument, target, conditions } = rewrite
  const last = conditions.at(-1)
  if (/%\d/.test(target) || (last && /\[.*\bOR\b.*\]/i.test(last.args[2]?.value ?? ''))) return []
  const before = pattern.slice(0, at).replace(/\\$/, '')
  const outside = groupsIn(before)
  if (outside === undefined || groupsIn(query) === undefined) return []
  const { path } = directive.source
  const { start } = placeOfDirective(directive)
  const renumbered = target.replace(/(?<!\\)\$(\d)/g, (all, digit: string) => (Number(digit) > outside ? `%${Number(digit) - outside}` : all))
  const condition = `RewriteCond %{QUERY_STRING} (?:^|&)${query.replace(/^\(\?:\^\|&\)/, '')}(?:&|$)${rewrite.flags.has('nc') ? ' [NC]' : ''}`
  const target2 = replaceInArgument(directive, targetArgument, target, renumbered)
  const pattern2 = replaceInArgument(directive, patternArgument, pattern, `${before}$`)
  if (!target2 || !pattern2) return []
  return [
    {
      title: 'Test the query string with RewriteCond',
      safe: false,
      edits: [{ path, start, end: start, newText: `${condition}\n${indentOf(directive)}` }, pattern2, ...(renumbered === target ? [] : [target2])],
    },
  ]
}

/** How many groups capture; undefined where the parentheses do not pair. */
function groupsIn(pattern: string): number | undefined {
  let depth = 0
  let count = 0
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '\\') i++
    else if (ch === '[') return undefined
    else if (ch === '(') {
      depth++
      if (pattern.charAt(i + 1) !== '?') count++
    } else if (ch === ')' && --depth < 0) return undefined
  }
  return depth === 0 ? count : undefined
}

function hostFault(rewrite: Rewrite): Fault | undefined {
  const match = /^\^?(?:https?\??:(?:\\?\/){2}|\(?https?\)?:\\?\/\\?\/)/i.exec(rewrite.pattern)
  const host = /^\^?www\\?\.[\w-]+\\?\.(?:com|org|net|de|fr|nl|uk|io|info|biz|eu)(?![\w-])/i.exec(rewrite.pattern)
  if ((!match && !host) || rewrite.negated || hasTopLevelChoice(rewrite.pattern)) return undefined
  return {
    why: `scheme and host are no part of what the pattern meets. Test the host with RewriteCond %{HTTP_HOST}.`,
    fixes: hostFixes(rewrite),
  }
}

function hostFixes(rewrite: Rewrite): FindingFix[] {
  const { directive, pattern, patternArgument } = rewrite
  const match = /^\^?(?:https?\??:(?:\\?\/){2})?([\w.\\-]+)(?:\\?\/(.*))?$/i.exec(pattern)
  const host = match?.[1]?.replace(/\\?\.(?=[\w\\])/g, '\\.').replace(/\$$/, '')
  if (!match || host === undefined || rewrite.conditions.length > 0) return []
  const rest = match[2] ?? ''
  const edit = replaceInArgument(directive, patternArgument, pattern, `^/?${rest === '' ? '' : rest}${rest === '' ? '$' : ''}`)
  if (!edit) return []
  const { start } = placeOfDirective(directive)
  const condition = `RewriteCond %{HTTP_HOST} ^${host}$ [NC]`
  return [
    {
      title: 'Test the host with RewriteCond',
      safe: false,
      edits: [{ path: directive.source.path, start, end: start, newText: `${condition}\n${indentOf(directive)}` }, edit],
    },
  ]
}

const fixOf = (title: string, edit: ReturnType<typeof replaceInArgument>): FindingFix[] => (edit ? [{ title, safe: false, edits: [edit] }] : [])
