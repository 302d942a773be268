import type { LogPattern } from '../pattern.ts'

/** What uWSGI prints, from the words of its source (2.0). */
export const uwsgiPatterns: readonly LogPattern[] = [
  {
    id: 'uwsgi/no-application',
    match: /no python application found, check your startup logs for errors/,
    meaning: 'uWSGI runs without an application: it failed to load when uWSGI started. Each request gets a 500.',
    checks: ['The first traceback after "Operational MODE".', 'module=, chdir= and home= (virtualenv=); need-app makes uWSGI end instead.'],
    causes: (_, look) => look.problems(['process/module-not-found', 'process/virtualenv-missing', 'process/interface-mismatch']),
  },
  {
    id: 'uwsgi/application-failed',
    match: /unable to load app \d+ \(mountpoint='[^']*'\) \((?<why>[^)]*)\)|\*\*\* no app loaded\. going in full dynamic mode \*\*\*/,
    meaning: 'The application was not loaded ({why}): the traceback above says why.',
    checks: ['The traceback above.', 'module= with the right name behind ":", chdir= or pythonpath= with the folder of manage.py.'],
    causes: (_, look) => look.problems(['process/module-not-found', 'process/virtualenv-missing', 'process/interface-mismatch']),
  },
  {
    id: 'uwsgi/protocol',
    match: /invalid request block size: (?<size>\d+) \(max (?<max>\d+)\)/,
    meaning:
      'A request does not fit: its headers are larger than buffer-size ({max}), or plain HTTP came to a socket that speaks uwsgi (then the size is about 21,000: "GET" read as a number).',
    checks: ['proxy_pass needs http-socket=, uwsgi_pass needs socket=.', 'buffer-size=32768, where cookies are large.'],
    causes: (_, look) => look.problems(['process/protocol-mismatch']),
  },
  {
    id: 'uwsgi/address-in-use',
    match: /(?:probably another instance of uWSGI is running on the same address \((?<address>[^)]+)\))|^bind\(\): Address already in use/,
    meaning: 'Another process listens at {address}.',
    checks: ['ss -ltnp; an old uWSGI that was not stopped (pidfile=, die-on-term=).'],
    causes: ({ address }, look) => look.listeningAt(address),
  },
  {
    id: 'uwsgi/bind',
    match: /^bind\(\): (?<why>Permission denied|No such file or directory|Cannot assign requested address)/,
    meaning: 'uWSGI cannot make its socket ({why}): the folder is not there, or closed to its user.',
    checks: ['The folder of socket=: RuntimeDirectory= of the unit makes one below /run.'],
    causes: (_, look) => look.problems(['process/runtime-directory-missing', 'process/socket-not-accessible']),
  },
  {
    id: 'uwsgi/folder',
    match: /^chdir\(\): (?<why>No such file or directory|Permission denied|Not a directory)/,
    meaning: 'uWSGI cannot enter the folder of chdir= ({why}).',
    checks: ['chdir= in its configuration.'],
    causes: (_, look) => look.problems(['process/module-not-found']),
  },
  {
    id: 'uwsgi/python-home',
    match: /!!! Python Home is not a directory: (?<path>\S+) !!!|Python Home is not a valid (?:directory|virtualenv)/,
    meaning: 'home= (virtualenv=) names {path}, which is no virtualenv.',
    checks: ['home= is the folder of the virtualenv, not its bin/python.'],
    causes: (_, look) => look.problems(['process/virtualenv-missing']),
  },
  {
    id: 'uwsgi/plugin-missing',
    match: /open\("(?<path>[^"]*_plugin\.so)"\): No such file or directory|UNABLE to load uWSGI plugin: (?<plugin>\S+):/,
    meaning: 'The plugin {path}{plugin} is not installed: the uWSGI of distributions has Python as a plugin, the one of pip has it inside.',
    checks: ['apt install uwsgi-plugin-python3 and plugins=python3; or no plugins= line with the uWSGI of pip.'],
  },
  {
    id: 'uwsgi/listen-queue',
    match: /\*\*\* uWSGI listen queue of socket "(?<address>[^"]+)" .*full !!! \((?<queue>[^)]*)\)/,
    meaning: 'The queue of {address} is full ({queue}): requests come faster than they are answered.',
    checks: ['processes= and threads=; listen= with net.core.somaxconn.'],
    causes: ({ address }, look) => look.listeningAt(address),
  },
  {
    id: 'uwsgi/harakiri',
    match: /\*\*\* HARAKIRI ON WORKER (?<worker>\d+)|HARAKIRI: -- wchan|F\*CK !!! i must kill myself|HARAKIRI !!! worker/,
    meaning: 'A request took longer than harakiri=, so uWSGI ended its worker. The client gets a 502 of the proxy.',
    checks: ['Which request takes so long; harakiri= below the uwsgi_read_timeout of nginx.'],
    causes: (_, look) => look.problems(['process/timeout-order']),
  },
  {
    id: 'uwsgi/client-gone',
    match:
      /SIGPIPE: writing to a closed pipe\/socket\/fd|uwsgi_response_write(?:v?)_(?:body_do|headers_do)\(\): Broken pipe|OSError: write error|IOError: write error/,
    meaning: 'The answer could not be sent: nginx had closed the connection, as its client left or its *_read_timeout was over.',
    checks: ['Timeouts in the log of nginx at this time; else nothing (ignore-sigpipe, ignore-write-errors, disable-write-exception).'],
    causes: (_, look) => look.problems(['process/timeout-order']),
  },
  {
    id: 'uwsgi/socket-missing',
    match: /The -s\/--socket option is missing and stdin is not a socket/,
    meaning: 'uWSGI was not told where to listen.',
    checks: ['socket= or http-socket= in its configuration; is the configuration read (--ini)?'],
  },
  {
    id: 'uwsgi/option-unknown',
    match: /^uwsgi: unrecognized option '(?<option>[^']+)'|^\[strict-mode\] unknown config directive: (?<name>\S+)/,
    meaning: 'uWSGI does not know the option {option}{name}: it is misspelt, or of a plugin that is not loaded before it.',
    checks: ['The spelling; plugins= above it.'],
  },
]
