/**
 * A bit of `req_override` (`http_config.h`): where a directive may stand, and under which `AllowOverride` class in `.htaccess`.
 * `server` is RSRC_CONF (outside sections), `access` is ACCESS_CONF (inside `<Directory>`, `<Location>`, `<Files>`, `<If>`, `<Proxy>`); the others
 * are OR_LIMIT, OR_OPTIONS, OR_FILEINFO, OR_AUTHCFG and OR_INDEXES. `proxy` is PROXY_CONF: inside `<Proxy>` and `<ProxyMatch>` only.
 */
export type ApacheOverride = 'server' | 'access' | 'proxy' | 'limit' | 'options' | 'fileinfo' | 'authconfig' | 'indexes'

/**
 * Sections that a handler itself refuses (`ap_check_cmd_context`), each a bit of `NOT_IN_…` in `http_config.h`; `htaccess` are the files of that name.
 * `files` and `if` are one bit, NOT_IN_FILES, and stand together. GLOBAL_ONLY is all but `htaccess`, NOT_IN_DIR_CONTEXT is that without `virtualhost`.
 */
export type ApacheForbidden = 'virtualhost' | 'limit' | 'directory' | 'location' | 'files' | 'if' | 'htaccess' | 'proxy'

/** Where the reference documentation says that a directive belongs; `proxy` are `<Proxy>` sections. */
export type ApacheContext = 'server' | 'virtualhost' | 'directory' | 'htaccess' | 'proxy'

/** How Apache hands over the arguments (`enum cmd_how`). */
export type ApacheArguments =
  | 'raw'
  | 'take1'
  | 'take2'
  | 'take3'
  | 'take12'
  | 'take13'
  | 'take23'
  | 'take123'
  | 'iterate'
  | 'iterate2'
  | 'flag'
  | 'none'
  | 'argv'

/** Where a module comes from: httpd's own source, mod_wsgi, or another module that people add. */
export type ApacheSource = 'core' | 'wsgi' | 'third-party'

/** One row of a module's `command_rec` table. */
export interface ApacheEntry {
  /** As declared, without the bracket of a section: `ServerName`, `Directory`. */
  readonly name: string
  /** `core`, `mod_ssl` … */
  readonly module: string
  readonly source: ApacheSource
  /** True for `<Directory>` and its like. */
  readonly section: boolean
  readonly overrides: readonly ApacheOverride[]
  /** EXEC_ON_READ: done while the file is being read, before everything else. */
  readonly onRead: boolean
  readonly arguments: ApacheArguments
  /** The help text that Apache puts behind "takes one argument, "; undefined where the table has none. Its log writes a line end in it as `\n`. */
  readonly help: string | undefined
  /** The C function that takes the arguments. */
  readonly handler: string | undefined
  /** What the table gives that function beside the arguments (`cmd_data`), as C text without casts; undefined for NULL. */
  readonly data: string | undefined
  /** Sections in which the handler refuses to work, before it does anything else. */
  readonly forbidden: readonly ApacheForbidden[]
  /** The first and the first later version of httpd (or of mod_wsgi, for its directives) with and without it; absent where not known. */
  readonly since: string | undefined
  readonly until: string | undefined
  /** What the server must have been built for: `Windows`, `NetWare`, `OS/2`, `Solaris`, `Python 2` …; undefined where every build has the directive. */
  readonly only: string | undefined
  /** From the reference documentation. */
  readonly syntax: string | undefined
  readonly default: string | undefined
  /** As documented, which may be narrower than what the server takes; empty where there is no page. */
  readonly contexts: readonly ApacheContext[]
}

/** A module, with or without directives. */
export interface ApacheModule {
  /** `mod_ssl`, `core`, `event` */
  readonly name: string
  /** What `LoadModule` and `<IfModule>` call it: `ssl_module`. */
  readonly identifier: string
  /** What `<IfModule>` calls it too: `mod_ssl.c`. */
  readonly file: string
  readonly source: ApacheSource
  /** Whether Debian's packages apache2 and apache2-bin bring it. */
  readonly debian: boolean
}

/** A directive that a version of httpd or of a module once had. */
export interface ApacheRemovedDirective {
  readonly name: string
  /** The module that had it. */
  readonly module: string
  /** The first version without it. */
  readonly until: string
  /** The directive, or the line, that takes its place; undefined where nothing does or where it is not plain. */
  readonly replacement: string | undefined
}
