import { directivesNamed, type PlacedDirective, placeOfDirective } from '../../configuration/placed.ts'
import { locationOf } from '../../site/nginx/locations.ts'
import { insertInside } from '../lib/edits.ts'
import { defineRule } from '../rule.ts'

export const rule = defineRule({
  id: 'security/php-of-any-path',
  looksAt: 'directive',
  dialect: 'nginx',
  severity: 'info',
  summary: 'A location for `.php` that passes every path on, also of scripts that are not there.',
  explanation: `
\`/uploads/picture.jpg/x.php\` ends in \`.php\` and goes to PHP, which, finding no such script, may run \`/uploads/picture.jpg\` in its place (\`cgi.fix_pathinfo\`). Since PHP 5.3.9 PHP-FPM runs only \`.php\` unless
\`security.limit_extensions\` says otherwise, so that it takes two settings to be wrong. \`try_files $uri =404;\` keeps what is no script away from PHP, where PHP and nginx share the files.
`,
  source: 'github.com/nginxinc/nginx-wiki: Pitfalls, "Passing Uncontrolled Requests to PHP"; php.net: install.fpm.configuration, security.limit_extensions.',
  examples: {
    failing: [
      {
        title: 'everything that ends in .php',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location ~ \\.php$ {
#   ^^^^^^^^^^^^^^^^^^^ info[security/php-of-any-path]: GET /uploads/picture.jpg/x.php is passed to PHP
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_pass unix:/run/php/php8.2-fpm.sock;
    }
}
`,
      },
    ],
    passing: [
      {
        title: 'a script that is there, one script, a snippet, a container that shares no files',
        files: `
#- conf.d/site.conf
server {
    listen 80;
    root /srv/www;
    location ~ ^/(index|admin)\\.php$ { fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
    location ~ ^/a/.*\\.php$ { if (!-f $document_root$fastcgi_script_name) { return 404; } fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
    location ~ ^/b/.*\\.php$ { include snippets/fastcgi-php.conf; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
    location ~ ^/c/.*\\.php$ { fastcgi_pass php:9000; }
    location ~ \\.php$ { try_files $uri =404; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
}
`,
      },
    ],
  },
  directives: ['fastcgi_pass'],
  check(directive, { configuration, report }) {
    const location = directive.parent && locationOf(directive.parent)
    const [target] = directive.args
    if (!location?.argument.known || (location.modifier !== '~' && location.modifier !== '~*') || !target?.known || directive.presence !== 'present') return
    if (!/^unix:|^(127\.|localhost)/.test(target.value)) return
    if (!/^(\^?[^()|]*(\.\*|\[\^\/\]\*|\.\+)?)?\\?\.\(?(php|\[pP\]\[hH\]\[pP\]|phps?\||php\|)/.test(location.path) || /^\^\/[\w/-]+\\\.php/.test(location.path))
      return
    if (/\[\^\/\]/.test(location.path)) return
    const snippets = directivesNamed(configuration, 'include').filter(isUnknownSnippet)
    for (let at: PlacedDirective | undefined = location.directive; at; at = at.parent) {
      if (at.children.some((each) => /^(try_files|if|internal|auth_basic|deny)$/.test(each.name)) || snippets.some((each) => each.parent === at)) return
      if (at.name === 'server') break
    }
    report({
      at: placeOfDirective(location.directive),
      message:
        'GET /uploads/picture.jpg/x.php is passed to PHP, though there is no such script: with "cgi.fix_pathinfo" and a lax "security.limit_extensions" PHP runs the picture. Let nginx look for the script first.',
      fixes: [{ title: 'Add try_files $uri =404', safe: false, edits: [insertInside(location.directive, ['try_files $uri =404;'])] }],
    })
  },
})

/** A file of parameters holds no check; of other files that are not read it is not known. */
const isUnknownSnippet = (include: PlacedDirective): boolean => !/(fastcgi_params|fastcgi\.conf)$/.test(include.args[0]?.value ?? '')
