import type { Dialect } from '../syntax/tree.ts'
import { basename, segmentsOf } from './path.ts'

/** How much of a file is read to decide, in UTF-16 units: what the two languages look like is plain long before. */
const decisionLength = 64 * 1024

/**
 * The server whose configuration a file is, going by its name and folders alone; undefined where they leave it open.
 * Slashes of either kind; the suffixes of templates and samples (`.j2`, `.dist`) are looked through.
 */
export function dialectOfPath(path: string): Dialect | undefined {
  const folders = segmentsOf(path.replaceAll('\\', '/'))
  const name = withoutTemplateSuffix((folders.pop() ?? '').toLowerCase())
  const parents = folders.map((folder) => folder.toLowerCase())
  if (parents.some((folder) => otherPrograms.has(folder))) return undefined
  return dialectOfName(name, parents) ?? dialectOfFolders(name, parents)
}

/** The server whose configuration a file is: by its path where that speaks clearly, else by its text where the name is one that either server uses. Undefined means neither, or not sure. */
export function dialectOf(path: string, text: string): Dialect | undefined {
  return dialectOfPath(path) ?? (mayBeEither(path) ? dialectOfText(text) : undefined)
}

/** Whether the name says that no server reads this file as it stands: one is made from it, by a template engine or by copying and filling in. */
export function isTemplatePath(path: string): boolean {
  const name = basename(path.replaceAll('\\', '/')).toLowerCase()
  return withoutTemplateSuffix(name) !== name
}

const templateSuffix = /(?<=.)\.(?:j2|jinja2?|template|tmpl|tpl|ctmpl|tftpl|erb|epp|in|default|dist|sample|example)$/

function withoutTemplateSuffix(name: string): string {
  const shorter = name.replace(templateSuffix, '')
  return shorter === name ? name : withoutTemplateSuffix(shorter)
}

/** Folders of programs that keep a file named after the server they watch, start or rotate: `supervisor/conf.d/nginx.conf`, `tmpfiles.d/httpd.conf`. */
const otherPrograms = new Set(
  'action.d apparmor.d collectd collectd.d cron.d datadog-agent fail2ban filter.d filebeat init init.d jail.d limits.d logrotate.d logstash modprobe.d modules.d monit pam.d prometheus rsyslog.d security sudoers.d supervisor supervisord supervisord.d supervisor.d sysctl.d systemd sysusers.d telegraf tmpfiles.d upstart zabbix_agentd.d'.split(
    ' ',
  ),
)

const nginxFolder = /^(?:nginx|openresty|tengine|angie|freenginx)(?:-?\d[\d.]*)?$/
const apacheFolder = /^(?:apache[\d.]*|httpd[\d.]*)(?:-\d[\d.]*)?$/

function dialectOfName(name: string, parents: readonly string[]): Dialect | undefined {
  if (name === 'nginx.conf' || /.\.nginx(?:conf)?$/.test(name) || /^(?:fastcgi|uwsgi|scgi|proxy)_params$/.test(name)) return 'nginx'
  if (/^(?:mime\.types|fastcgi\.conf|koi-utf|koi-win|win-utf)$/.test(name)) return parents.some((folder) => nginxFolder.test(folder)) ? 'nginx' : undefined
  if (name === 'httpd.conf' || name === 'apache2.conf' || name === 'apache.conf' || /\.htaccess$/.test(name) || /.\.vhost$/.test(name)) return 'apache'
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

/** Whether a file of this name could be configuration of either server, so that its text may be asked. */
function mayBeEither(path: string): boolean {
  const folders = segmentsOf(path.replaceAll('\\', '/').toLowerCase())
  const name = withoutTemplateSuffix(folders.pop() ?? '')
  return /\.(?:conf|inc)$/.test(name) || /^\.?[^.]+$/.test(name) || (/^sites-(?:available|enabled)$/.test(folders.at(-1) ?? '') && isPlain(name))
}

/** What the text shows: `strong` signs stand in no other program's configuration, `known` names do; `foreign` is what this server would not take. */
interface Evidence {
  strong: number
  known: number
  unknown: number
  foreign: boolean
}

function dialectOfText(text: string): Dialect | undefined {
  const whole = text.length <= decisionLength
  const part = (whole ? text : text.slice(0, text.lastIndexOf('\n', decisionLength) + 1)).replace(/^\uFEFF/, '')
  if (part.includes('\0')) return undefined
  const plain = withoutHoles(part)
  const nginx = isSure(nginxEvidence(plain, whole))
  const apache = isSure(apacheEvidence(plain))
  if (nginx === apache) return undefined
  return nginx ? 'nginx' : 'apache'
}

const isSure = ({ strong, known, unknown, foreign }: Evidence): boolean => !foreign && strong > unknown && strong + known >= 4 * unknown

/** Placeholders become a word of their own, template statements nothing: what remains is nearly what the server will read. */
const withoutHoles = (text: string): string =>
  text
    .replace(/\{%.*?%\}|\{#.*?#\}|\{\{[-~]?\s*(?:range|if|else|end|with|define|template|block|\/\*|\$\w+\s*:?=).*?\}\}/gs, ' ')
    .replace(/<%[^=].*?%>/gs, ' ')
    .replace(/<%=.*?%>|\{\{.*?\}\}/gs, 'x')

// --- nginx -----------------------------------------------------------------------------------------------------------

/** Names that only nginx has, as families where its modules use a prefix. */
const nginxStrong =
  /^(?:(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached|gzip|gunzip|brotli|ssl|client|keepalive|limit_(?:req|conn|rate)|auth_(?:basic|request|jwt)|worker|http[23]|open_file_cache|lingering|large_client|log_(?:format|not_found|subrequest)|sub_filter|add_(?:header|trailer|before_body|after_body)|access_log|error_page|server_(?:name|tokens)|try_files|port_in|absolute_redirect|charset|default_type|reset_timedout|resolver_timeout|send_(?:timeout|lowat)|tcp_(?:nodelay|nopush)|types_hash|variables_hash|map_hash|server_names|real_ip|set_real_ip|secure_link|split_clients|ssi|stub_status|image_filter|xslt|mp4|geoip2?|perl|js|lua|more_(?:set|clear)|set_by|userid|valid_referers|underscores_in|merge_slashes|ignore_invalid|if_modified|recursive_error|satisfy|sendfile|aio|directio|output_buffers|postpone_output|preread|proxy|ntlm|hash|ip_hash|least_conn|least_time|random|queue|sticky|health_check|chunked_transfer|connection_pool|request_pool|client_body|etag|max_ranges|msie|subrequest|disable_symlinks|zone_sync|quic|mirror|dav|create_full|autoindex|random_index|expires|rewrite|rewrite_log|uninitialized|load_module|multi_accept|accept_mutex|use_epoll|pcre_jit|thread_pool|echo|eval|redis2|drizzle|postgres|rds|xss|srcache|encrypted|array|modsecurity|vhost_traffic|pagespeed|upload|passenger|push_stream|nchan|njs|otel|opentracing|app_protect|status_zone|fancyindex|headers_more|cache_purge)(?:_\w+)?|(?:init|init_worker|set|rewrite|access|content|header_filter|body_filter|log|balancer|ssl_\w+|exit_worker|server_rewrite|preread)_by_lua(?:_block|_file|_no_postpone)?)$/

/** Names of nginx that mean something elsewhere too. */
const nginxKnown = new Set(
  'user pid include daemon env error_log events http stream mail server listen root alias index internal allow deny set return break if location upstream map geo types match use resolver zone state down backup slice break api status allow deny debug_connection working_directory timer_resolution ssl gzip zone limit_except protocol pop3_auth imap_auth smtp_auth pop3_capabilities imap_capabilities smtp_capabilities starttls auth_http auth_http_header xclient timeout post_action lock_file master_process pass override_charset empty_gif flv f4f hls js_import mgmt usage_report stub_status quit'.split(
    ' ',
  ),
)

const nginxData = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map', 'geoip2'])

/** The reader of nginx in small (ngx_conf_file.c: ngx_conf_read_token): one token at the sticky position. */
const nginxToken = /\s+|#[^\n]*|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[;{}]|(?:[^\s;{\\$]|\\[^]|\$\{?)+|[^]/y

function nginxEvidence(text: string, whole: boolean): Evidence {
  const evidence: Evidence = { strong: 0, known: 0, unknown: 0, foreign: false }
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
      if (!inData && words.length > 0) judgeNginx(words, token, evidence)
      if (token === '{') blocks.push(words[0] ?? '')
      if (token === '{' && words[0]?.endsWith('_by_lua_block')) nginxToken.lastIndex = endOfLua(text, nginxToken.lastIndex)
      words = []
    } else if (token === '}') {
      if (words.length > 0 || blocks.pop() === undefined) evidence.foreign = true
    } else words.push(/^["']/.test(token) ? token.slice(1, -1) : token)
    last = token
  }
  if (whole && words.length > 0) evidence.foreign = true
  return evidence
}

function judgeNginx(words: readonly string[], end: string, evidence: Evidence): void {
  const [name = '', first = ''] = words
  if (!/^[a-z][a-z0-9_]*$/.test(name) || /^[=:+]/.test(first.replace(/^=.*/, name === 'location' ? '' : '='))) evidence.foreign = true
  else if (isNginxSign(words, end)) evidence.strong++
  else if (nginxStrong.test(name) || nginxKnown.has(name)) evidence.known++
  else evidence.unknown++
}

function isNginxSign([name = '', first = '', second = '']: readonly string[], end: string): boolean {
  if (end === '{') {
    if (name === 'location') return /^(?:=|~|\^~|\/|@)/.test(first)
    if (name === 'map') return /\$/.test(first) && /^\$\w+$/.test(second)
    if (name === 'geo') return /^\$\w+$/.test(second === '' ? first : second)
    if (name === 'if') return /^\(\$\w+/.test(first)
    return /^(?:split_clients|limit_except)$/.test(name) || /_by_lua_block$/.test(name)
  }
  if (name === 'return') return /^[1-5]\d\d$/.test(first)
  if (name === 'set') return /^\$\w+$/.test(first)
  return nginxStrong.test(name) && (first !== '' || /^(?:ip_hash|least_conn|random|stub_status|empty_gif)$/.test(name))
}

/** Where the Lua that begins at `from` ends: at the brace that closes it, or the end of the text. */
function endOfLua(text: string, from: number): number {
  const piece = /--\[(=*)\[[^]*?\]\1\]|--[^\n]*|\[(=*)\[[^]*?\]\2\]|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|[{}]/g
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
const apacheStrong =
  /^(?:rewrite(?:engine|base|rule|cond|map|options|log|loglevel|lock)|wsgi\w+|proxy(?:pass\w*|requests|via|preservehost|timeout|remote\w*|html\w*|block|badheader|erroroverride|set|status|domain|iobuffersize|addheaders|maxforwards|fcgi\w+|express\w+|scgi\w+|ftp\w+|hc\w+|websocket\w*)|balancer\w+|ssl(?:engine|certificate\w*|protocol|ciphersuite|proxy\w+|honorcipherorder|sessioncache\w*|sessiontickets?|sessionticketkeyfile|usestapling|stapling\w+|options|verify\w+|require\w*|cacertificate\w+|cadnrequest\w+|carevocation\w+|randomseed|mutex|passphrasedialog|compression|strict\w+|fips|cryptodevice|openssl\w+|username|insecurerenegotiation|renegbuffersize|ocsp\w+|srp\w+|userandom|sessioncachetimeout)|documentroot|directoryindex|directoryslash|serveralias|serversignature|servertokens|namevirtualhost|customlog|logformat|errordocument|errorlogformat|fallbackresource|header|requestheader|setenvif\w*|setenv|unsetenv|passenv|browsermatch\w*|redirectmatch|redirectpermanent|redirecttemp|aliasmatch|scriptalias\w*|addtype|addhandler|sethandler|removehandler|removetype|forcetype|addoutputfilter\w*|setoutputfilter|setinputfilter|addencoding|removeencoding|addcharset|adddefaultcharset|addlanguage|defaultlanguage|languagepriority|forcelanguagepriority|addicon\w*|addalt\w*|adddescription|defaulticon|headername|readmename|indexignore\w*|indexoptions|indexorderdefault|indexstylesheet|expires(?:active|default|bytype)|deflate\w+|filter(?:declare|provider|chain|protocol|trace)|loadmodule|allowoverride\w*|authbasicprovider|authbasic\w+|authdigest\w+|authnprovider\w+|authldap\w+|authdbd\w+|authform\w+|authmerging|authnz\w+|authzsend\w+|authn(?:cache|dbd)\w+|authdbm\w+|authz(?:ldap|svn|dbd|dbm|groupfile|owner|user)\w+|anonymous_\w+|anonymous|dav\w*|accessfilename|fileetag|contentdigest|defaulttype|enablesendfile|enablemmap|keepaliverequests|keepalivetimeout|maxkeepaliverequests|maxrequestworkers|maxconnectionsperchild|threadsperchild|minsparethreads|maxsparethreads|serverlimit|threadlimit|asyncrequestworkerfactor|limitrequest\w+|limitxmlrequestbody|limitinternalrecursion|usecanonical\w+|hostnamelookups|typesconfig|mimemagicfile|multiviewsmatch|cgipassauth|cgimapextension|cgidscripttimeout|scriptlog\w*|scriptsock|extendedstatus|traceenable|acceptpathinfo|allowencodedslashes|httpprotocoloptions|protocolshonororder|substitute\w*|php\d?_(?:admin_)?(?:value|flag)|passenger\w+|mod(?:pagespeed|sec)\w*|sec(?:rule\w*|action|requestbody\w+|responsebody\w+|audit\w+|marker|component\w*|datadir|tmpdir|default\w+|debuglog\w*|pcre\w+|collection\w+|unicode\w+|upload\w+|statusengine|argument\w+|cookie\w+|arguments\w+|webappid|chrootdir|hashengine|geolookupdb)|remoteip\w+|cache(?:enable|disable|root|dirlevels|dirlength|lock\w*|max\w+|min\w+|ignore\w+|default\w+|quick\w+|header|stale\w+|store\w+|last\w+|key\w+|socache\w*|detail\w+)|userdir|checkspelling|checkcaseonly|virtual(?:documentroot\w*|scriptalias\w*)|include?optional|undefine|define|sessioncookie\w*|sessioncrypto\w*|sessionmaxage|sessionenv|sessionheader|sessiondbd\w+|dbdriver|dbd\w+|h2\w+|md(?:omain\w*|certificate\w+|privatekeys|contact\w+|require\w+|stapling\w*|renew\w*|notify\w*|message\w*|member\w*|httpproxy|activationdelay|challenge\w*|storedir|store\w+|portmap|drivemode|mustStaple|baseserver|server\w+)|lua\w+|ssi\w+|xbithack|xsendfile\w*|imap(?:menu|default|base)|ext(?:filter)\w+|ratelimit\w*|reqtimeout|requestreadtimeout|ldap\w+|gracefulshutdowntimeout|coredumpdirectory|watchdoginterval|heartbeat\w+|ident(?:itycheck\w*)|metadir|metafiles|metasuffix|suexecusergroup|mpm\w+|asyncfilter|mutex|indexhead\w+|cgivar|qualifyredirecturl|regexdefaultoptions|registerhttpmethod|setenvifexpr|globallog|logiotrackttfb|loglevelexpr|uwsgi\w*|fcgi\w+|fastcgi\w+|fastcgi(?:server|externalserver|config)|jk\w+|perl(?:module|require|handler|set\w+|options|response\w+|switches|\w+handler)|python(?:path|handler|option|debug|interpreter\w*)|mellon\w+|oidc\w+|shib\w+|auth_?cas\w+|gssapi\w+|krb\w+|evasive\w*|dos(?:hashtablesize|page\w+|site\w+|blocking\w+)|brotli\w+|buffersize|echo|privilegesmode|dump(?:io)\w+|asis|policy\w+|allowmethods|rlimit\w+|acceptfilter|allowconnect|listencoresbucketsratio|mmapfile|cachefile|cookie(?:tracking|name|expires|domain|style|format|prefix|httponly|secure|samesite)\w*|charset(?:sourceenc|default|options)|reflectorheader|httpdcpu|undef\w+|macro|undefmacro)$/

/** Names of Apache httpd that other programs with directives like these have too. */
const apacheKnown = new Set(
  'include listen listenbacklog user group servername serveradmin serverroot serverpath pidfile timeout keepalive startservers minspareservers maxspareservers maxclients maxrequestsperchild maxmemfree sendbuffersize receivebuffersize errorlog loglevel transferlog accesslog alias redirect options order allow deny require satisfy authname authtype authuserfile authgroupfile use error warning protocols protocol scoreboardfile lockfile acceptmutex defaultruntimedir action script loadfile loadmodule chrootdir session serveruid namewidth bind hostname interface win32disableacceptex threadstacksize extendedstatus clearmodulelist addmodule'.split(
    ' ',
  ),
)

/** Names that say: another program of the same manner (ProFTPD, CUPS, tinyproxy, sshd, collectd). */
const apacheForeign =
  /^(?:servertype|defaultserver|port|umask|maxinstances|defaultroot|requirevalidshell|allowoverwrite|usereversedns|identlookups|tls\w+|sftp\w+|passiveports|authorder|authpam|systemlog|allowall|denyall|displaylogin|browsing\w*|browse\w+|webinterface|defaultauthtype|systemgroup|maxlogsize|jobprivate\w+|subscriptionprivate\w+|filterlimit|viaproxyname|connectport|logfile|defaulterrorfile|statfile|xtinyproxy|permitrootlogin|allowusers|usepam|subsystem|match|hostkey|loadplugin|hostname|interval|typesdb|syslog|bindsame|foreground|localsocket)$/

const apacheSections =
  /^(?:directory|directorymatch|files|filesmatch|location|locationmatch|virtualhost|ifmodule|ifdefine|ifversion|iffile|ifdirective|ifsection|if|elseif|else|limit|limitexcept|proxy|proxymatch|requireall|requireany|requirenone|macro|authnprovideralias|authzprovideralias|mdomain|mdomainset|perl)$/
const apacheSectionSigns =
  /^(?:directorymatch|filesmatch|locationmatch|proxymatch|requireall|requireany|requirenone|ifversion|authnprovideralias|authzprovideralias|mdomainset)$/

function apacheEvidence(text: string): Evidence {
  const evidence: Evidence = { strong: 0, known: 0, unknown: 0, foreign: false }
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
  const match = /^<(\/?)([A-Za-z]+)(?:\s+(.*?))?\s*>$/.exec(line)
  const name = match?.[2]?.toLowerCase() ?? ''
  // Markup is no section: a tag with its end or an attribute on the same line, an XML declaration.
  if (!match || !apacheSections.test(name) || /^[\w:-]+="[^"]*"/.test(match[3] ?? '') || /<\//.test(match[3] ?? '')) evidence.foreign = true
  else if (match[1] === '' && (apacheSectionSigns.test(name) || (/^(?:if|elseif)$/.test(name) && /%\{|-[a-zA-Z]\b/.test(match[3] ?? '')))) evidence.strong++
  else evidence.known++
}

function judgeApache(line: string, evidence: Evidence): void {
  const [word = '', ...args] = line.split(/\s+/)
  if (/^[$%@]/.test(word)) return
  const name = word.toLowerCase()
  if (!/^[A-Za-z]\w*$/.test(word) || /^[=:+]/.test(args[0] ?? '') || /[{;]$/.test(line) || apacheForeign.test(name)) evidence.foreign = true
  else if (isApacheSign(name, args)) evidence.strong++
  else if (apacheStrong.test(name) || apacheKnown.has(name)) evidence.known++
  else evidence.unknown++
}

function isApacheSign(name: string, [first = '', second = '']: readonly string[]): boolean {
  if (name === 'require')
    return (/^all$/i.test(first) && /^(?:granted|denied)$/i.test(second)) || /^(?:valid-user|expr|method|env|not|host|local|forward-dns|ldap-\w+)$/i.test(first)
  if (name === 'options') return /^["']?[+-]?(?:indexes|multiviews|followsymlinks|symlinksifownermatch|execcgi|includes|includesnoexec|all|none)\b/i.test(first)
  if (name === 'alias') return first.replace(/^["']/, '').startsWith('/') && second !== ''
  if (name === 'redirect') return second !== ''
  if (name === 'allowoverride') return !/^(?:on|off)$/i.test(first)
  if (name === 'loadmodule') return second !== ''
  return apacheStrong.test(name) && first !== ''
}
