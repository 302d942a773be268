import type { Cause, Look } from '../look.ts'
import type { LogPattern } from '../pattern.ts'

/** Messages of mod_wsgi: the words of 4.x and, where they differ, of 6.x, which puts its `WSGI…` codes before them. */
export const wsgiPatterns: readonly LogPattern[] = [
  {
    id: 'wsgi/script-not-found',
    match: /^Target WSGI script not found or unable to stat(?:: (?<script>\S+))?|^Unable to stat target (?:WSGI|handler) script '?(?<other>[^'\s]+)/,
    meaning: "There is no WSGI script {script}{other}, or Apache's user cannot reach it. The client gets a 404.",
    checks: [
      'The path in WSGIScriptAlias; with a "/" at the end of its URL, the rest of the URL is glued to the file.',
      'namei -l of the script: each folder above it needs x.',
    ],
    causes: (found, look) => {
      const script = found.script ?? found.other
      const named = scriptCauses(script, look, true)
      return [...look.problemsNear(named, ['wsgi/script-not-found', 'wsgi/script-alias-slash', 'platform/wsgi-path-invalid']), ...named]
    },
  },
  {
    id: 'wsgi/callable-missing',
    match: /^Target WSGI script '(?<script>[^']+)' does not contain WSGI application '(?<name>[^']+)'/,
    meaning: '{script} was run and defines no {name}. The client gets a 404.',
    checks: ['The last lines of the script; WSGICallableObject or callable-object= where the name is another.'],
    causes: (found, look) => {
      const named = scriptCauses(found.script, look)
      return [...look.problems(['wsgi/callable-missing', 'wsgi/asgi-script']), ...named]
    },
  },
  {
    id: 'wsgi/script-failed',
    match:
      /^(?:Target WSGI script '(?<script>[^']+)' cannot be loaded as Python module|Failed to exec Python script file '(?<failed>[^']+)'|Unable to execute Python script file '(?<unable>[^']+)')/,
    meaning: '{script}{failed}{unable} failed while it was loaded: the traceback that follows says why. The client gets a 500.',
    checks: ['The last line of the traceback that follows.'],
    causes: (found, look) => scriptCauses(found.script ?? found.failed ?? found.unable, look),
  },
  {
    id: 'wsgi/exception',
    match: /^Exception occurred processing WSGI script '(?<script>[^']+)'/,
    meaning: 'The application behind {script} raised an exception: the traceback that follows says which. The client gets a 500.',
    checks: ['The last line of the traceback that follows.'],
    causes: (found, look) => scriptCauses(found.script, look),
  },
  {
    id: 'wsgi/group-undefined',
    match: /^No WSGI daemon process called '(?<group>[^']+)' has been configured/,
    meaning: 'A process group {group} is named, and no WSGIDaemonProcess of this name is read. Apache’s own test does not see it; each request gets a 500.',
    checks: ['The spelling in WSGIDaemonProcess and in process-group= or WSGIProcessGroup.'],
    causes: ({ group }, look) => [...look.problems(['wsgi/process-group-undefined'], group), ...groupCauses(group, look)],
  },
  {
    id: 'wsgi/group-inaccessible',
    match: /^Daemon process called '(?<group>[^']+)' cannot be accessed by this WSGI application/,
    meaning: 'The process group {group} is defined in a virtual host of another name: only that host may use it. The client gets a 500.',
    checks: ['WSGIDaemonProcess outside of the virtual hosts serves them all.', 'WSGIRestrictProcess, where one is set.'],
    causes: ({ group }, look) => [...look.problems(['wsgi/process-group-inaccessible'], group), ...groupCauses(group, look)],
  },
  {
    id: 'wsgi/embedded-restricted',
    match: /^Embedded mode of mod_wsgi disabled by runtime configuration(?:: (?<script>\S+))?/,
    meaning: 'WSGIRestrictEmbedded is on and this application has no process group. The client gets a 500.',
    checks: ['process-group= of the WSGIScriptAlias, or WSGIProcessGroup.'],
    causes: (found, look) => [...look.problems(['wsgi/embedded-mode-restricted']), ...scriptCauses(found.script, look)],
  },
  {
    id: 'wsgi/script-is-folder',
    match: /^Attempt to invoke directory as WSGI application(?:: (?<script>\S+))?/,
    meaning: 'WSGIScriptAlias leads to a folder, {script}, and not to the file of the application. The client gets a 403.',
    checks: ['The path to wsgi.py in WSGIScriptAlias.'],
    causes: (found, look) => {
      const named = scriptCauses(found.script, look, true)
      return [...look.problemsNear(named, ['wsgi/script-is-folder']), ...named]
    },
  },
  {
    id: 'wsgi/python-home',
    match: /^(?:Unable to stat Python home|Python home) '?(?<path>\/?[^'\s]+?)'?(?: for [^;]*?)?(?:[;.]| is not (?<why>a directory|accessible)[;.])/,
    meaning: 'mod_wsgi is told of a Python at {path}, and there is none that it can use. Its processes then end again and again, and requests hang.',
    checks: [
      'python-home= and WSGIPythonHome take the folder of the virtualenv, not its bin/python.',
      "May Apache's user enter each folder above it (/root and /home are often closed)?",
    ],
    causes: (found, look) => [
      ...look.problems(['wsgi/python-home-missing', 'wsgi/python-home-not-a-prefix'], found.path),
      ...namingPath(found.path, look, 'The Python home is named here.'),
    ],
  },
  {
    id: 'wsgi/daemon-connect',
    match: /^Unable to connect to WSGI daemon process '(?<group>[^']+)' on '(?<socket>[^']+)'/,
    meaning:
      'Apache cannot reach its daemon process {group} by {socket} ({errno}): the process ended, the queue is full, or the folder of the socket is closed to Apache’s user. The client gets a 503.',
    checks: [
      'Does the daemon process crash at its start (lines above)?',
      'Permission denied: WSGISocketPrefix /var/run/wsgi (Red Hat’s default folder is closed).',
    ],
    causes: ({ group }, look) => [
      ...look.problems(['wsgi/python-home-missing', 'wsgi/python-home-not-a-prefix']),
      ...look.directives({ dialect: 'apache', names: ['wsgisocketprefix'], message: 'The sockets are made here.' }),
      ...groupCauses(group, look),
    ],
  },
  {
    id: 'wsgi/daemon-timeout',
    match: /^Timeout when reading response headers from daemon process '(?<group>[^']+)'/,
    meaning: 'The daemon process {group} gave no answer in time (socket-timeout, or Timeout): it hangs, or all its threads are busy. The client gets a 504.',
    checks: [
      'Is a package in use that cannot run in a sub-interpreter (numpy, cryptography)? WSGIApplicationGroup %{GLOBAL}.',
      'A database or another service that does not answer.',
    ],
    causes: ({ group }, look) => [...look.problems(['wsgi/needs-main-interpreter']), ...groupCauses(group, look)],
  },
  {
    id: 'wsgi/daemon-closed',
    match:
      /^(?:Truncated or oversized response headers received from daemon process '(?<group>[^']+)'|Daemon process '(?<closed>[^']+)' closed connection before sending)/,
    meaning:
      'The daemon process {group}{closed} ended in the middle of a request: a crash (often a compiled package of another Python), or the end of its time.',
    checks: ['"exit signal" lines beside it: a crash.', 'Packages that need WSGIApplicationGroup %{GLOBAL}.'],
    causes: ({ group, closed }, look) => [
      ...look.problems(['wsgi/needs-main-interpreter', 'python/extension-for-other-python', 'python/virtualenv-conflict']),
      ...groupCauses(group ?? closed, look),
    ],
  },
  {
    id: 'wsgi/python-mismatch',
    match:
      /^Compiled for Python\/(?<built>\S+) but runtime using Python\/(?<running>\d[\d.]*\d)|^Python version mismatch, expected '(?<expected>[^']+)', found '(?<actual>[^']+)'/,
    meaning:
      'mod_wsgi was compiled for another Python than the one that runs ({built}{expected} and {running}{actual}). Another last number does no harm; another second one breaks compiled packages.',
    checks: ['Which libpython does mod_wsgi load (ldd mod_wsgi.so)?', 'Is the virtualenv of the same Python?'],
    causes: (_, look) => [
      ...look.problems(['python/virtualenv-conflict']),
      ...look.directives({ dialect: 'apache', names: ['loadmodule'], value: 'wsgi_module', message: 'mod_wsgi is loaded here.' }),
    ],
  },
  {
    id: 'wsgi/time-limit',
    match:
      /^Daemon process (?<what>deadlock timer expired|request time limit exceeded|idle inactivity timer expired|graceful timer expired)[^']*'(?<group>[^']+)'/,
    meaning: 'mod_wsgi ends the daemon process {group}: {what}. Requests that still run there are lost.',
    checks: ['deadlock: a package that holds the interpreter (WSGIApplicationGroup %{GLOBAL}); request time: what takes so long.'],
    causes: ({ group, what }, look) => [
      ...(what?.startsWith('deadlock') ? look.problems(['wsgi/needs-main-interpreter']) : []),
      ...groupCauses(group, look, 'wsgidaemonprocess'),
    ],
  },
  {
    id: 'wsgi/startup-timeout',
    match: /^Application startup timer expired, stopping process '(?<group>[^']+)'/,
    meaning: 'The application was not loaded within startup-timeout: the process {group} is ended and started again.',
    checks: ['The tracebacks above: it may fail at each attempt.'],
    causes: ({ group }, look) => groupCauses(group, look, 'wsgidaemonprocess'),
  },
  {
    id: 'wsgi/queue-timeout',
    match: /^Queue timeout expired for WSGI daemon process '(?<group>[^']+)'/,
    meaning: 'A request waited longer than queue-timeout for a free thread of {group}. The client gets a 504.',
    checks: ['processes= and threads=, and what takes so long.'],
    causes: ({ group }, look) => groupCauses(group, look, 'wsgidaemonprocess'),
  },
  {
    id: 'wsgi/locale',
    match: /^Unsupported locale setting '?(?<locale>[^'\s]+)'? specified for daemon process group '?(?<group>[^'\s;.]+)/,
    meaning: 'The locale {locale} is not installed: the process runs with what Apache has (often C, in which file names are ASCII).',
    checks: ['locale -a; C.UTF-8 is nearly always there.'],
    causes: (found, look) =>
      look.directives({
        dialect: 'apache',
        names: ['wsgidaemonprocess'],
        test: ({ args }) => args.some(({ value }) => value === `locale=${found.locale}`),
        message: 'The locale is named here.',
      }),
  },
  {
    id: 'wsgi/working-directory',
    match: /^Unable to change (?:working|root) directory to (?:home directory )?'(?<path>[^']+)'/,
    meaning: 'The daemon process cannot enter {path}, so it ends.',
    checks: ['home= (chroot=) of WSGIDaemonProcess: is the folder there, and may its user enter it?'],
    causes: (found, look) => namingPath(found.path, look, 'The folder is named here.'),
  },
  {
    id: 'wsgi/user',
    match: /^Unable to (?:set group id to gid=|set supplementary groups|set groups|initialise groups|change to uid=|determine home directory)/,
    meaning: 'The daemon process cannot become the user or group that it is to run as, so it ends.',
    checks: ['user= and group= of WSGIDaemonProcess; is Apache started as root?'],
    causes: (_, look) =>
      look.directives({
        dialect: 'apache',
        names: ['wsgidaemonprocess'],
        test: ({ args }) => args.some(({ value }) => /^(?:user|group|supplementary-groups)=/.test(value)),
        message: 'The user is set here.',
      }),
  },
  {
    id: 'wsgi/socket-bind',
    match: /^(?:Couldn't|Unable to) (?:bind|listen on|create|change owner of) unix domain socket(?: '(?<socket>[^']+)')?/,
    meaning: 'The socket of a daemon process cannot be made ({socket}: {errno}): its requests get a 503.',
    checks: ['WSGISocketPrefix: a folder that is there, on a disk for sockets, with a path below 100 characters.'],
    causes: (_, look) => look.directives({ dialect: 'apache', names: ['wsgisocketprefix'], message: 'The sockets are made here.' }),
  },
  {
    id: 'wsgi/chunked',
    match: /^Request requires chunked transfer encoding, but support/,
    meaning: 'A client sent a body without its length, which mod_wsgi takes only with WSGIChunkedRequest On. The client gets a 411.',
    checks: ['WSGIChunkedRequest On, if such clients are meant to be served.'],
    causes: (_, look) => look.directives({ dialect: 'apache', names: ['wsgichunkedrequest'], message: 'It is set here.' }),
  },
  {
    id: 'wsgi/exec-cgi',
    match: /^Options ExecCGI is off in this directory(?:: (?<script>\S+))?/,
    meaning: 'The script is reached by SetHandler or AddHandler wsgi-script, which needs Options ExecCGI there. The client gets a 403.',
    checks: ['Options +ExecCGI for the folder, or WSGIScriptAlias in place of the handler.'],
    causes: (_, look) =>
      look.directives({
        dialect: 'apache',
        names: ['sethandler', 'addhandler'],
        test: ({ args }) => args[0]?.value === 'wsgi-script',
        message: 'The handler is set here.',
      }),
  },
  {
    id: 'wsgi/system-exit',
    match: /^SystemExit exception raised (?:by WSGI script|when doing exec of Python script file) '(?<script>[^']+)'/,
    meaning: '{script} called sys.exit() (often by way of a command of manage.py): mod_wsgi ignores it and has no application.',
    checks: ['Which import of the script ends the program?'],
    causes: (found, look) => scriptCauses(found.script, look),
  },
  {
    id: 'wsgi/not-compiled',
    match: /^Could not read(?:\/| or )compile (?:source file|WSGI script) '(?<script>[^']+)'/,
    meaning: '{script} cannot be read, or is no Python that this version understands.',
    checks: ['The SyntaxError that follows; may Apache’s user read the file?'],
    causes: (found, look) => scriptCauses(found.script, look),
  },
  {
    id: 'wsgi/interpreter',
    match:
      /^(?:Cannot (?:create|acquire) interpreter|Unable to setup (?:main|sub-)|Python (?:child )?initialisation failed|Python based handlers will not be available)/,
    meaning: 'Python could not be started in this process: no application runs there.',
    checks: ['python-home and WSGIPythonHome: a virtualenv of mod_wsgi’s own Python?', 'The lines above.'],
    causes: (_, look) => look.problems(homeRules),
  },
  {
    id: 'wsgi/site-directory',
    match: /^Call to 'site\.addsitedir\(\)' failed for '(?<path>[^']+)'/,
    meaning: 'The folder {path} of python-path cannot be used; the folders after it are not looked at.',
    checks: ['Is it there? A .pth file in it may fail.'],
    causes: (found, look) => namingPath(found.path, look, 'The folder is named here.'),
  },
  {
    id: 'wsgi/proxy-response',
    match: /^(?:Failed|Unable) to proxy response (?:from daemon|to client)/,
    meaning: 'The answer of the application could not be handed to the client: it closed the connection, or the daemon process ended.',
    checks: ['Nothing, where a client went away (a page left early); else the lines of the daemon process.'],
  },
  {
    id: 'wsgi/signal-ignored',
    match: /^Callback registration for signal (?<signal>\d+) ignored/,
    meaning: 'The application registered a handler for signal {signal}, which mod_wsgi does not allow.',
    checks: ['Nothing, as a rule; WSGIRestrictSignal Off, if the handler is needed.'],
    causes: (_, look) => look.directives({ dialect: 'apache', names: ['wsgirestrictsignal'], message: 'It is set here.' }),
  },
]

const homeRules = [
  'python/virtualenv-conflict',
  'wsgi/python-home-missing',
  'wsgi/python-home-not-a-prefix',
  'python/virtualenv-stale',
  'python/virtualenv-moved',
]

/** The `WSGIScriptAlias` of a script; `glued`: what stands behind its path may be of the URL. */
function scriptCauses(script: string | undefined, look: Look, glued = false): Cause[] {
  if (script === undefined) return []
  return look.directives({
    dialect: 'apache',
    names: ['wsgiscriptalias', 'wsgiscriptaliasmatch', 'wsgiimportscript'],
    test: ({ name, args }) => {
      const target = args[name === 'wsgiimportscript' ? 0 : 1]
      return target?.known === true && (target.value === script || (glued && script.startsWith(target.value)))
    },
    message: 'This script is named here.',
  })
}

/** What defines a process group, and what names it. */
const groupCauses = (group: string | undefined, look: Look, ...names: readonly string[]): Cause[] =>
  look.directives({
    dialect: 'apache',
    names: names.length > 0 ? names : ['wsgidaemonprocess', 'wsgiprocessgroup', 'wsgiscriptalias'],
    test: ({ name, args }) => args.some(({ value }, i) => value === `process-group=${group}` || (value === group && i === 0 && name !== 'wsgiscriptalias')),
    message: `The process group ${group ?? ''} is named here.`,
  })

/** What tells mod_wsgi of a folder. */
const namingPath = (path: string | undefined, look: Look, message: string): Cause[] =>
  look.directives({
    dialect: 'apache',
    names: ['wsgipythonhome', 'wsgipythonpath', 'wsgidaemonprocess'],
    test: ({ args }) =>
      path !== undefined &&
      args.some(({ value }) =>
        value
          .replace(/^[\w-]+=/, '')
          .split(':')
          .includes(path),
      ),
    message,
  })
