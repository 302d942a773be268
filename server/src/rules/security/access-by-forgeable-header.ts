import { directivesNamed, enclosing, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/access-by-forgeable-header',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['require', 'allow'],
  severity: 'info',
  summary: 'Access by `X-Forwarded-For` (`SetEnvIf … allowed` and `Require env allowed`): whoever sends the header gets in.',
  explanation: `
\`SetEnvIf X-Forwarded-For ^10\\. inside\` and \`Require env inside\` let in whoever sends \`X-Forwarded-For: 10.0.0.1\`. A proxy in front mostly appends to what the client has sent, so that the
beginning of the header stays his. It is safe only where the proxy writes the header anew and nobody reaches Apache past it.

mod_remoteip takes the address from trusted proxies only: \`RemoteIPHeader\`, \`RemoteIPInternalProxy\`, and then \`Require ip\`.
`,
  source: 'Apache documentation of SetEnvIf and mod_remoteip; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'addresses from a header',
        files: `
#- site.conf
DocumentRoot /srv/site
SetEnvIf X-Forwarded-For "^10\\." inside
<Directory /srv/site>
    Require env inside
#   ^^^^^^^^^^^^^^^^^^ info[security/access-by-forgeable-header]: Whoever sends X-Forwarded-For chooses whether this holds: the pattern "^10\\." is looked
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/site/a.html': 'secret' },
          headers: { 'X-Forwarded-For': '10.0.0.1' },
          get: '/a.html',
          before: { status: 200, body: /secret/ },
          after: { status: 403 },
        },
      },
    ],
    passing: [
      {
        title: 'by the address itself, and by a header that hides nothing',
        files: `
#- site.conf
SetEnvIf Remote_Addr "^10\\." inside
SetEnvIf Referer "^https://example\\.org/" ours
<Location /a>
    Require env inside
</Location>
<Location /images>
    Require env ours
</Location>
<Location /b>
    Require ip 10.0.0.0/8
</Location>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const name = variableOf(directive)
    if (name === undefined || !isRead(directive) || directive.source.templated) return
    if (enclosing(directive, 'requirenone', 'requireall')) return
    const setter = directivesNamed(configuration, 'setenvif', 'setenvifnocase').find(
      (each) =>
        isRead(each) &&
        /^(?:x-forwarded-for|x-real-ip|x-client-ip|client-ip|true-client-ip|x-cluster-client-ip|forwarded)$/i.test(each.args[0]?.value ?? '') &&
        each.args.slice(2).some(({ value }) => value.split('=')[0] === name),
    )
    if (!setter) return
    const header = setter.args[0]?.value ?? ''
    report({
      at: placeOfDirective(directive),
      message: `Whoever sends ${header} chooses whether this holds: the pattern "${setter.args[1]?.value}" is looked for in what the client says. Use mod_remoteip and Require ip.`,
      related: [{ at: placeOfDirective(setter), message: `sets "${name}"` }],
      fixes: [{ title: 'Do not let in by this header', safe: false, edits: [directive.name === 'require' ? denial(directive) : removeDirective(directive)] }],
    })
  },
})

function variableOf(directive: PlacedDirective): string | undefined {
  const [first, second] = directive.args
  if (directive.name === 'require') return first?.value.toLowerCase() === 'env' && directive.args.length === 2 ? second?.value : undefined
  return second && /^env=(?!!)/i.test(second.value) ? second.value.slice(4) : undefined
}

function denial(directive: PlacedDirective) {
  const { start, end } = placeOfDirective(directive)
  return { path: directive.source.path, start, end, newText: 'Require all denied' }
}
