import { placeOfDirective } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'style/indentation',
  looksAt: 'configuration',
  dialect: 'any',
  severity: 'hint',
  profile: 'asked',
  summary: 'A directive that is not indented as the depth of its block or section says.',
  explanation: `
What stands inside a block or section is one step further in than the block itself. The step is the file's own: that of its first indented directive. Directives that do not begin their line
are not looked at.
`,
  source: 'The habit of both servers’ own configurations.',
  examples: {
    failing: [
      {
        title: 'too far in, and not far enough',
        files: `
#- conf.d/site.conf
server {
    listen 80;
      root /srv/www;
#     ^^^^^^^^^^^^^^ hint[style/indentation]: 4 blanks are expected here
    location / {
    return 204;
#   ^^^^^^^^^^^ hint[style/indentation]: 8 blanks are expected here
    }
}
`,
      },
      {
        title: 'a section of Apache',
        files: `
#- sites-enabled/site.conf
<VirtualHost *:80>
  ServerName example.org
    DocumentRoot /srv/www
#   ^^^^^^^^^^^^^^^^^^^^^ hint[style/indentation]: 2 blanks are expected here
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'tabs, one line, what stands behind another directive',
        files: `
#- conf.d/site.conf
server {
	listen 80;
	location / { return 204; }
	if ($host) {
		return 404;
	}
}
`,
      },
    ],
  },
  check({ configuration, report }) {
    const steps = new Map<string, string>()
    for (const directive of configuration.all) {
      const { source, start } = directive
      if (source.templated) continue
      const at = placeOfDirective(directive)
      const lineStart = source.text.lastIndexOf('\n', at.start - 1) + 1
      const lead = source.text.slice(lineStart, at.start)
      if (!/^[ \t]*$/.test(lead)) continue
      let depth = 0
      for (let around = directive.parent; around && around.source === source && around.start < start; around = around.parent) depth++
      // Conditional sections are looked through: their contents have the depth of the section, or one more.
      for (let condition = directive.condition; condition && condition.directive.source === source; condition = condition.outer) depth++
      if (depth === 0 && lead === '') continue
      const step = steps.get(source.path) ?? (depth === 1 && lead !== '' ? lead : undefined)
      if (step === undefined) continue
      steps.set(source.path, step)
      const wanted = step.repeat(depth)
      if (lead === wanted) continue
      report({
        at,
        message: `${wanted.length} ${step.startsWith('\t') ? 'tabs' : 'blanks'} are expected here.`,
        fixes: [{ title: 'Indent it', safe: true, edits: [{ path: source.path, start: lineStart, end: at.start, newText: wanted }] }],
      })
    }
  },
})
