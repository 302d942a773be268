import type { Configuration, PlacedDirective } from '../../configuration/placed.ts'
import { bytesRepeated, concatenated, exactly, searched } from '../../regex/automaton.ts'
import { allBytes, toByteText } from '../../regex/bytes.ts'
import { wordOf } from '../../regex/language.ts'
import { mayHoldUnread } from '../../site/nginx/blocks.ts'
import { fileOf, type Location, locationOf, locationsIn, passOf } from '../../site/nginx/locations.ts'
import { regexesOf } from '../../site/nginx/regexes.ts'
import { type HttpServer, httpServersOf, type Listen } from '../../site/nginx/servers.ts'
import { builtIn } from '../../site/nginx/variables.ts'
import { derived } from '../../workspace/derived.ts'
import { code, counted, listed, ordinal, whereIsDirective } from '../lib/markdown.ts'
import type { DocumentView } from '../lib/view.ts'
import { inheritedHere, written } from './nginx-effective.ts'
import { passedTo, targetInWords } from './nginx-targets.ts'

// ---- locations

/** What kind of location it is, which others win over it, and what it does with a request. */
export function locationInWords(
  view: DocumentView,
  directive: PlacedDirective,
  configuration: Configuration,
  { withKind = true }: { readonly withKind?: boolean } = {},
): string | undefined {
  const location = locationOf(directive)
  if (!location?.argument.known) return undefined
  const siblings = directive.parent ? locationsIn(directive.parent).filter((each) => each.directive.presence === 'present' && each.argument.known) : [location]
  const seen = directive.parent !== undefined && !mayHoldUnread(directive.parent, configuration, 'location')
  const parts = [withKind ? kindInWords(location) : undefined, rankInWords(view, location, siblings, seen), ...doesInWords(view, location, configuration)]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

function kindInWords({ modifier, path }: Location): string {
  switch (modifier) {
    case '=':
      return `**Exactly** ${code(path)}: nothing else is asked.`
    case '^~':
      return `Paths that **begin** with ${code(path)}: the longest such beginning wins, and then no regular expression is asked.`
    case '':
      return `Paths that **begin** with ${code(path)}: the longest such beginning wins, unless a regular expression fits.`
    case '@':
      return 'A **named** location: reached from `error_page`, `try_files` and the like, never by a request itself.'
    default:
      return `Paths that **fit** the regular expression ${code(path)}${modifier === '~*' ? ', in any letter case' : ''}.`
  }
}

/** The locations of the same level that win over one, and how it stands among them. */
function rankInWords(view: DocumentView, location: Location, siblings: readonly Location[], seen: boolean): string | undefined {
  const among = seen && siblings.length > 1 ? ` One of ${siblings.length} locations here.` : ''
  const place = (each: Location): string => `${code(shownLocation(each))} (${whereIsDirective(view, each.directive)})`
  const regexes = siblings.filter(isRegex)
  if (isRegex(location)) {
    const rank = regexes.findIndex((each) => each.directive === location.directive) + 1
    const order = regexes.length > 1 ? `The ${ordinal(rank)} of ${regexes.length} regular expressions here: the first that fits wins.` : ''
    const before = regexes.slice(0, Math.max(0, rank - 1)).filter((each) => meets(location, each) !== undefined)
    const stronger = siblings.filter((each) => (each.modifier === '=' || each.modifier === '^~') && takesFrom(each, location))
    const losing = [...stronger, ...before]
    return `${order}${losing.length > 0 ? ` Loses to ${listed(losing.map(place), 4)}.` : ''}`.trim() || undefined
  }
  if (location.modifier === '@' || location.modifier === '=') return undefined
  const longer = siblings.filter(
    (each) =>
      !isRegex(each) && each.modifier !== '@' && each.directive !== location.directive && each.path.startsWith(location.path) && each.path !== location.path,
  )
  const exact = siblings.filter((each) => each.modifier === '=' && each.path === location.path)
  const fitting =
    location.modifier === '^~'
      ? []
      : regexes.slice(0, mostCompared).flatMap((each) => {
          const example = meets(each, location)
          return example === undefined ? [] : [`${place(each)}${example === '' ? '' : `, as for ${code(example)}`}`]
        })
  const losing = [...[...exact, ...longer].map(place), ...fitting]
  return `${among}${losing.length > 0 ? ` Loses to ${listed(losing, 5)}.` : ''}`.trim() || undefined
}

/** Regular expressions with which one location is compared. */
const mostCompared = 12

const isRegex = ({ modifier }: Location): boolean => modifier === '~' || modifier === '~*'

const shownLocation = ({ modifier, path }: Location): string => (modifier === '' || modifier === '@' ? path : `${modifier} ${path}`)

/** A path that fits the regular expression of one location and is one of the other's; empty where that is not known, undefined where there is none. */
function meets(regex: Location, other: Location): string | undefined {
  const key = `${shownLocation(regex)}\n${shownLocation(other)}`
  const known = meetings.get(key)
  if (known !== undefined) return known ?? undefined
  const found = findMeeting(regex, other)
  if (meetings.size >= mostKept) meetings.clear()
  meetings.set(key, found ?? null)
  return found
}

/** Generated configurations repeat their locations in thousands of servers. */
const meetings = new Map<string, string | null>()
const mostKept = 1000

function findMeeting(regex: Location, other: Location): string | undefined {
  const own = languageOf(regex)
  const theirs = languageOf(other)
  const paths = builtIn('uri')?.language
  if (!own || !theirs || !paths) return ''
  const word = wordOf(own, theirs, paths)
  return word === 'unknown' || (word !== undefined && !/^[\x20-\x7e]*$/.test(word)) ? '' : word
}

/** Whether an exact or `^~` location has a path that a regular expression fits. */
const takesFrom = (strong: Location, regex: Location): boolean => meets(regex, strong) !== undefined

/** The paths of a location, whatever wins over it. */
function languageOf({ directive, modifier, path }: Location) {
  if (modifier === '~' || modifier === '~*') return languageOfRegex(directive)
  const text = exactly(toByteText(path))
  return modifier === '=' ? text : concatenated([text, bytesRepeated(allBytes)])
}

const languageOfRegex = derived((directive: PlacedDirective) => {
  const [regex] = regexesOf(directive)
  return regex && searched(regex.pattern.tree)
})

/** What is done with a request that gets there. */
function doesInWords(view: DocumentView, location: Location, configuration: Configuration): string[] {
  const { directive, path } = location
  const pass = passOf(location)
  if (pass) {
    const target = targetInWords(view, pass, configuration)
    const slash = path.length > 1 && path.endsWith('/') && (location.modifier === '' || location.modifier === '^~')
    const siblings = directive.parent ? locationsIn(directive.parent) : []
    // `ngx_http_core_find_static_location`: the location's name without its slash.
    const redirects = slash && !siblings.some((each) => !isRegex(each) && each.path === path.slice(0, -1))
    return [
      `**Here:** ${written(pass)}${pass.parent === directive ? ` (${whereIsDirective(view, pass)})` : ''}.`,
      ...(target === undefined ? [] : [target]),
      ...(redirects ? [`A request for ${code(path.slice(0, -1))} is redirected (301) to ${code(path)}.`] : []),
    ]
  }
  const answers = directive.children.find((each) => each.name === 'return' || answering.has(each.name))
  if (answers) return answers.presence === 'present' ? [`**Here:** ${written(answers)} (${whereIsDirective(view, answers)}).`] : []
  if (location.modifier === '@') return []
  const example = examplePath(location)
  const file = example === undefined ? undefined : fileOf(location, example)
  if (file && example !== undefined && file.by.presence === 'present' && !mayHoldUnread(directive, configuration, 'root')) {
    const from = `${written(file.by)} (${whereIsDirective(view, file.by)})`
    return [`**Here:** files, by ${from}: ${code(example)} → ${code(file.path)}.`]
  }
  const root = inheritedHere(view, directive, configuration, 'root')
  return root && !directive.children.some(({ name }) => name === 'alias') ? [`**Here:** files, by ${root}.`] : []
}

const answering: ReadonlySet<string> = new Set(['stub_status', 'content_by_lua_block', 'content_by_lua_file', 'echo', 'empty_gif', 'flv', 'mp4', 'js_content'])

/** A path that shows what `root` and `alias` make of those of a location; undefined where its pattern decides. */
export function examplePath(location: Location): string | undefined {
  if (isRegex(location) || location.modifier === '@') return undefined
  return location.modifier === '=' || /\.\w+$/.test(location.path) ? location.path : `${location.path}${location.path.endsWith('/') ? '' : '/'}app.css`
}

// ---- servers

/** Names, addresses, and for which of those it answers what fits no name. */
export function serverInWords(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const server = byDirective(configuration).get(directive)
  if (!server) return undefined
  const names = server.names.map(({ name }) => (name === '' ? '`""`' : code(name)))
  const unread = mayHoldUnread(directive, configuration, 'listen') || mayHoldUnread(directive, configuration, 'server_name')
  const parts = [
    names.length > 0 ? `**Here:** answers for ${listed(names, 6)}.` : unread ? undefined : '**Here:** has no name.',
    ...listensOf(server, configuration, unread).map((listen) => {
      const others = sharing(listen.key, configuration)
      const explicit = others.find((each) => each.listens.some(({ key, listen: own }) => key === listen.key && own && isDefault(own)))
      const first = configuration.whole && !configuration.open ? others[0] : undefined
      const standard = explicit ?? first
      const said =
        standard?.server.directive === directive
          ? `${explicit || others.length > 1 ? ': what fits no name comes here' : ', where it is the only server'}`
          : standard
            ? `; what fits no name goes to another server (${whereIsDirective(view, standard.server.directive)})`
            : ''
      return `- ${code(listen.text)}${said}.`
    }),
  ]
  return parts.filter((part) => part !== undefined).join('\n')
}

const byDirective = derived(
  (configuration: Configuration): ReadonlyMap<PlacedDirective, HttpServer> => new Map(httpServersOf(configuration).map((server) => [server.directive, server])),
)

interface Heard {
  readonly key: string
  readonly text: string
  readonly listen: Listen | undefined
}

function listensOf(server: HttpServer, configuration: Configuration, unread = mayHoldUnread(server.directive, configuration, 'listen')): readonly Heard[] {
  if (server.listens.length > 0) return server.listens.map((listen) => ({ key: keyOf(listen), text: textOf(listen), listen }))
  // nginx listens on port 80 then, or on 8000 where it may not.
  return unread || server.directive.children.some(({ name }) => name === 'listen') ? [] : [{ key: '*:80', text: '*:80', listen: undefined }]
}

const isDefault = ({ parameters }: Listen): boolean => parameters.includes('default_server') || parameters.includes('default')

const textOf = (listen: Listen): string => listen.directive.args.map(({ value }) => value).join(' ')

const keyOf = ({ address: { family, host, port }, parameters }: Listen): string =>
  family === 'unix' ? `unix:${host}` : `${host === '' || host === '0.0.0.0' ? '*' : host}:${port}${parameters.includes('quic') ? ' (UDP)' : ''}`

interface Sharing {
  readonly server: HttpServer
  readonly listens: readonly Heard[]
}

const sharing = (key: string, configuration: Configuration): readonly Sharing[] => byAddress(configuration).get(key) ?? []

const byAddress = derived((configuration: Configuration): ReadonlyMap<string, readonly Sharing[]> => {
  const groups = new Map<string, Sharing[]>()
  for (const server of httpServersOf(configuration)) {
    const listens = listensOf(server, configuration)
    for (const key of new Set(listens.map((each) => each.key))) {
      const group = groups.get(key)
      if (group) group.push({ server, listens })
      else groups.set(key, [{ server, listens }])
    }
  }
  return groups
})

// ---- upstreams

/** The servers of a group, and who sends to it. */
export function upstreamInWords(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const name = directive.args[0]?.value
  if (name === undefined) return undefined
  const members = directive.children.filter((each) => each.name === 'server' && each.presence !== 'absent' && each.args[0] !== undefined)
  const method = directive.children.find((each) => methods.has(each.name))
  const users = passedTo(name, configuration)
  const chosen = method ? `chosen by ${written(method)}` : 'in turn, by weight'
  const parts = [
    members.length > 0 ? `**Here:** ${counted(members.length, 'server')}${members.length > 1 ? `, ${chosen}` : ''}:` : undefined,
    ...members.slice(0, 8).map((each) => `- ${code(each.args.map(({ value }) => value).join(' '))}`),
    members.length > 8 ? `- … ${members.length - 8} more` : undefined,
    users.length > 0
      ? `\nUsed by ${listed(
          users.slice(0, 20).map((each) => `${written(each)} (${whereIsDirective(view, each)})`),
          3,
        )}.`
      : undefined,
  ]
  return parts.filter((part) => part !== undefined).join('\n') || undefined
}

const methods: ReadonlySet<string> = new Set(['least_conn', 'ip_hash', 'hash', 'random', 'least_time', 'fair', 'sticky', 'balancer_by_lua_block'])
