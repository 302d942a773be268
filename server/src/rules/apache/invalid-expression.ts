import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-expression',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'An expression that Apache cannot parse.',
  explanation: `
\`<If>\`, \`Require expr\`, \`Header … expr=\` and others take expressions with a grammar of their own. The condition of \`<If>\` is one word: with spaces in it, it needs quotes.
`,
  source: '`server/util_expr_parse.y`, `server/util_expr_scan.l`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'a condition without its second half',
        files: `
#- httpd.conf
Listen 8080
<If "%{REQUEST_URI} ==">
#   ^^^^^^^^^^^^^^^^^^^ error[apache/invalid-expression]: This expression cannot be parsed
</If>
`,
      },
    ],
    passing: [
      {
        title: 'conditions',
        files: `
#- httpd.conf
Listen 8080
<If "%{REQUEST_URI} == '/old' && %{HTTP_HOST} in { 'a.example', 'b.example' }">
</If>
<ElseIf "-n %{QUERY_STRING}">
</ElseIf>
<Else>
</Else>
`,
      },
    ],
  },
})
