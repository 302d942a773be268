import type { NginxEntry } from '../../../catalog/nginx/catalog.ts'
import * as content from './content.ts'
import * as core from './core.ts'
import * as debian from './debian-modules.ts'
import * as entries from './entries.ts'
import { httpListen, mailListen, streamListen } from './listen.ts'
import { limitExcept, rootOrAlias } from './location.ts'
import { accessLog, errorLog, logFormat, openFileCache } from './logs.ts'
import * as proxy from './proxy.ts'
import type { Setter } from './reading.ts'
import { condition, returnCode, rewrite, set } from './rewrite.ts'
import { gzipDisable, serverName, validReferers } from './server.ts'
import { slotSetters } from './slots.ts'
import * as stream from './stream.ts'
import * as upstream from './upstream.ts'
import * as zones from './zones.ts'

/** What checks a directive's arguments: by the name of its C function, else by the kind of its value. */
export function setterOf(entry: NginxEntry): Setter | undefined {
  const known = chosen.get(entry)
  if (known) return known
  const setter = chooseSetter(entry)
  if (setter) chosen.set(entry, setter)
  return setter
}

const chosen = new Map<NginxEntry, Setter>()

function chooseSetter(entry: NginxEntry): Setter | undefined {
  if (entry.source === 'third-party' || entry.source === 'plus') return thirdParty[entry.name] ?? (entry.value === 'flag' ? slotSetters.flag : undefined)
  if (entry.setter !== undefined && Object.hasOwn(setters, entry.setter)) return setters[entry.setter]
  if (entry.module === 'ngx_http_echo_module' && entry.value === 'custom') return content.values
  return slotSetters[entry.value]
}

/** The reader of a block of data, by its C function. */
export function entryBlockOf(entry: NginxEntry): entries.EntryBlock | undefined {
  if (entry.opens !== 'data') return undefined
  const known = entry.setter === undefined || !Object.hasOwn(entryBlocks, entry.setter) ? undefined : entryBlocks[entry.setter]
  return known ?? entries.opaque
}

const entryBlocks: Readonly<Record<string, entries.EntryBlock>> = {
  ngx_http_map_block: entries.map,
  ngx_stream_map_block: entries.map,
  ngx_http_geo_block: entries.geo,
  ngx_stream_geo_block: entries.geo,
  ngx_conf_split_clients_block: entries.splitClients,
  ngx_http_core_types: entries.types,
  ngx_http_charset_map_block: entries.charsetMap,
  ngx_http_geoip2: entries.geoip2,
  ngx_stream_geoip2: entries.geoip2,
}

const plain = upstream.balancing([])
const withoutBackup = upstream.balancing(['backup'])

const setters: Readonly<Record<string, Setter>> = {
  // the core and events
  ngx_set_worker_processes: core.workerProcesses,
  ngx_set_priority: core.workerPriority,
  ngx_set_cpu_affinity: core.workerCpuAffinity,
  ngx_set_user: core.user,
  ngx_thread_pool: core.threadPool,
  ngx_load_module: core.loadModule,
  ngx_error_log: errorLog,
  ngx_event_connections: core.workerConnections,
  ngx_event_use: core.use,
  ngx_event_debug_connection: core.fromAddress,
  ngx_events_block: core.moduleBlock,
  ngx_http_block: core.moduleBlock,
  ngx_stream_block: core.moduleBlock,
  ngx_mail_block: core.moduleBlock,

  // http
  ngx_http_core_listen: httpListen,
  ngx_http_core_server_name: serverName,
  ngx_http_core_root: rootOrAlias,
  ngx_http_core_limit_except: (reading) => (core.setTwice(reading) ? 'is duplicate' : limitExcept(reading)),
  ngx_http_core_error_page: content.errorPage,
  ngx_http_core_keepalive: content.keepaliveTimeout,
  ngx_http_core_directio: content.directio,
  ngx_http_core_set_aio: content.aio,
  ngx_http_core_internal: content.once,
  ngx_http_core_resolver: core.resolver,
  ngx_http_core_error_log: errorLog,
  ngx_http_core_open_file_cache: openFileCache,
  ngx_http_disable_symlinks: content.disableSymlinks,
  ngx_http_gzip_disable: gzipDisable,
  ngx_http_access_rule: core.accessRule,
  ngx_http_realip_from: core.fromAddress,
  ngx_http_realip: content.once,
  ngx_http_headers_expires: content.expires,
  ngx_http_headers_add: content.addHeader,
  ngx_http_index_set_index: content.index,
  ngx_http_try_files: content.tryFiles,
  ngx_http_auth_basic_user_file: content.valueOnce,
  ngx_http_auth_request: content.once,
  ngx_http_auth_request_set: content.authRequestSet,
  ngx_http_sub_filter: content.subFilter,
  ngx_http_mirror: content.mirror,
  ngx_http_set_charset_slot: content.charset,
  ngx_http_userid_expires: content.useridExpires,
  ngx_http_userid_mark: content.useridMark,
  ngx_http_modern_browser: content.modernBrowser,
  ngx_http_image_filter: content.imageFilter,
  ngx_http_image_filter_jpeg_quality: content.imageNumber,
  ngx_http_image_filter_webp_quality: content.imageNumber,
  ngx_http_image_filter_sharpen: content.imageNumber,
  ngx_http_degradation: content.degradation,
  ngx_http_geoip_country: content.geoip,
  ngx_http_geoip_city: content.geoip,
  ngx_http_geoip_org: content.geoip,
  ngx_http_valid_referers: validReferers,
  ngx_http_xslt_param: content.values,
  ngx_http_perl: content.perl,
  ngx_http_perl_set: content.perlSet,
  ngx_http_v2_push: content.http2Push,
  ngx_http_geoip_proxy: entries.network,
  ngx_http_log_set_log: accessLog,
  ngx_http_log_set_format: logFormat,
  ngx_http_log_open_file_cache: openFileCache,
  ngx_http_rewrite: rewrite,
  ngx_http_rewrite_return: returnCode,
  ngx_http_rewrite_set: set,
  ngx_http_rewrite_if: condition,
  ngx_http_limit_req: zones.limitReq,
  ngx_http_limit_req_zone: zones.limitZone,
  ngx_http_limit_conn: zones.limitConn,
  ngx_http_limit_conn_zone: zones.limitZone,
  ngx_http_file_cache_set_slot: zones.cachePath,
  ngx_http_file_cache_valid_set_slot: proxy.cacheValid,
  ngx_http_ssl_session_cache: zones.sessionCache,
  ngx_http_ssl_ocsp_cache: zones.ocspCache,

  ngx_http_grpc_ssl_password_file: content.once,
  ngx_http_proxy_ssl_password_file: content.once,
  ngx_http_ssl_password_file: content.once,
  ngx_http_uwsgi_ssl_password_file: content.once,
  ngx_mail_ssl_password_file: content.once,
  ngx_stream_proxy_ssl_password_file: content.once,
  ngx_stream_ssl_password_file: content.once,

  // to upstreams
  ngx_http_upstream: upstream.upstreamBlock,
  ngx_http_upstream_server: upstream.upstreamServer,
  ngx_http_upstream_zone: zones.upstreamZone,
  ngx_http_upstream_keepalive: upstream.keepalive,
  ngx_http_upstream_hash: upstream.hash,
  ngx_http_upstream_random: upstream.random,
  ngx_http_upstream_ip_hash: withoutBackup,
  ngx_http_upstream_least_conn: plain,
  ngx_http_upstream_resolver: core.resolver,
  ngx_http_upstream_bind_set_slot: proxy.bind,
  ngx_http_upstream_param_set_slot: proxy.param,
  ngx_http_proxy_pass: upstream.proxyPass,
  ngx_http_proxy_redirect: proxy.proxyRedirect,
  ngx_http_proxy_cookie_domain: proxy.proxyCookie,
  ngx_http_proxy_cookie_path: proxy.proxyCookie,
  ngx_http_proxy_cookie_flags: proxy.proxyCookieFlags,
  ngx_http_proxy_store: proxy.store,
  ngx_http_proxy_cache: proxy.cache,
  ngx_http_proxy_cache_key: content.valueOnce,
  ngx_http_fastcgi_pass: upstream.pass(undefined),
  ngx_http_fastcgi_split_path_info: proxy.splitPathInfo,
  ngx_http_fastcgi_store: proxy.store,
  ngx_http_fastcgi_cache: proxy.cache,
  ngx_http_fastcgi_cache_key: content.valueOnce,
  ngx_http_uwsgi_pass: upstream.pass(/^s?uwsgi:\/\//i),
  ngx_http_uwsgi_store: proxy.store,
  ngx_http_uwsgi_cache: proxy.cache,
  ngx_http_uwsgi_cache_key: content.valueOnce,
  ngx_http_scgi_pass: upstream.pass(undefined),
  ngx_http_scgi_store: proxy.store,
  ngx_http_scgi_cache: proxy.cache,
  ngx_http_scgi_cache_key: content.valueOnce,
  ngx_http_grpc_pass: upstream.pass(/^grpcs?:\/\//i),
  ngx_http_memcached_pass: upstream.pass(undefined),

  // stream
  ngx_stream_core_listen: streamListen,
  ngx_stream_core_server_name: serverName,
  ngx_stream_core_resolver: core.resolver,
  ngx_stream_core_error_log: errorLog,
  ngx_stream_access_rule: core.accessRule,
  ngx_stream_realip_from: core.fromAddress,
  ngx_stream_log_set_log: accessLog,
  ngx_stream_log_set_format: logFormat,
  ngx_stream_log_open_file_cache: openFileCache,
  ngx_stream_limit_conn: zones.limitConn,
  ngx_stream_limit_conn_zone: zones.limitZone,
  ngx_stream_ssl_session_cache: zones.sessionCache,
  ngx_stream_ssl_alpn: stream.alpn,
  ngx_stream_proxy_pass: stream.streamPass,
  ngx_stream_pass: stream.streamPass,
  ngx_stream_proxy_bind: proxy.bind,
  ngx_stream_return: stream.streamReturn,
  ngx_stream_set: stream.streamSet,
  ngx_stream_geoip_country: content.geoip,
  ngx_stream_geoip_city: content.geoip,
  ngx_stream_geoip_org: content.geoip,
  ngx_stream_upstream: upstream.upstreamBlock,
  ngx_stream_upstream_server: upstream.streamUpstreamServer,
  ngx_stream_upstream_zone: zones.upstreamZone,
  ngx_stream_upstream_hash: upstream.hash,
  ngx_stream_upstream_random: upstream.random,
  ngx_stream_upstream_least_conn: plain,
  ngx_stream_upstream_resolver: core.resolver,

  // mail
  ngx_mail_core_listen: mailListen,
  ngx_mail_core_protocol: stream.mailProtocol,
  ngx_mail_core_resolver: core.resolver,
  ngx_mail_core_error_log: errorLog,
  ngx_mail_auth_http: upstream.authHttp,
  ngx_mail_realip_from: core.fromAddress,
  ngx_mail_ssl_session_cache: zones.sessionCache,
  ngx_mail_ssl_enable: stream.mailSsl,
  ngx_mail_ssl_starttls: stream.mailSsl,

  // Debian's further modules
  ngx_http_dav_ext_lock_zone: debian.davLockZone,
  ngx_http_dav_ext_lock: debian.davLock,
  ngx_http_upload_progress: debian.uploadProgress,
  ngx_http_report_uploads: debian.reportUploads,
  ngx_http_track_uploads: debian.trackUploads,
  ngx_http_upload_progress_template: debian.uploadTemplate,
  ngx_http_upstream_fair: debian.fair,
  ngx_http_upstream_fair_set_shm_size: debian.fairSize,
  ngx_http_geoip2_proxy: entries.network,
  ngx_http_headers_more_set_headers: proxy.moreHeaders,
  ngx_http_headers_more_clear_headers: proxy.moreHeaders,
  ngx_http_headers_more_set_input_headers: proxy.moreHeaders,
  ngx_http_headers_more_clear_input_headers: proxy.moreHeaders,
  ngx_http_proxy_cache_purge_conf: proxy.cachePurge,
  ngx_http_fastcgi_cache_purge_conf: proxy.cachePurge,
  ngx_http_uwsgi_cache_purge_conf: proxy.cachePurge,
  ngx_http_scgi_cache_purge_conf: proxy.cachePurge,
  ngx_http_lua_set_by_lua: entries.definesVariable(1),
  ngx_http_lua_set_by_lua_block: entries.definesVariable(1),
  ngx_http_lua_set_by_lua_file: entries.definesVariable(1),
}

/** Variables that directives of modules without a catalogued function make. */
const thirdParty: Readonly<Record<string, Setter>> = {
  js_set: entries.definesVariable(1),
  js_var: entries.definesVariable(1),
}
