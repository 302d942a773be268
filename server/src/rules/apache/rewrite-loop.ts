import { placeOfArgument } from '../../configuration/placed.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { type Rewrite, redirects, rewriteScopesOf } from './lib/rewriting.ts'

export const rule = defineRule({
  id: 'apache/rewrite-loop',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A rule in a `.htaccess` or `<Directory>` that takes its own result again: a 500, or parameters that are overwritten.',
  explanation: `
In a folder the result of a rule is looked up as a new request, and the rules of the folder are applied to that one too; \`[L]\` does not prevent it. So
\`RewriteRule ^(.*)$ index.php/$1 [L]\` makes \`index.php/index.php/…\` until Apache stops after ten rounds with 500 (AH00124). And \`RewriteRule ^(.*)$ index.php?url=$1 [L]\` ends in the
second round, as the file is the same, but by then \`url\` is \`index.php\` for every request.

A condition that spares files which are there mends both: \`RewriteCond %{REQUEST_FILENAME} !-f\`. So does the flag \`END\` in place of \`L\`.
`,
  source: '`modules/mappers/mod_rewrite.c`: `hook_fixup`; tried with Apache 2.4.71: 500 with AH00124, and q=index.shtml.',
  examples: {
    failing: [
      {
        title: 'everything to a script',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    RewriteEngine On
    RewriteRule ^(.*)$ index.html/$1 [L]
#               ^^^^^^ warning[apache/rewrite-loop]: The rule takes its own result again: /a becomes index.html/a, then
    AcceptPathInfo On
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/index.html': 'front' },
          get: '/shop/cart',
          before: { status: 500, log: /AH00124/ },
          after: { status: 200, body: /front/ },
        },
      },
      {
        title: 'everything into a parameter',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^(.*)$ index.php?url=$1 [L]
#           ^^^^^^ warning[apache/rewrite-loop]: The rule takes its own result again, so that "url" is always index.php: GET /a asks for
`,
      },
      {
        title: 'everything into the query string',
        files: `
#- .htaccess
RewriteEngine On
RewriteRule ^(.*)$ index.php?/$1 [L]
#           ^^^^^^ warning[apache/rewrite-loop]: The rule takes its own result again, so that the query string is always index.php: GET /a
`,
      },
      {
        title: 'a parameter that is shown',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    Options +Includes
    AddType text/html .shtml
    AddOutputFilter INCLUDES .shtml
    RewriteEngine On
    RewriteRule ^(.*)$ index.shtml?url=$1 [L]
#               ^^^^^^ warning[apache/rewrite-loop]: The rule takes its own result again, so that "url" is always index.shtml: GET /a asks for
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/index.shtml': '<!--#echo var="QUERY_STRING" -->' },
          get: '/cart',
          before: { status: 200, body: /^url=index\.shtml/ },
          after: { status: 200, body: /^url=cart/ },
        },
      },
    ],
    passing: [
      {
        title: 'with a condition, an exception, END, the query string kept, or into a folder that may have rules of its own',
        files: `
#- a/.htaccess
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^(.*)$ index.php?url=$1 [L]
#- b/.htaccess
RewriteEngine On
RewriteRule ^index\\.php - [L]
RewriteRule ^(.*)$ index.php/$1 [L]
#- c/.htaccess
RewriteEngine On
RewriteRule ^(.*)$ index.php/$1 [END]
#- d/.htaccess
RewriteEngine On
RewriteRule ^(.*)$ index.php?url=$1 [L,QSA]
#- e/.htaccess
RewriteEngine On
RewriteRule ^$ public/ [L]
RewriteRule (.*) public/$1 [L]
#- f/.htaccess
RewriteEngine On
RewriteRule ^ index.php [L]
RewriteRule ^([a-z]+)$ index.php?page=$1 [L]
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const scope of rewriteScopesOf(configuration)) {
      if (!scope.certain || scope.kind !== 'folder') continue
      // An earlier rule may take the result before it comes here.
      let reached = true
      for (const rewrite of scope.rules) {
        const first = reached
        reached &&= redirects(rewrite) && rewrite.target !== '-'
        const { directive, target, conditions, flags } = rewrite
        if (conditions.length > 0 || !takesAll(rewrite) || ['end', 'p', 'f', 'g', 'c', 's', 'n', 'pt'].some((flag) => flags.has(flag)) || redirects(rewrite))
          continue
        if (!first) continue
        const into = /^([\w-]+\.\w+)\/\$1/.exec(target)?.[1]
        const query = flags.has('qsa') ? undefined : /^([\w-]+\.\w+)\?(?:[^$]*&)?(?:([\w.[\]-]+)=)?\/?\$1(?:&[^$]*)?$/.exec(target)
        const file = into ?? query?.[1]
        if (file === undefined) continue
        report({
          at: placeOfArgument(directive, rewrite.patternArgument),
          message:
            into !== undefined
              ? `The rule takes its own result again: /a becomes ${file}/a, then ${file}/${file}/a, until Apache gives up after ten rounds, and every request is a 500. Spare ${file} itself.`
              : `The rule takes its own result again, so that ${query?.[2] === undefined ? 'the query string' : `"${query[2]}"`} is always ${file}: GET /a asks for ${target.replace('$1', 'a')}, which becomes ${target.replace('$1', file)}. Spare ${file} itself.`,
          fixes: fixes(rewrite, file, into !== undefined),
        })
      }
    }
  },
})

/** `(.*)`, `^(.*)$`, `^(.+)$` and their like. */
const takesAll = ({ pattern, negated }: Rewrite): boolean => !negated && /^\^?\(\.[*+]\)\$?$/.test(pattern)

function fixes({ directive }: Rewrite, file: string, withPath: boolean): FindingFix[] {
  const exception = `RewriteRule ^${file.replaceAll('.', '\\.')}${withPath ? '(?:/|$)' : '$'} - [L]`
  return [
    { title: `Leave ${file} as it is`, safe: true, edits: [insertBefore(directive, [exception])] },
    {
      title: 'Spare the files and folders that are there',
      safe: false,
      edits: [insertBefore(directive, ['RewriteCond %{REQUEST_FILENAME} !-f', 'RewriteCond %{REQUEST_FILENAME} !-d'])],
    },
  ]
}
