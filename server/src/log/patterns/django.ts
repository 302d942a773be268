import type { LogPattern } from '../pattern.ts'

/** What Django logs and raises where its settings or what stands before it are wrong. */
export const djangoPatterns: readonly LogPattern[] = [
  {
    id: 'django/host-not-allowed',
    match: /Invalid HTTP_HOST header: '(?<host>[^']*)'/,
    meaning:
      'A request came with the Host {host}, which ALLOWED_HOSTS does not have. The client gets a 400. Hosts that are not yours are scanners: they can be refused by the server before Django.',
    checks: ['Is {host} a name of yours? Then ALLOWED_HOSTS.', 'If it is the address of the application itself, the proxy does not hand the Host on.'],
    causes: ({ host = '' }, look) => {
      const name = host.replace(/:\d+$/, '')
      return [
        ...look.problems(['django/host-not-allowed', 'django/host-not-passed', 'django/allowed-host-malformed'], name),
        ...look.problems(['django/host-not-passed']),
        ...look.setting('ALLOWED_HOSTS', 'The hosts that Django answers for.'),
      ]
    },
  },
  {
    id: 'django/origin-not-trusted',
    match: /Origin checking failed - (?<origin>\S+) does not match any trusted origins/,
    meaning: 'A form came from {origin}, which is neither the host that Django sees (with its scheme) nor in CSRF_TRUSTED_ORIGINS. The client gets a 403.',
    checks: [
      'Behind TLS of a proxy: X-Forwarded-Proto and SECURE_PROXY_SSL_HEADER, or CSRF_TRUSTED_ORIGINS with its scheme.',
      'Does the proxy hand the Host on?',
    ],
    causes: (_, look) => [
      ...look.problems(['django/forwarded-proto-missing', 'django/csrf-origin-malformed', 'django/host-not-passed', 'django/proxy-ssl-header-malformed']),
      ...look.setting('CSRF_TRUSTED_ORIGINS', 'The origins that Django trusts.'),
    ],
  },
  {
    id: 'django/csrf-referer',
    match: /Forbidden \(Referer checking failed - (?<why>[^)]*)\)/,
    meaning: 'A form over HTTPS came with a Referer that is not of the host that Django sees ({why}). The client gets a 403.',
    checks: ['Referrer-Policy: no-referrer breaks it (same-origin does not).', 'CSRF_TRUSTED_ORIGINS, for forms of other hosts.'],
    causes: (_, look) => look.problems(['django/host-not-passed', 'django/csrf-origin-malformed']),
  },
  {
    id: 'django/csrf-cookie',
    match: /Forbidden \(CSRF (?:cookie not set|token missing|token from POST incorrect|cookie has incorrect length|token missing or incorrect)[^)]*\)/,
    meaning: 'A form came without the cookie or the token of the CSRF protection. The client gets a 403.',
    checks: ['CSRF_COOKIE_SECURE with a site over plain HTTP: the browser never sends the cookie.', 'CSRF_COOKIE_DOMAIN; a cache that hands one page to all.'],
    causes: (_, look) => [
      ...look.setting('CSRF_COOKIE_SECURE', 'The cookie is sent over HTTPS only, where this is True.'),
      ...look.setting('CSRF_COOKIE_DOMAIN', 'The cookie is of this domain.'),
    ],
  },
  {
    id: 'django/database-module',
    match: /Error loading (?<module>psycopg2? or psycopg|psycopg2?|MySQLdb|cx_Oracle|oracledb)\w*(?: or psycopg)? module/,
    meaning: 'The package for the database ({module}) cannot be loaded: it is not installed in the Python that runs, or was compiled for another one.',
    checks: ['pip show in the virtualenv that the process really uses.', 'What stands behind "module:" is the cause.'],
    causes: (_, look) => [
      ...look.problems([
        'python/virtualenv-conflict',
        'python/extension-for-other-python',
        'process/virtualenv-missing',
        'wsgi/python-home-missing',
        'platform/system-package-missing',
        'platform/image-lacks-system-package',
      ]),
      ...look.setting('DATABASES', 'The database is chosen here.'),
    ],
  },
  {
    id: 'django/database-engine',
    match: /(?:isn't an available database backend|settings\.DATABASES is improperly configured|(?<engine>'[\w.]+') isn't an available database)/,
    meaning: 'DATABASES names no database that this Django has (postgresql_psycopg2 went with Django 3.0).',
    checks: ['ENGINE in DATABASES; a variable of the environment that is empty on the server.'],
    causes: (_, look) => look.setting('DATABASES', 'The database is chosen here.'),
  },
  {
    id: 'django/database-connection',
    match:
      /OperationalError: .*(?:could not connect to server|connection to server (?:at|on) .* failed|Can't connect to (?:local )?(?:MySQL )?server|could not translate host name|password authentication failed|Access denied for user)/,
    meaning: 'The database cannot be reached, or refuses the user.',
    checks: [
      'Does it run, and is HOST right (in a container localhost is the container itself)?',
      'Are the variables of the environment set for this process?',
    ],
    causes: (_, look) => look.setting('DATABASES', 'The database is chosen here.'),
  },
  {
    id: 'django/database-table',
    match: /(?:no such table: (?<table>\S+)|relation "(?<relation>[^"]+)" does not exist|Table '(?<name>[^']+)' doesn't exist)/,
    meaning: 'The database has no table {table}{relation}{name}: the migrations were not run there, or it is another database than you think.',
    checks: ['manage.py migrate with the settings of the server.', 'SQLite: a relative NAME is another file in another folder.'],
    causes: (_, look) => look.setting('DATABASES', 'The database is chosen here.'),
  },
  {
    id: 'django/sqlite-readonly',
    match: /attempt to write a readonly database|unable to open database file/,
    meaning: 'The user of the process may not write the file of SQLite, or not its folder (it needs both).',
    checks: ['Owner of the file and of its folder; the user of the process.'],
    causes: (_, look) => look.setting('DATABASES', 'The file is named here.'),
  },
  {
    id: 'django/settings-module',
    match:
      /ImproperlyConfigured: Requested settings?,? ?.*but settings are not configured|You must either define the environment variable DJANGO_SETTINGS_MODULE/,
    meaning: 'Django was used before it was told of its settings: DJANGO_SETTINGS_MODULE is not set in this process.',
    checks: [
      'os.environ.setdefault("DJANGO_SETTINGS_MODULE", …) in wsgi.py, before anything of Django is imported.',
      'SetEnv of Apache does not reach os.environ.',
    ],
    causes: (found, look) => [
      ...look.problems(['wsgi/settings-module-missing', 'wsgi/setenv-not-in-environ', 'django/module-not-found', 'platform/settings-module-not-found']),
      ...look.frame(found.message ?? ''),
    ],
  },
  {
    id: 'django/secret-key',
    match: /The SECRET_KEY setting must not be empty/,
    meaning: 'SECRET_KEY is empty: the settings that were meant are not the ones that were read, or its variable is not set for this process.',
    checks: ['Which settings module is used (wsgi.py, the unit), and where SECRET_KEY comes from.'],
    causes: (_, look) => [
      ...look.problems(['wsgi/setenv-not-in-environ', 'django/settings-for-development']),
      ...look.setting('SECRET_KEY', 'It is set here.'),
    ],
  },
  {
    id: 'django/wsgi-application',
    match: /WSGI application '(?<name>[^']+)' could not be loaded/,
    meaning: 'WSGI_APPLICATION names {name}, which cannot be imported; runserver needs it.',
    checks: ['The error that is named with it, and the middleware of the settings.'],
    causes: (_, look) => look.setting('WSGI_APPLICATION', 'It is named here.'),
  },
  {
    id: 'django/apps-not-ready',
    match: /AppRegistryNotReady: (?<why>.*)/,
    meaning: 'Models were imported before Django was set up ({why}).',
    checks: ['The order in wsgi.py or asgi.py: get_wsgi_application() first, imports of models after it; imports in __init__.py of an app.'],
    causes: (found, look) => look.frame(found.message ?? ''),
  },
  {
    id: 'django/allowed-hosts-empty',
    match: /You must set settings\.ALLOWED_HOSTS if DEBUG is False/,
    meaning: 'DEBUG is False and ALLOWED_HOSTS is empty: runserver refuses to start, and every other server answers 400.',
    checks: ['ALLOWED_HOSTS in the settings of the server.'],
    causes: (_, look) => [
      ...look.problems(['django/host-not-allowed']),
      ...look.setting('ALLOWED_HOSTS', 'It is set here.'),
      ...look.setting('DEBUG', 'DEBUG is set here.'),
    ],
  },
  {
    id: 'django/static-root-unset',
    match: /You're using the staticfiles app without having set the STATIC_ROOT setting/,
    meaning: 'collectstatic has no folder to collect into: STATIC_ROOT is not set.',
    checks: ['STATIC_ROOT, and the alias or root that serves this folder.'],
    causes: (_, look) => [...look.problems(['django/static-root-unset']), ...look.setting('STATIC_URL', 'STATIC_ROOT would stand beside this.')],
  },
  {
    id: 'django/manifest-entry',
    match: /Missing staticfiles manifest entry for '(?<name>[^']+)'/,
    meaning: "A page names the static file '{name}', which the manifest of collectstatic does not have.",
    checks: ['collectstatic with the settings of the server, after each deployment; the spelling of the name (no "/" at its beginning).'],
    causes: (_, look) => [
      ...look.setting('STORAGES', 'The storage is chosen here.'),
      ...look.setting('STATICFILES_STORAGE', 'The storage is chosen here.'),
      ...look.setting('STATIC_ROOT', 'The manifest is in this folder.'),
    ],
  },
  {
    id: 'django/static-not-found',
    match: /^Not Found: (?<path>\/(?:static|media|assets)\/\S*)/,
    meaning: 'A request for {path} came to Django, which does not serve such files with DEBUG off: the server in front should have taken it.',
    checks: ['location or Alias for STATIC_URL and MEDIA_URL; their order against the rule that hands requests to the application.'],
    causes: (_, look) => [
      ...look.problems([
        'django/static-not-served',
        'django/static-url-mismatch',
        'django/static-taken-by-pattern',
        'django/media-not-served',
        'nginx/location-shadowed',
      ]),
      ...look.setting('STATIC_URL', 'The URL of static files.'),
    ],
  },
  {
    id: 'django/template-missing',
    match: /TemplateDoesNotExist: (?<name>\S+)/,
    meaning: 'There is no template {name} in the folders of TEMPLATES and of the installed apps.',
    checks: ['DIRS and APP_DIRS in TEMPLATES; is the folder deployed (left out by .gitignore or .dockerignore)?'],
    causes: (found, look) => [...look.setting('TEMPLATES', 'The folders of templates are set here.'), ...look.frame(found.message ?? '')],
  },
  {
    id: 'django/request-too-big',
    match: /RequestDataTooBig|Request body exceeded settings\.DATA_UPLOAD_MAX_MEMORY_SIZE/,
    meaning: 'The body of a request (without files) is larger than DATA_UPLOAD_MAX_MEMORY_SIZE. The client gets a 400.',
    checks: ['DATA_UPLOAD_MAX_MEMORY_SIZE (2.5 MB where it is not set).'],
    causes: (_, look) => look.setting('DATA_UPLOAD_MAX_MEMORY_SIZE', 'The limit is set here.'),
  },
  {
    id: 'django/suspicious-file',
    match:
      /SuspiciousFileOperation.*(?:is located outside of the base path component|Detected path traversal)|The joined path \((?<path>[^)]+)\) is located outside/,
    meaning: 'A path leads out of its folder (MEDIA_ROOT, STATIC_ROOT): an attack, or a "/" at the beginning of a name.',
    checks: ['Names that begin with "/", in upload_to and static().'],
    causes: (found, look) => [...look.frame(found.message ?? ''), ...look.setting('MEDIA_ROOT', 'The folder is set here.')],
  },
  {
    id: 'django/urlconf',
    match: /The included URLconf '(?<module>[^']+)' does not appear to have any patterns/,
    meaning: 'The module {module} has no urlpatterns when it is asked for: it is the wrong one, or it imports itself.',
    checks: ['ROOT_URLCONF, and imports between views and urls.'],
    causes: (found, look) => [...look.setting('ROOT_URLCONF', 'It is named here.'), ...look.frame(found.message ?? '')],
  },
  {
    id: 'django/internal-error',
    match: /^Internal Server Error: (?<path>\/\S*)/,
    meaning: 'A view raised an exception: the traceback that follows says which. The client gets a 500.',
    checks: ['The traceback that follows.'],
  },
]
