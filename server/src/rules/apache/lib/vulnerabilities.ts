import { type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { authorizationOf } from '../../../site/apache/authorization.ts'
import { isRead } from '../config-test/conditions.ts'
import { rewriteScopesOf } from './rewriting.ts'
import { pathOf } from './section-path.ts'

/** A fault of Apache itself that a configuration opens to attackers. */
export interface Vulnerability {
  readonly id: string
  /** First and last version with it, both of 2.4. */
  readonly from: number
  readonly to: number
  /** A version of its own, that no distribution carries on with fixes of its own. */
  readonly certain?: true
  /** What an attacker does with it. */
  readonly effect: string
  /** What to do where Apache cannot be replaced; empty where nothing helps. */
  readonly instead: string
  /** The directives that open it. */
  readonly trigger: (configuration: Configuration) => readonly PlacedDirective[]
}

const read = (configuration: Configuration, ...names: readonly string[]): PlacedDirective[] => directivesNamed(configuration, ...names).filter(isRead)

const isOn = (directive: PlacedDirective): boolean => directive.args[0]?.value.toLowerCase() === 'on'

const rules = (configuration: Configuration) =>
  rewriteScopesOf(configuration).flatMap((scope) => (scope.certain ? scope.rules.map((each) => ({ ...each, kind: scope.kind })) : []))

const proxying = (configuration: Configuration): PlacedDirective[] =>
  read(configuration, 'proxypass', 'proxypassmatch').filter((each) => each.args.some(({ value }) => /^(?:balancer|\w+):\/\//.test(value)))

/** Of CHANGES of Apache httpd 2.4 and httpd.apache.org/security/vulnerabilities_24.html: those whose condition stands in the configuration. */
export const vulnerabilities: readonly Vulnerability[] = [
  {
    id: 'CVE-2021-41773',
    from: 49,
    to: 50,
    certain: true,
    effect: 'GET /cgi-bin/.%2e/.%2e/etc/passwd (2.4.50: %%32%65) leaves the folder of an Alias and reads files that <Directory /> does not deny',
    instead: 'Write "Require all denied" in <Directory />',
    trigger: (configuration) => read(configuration, 'directory').filter((each) => pathOf(each) === '/' && authorizationOf(each)?.verdict === 'granted'),
  },
  {
    id: 'CVE-2025-54090',
    from: 64,
    to: 64,
    certain: true,
    effect: 'every "RewriteCond expr" counts as true, whatever it says, so that rules that guard something do not',
    instead: '',
    trigger: (configuration) => read(configuration, 'rewritecond').filter((each) => each.args[0]?.value.toLowerCase() === 'expr'),
  },
  {
    id: 'CVE-2024-39884',
    from: 60,
    to: 61,
    certain: true,
    effect: 'scripts whose handler is named by AddType are sent as text when they are asked for in a roundabout way (CVE-2024-40725 in 2.4.61)',
    instead: 'Use SetHandler in a <FilesMatch>',
    trigger: (configuration) => read(configuration, 'addtype').filter((each) => /^application\/x-httpd-(?!.*source)/i.test(each.args[0]?.value ?? '')),
  },
  {
    id: 'CVE-2021-40438',
    from: 0,
    to: 48,
    effect: 'GET /?unix:AAAA…|http://host/ (with some 7,700 letters) is passed to any host that the sender names',
    instead: '',
    trigger: proxying,
  },
  {
    id: 'CVE-2021-44224',
    from: 7,
    to: 51,
    effect: 'a request for a URL such as http://unix:… stops the process, or reaches the socket of a backend',
    instead: 'Turn ProxyRequests off',
    trigger: (configuration) => read(configuration, 'proxyrequests').filter(isOn),
  },
  {
    id: 'CVE-2023-25690',
    from: 0,
    to: 55,
    effect: 'with encoded line breaks in the path a second request is put behind the first and reaches the backend past all rules',
    instead: 'Narrow the pattern, [\\w/-]* for (.*)',
    trigger: (configuration) => [
      ...rules(configuration).flatMap((each) => (each.flags.has('p') && /\(\.[*+]\)/.test(each.pattern) && /\$\d/.test(each.target) ? [each.directive] : [])),
      ...read(configuration, 'proxypassmatch').filter((each) => /\(\.[*+]\)/.test(each.args[0]?.value ?? '') && /\$\d/.test(each.args[1]?.value ?? '')),
    ],
  },
  {
    id: 'CVE-2024-38475',
    from: 0,
    to: 59,
    effect: 'where a target begins with what the request says, GET /usr/share/… is looked up on the disk and files are read or run that no URL leads to',
    instead: 'Begin the target with a fixed folder',
    trigger: (configuration) =>
      rules(configuration).flatMap((each) =>
        each.kind === 'server' &&
        /^\/?(?:\$\d|%\{(?!DOCUMENT_ROOT|ENV|SERVER|REQUEST_SCHEME|HTTP_HOST)|%\d)/.test(each.target) &&
        !['r', 'p', 'pt', 'f', 'g'].some((flag) => each.flags.has(flag))
          ? [each.directive]
          : [],
      ),
  },
  {
    id: 'CVE-2024-38474',
    from: 0,
    to: 59,
    effect: 'an encoded question mark (%3F) in what $1 stands for cuts the path, so that scripts are run or shown that the rule was not to reach',
    instead: 'Take no % out of the request: ([\\w/.-]+) for (.*)',
    trigger: (configuration) =>
      rules(configuration).flatMap((each) =>
        /\(\.[*+]\)/.test(each.pattern) &&
        /\$\d[\w./-]+$/.test(each.target) &&
        !/^https?:/i.test(each.target) &&
        !['r', 'p'].some((flag) => each.flags.has(flag))
          ? [each.directive]
          : [],
      ),
  },
  {
    id: 'CVE-2024-38473',
    from: 0,
    to: 59,
    effect: 'GET /admin.php%3fx.php passes a <Files admin.php> that guards the script, and PHP-FPM runs it all the same',
    instead: 'Guard it with <Location>',
    trigger: (configuration) => {
      const passed = read(configuration, 'sethandler').some((each) => /^proxy:.*fcgi:/i.test(each.args[0]?.value ?? ''))
      return passed
        ? read(configuration, 'files').filter(
            (each) => /\.php\d?$/i.test(each.args[0]?.value ?? '') && authorizationOf(each) !== undefined && authorizationOf(each)?.verdict !== 'granted',
          )
        : []
    },
  },
  {
    id: 'CVE-2022-31813',
    from: 0,
    to: 53,
    effect: 'with "Connection: X-Forwarded-For" a client takes the header with its address away, and passes what the backend allows to its own machine',
    instead: '',
    trigger: proxying,
  },
  {
    id: 'CVE-2017-15715',
    from: 0,
    to: 29,
    effect: 'a file whose name ends in a line break ("a.php" and %0a) passes a pattern that ends in "$"',
    instead: '',
    trigger: (configuration) =>
      read(configuration, 'filesmatch').filter(
        (each) => each.args[0]?.value.endsWith('$') === true && each.children.some((child) => child.name === 'sethandler' || child.name === 'require'),
      ),
  },
  {
    id: 'CVE-2025-49812',
    from: 0,
    to: 63,
    effect: 'whoever stands between takes over a connection when it is upgraded to TLS',
    instead: 'Write "SSLEngine on"',
    trigger: (configuration) => read(configuration, 'sslengine').filter((each) => each.args[0]?.value.toLowerCase() === 'optional'),
  },
  {
    id: 'CVE-2025-49630',
    from: 26,
    to: 63,
    effect: 'a crafted request stops the process',
    instead: 'Turn ProxyPreserveHost off, or use http:// to the backend',
    trigger: (configuration) =>
      read(configuration, 'proxypreservehost').some(isOn)
        ? read(configuration, 'proxypass').filter((each) => each.args.some(({ value }) => /^h2c?:\/\//i.test(value)))
        : [],
  },
]
