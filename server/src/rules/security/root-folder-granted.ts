import { placeOfDirective } from '../../configuration/placed.ts'
import { authorizationOf } from '../../site/apache/authorization.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { pathOf } from '../apache/lib/section-path.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/root-folder-granted',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['directory'],
  severity: 'info',
  summary: 'A `<Directory />` that grants the whole disk, so that nothing holds where an alias, a link or a fault leads out of the site.',
  explanation: `
\`<Directory />\` is there to deny: then only folders that are granted by name are served, and an \`Alias\` too wide, a symbolic link or a fault such as CVE-2021-41773 leads nowhere. With
\`Require all granted\` there it opens every file that Apache's user may read as soon as something points at it.

Deny it, and grant the folders that are served.
`,
  source: 'Apache\'s security tips, "Protect Server Files by Default".',
  examples: {
    failing: [
      {
        title: 'the whole disk',
        files: `
#- site.conf
<Directory />
    AllowOverride None
    Require all granted
#   ^^^^^^^^^^^^^^^^^^^ info[security/root-folder-granted]: This grants the whole disk: whatever an Alias, a link or a fault leads to is served. Deny
</Directory>
`,
      },
    ],
    passing: [
      {
        title: 'denied, and a folder granted',
        files: `
#- site.conf
<Directory />
    Require all denied
</Directory>
<Directory /var/www/site>
    Require all granted
</Directory>
`,
      },
    ],
  },
  check(directive, { report }) {
    if (!isRead(directive) || pathOf(directive) !== '/') return
    const grant = directive.children.find((each) => each.name === 'require' && isRead(each))
    if (!grant || authorizationOf(directive)?.verdict !== 'granted') return
    const { start, end } = placeOfDirective(grant)
    report({
      at: { path: grant.source.path, start, end },
      message: `This grants the whole disk: whatever an Alias, a link or a fault leads to is served. Deny it here, and grant the folders that are served.`,
      fixes: [{ title: 'Deny the whole disk', safe: false, edits: [{ path: grant.source.path, start, end, newText: 'Require all denied' }] }],
    })
  },
})
