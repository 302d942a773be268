import type { Source } from '../../configuration/placed.ts'
import type { Fault } from '../../syntax/tree.ts'
import { lineOf, reportFaults } from '../lib/faults.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/syntax',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'error',
  summary: 'Text that nginx cannot read: a missing `;` or `}`, a brace too many, a quote without its partner.',
  explanation: `
nginx reads words up to a \`;\` or a brace, over as many lines as it takes. It therefore notices a missing \`;\`
only when the next brace or the end of the file comes, and names that line. The mark here is where something is missing; the
message says which line nginx names.
`,
  source: '`src/core/ngx_conf_file.c`: `ngx_conf_read_token`, `ngx_conf_parse`; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'a missing semicolon before a closing brace',
        files: `
#- nginx.conf
events {}
http {
    server {
        listen 8080
#       ^^^^^^^^^^^ error[nginx/syntax]: "listen" does not end: a ";" is missing here
    }
}
`,
      },
      {
        title: 'a block that is never closed',
        files: `
#- nginx.conf
events {}
http {
    server {
#   ^^^^^^ error[nginx/syntax]: The block "server" is never closed
        listen 8080;
}
`,
      },
      {
        title: 'a brace too many',
        files: `
#- nginx.conf
events {}
}
# <---- error[nginx/syntax]: This "}" closes nothing
`,
      },
      {
        title: 'a quote left open on its line',
        files: `
#- nginx.conf
events {}
http {
    log_format main '$remote_addr $status;
#                   ^^^^^^^^^^^^^^^^^^^^^ error[nginx/syntax]: This quote is never closed
    server { listen 8080; }
}
`,
      },
    ],
    passing: [
      {
        title: 'what looks wrong and is not: a brace, a hash and quotes inside words, a directive over several lines',
        files: `
#- nginx.conf
events {}
http {
    log_format main '$remote_addr "{$status}" '
                    'it\\'s';  # an escaped quote
    server {
        listen 8080;
        location /a { return 200 ok}#1; }
        location ~ "^/\\d{3}/" { return 200 "\${uri}"; }
    }
}
`,
      },
    ],
  },
  check: (context) => reportFaults(context, explain, 'emerg'),
})

function explain(fault: Fault, source: Source): string {
  const line = lineOf(source, fault.serverAt)
  const named = line === lineOf(source, fault.start) ? '' : ` nginx names line ${line}.`
  const text = source.text.slice(fault.start, fault.end)
  switch (fault.kind) {
    case 'unterminated-directive':
      return `"${text.split(/\s/)[0]}" does not end: a ";" is missing here, and nginx refuses the file.${named}`
    case 'unclosed-block':
      return `The block "${fault.subject}" is never closed: a "}" is missing, and nginx refuses the file.${named}`
    case 'unexpected-brace':
      return 'This "}" closes nothing: there is one brace too many, or one is missing above. A block cannot end in another file than it began in.'
    case 'unterminated-quote':
      return `This quote is never closed, so the text behind it, line after line, becomes part of the word.${named}`
    case 'unexpected-character':
      return fault.subject === '{' || fault.subject === ';'
        ? `nginx expects a directive's name here, not "${fault.subject}".`
        : `After a closing quote only white space, ";", "{" or ")" may follow, not "${fault.subject}".`
    case 'overlong-word':
      return 'This word or comment has 4096 bytes or more: nginx reads into a buffer of that size and refuses the file.'
    case 'byte-order-mark':
      return "The file begins with a byte order mark, which nginx takes as part of the first directive's name: it knows no directive of that name."
    default:
      return fault.serverMessage ?? fault.kind
  }
}
