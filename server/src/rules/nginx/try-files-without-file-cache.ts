import { placeOfDirective } from '../../configuration/placed.ts'
import { inEffect, mayHoldUnread, outwards } from '../../site/nginx/blocks.ts'
import { insertBefore } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/try-files-without-file-cache',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['try_files'],
  severity: 'hint',
  summary: '`try_files` without `open_file_cache`: each request asks the disk for each of the files.',
  explanation: `
For every request nginx asks the system for each file of the list, in turn. \`open_file_cache\` remembers what it found for a minute. That pays on busy servers and slow (network) disks only; where files are
replaced often, changes are seen later. This is a hint.
`,
  source: 'nginx documentation, open_file_cache (default: off); `ngx_http_try_files_handler`.',
  examples: {
    failing: [
      {
        title: 'every request asks the disk',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location / {
        try_files $uri $uri/ /index.html;
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint[nginx/try-files-without-file-cache]: Each request asks the disk for up to 3 files
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'with a cache, or nothing to look for',
        files: `
#- conf.d/site.conf
open_file_cache max=1000 inactive=20s;
server {
    listen 80;
    root /srv/www;
    location / { try_files $uri =404; }
}
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    if (directive.presence !== 'present' || directive.args.length < 2) return
    const cache = inEffect(directive.parent, configuration, 'open_file_cache')
    if (cache && cache.args[0]?.value !== 'off') return
    for (const each of outwards(directive.parent)) if (mayHoldUnread(each, configuration, 'open_file_cache') && each !== undefined) return
    const tried = directive.args.filter(({ value }) => value !== '' && !/^[=@]/.test(value)).length
    if (tried === 0) return
    report({
      at: placeOfDirective(directive),
      message: `Each request asks the disk for up to ${tried} ${tried === 1 ? 'file' : 'files'}: there is no "open_file_cache", which remembers them. On a busy server it pays.`,
      fixes: cache
        ? []
        : [
            {
              title: 'Add "open_file_cache"',
              safe: false,
              edits: [insertBefore(directive, ['open_file_cache max=1000 inactive=20s;', 'open_file_cache_errors on;'])],
            },
          ],
    })
  },
})
