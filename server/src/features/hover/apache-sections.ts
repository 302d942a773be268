import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { pathOf } from '../../rules/apache/lib/section-path.ts'
import { type VirtualHost, virtualHostsOf } from '../../rules/apache/lib/virtual-hosts.ts'
import { derived } from '../../workspace/derived.ts'
import { isInside, segmentsOf } from '../../workspace/path.ts'
import { code, listed, whereIsDirective } from '../lib/markdown.ts'
import type { DocumentView } from '../lib/view.ts'

/** What a section covers, and which others hold for the same things before and after it (`server/request.c`: the walks over sections). */
export function sectionInWords(view: DocumentView, section: PlacedDirective, configuration: Configuration): string | undefined {
  switch (section.name) {
    case 'directory':
      return directoryInWords(view, section, configuration)
    case 'directorymatch':
      return 'Applied after all `<Directory>` sections with plain paths and the `.htaccess` files, before `<Files>` and `<Location>`.'
    case 'files':
    case 'filesmatch':
      return 'Applied after the `<Directory>` sections and `.htaccess` files, before `<Location>` and `<If>`.'
    case 'location':
    case 'locationmatch':
      return locationInWords(view, section, configuration)
    case 'if':
    case 'elseif':
    case 'else':
      return 'Applied after all other sections: what it says wins over theirs.'
    case 'virtualhost':
      return virtualHostInWords(view, section, configuration)
    default:
      return conditionInWords(section, configuration)
  }
}

/** The section with its argument, as it is written. */
export const shownSection = (section: PlacedDirective): string => {
  const name = (section.node.words[0]?.value ?? section.name).replace(/^</, '')
  return code(`<${[name, ...section.args.map(({ value }) => value)].join(' ')}>`, 60)
}

const shownWithPlace = (view: DocumentView, section: PlacedDirective): string => `${shownSection(section)} (${whereIsDirective(view, section)})`

// ---- directories

/** The plain `<Directory>` sections of a virtual host and of the main server that are certainly there, in the order in which they are applied. */
export const directoriesOf = (configuration: Configuration, host: PlacedDirective | undefined): readonly PlacedDirective[] => {
  const groups = directoriesByHost(configuration)
  const all = [...(groups.get(undefined) ?? []), ...(host ? (groups.get(host) ?? []) : [])]
  return all.sort((one, other) => depth(one) - depth(other))
}

const depth = (section: PlacedDirective): number => segmentsOf(pathOf(section) ?? '').length

const directoriesByHost = derived((configuration: Configuration): ReadonlyMap<PlacedDirective | undefined, readonly PlacedDirective[]> => {
  const groups = new Map<PlacedDirective | undefined, PlacedDirective[]>()
  for (const section of directivesNamed(configuration, 'directory')) {
    if (section.presence !== 'present' || pathOf(section) === undefined) continue
    const host = enclosing(section, 'virtualhost')
    const group = groups.get(host)
    if (group) group.push(section)
    else groups.set(host, [section])
  }
  return groups
})

/** The sections for the folders above, and for the same folder before it, that are applied before a `<Directory>`. */
export function appliedBefore(section: PlacedDirective, configuration: Configuration): readonly PlacedDirective[] {
  const path = pathOf(section)
  if (path === undefined) return []
  const all = directoriesOf(configuration, enclosing(section, 'virtualhost'))
  const own = all.indexOf(section)
  return all.slice(0, Math.max(0, own)).filter((each) => isInside(path, pathOf(each) ?? '/'))
}

function directoryInWords(view: DocumentView, section: PlacedDirective, configuration: Configuration): string | undefined {
  const path = pathOf(section)
  if (path === undefined) {
    if (section.args[0]?.value === '~')
      return 'Applied after all `<Directory>` sections with plain paths and the `.htaccess` files, before `<Files>` and `<Location>`.'
    return undefined
  }
  const all = directoriesOf(configuration, enclosing(section, 'virtualhost'))
  const before = appliedBefore(section, configuration)
  const after = all.slice(all.indexOf(section) + 1).filter((each) => isInside(pathOf(each) ?? '/', path))
  const parts = [
    before.length > 0 ? `Applied after ${listed(before.map((each) => shownWithPlace(view, each)))}, whose settings it takes over and can replace.` : undefined,
    after.length > 0 ? `After it ${after.length === 1 ? 'comes' : 'come'} ${listed(after.map((each) => shownWithPlace(view, each)))}.` : undefined,
    'The `.htaccess` files below, `<Files>`, `<Location>` and `<If>` come later and win.',
  ]
  return `**Here:** ${parts.filter((part) => part !== undefined).join(' ')}`
}

// ---- locations

function locationInWords(view: DocumentView, section: PlacedDirective, configuration: Configuration): string {
  const [argument] = section.args
  const start = 'Applied after all `<Directory>` and `<Files>` sections: what it says wins over theirs.'
  if (section.name !== 'location' || !argument?.known || /[~*?[]/.test(argument.value)) return start
  const host = enclosing(section, 'virtualhost')
  const rank = (each: PlacedDirective): number => (enclosing(each, 'virtualhost') ? 1 : 0)
  const later = directivesNamed(configuration, 'location').filter((each) => {
    if (each === section || each.presence !== 'present' || !each.args[0]?.known || (enclosing(each, 'virtualhost') ?? host) !== host) return false
    const [own, other] = [argument.value.replace(/\/$/, ''), each.args[0].value.replace(/\/$/, '')]
    if (!isInside(own || '/', other || '/') && !isInside(other || '/', own || '/')) return false
    return rank(each) > rank(section) || (rank(each) === rank(section) && each.order > section.order)
  })
  const after =
    later.length > 0
      ? ` Later still ${later.length === 1 ? 'comes' : 'come'} ${listed(
          later.map((each) => shownWithPlace(view, each)),
          3,
        )}.`
      : ''
  return `${start} Among \`<Location>\` sections the order of the file counts, not the length.${after}`
}

// ---- virtual hosts

function virtualHostInWords(view: DocumentView, section: PlacedDirective, configuration: Configuration): string | undefined {
  const { byDirective, byAddress } = hostsOf(configuration)
  const host = byDirective.get(section)
  if (!host?.certain) return undefined
  const names = [...(host.serverName ? [host.serverName] : []), ...host.aliases].map(({ name }) => code(name))
  const complete = configuration.whole && !configuration.open
  const addresses = host.addresses.map((address) => {
    const [first, ...others] = byAddress.get(address) ?? []
    if (!complete || others.length === 0) return `- ${code(address)}.`
    const other = first && first.directive !== section ? whereIsDirective(view, first.directive) : undefined
    return `- ${code(address)}: ${other === undefined ? 'it is the first there, so what fits no name comes here' : `what fits no name goes to the first one (${other})`}.`
  })
  return [names.length > 0 ? `**Here:** answers for ${listed(names, 6)}.` : '**Here:** has no name of its own.', ...addresses].join('\n')
}

const hostsOf = derived((configuration: Configuration) => {
  const hosts = virtualHostsOf(configuration)
  const byAddress = new Map<string, VirtualHost[]>()
  for (const host of hosts) {
    for (const address of host.addresses) {
      const list = byAddress.get(address)
      if (list) list.push(host)
      else byAddress.set(address, [host])
    }
  }
  return { byDirective: new Map(hosts.map((host) => [host.directive, host])), byAddress }
})

// ---- conditions

/** Whether a conditional section is read. */
function conditionInWords(section: PlacedDirective, configuration: Configuration): string | undefined {
  const condition = configuration.conditions.get(section)
  if (!condition) return undefined
  if (condition.holds === 'present') return '**Here:** holds: what is in it is read.'
  return condition.holds === 'absent' ? '**Here:** does not hold: what is in it is not read.' : undefined
}
