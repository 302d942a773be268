import { placeOfArgument } from '../../configuration/placed.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/header-value-with-line-break',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['add_header', 'add_trailer', 'more_set_headers', 'more_set_input_headers', 'proxy_set_header', 'grpc_set_header'],
  severity: 'warning',
  summary: 'A header whose value goes over several lines: nginx sends the line breaks, which HTTP/2 forbids and browsers take amiss.',
  explanation: `
Quotes may go over several lines, and nginx sends a header's value with the line breaks in it. Folded lines are obsolete in HTTP/1.1 and forbidden in HTTP/2 and 3, where the browser drops the whole answer;
a line that does not begin with a space is another header. Write the value on one line; a long \`Content-Security-Policy\` can be put together by \`set\`.
`,
  source: 'RFC 9112, section 5.2; RFC 9113, section 8.2.1; tried with nginx 1.22.1: the value is sent as it is.',
  examples: {
    failing: [
      {
        title: 'a policy on several lines',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header Content-Security-Policy "default-src 'self';
#                                      ^ warning[nginx/header-value-with-line-break]: The value of Content-Security-Policy goes over 2 lines
        img-src *";
    more_set_headers "X-A: a
#                    ^ warning[nginx/header-value-with-line-break]: The value of X-A goes over 2 lines
 b";
    location / { root /srv/www; }
}
`,
      },
    ],
    passing: [
      {
        title: 'one line; the settings of PHP, which are read line by line',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    add_header Content-Security-Policy "default-src 'self'; img-src *";
    fastcgi_param PHP_VALUE "upload_max_filesize=10M
        post_max_size=10M";
}
`,
      },
    ],
  },
  check(directive, { report }) {
    if (directive.presence !== 'present' || (!directive.node.text.includes('\n') && !directive.node.text.includes('\\'))) return
    const isMore = directive.name.startsWith('more_')
    for (const [i, argument] of directive.args.entries()) {
      if (!/[\r\n]/.test(argument.value) || !argument.known || argument.quote === undefined) continue
      if (isMore && (argument.value.startsWith('-') || /^-[st]$/.test(directive.args[i - 1]?.value ?? ''))) continue
      const written = directive.source.text.slice(argument.start + 1, argument.end - 1)
      const joined = written.replace(/[ \t]*(?:\r?\n|\\r|\\n)(?:\s|\\r|\\n|\\t)*/g, ' ').trim()
      const name = isMore ? (argument.value.split(':')[0] ?? '').trim() : (directive.args[0]?.value ?? '')
      const lines = argument.value.trim().split('\n').length
      report({
        at: placeOfArgument(directive, argument),
        message: `The value of ${name} goes over ${lines > 1 ? `${lines} lines` : 'the end of a line'}, and nginx sends the line break: HTTP/2 forbids it, and browsers drop the answer. Write it on one line.`,
        fixes: [
          {
            title: 'Write it on one line',
            safe: true,
            edits: [{ path: directive.source.path, start: argument.start + 1, end: argument.end - 1, newText: joined }],
          },
        ],
      })
    }
  },
})
