import { describe, expect, it } from 'vitest'
import { parseEnvvars } from '../../server/src/configuration/apache/envvars.ts'
import { configurationOf, showConfiguration } from './show-configuration.ts'

const show = async (text: string): Promise<string> => showConfiguration(await configurationOf(text, 'apache'))

describe('includes of Apache', () => {
  it('stand in their place, in the order of their names, in their context', async () => {
    expect(
      await show(`
#- apache2/apache2.conf
ServerRoot /etc/apache2
<VirtualHost *:80>
Include parts/*.conf
ServerName c
</VirtualHost>
#- apache2/parts/b.conf
ServerAlias b
#- apache2/parts/a.conf
ServerAlias a
#- apache2/parts/.hidden.conf
ServerAlias never
`),
    ).toBe('serverroot |/etc/apache2|\nvirtualhost |*:80|\n  serveralias |a|\n  serveralias |b|\n  servername |c|')
  })
  it('below ServerRoot, a folder of everything, absolute paths', async () => {
    expect(
      await show(`
#- deploy/httpd.conf
ServerRoot /etc/httpd
Include /etc/httpd/all
#- deploy/all/a
Define A
#- deploy/all/deep/b
Define B
`),
    ).toBe('serverroot |/etc/httpd|\ndefine |A|\ndefine |B|')
  })
  it('leave the configuration open where their folder is not here', async () => {
    const { open, whole, modules } = await configurationOf('#- httpd.conf\nListen 80\nIncludeOptional mods-enabled/*.load\n', 'apache')
    expect({ open, whole, modules }).toEqual({ open: true, whole: true, modules: undefined })
  })
  it('of sites-enabled mean sites-available where only that is here', async () => {
    expect(
      await show(`
#- apache2/apache2.conf
Listen 80
IncludeOptional sites-enabled/*.conf
#- apache2/sites-available/a.conf
ServerName a
`),
    ).toBe('listen |80|\nservername |a|')
  })
  it('in a loop end, and are reported', async () => {
    const { includeFaults } = await configurationOf('#- httpd.conf\nListen 80\nInclude a.conf\n#- a.conf\nInclude httpd.conf\n', 'apache')
    expect(includeFaults.map((fault) => fault.kind)).toEqual(['loop'])
  })
})

describe('values of Apache', () => {
  it('come from Define, from the point where it stands', async () => {
    expect(await show('#- a.conf\nDefine ROOT "/srv/my site"\nAlias /a "${ROOT}/a"\nAlias /b ${ROOT}/b\nUnDefine ROOT\nAlias /c ${ROOT}\n')).toBe(
      'define |ROOT| |/srv/my site|\nalias |/a| |/srv/my site/a|\nalias |/b| |/srv/my| |site/b|\nundefine |ROOT|\nalias |/c| |${ROOT}?|',
    )
  })
  it('come from envvars beside the main file', async () => {
    expect(
      await show('#- etc/apache2/apache2.conf\nErrorLog ${APACHE_LOG_DIR}/e.log\n#- etc/apache2/envvars\nexport APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n'),
    ).toBe('errorlog |/var/log/apache2/e.log|')
    expect(parseEnvvars('SUFFIX=""\nexport A="/x$SUFFIX/y"\nexport B=$A/z # why\nC=`date`\n')).toEqual(
      new Map([
        ['A', '/x/y'],
        ['B', '/x/y/z'],
      ]),
    )
  })
  it('of a rewrite map stay as they are', async () => {
    expect(await show('#- a.conf\nRewriteRule ^(.*)$ ${map:$1}\n')).toBe('rewriterule |^(.*)$| |${map:$1}|')
  })
  it('keep their place in the source', async () => {
    const { all, root } = await configurationOf('#- a.conf\nDefine D x\nAlias /a \\\n  "/srv/${D}/a"\n', 'apache')
    const argument = all[1]?.args[1]
    expect(argument?.value).toBe('/srv/x/a')
    expect(root.text.slice(argument?.start, argument?.end)).toBe('"/srv/${D}/a"')
  })
})

describe('conditions of Apache', () => {
  it('hold where the module is loaded, do not where every LoadModule was seen, and else are unknown', async () => {
    const text =
      'LoadModule alias_module x.so\n<IfModule mod_alias.c>\nAlias /a /a\n</IfModule>\n<IfModule !alias_module>\nAlias /b /b\n</IfModule>\n<IfModule mod_ssl.c>\nListen 443\n</IfModule>\n'
    expect(await show(`#- httpd.conf\nServerRoot /x\n${text}`)).toBe('serverroot |/x|\nloadmodule |alias_module| |x.so|\nalias |/a| |/a|')
    expect(await show('#- site.conf\n<IfModule mod_ssl.c>\nSSLEngine on\n</IfModule>\n')).toBe('?sslengine |on|')
  })
  it('of IfDefine hold once defined; a name may also come with -D', async () => {
    expect(
      await show('#- a.conf\nDefine A\n<IfDefine A>\nListen 1\n</IfDefine>\n<IfDefine B>\nListen 2\n</IfDefine>\n<IfDefine !A>\nListen 3\n</IfDefine>\n'),
    ).toBe('define |A|\nlisten |1|\n?listen |2|')
  })
  it('of IfVersion hold where all of 2.4 agrees', async () => {
    const text = (condition: string): string => `#- a.conf\n<IfVersion ${condition}>\nListen 1\n</IfVersion>\n`
    expect(await show(text('>= 2.4'))).toBe('listen |1|')
    expect(await show(text('< 2.4'))).toBe('')
    expect(await show(text('>= 2.4.30'))).toBe('?listen |1|')
    expect(await show(text('2.4'))).toBe('?listen |1|')
    expect(await show(text('!< 2.4'))).toBe('listen |1|')
  })
})

describe('macros', () => {
  it('with an empty parameter name end', async () => {
    expect(await show("#- a.conf\n<Macro M ''>\nServerName a\n</Macro>\nUse M b\n")).toBe('servername |a|')
  })
  it('are expanded where they are used', async () => {
    expect(
      await show(
        '#- a.conf\n<Macro Site $name $dir>\n<VirtualHost *:80>\nServerName $name\nDocumentRoot "$dir/www"\n</VirtualHost>\n</Macro>\nUse Site a.example.org /srv/a\n',
      ),
    ).toBe('virtualhost |*:80|\n  servername |a.example.org|\n  documentroot |/srv/a/www|')
  })
})
