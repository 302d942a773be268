import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../../server/src/configuration/placed.ts'
import { accessOf } from '../../../server/src/site/apache/access.ts'
import { configurationOf } from '../../configuration/show-configuration.ts'
import { apacheBinary, makeServerFolder, mustHaveServers, startApache } from '../../support/real-server.ts'

const file = '/srv/www/site/app/a.txt'
const deny = '<Directory />\nRequire all denied\n</Directory>\n'
const grantDirectory = '<Directory /srv/www>\nRequire all granted\n</Directory>\n'

// [what it shows, configuration, the answer for /srv/www/site/app/a.txt asked for as /files/a.txt]
const cases: readonly (readonly [string, string, 'granted' | 'denied'])[] = [
  ['nothing that denies: granted', '', 'granted'],
  ['the root denies', deny, 'denied'],
  ['a section further down grants', deny + grantDirectory, 'granted'],
  ['the longer section wins, wherever it stands', `<Directory /srv/www/site>\nRequire all denied\n</Directory>\n${grantDirectory}`, 'denied'],
  ['a trailing slash changes nothing', `${deny}<Directory /srv/www/site/app/>\nRequire all granted\n</Directory>\n`, 'granted'],
  ['a sibling does not grant', `${deny}<Directory /srv/www/site/ap>\nRequire all granted\n</Directory>\n`, 'denied'],
  ['a wildcard stands for one segment', `${deny}<Directory /srv/*/site>\nRequire all granted\n</Directory>\n`, 'granted'],
  ['a wildcard does not cross a slash', `${deny}<Directory /srv/*/app>\nRequire all granted\n</Directory>\n`, 'denied'],
  [
    'a regular expression comes behind plain sections',
    `${deny}${grantDirectory}<DirectoryMatch "^/srv/.*/app/">\nRequire all denied\n</DirectoryMatch>\n`,
    'denied',
  ],
  [
    'a regular expression that ends at the folder does not reach files in it',
    `${deny}<DirectoryMatch "^/srv/www/site/(app|doc)$">\nRequire all granted\n</DirectoryMatch>\n`,
    'denied',
  ],
  ['a regular expression with a slash does', `${deny}<DirectoryMatch "^/srv/www/site/(app|doc)(/|$)">\nRequire all granted\n</DirectoryMatch>\n`, 'granted'],
  [
    'a regular expression that ends with the slash of the folder does not',
    `${deny}<DirectoryMatch "^/srv/www/site/(app|doc)/$">\nRequire all granted\n</DirectoryMatch>\n`,
    'denied',
  ],
  ['a regular expression sees the name of the file', `${deny}<DirectoryMatch "\\.txt$">\nRequire all granted\n</DirectoryMatch>\n`, 'granted'],
  ['<Directory ~> is a regular expression', `${deny}<Directory ~ "^/srv/www/site/">\nRequire all granted\n</Directory>\n`, 'granted'],
  ['<Files> comes behind directories', `${deny}<Files a.txt>\nRequire all granted\n</Files>\n`, 'granted'],
  ['<Files> in a directory', `${deny}<Directory /srv/www/site/app>\n<Files a.txt>\nRequire all granted\n</Files>\n</Directory>\n`, 'granted'],
  ['<Files> of another name', `${deny}<Directory /srv/www/site/app>\n<Files b.txt>\nRequire all granted\n</Files>\n</Directory>\n`, 'denied'],
  ['<Files> with a wildcard', `${deny}<Files *.txt>\nRequire all granted\n</Files>\n`, 'granted'],
  ['<FilesMatch>', `${deny}<FilesMatch "\\.(txt|css)$">\nRequire all granted\n</FilesMatch>\n`, 'granted'],
  ['<Location> has the last word', `${deny}${grantDirectory}<Location /files>\nRequire all denied\n</Location>\n`, 'denied'],
  ['<Location /> grants everything', `${deny}<Location />\nRequire all granted\n</Location>\n`, 'granted'],
  ['<Location> ends with a segment', `${deny}<Location /fil>\nRequire all granted\n</Location>\n`, 'denied'],
  ['<LocationMatch>', `${deny}<LocationMatch "^/f.les/">\nRequire all granted\n</LocationMatch>\n`, 'granted'],
  ['RequireAll wants all', '<Directory /srv/www>\n<RequireAll>\nRequire all granted\nRequire all denied\n</RequireAll>\n</Directory>\n', 'denied'],
  ['several lines: any of them', '<Directory /srv/www>\nRequire all denied\nRequire all granted\n</Directory>\n', 'granted'],
  [
    'RequireNone',
    '<Directory /srv/www>\n<RequireAll>\nRequire all granted\n<RequireNone>\nRequire all granted\n</RequireNone>\n</RequireAll>\n</Directory>\n',
    'denied',
  ],
  [
    'RequireNone of what does not hold',
    '<Directory /srv/www>\n<RequireAll>\nRequire all granted\n<RequireNone>\nRequire all denied\n</RequireNone>\n</RequireAll>\n</Directory>\n',
    'granted',
  ],
  ['Require not', '<Directory /srv/www>\n<RequireAll>\nRequire all granted\nRequire not all denied\n</RequireAll>\n</Directory>\n', 'granted'],
  ['AuthMerging And', `${deny}<Directory /srv/www>\nAuthMerging And\nRequire all granted\n</Directory>\n`, 'denied'],
  ['AuthMerging Or', `${grantDirectory}<Directory /srv/www/site>\nAuthMerging Or\nRequire all denied\n</Directory>\n`, 'granted'],
  ['a section without Require changes nothing', `${deny}${grantDirectory}<Directory /srv/www/site/app>\nOptions None\n</Directory>\n`, 'granted'],
  ['<Limit GET>', '<Directory /srv/www>\n<Limit GET>\nRequire all denied\n</Limit>\n</Directory>\n', 'denied'],
  ['<LimitExcept GET> leaves GET alone', '<Directory /srv/www>\n<LimitExcept GET>\nRequire all denied\n</LimitExcept>\n</Directory>\n', 'granted'],
  [
    'a section that requires something of other methods alone',
    `${deny}<Directory /srv/www>\n<Limit POST>\nRequire all denied\n</Limit>\n</Directory>\n`,
    'granted',
  ],
  [
    '<LimitExcept GET> beside a denial',
    `<Directory /srv/www>\nRequire all denied\n<LimitExcept GET>\nRequire all granted\n</LimitExcept>\n</Directory>\n`,
    'denied',
  ],
  ['2.2: allow from all does not undo Require', `${deny}<Directory /srv/www>\nOrder allow,deny\nAllow from all\n</Directory>\n`, 'denied'],
  ['2.2: allow from all', '<Directory /srv/www>\nOrder allow,deny\nAllow from all\n</Directory>\n', 'granted'],
  ['2.2: deny from all', '<Directory /srv/www>\nOrder deny,allow\nDeny from all\n</Directory>\n', 'denied'],
  ['2.2: allow,deny without Allow', '<Directory /srv/www>\nOrder allow,deny\n</Directory>\n', 'denied'],
  [
    '2.2: a deeper section replaces',
    '<Directory /srv/www>\nOrder deny,allow\nDeny from all\n</Directory>\n<Directory /srv/www/site>\nAllow from all\n</Directory>\n',
    'granted',
  ],
  ['2.2: Satisfy Any', `${deny}<Directory /srv/www>\nOrder allow,deny\nAllow from all\nSatisfy Any\n</Directory>\n`, 'granted'],
  ['2.2 and Require: both', '<Directory /srv/www>\nRequire all granted\nOrder deny,allow\nDeny from all\n</Directory>\n', 'denied'],
  ['a false condition does not count', '<IfModule no_such_module>\n<Directory />\nRequire all denied\n</Directory>\n</IfModule>\n', 'granted'],
  ['a value defined', `Define WWW /srv/www\n${deny}<Directory \${WWW}/site>\nRequire all granted\n</Directory>\n`, 'granted'],
]

const modules = 'LoadModule authz_core_module m.so\nLoadModule access_compat_module m.so\n'

describe('what Apache grants', () => {
  for (const [title, text, answer] of cases) {
    it(`${title}: ${answer}`, async () => {
      const configuration = await configurationOf(`#- httpd.conf\nListen 80\n${modules}${text}`, 'apache')
      expect(accessOf(configuration, { path: file, url: '/files/a.txt', host: undefined }).answer).toBe(answer)
    })
  }

  it('comes from the main server and the virtual host, the virtual host last', async () => {
    const text = `#- httpd.conf\nListen 80\n${deny}<VirtualHost *:80>\n${grantDirectory}</VirtualHost>\n<VirtualHost *:80>\nServerName b\n</VirtualHost>\n`
    const configuration = await configurationOf(text, 'apache')
    const [first, second] = configuration.top.filter((each) => each.name === 'virtualhost')
    expect(accessOf(configuration, { path: file, url: '/', host: first }).answer).toBe('granted')
    expect(accessOf(configuration, { path: file, url: '/', host: second }).answer).toBe('denied')
  })
})

describe('what cannot be told', () => {
  const answerOf = async (text: string, path = file): Promise<{ answer: string; nothingDecides: boolean }> => {
    const { answer, nothingDecides } = accessOf(await configurationOf(`#- site.conf\n${text}`, 'apache'), { path, url: '/', host: undefined })
    return { answer, nothingDecides }
  }
  it('in a piece that says nothing, the main file decides', async () => {
    expect(await answerOf('ServerName a\n')).toEqual({ answer: 'depends', nothingDecides: true })
    expect(await answerOf('ServerName a\n', '/var/www/html/a.txt')).toEqual({ answer: 'granted', nothingDecides: false })
    expect(await answerOf(grantDirectory)).toEqual({ answer: 'granted', nothingDecides: false })
  })
  it('hosts, users and expressions', async () => {
    expect((await answerOf('<Directory /srv>\nRequire ip 10.0.0.0/8\n</Directory>\n')).answer).toBe('depends')
    expect((await answerOf('<Directory /srv>\nRequire valid-user\n</Directory>\n')).answer).toBe('depends')
    expect((await answerOf('<Directory /srv>\nOrder deny,allow\nDeny from all\nAllow from 10.0.0.1\n</Directory>\n')).answer).toBe('depends')
  })
  it('<If>', async () => {
    expect((await answerOf(`${grantDirectory}<If "%{HTTP_HOST} == 'a'">\nRequire all denied\n</If>\n`)).answer).toBe('depends')
  })
  it('sections whose presence or path is not known', async () => {
    expect((await answerOf(`${grantDirectory}<IfModule mod_x.c>\n<Directory /srv/www/site>\nRequire all denied\n</Directory>\n</IfModule>\n`)).answer).toBe(
      'depends',
    )
    expect((await answerOf('<Directory "${ROOT}">\nRequire all granted\n</Directory>\n')).answer).toBe('depends')
  })
  it('patterns that only PCRE reads', async () => {
    expect((await answerOf('<DirectoryMatch "^/srv/(?i)WWW/">\nRequire all granted\n</DirectoryMatch>\n')).answer).toBe('depends')
  })
})

describe('.htaccess', () => {
  const inner = (text: string): Promise<Configuration> => configurationOf(`#- .htaccess\n${text}`, 'apache')
  it('counts where AllowOverride lets it, behind the sections of its folder', async () => {
    const htaccess = await inner('Require all denied\n')
    const ask = async (override: string): Promise<string> => {
      const configuration = await configurationOf(
        `#- httpd.conf\nListen 80\n<Directory /srv/www>\nAllowOverride ${override}\nRequire all granted\n</Directory>\n`,
        'apache',
      )
      return accessOf(configuration, { path: file, url: '/', host: undefined, htaccess: (folder) => (folder === '/srv/www/site' ? htaccess : undefined) })
        .answer
    }
    expect(await ask('None')).toBe('granted')
    expect(await ask('All')).toBe('denied')
    expect(await ask('AuthConfig')).toBe('denied')
  })
})

describe.skipIf(!apacheBinary && !mustHaveServers)(`the real Apache says the same${apacheBinary ? '' : ' (not installed)'}`, () => {
  it('in all these cases', async () => {
    const wrong: string[] = []
    const ask = async ([title, text, answer]: (typeof cases)[number]): Promise<void> => {
      const folder = makeServerFolder()
      try {
        folder.put(file, 'content')
        // Paths in sections are those of the private folder; a pattern that begins with ^/srv follows too.
        const config = `${modulesOnDisk}${text.replaceAll('"^/srv', `"^${folder.path}/srv`).replaceAll('/srv/*/', `${folder.path}/srv/*/`)}Alias /files /srv/www/site/app\n`
        const server = await startApache(folder, `Listen 80\n${config}`, false)
        const { status } = await server.get('/files/a.txt')
        await server.stop()
        if (status !== (answer === 'granted' ? 200 : 403)) wrong.push(`${title}: ${status}`)
      } finally {
        folder.remove()
      }
    }
    for (let i = 0; i < cases.length; i += 4) await Promise.all(cases.slice(i, i + 4).map(ask))
    expect(wrong).toEqual([])
  }, 120_000)
})

const modulesOnDisk = ['mpm_event', 'authn_core', 'authz_core', 'authz_host', 'access_compat', 'alias', 'mime', 'wsgi']
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`)
  .join('')
  .concat('User www-data\nGroup www-data\nTypesConfig /etc/mime.types\n')
