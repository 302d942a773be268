import type { UnderstoodConfiguration } from '../application/understand.ts'
import { isPattern } from '../configuration/glob.ts'
import { type Configuration, directivesNamed, enclosing, isOpened } from '../configuration/placed.ts'
import type { Answer, Request } from '../request/request.ts'
import { derived } from '../workspace/derived.ts'
import { dirname } from '../workspace/path.ts'
import type { Mismatch } from './judge.ts'

/** Why a failure is not certain, in words. */
export type Doubt = string

/** What of a configuration is not read, so that the real server may answer otherwise; undefined where the answer is certain. */
export function doubtAbout(mismatches: readonly Mismatch[], answer: Answer, request: Request, { configuration }: UnderstoodConfiguration): Doubt | undefined {
  const template = configuration.sources.find(({ templated }) => templated)
  if (template) return `${template.path} is a template, of which parts are filled in later`
  if (mismatches.some(({ fact }) => fact.header === 'content-type') && !knowsTypes(configuration)) return 'the list of types by the names of files is not here'
  const include = unreadIncludes(configuration).find(({ onlyServers }) => !onlyServers || !isAskedFor(answer, request))
  if (include) return `what "${include.path}" includes is not here`
  return configuration.whole ? undefined : doubtAboutPiece(mismatches, answer, configuration)
}

/** Apache's list is elsewhere on its machine. */
const knowsTypes = (configuration: Configuration): boolean =>
  configuration.dialect === 'nginx' &&
  configuration.whole &&
  directivesNamed(configuration, 'include').every((each) => !/mime\.types$/.test(each.args[0]?.value ?? '') || isOpened(each, configuration))

interface UnreadInclude {
  readonly path: string
  /** What it can hold is further servers beside those that are here. */
  readonly onlyServers: boolean
}

/** Includes of which nothing was read, besides those of files that come with the server and decide nothing. */
const unreadIncludes = derived((configuration: Configuration): readonly UnreadInclude[] => {
  if (!configuration.unread) return []
  return directivesNamed(configuration, 'include', 'includeoptional').flatMap((directive) => {
    const argument = directive.args[0]
    if (!argument || directive.presence === 'absent' || directive.node.block || isOpened(directive, configuration)) return []
    const path = argument.value
    if (isStock(path)) return []
    const around = enclosing(directive, 'server', 'location', 'upstream', 'virtualhost', 'directory', 'directorymatch', 'locationmatch', 'files', 'filesmatch')
    return [{ path, onlyServers: !around && (isPattern(path) || directive.name === 'includeoptional') }]
  })
})

/** Files of packages: types, parameters for applications, modules, TLS. */
const isStock = (path: string): boolean =>
  /(^|\/)(mime\.types|[a-z]+_params|fastcgi\.conf|koi-utf|koi-win|win-utf)$|(^|\/)(?:modules|mods)-enabled\/|(^|\/)ports\.conf$/.test(path) ||
  path.includes('/letsencrypt/')

/** The server that answers is the one of this very name: no other would have come before it. */
function isAskedFor({ server }: Answer, { headers }: Request): boolean {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  return server !== undefined && server !== '' && host?.replace(/:\d+$/, '').toLowerCase() === server.toLowerCase()
}

/** What stands around a piece may set what the piece does not: where files lie, and who may have them. */
function doubtAboutPiece(mismatches: readonly Mismatch[], { file }: Answer, configuration: Configuration): Doubt | undefined {
  const hasRoot =
    configuration.dialect === 'nginx'
      ? file === undefined || !file.startsWith(`${dirname(configuration.root.path)}/html`)
      : directivesNamed(configuration, 'documentroot').length > 0
  const ofFiles = mismatches.some(({ fact }) => fact.field === 'file' || fact.field === 'status')
  return !hasRoot && ofFiles ? 'where the files lie is said elsewhere' : undefined
}
