import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { basename } from '../../workspace/path.ts'
import type { Conversion } from '../conversion.ts'
import { makeLedger } from '../ledger.ts'
import { type Host, isThere, known, virtualHostSections, words } from './host.ts'
import { serverOf } from './server.ts'
import { block, type Line, printNginx, simple } from './text.ts'

/** What of a configuration is carried over, and how files beside it are found. */
export interface ToNginxOptions {
  /** Only the virtual hosts of this name; else all, or the main server where there are none. */
  readonly server?: string | undefined
  /** Only this virtual host. */
  readonly section?: PlacedDirective | undefined
  /** Reads the `.htaccess` of a deployed folder. */
  htaccess?(folder: string): Configuration | undefined
  /** The folders below a deployed one that have a `.htaccess`. */
  htaccessBelow?(folder: string): readonly string[]
}

/** Writes an Apache configuration, or a part of it, for nginx's `http` block. Undefined where no virtual host has the name asked for. */
export function convertToNginx(configuration: Configuration, options: ToNginxOptions = {}): Conversion | undefined {
  const sections = virtualHostSections(configuration)
  const asked = options.server?.toLowerCase()
  const chosen = sections.filter(
    (each) => (options.section === undefined || each === options.section) && (asked === undefined || namesOf(each).includes(asked)),
  )
  if (chosen.length === 0 && (asked !== undefined || options.section !== undefined)) return undefined
  const ledger = makeLedger()
  const isWholeSite = asked === undefined && options.section === undefined && configuration.whole
  const taken = new Set<string>()
  const main = configuration.top.filter((each) => each.name !== 'virtualhost')
  const hosts = chosen.length > 0 ? chosen : [undefined]
  const lines: Line[] = []
  const files = filesBy(configuration, options)
  for (const section of hosts) {
    const host: Host = { configuration, section, own: section ? section.children : main, main: section ? main : [], isHtaccess: false, ...files }
    const { http, server } = serverOf(host, isWholeSite, taken, ledger)
    lines.push(...http.filter((line) => !lines.some((other) => printNginx([other]) === printNginx([line]))), block(['server'], server))
  }
  return { to: 'nginx', text: printNginx(lines), remarks: ledger.remarks() }
}

function filesBy(configuration: Configuration, { htaccess, htaccessBelow }: ToNginxOptions): Pick<Host, 'htaccess' | 'foldersWithHtaccess'> {
  const known = new Map<string, Configuration | undefined>()
  const folders = new Set<string>()
  for (const each of configuration.all) {
    if (each.presence === 'absent') continue
    const target = each.name === 'documentroot' ? each.args[0] : each.name === 'alias' ? each.args.at(-1) : undefined
    if (target?.known && target.value.startsWith('/')) folders.add(target.value.replace(/(.)\/$/, '$1'))
  }
  let below: readonly string[] | undefined
  return {
    htaccess(folder) {
      if (!known.has(folder)) known.set(folder, htaccess?.(folder))
      return known.get(folder)
    },
    foldersWithHtaccess() {
      below ??= [...new Set([...folders].flatMap((each) => htaccessBelow?.(each) ?? []))]
      return below
    },
  }
}

function namesOf(section: PlacedDirective): string[] {
  return section.children
    .filter((each) => (each.name === 'servername' || each.name === 'serveralias') && isThere(each) && known(each))
    .flatMap((each) =>
      words(each).map((name) =>
        name
          .toLowerCase()
          .replace(/^.*?:\/\//, '')
          .replace(/:\d+$/, ''),
      ),
    )
}

/**
 * Writes a `.htaccess` for nginx: as a server whose root is its folder, from which the lines can be taken.
 *
 * @param folder where it is deployed
 */
export function convertHtaccessToNginx(configuration: Configuration, folder: string): Conversion {
  const ledger = makeLedger()
  const at = rootDirective(configuration, folder)
  const host: Host = {
    configuration,
    section: undefined,
    own: [at],
    main: [],
    isHtaccess: true,
    htaccess: (asked) => (asked === folder ? configuration : undefined),
    foldersWithHtaccess: () => [folder],
  }
  const { http, server } = serverOf(host, false, new Set(), ledger)
  const said: Line = { comment: `What ${basename(configuration.root.path)} of ${folder} says: put it into the server of this site.` }
  return { to: 'nginx', text: printNginx([...http, block(['server'], [said, simple('listen', '80'), ...server])]), remarks: ledger.remarks() }
}

/** The `DocumentRoot` that a `.htaccess` is taken to lie in. */
function rootDirective(configuration: Configuration, folder: string): PlacedDirective {
  const [first] = configuration.all
  const argument = { value: folder, known: true, start: 0, end: 0, quote: undefined } as const
  return {
    node: first?.node ?? { kind: 'directive', text: '', words: [], block: undefined, terminated: true, comments: undefined, width: 0, lines: 0 },
    source: configuration.root,
    start: 0,
    name: 'documentroot',
    args: [argument],
    plain: true,
    argumentText: folder,
    parent: undefined,
    children: [],
    includedBy: [],
    presence: 'present',
    condition: undefined,
    order: -1,
  }
}
