import type { LogPattern } from '../pattern.ts'

/** Messages of gunicorn's arbiter and workers, from the words of its source (19 to 23). */
export const gunicornPatterns: readonly LogPattern[] = [
  {
    id: 'gunicorn/worker-failed',
    match: /Worker failed to boot|^Exception in worker process|^Reason: (?:Worker failed to boot|App failed to load)|^App failed to load/,
    meaning: 'A worker could not load the application: the traceback beside it says why. gunicorn ends when its first workers fail.',
    checks: ['The traceback.', 'Does MODULE:NAME on the command line fit, from the folder in which it is started?'],
    causes: (_, look) =>
      look.problems([
        'process/module-not-found',
        'process/virtualenv-missing',
        'platform/settings-module-not-found',
        'platform/virtualenv-not-activated',
        'django/module-not-found',
      ]),
  },
  {
    id: 'gunicorn/worker-timeout',
    match: /WORKER TIMEOUT \(pid: ?(?<pid>\d+)\)/,
    meaning: 'A worker was busy longer than --timeout (30 s where none is given), so gunicorn ended it. The client gets a 502 of the proxy.',
    checks: [
      'Which request takes so long; long work belongs in a queue.',
      '--timeout, below the *_read_timeout of the proxy; sync workers are also ended for one slow client without a buffering proxy.',
    ],
    causes: (_, look) => look.problems(['process/timeout-order']),
  },
  {
    id: 'gunicorn/worker-killed',
    match: /Worker \(pid: ?(?<pid>\d+)\) (?:was sent (?<signal>SIG\w+)!|was terminated due to signal (?<number>\d+)|exited with code (?<status>\d+))/,
    meaning:
      'A worker was ended from outside or failed ({signal}{number}{status}): SIGKILL is mostly the system, out of memory; 11 is a crash in a compiled package.',
    checks: ['dmesg | grep -i oom; MemoryMax= of the unit, the limit of the container.', 'A lower number of workers.'],
  },
  {
    id: 'gunicorn/address-in-use',
    match: /Connection in use: (?<address>.+)|^(?:\[Errno 98\] )?Address already in use/,
    meaning: 'Another process listens at {address}: gunicorn tries again five times, then ends.',
    checks: ['ss -ltnp; an old gunicorn that was not stopped, or two units with one address.'],
    causes: ({ address = '' }, look) => {
      const tcp = /\('([^']*)', (\d+)/.exec(address)
      return look.listeningAt(tcp ? `${tcp[1]}:${tcp[2]}` : address)
    },
  },
  {
    id: 'gunicorn/cannot-bind',
    match: /Invalid address: (?<address>.+)|Can't connect to (?<other>.+)/,
    meaning: 'gunicorn cannot listen at {address}{other}: the address is not of this machine, or the folder of the socket is not there or closed.',
    checks: ['--bind; for a socket: RuntimeDirectory= and the owner of the folder.'],
    causes: ({ address, other = '' }, look) => {
      const tcp = /\('([^']*)', (\d+)/.exec(address ?? other)
      return [...look.problems(['process/runtime-directory-missing']), ...look.listeningAt(tcp ? `${tcp[1]}:${tcp[2]}` : (address ?? other))]
    },
  },
  {
    id: 'gunicorn/application-missing',
    match: /Failed to find (?:attribute|application(?: object)?):? ?'?(?<name>[\w.()]+)'?(?: in '(?<module>[^']+)')?/,
    meaning: 'The module {module} was imported, and has no {name}: the name behind ":" on the command line is another.',
    checks: ['config.wsgi:application for Django.'],
    causes: ({ module }, look) => look.problems(['process/module-not-found', 'process/interface-mismatch'], module),
  },
  {
    id: 'gunicorn/not-callable',
    match: /Application object must be callable/,
    meaning: 'What MODULE:NAME names is no application.',
    checks: ['The name behind ":" on the command line.'],
    causes: (_, look) => look.problems(['process/interface-mismatch', 'process/module-not-found']),
  },
  {
    id: 'gunicorn/invalid-request',
    match: /Invalid request from ip=(?<client>[^:]*): (?<why>.*)|^Invalid (?:HTTP (?:request line|Version|method)|request line).*/,
    meaning: 'What came is no HTTP that gunicorn takes ({why}): TLS sent to a port without TLS, another protocol (uwsgi_pass), or a scanner.',
    checks: ['proxy_pass http:// to gunicorn, not https:// and not uwsgi_pass.'],
    causes: (_, look) => look.problems(['process/protocol-mismatch', 'process/tls-to-plain-http']),
  },
  {
    id: 'gunicorn/folder',
    match: /can't chdir to '?(?<path>[^'\s]+)'?/,
    meaning: 'gunicorn cannot enter {path}, the folder of --chdir.',
    checks: ['Is it there, and may its user enter it?'],
    causes: ({ path }, look) => look.problems(['process/module-not-found'], path),
  },
  {
    id: 'gunicorn/config-missing',
    match: /^Error: '?(?<path>[^']+?)'? doesn't exist/,
    meaning: 'The configuration file {path} of gunicorn is not there: a relative path begins in the folder in which it is started.',
    checks: ['-c on the command line; WorkingDirectory=.'],
  },
  {
    id: 'gunicorn/log-not-writable',
    match: /Error: '?(?<path>[^']+)'? isn't writable/,
    meaning: 'gunicorn may not write its log {path}.',
    checks: ['The owner of the file and of its folder; "-" logs to the journal.'],
  },
  {
    id: 'gunicorn/retrying',
    match: /^Retrying in 1 second/,
    meaning: 'gunicorn cannot listen yet and tries again: the line above says where.',
    checks: ['The line above.'],
  },
]
