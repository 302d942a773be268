import type { Cause, Look } from '../look.ts'
import type { Found, LogPattern } from '../pattern.ts'

/** Messages of nginx, from the words of its source: what `ngx_log_error` and `ngx_conf_log_error` are given. */
export const nginxPatterns: readonly LogPattern[] = [
  {
    id: 'nginx/connection-refused',
    match: /connect\(\) failed \(111: [^)]*\) while connecting to upstream/,
    meaning: 'Nothing listens at {upstream}: the application is not running, or listens at another address. The client gets a 502.',
    checks: ['Does the application run (systemctl status, its own log)?', 'Does it listen at the address that nginx sends to (ss -ltnp)?'],
    causes: upstreamCauses([
      'process/nothing-listens',
      'platform/upstream-port-not-served',
      'platform/container-listens-on-loopback',
      'platform/procfile-not-served',
    ]),
  },
  {
    id: 'nginx/socket-missing',
    match: /connect\(\) to unix:(?<socket>[^ ]+) failed \(2: /,
    meaning:
      'There is no socket {socket}: the application is not running, makes its socket elsewhere, or in a /tmp of its own (PrivateTmp). The client gets a 502.',
    checks: [
      'Does the application run?',
      'Is its socket where nginx looks (ss -lxp)?',
      'Does the folder of the socket exist when the application starts (RuntimeDirectory=)?',
    ],
    causes: upstreamCauses(['process/nothing-listens', 'process/socket-in-private-tmp', 'process/runtime-directory-missing', 'platform/socket-not-shared']),
  },
  {
    id: 'nginx/socket-permission',
    match: /connect\(\) to unix:(?<socket>[^ ]+) failed \(13: /,
    meaning: "nginx's workers may not connect to {socket}: they need to write to the socket and to pass through each folder above it. The client gets a 502.",
    checks: ['namei -l of the socket: may the user of nginx write to it and enter all folders?', 'Is SELinux in the way (audit.log)?'],
    causes: upstreamCauses(['process/socket-not-accessible', 'process/socket-in-private-tmp']),
  },
  {
    id: 'nginx/socket-full',
    match: /connect\(\) to unix:(?<socket>[^ ]+) failed \(11: /,
    meaning: 'The queue of {socket} is full: the application takes connections more slowly than they come.',
    checks: ['Are there enough workers, and do they hang?', 'The backlog of the application, and net.core.somaxconn.'],
    causes: upstreamCauses([]),
  },
  {
    id: 'nginx/connection-unreachable',
    match: /connect\(\) failed \((?:113|101): (?<why>[^)]*)\) while connecting to upstream/,
    meaning: 'The machine of {upstream} cannot be reached from here ({why}).',
    checks: ['Is the address right, and does the machine run?', 'A firewall or a container network in between.'],
    causes: upstreamCauses(['platform/upstream-host-unknown']),
  },
  {
    id: 'nginx/connection-forbidden',
    match: /connect\(\) (?:to \S+ )?failed \(13: [^)]*\) while connecting to upstream/,
    meaning: 'The system forbids nginx to connect to {upstream}; for a TCP address this is usually SELinux.',
    checks: ['setsebool -P httpd_can_network_connect 1, where SELinux is enforcing.'],
    causes: upstreamCauses([]),
  },
  {
    id: 'nginx/upstream-connect-timeout',
    match: /upstream timed out \(110: [^)]*\) while connecting to upstream/,
    meaning: '{upstream} did not take the connection in time: the machine is gone, or a firewall drops what is sent to it. The client gets a 504.',
    checks: ['Can the address be reached from this machine?', 'Firewalls and security groups in between.'],
    causes: upstreamCauses([]),
  },
  {
    id: 'nginx/upstream-timeout',
    match: /upstream timed out \(110: [^)]*\) while (?<during>reading response header from upstream|reading upstream|sending request to upstream)/,
    meaning:
      'The application behind {upstream} took longer than nginx waits (60 s between two reads, unless a *_read_timeout says otherwise). The client gets a 504 or half an answer.',
    checks: [
      'Why does this request take so long? The log of the application.',
      "Timeouts from outside to inside: nginx's should be longer than the application's.",
    ],
    causes: (found, look) => {
      const sending = look.sendingTo(found.upstream, 'nginx', found.server)
      const timeouts = look.directives({
        dialect: 'nginx',
        names: ['proxy_read_timeout', 'uwsgi_read_timeout', 'fastcgi_read_timeout', 'proxy_send_timeout'],
        server: found.server,
        message: 'nginx waits as long as this line says.',
      })
      return [...look.problems(['process/timeout-order']), ...timeouts, ...sending]
    },
  },
  {
    id: 'nginx/upstream-closed',
    match: /upstream prematurely closed connection while reading (?:response header from upstream|upstream)/,
    meaning:
      'The application behind {upstream} closed the connection before its answer was whole: its worker was ended (a timeout, no memory, a crash), or it speaks another protocol.',
    checks: [
      'The log of the application at this time (WORKER TIMEOUT, SIGKILL, HARAKIRI).',
      'Does it speak the protocol of the directive (proxy_pass: HTTP, uwsgi_pass: uwsgi)?',
    ],
    causes: upstreamCauses(['process/protocol-mismatch', 'process/timeout-order', 'process/tls-to-plain-http']),
  },
  {
    id: 'nginx/upstream-reset',
    match:
      /(?:recv|readv|send|sendfile|writev)\(\) failed \((?:104|32): [^)]*\) while (?:reading response header from upstream|reading upstream|sending request to upstream)/,
    meaning: 'The application behind {upstream} broke the connection off: it speaks another protocol, its worker was ended, or it refuses what is sent.',
    checks: ['Does it speak the protocol of the directive (proxy_pass: HTTP, uwsgi_pass: uwsgi)?', 'The log of the application at this time.'],
    causes: upstreamCauses(['process/protocol-mismatch', 'process/timeout-order', 'process/tls-to-plain-http']),
  },
  {
    id: 'nginx/upstream-not-http',
    match: /upstream sent (?:no valid HTTP\/1\.0 header|invalid header|unsupported FastCGI protocol version|invalid status)/,
    meaning:
      'What {upstream} answered is not the protocol that nginx speaks to it (HTTP for proxy_pass, uwsgi for uwsgi_pass, FastCGI for fastcgi_pass; TLS needs https://).',
    checks: ['Which protocol does the program at this address speak (gunicorn: HTTP; uWSGI socket=: uwsgi; http-socket=: HTTP)?'],
    causes: upstreamCauses(['process/protocol-mismatch', 'process/tls-to-plain-http']),
  },
  {
    id: 'nginx/upstream-header-too-big',
    match: /upstream sent too big header while reading response header/,
    meaning: 'The headers of the answer from {upstream} are larger than one buffer (4 or 8 kB): often many or long Set-Cookie headers. The client gets a 502.',
    checks: ['proxy_buffer_size (uwsgi_, fastcgi_) of this location; proxy_busy_buffers_size follows it.', 'Why are the headers so long?'],
    causes: (found, look) => [
      ...look.directives({
        dialect: 'nginx',
        names: ['proxy_buffer_size', 'uwsgi_buffer_size', 'fastcgi_buffer_size'],
        server: found.server,
        message: 'All headers of an answer must have room in this.',
      }),
      ...look.sendingTo(found.upstream, 'nginx', found.server),
    ],
  },
  {
    id: 'nginx/no-live-upstreams',
    match: /no live upstreams while connecting to upstream/,
    meaning: 'All servers of the upstream {upstream} failed a short time ago and rest for fail_timeout (10 s). The client gets a 502.',
    checks: ['The first errors of each of these servers, above in this log.', 'max_fails and fail_timeout of the upstream.'],
    causes: (found, look) =>
      look.directives({ dialect: 'nginx', names: ['upstream'], value: hostOf(found.upstream), message: 'This is the upstream of which no server is left.' }),
  },
  {
    id: 'nginx/upstream-tls',
    match: /SSL_do_handshake\(\) failed .*while SSL handshaking to upstream/,
    meaning: 'The handshake of TLS with {upstream} failed; "wrong version number" says that plain HTTP is spoken there.',
    checks: [
      'Does the program at this address speak TLS? If not: http:// in place of https://.',
      'proxy_ssl_name, proxy_ssl_server_name and proxy_ssl_protocols, if it does.',
    ],
    causes: upstreamCauses(['process/tls-to-plain-http', 'nginx/scheme-against-port']),
  },
  {
    id: 'nginx/upstream-certificate',
    match: /upstream SSL certificate (?:verify error|does not match)/,
    meaning: 'The certificate of {upstream} is not trusted, or is of another name than proxy_ssl_name (the host of proxy_pass).',
    checks: ['proxy_ssl_trusted_certificate and proxy_ssl_name.'],
    causes: (found, look) =>
      look.directives({
        dialect: 'nginx',
        names: ['proxy_ssl_trusted_certificate', 'proxy_ssl_name', 'proxy_ssl_verify'],
        server: found.server,
        message: 'The check of the certificate is set here.',
      }),
  },
  {
    id: 'nginx/upstream-host-not-found',
    match: /host not found in upstream "(?<host>[^"]+)"/,
    meaning: 'The name in "{host}" cannot be resolved when nginx starts, so nginx does not start.',
    checks: [
      'The spelling of the name.',
      'In containers: are both in one network, and is the service started before?',
      'A variable and a resolver make nginx ask at run time instead.',
    ],
    causes: (found, look) => [
      ...look.problems(['platform/upstream-host-unknown', 'nginx/upstream-misspelt'], bare(found.host)),
      ...look.line(found.file, found.line, bare(found.host), 'This name is asked for when nginx starts.'),
    ],
  },
  {
    id: 'nginx/no-resolver',
    match: /no resolver defined to resolve (?<host>\S+)/,
    meaning: 'The address is made of variables, so nginx must resolve {host} itself at run time, and no resolver is set. The client gets a 502.',
    checks: ['A resolver in http, server or location.'],
    causes: (found, look) =>
      look.problems(['nginx/resolver-missing']).concat(
        look.directives({
          dialect: 'nginx',
          names: ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass'],
          server: found.server,
          test: ({ args }) => args[0]?.value.includes('$') ?? false,
          message: 'The address is made of variables here.',
        }),
      ),
  },
  {
    id: 'nginx/not-resolved',
    match: /(?<host>\S+) could not be resolved \((?<why>[^)]*)\)/,
    meaning: "nginx's resolver has no address for {host} ({why}).",
    checks: ['Does this DNS server know the name? Names of /etc/hosts and of search domains are not known to the resolver of nginx.'],
    causes: (_, look) => look.directives({ dialect: 'nginx', names: ['resolver'], message: 'These DNS servers are asked.' }),
  },
  {
    id: 'nginx/file-missing',
    at: 'request',
    match: /(?:(?:open|stat|opendir|lstat)\(\) )?"(?<path>[^"]+)" (?:is not found|failed) \((?:2|20): [^)]*\)$/,
    meaning: 'There is no file {path}: so says the root or alias of the location that takes this request. The client gets a 404.',
    checks: [
      'Is the file there, under exactly this path?',
      'root puts the whole URL behind its folder, alias puts what follows the prefix.',
      "For static files of Django: was collectstatic run, and is this STATIC_ROOT's folder?",
    ],
    causes: servedCauses([
      'nginx/alias-slash-mismatch',
      'nginx/root-repeats-location',
      'nginx/try-files-with-captured-alias',
      'nginx/location-shadowed',
      'django/static-root-mismatch',
      'django/media-root-mismatch',
      'django/static-url-mismatch',
      'platform/static-volume-not-shared',
    ]),
  },
  {
    id: 'nginx/file-permission',
    at: 'request',
    match: /(?:(?:open|stat|opendir)\(\) )?"(?<path>[^"]+)" (?:is forbidden|failed) \(13: [^)]*\)$/,
    meaning: "nginx's workers may not read {path}: they need to read the file and to pass through each folder above it. The client gets a 403.",
    checks: ['namei -l of the path: home folders are often closed to others.', 'The user directive, and SELinux.'],
    causes: (found, look) => [
      ...servedCauses([])(found, look),
      ...look.directives({ dialect: 'nginx', names: ['user'], message: 'The workers run as this user.' }),
    ],
  },
  {
    id: 'nginx/file-error',
    at: 'request',
    match: /(?:open\(\)|stat\(\)|opendir\(\)) "(?<path>[^"]+)" failed \((?<error>(?:21|24|36|40): [^)]*)\)/,
    meaning: '{path} cannot be opened ({error}).',
    checks: ['24: the limit of open files (worker_rlimit_nofile); 36: a name that is too long; 40: links that lead in a circle.'],
    causes: (found, look) => [
      ...(found.error?.startsWith('24') ? look.problems(['nginx/few-file-descriptors']) : []),
      ...look.serving(found.path, 'nginx', found.server),
    ],
  },
  {
    id: 'nginx/directory-index-forbidden',
    match: /directory index of "(?<path>[^"]+)" is forbidden/,
    meaning: 'The URL is a folder, {path}, without a file of index in it, and listings (autoindex) are off. The client gets a 403.',
    checks: ['Should a request come here at all, or be handed to the application (location, try_files)?', 'index, and whether the file is in the folder.'],
    causes: servedCauses(['nginx/location-shadowed', 'nginx/root-repeats-location']),
  },
  {
    id: 'nginx/access-forbidden',
    match: /^access forbidden by rule/,
    meaning: 'A deny (or the end of a list of allow) refuses the client {client}. It gets a 403.',
    checks: ['Behind a proxy or load balancer the client is the proxy, unless real_ip_header and set_real_ip_from are set.'],
    causes: (found, look) => look.directives({ dialect: 'nginx', names: ['deny'], server: found.server, message: 'Clients are refused here.' }),
  },
  {
    id: 'nginx/redirection-cycle',
    match: /rewrite or internal redirection cycle(?: while internally redirecting to "(?<uri>[^"]*)")?/,
    meaning:
      'A request was led inside nginx from one address to the next ten times: the last argument of try_files, an index or an error_page leads back to itself. The client gets a 500.',
    checks: ['Is the file of the fallback there, and under the root of the location that takes the fallback?'],
    causes: (found, look) => [
      ...look.problems(['nginx/try-files-fallback', 'nginx/error-page-without-slash']),
      ...look.directives({
        dialect: 'nginx',
        names: ['try_files', 'error_page', 'rewrite'],
        server: found.server,
        test: ({ args }) => found.uri !== undefined && args.at(-1)?.value === found.uri,
        message: 'This leads requests to the address that the message names.',
      }),
    ],
  },
  {
    id: 'nginx/body-too-large',
    match: /client intended to send too large (?:chunked )?body(?:: (?<size>\d+) bytes)?/,
    meaning: 'The body of the request is larger than client_max_body_size (1 MB where none is set). The client gets a 413.',
    checks: ['client_max_body_size of the server or location that takes uploads.'],
    causes: (found, look) => {
      const limits = look.directives({ dialect: 'nginx', names: ['client_max_body_size'], server: found.server, message: 'This is the limit.' })
      const problems = look.problems(['django/upload-larger-than-body-limit', 'nginx/body-limit-not-set'])
      const blocks = look.directives({
        dialect: 'nginx',
        names: ['server_name'],
        value: found.server || undefined,
        message: 'No client_max_body_size is set: in this server the limit is 1 MB.',
      })
      return [...problems, ...limits, ...(problems.length + limits.length === 0 && found.server ? blocks : [])]
    },
  },
  {
    id: 'nginx/address-in-use',
    match: /bind\(\) to (?<address>\S+) failed \(98: [^)]*\)/,
    meaning: 'Another program listens at {address}, so nginx does not start: often Apache, or an nginx that was started by hand.',
    checks: ['ss -ltnp says which program.', 'Do two listen lines overlap ([::]:80 with ipv6only=off and 80)?'],
    causes: listenCauses,
  },
  {
    id: 'nginx/address-forbidden',
    match: /bind\(\) to (?<address>\S+) failed \(13: [^)]*\)/,
    meaning: 'nginx may not listen at {address}: ports below 1024 need root or CAP_NET_BIND_SERVICE, and SELinux allows only known ports.',
    checks: ['Is nginx started as root?', 'semanage port -l | grep http_port_t'],
    causes: listenCauses,
  },
  {
    id: 'nginx/address-not-here',
    match: /bind\(\) to (?<address>\S+) failed \(99: [^)]*\)/,
    meaning: 'This machine has no address {address} (or not yet, while it starts).',
    checks: ['ip addr; in clouds the public address belongs to the gateway, not to the machine.'],
    causes: listenCauses,
  },
  {
    id: 'nginx/could-not-bind',
    match: /^still could not bind\(\)/,
    meaning: 'After five attempts nginx gave up to listen: the lines above say where and why.',
    checks: ['The bind() messages above.'],
  },
  {
    id: 'nginx/certificate-missing',
    match: /cannot load certificate "(?<path>[^"]+)": .*(?:No such file|BIO_new_file|Permission denied)/,
    meaning: 'The certificate {path} cannot be opened, so nginx does not start.',
    checks: ['Is the file there, and may root read it?', 'With certbot: was the certificate made for this name (certbot certificates)?'],
    causes: certificateCauses(['ssl_certificate', 'proxy_ssl_certificate']),
  },
  {
    id: 'nginx/certificate-key-missing',
    match: /cannot load certificate key "(?<path>[^"]+)": .*(?:No such file|BIO_new_file|Permission denied)/,
    meaning: 'The key {path} cannot be opened, so nginx does not start.',
    checks: ['Is the file there, and may root read it?'],
    causes: certificateCauses(['ssl_certificate_key', 'proxy_ssl_certificate_key']),
  },
  {
    id: 'nginx/certificate-key-mismatch',
    match: /SSL_CTX_use_PrivateKey(?:_file)?\("(?<path>[^"]+)"\) failed .*key values mismatch/,
    meaning: 'The key {path} does not belong to the certificate beside it.',
    checks: [
      'openssl x509 -noout -pubkey -in CERT and openssl pkey -pubout -in KEY must give the same.',
      "In a chain, the server's own certificate comes first.",
    ],
    causes: certificateCauses(['ssl_certificate_key']),
  },
  {
    id: 'nginx/certificate-unreadable',
    match: /cannot load certificate(?: key)? "(?<path>[^"]+)"/,
    meaning: '{path} is not what is expected there: no PEM, encrypted without a password, or cut off.',
    checks: ['openssl x509 -in FILE -noout -text (a key: openssl pkey -in FILE -noout).'],
    causes: certificateCauses(['ssl_certificate', 'ssl_certificate_key', 'proxy_ssl_certificate', 'proxy_ssl_certificate_key']),
  },
  {
    id: 'nginx/no-certificate',
    match: /no "ssl_certificate(?:_key)?" is defined/,
    meaning: 'A server listens with TLS and has no certificate: nginx does not start, or refuses the handshake.',
    checks: ['ssl_certificate and ssl_certificate_key in this server or in http.'],
    causes: configCauses,
  },
  {
    id: 'nginx/include-missing',
    at: 'start',
    match: /^open\(\) "(?<path>[^"]+)" failed \((?<error>\d+: [^)]*)\)$/,
    meaning: '{path} cannot be opened ({error}).',
    checks: ['Is it there, under this path, on this machine?'],
    causes: (found, look) => [
      ...look.problems(['nginx/include-not-found', 'platform/nginx-include-missing'], found.path),
      ...look.directives({
        dialect: 'nginx',
        names: ['include', 'error_log', 'access_log', 'pid', 'ssl_dhparam', 'auth_basic_user_file'],
        value: found.path,
        message: 'The file is named here.',
      }),
      ...configCauses(found, look),
    ],
  },
  {
    id: 'nginx/unknown-directive',
    match: /^unknown directive "(?<word>[^"]*)"/,
    meaning: 'nginx does not know a directive {word}: it is misspelt, or of a module that is not loaded, or the line before lacks its ";".',
    checks: ['The spelling; the line before.', 'load_module, and whether the package of the module is installed (nginx -V).'],
    causes: configCauses,
  },
  {
    id: 'nginx/not-terminated',
    match:
      /^(?:directive "(?<word>[^"]*)" is not terminated by ";"|unexpected end of file, expecting|unexpected "(?<mark>[^"]*)"|directive "(?<block>[^"]*)" has no opening "\{")/,
    meaning: 'A ";" or a brace is missing or too many, at this line or above it. nginx does not start; one that runs keeps its old configuration.',
    checks: ['The lines above the one that is named: nginx notices only where it cannot go on.'],
    causes: configCauses,
  },
  {
    id: 'nginx/not-allowed-here',
    match: /^"(?<word>[^"]+)" directive is not allowed here/,
    meaning: 'The directive {word} may not stand in this block.',
    checks: ['A file in conf.d or sites-enabled stands inside http already.', 'Does a block end too early or too late?'],
    causes: configCauses,
  },
  {
    id: 'nginx/argument-count',
    match: /^invalid number of arguments in "(?<word>[^"]+)" directive/,
    meaning: '{word} takes more or fewer arguments. Often the ";" of this line is missing, and the next line counts as arguments.',
    checks: ['The ";" at the end of the line; quotes around values with spaces.'],
    causes: configCauses,
  },
  {
    id: 'nginx/duplicate-directive',
    match:
      /^(?:"(?<word>[^"]+)" directive is duplicate|duplicate (?<what>[\w ]+) "?(?<name>[^"\s]+)"?|a duplicate (?:default server|listen)|duplicate listen options)/,
    meaning: 'Something stands twice that may stand once: nginx does not start.',
    checks: ['Is one file included twice (sites-enabled/*, and a backup copy in it)?'],
    causes: configCauses,
  },
  {
    id: 'nginx/unknown-variable',
    match: /^unknown "(?<word>[^"]+)" variable/,
    meaning: 'Nothing defines ${word}: it is misspelt, or the map, geo or set that defines it is not read, or its module is not loaded.',
    checks: ['The spelling; the file with the map.'],
    causes: configCauses,
  },
  {
    id: 'nginx/conflicting-server-name',
    match: /^conflicting server name "(?<name>[^"]*)" on (?<address>\S+), ignored/,
    meaning: 'Two servers have the name "{name}" at {address}: the second one never gets a request for it.',
    checks: ['Are two files for one site enabled, or one file twice?'],
    causes: (found, look) => [
      ...look.configTest(found.message ?? ''),
      ...look.directives({ dialect: 'nginx', names: ['server_name'], value: found.name, message: 'One of the servers of this name.' }),
    ],
  },
  {
    id: 'nginx/zone-undefined',
    match: /^(?:zero size shared memory zone|unknown (?:limit_req_zone|limit_conn_zone) )"?(?<word>[^"\s]*)"?/,
    meaning: 'The zone "{word}" is used and nothing defines it: limit_req_zone, limit_conn_zone or proxy_cache_path do.',
    checks: ['The spelling of the zone where it is defined and where it is used.'],
    causes: (found, look) => [...look.problems(['nginx/undefined-name'], found.word), ...configCauses(found, look)],
  },
  {
    id: 'nginx/hash-too-small',
    match: /could not build (?:the |optimal )?(?<hash>\w+_hash), you should increase (?:either )?(?<word>\w+)/,
    meaning: 'The names of {hash} do not fit: nginx wants {word} to be larger.',
    checks: ['{word} in http: double it.'],
    causes: (found, look) => look.directives({ dialect: 'nginx', names: [found.word ?? ''], message: 'It is set here.' }),
  },
  {
    id: 'nginx/worker-connections',
    match: /(?<number>\d+)? ?worker_connections (?:are not enough|exceed open file resource limit)/,
    meaning: 'The connections of a worker are used up (or are more than the files that it may open). A proxied request needs two.',
    checks: ['worker_connections in events, worker_rlimit_nofile beside it.', 'Connections that stay open: keepalive_timeout, slow upstreams.'],
    causes: (_, look) => [
      ...look.problems(['nginx/few-file-descriptors']),
      ...look.directives({ dialect: 'nginx', names: ['worker_connections'], message: 'So many connections a worker may have.' }),
    ],
  },
  {
    id: 'nginx/too-many-files',
    match: /(?:accept4?|socket|open)\(\).* failed \(24: /,
    meaning: 'A worker has opened as many files and connections as it may.',
    checks: ['worker_rlimit_nofile, and LimitNOFILE= of the unit.'],
    causes: (_, look) => [
      ...look.problems(['nginx/few-file-descriptors']),
      ...look.directives({ dialect: 'nginx', names: ['worker_rlimit_nofile', 'worker_connections'], message: 'The limit is set here.' }),
    ],
  },
  {
    id: 'nginx/request-limited',
    match: /^(?:limiting|delaying) requests, excess: (?<excess>[\d.]+) by zone "(?<zone>[^"]+)"/,
    meaning: 'The client sends more requests than the zone "{zone}" allows; those over the burst get a 503 (limit_req_status).',
    checks: ['rate of the zone and burst of limit_req.', 'Behind a proxy all clients share one address, unless real_ip_header is set.'],
    causes: zoneCauses,
  },
  {
    id: 'nginx/connection-limited',
    match: /^limiting connections by zone "(?<zone>[^"]+)"/,
    meaning: 'The client has more connections open than limit_conn allows in the zone "{zone}".',
    checks: ['The number of limit_conn.', 'Behind a proxy all clients share one address, unless real_ip_header is set.'],
    causes: zoneCauses,
  },
  {
    id: 'nginx/body-buffered',
    match: /^a client request body is buffered to a temporary file (?<path>\S+)/,
    meaning: 'The body of the request is larger than client_body_buffer_size and was written to a file: slower, but no error.',
    checks: ['client_body_buffer_size, if such uploads are usual.'],
    causes: (found, look) => look.directives({ dialect: 'nginx', names: ['client_body_buffer_size'], server: found.server, message: 'It is set here.' }),
  },
  {
    id: 'nginx/response-buffered',
    match: /^an upstream response is buffered to a temporary file (?<path>\S+)/,
    meaning: 'The answer of {upstream} is larger than the buffers and was written to a file: slower, but no error.',
    checks: ['proxy_buffers and proxy_max_temp_file_size; large files are better served by nginx itself (X-Accel-Redirect).'],
    causes: (found, look) => look.sendingTo(found.upstream, 'nginx', found.server),
  },
  {
    id: 'nginx/user-without-root',
    match: /^the "user" directive makes sense only if the master process runs with super-user privileges/,
    meaning: 'nginx was not started as root, so the user directive does nothing.',
    checks: ['Is it started by hand, or in a container as another user? Then it may go.'],
    causes: configCauses,
  },
  {
    id: 'nginx/user-unknown',
    match: /^getpwnam\("(?<word>[^"]+)"\) failed/,
    meaning: 'This machine has no user {word}.',
    checks: ['Debian: www-data; Red Hat and nginx.org: nginx.'],
    causes: (found, look) => [
      ...configCauses(found, look),
      ...look.directives({ dialect: 'nginx', names: ['user'], value: found.word, message: 'The user is named here.' }),
    ],
  },
  {
    id: 'nginx/module-not-loaded',
    match: /^(?:dlopen\(\) "(?<path>[^"]+)" failed|module "(?<module>[^"]+)" (?:is not binary compatible|version \d+ instead of \d+|is already loaded))/,
    meaning: 'A module cannot be loaded: its file is missing, or it was built for another nginx.',
    checks: ['Are nginx and the module from one source, and of one version (nginx -v)?'],
    causes: configCauses,
  },
  {
    id: 'nginx/pid-invalid',
    match: /^invalid PID number "(?<word>[^"]*)" in "(?<path>[^"]+)"/,
    meaning: 'nginx -s was called and no nginx runs that wrote {path}: the file is empty.',
    checks: ['Start nginx first (systemctl start nginx); is another configuration with another pid file in use?'],
    causes: (found, look) => look.directives({ dialect: 'nginx', names: ['pid'], value: found.path, message: 'The file is named here.' }),
  },
  {
    id: 'nginx/user-file-missing',
    match:
      /^open\(\) "(?<path>[^"]+)" failed \(\d+: [^)]*\).*user|^user "(?<user>[^"]*)" was not found in "(?<list>[^"]+)"|^user "(?<name>[^"]*)": password mismatch/,
    meaning: 'The password that the client gave is not right for this user and this list. It gets a 401.',
    checks: ['htpasswd -v LIST USER; bcrypt ($2y$) is not known to the crypt of every system.'],
    causes: (found, look) =>
      look.directives({
        dialect: 'nginx',
        names: ['auth_basic_user_file'],
        server: found.server,
        value: found.list,
        message: 'The list of users is named here.',
      }),
  },
  {
    id: 'nginx/script-unknown',
    match: /FastCGI sent in stderr: "(?:Primary script unknown|.*Unable to open primary script: (?<path>\S+))/,
    meaning: 'PHP was asked for a file that it cannot find: SCRIPT_FILENAME is wrong, or PHP sees other folders (a container, a chroot).',
    checks: ['SCRIPT_FILENAME should be $document_root$fastcgi_script_name, with the root of this location; under alias $request_filename.'],
    causes: (found, look) => [
      ...look.problems(['nginx/script-name-under-alias']),
      ...look.directives({
        dialect: 'nginx',
        names: ['fastcgi_param'],
        value: 'SCRIPT_FILENAME',
        server: found.server,
        message: 'The path of the script is made here.',
      }),
    ],
  },
  {
    id: 'nginx/tls-handshake',
    match:
      /SSL_do_handshake\(\) failed .*(?<why>no shared cipher|unsupported protocol|version too low|wrong version number|http request|bad key share|unknown ca|certificate unknown|unrecognized name)/,
    meaning: 'A client and nginx could not agree on TLS ({why}). Scanners and old clients cause most of these.',
    checks: ['Is a real client among them? Then ssl_protocols and ssl_ciphers, or the chain of the certificate.'],
    causes: (found, look) =>
      look.directives({ dialect: 'nginx', names: ['ssl_protocols', 'ssl_ciphers'], server: found.server, message: 'What nginx accepts is set here.' }),
  },
  {
    id: 'nginx/plain-http-to-tls',
    match: /^client sent plain HTTP request to HTTPS port/,
    meaning: 'A client spoke HTTP to a port with TLS: it gets a 400.',
    checks: ['A link or a proxy in front with http://…:443; ssl in a listen line where it does not belong.'],
    causes: (found, look) =>
      look.directives({
        dialect: 'nginx',
        names: ['listen'],
        server: found.server,
        test: ({ args }) => args.some(({ value }) => value === 'ssl'),
        message: 'This port speaks TLS.',
      }),
  },
  {
    id: 'nginx/invalid-host',
    match: /^client sent (?:invalid host header|invalid header line|invalid method|invalid request|invalid version|.*without "Host" header)/,
    meaning: 'What a client sent is no valid HTTP: it gets a 400. Most of these are scanners, or TLS sent to a port without TLS.',
    checks: ['Does a client of yours speak TLS to a port without ssl in its listen line?'],
  },
  {
    id: 'nginx/config-error',
    at: 'start',
    match: /^(?:invalid |unknown |the |no |"|host not found|pcre|cannot|could not|location |upstream |unsupported |too |not |mkdir|regex )/,
    meaning: 'nginx refuses its configuration here, or warns of it.',
    checks: ['nginx -t names one mistake at a time: webconf check names them all.'],
    causes: configCauses,
  },
  {
    id: 'nginx/test-failed',
    match: /^configuration file (?<path>\S+) test failed/,
    meaning: 'The configuration has an error, which the lines above name. An nginx that runs keeps the old one.',
    checks: ['The [emerg] line above.'],
  },
]

/** Where the server's own check finds it, word for word; else the line that it names. */
function configCauses(found: Found, look: Look): Cause[] {
  const tested = look.configTest(found.message ?? '')
  if (tested.length > 0) return tested
  return look.line(found.file, found.line, found.word ?? undefined, 'nginx stopped at this line.')
}

function upstreamCauses(rules: readonly string[]): (found: Found, look: Look) => Cause[] {
  return (found, look) => {
    const sending = look.sendingTo(found.upstream, 'nginx', found.server)
    const listening = look.listeningAt(found.upstream)
    const near = look.problemsNear([...sending, ...listening], rules)
    return [...near, ...sending, ...listening]
  }
}

function servedCauses(rules: readonly string[]): (found: Found, look: Look) => Cause[] {
  return (found, look) => {
    const serving = look.serving(found.path, 'nginx', found.server)
    return [...look.problemsNear(serving, rules), ...serving]
  }
}

function listenCauses({ address = '' }: Found, look: Look): Cause[] {
  const port = address.replace(/^.*:(\d+)$/, '$1')
  const host = address.slice(0, -port.length - 1)
  return look.directives({
    dialect: 'nginx',
    names: ['listen'],
    test: ({ args }) => {
      const value = args[0]?.value ?? ''
      return host === '0.0.0.0' ? value === port || value === `*:${port}` || value === `0.0.0.0:${port}` : value === address
    },
    message: 'nginx is to listen there by this line.',
  })
}

function certificateCauses(names: readonly string[]): (found: Found, look: Look) => Cause[] {
  return (found, look) => look.directives({ dialect: 'nginx', names, value: found.path, message: 'The file is named here.' })
}

function zoneCauses(found: Found, look: Look): Cause[] {
  return look.directives({
    dialect: 'nginx',
    names: ['limit_req', 'limit_conn', 'limit_req_zone', 'limit_conn_zone'],
    test: ({ args }) => args.some(({ value }) => value === found.zone || value === `zone=${found.zone}` || value.startsWith(`zone=${found.zone}:`)),
    message: 'The limit is set here.',
  })
}

/** The host of `http://backend/x`. */
const hostOf = (upstream: string | undefined): string => (upstream ?? '').replace(/^[a-z]+:\/\//, '').replace(/[/:].*$/, '')

/** A name without its port. */
const bare = (host: string | undefined): string | undefined => host?.replace(/:\d+$/, '')
