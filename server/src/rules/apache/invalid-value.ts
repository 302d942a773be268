import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/invalid-value',
  looksAt: 'config-test',
  dialect: 'apache',
  severity: 'error',
  summary: 'A value that a directive does not take.',
  explanation: `
A word that is none of those that the directive knows, a number out of bounds, a flag that is neither On nor Off.
`,
  source: "The handlers of Apache's modules; tried with Apache 2.4.71.",
  examples: {
    failing: [
      {
        title: 'words, flags and numbers',
        files: `
#- httpd.conf
Listen 8080
KeepAlive yes
#         ^^^ error[apache/invalid-value]: KeepAlive must be On or Off, not "yes"
ServerTokens Product
#            ^^^^^^^ error[apache/invalid-value]: ServerTokens does not know "Product"
<Directory /srv/www>
    Options Indexs
#           ^^^^^^ error[apache/invalid-value]: Options does not know "Indexs"; did you mean "Indexes"?
</Directory>
`,
      },
      {
        title: 'a port that is none',
        files: `
#- httpd.conf
Listen 80800
#      ^^^^^ error[apache/invalid-value]: "80800" is no address to listen on
`,
      },
    ],
    passing: [
      {
        title: 'letter case does not matter',
        files: `
#- httpd.conf
Listen 127.0.0.1:8080
KeepAlive ON
ServerTokens prod
<Directory /srv/www>
    Options indexes followsymlinks
</Directory>
`,
      },
    ],
  },
})
