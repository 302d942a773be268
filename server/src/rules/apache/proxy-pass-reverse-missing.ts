import { enclosing, placeOfDirective } from '../../configuration/placed.ts'
import { aliasHolds } from '../../site/apache/aliases.ts'
import { insertAfter } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'
import { isRead } from './config-test/conditions.ts'
import { ofHost } from './lib/of-host.ts'

export const rule = defineRule({
  id: 'apache/proxy-pass-reverse-missing',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['proxypass'],
  severity: 'hint',
  summary: 'A `ProxyPass` without `ProxyPassReverse`: redirections of the backend lead to its own address.',
  explanation: `
A backend that redirects (\`/cart\` to \`/cart/\`, to the page for signing in) names the address by which it was asked: \`http://127.0.0.1:8000/cart/\`. \`ProxyPassReverse\` with the same path and
URL turns it into the public one. Where the backend gets the public host (\`ProxyPreserveHost On\`) and the same paths, or never redirects, it is not needed.
`,
  source: 'Apache documentation of ProxyPassReverse.',
  examples: {
    failing: [
      {
        title: 'a path of its own',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    ProxyPass /app/ http://127.0.0.1:8000/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[apache/proxy-pass-reverse-missing]: Where http://127.0.0.1:8000/ redirects, the browser is sent to that address. Add
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'with it, for a part, with the public host, a WebSocket',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName example.org
    ProxyPass /static !
    ProxyPass /app/ http://127.0.0.1:8000/
    ProxyPassReverse /app/ http://127.0.0.1:8000/
    ProxyPass /socket ws://127.0.0.1:8001/
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example.org
    ProxyPreserveHost On
    ProxyPass / http://127.0.0.1:8000/
</VirtualHost>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const [path, target] = directive.args
    if (!isRead(directive) || !path?.known || !target?.known || !path.value.startsWith('/') || !/^https?:\/\//i.test(target.value)) return
    if (enclosing(directive, 'location', 'locationmatch', 'if') || directive.source.templated) return
    const host = enclosing(directive, 'virtualhost')
    const own = (name: string) => ofHost(configuration, host, name)
    const preserved = own('proxypreservehost').some((each) => each.args[0]?.value.toLowerCase() === 'on')
    const samePath = /^https?:\/\/[^/]+(\/.*)?$/i.exec(target.value)?.[1] ?? '/'
    if (preserved && samePath.replace(/\/$/, '') === path.value.replace(/\/$/, '')) return
    const reversed = own('proxypassreverse').some((each) => {
      const from = each.args.length > 1 ? each.args[0]?.value : enclosing(each, 'location')?.args[0]?.value
      return from === undefined || aliasHolds(from, path.value) || aliasHolds(path.value, from)
    })
    if (reversed || own('header').some((each) => each.args.some(({ value }) => /^location$/i.test(value)))) return
    report({
      at: placeOfDirective(directive),
      message: `Where ${target.value} redirects, the browser is sent to that address. Add "ProxyPassReverse ${path.value} ${target.value}".`,
      fixes: [{ title: 'Add ProxyPassReverse', safe: false, edits: [insertAfter(directive, [`ProxyPassReverse ${path.value} ${target.value}`])] }],
    })
  },
})
