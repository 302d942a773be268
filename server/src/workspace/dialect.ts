import type { Dialect } from '../syntax/tree.ts'
import { basename, segmentsOf } from './path.ts'

/** How much of a file is read to decide, in UTF-16 units: what the two languages look like is plain long before. */
const decisionLength = 64 * 1024

/**
 * The server whose configuration a file is, going by its name and folders alone; undefined where they leave it open.
 * Slashes of either kind; the suffixes of templates and samples (`.j2`, `.dist`) are looked through.
 */
export function dialectOfPath(path: string): Dialect | undefined {
  const folders = [...segmentsOf(path.replaceAll('\\', '/'))]
  const name = withoutTemplateSuffix((folders.pop() ?? '').toLowerCase())
  const parents = folders.map((folder) => folder.toLowerCase())
  if (isWatchedOnly(parents)) return undefined
  return dialectOfName(name, parents) ?? dialectOfFolders(name, parents)
}

/**
 * The server whose configuration a file is: by its path where that speaks clearly, else by its text where the name is one that either server uses.
 * Undefined means neither, or not sure.
 */
export function dialectOf(path: string, text: string): Dialect | undefined {
  return dialectOfPath(path) ?? (mayBeEither(path) ? dialectOfText(text, leaningOfPath(path)) : undefined)
}

/** Whether the name says that no server reads this file as it stands: one is made from it, by a template engine or by copying and filling in. */
export function isTemplatePath(path: string): boolean {
  const name = basename(path.replaceAll('\\', '/')).toLowerCase()
  return withoutTemplateSuffix(name) !== name || /.\.(?:template|tmpl|tpl|j2|jinja2?)\.(?:conf|inc)$/.test(name)
}

const templateSuffix = /(?<=.)\.(?:j2|jinja2?|template|tmpl|tpl|ctmpl|tftpl|erb|epp|in|default|dist|sample|example)$/

function withoutTemplateSuffix(name: string): string {
  const shorter = name.replace(templateSuffix, '')
  return shorter === name ? name : withoutTemplateSuffix(shorter)
}

/** Folders of programs that keep a file named after the server they watch, start or rotate: `supervisor/conf.d/nginx.conf`, `tmpfiles.d/httpd.conf`. */
const isOtherProgram = names(`
  action.d apparmor.d collectd collectd.d cron.d datadog-agent fail2ban filebeat filter.d init init.d jail.d limits.d logrotate.d logstash modprobe.d
  modules.d monit pam.d prometheus rsyslog.d sudoers.d supervisor supervisor.d supervisord supervisord.d sysctl.d systemd sysusers.d telegraf tmpfiles.d
  upstart zabbix_agentd.d
`)

/** Whether the folder, or the one above it, is another program's, with no folder of a server between. */
function isWatchedOnly(parents: readonly string[]): boolean {
  const nearest = parents.slice(-2).findLast((folder) => isOtherProgram(folder) || nginxFolder.test(folder) || apacheFolder.test(folder))
  return nearest !== undefined && isOtherProgram(nearest)
}

const nginxFolder = /^(?:nginx|openresty|tengine|angie|freenginx)(?:-?\d[\d.]*)?$/
const apacheFolder = /^(?:apache[\d.]*|httpd[\d.]*)(?:-\d[\d.]*)?$/

function dialectOfName(name: string, parents: readonly string[]): Dialect | undefined {
  // `Dockerfile.nginx` makes the image in which nginx runs.
  if (/^(?:docker|container|make)file\b|^\.env\b/.test(name)) return undefined
  if (name === 'nginx.conf' || /.\.nginx(?:conf)?$/.test(name) || /^(?:fastcgi|uwsgi|scgi|proxy)_params$/.test(name)) return 'nginx'
  if (/^(?:mime\.types|fastcgi\.conf|koi-utf|koi-win|win-utf)$/.test(name)) return parents.some((folder) => nginxFolder.test(folder)) ? 'nginx' : undefined
  if (name === 'httpd.conf' || name === 'apache2.conf' || name === 'apache.conf' || /\.htaccess$/.test(name)) return 'apache'
  // Virtual hosts are Apache's word, but files of nginx are called so as well.
  if (/.\.vhost$/.test(name)) return /(?:^|[-_.])(?:nginx|openresty)(?:[-_.])/.test(name) || nginxFolder.test(parents.at(-1) ?? '') ? 'nginx' : 'apache'
  if (/.\.load$/.test(name) && /^mods-(?:available|enabled)$/.test(parents.at(-1) ?? '')) return 'apache'
  return undefined
}

/** The nearest folder that belongs to a server decides, if the folders below it are ones in which that server keeps configuration. */
function dialectOfFolders(name: string, parents: readonly string[]): Dialect | undefined {
  for (let at = parents.length - 1; at >= 0; at--) {
    const folder = parents[at] ?? ''
    const below = parents.slice(at + 1)
    const platform = parents[at - 1] === '.platform' && name.endsWith('.conf')
    if (nginxFolder.test(folder)) return platform || isNginxPlace(name, below) ? 'nginx' : undefined
    if (apacheFolder.test(folder) && parents[at - 1] !== 'org') return platform || isApachePlace(name, below) ? 'apache' : undefined
  }
  return undefined
}

const isPlain = (name: string) =>
  !/~$|\.(?:md|txt|rst|sh|py|rb|pl|js|ts|php|html?|css|json|ya?ml|toml|pem|crt|key|csr|bak|old|orig|save|swp|rpm\w+|dpkg-\w+|gitkeep|keep)$/.test(name)
const isConf = (name: string) => /^[^.]+$|\.(?:conf|inc)$/.test(name) && !/^(?:readme|license|makefile|dockerfile)$/.test(name)

function isNginxPlace(name: string, below: readonly string[]): boolean {
  const folder = below[0] ?? ''
  if (/^sites-(?:available|enabled)$/.test(folder)) return isPlain(name)
  return /^(?:conf\.d|snippets|modules-(?:available|enabled)|conf-(?:available|enabled))$/.test(folder) && isConf(name)
}

function isApachePlace(name: string, below: readonly string[]): boolean {
  const folder = below[0] === 'conf' ? (below[1] ?? 'conf') : (below[0] ?? '')
  if (/^sites-(?:available|enabled)$/.test(folder)) return isPlain(name)
  if (/^mods-(?:available|enabled)$/.test(folder)) return /\.(?:load|conf)$/.test(name)
  if (/^(?:conf-(?:available|enabled)|conf\.d|conf\.modules\.d|vhosts\.d)$/.test(folder)) return isConf(name)
  if (folder === '') return name === 'ports.conf'
  return /^(?:conf|extra)$/.test(folder) && name.endsWith('.conf')
}

/** The server that a path speaks of without saying that the file is its configuration: `nginx/listen.conf`, `httpd-vhosts.conf`. */
function leaningOfPath(path: string): Dialect | undefined {
  const folders = [...segmentsOf(path.replaceAll('\\', '/').toLowerCase())]
  const name = folders.pop() ?? ''
  if (isWatchedOnly(folders)) return undefined
  if (/(?:^|[-_.])(?:nginx|openresty)(?:[-_.]|$)/.test(name)) return 'nginx'
  if (/(?:^|[-_.])(?:apache2?|httpd)(?:[-_.]|$)/.test(name)) return 'apache'
  const nearest = folders.findLast((folder) => nginxFolder.test(folder) || apacheFolder.test(folder))
  if (nearest === undefined) return undefined
  return nginxFolder.test(nearest) ? 'nginx' : 'apache'
}

/** Whether a file of this name could be configuration of either server, so that its text may be asked. */
function mayBeEither(path: string): boolean {
  const folders = [...segmentsOf(path.replaceAll('\\', '/').toLowerCase())]
  const name = withoutTemplateSuffix(folders.pop() ?? '')
  return /\.(?:conf|inc)$/.test(name) || /^\.?[^.]+$/.test(name) || (/^sites-(?:available|enabled)$/.test(folders.at(-1) ?? '') && isPlain(name))
}

/**
 * What a text shows of one server, counted in directives: `strong` signs stand in no other program's configuration, `known` names do.
 * `foreign` is what no file of this server holds; `faults` are slips that a person makes.
 */
interface Evidence {
  strong: number
  known: number
  unknown: number
  faults: number
  foreign: boolean
}

function dialectOfText(text: string, leaning: Dialect | undefined): Dialect | undefined {
  const whole = text.length <= decisionLength
  const part = (whole ? text : text.slice(0, text.lastIndexOf('\n', decisionLength) + 1)).replace(/^\uFEFF/, '')
  if (part.includes('\0')) return undefined
  const plain = withoutHoles(part)
  const nginx = nginxEvidence(plain, whole)
  const apache = apacheEvidence(plain)
  if (isSure(nginx) !== isSure(apache)) return isSure(nginx) ? 'nginx' : 'apache'
  if (leaning === undefined || isSure(nginx)) return undefined
  return isLikely(leaning === 'nginx' ? nginx : apache) ? leaning : undefined
}

const isSure = ({ strong, known, unknown, faults, foreign }: Evidence): boolean =>
  !foreign && strong > unknown && strong + known >= 4 * unknown && strong >= 3 * faults

/** Enough where the path leans the same way: nothing speaks against it and most names are known. */
const isLikely = ({ strong, known, unknown, faults, foreign }: Evidence): boolean => !foreign && strong + known > 2 * unknown + 3 * faults

/** Placeholders become a word of their own, template statements nothing: what remains is nearly what the server will read. */
const withoutHoles = (text: string): string =>
  text
    .replace(/^[ \t]*(?:\.\.\.|…)[ \t]*$/gm, '')
    .replace(/\{%.{0,2000}?%\}|\{#.{0,2000}?#\}|\{\{[-~]?\s*(?:range|if|else|end|with|define|template|block|\/\*|\$\w+\s*:?=).{0,2000}?\}\}/gs, ' ')
    .replace(/<%[^=].{0,2000}?%>/gs, ' ')
    .replace(/<%=.{0,2000}?%>|\{\{.{0,2000}?\}\}/gs, 'x')

// --- nginx -----------------------------------------------------------------------------------------------------------

/** Names that only nginx has, as families where its modules use a prefix. */
const isNginxOnly = names(`
  absolute_redirect accept_mutex* access_by_lua* access_log add_after_body add_before_body add_header* add_trailer* addition_types aio* ancient_browser*
  app_protect* auth_basic* auth_jwt* auth_request* autoindex* balancer_by_lua* body_filter_by_lua* brotli* charset_types chunked_transfer_encoding client_*
  content_by_lua* create_full_put_path dav_* default_type directio* disable_symlinks encrypted_session* error_page etag exit_worker_by_lua* expires
  fancyindex* fastcgi_* geoip2* geoip_* google_perftools_profiles grpc_* gunzip* gzip* header_filter_by_lua* health_check* http2* http3* if_modified_since
  ignore_invalid_headers image_filter* init_by_lua* init_worker_by_lua* ip_hash js_* keepalive_* keyval* large_client_header_buffers least_conn least_time
  limit_conn* limit_rate* limit_req* lingering_* load_module log_by_lua* log_format log_not_found log_subrequest lua_* map_hash_* max_ranges memcached_*
  merge_slashes min_delete_depth modern_browser* modsecurity* more_clear_* more_set_* mp4* msie_* multi_accept nchan_* njs* opentracing* otel_* output_buffers
  override_charset passenger_* pcre_jit perl_* port_in_redirect postpone_output preread_* proxy_* push_stream* quic_* random_index read_ahead real_ip_*
  recursive_error_pages request_pool_size reset_timedout_connection resolver_timeout rewrite rewrite_by_lua* rewrite_log satisfy scgi_* secure_link*
  send_lowat send_timeout sendfile* server_name server_name_in_redirect server_names_hash_* server_rewrite_by_lua* server_tokens set_by_lua* set_real_ip_from
  set_secure_random* slice source_charset split_clients srcache_* ssi* ssl_* sticky* stub_status sub_filter* tcp_nodelay tcp_nopush thread_pool try_files
  types_hash_* underscores_in_headers uninitialized_variable_warn upload_* upstream_* userid* uwsgi_* valid_referers variables_hash_* vhost_traffic_status*
  worker_* xclient xslt_* zone_sync*
`)

/** Names of nginx that mean something elsewhere too. */
const isNginxToo = names(`
  alias allow api array_* auth_http auth_http_header backup break charset charset_map connection_pool_size daemon debug_connection debug_points deny dns_*
  down drizzle_* echo* empty_gif env error_log eval* events f4f flv geo hash hls* http if imap_auth imap_capabilities include index internal keepalive
  limit_except listen location lock_file mail map master_process match mgmt mirror* open_file_cache* pass pid pop3_auth pop3_capabilities post_action
  postgres_* protocol queue random rds_* redis* resolver return root server set smtp_* ssl starttls state status status_zone stream timeout timer_resolution
  types upstream use user working_directory xss_* zone
`)

const nginxData = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map', 'geoip2'])

/** The reader of nginx in small (ngx_conf_file.c: ngx_conf_read_token): one token at the sticky position. */
const nginxToken = /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[;{}]|(?:[^\s;{\\$]|\\.|\$\{?)+|./sy

function nginxEvidence(text: string, whole: boolean): Evidence {
  const evidence: Evidence = { strong: 0, known: 0, unknown: 0, faults: 0, foreign: false }
  const blocks: string[] = []
  let words: string[] = []
  let last = ''
  nginxToken.lastIndex = 0
  for (let token = nginxToken.exec(text)?.[0]; token !== undefined && !evidence.foreign; token = nginxToken.exec(text)?.[0]) {
    if (/^[\s#]/.test(token)) continue
    const inData = nginxData.has(blocks.at(-1) ?? '')
    if (token === ';' || token === '{') {
      // `};` and a block inside of data: BIND, syslog-ng, C
      if (words.length === 0 ? !(token === ';' && last === ';') : inData && token === '{') evidence.foreign = true
      if (blocks.at(-1) === 'types' && token === ';' && /^[a-z]+\/[\w.+-]+$/.test(words[0] ?? '')) evidence.strong++
      if (!inData && words.length > 0) judgeNginx(words, token, blocks.at(-1) ?? '', evidence)
      if (token === '{') blocks.push(words[0] ?? '')
      if (token === '{' && words[0]?.endsWith('_by_lua_block')) nginxToken.lastIndex = endOfLua(text, nginxToken.lastIndex)
      words = []
    } else if (token === '}') {
      if (words.length > 0) evidence.faults++
      if (blocks.pop() === undefined) evidence.faults++
      words = []
    } else words.push(/^["']/.test(token) ? token.slice(1, -1) : token)
    last = token
  }
  if (whole && words.length > 0) evidence.faults++
  return evidence
}

function judgeNginx(words: readonly string[], end: string, parent: string, evidence: Evidence): void {
  const [name = '', first = ''] = words
  if (!/^[a-z][a-z0-9_]*$/.test(name) || (isAssignment(first) && name !== 'location')) evidence.foreign = true
  else if (isNginxSign(words, end, parent)) evidence.strong++
  else if (isNginxOnly(name) || isNginxToo(name)) evidence.known++
  else evidence.unknown++
}

function isNginxSign([name = '', first = '', second = '']: readonly string[], end: string, parent: string): boolean {
  if (end === '{') {
    if (name === 'location') return /^(?:=|~|\^~|\/|@)/.test(first)
    if (name === 'map') return /\$/.test(first) && /^\$\w+$/.test(second)
    if (name === 'geo') return /^\$\w+$/.test(second === '' ? first : second)
    if (name === 'if') return /^\(\$\w+/.test(first)
    if (name === 'server') return parent === 'http' || parent === 'stream'
    return /^(?:split_clients|limit_except|charset_map)$/.test(name) || /_by_lua_block$/.test(name)
  }
  if (name === 'server' || name === 'listen') return parent === (name === 'listen' ? 'server' : 'upstream') && first !== ''
  if (name === 'return') return /^[1-5]\d\d$/.test(first)
  if (name === 'set') return /^\$\w+$/.test(first)
  if (name === 'allow' || name === 'deny') return /^(?:all|unix:|(?=.*[.:])[\da-f.:]+(?:\/\d+)?)$/i.test(first)
  if (name === 'resolver' || name === 'root' || name === 'error_log') return /^(?:\d|\[|\/|\$|\w+\.|off$)/.test(first)
  return isNginxOnly(name) && (first !== '' || /^(?:ip_hash|least_conn|random|stub_status|empty_gif)$/.test(name))
}

/** Where the Lua that begins at `from` ends: at the brace that closes it, or the end of the text. */
function endOfLua(text: string, from: number): number {
  const piece = /--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]/gs
  piece.lastIndex = from
  let depth = 1
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    if (match[0] === '{') depth++
    else if (match[0] === '}' && --depth === 0) return match.index
  }
  return text.length
}

// --- Apache ----------------------------------------------------------------------------------------------------------

/** Names that only Apache httpd and its modules have. ProFTPD, CUPS, tinyproxy and sshd share many of the others. */
const isApacheOnly = names(`
  acceptfilter acceptpathinfo accessfilename addalt* addcharset adddefaultcharset adddescription addencoding addhandler addicon* addinputfilter addlanguage
  addmoduleinfo addoutputfilter* addtype aliasmatch allowconnect allowencodedslashes allowmethods allowoverride* anonymous_* asyncrequestworkerfactor
  auth_cas* authbasic* authdbd* authdbm* authdigest* authform* authldap* authmerging authn* authz* balancergrowth balancerinherit balancermember
  balancerpersist brotlialteretag brotlicompression* brotlifilternote brotliwindowsize browsermatch* buffersize cachedefaultexpire cachedetailheader
  cachedirlength cachedirlevels cachedisable cacheenable cacheheader cacheignore* cachekeybaseurl cachelastmodifiedfactor cachelock* cachemax* cachemin*
  cachenegotiateddocs cachequickhandler cacheroot cachesocache* cachestale* cachestore* cgidscripttimeout cgimapextension cgipassauth cgiscripttimeout cgivar
  checkcaseonly checkspelling contentdigest cookiedomain cookieexpires cookiename cookiestyle cookietracking coredumpdirectory customlog davdepthinfinity
  davgenericlockdb davlock* davmintimeout dbdexptime dbdinitsql dbdkeep dbdmax dbdmin dbdparams dbdpersist dbdpreparesql dbdriver defaulticon defaultlanguage
  defaulttype deflatealteretag deflatebuffersize deflatecompressionlevel deflatefilternote deflateinflate* deflatememlevel deflatewindowsize
  directorycheckhandler directoryindex directoryindexredirect directoryslash documentroot dosblockingperiod doshashtablesize dospage* dossite* dumpio*
  enableexceptionhook enablemmap enablesendfile errordocument errorlogformat expiresactive expiresbytype expiresdefault extfilter* fallbackresource
  fastcgiconfig fastcgiexternalserver fastcgiipcdir fastcgiserver fastcgiwrapper fcgid* fcgiwrapper fileetag filterchain filterdeclare filterprotocol
  filterprovider filtertrace flushmax* forcelanguagepriority forcetype forensiclog globallog gracefulshutdowntimeout gssapi* h2alt* h2copyfiles h2direct
  h2early* h2max* h2min* h2modern* h2outputbuffering h2padding h2proxy* h2push* h2serializeheaders h2session* h2stream* h2tls* h2upgrade h2websockets
  h2window* header headername heartbeataddress heartbeatlisten heartbeatmaxservers heartbeatstorage hostnamelookups httpprotocoloptions identitycheck*
  imapbase imapdefault imapmenu includeoptional indexforbiddenreturn404 indexheadinsert indexignore* indexoptions indexorderdefault indexstylesheet isapi*
  jklog* jkmount* jkoptions jkrequestlogformat jkshm* jkunmount jkworker* keptbodysize krb5keytab krbauth* krblocal* krbmethod* krbsave* krbservice*
  krbverify* languagepriority ldapcache* ldapconnection* ldaplibrarydebug ldapopcache* ldapreferral* ldapretr* ldapsharedcache* ldaptimeout ldaptrusted*
  ldapverifyservercert limitinternalrecursion limitrequest* limitxmlrequestbody listencoresbucketsratio logformat logiotrackttfb luaauthzprovider luacodecache
  luahook* luainherit luainputfilter luamaphandler luaoutputfilter luapackage* luaquickhandler luaroot luascope maxconnectionsperchild maxkeepaliverequests
  maxranges maxrequestworkers maxsparethreads mdactivationdelay mdbaseserver mdca* mdcert* mdchallenge* mdcontactemail mddrivemode mdexternalaccount*
  mdhttpproxy mdmatchnames mdmember* mdmessagecmd mdmuststaple mdnotify* mdomain mdportmap mdprivatekeys mdprofile* mdrenew* mdrequirehttps mdretry*
  mdserverstatus mdstapl* mdstore* mdwarnwindow mellon* mergeslashes mergetrailers metadir metafiles metasuffix mimemagicfile minsparethreads mmapfile
  modpagespeed* modsecurity* multiviewsmatch namevirtualhost nowsslpeercert* oidc* passenger* passenv perlhandler perlmodule perloptions perlrequire
  perlresponsehandler perlset* perlswitches php5_* php7_* php_* policyconditional policyenvironment policyfilter policykeepalive* policylength* policymaxage*
  policynocache* policytype* policyvalidation* policyvary* policyversion* protocolshonororder proxyadd* proxybadheader proxyblock proxydomain
  proxyerroroverride proxyexpress* proxyfcgi* proxyftp* proxyhc* proxyhtml* proxyiobuffersize proxymaxforwards proxypass* proxypreservehost
  proxyreceivebuffersize proxyremote* proxyrequests proxyscgi* proxyset proxysourceaddress proxystatus proxytimeout proxyvia proxywebsocket* pythondebug
  pythonhandler pythoninterp* pythonoption pythonpath qualifyredirecturl ratelimitinitialburst readmename receivebuffersize redirectmatch redirectpermanent
  redirecttemp reflectorheader regexdefaultoptions registerhttpmethod remoteip* removecharset removeencoding removehandler removeinputfilter removelanguage
  removeoutputfilter removetype requestheader requestreadtimeout rewritebase rewritecond rewriteengine rewritelock rewritelog* rewritemap rewriteoptions
  rewriterule rlimit* scriptalias* scriptinterpretersource scriptlog* scriptsock secaction secarguments* secaudit* seccollection* seccomponent* secdata*
  secdebug* secdefault* secgeo* secmarker secpcre* secrequest* secresponse* secrule* secserver* secstatus* sectmp* secunicode* secupload* serveralias
  serverlimit serversignature servertokens sessioncookie* sessioncrypto* sessiondbd* sessionenv sessionexclude sessionexpiry* sessionheader sessioninclude
  sessionmaxage setenv setenvif* sethandler setinputfilter setoutputfilter shibbasichijack shibcompat* shibdisable shibexport* shibrequest* shibuse* ssiendtag
  ssierrormsg ssietag ssilastmodified ssilegacy* ssistarttag ssitimeformat ssiundefinedecho sslcacertificate* sslcadn* sslcarevocation* sslcertificate*
  sslciphersuite sslcompression sslcryptodevice sslengine sslfips sslhonorcipherorder sslinsecurerenegotiation sslocsp* sslopenssl* ssloptions sslpassphrase*
  sslpolicy sslprotocol sslproxy* sslrandomseed sslrenegbuffersize sslrequire* sslsession* sslsrp* sslstapling* sslstrict* sslusername sslusestapling
  sslverify* substitute* suexec* suppresshtmlpreamble threadlimit threadsperchild threadstacksize traceenable typesconfig undefine undefmacro unsetenv
  usecanonical* userdir virtualdocumentroot* virtualscriptalias* watchdoginterval wsgi* xbithack xsendfile*
`)

/** Names of Apache httpd that other programs with directives like these have too. */
const isApacheToo = names(`
  accesslog action addmodule alias allow authgroupfile authname authtype authuserfile bind chrootdir clearmodulelist dav define deny error errorlog
  extendedstatus group include keepalive keepalivetimeout listen listenbacklog loadfile loadmodule lockfile loglevel maxclients maxmemfree maxrequestsperchild
  maxspareservers minspareservers mutex options order pidfile protocol protocols redirect require satisfy scoreboardfile script sendbuffersize serveradmin
  servername serverpath serverroot startservers startthreads timeout transferlog use user warning
`)

/** Names that say: another program of the same manner (ProFTPD, CUPS, tinyproxy, sshd, collectd). */
const isOfOthers = names(`
  allowall allowoverwrite allowusers anonymousrequirepassword authorder authpam* bindsame browseaddress browseallow browsedeny browseinterval browseldap*
  browselocal* browseorder browsepoll browseport browseprotocols browserelay browseremote* browsetimeout browsewebif browsing* connectport defaultauthtype
  defaulterrorfile defaultroot defaultserver denyall displaylogin filterlimit foreground hostkey hostname identlookups interval jobprivate* loadplugin
  localsocket logfile match maxinstances maxlogsize passiveports permitrootlogin port requirevalidshell servertype sftp* statfile subscriptionprivate*
  subsystem syslog systemgroup systemlog tls* typesdb umask usepam usereversedns viaproxyname webinterface xtinyproxy
`)

const isApacheSection = names(`
  authnprovideralias authzprovideralias directory directorymatch else elseif files filesmatch if ifdefine ifdirective iffile ifmodule ifsection ifversion
  limit limitexcept location locationmatch macro mdomain mdomainset perl proxy proxymatch requireall requireany requirenone virtualhost wsgi*
`)
const isApacheSectionOnly = names(`
  authnprovideralias authzprovideralias directorymatch filesmatch ifversion locationmatch macro mdomainset proxymatch requireall requireany requirenone wsgi*
`)

function apacheEvidence(text: string): Evidence {
  const evidence: Evidence = { strong: 0, known: 0, unknown: 0, faults: 0, foreign: false }
  for (const raw of text.replace(/\\\r?\n/g, '').split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line === 'x') continue
    if (line.startsWith('<')) judgeSection(line, evidence)
    else judgeApache(line, evidence)
    if (evidence.foreign) break
  }
  return evidence
}

function judgeSection(line: string, evidence: Evidence): void {
  const match = /^<(\/?)([A-Za-z]+)(?=[\s>])/.exec(line)
  const name = match?.[2]?.toLowerCase() ?? ''
  const argument = match ? line.slice(match[0].length, -1).trim() : ''
  // Markup is no section: a tag with its end or an attribute on the same line, an XML declaration.
  if (!match || !line.endsWith('>') || !isApacheSection(name) || /<\//.test(argument) || (!name.startsWith('wsgi') && /^[\w:-]+="[^"]*"/.test(argument)))
    evidence.foreign = true
  else if (match[1] === '' && argument !== '' && isSectionSign(name, argument)) evidence.strong++
  else evidence.known++
}

function isSectionSign(name: string, argument: string): boolean {
  if (name === 'if' || name === 'elseif') return /%\{|-[a-zA-Z]\b/.test(argument)
  if (name === 'virtualhost') return /:(?:\d+|\*)["']?(?:\s|$)/.test(argument)
  if (name === 'ifmodule') return /_module$/.test(argument)
  return isApacheSectionOnly(name)
}

function judgeApache(line: string, evidence: Evidence): void {
  const [word = '', ...args] = line.split(/\s+/)
  if (/^[$%@]/.test(word)) return
  const name = word.toLowerCase()
  if (!/^[A-Za-z]\w*$/.test(word) || isAssignment(args[0] ?? '') || (/[{;]$/.test(line) && !isApacheOnly(name)) || isOfOthers(name)) evidence.foreign = true
  else if (isApacheSign(name, args) && /[A-Z_]/.test(word)) evidence.strong++
  else if (isApacheOnly(name) || isApacheToo(name)) evidence.known++
  else evidence.unknown++
}

function isApacheSign(name: string, [first = '', second = '']: readonly string[]): boolean {
  if (name === 'require')
    return (/^all$/i.test(first) && /^(?:granted|denied)$/i.test(second)) || /^(?:valid-user|expr|method|env|not|host|local|forward-dns|ldap-\w+)$/i.test(first)
  if (name === 'options') return /^["']?[+-]?(?:indexes|multiviews|followsymlinks|symlinksifownermatch|execcgi|includes|includesnoexec|all|none)\b/i.test(first)
  if (name === 'alias') return first.replace(/^["']/, '').startsWith('/') && second !== ''
  if (name === 'header') return /^(?:always|onsuccess|set|setifempty|add|append|merge|unset|echo|edit\*?|note)$/i.test(first)
  if (name === 'loglevel') return /\b\w+:(?:\w+)/.test(`${first} ${second}`)
  if (name === 'protocols') return /^(?:h2c?|http\/1\.1)$/.test(first)
  if (name === 'redirect') return second !== ''
  if (name === 'allowoverride') return !/^(?:on|off)$/i.test(first)
  if (name === 'loadmodule') return second !== ''
  return isApacheOnly(name) && first !== ''
}

// --- both ------------------------------------------------------------------------------------------------------------

/** Whether the word after a name makes it `name = value`, which neither server has. */
const isAssignment = (argument: string): boolean => /^(?:[:+?]?=|:)$|^=[^=]/.test(argument)

/** A test for the names of a list; a final `*` stands for any ending. */
function names(list: string): (name: string) => boolean {
  const all = list.trim().split(/\s+/)
  const whole = new Set(all)
  const families = all.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
  return (name) => whole.has(name) || families.some((family) => name.startsWith(family))
}
