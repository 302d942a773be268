import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import { type Argument, type PlacedDirective, placeOfArgument } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/surplus-flag-argument',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'Something behind the On or Off of a flag, which Apache does not look at.',
  explanation: `
Of a directive that is On or Off Apache reads the first word and nothing else: what stands behind it has no effect, and \`apache2 -t\` does not tell. Where a second value was
meant to count, as in \`KeepAlive On Off\` or \`RewriteEngine On Options Inherit\`, it does not.
`,
  source: '`server/config.c`: `invoke_cmd`, FLAG; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'two values of which the first counts',
        files: `
#- site.conf
<VirtualHost *:80>
    ServerName www.example.org
    RewriteEngine Off On
#                     ^^ warning[apache/surplus-flag-argument]: RewriteEngine is On or Off: Apache reads "Off" and ignores "On"
    RewriteRule ^/old$ /new [R]
</VirtualHost>
`,
      },
      {
        title: 'a second directive on the same line',
        files: `
#- site.conf
DocumentRoot /srv/site
<VirtualHost *:80>
    ServerName www.example.org
</VirtualHost>
KeepAlive On MaxKeepAliveRequests 500
#            ^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/surplus-flag-argument]: KeepAlive is On or Off: Apache reads "On" and ignores "MaxKeepAliveRequests 500"
`,
      },
    ],
    passing: [
      {
        title: 'flags by themselves, and words that look like flags where a list may stand',
        files: `
#- site.conf
KeepAlive On
HostnameLookups Off
<VirtualHost *:80>
    ServerName on
    ServerAlias off on.example.org
    ProxyErrorOverride On 404 500
    SetEnv on off
</VirtualHost>
`,
      },
      {
        title: 'a comment behind a flag is a matter of another rule',
        files: `
#- site.conf
KeepAlive On # for browsers
`,
      },
    ],
  },
  check({ configuration, report }) {
    for (const directive of configuration.all) {
      // Arguments are made when they are asked for: most directives have too few words to matter.
      if (directive.node.words.length < 3 || !/^o(n|ff)$/i.test(directive.node.words[1]?.value ?? '')) continue
      const [first, ...rest] = directive.args
      const last = rest.at(-1)
      if (!first || !last || directive.presence === 'absent' || !isFlag(directive, first)) continue
      if (rest[0]?.value.startsWith('#') || rest.some((argument) => !argument.known)) continue
      const start = rest[0]?.start ?? last.start
      const { path, text } = directive.source
      const name = apacheDirectives(directive.name)[0]?.name ?? directive.name
      const surplus = text.slice(start, last.end)
      const value = placeOfArgument(directive, first)
      report({
        at: { path, start, end: last.end },
        message: `${name} is On or Off: Apache reads "${first.value}" and ignores "${surplus}". Remove it, or give it a line of its own.`,
        fixes: [{ title: `Remove "${surplus}"`, safe: true, edits: [{ path, start: value.end, end: last.end, newText: '' }] }],
      })
    }
  },
})

/** Whether the directive is a flag in every module that has it, and set to a value that it may have. */
function isFlag({ name, node }: PlacedDirective, first: Argument): boolean {
  if (!first.known || !/^o(n|ff)$/i.test(first.value) || node.block) return false
  const entries = apacheDirectives(name)
  return entries.length > 0 && entries.every((entry) => entry.arguments === 'flag' && entry.source !== 'third-party')
}
