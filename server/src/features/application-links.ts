import type { Application } from '../application/application.ts'
import { type ServedSetting, servedSetting } from '../application/served-settings.ts'
import type { UnderstoodConfiguration } from '../application/understand.ts'
import type { PlacedDirective } from '../configuration/placed.ts'
import { reaches } from '../deployment/processes/address.ts'
import type { Place } from '../problem/place.ts'
import { allMappings, type Mapping } from '../rules/django/lib/served.ts'
import { isInside } from '../workspace/path.ts'
import type { Snapshot } from '../workspace/snapshot.ts'
import { type DocumentView, type NodeAt, placementsOf, type WorkspacePart } from './lib/view.ts'

/** What of the application a directive of the configuration names: its script, its settings, the process behind it. */
export function applicationPlaces(directive: NodeAt, view: DocumentView): readonly Place[] {
  if (!linked.test(directive.node.words[0]?.value ?? '')) return []
  return placementsOf(view, directive).flatMap(({ directive: placed, configuration }) => placesOf(placed, configuration, view.part, view.snapshot))
}

const linked = /^(alias|root|proxy_pass|uwsgi_pass|fastcgi_pass|scgi_pass|server|documentroot|wsgiscriptalias|proxypass|proxypassmatch|balancermember)$/i

function placesOf(directive: PlacedDirective, understood: UnderstoodConfiguration, part: WorkspacePart, snapshot: Snapshot): Place[] {
  const { applications } = understood
  const places: Place[] = []
  for (const application of applications) {
    if (application.kind === 'mod_wsgi' && application.directive === directive && application.script.workspace !== undefined && application.script.content)
      places.push({ path: application.script.workspace, start: 0, end: 0 })
    if (application.kind === 'proxied') {
      const sent = application.targets.filter(({ named }) => named === directive || application.directive === directive)
      for (const { listeners } of application.processes) {
        for (const listener of listeners) if (sent.some(({ address }) => reaches(address, listener.address))) places.push(listener.at)
      }
    }
    for (const { setting, mapping } of pairsOf(application, understood, part, snapshot)) if (mapping.directive === directive) places.push(setting.rootAt)
  }
  return places
}

interface Pair {
  readonly setting: ServedSetting
  readonly mapping: Mapping
}

/** The settings' folders with what serves them, by the folder or by the URL. */
function pairsOf(application: Application, { configuration, applications, paths }: UnderstoodConfiguration, part: WorkspacePart, snapshot: Snapshot): Pair[] {
  const settings = (['STATIC', 'MEDIA'] as const).flatMap((kind) => servedSetting(application, kind, snapshot) ?? [])
  if (settings.length === 0) return []
  const { deployment } = part.understanding
  const mappings = allMappings(application, {
    configuration,
    applications,
    deployment,
    paths,
    snapshot,
    settings: part.input.settings,
    report: () => undefined,
  })
  return settings.flatMap((setting) => {
    const mapped = mappings.filter(({ folder, url }) => folder === setting.root || slashed(url) === setting.url)
    return mapped.map((mapping) => ({ setting, mapping }))
  })
}

const slashed = (url: string): string => (url.endsWith('/') ? url : `${url}/`)

/** What serves the folder that a line of Django's settings sets: the arguments of `Alias`, `alias` and `root`. Nothing for other lines. */
export function placesForSetting(path: string, text: string, offset: number, parts: readonly WorkspacePart[], snapshot: Snapshot): readonly Place[] {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const name = /^\s*(STATIC|MEDIA)_ROOT\b/.exec(text.slice(lineStart, lineStart + 200))?.[1]
  if (name === undefined) return []
  const found = new Map<string, Place>()
  for (const part of parts) {
    if (!part.input.folders.some((folder) => isInside(path, folder))) continue
    for (const understood of part.understanding.configurations) {
      for (const application of understood.applications) {
        if (!application.settings?.files.includes(path)) continue
        const pairs = pairsOf(application, understood, part, snapshot)
        for (const { setting, mapping } of pairs) {
          const { argument, directive } = mapping
          if (setting.kind !== name || setting.rootAt.path !== path) continue
          found.set(`${directive.source.path}:${argument.start}`, { path: directive.source.path, start: argument.start, end: argument.end })
        }
      }
    }
  }
  return [...found.values()]
}
