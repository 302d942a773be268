import { describe, expect, it } from 'vitest'
import { showAddress } from '../../../server/src/deployment/processes/address.ts'
import type { ApplicationProcess } from '../../../server/src/deployment/processes/process.ts'
import { readProcesses } from '../../../server/src/deployment/processes/processes.ts'
import { memorySnapshot } from '../memory-snapshot.ts'

/** The processes that some files start, each in one line. */
const processes = (files: Readonly<Record<string, string>>): string[] => readProcesses(memorySnapshot(files).snapshot, Object.keys(files)).map(show)

function show(process: ApplicationProcess): string {
  const listeners = process.listeners.map(({ address, protocol }) => `${protocol} ${showAddress(address)}`)
  return [
    `${process.name}: ${process.server} ${process.application?.value ?? '?'}`,
    `at ${listeners.join(', ') || 'nowhere'}${process.listenersKnown ? '' : ' or elsewhere'}`,
    ...(process.folder ? [`in ${process.folder.value}`] : []),
    ...(process.changesTo ? [`from ${process.changesTo.value}`] : []),
    ...(process.user ? [`as ${process.user.value}`] : []),
    ...(process.timeout ? [`${process.timeout.seconds} s`] : []),
    ...(process.socketMode ? [process.socketMode.mode.toString(8)] : []),
  ].join(' ')
}

const service = (start: string, besides = ''): Record<string, string> => ({ '/w/site.service': `[Service]\n${besides}ExecStart=${start}\n` })

describe('a systemd unit', () => {
  it.each([
    ['/v/bin/gunicorn -b 127.0.0.1:8001 a.wsgi', 'gunicorn a.wsgi at http 127.0.0.1:8001'],
    ['/v/bin/gunicorn --bind=:8001 --workers 3 a.wsgi:application', 'gunicorn a.wsgi:application at http 0.0.0.0:8001'],
    ['/v/bin/gunicorn -b127.0.0.1:8001 --reload a.wsgi', 'gunicorn a.wsgi at http 127.0.0.1:8001'],
    ['/v/bin/gunicorn -b unix:/var/run/a.sock -b [::1]:80 a.wsgi', 'gunicorn a.wsgi at http /run/a.sock, http [::1]:80'],
    ['/v/bin/gunicorn --bind unix:///run/a.sock a.wsgi', 'gunicorn a.wsgi at http /run/a.sock'],
    ['/v/bin/gunicorn a.wsgi', 'gunicorn a.wsgi at http 127.0.0.1:8000'],
    ['/v/bin/gunicorn --bind $ADDRESS a.wsgi', 'gunicorn a.wsgi at nowhere or elsewhere'],
    ['/v/bin/gunicorn $OPTIONS a.wsgi', 'gunicorn a.wsgi at nowhere or elsewhere'],
    ['-/v/bin/python -m gunicorn -b :1 a.wsgi', 'gunicorn a.wsgi at http 0.0.0.0:1'],
    ['/usr/bin/env A=1 /v/bin/gunicorn -b :1 a.wsgi', 'gunicorn a.wsgi at http 0.0.0.0:1'],
    ['/bin/bash -c "cd /srv/a && exec /v/bin/gunicorn -b :1 a.wsgi"', 'gunicorn a.wsgi at http 0.0.0.0:1 in /srv/a'],
    ["/bin/sh -lc '. v/bin/activate; gunicorn -b :1 a.wsgi'", 'gunicorn a.wsgi at http 0.0.0.0:1'],
    ['/v/bin/uvicorn --uds /run/a.sock a.asgi:app', 'uvicorn a.asgi:app at http /run/a.sock'],
    ['/v/bin/uvicorn --host 0.0.0.0 --port 9 a.asgi:app', 'uvicorn a.asgi:app at http 0.0.0.0:9'],
    ['/v/bin/daphne -u /run/a.sock -p 9 a.asgi:app', 'daphne a.asgi:app at http /run/a.sock, http 127.0.0.1:9'],
    ['/v/bin/hypercorn -b unix:/run/a.sock a.asgi:app', 'hypercorn a.asgi:app at http /run/a.sock'],
    ['/v/bin/waitress-serve --listen=127.0.0.1:9 a.wsgi:app', 'waitress a.wsgi:app at http 127.0.0.1:9'],
    ['/v/bin/python manage.py runserver 0.0.0.0:9', 'runserver 0.0.0.0:9 at http 0.0.0.0:9'],
    ['/usr/bin/uwsgi --socket 127.0.0.1:9 --module a.wsgi --master --harakiri 30', 'uwsgi a.wsgi at uwsgi 127.0.0.1:9 30 s'],
  ])('%s', (start, expected) => {
    expect(processes(service(start))).toEqual([`site.service: ${expected}`])
  })
  it('starts nothing of ours with another program', () => {
    expect(processes(service('/v/bin/celery -A a worker'))).toEqual([])
    expect(processes(service('/v/bin/python manage.py rqworker'))).toEqual([])
  })
  it('is read over continued lines, with comments between them, specifiers, and quotes', () => {
    const files = {
      '/w/site@.service':
        '[Service]\nUser=www-data\nEnvironment="PORT_OF=9" B=2\nExecStart=/v/bin/gunicorn \\\n# a comment\n  --bind "unix:/run/%p/a.sock" \\\n  -b 127.0.0.1:${PORT_OF} a.wsgi\n',
    }
    expect(processes(files)).toEqual(['site@.service: gunicorn a.wsgi at http /run/site/a.sock, http 127.0.0.1:9 as www-data'])
  })
  it('is changed by its drop-ins; an empty value takes away what stood before', () => {
    const files = {
      ...service('/v/bin/gunicorn -b :1 a.wsgi', 'User=a\n'),
      '/w/site.service.d/b.conf': '[Service]\nExecStart=\nExecStart=/v/bin/gunicorn -b :2 a.wsgi\nUser=b\n',
    }
    expect(processes(files)).toEqual(['site.service: gunicorn a.wsgi at http 0.0.0.0:2 as b'])
  })
  it('leaves its address to the unit that opens the socket', () => {
    const files = { ...service('/v/bin/gunicorn -b :1 a.wsgi'), '/w/site.socket': '[Socket]\nListenStream=/run/a.sock\nListenStream=8000\n' }
    expect(processes(files)).toEqual(['site.service: gunicorn a.wsgi at http /run/a.sock, http 0.0.0.0:8000'])
  })
})

describe('gunicorn', () => {
  const start = service('/v/bin/gunicorn -c /srv/a/gunicorn.conf.py a.wsgi', 'WorkingDirectory=/srv/a\n')
  it('takes from its file what the command line does not say', () => {
    const config =
      'import multiprocessing\nbind = "unix:/run/a.sock"\nworkers = multiprocessing.cpu_count()\ntimeout = 90\numask = 0o007\nuser = "app"\nchdir = "/srv/a/src"\n'
    expect(processes({ ...start, '/w/gunicorn.conf.py': config })).toEqual([
      'site.service: gunicorn a.wsgi at http /run/a.sock in /srv/a from /srv/a/src as app 90 s 770',
    ])
  })
  it('may take addresses as a list, or from the environment', () => {
    expect(processes({ ...start, '/w/gunicorn.conf.py': 'bind = ["127.0.0.1:1", "[::1]:1"]\n' })).toEqual([
      'site.service: gunicorn a.wsgi at http 127.0.0.1:1, http [::1]:1 in /srv/a',
    ])
    expect(processes({ ...start, '/w/gunicorn.conf.py': 'import os\nbind = os.environ["BIND"]\n' })).toEqual([
      'site.service: gunicorn a.wsgi at nowhere or elsewhere in /srv/a',
    ])
  })
  it('takes no folder of the workspace that gunicorn.conf.py makes from its own place for one of the server', () => {
    const config = 'import os\nBASE = os.path.dirname(os.path.abspath(__file__))\nchdir = BASE\nbind = f"unix:{BASE}/a.sock"\n'
    expect(processes({ '/w/site.service': '[Service]\nExecStart=/v/bin/gunicorn -c /srv/a/gunicorn.conf.py a.wsgi\n', '/w/gunicorn.conf.py': config })).toEqual(
      ['site.service: gunicorn a.wsgi at nowhere or elsewhere'],
    )
  })
  it('reads gunicorn.conf.py unasked from the folder in which it is started', () => {
    expect(processes({ ...service('/v/bin/gunicorn a.wsgi', 'WorkingDirectory=/srv/a\n'), '/w/a/gunicorn.conf.py': 'bind = ":7"\n' })).toEqual([
      'site.service: gunicorn a.wsgi at http 0.0.0.0:7 in /srv/a',
    ])
  })
})

describe('uWSGI', () => {
  it('is read from ini, with its placeholders', () => {
    const ini =
      '[uwsgi]\nproject = a\nbase = /srv/%(project)\nchdir = %(base)\nmodule = %(project).wsgi:application\nhome = %(base)/venv\nsocket = /run/uwsgi/%(project).sock\nchmod-socket = 660\nuid = app\n'
    expect(processes({ '/w/uwsgi.ini': ini })).toEqual(['uwsgi.ini: uwsgi a.wsgi:application at uwsgi /run/uwsgi/a.sock from /srv/a as app 660'])
  })
  it('is read from YAML and XML', () => {
    expect(processes({ '/w/uwsgi.yml': 'uwsgi:\n  http-socket: 127.0.0.1:9\n  wsgi-file: a/wsgi.py\n' })).toEqual([
      'uwsgi.yml: uwsgi a/wsgi.py at http 127.0.0.1:9',
    ])
    expect(processes({ '/w/uwsgi.xml': '<uwsgi>\n  <socket>127.0.0.1:9</socket>\n  <module>a.wsgi</module>\n</uwsgi>\n' })).toEqual([
      'uwsgi.xml: uwsgi a.wsgi at uwsgi 127.0.0.1:9',
    ])
  })
  it('is one process with the unit that names its file', () => {
    const files = {
      ...service('/usr/bin/uwsgi --ini /srv/a/deploy/uwsgi.ini', 'User=app\n'),
      '/w/deploy/uwsgi.ini': '[uwsgi]\nsocket = :3031\nprotocol = http\n',
    }
    expect(processes(files)).toEqual(['site.service: uwsgi ? at http 0.0.0.0:3031 as app'])
  })
  it('is not certain where something else is included', () => {
    expect(processes({ '/w/uwsgi.ini': '[uwsgi]\nini = :base\nsocket = %n.sock\n[base]\nmodule = a\n' })).toEqual([
      'uwsgi.ini: uwsgi ? at nowhere or elsewhere',
    ])
  })
})

describe('supervisor', () => {
  it('has programs, with commands over several lines', () => {
    const text =
      '[supervisord]\n[program:site]\ncommand=/v/bin/gunicorn a.wsgi\n    --bind 127.0.0.1:9 ; a comment\ndirectory=/srv/a\nuser=app\n[program:worker]\ncommand=celery\n'
    expect(processes({ '/w/supervisor/conf.d/site.conf': text })).toEqual(['[program:site]: gunicorn a.wsgi at http 127.0.0.1:9 in /srv/a as app'])
  })
})

it('says nothing of files that cannot be read, and throws at none', () => {
  for (const text of [
    '',
    '[Service',
    '[Service]\nExecStart=',
    '[Service]\nExecStart="/v/bin/gunicorn',
    '[Service]\nExecStart=gunicorn -b',
    '\u0000\u0001',
    '[Service]\nExecStart=/v/bin/gunicorn \\',
  ]) {
    for (const path of ['/w/a.service', '/w/supervisor/a.conf', '/w/uwsgi.ini', '/w/uwsgi.yml', '/w/uwsgi.xml'])
      expect(() => processes({ [path]: text })).not.toThrow()
  }
})
