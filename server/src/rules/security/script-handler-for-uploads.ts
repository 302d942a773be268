import { type Argument, indentOf, type PlacedDirective, placeOfArgument, placeOfDirective } from '../../configuration/placed.ts'
import { isRead } from '../apache/config-test/conditions.ts'
import { replaceArgument } from '../lib/edits.ts'
import { type ConfigurationContext, defineRule, type FindingFix } from '../rule.ts'

export const rule = defineRule({
  id: 'security/script-handler-for-uploads',
  looksAt: 'directive',
  dialect: 'apache',
  directives: ['addhandler', 'addtype', 'filesmatch'],
  severity: 'warning',
  summary: 'PHP for every file that has `.php` anywhere in its name: `photo.php.jpg` is run as a script.',
  explanation: `
mod_mime looks at all extensions of a name. With \`AddHandler … .php\` a file \`photo.php.jpg\` is handed to PHP, although it ends in \`.jpg\`: whoever may upload pictures runs code of
their own. \`AddType\` does the same for names whose last extension is not known (\`photo.php.xyz\`), and \`<FilesMatch "\\.php">\` for all, as nothing says that the name ends there.

Use \`SetHandler\` in a \`<FilesMatch>\` that ends in \`$\`. Where nothing is ever uploaded below the document root it does no harm. In a \`.htaccess\`, where the host may have written it,
and for \`AddType\` it is told as information.
`,
  source: 'Apache documentation of mod_mime, "Files with Multiple Extensions"; modules/http/mod_mime.c: find_ct; tried with Apache 2.4.71.',
  examples: {
    failing: [
      {
        title: 'AddHandler',
        files: `
#- site.conf
DocumentRoot /srv/site
<Directory /srv/site>
    Require all granted
    AddHandler application/x-httpd-php .php .phtml
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[security/script-handler-for-uploads]: GET /uploads/photo.php.jpg is run as PHP: AddHandler looks at all extensions of a name,
</Directory>
Action application/x-httpd-php /run
WSGIScriptAlias /run /srv/app/run.py
<Directory /srv/app>
    Require all granted
</Directory>
`,
        proof: {
          config: 'site.conf',
          deployedAt: '/srv/conf',
          tree: {
            '/srv/site/photo.php.jpg': 'a picture',
            '/srv/app/run.py':
              "def application(environ, start_response):\n    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'it runs']\n",
          },
          get: '/photo.php.jpg',
          before: { status: 200, body: /it runs/ },
          after: { status: 200, body: /a picture/ },
        },
      },
      {
        title: 'a pattern that is open at its end',
        files: `
#- php.conf
<FilesMatch "\\.php">
#           ^^^^^^^ warning[security/script-handler-for-uploads]: GET /uploads/photo.php.jpg is run as PHP: the pattern fits ".php" anywhere in the name.
    SetHandler application/x-httpd-php
</FilesMatch>
<FilesMatch ".ph(p|tml)">
#           ^^^^^^^^^^^^ warning[security/script-handler-for-uploads]: GET /uploads/photo.php.jpg is run as PHP: the pattern fits ".php" anywhere in the name.
    SetHandler "proxy:unix:/run/php/php-fpm.sock|fcgi://localhost"
</FilesMatch>
`,
      },
      {
        title: 'AddType, and a .htaccess of a host',
        files: `
#- php.conf
AddType application/x-httpd-php .php
# <--------------------------------- info[security/script-handler-for-uploads]: GET /uploads/photo.php.xyz is run as PHP: AddType looks at all extensions of a name, and
#- .htaccess
AddHandler application/x-httpd-ea-php81 .php .php8 .phtml
# <------------------------------------------------------ info[security/script-handler-for-uploads]: GET /uploads/photo.php.jpg is run as PHP: AddHandler looks at all extensions of a name,
`,
      },
    ],
    passing: [
      {
        title: 'by the end of the name, and other types',
        files: `
#- php.conf
<FilesMatch "\\.ph(?:p|tml)$">
    SetHandler application/x-httpd-php
</FilesMatch>
<FilesMatch ".+\\.ph(ar|p|tml)$">
    SetHandler application/x-httpd-php
</FilesMatch>
<FilesMatch "\\.php">
    Require all denied
</FilesMatch>
AddType application/x-httpd-php-source .phps
AddHandler cgi-script .cgi
AddType text/html .shtml
`,
      },
    ],
  },
  check(directive, context) {
    if (!isRead(directive) || directive.source.templated) return
    if (directive.name === 'filesmatch') checkPattern(directive, context)
    else checkExtension(directive, context)
  },
})

const isPhp = (value: string): boolean =>
  /^(?:application\/x-httpd-(?:\w+-)?php[\w.-]*(?<!-source)|application\/x-lsphp\d*|php\d*-script|php\d*-fcgi|php\d*-cgi)$/i.test(value)

function checkExtension(directive: PlacedDirective, { configuration, report }: ConfigurationContext): void {
  const [handler, ...extensions] = directive.args
  const extension = extensions.find((each) => /^\.?(?:php\d*|phtml)$/i.test(each.value))
  if (!handler || !extension || !isPhp(handler.value) || directive.args.some((argument) => !argument.known)) return
  const dotted = `.${extension.value.replace(/^\./, '')}`
  const byType = directive.name === 'addtype'
  const witness = byType ? `photo${dotted}.xyz` : `photo${dotted}.jpg`
  report({
    at: placeOfDirective(directive),
    ...(byType || configuration.context === 'htaccess' ? { severity: 'info' } : {}),
    message: `GET /uploads/${witness} is run as PHP: ${directive.node.words[0]?.value} looks at all extensions of a name${byType ? ', and the last one is of no known type' : ', not at the last one only'}. Use SetHandler in a <FilesMatch> that ends in "$".`,
    fixes: byEnd(directive, handler, extensions),
  })
}

function byEnd(directive: PlacedDirective, handler: Argument, extensions: readonly Argument[]): FindingFix[] {
  const names = extensions.map((each) => each.value.replace(/^\./, '').replaceAll('.', '\\.'))
  const pattern = names.length === 1 ? `\\.${names[0]}$` : `\\.(?:${names.join('|')})$`
  const indent = indentOf(directive)
  const { start, end } = placeOfDirective(directive)
  const newText = `<FilesMatch "${pattern}">\n${indent}    SetHandler ${handler.value}\n${indent}</FilesMatch>`
  // In a <Location> or <Files> Apache takes no <FilesMatch>.
  for (let at = directive.parent; at; at = at.parent) if (!/^(?:virtualhost|directory|directorymatch)$/.test(at.name)) return []
  return [{ title: 'Go by the end of the name', safe: false, edits: [{ path: directive.source.path, start, end, newText }] }]
}

function checkPattern(directive: PlacedDirective, { report }: ConfigurationContext): void {
  const [pattern] = directive.args
  const handler = directive.children.find((each) => each.name === 'sethandler' && isRead(each))?.args[0]
  if (!pattern?.known || !handler?.known || directive.args.length !== 1) return
  if (!isPhp(handler.value) && !/^proxy:.*fcgi:\/\//i.test(handler.value)) return
  if (!/^(?:\.[*+])?\\?\.(?:php\d?|ph\(p\|tml\)|\((?:php\d?\|?|phtml\|?)+\)|ph\(ar\|p\|tml\))$/i.test(pattern.value)) return
  report({
    at: placeOfArgument(directive, pattern),
    message: `GET /uploads/photo.php.jpg is run as PHP: the pattern fits ".php" anywhere in the name. End it in "$".`,
    fixes: [
      {
        title: `Write ${pattern.value.replace(/^((?:\.[*+])?)\./, '$1\\.')}$`,
        safe: true,
        edits: [replaceArgument(directive, pattern, `${pattern.value.replace(/^((?:\.[*+])?)\./, '$1\\.')}$`)],
      },
    ],
  })
}
