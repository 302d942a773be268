import { directivesNamed, placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/quic-bpf-with-reuseport',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['quic_bpf'],
  severity: 'warning',
  summary: '`quic_bpf on` with `listen … quic reuseport` and several workers: after a reload connections over HTTP/3 are lost.',
  explanation: `
With \`quic_bpf\` a program in the kernel sends each packet to the worker that has its connection. After a reload the table of that program still names sockets of the old workers, and about half of the
connections are lost. Leave \`quic_bpf\` off: \`reuseport\` works without it.
`,
  source: 'github.com/nginx/nginx/issues/425.',
  examples: {
    failing: [
      {
        title: 'all three together',
        files: `
#- nginx.conf
worker_processes auto;
quic_bpf on;
# <-------- warning[nginx/quic-bpf-with-reuseport]: After a reload connections over HTTP/3 are lost
events {}
http {
    server_tokens off;
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    server { listen 443 quic reuseport; listen 443 ssl; }
}
`,
      },
    ],
    passing: [
      {
        title: 'one worker, or no reuseport',
        files: `
#- a/nginx.conf
worker_processes 1;
quic_bpf on;
events {}
http {
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    server { listen 443 quic reuseport; listen 443 ssl; }
}
#- b/nginx.conf
worker_processes 4;
quic_bpf on;
events {}
http {
    ssl_certificate /etc/ssl/a.pem;
    ssl_certificate_key /etc/ssl/a.key;
    server { listen 443 quic; listen 443 ssl; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const value = directive.args[0]
    if (directive.presence !== 'present' || value?.value.toLowerCase() !== 'on') return
    const workers = directivesNamed(configuration, 'worker_processes').at(-1)?.args[0]?.value ?? '1'
    if (workers === '1') return
    const listen = directivesNamed(configuration, 'listen').find(
      ({ args, presence }) => presence === 'present' && args.some((each) => each.value === 'quic') && args.some((each) => each.value === 'reuseport'),
    )
    if (!listen) return
    report({
      at: placeOfDirective(directive),
      message:
        'After a reload connections over HTTP/3 are lost: with "reuseport" and several workers the table of "quic_bpf" still names sockets of the old ones. Switch it off.',
      related: [{ at: placeOfDirective(listen), message: 'listens with "reuseport"' }],
      fixes: [{ title: 'Write "quic_bpf off"', safe: false, edits: [replaceArgument(directive, value, 'off')] }],
    })
  },
})
