import { describe, expect, test } from 'vitest'
import { offered, refactored } from '../../support/refactorings.ts'

describe('extract to an include', () => {
  test('nginx: whole directives with their comments, relative to the main file', async () => {
    expect(
      await refactored(
        'extract-include',
        `#- nginx/nginx.conf
events {}
http {
    include sites/*.conf;
}
#- nginx/sites/a.conf
server {
    listen 8081;
    location / {
        proxy_pass http://127.0.0.1:8000;
        ‸# who asks
        proxy_set_header Host $host; # as written

        proxy_set_header X-Forwarded-Proto $scheme;‸
    }
}
`,
        { server: 'nginx/nginx.conf' },
      ),
    ).toEqual({
      'nginx/sites/a.conf': `server {
    listen 8081;
    location / {
        proxy_pass http://127.0.0.1:8000;
        include snippets/proxy.conf;
    }
}
`,
      'nginx/snippets/proxy.conf': '# who asks\nproxy_set_header Host $host; # as written\n\nproxy_set_header X-Forwarded-Proto $scheme;\n',
    })
  })

  test('a block, with a name of its own where that is taken', async () => {
    expect(
      await refactored(
        'extract-include',
        `#- nginx.conf
events {}
http {
  server {
    listen 8081;
‸    location = /health {
      return 200 "a
b";
    }
‸  }
}
#- snippets/location-health.conf
# mine
`,
        { server: 'nginx.conf' },
      ),
    ).toEqual({
      'nginx.conf': 'events {}\nhttp {\n  server {\n    listen 8081;\n    include snippets/location-health-2.conf;\n  }\n}\n',
      // A text over two lines is not moved.
      'snippets/location-health-2.conf': 'location = /health {\n      return 200 "a\nb";\n    }\n',
    })
  })

  test('Apache: below ServerRoot', async () => {
    expect(
      await refactored(
        'extract-include',
        `#- httpd/conf/httpd.conf
ServerRoot /etc/httpd
Listen 80
<VirtualHost *:80>
    ServerName a.example
    ‸RewriteEngine On
    RewriteRule ^/old$ /new [R]‸
</VirtualHost>
`,
        { server: 'httpd/conf/httpd.conf' },
      ).catch((error: unknown) => {
        throw error
      }),
    ).toEqual({
      'httpd/conf/httpd.conf':
        'ServerRoot /etc/httpd\nListen 80\n<VirtualHost *:80>\n    ServerName a.example\n    Include snippets/rewrite.conf\n</VirtualHost>\n',
      'httpd/snippets/rewrite.conf': 'RewriteEngine On\nRewriteRule ^/old$ /new [R]\n',
    })
  })

  test.each<readonly [string, string]>([
    ['half a directive', 'events {}\nhttp { ser‸ver_tokens o‸ff; }'],
    ['half a block', 'events {}\nhttp {\n‸ gzip on;\n server {\n  listen 80;\n‸ }\n}'],
    ['comments alone', 'events {}\n‸# a\n# b\n‸http { }'],
    ['nothing', 'events {}\nhttp { gz‸ip on; }'],
    ['a file with a mistake', 'events {}\nhttp { ‸gzip on;‸ '],
  ])('not for %s', async (_, text) => expect(await offered('extract-include', text)).toEqual([]))

  test('a file with Windows line ends makes another one', async () => {
    const text = '#- nginx.conf\nevents {}\r\nhttp {\r\n  ‸gzip on;\r\n  gzip_vary on;‸\r\n}\r\n'
    expect(await refactored('extract-include', text)).toEqual({
      'nginx.conf': 'events {}\r\nhttp {\r\n  include snippets/gzip.conf;\r\n}\r\n',
      'snippets/gzip.conf': 'gzip on;\r\ngzip_vary on;\r\n',
    })
  })

  test('not what includes are counted from', async () => {
    const text = '#- httpd/conf/httpd.conf\n‸ServerRoot /etc/httpd\nTimeout 60‸\nListen 80\n'
    expect(await offered('extract-include', text, 'apache')).toEqual([])
    expect(await offered('extract-include', text.replace('‸ServerRoot /etc/httpd\n', 'ServerRoot /etc/httpd\n‸'), 'apache')).toHaveLength(1)
  })

  test('not in a .htaccess, nor where the folder of the server is not known', async () => {
    expect(await offered('extract-include', '#- www/.htaccess\n‸Options None\n‸', 'apache')).toEqual([])
    expect(await offered('extract-include', '#- site-nginx.conf\nserver { listen 80; ‸gzip on;‸ }\n')).toEqual([])
  })
})

describe('put the content of an include in its place', () => {
  const files = (snippet: string, line = 'include snippets/a.conf;'): string => `#- nginx.conf
events {}
http {
    server {
        listen 8081;
        ${line.replace('include', 'incl‸ude')}
    }
}
#- snippets/a.conf
${snippet}`

  test('with its comments, at the indentation of the include', async () => {
    expect(
      (await refactored('inline-include', files('# first\nlocation / {\n    return 204; # none\n}\n\ngzip on;\n'), { server: 'nginx.conf' }))['nginx.conf'],
    ).toBe(`events {}
http {
    server {
        listen 8081;
        # first
        location / {
            return 204; # none
        }

        gzip on;
    }
}
`)
  })

  test('what follows on the line is not commented out', async () => {
    expect(
      (await refactored('inline-include', files('gzip on; # on\n', 'location / { include snippets/a.conf; }'), { server: 'nginx.conf' }))['nginx.conf'],
    ).toContain('location / { gzip on; # on\n         }')
  })

  test.each<readonly [string, string]>([
    ['several files', '#- nginx.conf\nevents {}\nhttp { incl‸ude a/*.conf; }\n#- a/1.conf\ngzip on;\n#- a/2.conf\ngzip_vary on;\n'],
    ['a file that is not here', '#- nginx.conf\nevents {}\nhttp { incl‸ude a.conf; }\n'],
    ['a file with a mistake', '#- nginx.conf\nevents {}\nhttp { incl‸ude a/a.conf; }\n#- a/a.conf\ngzip on\n'],
    ['another directive', '#- nginx.conf\nevents {}\nhttp { gz‸ip on; }\n'],
  ])('not for %s', async (_, text) => expect(await offered('inline-include', text)).toEqual([]))

  test('Apache', async () => {
    expect(
      await refactored(
        'inline-include',
        '#- apache2/apache2.conf\nServerRoot /etc/apache2\nListen 80\n<VirtualHost *:80>\n  ServerName a.example\n  Inc‸lude snippets/a.conf\n</VirtualHost>\n#- apache2/snippets/a.conf\nErrorDocument 404 \\\n  "not here"\n',
        { server: 'apache2/apache2.conf' },
      ),
    ).toMatchObject({
      'apache2/apache2.conf':
        'ServerRoot /etc/apache2\nListen 80\n<VirtualHost *:80>\n  ServerName a.example\n  ErrorDocument 404 \\\n    "not here"\n</VirtualHost>\n',
    })
  })
})
