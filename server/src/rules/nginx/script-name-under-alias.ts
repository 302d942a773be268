import { type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { replaceArgument } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'nginx/script-name-under-alias',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'warning',
  summary: '`SCRIPT_FILENAME` from `$document_root$fastcgi_script_name` where an `alias` is in effect: the script is not found.',
  explanation: `
Under an \`alias\`, \`$document_root\` is the alias's folder, and \`$fastcgi_script_name\` is still the whole URI with the location's own path, so that the two put together name no file:
\`/srv/admin/admin/index.php\`. \`$request_filename\` is the file as nginx itself found it.
`,
  source: '`src/http/ngx_http_variables.c`: `ngx_http_variable_document_root`; tried with nginx 1.22.1: `/srv/up//up/x.php`.',
  examples: {
    failing: [
      {
        title: 'scripts under an alias',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    location /admin/ {
        alias /srv/phpadmin/;
        location ~ \\.php$ {
            fastcgi_pass 127.0.0.1:9000;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[nginx/script-name-under-alias]: Under the alias "/srv/phpadmin/" this names
        }
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'under a root, or with $request_filename',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location ~ \\.php$ {
        fastcgi_pass 127.0.0.1:9000;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    }
    location /admin/ {
        alias /srv/phpadmin/;
        location ~ ^/admin/(.*\\.php)$ {
            alias /srv/phpadmin/$1;
            fastcgi_pass 127.0.0.1:9000;
            fastcgi_param SCRIPT_FILENAME $request_filename;
        }
        location ~ ^/admin/x {
            root /srv/www;
            fastcgi_pass 127.0.0.1:9000;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        }
    }
}
`,
      },
    ],
  },
  directives: ['fastcgi_param', 'uwsgi_param', 'scgi_param'],
  check(directive, { report }) {
    const [name, value] = directive.args
    if (
      name?.value !== 'SCRIPT_FILENAME' ||
      !value?.known ||
      !/^\$\{?(document_root|realpath_root)\}?\/?\$\{?(fastcgi_script_name|uri|document_uri)\}?$/.test(value.value)
    )
      return
    const alias = folderInEffect(directive)
    const folder = alias?.args[0]
    if (alias?.name !== 'alias' || !folder?.known || directive.presence !== 'present') return
    // A rewrite, or a split of the path, may have taken the location's path away.
    for (let at = directive.parent; at && at.name !== 'server'; at = at.parent) {
      if (at.children.some((each) => each.name === 'rewrite' || each.name === 'fastcgi_split_path_info' || each.name === 'if')) return
      if (at.args.at(-1)?.value === '/') return
    }
    report({
      at: placeOfArgument(directive, value),
      message: `Under the alias "${folder.value}" this names the folder and the whole URI behind it, and the script is not found. Write $request_filename.`,
      related: [{ at: placeOfDirective(alias), message: 'the alias in effect' }],
      fixes: [{ title: 'Write $request_filename', safe: true, edits: [replaceArgument(directive, value, '$request_filename')] }],
    })
  },
})

function folderInEffect(directive: PlacedDirective): PlacedDirective | undefined {
  for (let at = directive.parent; at; at = at.parent) {
    const own = at.children.find((each) => each.name === 'root' || each.name === 'alias')
    if (own) return own
  }
  return undefined
}
