import { plainArguments } from '../configuration/builder.ts'
import { makeFileIndex } from '../configuration/locate.ts'
import type { Argument, Source } from '../configuration/placed.ts'
import type { Place } from '../problem/place.ts'
import { forEachItem, type Items } from '../syntax/items.ts'
import { nameOf } from '../syntax/tree.ts'
import { derived } from '../workspace/derived.ts'
import { dirname, isAbsolute, join, normalize } from '../workspace/path.ts'
import { inclusionsFrom } from './lib/includes.ts'
import { type DocumentView, type NodeAt, placementsOf } from './lib/view.ts'

/** A text that names a file or folder which is there. */
export interface Link {
  readonly at: Place
  /** A path of the workspace. */
  readonly target: string
}

/** The links of a document: included files, certificates, roots, scripts, settings. What is not in the workspace has none. */
export function linksIn(view: DocumentView): Link[] {
  if (!view.current || view.configurations.length === 0) return []
  const { source } = view
  return namedPaths(source).flatMap((named) => {
    const target = targetOf(named, view)
    return target === undefined ? [] : [{ at: { path: source.path, start: named.argument.start, end: named.argument.end }, target }]
  })
}

interface NamedPath extends NodeAt {
  readonly kind: PathKind
  /** The number of the argument, from 0. */
  readonly index: number
  readonly argument: Argument
}

/** What a relative path is relative to, or that it is none. */
type PathKind = 'include' | 'beside the root file' | 'absolute' | 'settings'

const namedPaths = derived((source: Source): readonly NamedPath[] => {
  const found: NamedPath[] = []
  const walk = (items: Items, base: number): void =>
    forEachItem(items, base, (item, start) => {
      if (item.kind !== 'directive') return
      const name = source.tree.dialect === 'apache' ? nameOf(item).toLowerCase() : nameOf(item)
      const place = places.get(name)
      if (place) {
        const argument = plainArguments(item, start)[place.index]
        const isSettings = place.kind === 'settings' && item.words[1]?.value === 'DJANGO_SETTINGS_MODULE'
        if (argument?.known && (place.kind !== 'settings' || isSettings)) found.push({ kind: place.kind, node: item, start, index: place.index, argument })
      }
      if (item.block) walk(item.block.items, start + item.text.length)
    })
  walk(source.tree.items, 0)
  return found
})

function targetOf(named: NamedPath, view: DocumentView): string | undefined {
  const { kind, start, argument } = named
  const { source, configurations, part } = view
  if (kind === 'include') {
    const files = configurations.flatMap(({ configuration }) =>
      inclusionsFrom(source.path, configuration).flatMap(({ directive, file }) => (directive.start === start ? [file.path] : [])),
    )
    const [only, ...others] = new Set(files)
    return others.length === 0 ? only : undefined
  }
  if (kind === 'settings') {
    const modules = part.understanding.deployment.django.flatMap(({ settingsModules }) => settingsModules)
    return modules.find(({ dotted, path }) => dotted === argument.value && path !== undefined)?.path
  }
  const value = argument.value.includes('${') ? expanded(named, view) : argument.value
  if (value === undefined || /[$%*?]/.test(value)) return undefined
  const { files, folders } = indexOf(part.input.files)
  const isThere = (path: string): boolean =>
    files.has(path) || folders.has(path) || (part.input.settings.deployment.thisMachine && view.snapshot.stat(path).state === 'content')
  for (const { configuration, paths } of configurations) {
    const { root, serverRoot } = configuration
    const candidates = isAbsolute(value)
      ? [paths.toWorkspace(value), part.understanding.paths.toWorkspace(value), normalize(value)]
      : kind === 'beside the root file'
        ? [join(dirname(root.path), value), ...(serverRoot === undefined ? [] : [paths.toWorkspace(join(serverRoot, value))])]
        : []
    const there = candidates.find((path) => path !== undefined && isThere(path))
    if (there !== undefined) return there
  }
  return undefined
}

/** The argument as `${}` makes it, where it is the same wherever the directive is read. */
function expanded(named: NamedPath, view: DocumentView): string | undefined {
  const values = new Set(placementsOf(view, named).map(({ directive: { args } }) => (args[named.index]?.known ? args[named.index]?.value : undefined)))
  const [only, ...others] = values
  return others.length === 0 ? only : undefined
}

const indexOf = derived((files: readonly string[]) => makeFileIndex(files, []))

const places: ReadonlyMap<string, { readonly kind: PathKind; readonly index: number }> = new Map<string, { kind: PathKind; index: number }>([
  ...['include', 'includeoptional'].map((name) => [name, { kind: 'include', index: 0 }] as const),
  ...[
    // nginx takes these from the folder of its main file (NGX_CONF_PREFIX), Apache from ServerRoot.
    'ssl_certificate',
    'ssl_certificate_key',
    'ssl_trusted_certificate',
    'ssl_client_certificate',
    'ssl_dhparam',
    'ssl_crl',
    'ssl_password_file',
    'ssl_stapling_file',
    'ssl_session_ticket_key',
    'proxy_ssl_certificate',
    'proxy_ssl_certificate_key',
    'proxy_ssl_trusted_certificate',
    'grpc_ssl_certificate',
    'grpc_ssl_certificate_key',
    'grpc_ssl_trusted_certificate',
    'uwsgi_ssl_certificate',
    'uwsgi_ssl_certificate_key',
    'uwsgi_ssl_trusted_certificate',
    'auth_basic_user_file',
    'sslcertificatefile',
    'sslcertificatekeyfile',
    'sslcertificatechainfile',
    'sslcacertificatefile',
    'sslcarevocationfile',
    'sslproxymachinecertificatefile',
    'sslproxycacertificatefile',
    'authuserfile',
    'authgroupfile',
    'mimemagicfile',
    'typesconfig',
  ].map((name) => [name, { kind: 'beside the root file', index: 0 }] as const),
  ...['root', 'alias', 'documentroot', 'directory', 'wsgipythonhome', 'wsgiauthuserscript', 'wsgiimportscript', 'wsgidispatchscript', 'serverroot'].map(
    (name) => [name, { kind: 'absolute', index: 0 }] as const,
  ),
  ...['wsgiscriptalias', 'scriptalias'].map((name) => [name, { kind: 'absolute', index: 1 }] as const),
  ...['setenv', 'uwsgi_param', 'fastcgi_param'].map((name) => [name, { kind: 'settings', index: 1 }] as const),
])
