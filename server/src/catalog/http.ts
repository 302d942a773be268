/** What HTTP itself brings into configurations of both servers: methods, statuses, media types, fields and their usual values. */

/** Methods by how often they are written (RFC 9110, RFC 5789, RFC 4918). */
export const methods: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'CONNECT',
  'TRACE',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
]

/** Statuses and their names (IANA's registry of HTTP status codes). */
export const statuses: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [206, 'Partial Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [303, 'See Other'],
  [304, 'Not Modified'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [408, 'Request Timeout'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [411, 'Length Required'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [414, 'URI Too Long'],
  [415, 'Unsupported Media Type'],
  [416, 'Range Not Satisfiable'],
  [417, 'Expectation Failed'],
  [421, 'Misdirected Request'],
  [422, 'Unprocessable Content'],
  [425, 'Too Early'],
  [426, 'Upgrade Required'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [451, 'Unavailable For Legal Reasons'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [505, 'HTTP Version Not Supported'],
  [507, 'Insufficient Storage'],
  [511, 'Network Authentication Required'],
])

/** Media types that web servers name in their configuration. */
export const mediaTypes: readonly string[] = `text/html text/css text/plain text/javascript text/xml text/csv text/markdown text/vtt text/calendar
  application/javascript application/json application/ld+json application/manifest+json application/xml application/xhtml+xml application/rss+xml
  application/atom+xml application/geo+json application/wasm application/pdf application/zip application/gzip application/octet-stream
  application/x-www-form-urlencoded multipart/form-data application/grpc application/vnd.ms-fontobject font/ttf font/otf font/woff font/woff2 image/svg+xml
  image/png image/jpeg image/gif image/webp image/avif image/x-icon image/bmp audio/mpeg audio/ogg video/mp4 video/webm video/ogg`.split(/\s+/)

/** Fields of a response that servers set, with values that are often meant; the first is the usual one. */
export const responseFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['Strict-Transport-Security', ['max-age=31536000', 'max-age=63072000; includeSubDomains', 'max-age=63072000; includeSubDomains; preload']],
  ['Content-Security-Policy', ["default-src 'self'", "default-src 'self'; frame-ancestors 'none'", "frame-ancestors 'self'"]],
  ['Content-Security-Policy-Report-Only', ["default-src 'self'"]],
  ['X-Content-Type-Options', ['nosniff']],
  ['X-Frame-Options', ['DENY', 'SAMEORIGIN']],
  ['Referrer-Policy', ['strict-origin-when-cross-origin', 'same-origin', 'no-referrer', 'no-referrer-when-downgrade', 'origin']],
  ['Permissions-Policy', ['geolocation=(), camera=(), microphone=()']],
  ['Cross-Origin-Opener-Policy', ['same-origin', 'same-origin-allow-popups', 'unsafe-none']],
  ['Cross-Origin-Embedder-Policy', ['require-corp', 'credentialless']],
  ['Cross-Origin-Resource-Policy', ['same-origin', 'same-site', 'cross-origin']],
  ['Cache-Control', ['no-store', 'no-cache', 'public, max-age=3600', 'public, max-age=31536000, immutable', 'private, no-cache']],
  ['Access-Control-Allow-Origin', ['https://example.com', '*']],
  ['Access-Control-Allow-Methods', ['GET, POST, OPTIONS']],
  ['Access-Control-Allow-Headers', ['Content-Type, Authorization']],
  ['Access-Control-Allow-Credentials', ['true']],
  ['Access-Control-Expose-Headers', ['Content-Length']],
  ['Access-Control-Max-Age', ['86400']],
  ['Vary', ['Accept-Encoding', 'Origin']],
  ['X-Robots-Tag', ['noindex, nofollow', 'noindex']],
  ['X-XSS-Protection', ['0']],
  ['Content-Disposition', ['attachment']],
  ['Content-Type', ['application/json', 'text/plain; charset=utf-8']],
  ['Content-Encoding', ['gzip', 'br']],
  ['Content-Language', ['en']],
  ['Clear-Site-Data', ['"cache", "cookies", "storage"']],
  ['Expires', ['0']],
  ['Retry-After', ['120']],
  ['Allow', ['GET, HEAD, POST']],
  ['Location', []],
  ['Link', []],
  ['Set-Cookie', []],
  ['Server', []],
  ['X-Powered-By', []],
  ['X-Request-ID', []],
  ['Timing-Allow-Origin', ['*']],
  ['Alt-Svc', ['h3=":443"; ma=86400']],
])

/** Fields of a request. */
export const requestFields: readonly string[] =
  `Host X-Real-IP X-Forwarded-For X-Forwarded-Proto X-Forwarded-Host X-Forwarded-Port X-Forwarded-Prefix X-Request-ID
  Forwarded Upgrade Connection Accept-Encoding Accept Accept-Language Authorization Cookie Referer User-Agent Origin Content-Type Content-Length
  Range If-Modified-Since If-None-Match Cache-Control Early-Data Proxy SCRIPT_NAME X-Script-Name X-Accel-Buffering X-Remote-User X-SSL-Client-Cert
  X-SSL-Client-Verify X-Forwarded-User TE Transfer-Encoding Via`.split(/\s+/)
