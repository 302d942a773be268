import { placeOfName } from '../../configuration/placed.ts'
import { mayHoldUnread, ownOf } from '../../site/nginx/blocks.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/worker-processes-missing',
  looksAt: 'configuration',
  dialect: 'nginx',
  severity: 'hint',
  summary: 'No `worker_processes`: one process serves everything, on one processor.',
  explanation: `
Without the directive nginx has one worker. \`worker_processes auto;\` has one for each processor. One is enough for small sites and in containers with a part of a processor.
`,
  source: 'nginx documentation, worker_processes (default: 1).',
  examples: {
    failing: [
      {
        title: 'one worker',
        files: `
#- nginx.conf
events {}
# <--- hint[nginx/worker-processes-missing]: nginx has one worker
http { server_tokens off; server { listen 80; } }
`,
      },
    ],
    passing: [
      {
        title: 'set, or a part of a configuration',
        files: `
#- nginx.conf
worker_processes auto;
events {}
http { server { listen 80; } }
#- conf.d/site.conf
server { listen 80; }
`,
      },
    ],
  },
  check({ configuration, report }) {
    if (configuration.context !== 'main') return
    const block = ownOf(undefined, configuration, 'events')[0] ?? ownOf(undefined, configuration, 'http')[0]
    if (block?.presence !== 'present' || ownOf(undefined, configuration, 'worker_processes').length > 0) return
    if (mayHoldUnread(undefined, configuration, 'worker_processes')) return
    const [first] = configuration.top
    report({
      at: placeOfName(block),
      message: 'nginx has one worker, on one processor, as no "worker_processes" is set. "worker_processes auto;" has one for each.',
      fixes: [
        {
          title: 'Add "worker_processes auto"',
          safe: false,
          edits: [insertBefore(first && first.source === block.source ? first : block, ['worker_processes auto;'])],
        },
      ],
    })
  },
})
