import { placeOfArgument } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'

export const rule = defineRule({
  id: 'apache/error-document-leads-elsewhere',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['errordocument'],
  severity: 'info',
  summary: 'An `ErrorDocument` with a full URL: visitors and search engines get a redirection, and never the error itself.',
  explanation: `
With a full URL Apache answers 302 and leads to that page, which is then sent with 200. A page that is not there looks as if it were: search engines keep it, programs take it for the answer, and the
page does not learn what was asked for (\`REDIRECT_URL\`). With a path of the same site, \`/404.html\`, the status stays what it is. For 401 a full URL is not taken at all.
`,
  source: 'Apache documentation of ErrorDocument; tried with Apache 2.4.71: 302.',
  examples: {
    failing: [
      {
        title: 'a page of the site itself',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    DocumentRoot /srv/site
    ErrorDocument 404 http://example.org/404.html
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ info[apache/error-document-leads-elsewhere]: Who asks for what is not there gets a 302 to http://example.org/404.html and a 200 there,
    <Directory /srv/site>
        Require all granted
    </Directory>
</VirtualHost>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/404.html': 'Sorry' },
          host: 'example.org',
          get: '/nothing',
          before: { status: 302 },
          after: { status: 404, body: /Sorry/ },
        },
      },
    ],
    passing: [
      {
        title: 'a path, text, and an error that is about being elsewhere',
        files: `
#- .htaccess
ErrorDocument 404 /404.html
ErrorDocument 403 "No."
`,
      },
    ],
  },
  check(directive, { report }) {
    const [status, target] = directive.args
    if (!isRead(directive) || !target?.known || directive.args.length !== 2 || !/^(?:404|410)$/.test(status?.value ?? '')) return
    const path = /^https?:\/\/[^/\s%$]+(\/[^\s%$]*)$/i.exec(target.value)?.[1]
    if (path === undefined) return
    report({
      at: placeOfArgument(directive, target),
      message: `Who asks for what is not there gets a 302 to ${target.value} and a 200 there, and never the ${status?.value}. Where the page is of this site, write ${path}.`,
      fixes: [{ title: `Write ${path}`, safe: false, edits: [replaceArgument(directive, target, path)] }],
    })
  },
})
