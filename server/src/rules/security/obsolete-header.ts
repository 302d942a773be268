import { placeOfWhole } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/obsolete-header',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'A header that browsers do not heed any more: `X-XSS-Protection`, `Expect-CT`, `Feature-Policy`, `Public-Key-Pins`.',
  explanation: `
- \`X-XSS-Protection\`: the filters that it controlled are gone from all browsers, and had holes of their own; use a \`Content-Security-Policy\`.
- \`Expect-CT\`: what it asked for is the rule today.
- \`Feature-Policy\`: is called \`Permissions-Policy\` now, with another syntax.
- \`Public-Key-Pins\`: no browser heeds it.
`,
  source: 'developer.mozilla.org, pages of the headers ("Deprecated", "Non-standard"); www.chromestatus.com.',
  examples: {
    failing: [
      {
        title: 'two of them',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-XSS-Protection "1; mode=block" always;
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/obsolete-header]: No browser heeds X-XSS-Protection any more
    add_header Feature-Policy "camera 'none'";
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[security/obsolete-header]: No browser heeds Feature-Policy any more
}
`,
      },
    ],
    passing: [
      {
        title: 'switched off on purpose, and headers that count',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header X-XSS-Protection 0 always;
    add_header Permissions-Policy "camera=()" always;
}
`,
      },
    ],
  },
  directives: ['add_header'],
  check(directive, { report }) {
    const [name, value] = directive.args
    const instead = obsolete.get(name?.value.toLowerCase() ?? '')
    if (!name?.known || instead === undefined || value?.value.startsWith('0')) return
    report({
      at: placeOfWhole(directive),
      message: `No browser heeds ${name.value} any more: ${instead}.`,
      // The last of a block's headers taken away would bring those from further out back.
      fixes:
        directive.parent?.children.filter((each) => each.name === 'add_header').length === 1
          ? []
          : [{ title: 'Remove the line', safe: false, edits: [removeDirective(directive)] }],
    })
  },
})

const obsolete = new Map([
  ['x-xss-protection', 'the filters that it controlled are gone; use a "Content-Security-Policy"'],
  ['expect-ct', 'certificates have to be logged today in any case'],
  ['feature-policy', 'it is called "Permissions-Policy" now, with another syntax'],
  ['public-key-pins', 'a wrong pin locked sites out, and no browser reads it'],
  ['public-key-pins-report-only', 'nothing reports it'],
])
