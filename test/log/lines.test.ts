import { describe, expect, it } from 'vitest'
import { explainLog, logPatterns } from '../../server/src/log/explain.ts'

const nginx = (message: string, level = 'error'): string => `2024/05/03 10:11:12 [${level}] 812#812: ${level === 'error' ? '*7 ' : ''}${message}`
const request = ', client: 192.0.2.7, server: shop.example, request: "GET /a HTTP/1.1"'
const upstream = `${request}, upstream: "http://127.0.0.1:8000/a", host: "shop.example"`
const apache = (message: string, module = 'core', level = 'error'): string =>
  `[Fri May 03 10:11:12.345678 2024] [${module}:${level}] [pid 812:tid 140] ${message}`
const client = '[client 192.0.2.7:50312] '
const wsgi = (message: string): string => apache(`${client}mod_wsgi (pid=812): ${message}`, 'wsgi')

/** Lines as the servers write them, each with the pattern that explains it. */
const lines: readonly (readonly [string, string])[] = [
  ['nginx/connection-refused', nginx(`connect() failed (111: Connection refused) while connecting to upstream${upstream}`)],
  ['nginx/connection-refused', nginx(`connect() failed (111: Unknown error) while connecting to upstream${upstream}`)],
  ['nginx/socket-missing', nginx(`connect() to unix:/run/shop.sock failed (2: No such file or directory) while connecting to upstream${upstream}`)],
  ['nginx/socket-permission', nginx(`connect() to unix:/run/shop.sock failed (13: Permission denied) while connecting to upstream${upstream}`)],
  ['nginx/socket-full', nginx(`connect() to unix:/run/shop.sock failed (11: Resource temporarily unavailable) while connecting to upstream${upstream}`)],
  ['nginx/connection-unreachable', nginx(`connect() failed (113: No route to host) while connecting to upstream${upstream}`)],
  ['nginx/connection-forbidden', nginx(`connect() to 127.0.0.1:8000 failed (13: Permission denied) while connecting to upstream${upstream}`)],
  ['nginx/upstream-connect-timeout', nginx(`upstream timed out (110: Connection timed out) while connecting to upstream${upstream}`)],
  ['nginx/upstream-timeout', nginx(`upstream timed out (110: Connection timed out) while reading response header from upstream${upstream}`)],
  ['nginx/upstream-closed', nginx(`upstream prematurely closed connection while reading response header from upstream${upstream}`)],
  ['nginx/upstream-reset', nginx(`recv() failed (104: Connection reset by peer) while reading response header from upstream${upstream}`)],
  ['nginx/upstream-not-http', nginx(`upstream sent no valid HTTP/1.0 header while reading response header from upstream${upstream}`)],
  ['nginx/upstream-not-http', nginx(`upstream sent unsupported FastCGI protocol version: 72 while reading response header from upstream${upstream}`)],
  ['nginx/upstream-header-too-big', nginx(`upstream sent too big header while reading response header from upstream${upstream}`)],
  ['nginx/no-live-upstreams', nginx(`no live upstreams while connecting to upstream${request}, upstream: "http://backend/a", host: "shop.example"`)],
  [
    'nginx/upstream-tls',
    nginx(`SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream${upstream}`),
  ],
  ['nginx/upstream-certificate', nginx(`upstream SSL certificate verify error: (18:self-signed certificate) while SSL handshaking to upstream${upstream}`)],
  ['nginx/upstream-host-not-found', 'nginx: [emerg] host not found in upstream "web:8000" in /etc/nginx/conf.d/shop.conf:4'],
  ['nginx/no-resolver', nginx(`no resolver defined to resolve api.example${request}, host: "shop.example"`)],
  ['nginx/not-resolved', nginx(`api.example could not be resolved (3: Host not found)${request}, host: "shop.example"`)],
  ['nginx/file-missing', nginx(`open() "/srv/shop/static/a.css" failed (2: No such file or directory)${request}, host: "shop.example"`)],
  ['nginx/file-missing', nginx(`"/srv/shop/index.html" is not found (2: No such file or directory)${request}, host: "shop.example"`)],
  ['nginx/file-permission', nginx(`open() "/srv/shop/static/a.css" failed (13: Permission denied)${request}, host: "shop.example"`)],
  ['nginx/file-permission', nginx(`"/home/shop/www/index.html" is forbidden (13: Permission denied)${request}, host: "shop.example"`)],
  ['nginx/file-error', nginx(`open() "/srv/shop/static/a.css" failed (24: Too many open files)${request}, host: "shop.example"`)],
  ['nginx/directory-index-forbidden', nginx(`directory index of "/srv/shop/" is forbidden${request}, host: "shop.example"`)],
  ['nginx/access-forbidden', nginx(`access forbidden by rule${request}, host: "shop.example"`)],
  ['nginx/redirection-cycle', nginx(`rewrite or internal redirection cycle while internally redirecting to "/index.html"${request}, host: "shop.example"`)],
  ['nginx/body-too-large', nginx(`client intended to send too large body: 5242880 bytes${request}, host: "shop.example"`)],
  ['nginx/address-in-use', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'],
  ['nginx/address-forbidden', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'],
  ['nginx/address-not-here', 'nginx: [emerg] bind() to 203.0.113.5:80 failed (99: Cannot assign requested address)'],
  ['nginx/could-not-bind', 'nginx: [emerg] still could not bind()'],
  [
    'nginx/certificate-missing',
    'nginx: [emerg] cannot load certificate "/etc/ssl/shop.pem": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/ssl/shop.pem, r) error:10000080:BIO routines::no such file)',
  ],
  [
    'nginx/certificate-key-missing',
    'nginx: [emerg] cannot load certificate key "/etc/ssl/shop.key": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/ssl/shop.key, r) error:10000080:BIO routines::no such file)',
  ],
  [
    'nginx/certificate-key-mismatch',
    'nginx: [emerg] SSL_CTX_use_PrivateKey("/etc/ssl/shop.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
  ],
  [
    'nginx/certificate-unreadable',
    'nginx: [emerg] cannot load certificate "/etc/ssl/shop.pem": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line)',
  ],
  ['nginx/no-certificate', 'nginx: [emerg] no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/conf.d/shop.conf:1'],
  ['nginx/include-missing', 'nginx: [emerg] open() "/etc/nginx/snippets/a.conf" failed (2: No such file or directory) in /etc/nginx/nginx.conf:12'],
  ['nginx/unknown-directive', 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/shop.conf:7'],
  ['nginx/not-terminated', 'nginx: [emerg] unexpected "}" in /etc/nginx/conf.d/shop.conf:9'],
  ['nginx/not-terminated', 'nginx: [emerg] unexpected end of file, expecting "}" in /etc/nginx/conf.d/shop.conf:12'],
  ['nginx/not-terminated', 'nginx: [emerg] directive "root" is not terminated by ";" in /etc/nginx/conf.d/shop.conf:9'],
  ['nginx/not-allowed-here', 'nginx: [emerg] "http" directive is not allowed here in /etc/nginx/conf.d/shop.conf:1'],
  ['nginx/argument-count', 'nginx: [emerg] invalid number of arguments in "root" directive in /etc/nginx/conf.d/shop.conf:5'],
  ['nginx/duplicate-directive', 'nginx: [emerg] "root" directive is duplicate in /etc/nginx/conf.d/shop.conf:6'],
  ['nginx/duplicate-directive', 'nginx: [emerg] a duplicate default server for 0.0.0.0:80 in /etc/nginx/sites-enabled/shop:2'],
  ['nginx/unknown-variable', 'nginx: [emerg] unknown "hsot" variable'],
  ['nginx/conflicting-server-name', 'nginx: [warn] conflicting server name "shop.example" on 0.0.0.0:80, ignored'],
  ['nginx/zone-undefined', 'nginx: [emerg] zero size shared memory zone "login"'],
  ['nginx/hash-too-small', 'nginx: [emerg] could not build server_names_hash, you should increase server_names_hash_bucket_size: 32'],
  ['nginx/worker-connections', nginx('512 worker_connections are not enough', 'alert')],
  ['nginx/too-many-files', nginx('accept4() failed (24: Too many open files)', 'crit')],
  ['nginx/request-limited', nginx(`limiting requests, excess: 5.230 by zone "login"${request}, host: "shop.example"`)],
  ['nginx/connection-limited', nginx(`limiting connections by zone "perip"${request}, host: "shop.example"`)],
  [
    'nginx/body-buffered',
    nginx(`a client request body is buffered to a temporary file /var/lib/nginx/body/0000000001${request}, host: "shop.example"`, 'warn'),
  ],
  [
    'nginx/response-buffered',
    nginx(`an upstream response is buffered to a temporary file /var/lib/nginx/proxy/1/00/0000000001 while reading upstream${upstream}`, 'warn'),
  ],
  [
    'nginx/user-without-root',
    'nginx: [warn] the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:1',
  ],
  ['nginx/user-unknown', 'nginx: [emerg] getpwnam("nginx") failed in /etc/nginx/nginx.conf:1'],
  [
    'nginx/module-not-loaded',
    'nginx: [emerg] dlopen() "/usr/share/nginx/modules/x.so" failed (/usr/share/nginx/modules/x.so: cannot open shared object file: No such file or directory) in /etc/nginx/nginx.conf:1',
  ],
  ['nginx/pid-invalid', 'nginx: [error] invalid PID number "" in "/run/nginx.pid"'],
  ['nginx/user-file-missing', nginx(`user "ann" was not found in "/etc/nginx/users"${request}, host: "shop.example"`)],
  ['nginx/script-unknown', nginx(`FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream${upstream}`)],
  [
    'nginx/tls-handshake',
    nginx(
      'SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL handshaking, client: 192.0.2.7, server: 0.0.0.0:443',
      'info',
    ),
  ],
  ['nginx/plain-http-to-tls', nginx(`client sent plain HTTP request to HTTPS port while reading client request headers${request}`, 'info')],
  ['nginx/invalid-host', nginx(`client sent invalid method while reading client request line${request}`, 'info')],
  ['nginx/config-error', 'nginx: [emerg] invalid value "maybe" in "autoindex" directive, it must be "on" or "off" in /etc/nginx/conf.d/shop.conf:5'],
  ['nginx/test-failed', 'nginx: configuration file /etc/nginx/nginx.conf test failed'],

  [
    'apache/syntax-error',
    "AH00526: Syntax error on line 5 of /etc/apache2/sites-enabled/shop.conf:\nInvalid command 'Alais', perhaps misspelled or defined by a module not included in the server configuration",
  ],
  [
    'apache/syntax-error',
    'apache2: Syntax error on line 3 of /etc/apache2/apache2.conf: Could not open configuration file /etc/apache2/a.conf: No such file or directory',
  ],
  [
    'apache/htaccess-error',
    apache(
      `${client}/srv/shop/.htaccess: Invalid command 'RewriteEngin', perhaps misspelled or defined by a module not included in the server configuration`,
      'core',
      'alert',
    ),
  ],
  ['apache/htaccess-error', apache(`${client}/srv/shop/.htaccess: Options not allowed here`, 'core', 'alert')],
  ['apache/client-denied', apache(`${client}AH01630: client denied by server configuration: /srv/shop/static/a.css`, 'authz_core')],
  [
    'apache/search-permission',
    apache(
      `(13)Permission denied: ${client}AH00035: access to /a denied (filesystem path '/home/shop/a') because search permissions are missing on a component of the path`,
    ),
  ],
  ['apache/file-permission', apache(`(13)Permission denied: ${client}AH00132: file permissions deny server access: /srv/shop/a.css`)],
  ['apache/link-not-allowed', apache(`${client}AH00037: Symbolic link not allowed or link target not accessible: /srv/shop/link`)],
  [
    'apache/directory-index-forbidden',
    apache(
      `${client}AH01276: Cannot serve directory /srv/shop/: No matching DirectoryIndex (index.html) found, and server-generated directory index forbidden by Options directive`,
      'autoindex',
    ),
  ],
  ['apache/file-missing', apache(`${client}AH00128: File does not exist: /srv/shop/a.css`, 'core', 'info')],
  [
    'apache/redirect-limit',
    apache(
      `${client}AH00124: Request exceeded the limit of 10 internal redirects due to probable configuration error. Use 'LimitInternalRecursion' to increase the limit if necessary.`,
    ),
  ],
  ['apache/address-in-use', '(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80'],
  ['apache/no-sockets', 'no listening sockets available, shutting down'],
  [
    'apache/server-name-unset',
    "AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using 127.0.1.1. Set the 'ServerName' directive globally to suppress this message",
  ],
  ['apache/document-root-missing', 'AH00112: Warning: DocumentRoot [/srv/nowhere] does not exist'],
  [
    'apache/alias-never-matches',
    apache('AH00671: The Alias directive in /etc/apache2/shop.conf at line 4 will probably never match because it overlaps an earlier Alias.', 'alias', 'warn'),
  ],
  ['apache/proxy-refused', apache(`(111)Connection refused: AH00957: HTTP: attempt to connect to 127.0.0.1:8000 (127.0.0.1) failed`, 'proxy')],
  ['apache/proxy-refused', apache(`(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:8000 (127.0.0.1:8000) failed`, 'proxy')],
  [
    'apache/proxy-socket',
    apache(`(2)No such file or directory: AH02454: HTTP: attempt to connect to Unix domain socket /run/shop.sock (localhost) failed`, 'proxy'),
  ],
  ['apache/proxy-no-connection', apache(`${client}AH01114: HTTP: failed to make connection to backend: 127.0.0.1`, 'proxy_http')],
  ['apache/proxy-read', apache(`${client}AH00898: Error reading from remote server returned by /a`, 'proxy')],
  [
    'apache/proxy-read',
    apache(`(70007)The timeout specified has expired: ${client}AH01102: error reading status line from remote server 127.0.0.1:8000`, 'proxy_http'),
  ],
  [
    'apache/proxy-no-handler',
    apache(
      `${client}AH01144: No protocol handler was valid for the URL /a (scheme 'http'). If you are using a DSO version of mod_proxy, make sure the proxy submodules are included`,
      'proxy',
      'warn',
    ),
  ],
  ['apache/proxy-tls-off', apache(`${client}AH01961: SSL Proxy requested for shop.example:80 but not enabled [Hint: SSLProxyEngine]`, 'ssl')],
  ['apache/workers-used-up', apache('AH00484: server reached MaxRequestWorkers setting, consider raising the MaxRequestWorkers setting', 'mpm_event')],
  ['apache/child-crashed', apache('AH00052: child pid 4711 exit signal Segmentation fault (11)', 'core', 'notice')],
  ['apache/user-password', apache(`${client}AH01617: user ann: authentication failure for "/private/": Password Mismatch`, 'auth_basic')],
  ['apache/user-file-missing', apache(`(2)No such file or directory: ${client}AH01620: Could not open password file: /etc/apache2/users`, 'authn_file')],
  [
    'apache/authentication-incomplete',
    apache(`${client}AH00027: No authentication done but request not allowed without authentication for /private/. Authentication not configured?`),
  ],
  [
    'apache/certificate-missing',
    apache('AH02240: Server should be SSL-aware but has no certificate configured [Hint: SSLCertificateFile] (/etc/apache2/shop.conf:3)', 'ssl', 'emerg'),
  ],
  [
    'apache/certificate-key-mismatch',
    apache('AH02565: Certificate and private key shop.example:443:0 from /etc/ssl/shop.pem and /etc/ssl/shop.key do not match', 'ssl', 'emerg'),
  ],
  ['apache/certificate-name', apache('AH01909: shop.example:443:0 server certificate does NOT include an ID which matches the server name', 'ssl', 'warn')],
  ['apache/module-loaded-twice', apache('AH01574: module wsgi_module is already loaded, skipping', 'so', 'warn')],
  ['apache/mpm', 'AH00534: apache2: Configuration error: No MPM loaded.'],
  ['apache/variable-undefined', apache('AH00111: Config variable ${APACHE_LOG_DIR} is not defined', 'core', 'warn')],
  [
    'apache/htaccess-unreadable',
    apache(
      `(13)Permission denied: ${client}AH00529: /home/shop/.htaccess pcfg_openfile: unable to check htaccess file, ensure it is readable and that '/home/shop/' is executable`,
      'core',
      'crit',
    ),
  ],
  [
    'apache/rewrite-forbidden',
    apache(
      `${client}AH00670: Options FollowSymLinks and SymLinksIfOwnerMatch are both off, so the RewriteRule directive is also forbidden due to its similar ability to circumvent directory restrictions : /srv/shop/a`,
      'rewrite',
    ),
  ],
  ['apache/tls-to-plain', apache(`${client}AH00135: Invalid method in request \\x16\\x03\\x01`)],
  ['apache/body-too-large', apache(`${client}AH00588: Requested content-length of 5242880 is larger than the configured limit of 1048576`)],
  ['apache/user-unknown', 'AH00543: apache2: bad user name nobody2'],
  ['apache/failed', apache('AH00016: Configuration Failed', 'core', 'emerg')],

  ['wsgi/script-not-found', wsgi('Target WSGI script not found or unable to stat: /srv/shop/wsgi.pyx')],
  ['wsgi/script-not-found', apache(`${client}WSGI0135: Target WSGI script not found or unable to stat: /srv/shop/wsgi.pyx`, 'wsgi')],
  ['wsgi/callable-missing', wsgi("Target WSGI script '/srv/shop/wsgi.py' does not contain WSGI application 'application'.")],
  ['wsgi/script-failed', wsgi("Failed to exec Python script file '/srv/shop/wsgi.py'.")],
  ['wsgi/script-failed', wsgi("Target WSGI script '/srv/shop/wsgi.py' cannot be loaded as Python module.")],
  ['wsgi/exception', wsgi("Exception occurred processing WSGI script '/srv/shop/wsgi.py'.")],
  ['wsgi/group-undefined', apache(`${client}No WSGI daemon process called 'shop' has been configured: /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/group-inaccessible', apache(`${client}Daemon process called 'shop' cannot be accessed by this WSGI application: /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/embedded-restricted', apache(`${client}Embedded mode of mod_wsgi disabled by runtime configuration: /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/script-is-folder', apache(`${client}Attempt to invoke directory as WSGI application: /srv/shop`, 'wsgi')],
  [
    'wsgi/python-home',
    apache(
      'mod_wsgi (pid=812): Python home /usr/bin/python3 is not a directory. Python interpreter may not be able to be initialized correctly. Verify the supplied path.',
      'wsgi',
      'warn',
    ),
  ],
  [
    'wsgi/python-home',
    apache(
      'mod_wsgi (pid=812): Unable to stat Python home /srv/none. Python interpreter may not be able to be initialized correctly. Verify the supplied path and access permissions for whole of the path.',
      'wsgi',
      'warn',
    ),
  ],
  [
    'wsgi/daemon-connect',
    apache(
      `(13)Permission denied: ${client}mod_wsgi (pid=812): Unable to connect to WSGI daemon process 'shop' on '/etc/httpd/logs/wsgi.1.0.1.sock' as user with uid=48.`,
      'wsgi',
    ),
  ],
  ['wsgi/daemon-timeout', apache(`${client}Timeout when reading response headers from daemon process 'shop': /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/daemon-closed', apache(`${client}Truncated or oversized response headers received from daemon process 'shop': /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/python-mismatch', apache('mod_wsgi: Compiled for Python/3.9.2 but runtime using Python/3.9.18.', 'wsgi', 'warn').replace('mod_wsgi: ', 'WSGI0099: ')],
  ['wsgi/time-limit', apache("mod_wsgi (pid=812): Daemon process deadlock timer expired, stopping process 'shop'.", 'wsgi', 'info')],
  ['wsgi/startup-timeout', apache("mod_wsgi (pid=812): Application startup timer expired, stopping process 'shop'.", 'wsgi', 'info')],
  ['wsgi/queue-timeout', apache(`${client}WSGI0084: Queue timeout expired for WSGI daemon process 'shop'.`, 'wsgi')],
  [
    'wsgi/locale',
    apache(
      "mod_wsgi (pid=812): Unsupported locale setting xx_XX.UTF-8 specified for daemon process group shop. Consider using 'C.UTF-8' as fallback setting.",
      'wsgi',
      'warn',
    ),
  ],
  ['wsgi/working-directory', apache("(2)No such file or directory: mod_wsgi (pid=812): Unable to change working directory to '/srv/none'.", 'wsgi', 'alert')],
  ['wsgi/user', apache('(1)Operation not permitted: mod_wsgi (pid=812): Unable to change to uid=33.', 'wsgi', 'alert')],
  ['wsgi/socket-bind', apache("(13)Permission denied: mod_wsgi (pid=812): Couldn't bind unix domain socket '/srv/x/wsgi.1.0.1.sock'.", 'wsgi')],
  [
    'wsgi/chunked',
    apache(`${client}Request requires chunked transfer encoding, but support for chunked transfer encoding has not been enabled.: /srv/shop/wsgi.py`, 'wsgi'),
  ],
  ['wsgi/exec-cgi', apache(`${client}Options ExecCGI is off in this directory: /srv/shop/wsgi.py`, 'wsgi')],
  ['wsgi/system-exit', wsgi("SystemExit exception raised by WSGI script '/srv/shop/wsgi.py' ignored.")],
  ['wsgi/not-compiled', wsgi("Could not read/compile source file '/srv/shop/wsgi.py'.")],
  ['wsgi/interpreter', wsgi("Cannot create interpreter 'shop.example|'.")],
  ['wsgi/site-directory', apache("mod_wsgi (pid=812): Call to 'site.addsitedir()' failed for '/srv/none', stopping.", 'wsgi')],
  ['wsgi/proxy-response', apache(`(70007)The timeout specified has expired: ${client}mod_wsgi (pid=812): Failed to proxy response from daemon.`, 'wsgi')],
  ['wsgi/signal-ignored', apache('mod_wsgi (pid=812): Callback registration for signal 15 ignored.', 'wsgi', 'warn')],

  ['python/unicode-width', 'ImportError: /srv/venv/lib/python2.7/site-packages/psycopg2/_psycopg.so: undefined symbol: PyUnicodeUCS2_AsUTF8String'],
  ['python/compare-digest', 'ImportError: cannot import name _compare_digest'],
  ['python/no-encodings', "ModuleNotFoundError: No module named 'encodings'"],
  ['python/no-encodings', 'Fatal Python error: init_fs_encoding: failed to get the Python codec of the filesystem encoding'],
  ['python/sub-interpreter', 'ImportError: PyO3 modules may only be initialized once per interpreter process'],
  ['python/shared-library-missing', 'ImportError: libpq.so.5: cannot open shared object file: No such file or directory'],
  [
    'python/library-version',
    "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /srv/venv/lib/python3.9/site-packages/x.so)",
  ],
  ['python/segment', 'ImportError: /srv/venv/lib/python3.9/site-packages/x.so: failed to map segment from shared object: Permission denied'],
  ['python/undefined-symbol', 'ImportError: /srv/venv/lib/python3.9/site-packages/x.so: undefined symbol: _PyGen_Send'],
  ['python/wrong-architecture', 'OSError: /srv/venv/lib/libx.so: wrong ELF class: ELFCLASS32'],
  ['python/bad-magic', "ImportError: bad magic number in 'shop.views': b'\\x03\\xf3\\r\\n'"],
  ['python/module-missing', "ModuleNotFoundError: No module named 'shop.settings'"],
  [
    'python/name-not-imported',
    "ImportError: cannot import name 'ugettext' from 'django.utils.translation' (/srv/venv/lib/python3.11/site-packages/django/utils/translation/__init__.py)",
  ],
  ['python/ascii', "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 3: ordinal not in range(128)"],
  ['python/asgi-as-wsgi', "TypeError: ASGIHandler.__call__() missing 1 required positional argument: 'send'"],
  ['python/populate', "RuntimeError: populate() isn't reentrant"],
  ['python/environment-variable', "KeyError: 'SECRET_KEY'"],
  ['python/permission', "PermissionError: [Errno 13] Permission denied: '/var/log/shop/django.log'"],
  ['python/file-missing', "FileNotFoundError: [Errno 2] No such file or directory: '/srv/shop/secret.txt'"],
  ['python/address-in-use', 'OSError: [Errno 98] Address already in use'],
  ['python/syntax-error', 'SyntaxError: invalid syntax'],
  ['python/memory', 'MemoryError'],

  ['django/host-not-allowed', "Invalid HTTP_HOST header: 'shop.example'. You may need to add 'shop.example' to ALLOWED_HOSTS."],
  ['django/origin-not-trusted', 'Forbidden (Origin checking failed - https://shop.example does not match any trusted origins.): /login/'],
  ['django/csrf-referer', 'Forbidden (Referer checking failed - no Referer.): /login/'],
  ['django/csrf-cookie', 'Forbidden (CSRF cookie not set.): /login/'],
  ['django/database-module', 'django.core.exceptions.ImproperlyConfigured: Error loading psycopg2 or psycopg module'],
  [
    'django/database-engine',
    "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.postgresql_psycopg2' isn't an available database backend or couldn't be imported.",
  ],
  ['django/database-connection', 'django.db.utils.OperationalError: connection to server at "127.0.0.1", port 5432 failed: Connection refused'],
  ['django/database-table', 'django.db.utils.OperationalError: no such table: auth_user'],
  ['django/sqlite-readonly', 'django.db.utils.OperationalError: attempt to write a readonly database'],
  [
    'django/settings-module',
    'django.core.exceptions.ImproperlyConfigured: Requested setting INSTALLED_APPS, but settings are not configured. You must either define the environment variable DJANGO_SETTINGS_MODULE or call settings.configure() before accessing settings.',
  ],
  ['django/secret-key', 'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'],
  [
    'django/wsgi-application',
    "django.core.exceptions.ImproperlyConfigured: WSGI application 'shop.wsgi.application' could not be loaded; Error importing module.",
  ],
  ['django/apps-not-ready', "django.core.exceptions.AppRegistryNotReady: Apps aren't loaded yet."],
  ['django/allowed-hosts-empty', 'CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False.'],
  [
    'django/static-root-unset',
    "django.core.exceptions.ImproperlyConfigured: You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.",
  ],
  ['django/manifest-entry', "ValueError: Missing staticfiles manifest entry for 'css/site.css'"],
  ['django/static-not-found', 'Not Found: /static/css/site.css'],
  ['django/template-missing', 'django.template.exceptions.TemplateDoesNotExist: shop/index.html'],
  ['django/request-too-big', 'django.core.exceptions.RequestDataTooBig: Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.'],
  [
    'django/suspicious-file',
    'django.core.exceptions.SuspiciousFileOperation: The joined path (/etc/passwd) is located outside of the base path component (/srv/shop/media)',
  ],
  ['django/urlconf', "django.core.exceptions.ImproperlyConfigured: The included URLconf 'shop.urls' does not appear to have any patterns in it."],
  ['django/internal-error', 'Internal Server Error: /orders/'],

  ['gunicorn/worker-failed', '[2024-05-03 10:11:12 +0000] [812] [ERROR] Exception in worker process'],
  ['gunicorn/worker-failed', "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>"],
  ['gunicorn/worker-timeout', '[2024-05-03 10:11:12 +0000] [812] [CRITICAL] WORKER TIMEOUT (pid:815)'],
  ['gunicorn/worker-killed', '[2024-05-03 10:11:12 +0000] [812] [ERROR] Worker (pid:815) was sent SIGKILL! Perhaps out of memory?'],
  ['gunicorn/address-in-use', "[2024-05-03 10:11:12 +0000] [812] [ERROR] Connection in use: ('127.0.0.1', 8000)"],
  ['gunicorn/cannot-bind', "[2024-05-03 10:11:12 +0000] [812] [ERROR] Can't connect to ('203.0.113.5', 8000)"],
  ['gunicorn/application-missing', "Failed to find attribute 'app' in 'shop.wsgi'."],
  ['gunicorn/not-callable', 'Application object must be callable.'],
  ['gunicorn/invalid-request', "[2024-05-03 10:11:12 +0000] [815] [WARNING] Invalid request from ip=127.0.0.1: Invalid HTTP request line: '\\x16\\x03\\x01'"],
  ['gunicorn/folder', "Error: can't chdir to '/srv/none'"],
  ['gunicorn/config-missing', "Error: 'gunicorn.conf.py' doesn't exist"],
  ['gunicorn/log-not-writable', "Error: '/var/log/shop.log' isn't writable [PermissionError(13, 'Permission denied')]"],
  ['gunicorn/retrying', '[2024-05-03 10:11:12 +0000] [812] [ERROR] Retrying in 1 second.'],

  ['uwsgi/no-application', '--- no python application found, check your startup logs for errors ---'],
  ['uwsgi/application-failed', "unable to load app 0 (mountpoint='') (callable not found or import error)"],
  ['uwsgi/protocol', 'invalid request block size: 21573 (max 4096)...skip'],
  ['uwsgi/address-in-use', 'probably another instance of uWSGI is running on the same address (127.0.0.1:3031).'],
  ['uwsgi/bind', 'bind(): No such file or directory [core/socket.c line 230]'],
  ['uwsgi/folder', 'chdir(): No such file or directory [core/uwsgi.c line 2623]'],
  ['uwsgi/python-home', '!!! Python Home is not a directory: /srv/none !!!'],
  ['uwsgi/plugin-missing', 'open("./python3_plugin.so"): No such file or directory [core/utils.c line 3732]'],
  ['uwsgi/listen-queue', 'Fri May  3 10:11:12 2024 - *** uWSGI listen queue of socket "127.0.0.1:3031" (fd: 3) full !!! (101/100) ***'],
  ['uwsgi/harakiri', 'Fri May  3 10:11:12 2024 - *** HARAKIRI ON WORKER 1 (pid: 815, try: 1) ***'],
  ['uwsgi/client-gone', 'SIGPIPE: writing to a closed pipe/socket/fd (probably the client disconnected) on request /a (ip 192.0.2.7) !!!'],
  ['uwsgi/socket-missing', 'The -s/--socket option is missing and stdin is not a socket.'],
  ['uwsgi/option-unknown', "uwsgi: unrecognized option '--modul'"],
]

describe('messages of servers and applications', () => {
  it.each(lines)('%s: %s', (pattern, line) => {
    expect(explainLog(`${line}\n`).map((each) => each.pattern)).toEqual([pattern])
  })

  it('has a line for each pattern', () => {
    const shown = new Set(lines.map(([pattern]) => pattern))
    expect([...new Set(logPatterns.map(({ id }) => id))].filter((id) => !shown.has(id))).toEqual([])
  })

  it('says nothing of ordinary messages', () => {
    const ordinary = [
      nginx('signal process started', 'notice'),
      nginx('start worker processes', 'notice'),
      apache('AH00163: Apache/2.4.7 (Ubuntu) mod_wsgi/4.4.22 Python/2.7.6 configured -- resuming normal operations', 'mpm_prefork', 'notice'),
      apache("AH00094: Command line: '/usr/sbin/apache2'", 'core', 'notice'),
      '[2024-05-03 10:11:12 +0000] [812] [INFO] Listening at: http://127.0.0.1:8000 (812)',
      '[2024-05-03 10:11:12 +0000] [815] [INFO] Booting worker with pid: 815',
      '192.0.2.7 - - [03/May/2024:10:11:12 +0000] "GET /static/a.css HTTP/1.1" 404 153 "-" "curl"',
      "WSGI app 0 (mountpoint='') ready in 1 seconds on interpreter 0x55 pid: 812 (default app)",
    ]
    expect(explainLog(ordinary.join('\n'))).toEqual([])
  })

  it('reads what journald and docker put before a line', () => {
    const line = 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/shop.conf:7'
    const found = explainLog([`May 03 10:11:12 web nginx[812]: ${line}`, `2024-05-03T10:11:12+0000 web nginx[812]: ${line}`, `web-1  | ${line}`].join('\n'))
    expect(found).toMatchObject([{ pattern: 'nginx/unknown-directive', count: 3 }])
  })
})
