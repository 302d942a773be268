import { placeOfArgument } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { replaceInArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/unanchored-extension',
  looksAt: 'directive',
  dialect: 'nginx',
  directives: ['location'],
  severity: 'hint',
  summary: 'A location for an extension (`\\.php`) without `$`: it also gets `/a.phpx` and `/a.php.txt`.',
  explanation: `
A regular expression without \`$\` fits wherever it is found in the path: \`location ~ \\.php\` gets \`/notes.php.txt\` and \`/x.php/y\`. Where it hands requests to PHP, files are
run that are none; where it sets expiry times, it sets them for others. PHP with path info is written \`\\.php(/|$)\`.
`,
  source: 'nginx documentation, location; tried with nginx 1.22.1.',
  examples: {
    failing: [
      {
        title: 'one extension, and several',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ \\.php {
#              ^^^^^ hint[nginx/unanchored-extension]: The pattern fits anywhere in the path: it also gets /a.phpx
        return 200 php;
    }
    location ~* \\.(jpg|png) { expires 1d; }
#               ^^^^^^^^^^^ hint[nginx/unanchored-extension]: The pattern fits anywhere in the path: it also gets /a.jpgx
}
`,
        proof: {
          config: 'conf.d/site.conf',
          deployedAt: '/srv/conf',
          get: '/notes.phpx',
          before: { status: 200, body: /php/ },
          after: { status: 404 },
        },
      },
    ],
    passing: [
      {
        title: 'with an end, with path info, and no extension',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location ~ \\.php$ { return 404; }
    location ~ \\.php(/|$) { return 404; }
    location ~ /\\.ht { return 404; }
    location ~ /\\.git { return 404; }
    location ~ \\.(jpg|png)\\b { return 404; }
    location /x.php { return 404; }
}
`,
      },
    ],
  },
  check(directive, { report }) {
    const location = locationOf(directive)
    if (!location?.argument.known || (location.modifier !== '~' && location.modifier !== '~*')) return
    const { path, argument } = location
    const found = /\\\.(?:([A-Za-z0-9]+)|\((?:\?:)?([A-Za-z0-9|?]+)\))$/.exec(path)
    // "/\.ht" is the beginning of a name, not the end.
    if (!found || /\/\\\.[A-Za-z0-9]+$/.test(path)) return
    const extension = found[1] ?? found[2]?.split('|')[0]?.replaceAll('?', '') ?? ''
    const edit = replaceInArgument(directive, argument, path, `${path}$`)
    report({
      at: placeOfArgument(directive, argument),
      message: `The pattern fits anywhere in the path: it also gets /a.${extension}x and /a.${extension}/b. End it with "$".`,
      fixes: edit ? [{ title: 'End the pattern with "$"', safe: false, edits: [edit] }] : [],
    })
  },
})
