import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/macro',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A macro that is defined or used wrongly.',
  explanation: `
\`<Macro name $a $b>\` defines text with parameters, \`Use name x y\` puts it in place. Apache counts the arguments, and looks inside a macro only where it is used.
`,
  source: '`modules/core/mod_macro.c`; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'an argument is missing',
        files: `
#- httpd.conf
Listen 8080
<Macro host $name $port>
    ServerName $name:$port
</Macro>
Use host www.example.org
# <- error[apache/macro]: The macro "host" takes 2 arguments, here is 1
`,
      },
    ],
    passing: [
      {
        title: 'a macro and its use',
        files: `
#- httpd.conf
Listen 8080
<Macro host $name $port>
    ServerName $name:$port
</Macro>
Use host www.example.org 8080
`,
      },
    ],
  },
})
