import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'

export const rule = defineRule({
  id: 'apache/error-document-as-text',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['errordocument'],
  severity: 'warning',
  summary: 'An `ErrorDocument` that names a page without its slash, so that the name itself is shown to visitors.',
  explanation: `
What begins with a slash is the URL of a page, what begins with a scheme leads elsewhere, and everything else is text. \`ErrorDocument 404 error.html\` answers with the ten letters
\`error.html\`. Write \`/error.html\`, seen from the root of the site, also in a \`.htaccess\`.
`,
  source: '`server/core.c`: `set_error_document`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a page beside the others',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
</Directory>
ErrorDocument 404 error.html
#                 ^^^^^^^^^^ warning[apache/error-document-as-text]: Visitors get the text "error.html" and not the page, as it does not begin with a slash.
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/error.html': 'Sorry, there is no such page.' },
          get: '/nothing',
          before: { status: 404, body: /^error\.html$/ },
          after: { status: 404, body: /Sorry/ },
        },
      },
      {
        title: 'in a folder, and one of another host',
        files: `
#- .htaccess
ErrorDocument 403 errors/forbidden.php
#                 ^^^^^^^^^^^^^^^^^^^^ warning[apache/error-document-as-text]: Visitors get the text "errors/forbidden.php" and not the page, as it does not begin with
ErrorDocument 500 www.example.org/sorry.html
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/error-document-as-text]: Visitors get the text "www.example.org/sorry.html" and not the page, as it does not begin
`,
      },
    ],
    passing: [
      {
        title: 'text that is meant, a URL, a page with its slash',
        files: `
#- .htaccess
ErrorDocument 403 "Sorry, see index.html for what there is."
ErrorDocument 404 /error.html
ErrorDocument 500 http://example.org/sorry.html
ErrorDocument 503 default
ErrorDocument 410 Gone
`,
      },
    ],
  },
  check(directive, { report }) {
    const [status, target] = directive.args
    if (!isRead(directive) || !status || !target?.known || directive.args.length !== 2) return
    if (!/^(?:\.?[\w-][\w.-]*\/)*[\w-]+\.(?:[sp]?html?|php\d?|cgi|aspx?|jsp|pl|py|txt)(?:[?#].*)?$/i.test(target.value)) return
    const url = /^www\./i.test(target.value) ? `http://${target.value}` : `/${target.value.replace(/^\.\//, '')}`
    report({
      at: placeOfArgument(directive, target),
      message: `Visitors get the text "${target.value}" and not the page, as it does not begin with a slash. Write ${url}.`,
      fixes: [{ title: `Write ${url}`, safe: url.startsWith('/'), edits: [replaceArgument(directive, target, url)] }],
    })
  },
})
