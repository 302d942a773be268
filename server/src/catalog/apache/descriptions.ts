import { wordTable } from '../word-table.ts'

/**
 * What a directive does, in one line. The name is that of the catalog in small letters, with `<` for a section.
 * Undefined where nothing is said of it.
 */
export const apacheDirectiveDescription = (name: string, section: boolean): string | undefined => directives.get(`${section ? '<' : ''}${name.toLowerCase()}`)

/** What a variable of `%{NAME}` in mod_rewrite and in expressions is; undefined for one of the environment, or a header. */
export const apacheVariableDescription = (name: string): string | undefined => variables.get(name.toUpperCase())

/** What a function of expressions (`%{tolower:…}`, `tolower(…)`) gives. */
export const apacheFunctionDescription = (name: string): string | undefined => functions.get(name.toLowerCase())

/** The names of everything that is described here, as they are asked for. */
export const describedApacheDirectives = (): Iterable<string> => directives.keys()
export const describedApacheVariables = (): Iterable<string> => variables.keys()
export const describedApacheFunctions = (): Iterable<string> => functions.keys()

/** The page of the documentation about a directive, httpd's or mod_wsgi's; undefined where there is none. */
export function apacheDirectivePage(name: string, module: string, source: 'core' | 'wsgi' | 'third-party', documented: boolean): string | undefined {
  if (!documented) return undefined
  if (source === 'wsgi') return `https://modwsgi.readthedocs.io/en/latest/configuration-directives/${name}.html`
  if (source !== 'core') return undefined
  const page = /^(?:event|worker|prefork|mpm_winnt|mpm_netware|mpmt_os2)$/.test(module) ? mpmPage(name, module) : module === 'http_core' ? 'core' : module
  return `https://httpd.apache.org/docs/2.4/mod/${page}.html#${name.toLowerCase()}`
}

/** What all kinds of process models share has its own page. */
const mpmPage = (name: string, module: string): string =>
  /^(?:AsyncRequestWorkerFactor|M(?:ax|in)SpareServers|MaxThreads)$/.test(name) ? module : 'mpm_common'

const directives = new Map(
  [
    ...wordTable(`
<Directory Applies what is in it to a folder of the file system and everything below.
<DirectoryMatch Applies what is in it to folders whose path fits a regular expression.
<Else Applies what is in it where the conditions of the <If> and <ElseIf> before do not hold.
<ElseIf Applies what is in it where its condition holds and those before do not.
<Files Applies what is in it to files of a name, in this folder and below.
<FilesMatch Applies what is in it to files whose name fits a regular expression.
<If Applies what is in it to requests for which an expression holds.
<IfDefine Reads what is in it only if a name was defined, by \`-D\` or \`Define\`; \`!\` turns it round.
<IfDirective Reads what is in it only if the server knows a directive.
<IfFile Reads what is in it only if a file is there when the server starts.
<IfModule Reads what is in it only if a module is loaded; \`!\` turns it round.
<IfSection Reads what is in it only if the server knows a section.
<IfVersion Reads what is in it only for some versions of the server.
<Limit Applies what is in it to some methods only. Others are not covered by it.
<LimitExcept Applies what is in it to all methods but those named.
<Location Applies what is in it to a path of URLs and everything below, whatever file it maps to.
<LocationMatch Applies what is in it to URLs whose path fits a regular expression.
<VirtualHost Sets up a site, chosen by address and port and then by ServerName and ServerAlias.
<Macro Gives lines a name, to be put elsewhere by \`Use\` with other words in them.
<Proxy Applies what is in it to what is proxied to a URL, or sets up a balancer.
<ProxyMatch Applies what is in it to what is proxied to URLs that fit a regular expression.
<RequireAll Lets a request in only if none of its rules fails and one of them succeeds.
<RequireAny Lets a request in if one of its rules succeeds.
<RequireNone Refuses a request if one of its rules succeeds; it never lets one in by itself.
<AuthnProviderAlias Gives a way of checking passwords, with its settings, a name of its own.
<AuthzProviderAlias Gives a rule of \`Require\`, with its settings, a name of its own.
<MDomain Sets up a managed domain for which mod_md gets certificates, with its settings.
<MDomainSet Sets up a managed domain for which mod_md gets certificates, with its settings.
<WSGIInterpreterOptions Sets options for the Python interpreters of some application groups.
AcceptFilter Sets what the system waits for on a new connection before it wakes the server.
AcceptPathInfo Sets whether a path may go on behind the name of a file (\`/script.cgi/more\`).
AccessFileName Sets the names of files such as \`.htaccess\`.
Action Runs a CGI script for a handler or a type of content.
AddAlt Sets the text beside files in a folder's list, by name.
AddCharset Adds a character set for file names with some extension.
AddDefaultCharset Adds a character set to text/plain and text/html responses that name none.
AddDescription Sets the description of files in a folder's list.
AddEncoding Sets the encoding (\`gzip\`, …) of files with some extension.
AddHandler Sets the handler of files with some extension, wherever it stands in the name.
AddIcon Sets the icon of files in a folder's list, by name.
AddIconByEncoding Sets the icon of files in a folder's list, by encoding.
AddIconByType Sets the icon of files in a folder's list, by type of content.
AddInputFilter Sends the bodies of requests for files with some extension through filters.
AddLanguage Sets the language of files with some extension.
AddOutputFilter Sends responses for files with some extension through filters.
AddOutputFilterByType Sends responses with some types of content through a filter.
AddType Sets the type of content of files with some extension.
Alias Maps a path of URLs to a folder or file anywhere in the file system.
AliasMatch Maps URLs that fit a regular expression to files anywhere in the file system.
AliasPreservePath Keeps the rest of the path where an Alias stands in a Location.
Allow Lets hosts in, by the old rules of mod_access_compat; \`Require\` took its place.
AllowCONNECT Sets the ports to which \`CONNECT\` may lead.
AllowEncodedSlashes Sets whether URLs with \`%2F\` are taken; they give 404 otherwise.
AllowMethods Takes only some methods here.
AllowOverride Sets which kinds of directives \`.htaccess\` files may have in a folder.
AllowOverrideList Sets single directives that \`.htaccess\` files may have in a folder.
Anonymous Sets user names that need no password.
AsyncRequestWorkerFactor Sets how many more connections than threads a process may hold.
AuthBasicAuthoritative Sets whether a password that no provider knows is refused, or left to other modules.
AuthBasicFake Makes a user and password up for the application behind.
AuthBasicProvider Sets what checks user and password of HTTP Basic authentication.
AuthDBDUserPWQuery Sets the SQL that finds a user's password.
AuthDBMUserFile Sets the database file of users and passwords.
AuthDigestDomain Sets the URLs that share one Digest login.
AuthDigestProvider Sets what checks the user of HTTP Digest authentication.
AuthFormLoginRequiredLocation Sets where those who are not logged in are sent.
AuthFormLoginSuccessLocation Sets where a successful login leads.
AuthFormProvider Sets what checks the user of a login form.
AuthGroupFile Sets the file of groups for \`Require group\`.
AuthLDAPBindDN Sets the name by which the server asks the LDAP directory.
AuthLDAPBindPassword Sets the password by which the server asks the LDAP directory.
AuthLDAPGroupAttribute Sets the attributes of LDAP that hold a group's members.
AuthLDAPGroupAttributeIsDN Sets whether a group's members are found by their whole name or their user name.
AuthLDAPRemoteUserAttribute Sets the LDAP attribute that becomes the name of the user.
AuthLDAPURL Sets the LDAP server and the search that finds a user.
AuthMerging Sets how the rules of \`Require\` here go together with those around: \`Off\`, \`And\`, \`Or\`.
AuthName Sets the realm that the browser shows when it asks for a password.
AuthType Sets how a visitor says who they are: \`Basic\`, \`Digest\`, \`Form\` or \`None\`.
AuthUserFile Sets the file of users and hashed passwords.
AuthnCacheProvideFor Sets whose answers about passwords are kept for a while.
AuthnCacheTimeout Sets how many seconds answers about passwords are kept.
AuthzSendForbiddenOnFailure Answers 403 in place of 401 where a user is known but not let in.
BalancerMember Adds a server to a balancer.
BalancerPersist Keeps changes made in the balancer manager over a restart.
BrotliCompressionQuality Sets how hard Brotli compresses, 0 to 11.
BrowserMatch Sets variables of the environment where \`User-Agent\` fits a regular expression.
BrowserMatchNoCase As BrowserMatch, in any letter case.
BufferSize Sets how much the buffer filter gathers.
BufferedLogs Gathers lines of the access logs before they are written.
CacheDefaultExpire Sets how many seconds a response is kept in the cache that says nothing of it.
CacheDetailHeader Adds a header that says why a response came from the cache or not.
CacheDirLength Sets how many characters the names of the cache's folders have.
CacheDirLevels Sets how many levels of folders the cache has.
CacheDisable Keeps URLs out of the cache.
CacheEnable Turns a cache on for URLs.
CacheHeader Adds \`X-Cache\` to responses: hit, miss or revalidated.
CacheIgnoreCacheControl Answers from the cache where the client asks for a fresh response.
CacheIgnoreHeaders Leaves headers out of what is kept in the cache.
CacheIgnoreNoLastMod Keeps responses without \`Last-Modified\` in the cache.
CacheIgnoreQueryString Leaves the query out of what tells responses apart in the cache.
CacheLastModifiedFactor Sets how long a response is kept by the age of its file.
CacheLock Lets only one request at a time fill an entry of the cache.
CacheMaxExpire Sets how many seconds a response is kept in the cache at most.
CacheMaxFileSize Sets the largest response, in bytes, that the cache keeps.
CacheMinFileSize Sets the smallest response, in bytes, that the cache keeps.
CacheQuickHandler Answers from the cache before anything else, access rules too, is looked at.
CacheRoot Sets the folder of the cache.
CacheStaleOnError Answers from an entry that is too old where the application gives an error.
CacheStoreNoStore Keeps responses in the cache that say they should not be stored.
CacheStorePrivate Keeps responses in the cache that are for one user only.
CGIPassAuth Hands the \`Authorization\` header on to scripts.
CGIDScriptTimeout Sets how long a CGI script may give nothing.
CharsetDefault Sets the character set that responses are converted to.
CharsetSourceEnc Sets the character set that files are in.
CheckCaseOnly Corrects only the letter case of URLs.
CheckSpelling Corrects small mistakes in URLs.
ChrootDir Sets the folder that becomes the root of the file system for the server.
CookieTracking Gives visitors a cookie that tells them apart.
CoreDumpDirectory Sets where the server writes its memory when it crashes.
CustomLog Writes a line for each request, to a file or a program.
DAV Turns WebDAV on.
DAVDepthInfinity Lets a client ask for a whole tree of folders at once.
DAVLockDB Sets the file in which WebDAV keeps its locks.
DAVMinTimeout Sets how long a lock of WebDAV lasts at least.
DBDriver Sets the kind of SQL database.
DBDParams Sets how the SQL database is reached.
DefaultIcon Sets the icon of files in a folder's list that have none.
DefaultLanguage Sets the language of files that have none.
DefaultRuntimeDir Sets the folder for the server's own files while it runs.
DefaultType Does nothing any more but \`none\`.
Define Defines a name, with a value that \`\${NAME}\` stands for.
DeflateCompressionLevel Sets how hard gzip compresses, 1 to 9.
DeflateFilterNote Puts the ratio of compression into a note for the log.
Deny Refuses hosts, by the old rules of mod_access_compat; \`Require\` took its place.
DirectoryCheckHandler Leaves a folder's index alone where another handler was set.
DirectoryIndex Sets the files that are served for a folder, the first one that exists.
DirectoryIndexRedirect Redirects to a folder's index instead of serving it.
DirectorySlash Redirects the URL of a folder to the one with a slash.
DocumentRoot Sets the folder whose files are served under \`/\`.
EnableMMAP Sets whether files are mapped into memory.
EnableSendfile Sets whether the system sends files by itself.
Error Stops the server with a message when this is read.
ErrorDocument Sets what is sent for an error: a text, a path of this server, or a redirect.
ErrorLog Sets where errors are written: a file, a program or the system's log.
ErrorLogFormat Sets what a line of the error log looks like.
ExpiresActive Turns the \`Expires\` and \`Cache-Control: max-age\` headers on.
ExpiresByType Sets when responses with a type of content expire.
ExpiresDefault Sets when responses expire for which no type says it.
ExtendedStatus Keeps more numbers for the status page.
ExtFilterDefine Makes a filter of a program.
FallbackResource Sets what serves requests for which there is no file.
FileETag Sets what the \`ETag\` of files is made of.
FilterDeclare Makes a filter that chooses among others.
FilterProvider Adds a choice to a filter.
FilterChain Sets the chain of filters.
ForceLanguagePriority Sets what is done where no language, or more than one, fits.
ForceType Sets the type of content of all files here.
ForensicLog Writes requests before and after they are handled.
GlobalLog Writes the access log of all virtual hosts.
GracefulShutdownTimeout Sets how many seconds a graceful stop waits for open requests.
Group Sets the group that the server's processes run as.
H2Direct Takes HTTP/2 without an upgrade on connections.
H2EarlyHints Sends \`103 Early Hints\` to the client.
H2MaxSessionStreams Sets how many requests of one HTTP/2 connection are open at once.
H2MaxWorkers Sets how many threads handle HTTP/2 requests in a process at most.
H2MinWorkers Sets how many threads handle HTTP/2 requests in a process at least.
H2ModernTLSOnly Takes HTTP/2 over TLS only with the ciphers that its standard admits.
H2Push Lets the server push responses over HTTP/2.
H2PushPriority Sets how pushed responses are sent beside others.
H2PushResource Pushes a path over HTTP/2.
H2StreamMaxMemSize Sets how much of a response is kept in memory for one HTTP/2 stream.
H2Upgrade Lets a client change to HTTP/2 by the \`Upgrade\` header.
H2WebSockets Takes WebSockets over HTTP/2.
H2WindowSize Sets how much of a request's body is taken before it is read.
Header Sets, adds to, changes or removes headers of the response.
HeaderName Sets the file whose text stands above a folder's list.
HostnameLookups Looks up the names of clients for the log.
HttpProtocolOptions Sets how strictly requests must follow HTTP.
Include Reads another file, the files of a folder, or those that fit a pattern, in this place. One must be there.
IncludeOptional As Include; nothing needs to be there.
IndexIgnore Leaves files out of a folder's list.
IndexIgnoreReset Forgets what IndexIgnore said around.
IndexOptions Sets how a folder's list looks.
IndexOrderDefault Sets what a folder's list is sorted by.
IndexStyleSheet Sets the style sheet of a folder's list.
KeepAlive Lets a connection serve more than one request.
KeepAliveTimeout Sets how long the server waits for the next request on a connection.
LanguagePriority Sets the order of languages where the client has no preference.
LDAPCacheTTL Sets how long answers of the LDAP server are kept.
LDAPTrustedGlobalCert Sets the authorities that are trusted for LDAP servers.
LDAPTrustedMode Sets how connections to LDAP servers are encrypted.
LDAPVerifyServerCert Sets whether the certificate of an LDAP server is checked.
LimitInternalRecursion Sets how deep internal redirects and subrequests may be nested.
LimitRequestBody Sets how many bytes the body of a request may have; 0 for no limit.
LimitRequestFields Sets how many headers a request may have.
LimitRequestFieldSize Sets how many bytes one header of a request may have.
LimitRequestLine Sets how many bytes the first line of a request may have.
LimitXMLRequestBody Sets how many bytes a body of XML may have.
Listen Sets an address and port on which the server takes connections.
ListenBacklog Sets how many connections may wait to be taken.
LoadFile Loads a library of the system.
LoadModule Loads a module, if it is not loaded yet.
LogFormat Sets what lines of access logs look like, under a name or for TransferLog.
LogIOTrackTTFB Measures the time to the first byte for \`%^FB\`.
LogLevel Sets how much is written to the error log, for all modules or for one.
LogLevelOverride Sets another log level for some clients.
LogMessage Writes a message of your own to the error log.
MaxClients The old name of MaxRequestWorkers.
MaxConnectionsPerChild Sets after how many connections a process ends; 0 for never.
MaxKeepAliveRequests Sets how many requests a connection may serve; 0 for no limit.
MaxMemFree Sets how much freed memory a process keeps.
MaxRanges Sets how many ranges a request may ask for.
MaxRequestWorkers Sets how many requests are served at once at most.
MaxSpareServers Sets how many idle processes are kept at most.
MaxSpareThreads Sets how many idle threads are kept at most.
MDCertificateAgreement Accepts the terms of the certificate authority.
MDCertificateAuthority Sets where mod_md gets certificates.
MDContactEmail Sets the address that the certificate authority may write to.
MDCAChallenges Sets how mod_md proves that it owns a domain.
MDMembers Sets whether names of virtual hosts are added to a managed domain.
MDomain Makes a managed domain of names for which mod_md gets certificates.
MDPrivateKeys Sets the kind and size of keys that mod_md makes.
MDRenewMode Sets whether mod_md renews certificates by itself.
MDRenewWindow Sets how long before its end a certificate is renewed.
MDRequireHttps Redirects to HTTPS, and can tell browsers to stay there.
MDStapling Lets mod_md do OCSP stapling.
MDStoreDir Sets where mod_md keeps keys and certificates.
MergeSlashes Sets whether several slashes in a URL count as one.
MergeTrailers Sets whether trailers become headers.
MimeMagicFile Tells types of content by what files hold.
MinSpareServers Sets how many idle processes are kept at least.
MinSpareThreads Sets how many idle threads are kept at least.
MultiviewsMatch Sets which files MultiViews looks at.
Mutex Sets how processes lock what they share.
NameVirtualHost Does nothing any more: addresses of virtual hosts share by names by themselves.
NoProxy Sets hosts that are reached without \`ProxyRemote\`.
Options Sets what is allowed in a folder: lists, symbolic links, scripts, includes.
Order Sets whether Allow or Deny has the last word; \`Require\` took its place.
OutputSed Changes responses by commands of sed.
PassEnv Hands variables of the server's environment on to scripts.
PidFile Sets the file for the server's process id.
Protocol Sets the protocol spoken on a port.
Protocols Sets the protocols that a server offers: \`h2\`, \`h2c\`, \`http/1.1\`.
ProtocolsHonorOrder Sets whether the server's order of protocols counts.
ProxyAddHeaders Adds \`X-Forwarded-For\`, \`-Host\` and \`-Server\` to proxied requests.
ProxyBadHeader Sets what is done with bad headers of the server behind.
ProxyBlock Refuses to proxy to some hosts.
ProxyErrorOverride Sends the server's own error pages in place of those from behind.
ProxyFCGIBackendType Sets the kind of FastCGI server (\`FPM\`, \`GENERIC\`).
ProxyFCGISetEnvIf Changes variables before they go to a FastCGI server.
ProxyHCExpr Names an expression by which a server's health is told.
ProxyHCTemplate Names settings of health checks.
ProxyHTMLEnable Rewrites links in proxied HTML.
ProxyHTMLURLMap Sets how links in proxied HTML are rewritten.
ProxyIOBufferSize Sets the size of the buffer for proxied data.
ProxyMaxForwards Sets through how many proxies a request may go.
ProxyPass Passes requests under a path on to another server.
ProxyPassInherit Sets whether a virtual host takes over ProxyPass from the server around.
ProxyPassInterpolateEnv Puts variables into the addresses of ProxyPass.
ProxyPassMatch Passes requests that fit a regular expression on to another server.
ProxyPassReverse Changes redirects of the server behind into ones to this server.
ProxyPassReverseCookieDomain Changes the domain of cookies from the server behind.
ProxyPassReverseCookiePath Changes the path of cookies from the server behind.
ProxyPreserveHost Hands the \`Host\` header of the client on to the server behind.
ProxyReceiveBufferSize Sets the network buffer for proxied connections.
ProxyRemote Reaches some URLs through another proxy.
ProxyRequests Makes the server a proxy for any site that clients ask for. Reverse proxies do not need it.
ProxySet Sets parameters of a server behind or of a balancer.
ProxySourceAddress Sets the local address of proxied connections.
ProxyStatus Shows balancers on the status page.
ProxyTimeout Sets how many seconds the server waits for the one behind.
ProxyVia Sets what is done with the \`Via\` header.
ProxyWebsocketFallbackToProxyHttp Lets mod_proxy_http take WebSockets in place of mod_proxy_wstunnel.
QualifyRedirectURL Makes the redirect variables hold whole URLs.
ReadmeName Sets the file whose text stands below a folder's list.
Redirect Sends the client to another URL; what follows the path is put behind it.
RedirectMatch Sends the client to another URL where a regular expression fits.
RedirectPermanent Sends the client to another URL for good (301).
RedirectRelative Lets redirects name no host.
RedirectTemp Sends the client to another URL for now (302).
RegexDefaultOptions Sets how regular expressions behave by default.
RemoteIPHeader Takes the client's address from a header that a trusted proxy sets.
RemoteIPInternalProxy Sets proxies that are trusted with any address.
RemoteIPInternalProxyList Reads the proxies that are trusted with any address from a file.
RemoteIPProxiesHeader Sets the header that the addresses of proxies are put into.
RemoteIPProxyProtocol Reads the client's address from the PROXY protocol.
RemoteIPTrustedProxy Sets proxies that are trusted with public addresses.
RemoteIPTrustedProxyList Reads the proxies that are trusted with public addresses from a file.
RemoveHandler Takes back the handler of file names with some extension.
RemoveType Takes back the type of content of file names with some extension.
RequestHeader Sets, adds to, changes or removes headers of the request before it is handled.
RequestReadTimeout Sets how long a request may take to come in.
Require Sets who is let in: hosts, users, or a condition.
RewriteBase Sets the path that is put before what a relative rewrite in a folder gives.
RewriteCond Sets a condition of the next RewriteRule.
RewriteEngine Turns rewriting on or off here.
RewriteMap Makes a table for rewriting out of a file, a program or a database.
RewriteOptions Sets how rewriting behaves, and what it inherits.
RewriteRule Rewrites or redirects URLs that fit a regular expression.
RLimitCPU Sets how many seconds of processor time scripts may use.
RLimitMEM Sets how much memory scripts may use.
RLimitNPROC Sets how many processes scripts may start.
Satisfy Sets whether address rules and password must both let in, or one is enough.
ScoreBoardFile Sets the file in which processes share their state.
ScriptAlias Maps a path of URLs to a folder whose files are run as CGI scripts.
ScriptAliasMatch As ScriptAlias, for URLs that fit a regular expression.
ScriptLog Sets where errors of CGI scripts are written.
ScriptSock Sets the socket of the process that runs CGI scripts.
ServerAdmin Sets the address shown on error pages.
ServerAlias Sets more names of a virtual host; wildcards are allowed.
ServerLimit Sets how many processes there may be at most; only a full stop and start changes it.
ServerName Sets the host name (and scheme and port) of the server or virtual host.
ServerPath Sets a path that leads to a virtual host for clients that send no name.
ServerRoot Sets the folder that relative paths begin in.
ServerSignature Puts a line about the server below error pages and lists.
ServerTokens Sets how much the \`Server\` header tells.
Session Keeps a session for visitors.
SessionCookieName Sets the cookie that holds the session.
SessionCryptoPassphrase Sets the key that encrypts the session.
SessionMaxAge Sets how long a session lasts.
SetEnv Sets a variable of the environment for scripts and filters, late in the request.
SetEnvIf Sets variables where a part of the request fits a regular expression.
SetEnvIfExpr Sets variables where an expression holds.
SetEnvIfNoCase As SetEnvIf, in any letter case.
SetHandler Sets what answers requests for all files here.
SetInputFilter Sends the bodies of requests through filters.
SetOutputFilter Sends responses through filters.
SSILastModified Sends \`Last-Modified\` for pages with server-side includes.
SSLCACertificateFile Sets the authorities whose client certificates are trusted.
SSLCACertificatePath Sets the folder of authorities whose client certificates are trusted.
SSLCADNRequestFile Sets the authorities that are named when a client certificate is asked for.
SSLCARevocationCheck Sets whether client certificates are looked up in lists of revoked ones.
SSLCARevocationFile Sets the lists of revoked client certificates.
SSLCertificateChainFile Sets the certificates between the server's own and the authority; SSLCertificateFile can hold them too.
SSLCertificateFile Sets the server's certificate, with those between it and the authority behind it.
SSLCertificateKeyFile Sets the secret key of the server's certificate.
SSLCipherSuite Sets the ciphers that TLS may use.
SSLCompression Turns compression within TLS on, which can be attacked.
SSLEngine Turns TLS on for the server or virtual host.
SSLFIPS Turns the FIPS mode of OpenSSL on.
SSLHonorCipherOrder Sets whether the server's order of ciphers counts.
SSLInsecureRenegotiation Lets clients renegotiate in the old, unsafe way.
SSLOCSPEnable Checks client certificates by OCSP.
SSLOpenSSLConfCmd Hands a setting on to OpenSSL.
SSLOptions Sets options of TLS, such as the variables for scripts.
SSLPassPhraseDialog Sets where the passphrase of secret keys comes from.
SSLPolicy Sets protocols and ciphers by the name of a policy.
SSLProtocol Sets the versions of TLS that are spoken.
SSLProxyCACertificateFile Sets the authorities that are trusted for servers behind.
SSLProxyCheckPeerCN Compares the common name of the certificate of the server behind.
SSLProxyCheckPeerExpire Refuses expired certificates of the server behind.
SSLProxyCheckPeerName Compares the names in the certificate of the server behind.
SSLProxyCipherSuite Sets the ciphers for connections to servers behind.
SSLProxyEngine Lets the proxy speak TLS to servers behind.
SSLProxyMachineCertificateFile Sets the certificates that are shown to servers behind.
SSLProxyProtocol Sets the versions of TLS for servers behind.
SSLProxyVerify Sets whether certificates of servers behind are checked.
SSLProxyVerifyDepth Sets how long a chain of certificates of a server behind may be.
SSLRandomSeed Sets where randomness comes from.
SSLRenegBufferSize Sets how much of a request's body is kept when TLS is negotiated again.
SSLRequire Lets requests in by an expression; \`Require expr\` took its place.
SSLRequireSSL Refuses requests that do not come over TLS.
SSLSessionCache Sets where TLS sessions are kept.
SSLSessionCacheTimeout Sets how many seconds TLS sessions are kept.
SSLSessionTickets Sets whether TLS sessions are resumed by tickets.
SSLStaplingCache Sets where answers of OCSP responders are kept.
SSLStrictSNIVHostCheck Refuses clients without SNI on virtual hosts chosen by name.
SSLUserName Sets the part of a client's certificate that becomes the user's name.
SSLUseStapling Sends the state of the certificate (OCSP) with the handshake.
SSLVerifyClient Sets whether clients must show a certificate.
SSLVerifyDepth Sets how long a chain of a client's certificates may be.
StartServers Sets how many processes are started.
StrictHostCheck Sets whether names that no virtual host has are refused.
Substitute Replaces texts in responses.
SubstituteMaxLineLength Sets how long a line may be in which texts are replaced.
Suexec Turns suEXEC on or off.
SuexecUserGroup Sets the user and group that CGI scripts run as.
ThreadLimit Sets how many threads a process may have at most; only a full stop and start changes it.
ThreadsPerChild Sets how many threads each process has.
ThreadStackSize Sets the size of each thread's stack.
Timeout Sets how long the server waits for the network.
TraceEnable Sets whether \`TRACE\` requests are answered.
TransferLog Writes a line for each request in the last format without a name.
TypesConfig Sets the file of types of content by extension.
UnDefine Takes back what Define or \`-D\` defined.
UndefMacro Forgets a macro.
UnsetEnv Takes variables out of the environment of scripts.
Use Puts the lines of a macro in this place.
UseCanonicalName Sets whether the server calls itself by ServerName or by what the client asked for.
UseCanonicalPhysicalPort Sets whether the server takes its port from the connection.
User Sets the user that the server's processes run as.
UserDir Sets the folder in users' homes that \`/~user\` shows.
VirtualDocumentRoot Makes the document root out of the name that is asked for.
VirtualScriptAlias Makes the folder of CGI scripts out of the name that is asked for.
Warning Writes a warning to the log when this is read.
XBitHack Reads server-side includes in files that may be run.
xml2EncDefault Sets the character set of documents that name none.
WSGIAcceptMutex Sets how processes take turns at accepting requests for daemon processes.
WSGIAccessScript Sets a script that lets hosts in or refuses them.
WSGIApplicationGroup Sets the Python interpreter of a process in which an application runs; \`%{GLOBAL}\` is the main one.
WSGIAuthGroupScript Sets a script that tells the groups of a user.
WSGIAuthUserScript Sets a script that checks user and password.
WSGICallableObject Sets the name of the application in the script; \`application\` if nothing is said.
WSGICaseSensitivity Sets whether names of files differ by letter case.
WSGIChunkedRequest Takes requests whose body has no length given.
WSGIDaemonProcess Starts processes in which applications run, apart from Apache's own.
WSGIDestroyInterpreter Sets whether Python is ended in order when a process ends.
WSGIDispatchScript Sets a script that chooses process group and application for each request.
WSGIDontWriteBytecode Keeps Python from writing compiled files.
WSGIEnableSendfile Lets the system send files that an application hands on.
WSGIErrorOverride Sends Apache's error pages in place of an application's.
WSGIFreeThreading Runs Python without its global lock, where it was built so.
WSGIGroupAuthoritative Sets whether a user whom the group script does not know is refused.
WSGIHandlerScript Sets a script that answers requests for files of a handler.
WSGIIgnoreActivity Sets whether requests here count as activity of the process.
WSGIImportScript Loads a script when a process starts, before the first request.
WSGIMapHEADToGET Sets whether \`HEAD\` reaches the application as \`GET\`.
WSGIPassApacheRequest Hands Apache's own request on to the application.
WSGIPassAuthorization Hands the \`Authorization\` header on to the application.
WSGIPerInterpreterGIL Gives each interpreter of a process its own lock.
WSGIProcessGroup Sets the daemon processes in which an application runs; none for Apache's own.
WSGIPythonEggs Sets where Python unpacks eggs.
WSGIPythonHashSeed Sets the seed of Python's hashes.
WSGIPythonHome Sets the Python installation or virtual environment of the server.
WSGIPythonOptimize Sets how far Python optimises.
WSGIPythonPath Adds folders in which Python looks for modules, in Apache's own processes.
WSGIPythonWarnings Sets which warnings Python gives.
WSGIRestrictEmbedded Keeps applications out of Apache's own processes.
WSGIRestrictProcess Limits what an application may do to its process.
WSGIRestrictSignal Keeps applications from handling signals.
WSGIRestrictStdin Keeps applications from reading standard input.
WSGIRestrictStdout Keeps applications from writing to standard output.
WSGIScriptAlias Maps a path of URLs to a script with a WSGI application.
WSGIScriptAliasMatch Maps URLs that fit a regular expression to scripts with a WSGI application.
WSGIScriptReloading Loads a script again when its file has changed.
WSGIServerMetrics Gathers numbers about requests.
WSGISlowRequests Sets from when on a request counts as slow.
WSGISocketPrefix Sets where the sockets of daemon processes are made.
WSGISocketRotation Sets whether a restart makes new sockets of daemon processes.
WSGISwitchInterval Sets how often Python changes between threads.
WSGITelemetryOptions Sets what is told of requests.
WSGITelemetryService Sets who is told of requests.
WSGITrustedProxies Sets proxies whose headers are believed.
WSGITrustedProxyHeaders Sets the headers that are believed of trusted proxies.
WSGIVerboseDebugging Writes more about mod_wsgi's own work to the log.
XSendFile Lets an application have Apache send a file, by a header.
XSendFilePath Sets folders from which X-Sendfile may send files.
php_admin_flag Sets an on-or-off setting of PHP that \`.htaccess\` cannot change.
php_admin_value Sets a setting of PHP that \`.htaccess\` cannot change.
php_flag Sets an on-or-off setting of PHP.
php_value Sets a setting of PHP.
AssignUserID Sets user and group of the processes of a virtual host.
SecRuleEngine Turns the web application firewall on or off.
`),
  ].map(([name, text]) => [name.toLowerCase(), text]),
)

const variables = wordTable(`
API_VERSION Version of the interface of Apache's modules.
AUTH_TYPE How the visitor said who they are (\`Basic\`, …).
CONN_LOG_ID Number of the connection in the log.
CONN_REMOTE_ADDR Address of whoever opened the connection, be it a proxy.
CONTENT_TYPE Type of content of the response.
CONTEXT_DOCUMENT_ROOT Folder that the Alias or other mapping gives for CONTEXT_PREFIX.
CONTEXT_PREFIX Path of URLs that the Alias or other mapping stands for.
DOCUMENT_ROOT DocumentRoot of the server or virtual host.
DOCUMENT_URI The same as REQUEST_URI in expressions.
HANDLER Name of the handler of the response.
HTTP_ACCEPT The \`Accept\` header of the request.
HTTP_COOKIE The \`Cookie\` header of the request.
HTTP_FORWARDED The \`Forwarded\` header of the request.
HTTP_HOST The \`Host\` header of the request, port included where it is given.
HTTP_PROXY_CONNECTION The \`Proxy-Connection\` header of the request.
HTTP_REFERER The \`Referer\` header of the request.
HTTP_USER_AGENT The \`User-Agent\` header of the request.
HTTP2 \`on\` where the connection is HTTP/2, else \`off\`.
HTTPS \`on\` where the connection is TLS, else \`off\`.
IPV6 \`on\` where the connection is IPv6, else \`off\`.
IS_SUBREQ \`true\` in a subrequest, else \`false\`.
LAST_MODIFIED When the file was changed, as YYYYMMDDhhmmss.
PATH_INFO What stands behind the name of the file in the path.
QUERY_STRING Query of the request, without \`?\`.
REMOTE_ADDR Address of the client, or the one that RemoteIPHeader gave.
REMOTE_HOST Name of the client, where it was looked up.
REMOTE_IDENT Name of the user by RFC 1413, where mod_ident asked for it.
REMOTE_PORT Port of the client.
REMOTE_USER Name of the user who logged in.
REQUEST_FILENAME Path of the file or script, once it is known; in the server's own rules the path of the URL.
REQUEST_LOG_ID Number of the request in the log.
REQUEST_METHOD Method of the request (\`GET\`, …).
REQUEST_SCHEME \`http\` or \`https\`.
REQUEST_STATUS Status of the response.
REQUEST_URI Path of the URL that is asked for, without the query.
SCRIPT_FILENAME The same as REQUEST_FILENAME.
SCRIPT_GROUP Group that owns the file.
SCRIPT_USER User who owns the file.
SERVER_ADDR Address that the connection came to.
SERVER_ADMIN ServerAdmin of the server or virtual host.
SERVER_NAME Name of the server, by ServerName or, with \`UseCanonicalName Off\`, by what the client asked for.
SERVER_PORT Port of the server.
SERVER_PROTOCOL Protocol of the request (\`HTTP/1.1\`).
SERVER_PROTOCOL_VERSION Version of the protocol as a number: 1001 for HTTP/1.1.
SERVER_PROTOCOL_VERSION_MAJOR First number of the protocol's version.
SERVER_PROTOCOL_VERSION_MINOR Second number of the protocol's version.
SERVER_SOFTWARE What the server calls itself.
THE_REQUEST First line of the request as it was sent, never decoded or changed.
TIME Date and time as YYYYMMDDhhmmss.
TIME_DAY Day of the month.
TIME_HOUR Hour.
TIME_MIN Minute.
TIME_MON Month.
TIME_SEC Second.
TIME_WDAY Day of the week, 0 is Sunday.
TIME_YEAR Year.
`)

const functions = wordTable(`
base64 The text in Base64.
env A variable set in this request (notes first, then the environment).
escape The text with special characters as \`%hex\`.
file What a file holds.
filemod When a file was changed, 0 where there is none.
filesize Size of a file in bytes, 0 where there is none.
http A header of the request; the response then says by \`Vary\` that it depends on it.
ldap The text with what LDAP takes for special escaped.
md5 The MD5 hash of the text, in hex.
note A note of the request.
osenv A variable of the environment of the server's process.
replace The text with one text in it replaced by another.
req A header of the request; the response then says by \`Vary\` that it depends on it.
req_novary A header of the request, without naming it in \`Vary\`.
reqenv A variable set in this request, as SetEnv and others set it.
resp A header of the response.
sha1 The SHA1 hash of the text, in hex.
tolower The text in small letters.
toupper The text in capital letters.
unbase64 The text that is given in Base64.
unescape The text with \`%hex\` decoded.
`)
