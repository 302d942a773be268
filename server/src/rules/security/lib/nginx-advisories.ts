/** What of a configuration brings a hole within reach; without one of these the advisory does not concern it. */
export interface Trigger {
  readonly directives: readonly string[]
  /** The directive counts only with one of these arguments (a pattern for one argument). */
  readonly argument?: RegExp
  /** Another directive that has to be there as well. */
  readonly together?: { readonly directives: readonly string[]; readonly argument?: RegExp }
}

/** A row of nginx.org/en/security_advisories.html. */
export interface Advisory {
  readonly cve: string
  readonly what: string
  /** nginx's own word; what it calls low is information. */
  readonly severity: 'low' | 'medium' | 'major'
  /** First and last vulnerable versions. */
  readonly vulnerable: readonly (readonly [string, string])[]
  /** The first version of each branch that has it mended. */
  readonly fixed: readonly string[]
  readonly trigger: Trigger
}

const mp4: Trigger = { directives: ['mp4'] }
const http2: Trigger = { directives: ['listen', 'http2'], argument: /^(?:http2|on)$/ }
const http3: Trigger = { directives: ['listen'], argument: /^quic$/ }
const resolver: Trigger = { directives: ['resolver'] }
const charset: Trigger = { directives: ['charset'], argument: /^(?!off$)/ }
const tlsBehind: Trigger = { directives: ['proxy_pass', 'grpc_pass', 'uwsgi_pass'], argument: /^(?:https|grpcs|suwsgi):/ }

/**
 * Sources: nginx.org/en/security_advisories.html, of which the rows to 2024 are in the repository nginx/nginx.org (xml/en/security_advisories.xml); for
 * those since, the notes of the releases (CHANGES of nginx 1.26.3 to 1.31.6) and the CVE records. What needs more than a version and directives to
 * tell (captures in rewrite and map) is a rule of its own.
 */
export const advisories: readonly Advisory[] = [
  {
    cve: 'CVE-2026-90439',
    what: 'a buffer overflow in HTTP/3',
    severity: 'medium',
    vulnerable: [['1.29.2', '1.31.5']],
    fixed: ['1.30.5', '1.31.6'],
    trigger: http3,
  },
  {
    cve: 'CVE-2026-56434',
    what: 'use of memory after it is freed in SSI without buffering',
    severity: 'medium',
    vulnerable: [['0.8.11', '1.31.2']],
    fixed: ['1.30.4', '1.31.3'],
    trigger: { directives: ['ssi'], argument: /^on$/, together: { directives: ['proxy_buffering'], argument: /^off$/ } },
  },
  {
    cve: 'CVE-2026-42530',
    what: 'use of memory after it is freed in HTTP/3',
    severity: 'major',
    vulnerable: [['1.31.0', '1.31.1']],
    fixed: ['1.31.2'],
    trigger: http3,
  },
  {
    cve: 'CVE-2026-42055',
    what: 'a buffer overflow when requests are passed on over HTTP/2',
    severity: 'low',
    vulnerable: [['1.13.10', '1.31.1']],
    fixed: ['1.30.3', '1.31.2'],
    trigger: { directives: ['grpc_pass', 'proxy_http_version'], argument: /^(?:2(?:\.0)?$|.*\D)/ },
  },
  {
    cve: 'CVE-2026-48142',
    what: 'a read beyond a buffer in charset',
    severity: 'low',
    vulnerable: [['0.3.50', '1.31.1']],
    fixed: ['1.30.3', '1.31.2'],
    trigger: charset,
  },
  {
    cve: 'CVE-2026-42926',
    what: 'the injection of requests to the server behind over HTTP/2',
    severity: 'medium',
    vulnerable: [['1.29.4', '1.30.0']],
    fixed: ['1.30.1', '1.31.0'],
    trigger: { directives: ['proxy_http_version'], argument: /^2(?:\.0)?$/ },
  },
  {
    cve: 'CVE-2026-42946',
    what: 'a read beyond a buffer in SCGI and uWSGI',
    severity: 'medium',
    vulnerable: [['0.8.42', '1.30.0']],
    fixed: ['1.30.1', '1.31.0'],
    trigger: { directives: ['scgi_pass', 'uwsgi_pass'] },
  },
  {
    cve: 'CVE-2026-42934',
    what: 'a read beyond a buffer in charset',
    severity: 'low',
    vulnerable: [['0.3.50', '1.30.0']],
    fixed: ['1.30.1', '1.31.0'],
    trigger: charset,
  },
  {
    cve: 'CVE-2026-40460',
    what: 'the forging of client addresses over HTTP/3',
    severity: 'medium',
    vulnerable: [['1.25.0', '1.30.0']],
    fixed: ['1.30.1', '1.31.0'],
    trigger: http3,
  },
  {
    cve: 'CVE-2026-40701',
    what: 'use of memory after it is freed when client certificates are checked by OCSP',
    severity: 'medium',
    vulnerable: [['1.19.0', '1.30.0']],
    fixed: ['1.30.1', '1.31.0'],
    trigger: { directives: ['ssl_ocsp'], argument: /^(?:on|leaf)$/ },
  },
  {
    cve: 'CVE-2026-27654',
    what: 'a buffer overflow in COPY and MOVE of WebDAV',
    severity: 'medium',
    vulnerable: [['0.5.13', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: { directives: ['dav_methods'], argument: /^(?:COPY|MOVE)$/i },
  },
  {
    cve: 'CVE-2026-27784',
    what: 'a buffer overflow in mp4',
    severity: 'medium',
    vulnerable: [['1.1.19', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2026-32647',
    what: 'a buffer overflow in mp4',
    severity: 'medium',
    vulnerable: [['1.1.19', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2026-27651',
    what: 'a crash in the login to mail by CRAM-MD5 or APOP',
    severity: 'low',
    vulnerable: [['0.5.15', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: { directives: ['imap_auth', 'pop3_auth', 'smtp_auth'], argument: /^(?:cram-md5|apop)$/i },
  },
  {
    cve: 'CVE-2026-28753',
    what: 'injection by answers of the name server in mail',
    severity: 'medium',
    vulnerable: [['0.6.27', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: { directives: ['auth_http'], together: { directives: ['resolver'] } },
  },
  {
    cve: 'CVE-2026-28755',
    what: 'revoked client certificates that are let in by stream',
    severity: 'medium',
    vulnerable: [['1.27.2', '1.29.6']],
    fixed: ['1.28.3', '1.29.7'],
    trigger: { directives: ['ssl_ocsp'], argument: /^(?:on|leaf)$/, together: { directives: ['stream'] } },
  },
  {
    cve: 'CVE-2026-1642',
    what: 'answers that someone between nginx and a TLS server behind puts in',
    severity: 'medium',
    vulnerable: [['1.3.0', '1.29.4']],
    fixed: ['1.28.2', '1.29.5'],
    trigger: tlsBehind,
  },
  {
    cve: 'CVE-2025-53859',
    what: 'a read beyond a buffer in the login to SMTP',
    severity: 'low',
    vulnerable: [['0.7.22', '1.29.0']],
    fixed: ['1.28.1', '1.29.1'],
    trigger: { directives: ['smtp_auth'], argument: /^none$/i },
  },
  {
    cve: 'CVE-2025-23419',
    what: 'TLS sessions of one server that pass by the client certificates of another',
    severity: 'medium',
    vulnerable: [['1.11.4', '1.27.3']],
    fixed: ['1.26.3', '1.27.4'],
    trigger: { directives: ['ssl_verify_client'], argument: /^(?!off$)/ },
  },
  {
    cve: 'CVE-2024-7347',
    what: 'a read beyond a buffer in mp4',
    severity: 'low',
    vulnerable: [['1.5.13', '1.27.0']],
    fixed: ['1.26.2', '1.27.1'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2024-32760',
    what: 'a write beyond a buffer in HTTP/3',
    severity: 'medium',
    vulnerable: [
      ['1.25.0', '1.25.5'],
      ['1.26.0', '1.26.0'],
    ],
    fixed: ['1.26.1', '1.27.0'],
    trigger: http3,
  },
  {
    cve: 'CVE-2024-31079',
    what: 'a stack overflow in HTTP/3',
    severity: 'medium',
    vulnerable: [
      ['1.25.0', '1.25.5'],
      ['1.26.0', '1.26.0'],
    ],
    fixed: ['1.26.1', '1.27.0'],
    trigger: http3,
  },
  {
    cve: 'CVE-2024-35200',
    what: 'a crash in HTTP/3',
    severity: 'medium',
    vulnerable: [
      ['1.25.0', '1.25.5'],
      ['1.26.0', '1.26.0'],
    ],
    fixed: ['1.26.1', '1.27.0'],
    trigger: http3,
  },
  {
    cve: 'CVE-2024-34161',
    what: 'memory shown over HTTP/3',
    severity: 'medium',
    vulnerable: [
      ['1.25.0', '1.25.5'],
      ['1.26.0', '1.26.0'],
    ],
    fixed: ['1.26.1', '1.27.0'],
    trigger: http3,
  },
  { cve: 'CVE-2024-24989', what: 'a crash in HTTP/3', severity: 'major', vulnerable: [['1.25.3', '1.25.3']], fixed: ['1.25.4'], trigger: http3 },
  {
    cve: 'CVE-2024-24990',
    what: 'use of memory after it is freed in HTTP/3',
    severity: 'major',
    vulnerable: [['1.25.0', '1.25.3']],
    fixed: ['1.25.4'],
    trigger: http3,
  },
  {
    cve: 'CVE-2022-41741',
    what: 'memory corruption in mp4',
    severity: 'medium',
    vulnerable: [
      ['1.1.3', '1.23.1'],
      ['1.0.7', '1.0.15'],
    ],
    fixed: ['1.22.1', '1.23.2'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2022-41742',
    what: 'memory shown by mp4',
    severity: 'medium',
    vulnerable: [
      ['1.1.3', '1.23.1'],
      ['1.0.7', '1.0.15'],
    ],
    fixed: ['1.22.1', '1.23.2'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2021-23017',
    what: 'a write beyond a buffer by answers of the name server',
    severity: 'medium',
    vulnerable: [['0.6.18', '1.20.0']],
    fixed: ['1.20.1', '1.21.0'],
    trigger: resolver,
  },
  {
    cve: 'CVE-2019-9511',
    what: 'HTTP/2 that keeps the processor busy',
    severity: 'medium',
    vulnerable: [['1.9.5', '1.17.2']],
    fixed: ['1.16.1', '1.17.3'],
    trigger: http2,
  },
  {
    cve: 'CVE-2019-9513',
    what: 'HTTP/2 that keeps the processor busy',
    severity: 'low',
    vulnerable: [['1.9.5', '1.17.2']],
    fixed: ['1.16.1', '1.17.3'],
    trigger: http2,
  },
  { cve: 'CVE-2019-9516', what: 'HTTP/2 that uses up memory', severity: 'low', vulnerable: [['1.9.5', '1.17.2']], fixed: ['1.16.1', '1.17.3'], trigger: http2 },
  {
    cve: 'CVE-2018-16843',
    what: 'HTTP/2 that uses up memory',
    severity: 'low',
    vulnerable: [['1.9.5', '1.15.5']],
    fixed: ['1.14.1', '1.15.6'],
    trigger: http2,
  },
  {
    cve: 'CVE-2018-16844',
    what: 'HTTP/2 that keeps the processor busy',
    severity: 'low',
    vulnerable: [['1.9.5', '1.15.5']],
    fixed: ['1.14.1', '1.15.6'],
    trigger: http2,
  },
  {
    cve: 'CVE-2018-16845',
    what: 'memory shown by mp4',
    severity: 'medium',
    vulnerable: [
      ['1.1.3', '1.15.5'],
      ['1.0.7', '1.0.15'],
    ],
    fixed: ['1.14.1', '1.15.6'],
    trigger: mp4,
  },
  {
    cve: 'CVE-2016-0742',
    what: 'a crash by answers of the name server',
    severity: 'medium',
    vulnerable: [['0.6.18', '1.9.9']],
    fixed: ['1.8.1', '1.9.10'],
    trigger: resolver,
  },
  {
    cve: 'CVE-2016-0746',
    what: 'use of memory after it is freed by answers of the name server',
    severity: 'medium',
    vulnerable: [['0.6.18', '1.9.9']],
    fixed: ['1.8.1', '1.9.10'],
    trigger: resolver,
  },
  {
    cve: 'CVE-2016-0747',
    what: 'answers of the name server that use up the processor',
    severity: 'medium',
    vulnerable: [['0.6.18', '1.9.9']],
    fixed: ['1.8.1', '1.9.10'],
    trigger: resolver,
  },
  {
    cve: 'CVE-2014-3556',
    what: 'the injection of commands before STARTTLS',
    severity: 'medium',
    vulnerable: [['1.5.6', '1.7.3']],
    fixed: ['1.6.1', '1.7.4'],
    trigger: { directives: ['starttls'], argument: /^(?!off$)/ },
  },
]
