import { placeOfDirective } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertBefore, replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/few-file-descriptors',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['worker_connections', 'worker_rlimit_nofile'],
  severity: 'hint',
  summary: '`worker_rlimit_nofile` below twice `worker_connections`: a busy worker runs out of files before it runs out of connections.',
  explanation: `
A request that is passed on, or answered from a file, takes two file descriptors. Where \`worker_rlimit_nofile\` is less than twice \`worker_connections\`, nginx refuses requests with "Too many open files"
before it is full. Less than \`worker_connections\` itself is a warning: nginx says so when it starts. Without the directive the limit of the system counts, often 1024.
`,
  source: '`ngx_event_process_init`: "worker_connections exceed open file resource limit"; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'fewer files than connections',
        files: `
#- nginx.conf
worker_processes auto;
worker_rlimit_nofile 1024;
# <---------------------- warning[nginx/few-file-descriptors]: 4096 connections cannot be had with 1024 files
events { worker_connections 4096; }
http { server_tokens off; server { listen 80; } }
`,
      },
      {
        title: 'as many, and the limit of the system',
        files: `
#- a/nginx.conf
worker_processes auto;
worker_rlimit_nofile 4096;
# <---------------------- hint[nginx/few-file-descriptors]: 4096 connections need up to 8192 files
events { worker_connections 4096; }
http { server_tokens off; server { listen 80; } }
#- b/nginx.conf
worker_processes auto;
events { worker_connections 1024; }
#        ^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/few-file-descriptors]: 1024 connections need up to 2048 files
http { server_tokens off; server { listen 80; } }
`,
      },
    ],
    passing: [
      {
        title: 'twice as many, or few connections',
        files: `
#- a/nginx.conf
worker_processes auto;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http { server_tokens off; server { listen 80; } }
#- b/nginx.conf
worker_processes auto;
events { worker_connections 512; }
http { server_tokens off; server { listen 80; } }
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const events = ownOf(undefined, configuration, 'events')[0]
    const connections = directive.name === 'worker_connections' ? directive : events && ownOf(events, configuration, 'worker_connections').at(-1)
    const limit = ownOf(undefined, configuration, 'worker_rlimit_nofile').at(-1)
    // Once for both: where the limit stands, if there is one.
    if (directive.presence !== 'present' || (limit && directive.name === 'worker_connections')) return
    const wanted = connections ? numberOf(connections.args[0]?.value) : 512
    const files = limit ? numberOf(limit.args[0]?.value) : 1024
    if (wanted === undefined || files === undefined || files >= 2 * wanted) return
    if (!limit && mayHoldUnread(undefined, configuration, 'worker_rlimit_nofile')) return
    const few = limit !== undefined && files < wanted && connections !== undefined
    const value = limit?.args[0]
    const [first] = configuration.top
    report({
      at: placeOfDirective(directive),
      severity: few ? 'warning' : 'hint',
      message: few
        ? `${wanted} connections cannot be had with ${files} files: nginx warns when it starts, and refuses requests when the files are used up. Set "worker_rlimit_nofile" to ${2 * wanted}.`
        : `${wanted} connections need up to ${2 * wanted} files, two for each that is passed on${limit ? `; "worker_rlimit_nofile" allows ${files}` : ', and the system mostly allows 1024. Set "worker_rlimit_nofile"'}.`,
      fixes:
        limit && value
          ? [{ title: `Write ${2 * wanted}`, safe: false, edits: [replaceArgument(limit, value, String(2 * wanted))] }]
          : first && events && first.source === events.source
            ? [{ title: `Add "worker_rlimit_nofile ${2 * wanted}"`, safe: false, edits: [insertBefore(events, [`worker_rlimit_nofile ${2 * wanted};`])] }]
            : [],
    })
  },
})

const numberOf = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined)
