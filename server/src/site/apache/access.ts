import { type Configuration, directivesNamed, enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { derived } from '../../workspace/derived.ts'
import { basename, dirname, isInside, normalize } from '../../workspace/path.ts'
import { regexMatcher } from '../regex.ts'
import { oldAccessOf } from './access-compat.ts'
import { authorizationOf } from './authorization.ts'
import { depthOf, directoryHolds, fileFits, locationHolds } from './pattern.ts'

/** Whether Apache serves a file to anyone who asks with GET. */
export interface Access {
  readonly answer: 'granted' | 'denied' | 'depends'
  /** The sections that decided, in the order of merging; empty where Apache's own default did. */
  readonly decidedBy: readonly PlacedDirective[]
  /** True in a piece of a configuration that says nothing of the file: the main file elsewhere decides. */
  readonly nothingDecides: boolean
}

/** What a file is asked for by, and what else governs it. */
export interface AccessQuestion {
  /** The file as deployed, absolute. */
  readonly path: string
  /** The URL by which it is asked for. */
  readonly url: string
  readonly host: PlacedDirective | undefined
  /** The configuration of a `.htaccess` file in a deployed folder, where one is known to be there. */
  htaccess?(folder: string): Configuration | undefined
}

/**
 * Merges the sections that hold for a file in Apache's order (`server/request.c`: directory walk, file walk, location
 * walk, if walk): `<Directory>` from short to long with `.htaccess`, `<DirectoryMatch>`, `<Files>`, `<Location>`, `<If>`,
 * in each group those of the main server before those of the virtual host.
 */
export function accessOf(configuration: Configuration, question: AccessQuestion): Access {
  const path = normalize(question.path)
  const sections = sectionsFor(configuration, { ...question, path })
  const granting = configuration.whole || isGrantedByStock(path)
  let require: Access['answer'] = granting ? 'granted' : 'depends'
  let old: Access['answer'] = 'granted'
  let satisfy: 'all' | 'any' = 'all'
  let decidedBy: PlacedDirective[] = []
  let decided = granting
  let oldBy: PlacedDirective | undefined
  for (const { section, certain } of sections) {
    const own = section.name === 'if' || section.name === 'elseif' || section.name === 'else' ? undecided(section) : authorizationOf(section)
    if (own) {
      const verdict = own.verdict === 'neutral' ? 'denied' : own.verdict
      const merged: Access['answer'] = own.merging === 'and' ? both(require, verdict) : own.merging === 'or' ? either(require, verdict) : verdict
      require = certain || require === merged ? merged : 'depends'
      decidedBy = own.merging === 'off' && certain ? [section] : [...decidedBy, section]
      decided = true
    }
    const compat = oldAccessOf(section)
    if (compat) {
      oldBy = section
      old = certain ? compat.verdict : old === compat.verdict ? old : 'depends'
      satisfy = compat.satisfy ?? 'all'
      if (!decidedBy.includes(section)) decidedBy = [...decidedBy, section]
    }
  }
  const answer = satisfy === 'any' ? either(require, old) : both(require, old)
  if (oldBy && old === 'denied' && !decidedBy.includes(oldBy)) decidedBy = [...decidedBy, oldBy]
  return { answer, decidedBy, nothingDecides: !decided && answer === 'depends' }
}

interface Applied {
  readonly section: PlacedDirective
  /** False where it may hold or not: its presence or its pattern cannot be decided. */
  readonly certain: boolean
}

/** The folders that the main files of Debian and RHEL grant. */
const isGrantedByStock = (path: string): boolean => isInside(path, '/var/www') || isInside(path, '/usr/share')

const undecided = (section: PlacedDirective) => {
  const own = authorizationOf(section)
  return own ? { ...own, verdict: 'depends' as const } : undefined
}

/** The outermost sections that can hold for files of a virtual host: those of the main server, then its own. */
function sectionsOfHost(configuration: Configuration, host: PlacedDirective | undefined): readonly PlacedDirective[] {
  const known = sectionsByHost(configuration)
  return [...(known.get(undefined) ?? []), ...(host ? (known.get(host) ?? []) : [])]
}

const sectionsByHost = derived((configuration: Configuration): ReadonlyMap<PlacedDirective | undefined, readonly PlacedDirective[]> => {
  const groups = new Map<PlacedDirective | undefined, PlacedDirective[]>()
  for (const directive of directivesNamed(configuration, ...sectionNames)) {
    if (directive.presence === 'absent') continue
    if (enclosing(directive, 'directory', 'directorymatch', 'files', 'filesmatch', 'location', 'locationmatch', 'if', 'proxy', 'proxymatch')) continue
    const host = enclosing(directive, 'virtualhost')
    const group = groups.get(host)
    if (group) group.push(directive)
    else groups.set(host, [directive])
  }
  return groups
})

function sectionsFor(configuration: Configuration, question: AccessQuestion): Applied[] {
  const { path, url, host } = question
  const directories: Applied[] = []
  const matches: Applied[] = []
  const ownFiles: PlacedDirective[] = []
  const locations: Applied[] = []
  const ifs: PlacedDirective[] = []
  for (const each of sectionsOfHost(configuration, host)) {
    switch (each.name) {
      case 'directory':
        if (isRegex(each)) matches.push(...byRegex(each, path))
        else directories.push(...applied(each, each.args[0]?.known !== false && directoryHolds(argumentOf(each), path)))
        break
      case 'directorymatch':
        // The whole path is looked at, not the folder's (tried): `/folder$` and `/folder/$` hold for no file in it.
        matches.push(...byRegex(each, path))
        break
      case 'files':
      case 'filesmatch':
        ownFiles.push(each)
        break
      case 'location':
        locations.push(...(isRegex(each) ? byRegex(each, url) : applied(each, locationHolds(argumentOf(each), url))))
        break
      case 'locationmatch':
        locations.push(...byRegex(each, url))
        break
      default:
        ifs.push(each)
    }
  }
  directories.sort((a, b) => depthOf(argumentOf(a.section)) - depthOf(argumentOf(b.section)))
  const folders = [...interleaveHtaccess(directories, question), ...matches]
  const files = ownFiles.flatMap((each) => filesApply(each, path))
  for (const { section, certain } of folders) {
    for (const each of section.children) {
      if (isFiles(each)) for (const found of filesApply(each, path)) files.push({ ...found, certain: found.certain && certain })
    }
  }
  const decisive = [...folders, ...files, ...locations]
  for (const { section } of decisive) for (const each of section.children) if (isIf(each)) ifs.push(each)
  return [...decisive, ...ifs.map((section) => ({ section, certain: false }))]
}

const isIf = ({ name }: PlacedDirective): boolean => name === 'if' || name === 'elseif' || name === 'else'

const sectionNames: ReadonlySet<string> = new Set(['directory', 'directorymatch', 'files', 'filesmatch', 'location', 'locationmatch', 'if', 'elseif', 'else'])

const isFiles = (directive: PlacedDirective): boolean => directive.name === 'files' || directive.name === 'filesmatch'

/** `<Directory ~ "regex">` and its like. */
const isRegex = (directive: PlacedDirective): boolean => directive.args[0]?.value === '~'

const argumentOf = (section: PlacedDirective): string => (isRegex(section) ? section.args[1]?.value : section.args[0]?.value) ?? ''

const applied = (section: PlacedDirective, holds: boolean): Applied[] =>
  holds || section.args.some((argument) => !argument.known)
    ? [{ section, certain: holds && section.presence === 'present' && section.args.every((argument) => argument.known) }]
    : []

/** Where a pattern cannot be read, it may fit. */
function byRegex(section: PlacedDirective, subject: string): Applied[] {
  const matcher = regexMatcher(argumentOf(section))
  if (!matcher) return [{ section, certain: false }]
  return matcher(subject) ? [{ section, certain: section.presence === 'present' }] : []
}

function filesApply(section: PlacedDirective, path: string): Applied[] {
  const name = basename(path)
  if (section.name === 'filesmatch' || isRegex(section)) return byRegex(section, name)
  return applied(section, fileFits(argumentOf(section), name))
}

/** `.htaccess` of a folder comes behind the `<Directory>` sections down to it, where they let it say who may come. */
function interleaveHtaccess(directories: readonly Applied[], { path, htaccess }: AccessQuestion): Applied[] {
  if (!htaccess) return [...directories]
  const result: Applied[] = [...directories]
  const segments = dirname(path).split('/').filter(Boolean)
  for (let depth = 1; depth <= segments.length; depth++) {
    const configuration = htaccess(`/${segments.slice(0, depth).join('/')}`)
    if (!configuration) continue
    const governing = directories
      .filter(({ section }) => depthOf(argumentOf(section)) <= depth)
      .flatMap(({ section }) => section.children.filter((each) => each.name === 'allowoverride'))
    const override = governing.at(-1)?.args.map((argument) => argument.value.toLowerCase()) ?? []
    if (override.includes('none')) continue
    const certain = override.some((each) => each === 'all' || each === 'authconfig' || each === 'limit')
    const first = configuration.all[0]
    if (!first) continue
    // The file's own directives stand in no section: they count as one for its folder.
    const section: PlacedDirective = {
      ...first,
      name: 'directory',
      args: [{ value: `/${segments.slice(0, depth).join('/')}`, known: true, start: 0, end: 0, quote: undefined }],
      children: configuration.top,
    }
    const at = result.findIndex((each) => depthOf(argumentOf(each.section)) > depth)
    result.splice(at < 0 ? result.length : at, 0, { section, certain })
  }
  return result
}

function both(a: Access['answer'], b: Access['answer']): Access['answer'] {
  if (a === 'denied' || b === 'denied') return 'denied'
  return a === 'depends' || b === 'depends' ? 'depends' : 'granted'
}

function either(a: Access['answer'], b: Access['answer']): Access['answer'] {
  if (a === 'granted' || b === 'granted') return 'granted'
  return a === 'depends' || b === 'depends' ? 'depends' : 'denied'
}
