import type { Application } from '../../../application/application.ts'
import { type ServedSetting, servedSetting } from '../../../application/served-settings.ts'
import { type Argument, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { type Alias, aliasesOf, aliasFor } from '../../../site/apache/aliases.ts'
import { fileOf, type Location, locationFor, passOf } from '../../../site/nginx/locations.ts'
import { normalize } from '../../../workspace/path.ts'
import type { ConfigurationContext } from '../../rule.ts'

/** How a server maps the URL of a setting to a folder. */
export interface Mapping {
  /** `Alias`, `alias` or `root`. */
  readonly directive: PlacedDirective
  /** What names the folder. */
  readonly argument: Argument
  readonly url: string
  /** The folder that is served at the setting's URL, without a slash at its end. */
  readonly folder: string
  /** The text to write in the argument's place so that another folder is served; undefined where it cannot be said. */
  write(folder: string): string | undefined
}

/** The mapping at the URL of a setting: where nothing maps it, or it cannot be told what does, undefined. */
export const mappingFor = (setting: ServedSetting, application: Application, context: ConfigurationContext): Mapping | undefined =>
  mappingAt(setting.url, application, context)

/** The mapping at a URL, which ends in a slash. */
export const mappingAt = (url: string, application: Application, context: ConfigurationContext): Mapping | undefined =>
  context.configuration.dialect === 'apache' ? apacheMapping(url, application, context) : nginxMapping(url, application)

function apacheMapping(url: string, application: Application, { configuration }: ConfigurationContext): Mapping | undefined {
  const alias = aliasFor(aliasesOf(configuration), `${url}x`, application.host)
  if (alias?.directive.presence !== 'present' || withSlash(alias.url) !== url) return undefined
  return mappingOfAlias(alias)
}

export const mappingOfAlias = (alias: Alias): Mapping => ({
  directive: alias.directive,
  argument: alias.targetArgument,
  url: alias.url,
  folder: normalize(alias.target),
  write: (folder) => (alias.target.endsWith('/') ? `${folder}/` : folder),
})

function nginxMapping(url: string, application: Application): Mapping | undefined {
  const server = serverOf(application)
  if (!server) return undefined
  const location = locationFor(server, `${url}x`)
  if (location === 'none' || location === 'unknown' || passOf(location)) return undefined
  return mappingOfLocation(location, url)
}

/** Where a location puts the files below a URL; undefined where the URL may be rewritten first, or nobody outside may ask. */
export function mappingOfLocation(location: Location, url: string): Mapping | undefined {
  if (mayRewrite(location.directive) || location.directive.children.some((each) => each.name === 'internal')) return undefined
  const file = fileOf(location, `${url}x`)
  const argument = file?.by.args[0]
  if (!file || !argument || !file.path.endsWith('/x') || file.by.presence !== 'present') return undefined
  const folder = normalize(file.path.slice(0, -2))
  const isRoot = file.by.name === 'root'
  return {
    directive: file.by,
    argument,
    url,
    folder,
    write(wanted) {
      if (!isRoot) return withSlash(location.path) === url && argument.value.endsWith('/') ? `${wanted}/` : wanted
      // `root` appends the whole URI: only a folder whose end is the URL can be reached by it.
      const tail = url.replace(/\/$/, '')
      return wanted.endsWith(tail) ? wanted.slice(0, -tail.length) || '/' : undefined
    },
  }
}

/** Whether a `rewrite` in a block, around it, or in an `if` there may change the URI before it is mapped. */
function mayRewrite(block: PlacedDirective): boolean {
  for (let at: PlacedDirective | undefined = block; at; at = at.parent) {
    if (at.children.some((each) => each.name === 'rewrite' || (each.name === 'if' && each.children.some((inner) => inner.name === 'rewrite')))) return true
  }
  return false
}

/** The nginx server in which an application is passed to. */
export const serverOf = (application: Application): PlacedDirective | undefined => enclosing(application.directive, 'server')

/** The other mappings of a server or virtual host: every alias, and every location with a folder of its own. */
export function allMappings(application: Application, { configuration }: ConfigurationContext): Mapping[] {
  if (configuration.dialect === 'apache') {
    return aliasesOf(configuration)
      .filter((alias) => alias.directive.name === 'alias' && (alias.host === undefined || alias.host === application.host))
      .map(mappingOfAlias)
  }
  const server = serverOf(application)
  return server ? server.children.flatMap((child) => (child.name === 'location' ? locationMapping(child) : [])) : []
}

function locationMapping(directive: PlacedDirective): Mapping[] {
  const [first, second] = directive.args
  if (!first || second || !first.value.startsWith('/')) return []
  const mapping = mappingOfLocation({ directive, modifier: '', path: first.value, argument: first }, withSlash(first.value))
  return mapping && mapping.directive.parent === directive ? [mapping] : []
}

export const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`)

/** Settings of both kinds that are known whole. */
export const settingsOf = (application: Application, context: ConfigurationContext): ServedSetting[] =>
  (['STATIC', 'MEDIA'] as const).flatMap((kind) => servedSetting(application, kind, context.snapshot) ?? [])
