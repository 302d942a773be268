import type { PlacedDirective } from '../../configuration/placed.ts'
import { isInside } from '../../workspace/path.ts'
import type { Cause, Look } from '../look.ts'
import type { Found, LogPattern } from '../pattern.ts'

/** Messages of Apache's core and the modules that come with it, from the words of its source (2.4). */
export const apachePatterns: readonly LogPattern[] = [
  {
    id: 'apache/syntax-error',
    match: /^(?:\S+: )?Syntax error on line (?<line>\d+) of (?<file>[^\n]+?):\n(?<words>[\s\S]*)/,
    meaning: 'Apache refuses its configuration: {words}',
    checks: [
      'apachectl configtest names one mistake at a time: webconf check names them all.',
      'An invalid command is misspelt, or its module is not loaded (a2enmod).',
    ],
    causes: syntaxCauses,
  },
  {
    id: 'apache/syntax-error',
    match: /^(?:\S+: )?(?:Syntax error on line \d+ of \S+: )*Syntax error on line (?<line>\d+) of (?<file>\S+): (?<words>.*)/,
    meaning: 'Apache refuses its configuration: {words}',
    checks: ['apachectl configtest names one mistake at a time: webconf check names them all.'],
    causes: syntaxCauses,
  },
  {
    id: 'apache/htaccess-error',
    match: /^(?<file>\/\S*\.htaccess): (?<words>(?:Invalid command '(?<word>[^']+)'|(?<name>\S+) (?:not allowed|takes|must|cannot)).*)/,
    meaning: 'Every request that comes by this .htaccess gets a 500: {words}',
    checks: ['"Invalid command": the module is not loaded. "not allowed here": AllowOverride of the folder does not permit it.'],
    causes: (found, look) => {
      const word = found.word ?? found.name
      return [
        ...look.problems(['apache/htaccess-override-missing'], word),
        ...look.configTest(found.words ?? '').filter(({ path }) => path.endsWith('.htaccess')),
        ...look.directives({
          dialect: 'apache',
          names: [(word ?? '').toLowerCase()],
          test: ({ source }) => source.path.endsWith('.htaccess'),
          message: 'Apache stops at this directive.',
        }),
      ]
    },
  },
  {
    id: 'apache/client-denied',
    match: /^client denied by server configuration: (?<path>\S.*)/,
    meaning: 'No Require grants access to {path}: what <Directory> (or Location) in effect says refuses it. The client gets a 403.',
    checks: [
      'A <Directory> with "Require all granted" for exactly this folder; Debian and Red Hat refuse everything else at the root.',
      'Does the path look right? A missing "/" in Alias glues names together.',
    ],
    causes: (found, look) => {
      const path = uriOf(found.path)
      const leading = [...look.serving(path, 'apache'), ...scriptAliases(path, look)]
      const near = look.problemsNear(leading, accessRules)
      const refusing = look.directives({
        dialect: 'apache',
        names: ['require', 'deny'],
        test: (directive) => refusesFolder(directive, path),
        message: 'Access to this folder is decided here.',
      })
      return [...near, ...look.problems(accessRules, path), ...leading, ...refusing]
    },
  },
  {
    id: 'apache/search-permission',
    match: /^access to (?<uri>\S+) denied(?: \(filesystem path '(?<path>[^']+)'\))? because search permissions are missing/,
    meaning: "Apache's user may not pass through a folder above {path} (x on each of them). The client gets a 403.",
    checks: ['namei -l of the path: home folders are often closed to others.', 'SELinux, where it is enforcing.'],
    causes: servedCauses([]),
  },
  {
    id: 'apache/file-permission',
    match:
      /^(?:access to (?<uri>\S+) (?:denied|failed)(?: \(filesystem path '(?<path>[^']+)'\))?|file permissions deny server access: (?<file>\S+)|(?:\S+ )?Can't open directory for index: (?<folder>\S+))/,
    meaning: "Apache's user may not read {path}{file}{folder}. The client gets a 403.",
    checks: ['Is the file readable for the User of the configuration (www-data, apache)?'],
    causes: (found, look) => look.serving(found.path ?? found.file ?? found.folder, 'apache'),
  },
  {
    id: 'apache/link-not-allowed',
    match: /^Symbolic link not allowed or link target not accessible: (?<path>\S+)/,
    meaning: '{path} is a symbolic link, and Options does not allow to follow it (or its target cannot be reached). The client gets a 403.',
    checks: ['Options FollowSymLinks (or SymLinksIfOwnerMatch) for the folder of the link.'],
    causes: (found, look) => [
      ...look.serving(found.path, 'apache'),
      ...look.directives({
        dialect: 'apache',
        names: ['options'],
        test: (each) => holdsFolder(each, found.path),
        message: 'Options of a folder above the link.',
      }),
    ],
  },
  {
    id: 'apache/directory-index-forbidden',
    match: /^Cannot serve directory (?<path>\S+): No matching DirectoryIndex \((?<index>[^)]*)\) found/,
    meaning: 'The URL is the folder {path}, which has none of {index}, and listings (Options Indexes) are off. The client gets a 403.',
    checks: [
      'Should this request go to the application? Then WSGIScriptAlias or ProxyPass does not reach it.',
      'DirectoryIndex, and whether the file is there.',
    ],
    causes: servedCauses(['apache/alias-slash-mismatch']),
  },
  {
    id: 'apache/file-missing',
    match: /^File does not exist: (?<path>\S+)/,
    meaning: 'There is no file {path}: so says the Alias or DocumentRoot that leads there. The client gets a 404.',
    checks: ['Is the file there, under exactly this path?', "For static files of Django: was collectstatic run, and is this STATIC_ROOT's folder?"],
    causes: servedCauses(['apache/alias-slash-mismatch', 'django/static-root-mismatch', 'django/media-root-mismatch', 'apache/alias-nested-order']),
  },
  {
    id: 'apache/redirect-limit',
    match: /^Request exceeded the limit of (?<limit>\d+) internal redirects/,
    meaning:
      'A request was led inside Apache from one address to the next {limit} times: a RewriteRule or ErrorDocument leads back to itself. The client gets a 500.',
    checks: ['RewriteCond %{REQUEST_FILENAME} !-f, or [END], for a rule that matches its own result.', 'LogLevel rewrite:trace3 shows each step.'],
    causes: (_, look) => look.problems(['apache/rewrite-loop', 'apache/error-document-leads-elsewhere', 'apache/redirect-to-itself']),
  },
  {
    id: 'apache/address-in-use',
    match: /^make_sock: could not bind to address (?<address>\S+)/,
    meaning: 'Apache cannot listen at {address} ({errno}), so it does not start: another program listens there, or it may not listen there.',
    checks: ['ss -ltnp says which program: often nginx, or an Apache that was started by hand.', 'The same Listen twice (ports.conf and a site).'],
    causes: ({ address = '' }, look) => {
      const port = address.replace(/^.*:(\d+)$/, '$1')
      return look.directives({
        dialect: 'apache',
        names: ['listen'],
        test: ({ args }) => args[0]?.value === port || args[0]?.value.endsWith(`:${port}`) === true,
        message: 'Apache is to listen there by this line.',
      })
    },
  },
  {
    id: 'apache/no-sockets',
    match: /^no listening sockets available, shutting down/,
    meaning: 'Apache has no address left to listen at: there is no Listen, or the lines above say why each of them failed.',
    checks: ['The make_sock messages above; Listen in ports.conf or httpd.conf.'],
    causes: (_, look) => look.directives({ dialect: 'apache', names: ['listen'], message: 'Apache is to listen there.' }),
  },
  {
    id: 'apache/server-name-unset',
    match: /^(?:\S+: )?Could not reliably determine the server's fully qualified domain name, using (?<name>\S+)\. Set the 'ServerName' directive/,
    meaning: 'No ServerName is set outside of the virtual hosts, and the name of the machine has no domain: Apache takes {name}. It does no harm.',
    checks: ['ServerName localhost (or the real name) at the top of the main file.'],
  },
  {
    id: 'apache/document-root-missing',
    match: /^(?:Warning: )?DocumentRoot \[(?<path>[^\]]+)\] does not exist/,
    meaning: 'The folder {path} is not there: each request for a file of this host is a 404.',
    checks: ['Its spelling; is it mounted or deployed before Apache starts?'],
    causes: (found, look) => look.directives({ dialect: 'apache', names: ['documentroot'], value: found.path, message: 'The folder is named here.' }),
  },
  {
    id: 'apache/document-root-missing',
    match: /DocumentRoot '(?<path>[^']+)' is not a directory, or is not readable/,
    meaning: 'The folder {path} is not there, or may not be read.',
    checks: ['Its spelling; is it mounted or deployed before Apache starts?'],
    causes: (found, look) => look.directives({ dialect: 'apache', names: ['documentroot'], value: found.path, message: 'The folder is named here.' }),
  },
  {
    id: 'apache/alias-never-matches',
    match: /^The (?<name>\w+) directive in (?<file>\S+) at line (?<line>\d+) will probably never match because it overlaps an earlier/,
    meaning: 'An earlier Alias takes all that this one is for: the first that matches is used.',
    checks: ['The longer path first.'],
    causes: (found, look) => {
      const line = look.line(found.file, found.line, found.name, 'This one is never used.')
      return [...look.problemsNear(line, ['apache/alias-nested-order', 'apache/redirect-shadowed', 'wsgi/script-alias-repeated']), ...line]
    },
  },
  {
    id: 'apache/proxy-refused',
    match: /^(?:\w+: )?attempt to connect to (?<address>\[?[\d.a-f:]+\]?:\d+) \((?<host>[^)]*)\) failed/,
    meaning: 'Nothing took the connection to {address} ({errno}): the application is not running, or listens elsewhere. The client gets a 503.',
    checks: [
      'Does the application run, and does it listen at this address (ss -ltnp)?',
      'Permission denied: setsebool -P httpd_can_network_connect 1 where SELinux is enforcing.',
    ],
    causes: (found, look) => proxyCauses(found.address, look, ['process/nothing-listens', 'platform/upstream-port-not-served', 'process/protocol-mismatch']),
  },
  {
    id: 'apache/proxy-socket',
    match: /^(?:\w+: )?attempt to connect to Unix domain socket (?<socket>\S+) (?:\((?<host>[^)]*)\) )?failed/,
    meaning: 'The socket {socket} took no connection ({errno}): it is not there, or Apache may not write to it. The client gets a 503.',
    checks: ['Does the application run, and is its socket there (ss -lxp)?', 'May the User of Apache write to it and enter each folder above it (namei -l)?'],
    causes: (found, look) =>
      proxyCauses(found.socket, look, [
        'process/nothing-listens',
        'process/socket-not-accessible',
        'process/socket-in-private-tmp',
        'process/runtime-directory-missing',
      ]),
  },
  {
    id: 'apache/proxy-no-connection',
    match: /failed to make connection to backend: (?<host>\S+)|^ap_proxy_connect_backend disabling worker for \((?<worker>[^)]*)\)/,
    meaning: 'Apache gave up on the application behind the proxy; for a time (retry=, 60 s) it does not even try.',
    checks: ['The "attempt to connect" message above: its address and its reason.'],
  },
  {
    id: 'apache/proxy-read',
    match: /^(?:\[?\w*\]?:? ?)?[Ee]rror reading (?:status line )?from remote server(?: returned by (?<uri>\S+)| (?<host>\S+))?/,
    meaning:
      'The application took the connection and gave no whole answer ({errno}): its worker was ended, it took longer than ProxyTimeout, or it speaks another protocol. The client gets a 502.',
    checks: ['The log of the application at this time.', 'ProxyTimeout and timeout= of ProxyPass against the timeout of the application.'],
    causes: (_, look) => [
      ...look
        .problems(['process/timeout-order', 'process/protocol-mismatch', 'process/tls-to-plain-http'])
        .filter(({ message }) => !message.includes('proxy_')),
      ...look.directives({ dialect: 'apache', names: ['proxytimeout'], message: 'Apache waits as long as this line says.' }),
    ],
  },
  {
    id: 'apache/proxy-no-handler',
    match: /^No protocol handler was valid for the URL (?<uri>\S+)(?: \(scheme '(?<scheme>[^']+)'\))?/,
    meaning: 'A request is to be passed on by {scheme}, and the module for it is not loaded. The client gets a 500.',
    checks: ['a2enmod proxy_http (for http), proxy_uwsgi, proxy_fcgi, proxy_wstunnel: by the scheme of ProxyPass.'],
    causes: ({ scheme }, look) =>
      look.directives({
        dialect: 'apache',
        names: ['proxypass', 'proxypassmatch', 'rewriterule', 'balancermember'],
        test: ({ args }) => scheme !== undefined && args.some(({ value }) => value.startsWith(`${scheme}://`) || value.includes(`|${scheme}://`)),
        message: 'Requests are passed on by this scheme here.',
      }),
  },
  {
    id: 'apache/proxy-tls-off',
    match: /SSL Proxy requested for (?<host>\S+) but not enabled/,
    meaning: 'ProxyPass names https:// and SSLProxyEngine is off in this host. The client gets a 500.',
    checks: ['SSLProxyEngine On in the virtual host.'],
    causes: (_, look) =>
      look.directives({
        dialect: 'apache',
        names: ['proxypass', 'proxypassmatch', 'balancermember'],
        test: ({ args }) => args.some(({ value }) => value.startsWith('https://')),
        message: 'Requests are passed on with TLS here.',
      }),
  },
  {
    id: 'apache/workers-used-up',
    match: /^server reached MaxRequestWorkers setting|^scoreboard is full/,
    meaning: 'All of Apache’s workers are busy: further clients wait.',
    checks: [
      'Why does each request take so long (server-status)? Then MaxRequestWorkers, as far as there is memory.',
      'KeepAliveTimeout: idle connections hold workers of prefork and worker.',
    ],
    causes: (_, look) =>
      look.directives({ dialect: 'apache', names: ['maxrequestworkers', 'maxclients', 'threadsperchild', 'serverlimit'], message: 'The number is set here.' }),
  },
  {
    id: 'apache/child-crashed',
    match: /^child (?:pid|process) (?<pid>\d+) (?:exit signal|still did not exit) ?(?<signal>[\w ]*)/,
    meaning:
      'A process of Apache crashed ({signal}). With mod_wsgi it is nearly always a compiled Python package: of another Python, or one that cannot run in a sub-interpreter.',
    checks: [
      'Which requests were running? A core dump (CoreDumpDirectory) names the library.',
      'WSGIApplicationGroup %{GLOBAL}; packages with their own libssl or libpq beside Apache’s.',
    ],
    causes: (_, look) => look.problems(['wsgi/needs-main-interpreter', 'python/extension-for-other-python', 'python/virtualenv-conflict']),
  },
  {
    id: 'apache/user-password',
    match: /^user (?<user>\S+): authentication failure for "(?<uri>[^"]+)": Password Mismatch|^user (?<name>\S+) not found: (?<at>\S+)/,
    meaning: 'The user or the password that a client gave is not in the list. It gets a 401.',
    checks: ['htpasswd -v LIST USER.'],
    causes: (_, look) => look.directives({ dialect: 'apache', names: ['authuserfile'], message: 'A list of users is named here.' }),
  },
  {
    id: 'apache/user-file-missing',
    match: /^[Cc]ould not open password file: (?<path>\S+)/,
    meaning: 'The list of users {path} cannot be opened ({errno}). Each request gets a 500.',
    checks: ['Is it there, and may the User of Apache read it and enter the folders above it?'],
    causes: (found, look) => look.directives({ dialect: 'apache', names: ['authuserfile'], value: found.path, message: 'The file is named here.' }),
  },
  {
    id: 'apache/authentication-incomplete',
    match:
      /^(?:No authentication done but request not allowed without authentication|configuration error: {1,2}couldn't |need AuthName|AuthType \S+ configured without|AuthType not set|access to \S+ failed, reason: verification of user id)/,
    meaning:
      'Require asks for a user, and something of the authentication is missing (AuthType, AuthName, AuthUserFile, a provider’s module). Each request gets a 500.',
    checks: ['AuthType Basic, AuthName and AuthUserFile in the same section; auth_basic and authn_file loaded.'],
    causes: (_, look) => look.problems(['apache/authentication-incomplete', 'security/auth-without-user-file']),
  },
  {
    id: 'apache/certificate-missing',
    match:
      /(?:SSLCertificate(?:Key|Chain)?File: file '(?<path>[^']+)' does not exist or is empty|Failed to configure (?:at least one )?certificate|Server should be SSL-aware but has no certificate configured|Init: \(?[^)]*\)? ?.*Unable to (?:read|configure))/,
    meaning: 'A host with TLS has no certificate that can be read, so Apache does not start.',
    checks: ['SSLCertificateFile and SSLCertificateKeyFile of the host: are the files there?'],
    causes: (found, look) => [
      ...syntaxCauses(found, look),
      ...look.directives({ dialect: 'apache', names: ['sslcertificatefile', 'sslcertificatekeyfile'], value: found.path, message: 'The file is named here.' }),
    ],
  },
  {
    id: 'apache/certificate-key-mismatch',
    match: /Certificate and private key (?<host>\S+) from (?<path>\S+)(?: and (?<key>\S+))? do not match/,
    meaning: 'The key does not belong to the certificate {path}, so Apache does not start.',
    checks: ['openssl x509 -noout -pubkey -in CERT and openssl pkey -pubout -in KEY must give the same.'],
    causes: (found, look) =>
      look.directives({ dialect: 'apache', names: ['sslcertificatefile'], value: found.path, message: 'The certificate is named here.' }),
  },
  {
    id: 'apache/certificate-name',
    match: /^(?<host>[\w.-]+:\d+):\d+ server certificate does NOT include an ID which matches the server name/,
    meaning: 'The certificate is of other names than the ServerName of this host: browsers will refuse it.',
    checks: ['ServerName of the virtual host, and the names in the certificate.'],
    causes: ({ host = '' }, look) =>
      look.directives({ dialect: 'apache', names: ['servername'], value: host.replace(/:\d+$/, ''), message: 'The name that the certificate should have.' }),
  },
  {
    id: 'apache/module-loaded-twice',
    match: /^module (?<module>\w+) is already loaded, skipping/,
    meaning: '{module} is loaded by two LoadModule lines: the second is not looked at. Of two mod_wsgi the wrong one may be in use.',
    checks: ['mods-enabled and conf.modules.d against the main file.'],
    causes: (found, look) => look.directives({ dialect: 'apache', names: ['loadmodule'], value: found.module, message: 'It is loaded here.' }),
  },
  {
    id: 'apache/mpm',
    match: /^(?:Configuration error: )?(?:No MPM loaded|More than one MPM loaded)/,
    meaning: 'Exactly one of mpm_event, mpm_worker and mpm_prefork must be loaded.',
    checks: ['a2dismod mpm_prefork, a2enmod mpm_event.'],
    causes: (_, look) =>
      look.directives({
        dialect: 'apache',
        names: ['loadmodule'],
        test: ({ args }) => args[0]?.value.startsWith('mpm_') === true,
        message: 'An MPM is loaded here.',
      }),
  },
  {
    id: 'apache/variable-undefined',
    match: /^Config variable \$\{(?<name>[^}]+)\} is not defined/,
    meaning:
      '${{name}} is defined nowhere: the text stays as it is written. Debian’s variables (APACHE_LOG_DIR) come from envvars, which apache2ctl reads and apache2 by itself does not.',
    checks: ['Is Apache started by apache2ctl or its unit? Else: Define, or the environment.'],
    causes: ({ name }, look) =>
      look.directives({
        dialect: 'apache',
        names: variableUsers,
        test: ({ node }) => name !== undefined && node.text.includes(`\${${name}}`),
        message: 'It is used here.',
      }),
  },
  {
    id: 'apache/htaccess-unreadable',
    match: /^(?<path>\S+) pcfg_openfile: unable to check htaccess file/,
    meaning: "Apache's user may not look for {path} (it needs x on each folder above). The client gets a 403.",
    checks: ['namei -l of the folder.', 'AllowOverride None, if no .htaccess is wanted there.'],
    causes: servedCauses([]),
  },
  {
    id: 'apache/rewrite-forbidden',
    match: /^Options FollowSymLinks and SymLinksIfOwnerMatch are both off, so the RewriteRule directive is also forbidden/,
    meaning: 'RewriteRule in a folder needs Options FollowSymLinks (or SymLinksIfOwnerMatch) there. The client gets a 403.',
    checks: ['Options +FollowSymLinks for this folder.'],
    causes: (_, look) => look.problems(['apache/rewrite-forbidden-by-options']),
  },
  {
    id: 'apache/tls-to-plain',
    match: /^Invalid method in request \\x16\\x03/,
    meaning: 'A client spoke TLS to a port where Apache speaks plain HTTP.',
    checks: ['SSLEngine on in the host of port 443, and mod_ssl loaded.'],
    causes: (_, look) => look.problems(['apache/tls-not-switched-on']),
  },
  {
    id: 'apache/body-too-large',
    match: /Requested content-length of (?<size>\d+) is larger than the configured limit of (?<limit>\d+)/,
    meaning: 'The body of the request ({size} bytes) is larger than LimitRequestBody ({limit}). The client gets a 413.',
    checks: ['LimitRequestBody of the section; since Apache 2.4.54 it is 1 GiB where none is set.'],
    causes: (_, look) => [
      ...look.problems(['django/upload-larger-than-body-limit']),
      ...look.directives({ dialect: 'apache', names: ['limitrequestbody'], message: 'The limit is set here.' }),
    ],
  },
  {
    id: 'apache/user-unknown',
    match: /bad (?<what>user|group) name (?<name>\S+)/,
    meaning: 'This machine has no {what} {name}.',
    checks: ['Debian: www-data; Red Hat: apache. APACHE_RUN_USER of envvars.'],
    causes: (found, look) =>
      look.directives({
        dialect: 'apache',
        names: ['user', 'group', 'wsgidaemonprocess'],
        test: ({ args }) => args.some(({ value }) => value === found.name || value.endsWith(`=${found.name}`)),
        message: 'It is named here.',
      }),
  },
  {
    id: 'apache/failed',
    match: /^(?:Configuration Failed|Configuration check failed|Unable to open logs|AH00016|AH00015)|Pre-configuration failed/,
    meaning: 'Apache does not start: the lines above say why.',
    checks: ['The lines above; may it write to the folder of its logs?'],
  },
]

const accessRules = [
  'apache/access-not-granted',
  'apache/access-for-other-directory',
  'apache/alias-slash-mismatch',
  'apache/old-access-directives',
  'apache/directory-with-url-path',
  'wsgi/script-alias-slash',
]

/** Directives in which variables are usual. */
const variableUsers = [
  'errorlog',
  'customlog',
  'documentroot',
  'user',
  'group',
  'pidfile',
  'mutex',
  'listen',
  'servername',
  'include',
  'includeoptional',
  'directory',
  'alias',
  'wsgidaemonprocess',
  'wsgiscriptalias',
  'defaultruntimedir',
  'sslcertificatefile',
  'sslcertificatekeyfile',
  'proxypass',
  'serverroot',
]

function syntaxCauses(found: Found, look: Look): Cause[] {
  const words = (found.words ?? '').trim()
  const tested = words === '' ? [] : look.configTest(words)
  if (tested.length > 0) return tested
  const word = /^(?:Invalid command )?'([^']+)'/.exec(words)?.[1] ?? /^<?(\w+)>? (?:takes|not allowed|must|cannot|requires|directive)/.exec(words)?.[1]
  return look.line(found.file, found.line, word, 'Apache stopped at this line.')
}

function servedCauses(rules: readonly string[]): (found: Found, look: Look) => Cause[] {
  return (found, look) => {
    const serving = look.serving(found.path, 'apache')
    return [...look.problemsNear(serving, rules), ...serving]
  }
}

function proxyCauses(address: string | undefined, look: Look, rules: readonly string[]): Cause[] {
  const sending = look.sendingTo(address, 'apache')
  const listening = look.listeningAt(address)
  return [...look.problemsNear([...sending, ...listening], rules), ...sending, ...listening]
}

const scriptAliases = (path: string | undefined, look: Look): Cause[] =>
  path === undefined
    ? []
    : look.directives({ dialect: 'apache', names: ['wsgiscriptalias'], test: ({ args }) => args[1]?.value === path, message: 'This script is named here.' })

/** Some messages have the path of the proxy: `proxy:http://…`. */
const uriOf = (path: string | undefined): string | undefined => path?.replace(/^proxy:/, '')

/** Whether a directive stands in a `<Directory>` without wildcards that holds the path. */
function holdsFolder(directive: PlacedDirective, path: string | undefined): boolean {
  const { parent } = directive
  const folder = parent?.name === 'directory' ? parent.args[0] : undefined
  return path !== undefined && folder?.known === true && !/[*?[]/.test(folder.value) && isInside(path, folder.value.replace(/(.)\/$/, '$1'))
}

/** Whether it refuses: what lets all in is not the cause. */
function refusesFolder(directive: PlacedDirective, path: string | undefined): boolean {
  const words = directive.args.map(({ value }) => value.toLowerCase()).join(' ')
  if (/^(?:all granted|from none)$/.test(words)) return false
  return holdsFolder(directive, path)
}
