import type { Source } from '../../configuration/placed.ts'
import type { Fault } from '../../syntax/tree.ts'
import { faultFindings, lineOf } from '../lib/faults.ts'
import { defineRule } from '../rule.ts'
import { asMet } from './lib/met-faults.ts'

export const rule = defineRule({
  id: 'apache/syntax',
  looksAt: 'configuration',
  dialect: 'apache',
  severity: 'error',
  summary: 'Text that Apache cannot read, or reads otherwise than it looks: sections that do not match, text it ignores, quotes left open.',
  explanation: `
Apache reads line by line. Sections must be closed in the order in which they were opened, within one file. Some slips it does not
report at all, although it reads them otherwise than they look: a comment that ends in \`\\\` takes the next line with it, text
behind the \`>\` of an opening line is ignored, a quote that is never closed runs to the end of the line, and a true
\`<IfModule>\` may end with the file.
`,
  source: '`server/config.c`: `ap_build_config_sub`, `server/util.c`: `ap_cfg_getline`, `ap_getword_conf`; tried with Apache 2.4.',
  examples: {
    failing: [
      {
        title: 'sections closed in the wrong order',
        files: `
#- httpd.conf
Listen 8080
<VirtualHost *:8080>
    ServerName www.example.org
    <Directory /srv/www>
#   ^^^^^^^^^^^^^^^^^^^^ error[apache/syntax]: <Directory> is never closed
        Options None
</VirtualHost>
`,
      },
      {
        title: 'a closing line for a section that is not open',
        files: `
#- httpd.conf
Listen 8080
</Location>
# <---- error[apache/syntax]: </Location> closes nothing
`,
      },
      {
        title: 'a comment that swallows the next line',
        files: `
#- httpd.conf
Listen 8080
# the old folder was \\
ServerAdmin root@example.org
# <---- warning[apache/syntax]: This line is part of the comment above
`,
      },
      {
        title: 'text behind the bracket of an opening line',
        files: `
#- httpd.conf
Listen 8080
<VirtualHost *:8080> ServerName www.example.org
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[apache/syntax]: Apache ignores what stands behind the ">"
</VirtualHost>
`,
      },
    ],
    passing: [
      {
        title: 'continued lines, quotes within words, text behind a closing line',
        files: `
#- httpd.conf
Listen 8080
DirectoryIndex index.html \\
    index.php
# a comment \\
# and its next line
<IfModule !mod_nowhere.c>
    ServerAdmin "web master"
</IfModule>
<Directory "/srv/a b">
    Options None
</Directory> # the end
`,
      },
    ],
  },
  check: (context) => {
    for (const finding of faultFindings(context.configuration, explain, 'error', asMet(context.configuration))) context.report(finding)
  },
})

function explain(fault: Fault, source: Source): string {
  const line = lineOf(source, fault.serverAt)
  const named = line === lineOf(source, fault.start) ? '' : ` Apache names line ${line}.`
  switch (fault.kind) {
    case 'unclosed-section':
      return fault.serverMessage === undefined
        ? `<${fault.subject}> is never closed. Apache lets it end with the file where its condition holds, and refuses the file where it does not.`
        : `<${fault.subject}> is never closed: </${fault.subject}> is missing, and Apache refuses the file.${named}`
    case 'mismatched-close':
      return `Here </${fault.subject}> is expected, the section that was opened last: Apache refuses the file.`
    case 'stray-close':
      return `</${fault.subject}> closes nothing: no <${fault.subject}> is open here. A section must be opened and closed in the same file.`
    case 'missing-bracket':
      return `A ">" is missing at the end of this line: Apache refuses the file.`
    case 'text-after-bracket':
      return `Apache ignores what stands behind the ">" of an opening line: "${fault.subject}" has no effect. Put it on a line of its own.`
    case 'text-after-close':
      return `Text behind </${fault.subject}> makes Apache miss the closing line where the condition holds, and refuse the file.`
    case 'unterminated-quote-silent':
      return 'This quote is never closed. Apache takes it as running to the end of the line, and says nothing.'
    case 'comment-continued':
      return `This line is part of the comment above, whose "\\" continues it: "${fault.subject}" has no effect.`
    case 'byte-order-mark':
      return "The file begins with a byte order mark, which Apache takes as part of the first directive's name: it knows no command of that name."
    case 'overlong-line':
      return 'This line is longer than the 16 MiB that Apache reads.'
    default:
      return fault.serverMessage ?? fault.kind
  }
}
