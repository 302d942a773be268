import { describe, expect, it } from 'vitest'
import { conversionsAt, convertDocument } from '../../server/src/features/convert.ts'
import { marked } from '../support/features.ts'

describe('a virtual host or server for the other server', () => {
  it('is offered within it, and made with what differs at its head', async () => {
    const { ask } = marked(
      `Listen 80
<VirtualHost *:80>
    ServerName one.test
    Document‸Root /srv/one
</VirtualHost>
<VirtualHost *:80>
    ServerName two.test
</VirtualHost>
`,
      'apache',
    )
    expect(await ask(conversionsAt)).toEqual([{ title: 'Convert this virtual host to nginx', to: 'nginx' }])
    const made = await ask((view, offset) => convertDocument(view, offset))
    expect(made?.dialect).toBe('nginx')
    expect(made?.text).toMatch(
      /^# httpd\.conf for nginx, by webconf\. What differs and what is left:\n# {3}httpd\.conf:2: differs: <VirtualHost \*:80>: .*\n\nserver \{\n {4}listen 80;\n {4}server_name one\.test;/,
    )
    expect(made?.text).not.toContain('two.test')
  })
  it('is offered in a server of nginx, and not outside', async () => {
    const inside = marked('events {}\nhttp {\n    server {\n        listen 8080;‸\n        server_name one.test;\n        root /srv/one;\n    }\n}\n')
    expect(await inside.ask(conversionsAt)).toEqual([{ title: 'Convert this server to Apache', to: 'apache' }])
    expect((await inside.ask((view, offset) => convertDocument(view, offset)))?.text).toContain('<VirtualHost *:8080>\n    ServerName one.test\n')
    expect(await marked('events {}‸\nhttp {\n    server {\n        listen 80;\n    }\n}\n').ask(conversionsAt)).toEqual([])
  })
  it('is made of a .htaccess, with the virtual host’s own files read too', async () => {
    const file = marked('#- .htaccess\nRewriteEngine On\nRewriteRule ^old$ /new [R=301,L]‸\n')
    expect(await file.ask(conversionsAt)).toEqual([{ title: 'Convert this .htaccess to nginx', to: 'nginx' }])
    expect((await file.ask((view, offset) => convertDocument(view, offset)))?.text).toContain('rewrite ^/old$ /new permanent;')
  })
  it('is not offered where the file has a syntax error', async () => {
    expect(await marked('events {}\nhttp {\n    server {\n        listen‸ 80\n    }\n}\n').ask(conversionsAt)).toEqual([])
  })
})
