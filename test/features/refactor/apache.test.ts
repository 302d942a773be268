import { describe, expect, test } from 'vitest'
import { offered, refactored } from '../../support/refactorings.ts'

describe('wrap in <IfModule>', () => {
  test('one directive, and several of one module', async () => {
    const head = 'ServerRoot /etc/apache2\nListen 80\n'
    expect(
      (
        await refactored('wrap-in-if-module', `${head}<VirtualHost *:80>\n    ServerName a.example\n    Header‸ set X-A \\\n      b\n</VirtualHost>\n`, {
          dialect: 'apache',
          server: 'httpd.conf',
        })
      )['httpd.conf'],
    ).toBe(
      `${head}<VirtualHost *:80>\n    ServerName a.example\n    <IfModule mod_headers.c>\n        Header set X-A \\\n      b\n    </IfModule>\n</VirtualHost>\n`,
    )
    expect(
      (await refactored('wrap-in-if-module', `${head}‸RewriteEngine On\n# old\nRewriteRule ^/a$ /b [R]\n‸`, { dialect: 'apache', server: 'httpd.conf' }))[
        'httpd.conf'
      ],
    ).toBe(`${head}<IfModule mod_rewrite.c>\n    RewriteEngine On\n    # old\n    RewriteRule ^/a$ /b [R]\n</IfModule>\n`)
  })

  test.each<readonly [string, string]>([
    ['what every server has', 'Server‸Name a\n'],
    ['two modules', '‸RewriteEngine On\nHeader set A b\n‸'],
    ['what is wrapped already', '<IfModule headers_module>\nHea‸der set A b\n</IfModule>\n'],
    ['nothing that is known', 'Foo‸Bar x\n'],
  ])('not for %s', async (_, text) => expect(await offered('wrap-in-if-module', text, 'apache')).toEqual([]))
})

describe('move a .htaccess into its <Directory>', () => {
  const files = (
    section: string,
    htaccess = 'RewriteEngine On\nRewriteBase /shop/\nRewriteRule ^old/(.*)$ new/$1 [R=301,L]\n',
  ): string => `#- apache2/apache2.conf
ServerRoot /etc/apache2
Listen 80
<VirtualHost *:80>
    ServerName a.example
    DocumentRoot /srv/site/www
${section}</VirtualHost>
#- www/.htaccess
‸${htaccess}#- www/index.html
x
#- webconf.json
{ "paths": { "/srv/site": "." } }
`
  const granted = '    <Directory /srv/site/www>\n        AllowOverride All\n        Require all granted\n    </Directory>\n'

  test('behind the section that the folder has', async () => {
    const after = await refactored(
      'htaccess-to-directory',
      files(granted, '# move\nRewriteEngine On\nRewriteRule ^old/(.*)$ \\\n  /new/$1 [R=301,L]\n<Files "x">\nRequire all denied\n</Files>\n'),
      { dialect: 'apache', server: 'apache2/apache2.conf' },
    )
    expect(after['www/.htaccess']).toBe('# Moved to the <Directory> section of this folder in apache2.conf.\n')
    expect(after['apache2/apache2.conf']).toContain(`    </Directory>
    <Directory /srv/site/www>
        # move
        RewriteEngine On
        RewriteRule ^old/(.*)$ \\
  /new/$1 [R=301,L]
        <Files "x">
        Require all denied
        </Files>
    </Directory>
</VirtualHost>`)
  })

  test('behind DocumentRoot where there is none', async () => {
    const after = await refactored('htaccess-to-directory', files(''), { dialect: 'apache', server: 'apache2/apache2.conf' })
    expect(after['apache2/apache2.conf']).toContain(
      'DocumentRoot /srv/site/www\n    <Directory /srv/site/www>\n        RewriteEngine On\n        RewriteBase /shop/\n',
    )
  })

  test('not where the folder is served by nobody, or a directive may not stand there', async () => {
    expect(await offered('htaccess-to-directory', files(granted).replaceAll('/srv/site/www', '/srv/other'), 'apache')).toEqual([])
    expect(await offered('htaccess-to-directory', files(granted, 'UnknownDirective x\n'), 'apache')).toEqual([])
    expect(await offered('htaccess-to-directory', files(granted, '# nothing\n'), 'apache')).toEqual([])
  })
})
