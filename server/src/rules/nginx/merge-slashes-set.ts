import { placeOfDirective } from '../../configuration/placed.ts'
import { removeDirective, replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/merge-slashes-set',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['merge_slashes'],
  severity: 'hint',
  summary: '`merge_slashes off`, with which `//admin/` passes by `location /admin/`; or `on`, which is the default.',
  explanation: `
With \`merge_slashes off\` a request for \`//admin/\` fits no \`location /admin/\`, so that its passwords and rules do not count, while the server behind, or the disk, may take it for the same. It is needed
where URLs have other URLs or Base64 in them. \`merge_slashes on\` says what is so anyway; together with a server behind that gets the URL as it was sent, the two see different paths.
`,
  source: 'nginx documentation, merge_slashes (default: on).',
  examples: {
    failing: [
      {
        title: 'off and on',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    merge_slashes off;
#   ^^^^^^^^^^^^^^^^^^ hint[nginx/merge-slashes-set]: A request for //admin/ does not fit "location /admin/"
}
server {
    listen 81;
    merge_slashes on;
#   ^^^^^^^^^^^^^^^^^ hint[nginx/merge-slashes-set]: "on" is the default
}
`,
      },
    ],
    passing: [
      {
        title: 'none',
        files: `
#- conf.d/site.conf
server { listen 80; location /admin/ { deny all; } }
`,
      },
    ],
  },
  check(directive, { report }) {
    const value = directive.args[0]
    const state = value?.value.toLowerCase()
    if (directive.presence !== 'present' || !value || (state !== 'on' && state !== 'off')) return
    const message =
      state === 'off'
        ? 'A request for //admin/ does not fit "location /admin/", whose rules and passwords do not count for it. Leave it on, unless URLs have "//" in them.'
        : '"on" is the default: nginx looks at /a/b for a request of /a//b, while a server behind may get it as it was sent.'
    const fix =
      state === 'off'
        ? { title: 'Write "on"', edits: [replaceArgument(directive, value, 'on')], safe: false }
        : { title: 'Remove it', edits: [removeDirective(directive)], safe: false }
    report({ at: placeOfDirective(directive), message, fixes: state === 'off' ? [] : [fix] })
  },
})
