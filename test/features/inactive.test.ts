import { expect, test } from 'vitest'
import { inactiveSections } from '../../server/src/features/inactive.ts'
import { marked } from '../support/features.ts'

async function dimmed(text: string): Promise<string[]> {
  const found = await marked(text, 'apache').ask(inactiveSections)
  return found.map(({ range, message }) => `${range.start.line}-${range.end.line} ${message.slice(0, message.indexOf('>') + 1)}`)
}

test('a section whose module is not loaded, the outermost only', async () => {
  expect(
    await dimmed(`ServerRoot /etc/httpd
Listen 80
LoadModule rewrite_module modules/mod_rewrite.so
<IfModule mod_ssl.c>
  Listen 443
  <IfModule mod_nothing.c>
  </IfModule>
</IfModule>
<IfModule mod_rewrite.c>
  RewriteEngine on
</IfModule>
<IfModule !mod_rewrite.c>
  <IfDefine X>
  </IfDefine>
</IfModule>
<IfDefine X>
</IfDefine>
‸`),
  ).toEqual(['3-7 <IfModule mod_ssl.c>', '11-14 <IfModule !mod_rewrite.c>'])
})

test('nothing where modules may be loaded elsewhere', async () => {
  expect(await dimmed('<VirtualHost *:80>\n<IfModule mod_ssl.c>\n</IfModule>\n</VirtualHost>\n‸')).toEqual([])
})

test('a file that is read in two configurations is passed over only where it is in both', async () => {
  const files = (other: string) => `#- a/httpd.conf
ServerRoot /etc/httpd
Listen 80
LoadModule alias_module modules/mod_alias.so
Include /etc/httpd/shared/ssl.conf
#- b/httpd.conf
ServerRoot /etc/httpd
Listen 80
LoadModule alias_module modules/mod_alias.so
${other}
Include /etc/httpd/shared/ssl.conf
#- shared/ssl.conf
<IfModule mod_ssl.c>
  Listen 443
</IfModule>
‸`
  expect(await dimmed(files(''))).toEqual(['0-2 <IfModule mod_ssl.c>'])
  expect(await dimmed(files('LoadModule ssl_module modules/mod_ssl.so'))).toEqual([])
})
