import { describe, expect, it } from 'vitest'
import { problemsOf, workspace } from '../support/example.ts'

const script = 'import os\napplication = None\n'
const banner = '[x] Apache/2.4.7 (Ubuntu) mod_wsgi/4.4.22 Python/2.7.6 configured -- resuming normal operations\n'
const files = {
  [`${workspace}/httpd.conf`]:
    'WSGIScriptAlias / /srv/www/site/config/wsgi.py\nWSGIPythonHome /srv/www/env\n<Directory /srv/www/site/config>\nRequire all granted\n</Directory>\n',
  [`${workspace}/site/config/wsgi.py`]: script,
  [`${workspace}/env/bin/activate`]: 'VIRTUAL_ENV="/srv/www/env"\nexport VIRTUAL_ENV\n',
  [`${workspace}/env/bin/activate_this.py`]: '',
  [`${workspace}/env/lib/python2.7/site-packages/x.py`]: '',
  [`${workspace}/env/lib/python2.7/no-global-site-packages.txt`]: '',
  [`${workspace}/env/lib/python2.7/hmac.py`]: 'import warnings\nfrom operator import _compare_digest as compare_digest\n',
}

const conflicts = async (given: Record<string, string>): Promise<string[]> =>
  (await problemsOf(given)).filter((problem) => problem.rule === 'python/virtualenv-conflict').map((problem) => problem.message)

describe('two Pythons of version 2.7', () => {
  it('are told apart where a log names the one of mod_wsgi', async () => {
    const [message] = await conflicts({ ...files, [`${workspace}/logs/error_log`]: banner })
    expect(message).toContain('mod_wsgi is built for Python 2.7.6')
    expect(message).toContain('2.7.7 or later')
  })

  it('are not claimed without the log', async () => {
    expect(await conflicts(files)).toEqual([])
  })
})
