import { programName } from '../../deployment/processes/command-line.ts'
import type { ApplicationProcess, TextAt } from '../../deployment/processes/process.ts'
import { defineRule, type FindingFix } from '../rule.ts'
import { project, site, unit } from './lib/example-site.ts'

const pass = site('proxy_pass http://127.0.0.1:8000;')
const asgi = `#- shop/asgi.py
import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_asgi_application()
`

export const rule = defineRule({
  id: 'process/interface-mismatch',
  looksAt: 'deployment',
  severity: 'error',
  summary: 'An ASGI application under a server for WSGI, or the other way round.',
  explanation: `
gunicorn's own workers and uWSGI call an application as WSGI has it, with the environment of a request and a function; an ASGI application
(\`asgi.py\`) wants three other things, so that each request ends in a TypeError and a 500. uvicorn and daphne in turn call the application as ASGI has it.
gunicorn runs an ASGI application with the worker of uvicorn: \`-k uvicorn.workers.UvicornWorker\`.
`,
  source: 'Tried with gunicorn 20.1 and Django 3.2: "TypeError: __call__() missing 1 required positional argument", 500. PEP 3333 and the ASGI specification.',
  examples: {
    failing: [
      {
        title: 'gunicorn with asgi.py',
        files: `
${pass}${unit('gunicorn --bind 127.0.0.1:8000 shop.asgi:application')}#                                                           ^^^^^^^^^^^^^^^^^^^^^ error[process/interface-mismatch]: shop.asgi is an ASGI application, and gunicorn's sync workers speak WSGI
${project}${asgi}`,
        proof: {
          config: 'deploy/nginx/shop.conf',
          deployedAt: '/srv/shop',
          processes: ['deploy/shop.service'],
          get: '/',
          before: { status: 500, log: /TypeError/ },
          after: { status: 200, body: /hello/ },
          fix: 1,
        },
      },
      {
        title: 'uvicorn with wsgi.py',
        files: `
${pass}${unit('uvicorn --port 8000 shop.wsgi:application')}#                                                ^^^^^^^^^^^^^^^^^^^^^ error[process/interface-mismatch]: shop.wsgi is a WSGI application, and uvicorn speaks ASGI
${project}${asgi}`,
      },
    ],
    passing: [
      {
        title: "gunicorn with uvicorn's worker, uvicorn told that it is WSGI, workers of the environment",
        files: `
${pass}#- deploy/a.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -k uvicorn.workers.UvicornWorker -b 127.0.0.1:8000 shop.asgi:application
#- deploy/b.service
[Service]
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/uvicorn --interface wsgi --port 8001 shop.wsgi:application
#- deploy/c.service
[Service]
Environment=GUNICORN_CMD_ARGS="-k uvicorn.workers.UvicornWorker"
WorkingDirectory=/srv/shop
ExecStart=/srv/shop/venv/bin/gunicorn -b 127.0.0.1:8002 shop.asgi:application
${project}${asgi}`,
      },
    ],
  },
  check({ deployment, files, report }) {
    for (const process of deployment.processes) {
      const { application, server } = process
      const [, module = '', kind] = /^([\w.]+\.([aw]sgi))(?::|$)/.exec(application?.value ?? '') ?? []
      if (!application || kind === undefined) continue
      const speaks = interfaceOf(process)
      if (!speaks || speaks === kind) continue
      const program = programName(server)
      const who = server === 'gunicorn' ? `gunicorn's ${process.workerClass?.value ?? ''} workers speak` : `${program} speaks`
      report({
        at: application.at,
        message: `${module} is ${kind === 'asgi' ? 'an ASGI' : 'a WSGI'} application, and ${who} ${speaks.toUpperCase()}: every request ends in a TypeError and a 500.`,
        fixes: fixesFor(process, application, module, speaks, files),
      })
    }
  },
})

/** How a process calls an application; undefined where that is not certain. */
function interfaceOf({ server, workerClass, options }: ApplicationProcess): 'wsgi' | 'asgi' | undefined {
  if (server === 'uwsgi') return 'wsgi'
  if (server === 'gunicorn') return workerClass && /^(?:sync|gthread|gevent|eventlet|tornado)$/.test(workerClass.value) ? 'wsgi' : undefined
  if (server === 'daphne') return 'asgi'
  return server === 'uvicorn' && options && !options.has('interface') && !options.has('factory') ? 'asgi' : undefined
}

function fixesFor(process: ApplicationProcess, { value, at }: TextAt, module: string, speaks: 'wsgi' | 'asgi', files: readonly string[]): FindingFix[] {
  if (at.end - at.start !== value.length) return []
  const other = module.replace(/[aw]sgi$/, speaks)
  const written = { ...at, end: at.start + module.length }
  const load: FindingFix[] = files.some((path) => path.endsWith(`/${other.replaceAll('.', '/')}.py`))
    ? [{ title: `Load ${other}`, safe: false, edits: [{ ...written, newText: other }] }]
    : []
  if (process.server !== 'gunicorn') return load
  const worker = 'uvicorn.workers.UvicornWorker'
  const said = process.workerClass && process.workerClass.value === 'sync' && !process.options?.has('worker-class')
  if (!said || process.configFiles.length > 0) return load
  return [{ title: `Run it with -k ${worker}`, safe: false, edits: [{ ...at, end: at.start, newText: `-k ${worker} ` }] }, ...load]
}
