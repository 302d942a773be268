import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'style/space-before-semicolon',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  profile: 'asked',
  summary: 'White space before the semicolon that ends a directive.',
  explanation: `
\`listen 80 ;\` means what \`listen 80;\` means. The blank is noise. A semicolon on a line of its own, behind a list of words one below the other, is left alone.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_read_token`.',
  examples: {
    failing: [
      {
        title: 'a blank',
        files: `
#- conf.d/site.conf
server {
    listen 80 ;
#            ^ hint[style/space-before-semicolon]: White space before the semicolon
}
`,
      },
    ],
    passing: [
      { title: 'none, or a list', files: '\n#- conf.d/site.conf\nserver {\n    listen 80;\n    server_name\n        a.example\n        b.example\n    ;\n}\n' },
    ],
  },
  check({ configuration, report }) {
    for (const directive of configuration.all) {
      const { node, source, start } = directive
      if (!node.terminated || node.block || source.templated) continue
      const blanks = /[ \t]+(?=;$)/.exec(node.text)
      const before = blanks && node.text.charAt(blanks.index - 1)
      if (!blanks || before === '\n' || before === '\r') continue
      const place = { path: source.path, start: start + blanks.index, end: start + blanks.index + blanks[0].length }
      report({ at: place, message: 'White space before the semicolon.', fixes: [{ title: 'Remove it', safe: true, edits: [{ ...place, newText: '' }] }] })
    }
  },
})
