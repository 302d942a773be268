import { directivesNamed, placeOfArgument } from '../../configuration/placed.ts'
import { basename } from '../../workspace/path.ts'
import { insertBefore, quoted, removeDirective } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'apache/alias-in-location',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['alias'],
  severity: 'error',
  summary: 'An `Alias` with one argument in `<Location>` that names a folder: every URL below leads to the folder itself.',
  explanation: `
In \`<Location>\` an \`Alias\` takes the path alone, and maps each URL of the section to exactly that path; what follows in the URL is dropped. For one file that is what is
meant. For a folder no file in it is reached: \`/static/app.css\` is the folder, and is answered with a redirect to \`/static/app.css/\`. Write the \`Alias\` with both
arguments outside of the section, or set \`AliasPreservePath On\` where Apache knows it.
`,
  source: 'Run with Apache 2.4.71: 301 in the section, 200 outside of it; httpd.apache.org/docs/2.4/mod/mod_alias.html#alias.',
  examples: {
    failing: [
      {
        title: 'static files',
        files: `
#- httpd.conf
Listen 80
<Location /static/>
    Alias /srv/pier/static/
#         ^^^^^^^^^^^^^^^^^ error[apache/alias-in-location]: In <Location /static/> every URL leads to /srv/pier/static/ itself
    Require all granted
</Location>
`,
        proof: {
          config: 'httpd.conf',
          deployedAt: '/srv/conf',
          tree: { '/srv/pier/static/a.css': 'a {}' },
          get: '/static/a.css',
          before: { status: 301 },
          after: { status: 200, body: /a \{\}/ },
        },
      },
    ],
    passing: [
      {
        title: 'one file, a path made of the URL, and the rest of the URL kept',
        files: `
#- httpd.conf
Listen 80
<Location /robots.txt>
    Alias /srv/pier/robots.txt
    Require all granted
</Location>
<LocationMatch "^/files/(?<FILE>[^/]+)$">
    Alias /srv/pier/files/%{env:MATCH_FILE}
    Require all granted
</LocationMatch>
<Location /static>
    AliasPreservePath On
    Alias /srv/pier/static
    Require all granted
</Location>
`,
      },
    ],
  },
  check(directive, { configuration, report }) {
    const section = directive.parent
    const [target, ...more] = directive.args
    const url = section?.args[0]
    if (directive.presence !== 'present' || section?.name !== 'location' || section.args.length > 1 || !url?.known) return
    if (!target?.known || more.length > 0 || /[%$]/.test(target.value) || /[*?[]/.test(url.value) || url.value === '/') return
    // A name with a suffix is that of a file.
    if (!target.value.endsWith('/') && (/\.\w+$/.test(basename(target.value)) || /\.\w+$/.test(url.value))) return
    if (directivesNamed(configuration, 'aliaspreservepath').some((each) => each.presence !== 'absent' && each.args[0]?.value.toLowerCase() !== 'off')) return
    const folder = target.value.replace(/\/+$/, '') + (url.value.endsWith('/') ? '/' : '')
    report({
      at: placeOfArgument(directive, target),
      message: `In <Location ${url.value}> every URL leads to ${target.value} itself, whatever follows in it: no file of the folder is reached. Write Alias ${url.value} ${folder} outside of the section.`,
      fixes: [
        {
          title: `Write Alias ${url.value} ${folder} before the section`,
          safe: true,
          edits: [insertBefore(section, [`Alias ${quoted(url.value)} ${quoted(folder)}`]), removeDirective(directive)],
        },
      ],
    })
  },
})
