import { apacheDirectives } from '../../catalog/apache/catalog.ts'
import { placeOfName } from '../../configuration/placed.ts'
import { removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'wsgi/removed-later',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'warning',
  summary: 'A directive of mod_wsgi that a later version took away.',
  explanation: `
mod_wsgi 6.0 has no \`WSGILazyInitialization\`, \`WSGINewRelicConfigFile\` and \`WSGINewRelicEnvironment\` any more: Apache does not start with them, "Invalid
command". Until then the first did nothing that a daemon process needs, and the others load an agent that New Relic's own program loads.

It is reported where no version of mod_wsgi is set (\`modWsgi.version\`); with one set it is an error, or nothing.
`,
  source: 'The command tables of mod_wsgi 4.9.4 and 6.0.0 (`npm run catalog:apache`).',
  examples: {
    failing: [
      {
        title: 'of before 6.0',
        files: `
#- httpd.conf
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule wsgi_module modules/mod_wsgi.so
WSGILazyInitialization On
# <------------------- warning[wsgi/removed-later]: mod_wsgi 6.0.0 has no WSGILazyInitialization any more
`,
      },
    ],
    passing: [
      {
        title: 'what all versions have',
        files: `
#- httpd.conf
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule wsgi_module modules/mod_wsgi.so
WSGIRestrictEmbedded On
`,
      },
    ],
  },
  check({ configuration, settings, report }) {
    if (settings.modWsgi.version !== undefined) return
    for (const directive of configuration.all) {
      if (directive.presence === 'absent' || !directive.name.startsWith('wsgi')) continue
      const entries = apacheDirectives(directive.name)
      const until = entries.every((each) => each.source === 'wsgi' && each.only === undefined && each.until !== undefined) ? entries[0]?.until : undefined
      if (until === undefined) continue
      const name = directive.node.words[0]?.value ?? directive.name
      report({
        at: placeOfName(directive),
        message: `mod_wsgi ${until} has no ${name} any more: a server with it does not start. Remove the line.`,
        fixes: [{ title: `Remove ${name}`, safe: false, edits: [removeDirective(directive)] }],
      })
    }
  },
})
