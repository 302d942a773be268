import { describe, expect, it } from 'vitest'
import { resolveOnMachine } from '../../server/src/configuration/on-machine.ts'
import { makeSourceReader } from '../../server/src/configuration/source.ts'
import { answerApache } from '../../server/src/request/apache/interpret.ts'
import type { Answer } from '../../server/src/request/request.ts'
import { makeSession } from '../../server/src/workspace/session.ts'
import { defaultSettings } from '../../server/src/workspace/settings.ts'
import { memoryFileSystem } from '../support/memory-file-system.ts'

async function ask(
  files: Readonly<Record<string, string>>,
  target: string,
  method = 'GET',
  more: readonly (readonly [string, string])[] = [],
): Promise<Answer> {
  const session = makeSession(memoryFileSystem(files), defaultSettings.limits.fileSize)
  const reader = makeSourceReader()
  const answer = await session.settle((snapshot) => {
    const configuration = resolveOnMachine(snapshot, '/etc/apache2/httpd.conf', 'apache', reader, defaultSettings)
    const request = {
      method,
      target,
      version: '1.1',
      headers: [['Host', 'example.test'] as const, ...more],
      connect: { address: '127.0.0.1', port: 80 },
      tls: false,
      client: '127.0.0.1',
    }
    return configuration && answerApache(configuration, request, snapshot)
  })
  if (!answer) throw new Error('no configuration')
  return answer
}

const told = ({ steps }: Answer): string[] => steps.map(({ phase, outcome, message }) => `${outcome} ${phase}: ${message}`)

const config = `ServerRoot /etc/apache2
Listen 80
ServerName example.test
DocumentRoot /srv/www
<Directory /srv/www>
  AllowOverride All
  Require all granted
</Directory>
Alias /a/b /srv/www/b
Alias /a /srv/www/a
`

describe('requests to Apache', () => {
  it('a file whose folder is not on this machine may be there', async () => {
    const answer = await ask({ '/etc/apache2/httpd.conf': config }, '/x.html')
    expect(answer).toMatchObject({ status: 404, file: '/srv' })
    expect(answer.branches.map(({ condition, answer: { status, file } }) => [condition, status, file])).toEqual([
      ['the file /srv/www/x.html is there', 200, '/srv/www/x.html'],
    ])
  })

  it('a file that is not there, in a folder that is, is not', async () => {
    const answer = await ask({ '/etc/apache2/httpd.conf': config, '/srv/www/other': '' }, '/x.html')
    expect(answer).toMatchObject({ status: 404, file: '/srv/www/x.html', branches: [] })
  })

  it('the steps tell what decided and what was tried and lost', async () => {
    const files = { '/etc/apache2/httpd.conf': config, '/srv/www/a/x.html': '' }
    expect(told(await ask(files, '/a/x.html'))).toEqual([
      'decided server: no virtual host is for this address: the main server answers',
      'lost translate: /a/b is no beginning of /a/x.html',
      'decided translate: /a/x.html is /srv/www/a/x.html',
      'passed sections: <Directory "/srv/www/"> holds for /srv/www/',
      'passed authz: "Require all granted": granted',
      'decided authz: "Require all granted" lets the request pass',
      'decided content: /srv/www/a/x.html is sent',
    ])
  })

  it('a step of a .htaccess names its file and place', async () => {
    const htaccess = 'RewriteEngine On\nRewriteRule ^old$ http://new.test/ [R=301,L]\n'
    const answer = await ask({ '/etc/apache2/httpd.conf': config, '/srv/www/.htaccess': htaccess, '/srv/www/x': '' }, '/old')
    expect(answer).toMatchObject({ status: 301, location: 'http://new.test/' })
    const step = answer.steps.find(({ phase, outcome }) => phase === 'rewrite' && outcome === 'decided')
    expect(step?.at).toEqual({ path: '/srv/www/.htaccess', start: htaccess.indexOf('RewriteRule'), end: htaccess.length - 1 })
  })

  it('what only the time can tell goes both ways', async () => {
    const answer = await ask({ '/etc/apache2/httpd.conf': `${config}<If "%{TIME_HOUR} == 12">\nRequire all denied\n</If>\n`, '/srv/www/x': '' }, '/x')
    expect(answer.status).toBe(200)
    expect(answer.branches.map(({ condition, answer: { status } }) => [condition, status])).toEqual([['the condition on %{TIME_HOUR} holds', 403]])
  })

  it('an application that lies on the server alone', async () => {
    const wsgi =
      'WSGIDaemonProcess shop python-home=/srv/env\nWSGIScriptAlias / /srv/shop/wsgi.py process-group=shop\n<Directory /srv/shop>\nRequire all granted\n</Directory>\n'
    const answer = await ask({ '/etc/apache2/httpd.conf': `${config}${wsgi}` }, '/admin/x?y=1')
    expect(answer.status).toBe(404)
    const [branch] = answer.branches
    expect(branch?.condition).toBe('the file /srv/shop/wsgi.py is there')
    expect(branch && told(branch.answer).slice(-3)).toEqual([
      'decided content: "application" of /srv/shop/wsgi.py runs in the process group "shop", interpreter "example.test|"',
      'passed content: SCRIPT_NAME is "", PATH_INFO is "/admin/x"',
      'passed content: its Python is that of /srv/env',
    ])
  })

  it('a password that is kept elsewhere is right or wrong', async () => {
    const answer = await ask(
      {
        '/etc/apache2/httpd.conf': `${config}<Location />\nAuthType Basic\nAuthName x\nAuthBasicProvider ldap\nRequire valid-user\n</Location>\nHeader set X-Took %D\n`,
        '/srv/www/x': '',
      },
      '/x',
      'GET',
      [['Authorization', `Basic ${btoa('ann:secret')}`]],
    )
    expect(answer.status).toBe(200)
    expect(answer.headers).not.toHaveProperty('x-took')
    expect(answer.branches.map(({ condition, answer: { status } }) => [condition, status])).toEqual([
      ['ldap has another password of "ann"', 401],
      ['ldap does not know "ann"', 401],
    ])
  })

  it('conditions that ask for what asks for them end', async () => {
    const answer = await ask(
      {
        '/etc/apache2/httpd.conf': `${config}${['v', 'w', 'y', 'z'].map((name) => `<If "-U '/${name}'">\nHeader set X-${name} yes\n</If>\n`).join('')}`,
        '/srv/www/x': '',
        '/srv/www/y': '',
      },
      '/x',
    )
    expect(answer.status).toBeUndefined()
  })
})
