import { defineRule } from '../rule.ts'
import { isPlainText } from './lib/lines.ts'

export const rule = defineRule({
  id: 'style/trailing-whitespace',
  looksAt: 'configuration',
  dialect: 'any',
  severity: 'hint',
  profile: 'asked',
  summary: 'White space at the end of a line.',
  explanation: `
Blanks at the end of a line mean nothing to either server, and show up in comparisons of two versions.
A line that ends in a backslash and a blank is left alone: with the blank gone, Apache would join the next line to it.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_read_token`; `server/util.c`: `ap_cfg_getline_core`.',
  examples: {
    failing: [
      {
        title: 'blanks behind a directive',
        files: `
#- conf.d/site.conf
server {
    listen 80;${'  '}
#             ^^ hint[style/trailing-whitespace]: White space at the end of the line
}
`,
      },
    ],
    passing: [{ title: 'none', files: '\n#- conf.d/site.conf\nserver {\n    listen 80;\n\n    server_name "a  \n  b";\n}\n' }],
  },
  check({ configuration, report }) {
    for (const source of configuration.sources) {
      if (source.templated) continue
      for (const match of source.text.matchAll(/[ \t]+(?=\r?$)/gm)) {
        const start = match.index
        if (source.text.charAt(start - 1) === '\\' || !isPlainText(source, start)) continue
        const place = { path: source.path, start, end: start + match[0].length }
        report({ at: place, message: 'White space at the end of the line.', fixes: [{ title: 'Remove it', safe: true, edits: [{ ...place, newText: '' }] }] })
      }
    }
  },
})
