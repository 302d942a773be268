import type { Dialect } from '../syntax/tree.ts'

/** Whose configuration a path plainly is; undefined where the name alone does not tell. */
export function dialectOfPath(path: string): Dialect | undefined {
  const plain = path.replace(/\.(j2|jinja2?|template|tmpl|tpl|erb|epp|mustache|in|default|dist|sample|example)$/, '')
  if (apachePaths.some((pattern) => pattern.test(plain))) return 'apache'
  if (nginxPaths.some((pattern) => pattern.test(plain))) return 'nginx'
  return undefined
}

/** Whether a path ends like a template, whose text is not yet configuration. */
export const isTemplatePath = (path: string): boolean => /\.(j2|jinja2?|template|tmpl|tpl|erb|epp|mustache)$/.test(path)

/** Whose configuration a file is: by its path where that tells, else by its text, and only where that is beyond doubt. */
export function dialectOf(path: string, text: string): Dialect | undefined {
  return dialectOfPath(path) ?? dialectOfText(text)
}

const nginxPaths = [
  /(^|\/)nginx[^/]*\.conf$/,
  /\.(nginx|nginxconf)$/,
  /(^|\/)(fastcgi|uwsgi|scgi|proxy)_params$/,
  /(^|\/)(nginx|openresty)(\/[^/]+)*\/(sites-(available|enabled)|conf\.d|snippets|modules-enabled|modules-available|streams?-(available|enabled))\/[^/]+$/,
  /(^|\/)nginx\/([^/]+\/)*[^/]+\.conf$/,
  /(^|\/)nginx\/(.*\/)?mime\.types$/,
]

const apachePaths = [
  /(^|\/)(httpd|apache2?)[^/]*\.conf$/,
  /(^|\/)[^/]*\.?htaccess$/,
  /\.vhost$/,
  /(^|\/)(apache2?|httpd)(\/[^/]+)*\/(sites|conf|mods)-(available|enabled)\/[^/]+$/,
  /(^|\/)(apache2?|httpd)(\/[^/]+)*\/(conf|conf\.d|conf\.modules\.d|extra|vhosts(\.d)?)\/[^/]+\.(conf|load)$/,
  /(^|\/)(apache2?|httpd)\/[^/]+\.conf$/,
]

/** As much of a file as is looked at. */
const head = 65_536

function dialectOfText(text: string): Dialect | undefined {
  const apache = apacheScore(text.slice(0, head))
  const nginx = nginxScore(text.slice(0, head))
  if (apache >= 2 && nginx < apache) return 'apache'
  if (nginx >= 2 && apache < nginx) return 'nginx'
  return undefined
}

/** Sections and directives that no other format has, one point each; anything that only others have ends it. */
function apacheScore(text: string): number {
  if (/^\s*<\?xml|^\s*<!DOCTYPE|^\s*<[a-z]+(:[a-z]+)?( xmlns|>\s*<)/.test(text)) return 0
  let score = 0
  const section =
    /^[ \t]*<(VirtualHost|Directory(?:Match)?|Files(?:Match)?|Location(?:Match)?|IfModule|IfDefine|IfVersion|Limit(?:Except)?|Proxy(?:Match)?|RequireA(?:ll|ny)|If|Macro)[ \t>]/gim
  score += 2 * (text.match(section)?.length ?? 0)
  const directive =
    /^[ \t]*(ServerRoot|DocumentRoot|ServerAdmin|ServerAlias|LoadModule|AllowOverride|DirectoryIndex|CustomLog|Rewrite(?:Engine|Rule|Cond|Base|Map)|WSGI\w+|ProxyPass(?:Reverse)?|SSL(?:Engine|CertificateFile|CertificateKeyFile|Protocol|CipherSuite)|Add(?:Type|Handler|Charset|OutputFilter\w*)|ErrorDocument|Redirect(?:Match|Permanent)?|Options[ \t]+[-+]?(?:Indexes|FollowSymLinks|ExecCGI|All|None)|Require[ \t]+(?:all|ip|host|valid-user|user|group|expr)|Order[ \t]+(?:allow|deny),|(?:Allow|Deny)[ \t]+from|Header[ \t]+(?:always|set|add|append|unset|merge)|SetEnvIf(?:NoCase)?|Expires(?:Active|ByType|Default)|IncludeOptional|Listen[ \t]+[\d.:[]+|KeepAlive(?:Timeout)?[ \t]|Timeout[ \t]+\d|(?:Script)?Alias(?:Match)?[ \t]+"?\/|Auth(?:Type|Name|UserFile|BasicProvider)|LogFormat[ \t]+"|StartServers|MaxRequestWorkers|PassengerRoot|php_(?:value|flag|admin_value))\b/gm
  score += 2 * (text.match(directive)?.length ?? 0)
  // Lines that end in `;` or open a brace are another language's.
  const foreign = text.match(/[;{]\s*$/gm)?.length ?? 0
  return foreign > score ? 0 : score
}

function nginxScore(text: string): number {
  let score = 0
  const block =
    /^[ \t]*(?:location[ \t]+(?:(?:=|~\*?|\^~)[ \t]*)?\S+|(?:http|server|events|stream|mail|types)|upstream[ \t]+\S+|map[ \t]+\S*\$\S+[ \t]+\$\w+|geo[ \t]+(?:\$\w+[ \t]+)?\$\w+|if[ \t]+\([^)]*\$.*\)|split_clients[ \t].*\$\w+|limit_except[ \t]+[A-Z ]+)[ \t]*\{/gm
  const blocks = text.match(block) ?? []
  const directive =
    /^[ \t]*(?:server_name|proxy_pass|proxy_[a-z_]+|fastcgi_[a-z_]+|uwsgi_[a-z_]+|ssl_[a-z_]+|listen[ \t]+[^\s;]+|access_log|error_log|add_header|try_files|root[ \t]+\S+|alias[ \t]+\S+|return[ \t]+\d{3}|rewrite[ \t]+\S+[ \t]+\S+|worker_(?:processes|connections|rlimit_nofile)|client_[a-z_]+|gzip(?:_[a-z_]+)?|expires|keepalive(?:_timeout)?|limit_(?:req|conn)[a-z_]*|log_format|include[ \t]+\S+|set[ \t]+\$\w+|deny[ \t]+\S+|allow[ \t]+\S+|sendfile|tcp_nop\w+|default_type|more_(?:set|clear)_\w+|auth_basic\w*|resolver|(?:content|access|rewrite|init)_by_lua\w*)\b[^;{}]*;[ \t]*(?:#.*)?$/gm
  const directives = text.match(directive) ?? []
  score += 2 * blocks.filter((each) => !/^\s*(types|mail|server|stream|http|events)\s*\{/.test(each)).length
  score += directives.length
  const plainBlocks = blocks.length
  if (plainBlocks > 0 && directives.length > 0) score += plainBlocks
  // bind's zones and options, logrotate's and others' braces.
  if (/^\s*(zone\s+"|options\s*\{|acl\s+"|key\s+"|masters\s)/m.test(text)) return 0
  return score
}
