import { type ApacheEntry, apacheModules, eachApacheDirective } from '../../server/src/catalog/apache/catalog.ts'

// Lines made from the catalog, with which the installed Apache and webconf are compared.

/** Files, folders, users, names of hosts, engines of OpenSSL and what other directives would have to define. */
export const dependsOnMachine = (message = ''): boolean =>
  /does not exist|is empty|cannot (load|open|access|find|resolve)|could not (open|resolve|load|be)|no such file|bad user name|bad group name|not a (valid )?directory|must be a (valid )?directory|permission denied|listeners|can't locate|unable to|failed to|already (loaded|in use)|not been|no matches|\(\d+\)|unknown (authn|authz|dav|session|filter|balancer)|not found|name or service|can not find|no such filter|undeclared|can't load|default charset|session cache|invalid openssl|provider|not configured|undefined|no macro|dynamic engine loading|stapling cache/i.test(
    message,
  )

/** Values of many kinds: right for some directives, wrong for others. */
export const values =
  `On Off foo 0 10 -1 10k 500ms All None "a b" /p http://127.0.0.1:1/a ^/x( %{HTTP_HOST} a=b text/html .html 404 GET 10.0.0.1/8 80 256 default
  %h "%{REQUEST_URI}" +Indexes -all env=x "" ~ 99999999999 name:value dbm:/p shmcb:/p(512000) 1-2 A300 "access plus 1 day" TLSv1.2 expr=true`
    .replaceAll(/"([^"]*)"/g, (text) => text.replaceAll(' ', '\0'))
    .split(/\s+/)
    .map((text) => text.replaceAll('\0', ' '))

/** What the installed modules bring; mod_cgi and mod_suexec are not loaded beside the event MPM. */
const installed = new Set(
  apacheModules().flatMap(({ name, debian, source }) => ((debian || source === 'wsgi') && name !== 'mod_cgi' && name !== 'mod_suexec' ? [name] : [])),
)

type Frame = (line: string) => string

const frames: Readonly<Record<string, Frame>> = {
  server: (line) => `${line}\n`,
  host: (line) => `<VirtualHost *:8123>\nServerName a.test\n${line}\n</VirtualHost>\n`,
  directory: (line) => `<Directory /srv/x>\n${line}\n</Directory>\n`,
  location: (line) => `<Location /x>\n${line}\n</Location>\n`,
  files: (line) => `<Directory /srv/x>\n<Files "*.txt">\n${line}\n</Files>\n</Directory>\n`,
  limit: (line) => `<Location /x>\n<Limit POST>\n${line}\n</Limit>\n</Location>\n`,
  proxy: (line) => `<Proxy http://127.0.0.1:1/>\n${line}\n</Proxy>\n`,
  if: (line) => `<If "true">\n${line}\n</If>\n`,
}

const stated = '# webconf: context=server\n'

/** For each directive some lines, each a file: no value, one of each kind in turn, two, three, and in contexts in turn. */
export function* madeLines(): Generator<string> {
  const numbers = seeded(Number(process.env.WEBCONF_SEED ?? 7))
  const pick = <T>(from: readonly T[]): T => from[Math.floor(numbers() * from.length)] as T
  const contexts = Object.values(frames)
  for (const entry of eachApacheDirective()) {
    if (!installed.has(entry.module) || isSkipped(entry)) continue
    const { name } = entry
    const line = (count: number): string => [name, ...Array.from({ length: count }, () => pick(values))].join(' ')
    const written = (text: string): string => (entry.section ? `<${text}>\n</${name}>` : text)
    const own = entry.overrides.includes('server') ? contexts.slice(0, 2) : contexts.slice(2, 5)
    const usual = usualCount(entry)
    yield stated + pick(own)(written(line(usual)))
    yield stated + pick(contexts)(written(line(pick([0, 1, 2, 3]))))
    if (numbers() < 0.5) yield stated + pick(own)(written(line(usual)))
  }
}

function usualCount({ arguments: kind }: ApacheEntry): number {
  if (kind === 'take2' || kind === 'take23' || kind === 'iterate2') return 2
  return kind === 'take3' ? 3 : kind === 'none' ? 0 : kind === 'raw' || kind === 'argv' ? 2 : 1
}

/** What depends on the machine, ends the file or reads others; Apache 2.4.71 itself crashes on `SessionCookieName` alone. */
const isSkipped = ({ name, module, only }: ApacheEntry): boolean =>
  only !== undefined ||
  /^(include|includeoptional|loadmodule|loadfile|serverroot|defaultruntimedir|documentroot|user|group|listen|macro|use|undefmacro|error|perl|chrootdir|coredumpdirectory|mutex|heartbeatstorage|modemstandard|proxysourceaddress|sessioncookiename2?)$/i.test(
    name,
  ) ||
  /mpm_|^(worker|prefork|event|winnt|mpmt_os2|mpm_netware)$|lua|netware|privileges|isapi|nw_ssl|tls$|_md$/.test(module)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A line for each directive that may stand in `.htaccess`, and for some that may not. */
export function* madeHtaccess(): Generator<string> {
  const numbers = seeded(Number(process.env.WEBCONF_SEED ?? 7))
  const pick = <T>(from: readonly T[]): T => from[Math.floor(numbers() * from.length)] as T
  for (const entry of eachApacheDirective()) {
    if (!installed.has(entry.module) || isSkipped(entry) || entry.section) continue
    const inHtaccess = entry.overrides.some((each) => each !== 'server' && each !== 'access' && each !== 'proxy')
    if (!inHtaccess && numbers() < 0.7) continue
    for (const count of [usualCount(entry), pick([0, 1, 2, 3])]) yield `${[entry.name, ...Array.from({ length: count }, () => pick(values))].join(' ')}\n`
  }
}
