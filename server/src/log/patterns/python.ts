import type { Cause, Look } from '../look.ts'
import type { Found, LogPattern } from '../pattern.ts'

/** What Python itself says when an application cannot start or fails. The more special words come first. */
export const pythonPatterns: readonly LogPattern[] = [
  {
    id: 'python/unicode-width',
    match: /(?<path>\/[^\s:]+)?:? ?undefined symbol: (?<symbol>_?PyUnicodeUCS(?<width>[24])_\w+)/,
    meaning: 'Two Pythons are mixed: {path} was compiled for a Python 2 with UCS{width} characters, and the Python that loads it has the other kind.',
    checks: [
      'python -c "import sys; print(hex(sys.maxunicode))" of both: 0xffff is UCS2, 0x10ffff is UCS4.',
      'mod_wsgi uses the Python it was compiled for (the banner in the log names it), whatever the virtualenv has.',
    ],
    causes: mixedPythons,
  },
  {
    id: 'python/compare-digest',
    match: /cannot import name '?_compare_digest/,
    meaning:
      'Two Pythons are mixed: the standard library is of Python 2.7.7 or later (its hmac.py imports _compare_digest), and the Python that runs is an older 2.7.',
    checks: [
      'The Python in the banner of Apache’s log, against the one that made the virtualenv.',
      'A new virtualenv helps only if it is made with mod_wsgi’s own Python.',
    ],
    causes: mixedPythons,
  },
  {
    id: 'python/no-encodings',
    match: /No module named '?encodings'?|Fatal Python error: (?:init_fs_encoding|initfsencoding|Py_Initialize)|Unable to get the locale encoding/,
    meaning:
      'Python cannot find its own standard library: the Python home is no Python or no virtualenv, cannot be read, or belongs to another version. The process ends and is started again, and requests hang.',
    checks: [
      'python-home= and WSGIPythonHome: the folder of a virtualenv (sys.prefix), made with the Python of mod_wsgi.',
      'May the user of the process enter all folders above it?',
      'PYTHONHOME in the environment.',
    ],
    causes: (_, look) => {
      const problems = look.problems([...mixedRules, ...homeRules])
      return problems.length > 0
        ? problems
        : look.directives({ dialect: 'apache', names: ['wsgipythonhome'], message: 'The Python home is named here.' }).concat(
            look.directives({
              dialect: 'apache',
              names: ['wsgidaemonprocess'],
              test: ({ args }) => args.some(({ value }) => value.startsWith('python-home=')),
              message: 'The Python home is named here.',
            }),
          )
    },
  },
  {
    id: 'python/sub-interpreter',
    match:
      /PyO3 modules (?:may only be initialized once|do not yet support subinterpreters)|Interpreter change detected|module \S+ does not support loading in subinterpreters|PyO3 modules compiled for CPython/,
    meaning: 'A compiled package can be loaded only once in a process, in its main interpreter; mod_wsgi runs each application in an interpreter of its own.',
    checks: ['application-group=%{GLOBAL} (WSGIApplicationGroup %{GLOBAL}).'],
    causes: (_, look) => {
      const problems = look.problems(['wsgi/needs-main-interpreter', 'wsgi/application-group-misspelt'])
      return problems.length > 0
        ? problems
        : look.directives({ dialect: 'apache', names: ['wsgiscriptalias'], message: 'The application is run by this line.' })
    },
  },
  {
    id: 'python/shared-library-missing',
    match: /ImportError: (?<library>lib[\w.+-]+\.so[\w.]*): cannot open shared object file/,
    meaning: 'A compiled package needs the system library {library}, which is not installed here.',
    checks: ['Which package of the system has it (apt-file search, dnf provides)?', 'In containers: the last stage of the image needs it too.'],
    causes: (_, look) => look.problems(['platform/image-lacks-system-package', 'platform/system-package-missing']),
  },
  {
    id: 'python/library-version',
    match: /version `(?<version>(?:GLIBC|GLIBCXX|CXXABI|OPENSSL)_[\w.]+)' not found \(required by (?<path>[^)]+)\)/,
    meaning: '{path} was built on a newer system: {version} is not here.',
    checks: ['Install the packages on this machine, or in an image of the same system.'],
    causes: (_, look) => look.problems(['python/virtualenv-moved', 'python/extension-for-other-python']),
  },
  {
    id: 'python/segment',
    match: /(?<path>\/\S+): failed to map segment from shared object/,
    meaning: 'The system does not allow code of {path} to be run: a disk that is mounted noexec, or SELinux.',
    checks: ['mount | grep noexec; on SELinux the folder needs the type httpd_sys_script_exec_t or lib_t.'],
    causes: (_, look) => look.problems(['wsgi/site-packages-on-python-path']).concat(namesPackages(look)),
  },
  {
    id: 'python/undefined-symbol',
    match: /ImportError: (?<path>\/\S+): undefined symbol: (?<symbol>\S+)/,
    meaning: '{path} was compiled for another Python, or for another version of a library, than the ones that load it.',
    checks: ['Was the virtualenv made with this Python? pip install --force-reinstall --no-cache-dir builds the package anew.'],
    causes: mixedPythons,
  },
  {
    id: 'python/wrong-architecture',
    match: /(?<path>\/\S+): (?:wrong ELF class|invalid ELF header|cannot open shared object file: Exec format error)|mach-o, but wrong architecture/,
    meaning: 'A compiled package is for another kind of machine.',
    checks: ['Was the virtualenv copied from another machine? Make it anew here.'],
    causes: mixedPythons,
  },
  {
    id: 'python/bad-magic',
    match: /[Bb]ad magic number in /,
    meaning: 'A compiled .pyc file is of another Python than the one that runs.',
    checks: ['Which Python runs, and for which was the code deployed? Remove __pycache__ and stray .pyc files.'],
    causes: mixedPythons,
  },
  {
    id: 'python/module-missing',
    match: /(?:ModuleNotFoundError|ImportError): No module named '?(?<module>[\w.]+)'?/,
    meaning: 'Python does not find the module {module}: its folder is not on sys.path, or its package is not installed in the Python that runs.',
    checks: [
      'A module of the project: the folder of manage.py must be on the path (python-path=, WorkingDirectory, --chdir).',
      'A package: is it installed in the virtualenv, is that virtualenv in use, and is it of the Python that runs?',
    ],
    causes: (found, look) => {
      const module = found.module ?? ''
      const top = module.split('.')[0] ?? ''
      const named = look.problems(
        [
          'process/module-not-found',
          'django/module-not-found',
          'wsgi/project-not-on-python-path',
          'platform/settings-module-not-found',
          'wsgi/python-path-ignored',
        ],
        top,
      )
      const environment = look.problems([
        ...mixedRules,
        ...homeRules,
        'process/virtualenv-missing',
        'platform/virtualenv-not-activated',
        'python/virtualenv-stale',
        'python/virtualenv-moved',
      ])
      return [...named, ...environment, ...look.frame(found.message ?? '')]
    },
  },
  {
    id: 'python/name-not-imported',
    match: /ImportError: cannot import name '?(?<name>\w+)'?(?: from (?<part>partially initialized module )?'(?<module>[^']+)')?/,
    meaning:
      'The module {module} has no {name}: another version of a package than the code expects, or (partially initialized) two modules that import each other.',
    checks: ['The version of the package against requirements; a file of the project with the name of a package.'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
  {
    id: 'python/ascii',
    match: /UnicodeEncodeError: 'ascii' codec can't encode/,
    meaning: 'The process runs in a locale (C, POSIX) in which names of files and what is printed must be ASCII.',
    checks: ['lang= and locale= of WSGIDaemonProcess; LANG in envvars, in the unit or the image: C.UTF-8.'],
    causes: (found, look) => [
      ...look.directives({ dialect: 'apache', names: ['wsgidaemonprocess'], message: 'lang= and locale= would stand here.' }),
      ...look.frame(found.message ?? ''),
    ],
  },
  {
    id: 'python/asgi-as-wsgi',
    match: /TypeError: .*missing 1 required positional argument: 'send'|TypeError: .*__call__\(\) takes (?:3|2) positional arguments? but (?:3|4) were given/,
    meaning: 'An ASGI application is run by a WSGI server, or the other way round.',
    checks: ['wsgi.py for mod_wsgi, gunicorn and uWSGI; asgi.py for uvicorn, daphne and hypercorn (gunicorn -k uvicorn.workers.UvicornWorker).'],
    causes: (found, look) => [...look.problems(['process/interface-mismatch', 'wsgi/asgi-script']), ...look.frame(found.message ?? '')],
  },
  {
    id: 'python/populate',
    match: /RuntimeError: populate\(\) isn't reentrant/,
    meaning: 'Django failed while it was loaded, and this process tried again: the first traceback, further above, has the cause.',
    checks: ['The first traceback after the start of this process.'],
  },
  {
    id: 'python/environment-variable',
    match: /KeyError: '(?<variable>[A-Z][A-Z0-9_]{2,})'/,
    meaning: 'The environment variable {variable} (or a key of that name) is not set for this process.',
    checks: ['Environment= or EnvironmentFile= of the unit; for mod_wsgi, SetEnv does not reach os.environ.'],
    causes: (found, look) => [...look.problems(['wsgi/setenv-not-in-environ'], found.variable), ...look.frame(found.message ?? '')],
  },
  {
    id: 'python/permission',
    match: /PermissionError: \[Errno 13\] Permission denied: '(?<path>[^']+)'/,
    meaning: 'The user of the process may not read or write {path}.',
    checks: ['The owner of the file and of its folder; the user of the process (user=, User=).', 'Log files that a command of root has made.'],
    causes: (found, look) => [...look.frame(found.message ?? ''), ...namingUser(look)],
  },
  {
    id: 'python/file-missing',
    match: /FileNotFoundError: \[Errno 2\] No such file or directory: '(?<path>[^']+)'/,
    meaning: 'There is no {path}; a relative path begins in the folder in which the process was started.',
    checks: ['WorkingDirectory= of the unit, home= of WSGIDaemonProcess; paths from BASE_DIR do not depend on it.'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
  {
    id: 'python/address-in-use',
    match: /OSError: \[Errno (?:98|48)\] (?:Address already in use|error while attempting to bind on address \((?<address>[^)]*)\))/,
    meaning: 'Another process listens at this address: often an old one of the same application.',
    checks: ['ss -ltnp'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
  {
    id: 'python/syntax-error',
    match: /^(?:SyntaxError|IndentationError|TabError): (?<why>.*)/m,
    meaning: 'The file that the traceback names last is no Python for this version ({why}).',
    checks: ['Is the Python that runs as new as the code needs?'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
  {
    id: 'python/memory',
    match: /^MemoryError\b/m,
    meaning: 'The process got no more memory.',
    checks: ['Limits of the unit or the container (MemoryMax=), memory-limit= of WSGIDaemonProcess.'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
]

const mixedRules = ['python/virtualenv-conflict', 'python/extension-for-other-python']
const homeRules = ['wsgi/python-home-missing', 'wsgi/python-home-not-a-prefix']

/** What names a virtualenv of another Python than the one that runs. */
function mixedPythons(_: Found, look: Look): Cause[] {
  return [...look.problems(mixedRules), ...look.problems(['wsgi/site-packages-on-python-path', 'python/virtualenv-stale'])]
}

const namesPackages = (look: Look): Cause[] =>
  look.directives({ dialect: 'apache', names: ['wsgipythonhome', 'wsgipythonpath'], message: 'The folder of the packages is named here.' })

const namingUser = (look: Look): Cause[] =>
  look.directives({
    dialect: 'apache',
    names: ['wsgidaemonprocess'],
    test: ({ args }) => args.some(({ value }) => value.startsWith('user=')),
    message: 'The process runs as this user.',
  })
