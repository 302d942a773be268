import { describe, expect, it } from 'vitest'
import { makePathMap } from '../../server/src/application/path-map.ts'

const files = ['/home/me/site/project/config/wsgi.py', '/home/me/site/project/manage.py', '/home/me/site/other/wsgi.py', '/home/me/site/venv/pyvenv.cfg']

describe('the path map', () => {
  it('pairs the folders above an anchor whose last two segments are here once', () => {
    const map = makePathMap(['/srv/www/site/project/config/wsgi.py'], files, ['/home/me/site'], {}, false)
    expect(map.toWorkspace('/srv/www/site/venv')).toBe('/home/me/site/venv')
    expect(map.toDeployed('/home/me/site/static')).toBe('/srv/www/site/static')
    expect(map.covers('/srv/www/site/x')).toBe(true)
    expect(map.covers('/srv/www/else')).toBe(false)
  })
  it('does not pair by one segment, nor beyond the workspace', () => {
    expect(makePathMap(['/srv/app/wsgi.py'], files, ['/home/me/site'], {}, false).toWorkspace('/srv/app/x')).toBeUndefined()
    expect(makePathMap(['/x/site/project/config/wsgi.py'], files, ['/home/me/site'], {}, false).toWorkspace('/x/y')).toBeUndefined()
  })
  it('maps nothing where anchors disagree', () => {
    const twice = [...files, '/home/me/site/copy/a/b.py']
    const map = makePathMap(['/srv/project/config/wsgi.py', '/srv/a/b.py'], twice, ['/home/me/site'], {}, false)
    expect(map.toWorkspace('/srv/project/manage.py')).toBeUndefined()
  })
  it('says no place of what is deployed twice', () => {
    const map = makePathMap(['/srv/live/config/wsgi.py', '/srv/trial/config/wsgi.py'], ['/home/me/site/config/wsgi.py'], ['/home/me/site'], {}, false)
    expect(map.toWorkspace('/srv/live/static')).toBe('/home/me/site/static')
    expect(map.toWorkspace('/srv/trial/static')).toBe('/home/me/site/static')
    expect(map.toDeployed('/home/me/site/static')).toBeUndefined()
  })
  it('follows the code where a virtualenv says otherwise, and the virtualenv where more files are on its side', () => {
    const script = '/srv/site/project/config/wsgi.py'
    const map = makePathMap([script, '/srv/site/project/venv/pyvenv.cfg'], files, ['/home/me/site'], {}, false)
    expect(map.toWorkspace('/srv/site/project/manage.py')).toBe('/home/me/site/project/manage.py')
    const flat = ['/home/me/site/quarry/wsgi.py', '/home/me/site/manage.py', '/home/me/site/venv/pyvenv.cfg']
    const wrongScript = makePathMap(['/srv/quarry/wsgi.py', '/srv/quarry/venv/pyvenv.cfg', '/srv/quarry/manage.py'], flat, ['/home/me/site'], {}, false)
    expect(wrongScript.toWorkspace('/srv/quarry/wsgi.py')).toBe('/home/me/site/wsgi.py')
  })
  it('follows the settings first, and this machine where it is the server', () => {
    expect(makePathMap([], files, ['/home/me/site'], { '/srv/app': '/home/me/site/project' }, false).toWorkspace('/srv/app/manage.py')).toBe(
      '/home/me/site/project/manage.py',
    )
    expect(makePathMap([], files, ['/home/me/site'], {}, true).toWorkspace('/srv/app/')).toBe('/srv/app')
  })
})
