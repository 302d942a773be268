import type { Application } from '../../../application/application.ts'
import { type ServedSetting, servedSetting } from '../../../application/served-settings.ts'
import { type Argument, directivesNamed, enclosing, type PlacedDirective } from '../../../configuration/placed.ts'
import { type Alias, aliasesOf, aliasFor } from '../../../site/apache/aliases.ts'
import { fileOf, type Location, locationFor, locationOf, passOf } from '../../../site/nginx/locations.ts'
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
  const patterns = directivesNamed(configuration, 'aliasmatch').filter((each) => each.presence !== 'absent')
  const ownPatterns = patterns.filter((each) => each.parent === application.host)
  if (!alias && patterns.length === 1 && ownPatterns[0]) return mappingOfPattern(ownPatterns[0], 0, 1, url)
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
  // A location for more than the URL may be that of another site (a frontend with files of its own), unless the application is behind it.
  if (withSlash(location.path) !== url && isPlain(location) && !fallsTo(location, application)) return undefined
  return mappingOfLocation(location, url)
}

const isPlain = (location: Location): boolean => location.modifier === '' || location.modifier === '^~'

/** Whether a location hands what it does not find to the application (`try_files $uri @app`). */
const fallsTo = (location: Location, application: Application): boolean => {
  const last = location.directive.children.find((each) => each.name === 'try_files')?.args.at(-1)?.value
  const around = enclosing(application.directive, 'location')
  return last !== undefined && around !== undefined && locationOf(around)?.path === last
}

/** `^/static/(.*)$` with `/srv/static/$1`: everything below the URL in one folder. */
function mappingOfPattern(directive: PlacedDirective, pattern: number, target: number, url: string): Mapping | undefined {
  const [expression, argument] = [directive.args[pattern], directive.args[target]]
  return expression?.known && argument ? mappingOfExpression(directive, expression.value, argument, url) : undefined
}

function mappingOfExpression(directive: PlacedDirective, expression: string, argument: Argument, url: string): Mapping | undefined {
  const prefix = /^\^([\w/.~-]+\/)\(\.[*+]\)\$?$/.exec(expression.replaceAll('\\', ''))?.[1]
  if (prefix !== url || !argument.known || !argument.value.endsWith('/$1') || directive.presence !== 'present') return undefined
  return { directive, argument, url, folder: normalize(argument.value.slice(0, -3)), write: (folder) => `${folder}/$1` }
}

/** Where a location puts the files below a URL; undefined where the URL may be rewritten first, or nobody outside may ask. */
export function mappingOfLocation(location: Location, url: string): Mapping | undefined {
  if (mayRewrite(location.directive) || location.directive.children.some((each) => each.name === 'internal')) return undefined
  const own = location.directive.children.find((each) => each.name === 'alias')
  if ((location.modifier === '~' || location.modifier === '~*') && own?.args[0]) return mappingOfExpression(own, location.path, own.args[0], url)
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

/** What names the URL: the alias's first argument, or the location's. */
export function urlArgument(mapping: Mapping): { directive: PlacedDirective; argument: Argument } | undefined {
  const directive = mapping.directive.name === 'alias' && mapping.directive.args.length === 2 ? mapping.directive : mapping.directive.parent
  const argument = directive?.args[0]
  return directive && argument ? { directive, argument } : undefined
}
