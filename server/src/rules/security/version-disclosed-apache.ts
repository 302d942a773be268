import { placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

const told: Readonly<Record<string, { readonly value: RegExp; readonly better: string; readonly what: string; readonly severity: 'info' | 'hint' }>> = {
  servertokens: { value: /^(?:full|os|min(?:imal)?)$/i, better: 'Prod', what: 'The header Server tells the version of Apache', severity: 'hint' },
  serversignature: {
    value: /^(?:on|email)$/i,
    better: 'Off',
    what: 'Error pages and lists of files tell the version of Apache and the name of the host',
    severity: 'hint',
  },
  traceenable: {
    value: /^(?:on|extended)$/i,
    better: 'Off',
    what: 'TRACE sends back what it is sent, headers that a proxy in front has added among them',
    severity: 'hint',
  },
  fileetag: {
    value: /(?:^|\s|\+)(?:inode|all)$/i,
    better: 'MTime Size',
    what: 'ETag tells the inode of each file, and differs from server to server for the same file',
    severity: 'hint',
  },
}

export const rule = defineRule({
  id: 'security/version-disclosed-apache',
  looksAt: 'directive',
  dialect: 'apache',
  directives: Object.keys(told),
  severity: 'hint',
  summary: '`ServerTokens Full`, `ServerSignature On`, `TraceEnable On`, `FileETag INode`: what the server tells of itself without need.',
  explanation: `
None of this is a hole by itself. Whoever looks for servers with a known fault finds yours sooner. \`ServerTokens Prod\` leaves \`Apache\` in the header, \`ServerSignature Off\` nothing on error
pages, \`TraceEnable Off\` refuses a method that nobody needs. An ETag with the inode also makes caches useless where several servers share a site.
`,
  source: 'Apache documentation of ServerTokens, ServerSignature, TraceEnable, FileETag; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'told on purpose',
        files: `
#- security.conf
ServerTokens OS
# <------------ hint[security/version-disclosed-apache]: The header Server tells the version of Apache. Write "ServerTokens
ServerSignature On
# <--------------- hint[security/version-disclosed-apache]: Error pages and lists of files tell the version of Apache and the name of the host. Write
TraceEnable On
# <----------- hint[security/version-disclosed-apache]: TRACE sends back what it is sent, headers that a proxy in front has added among them.
FileETag All
# <--------- hint[security/version-disclosed-apache]: ETag tells the inode of each file, and differs from server to server for the same file.
`,
      },
    ],
    passing: [
      {
        title: 'kept',
        files: `
#- security.conf
ServerTokens Prod
ServerSignature Off
TraceEnable Off
FileETag MTime Size
FileETag -INode
`,
      },
    ],
  },
  check(directive, { report }) {
    const each = told[directive.name]
    const last = directive.args.at(-1)
    if (!each || !last?.known || !isRead(directive) || (directive.name !== 'fileetag' && directive.args.length !== 1)) return
    const value = directive.args.find((argument) => each.value.test(argument.value) && !argument.value.startsWith('-'))
    if (!value) return
    const first = directive.args[0] ?? value
    report({
      at: placeOfDirective(directive),
      severity: each.severity,
      message: `${each.what}. Write "${directive.node.words[0]?.value} ${each.better}".`,
      fixes: [
        {
          title: `Write ${each.better}`,
          safe: false,
          edits:
            directive.args.length === 1
              ? [unquoted(replaceArgument(directive, value, each.better))]
              : [{ path: directive.source.path, start: first.start, end: last.end, newText: each.better }],
        },
      ],
    })
  },
})

/** Two words are two arguments here. */
const unquoted = (edit: ReturnType<typeof replaceArgument>): ReturnType<typeof replaceArgument> => ({ ...edit, newText: edit.newText.replaceAll('"', '') })
