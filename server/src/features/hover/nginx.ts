import { contextInside, isAllowedIn, type NginxContext, type NginxEntry, nginxDirectives, nginxVariable } from '../../catalog/nginx/catalog.ts'
import { nginxDirectivePage } from '../../catalog/nginx/descriptions.ts'
import { parseNumber, parseOffset, parseSize, parseTime } from '../../catalog/nginx/values.ts'
import { enclosing, type PlacedDirective } from '../../configuration/placed.ts'
import { isEntry, mapKeyRegex, regexesOf } from '../../site/nginx/regexes.ts'
import { nameOf, type Word } from '../../syntax/tree.ts'
import { blockAround, type Cursor } from '../lib/cursor.ts'
import { describeDirective } from '../lib/describe.ts'
import { code, fenced, paragraphs } from '../lib/markdown.ts'
import { sizeInWords, timeInWords } from '../lib/units.ts'
import { type DocumentView, type NodeAt, placementsOf } from '../lib/view.ts'
import { locationInWords, serverInWords, upstreamInWords } from './nginx-blocks.ts'
import { effectHere } from './nginx-effective.ts'
import { includedInWords, pathInWords } from './nginx-paths.ts'
import { targetInWords } from './nginx-targets.ts'
import { ownInWords, regexInWords, variableAt, variableInWords } from './nginx-values.ts'
import { type Said, saidInAll } from './said.ts'

type Placement = ReturnType<typeof placementsOf>[number]

export function hoverNginx(view: DocumentView, cursor: Cursor): Said | undefined {
  const { at } = cursor
  if (at.kind === 'name' && at.directive) return { text: ofName(view, cursor, at.directive), start: at.start, end: at.end }
  if (at.kind !== 'argument' || !at.word || at.word.holes) return undefined
  return ofArgument(view, cursor, at.directive, at.word, at.index)
}

// ---- names

function ofName(view: DocumentView, cursor: Cursor, at: NodeAt): string {
  const placements = placementsOf(view, at)
  const inBlock = blockAround(cursor)
  if (inBlock?.block?.holds === 'entries') {
    return (
      saidInAll(placements, ({ directive }) => {
        const regex = isEntry(directive) ? mapKeyRegex(directive) : undefined
        return regex && regexInWords(regex)
      }) ?? ''
    )
  }
  const name = nameOf(at.node)
  const entry = entryOf(view, cursor, name, at.node.block !== undefined)
  if (!entry) return ''
  return paragraphs(
    whatItIs(name, entry),
    facts(entry),
    saidInAll(placements, (placement) => here(view, placement, entry)),
  )
}

function whatItIs(name: string, entry: NginxEntry): string {
  const description = describeDirective('nginx', name, entry.module)
  const deprecated = entry.deprecated === undefined ? '' : ' *Deprecated.*'
  return `**${name}**${description === undefined ? '' : ` — ${description}`}${deprecated}`
}

/** Syntax, then what the catalog knows beside it on one line. */
function facts(entry: NginxEntry): string {
  const { name, module } = entry
  const forms = entry.syntax.length > 0 ? entry.syntax : entry.block ? [''] : []
  const syntax = fenced(
    'nginx',
    forms.map((each) => {
      const words = `${name} ${each.replace(/\s*\{\s*(?:\.\.\.)?\s*\}/, '')}`.trim()
      return entry.block ? `${words} { … }` : `${words};`
    }),
  )
  const page = nginxDirectivePage(name, module)
  const until = entry.until === undefined ? '' : `until ${entry.until}`
  const rest = [
    entry.default === undefined ? '' : `default ${code(entry.default)}`,
    entry.contexts.includes('any') ? 'anywhere' : entry.contexts.map(contextInWords).join(', '),
    `\`${module}\``,
    entry.since === undefined ? '' : `since ${entry.since}`,
    until,
    page === undefined ? '' : `[nginx.org](${page})`,
  ].filter((each) => each !== '')
  return paragraphs(forms.length > 0 ? syntax : undefined, rest.join(' · '))
}

const contextInWords = (context: NginxContext): string =>
  context
    .replace(/^if-in-(\w+)$/, 'if in $1')
    .replace(/^stream-(\w+)$/, '$1 of stream')
    .replace(/^mail-(\w+)$/, '$1 of mail')

/** What follows from where it stands. */
function here(view: DocumentView, { directive, configuration: understood }: Placement, entry: NginxEntry): string | undefined {
  const { configuration } = understood
  if (directive.presence !== 'present') return undefined
  switch (directive.name) {
    case 'location':
      return locationInWords(view, directive, configuration)
    case 'server':
      return serverInWords(view, directive, configuration)
    case 'upstream':
      return upstreamInWords(view, directive, configuration)
    case 'include':
      return includedInWords(view, directive, understood)
    case 'rewrite':
      return flagInWords(directive.args[2]?.value, isInLocation(directive))
    default:
      return effectHere(view, directive, configuration, entry)
  }
}

/** The entry that is meant where the cursor is: of the context, else of the name. */
function entryOf(view: DocumentView, cursor: Cursor, name: string, block: boolean): NginxEntry | undefined {
  const entries = nginxDirectives(name)
  if (entries.length < 2) return entries[0]
  const outer = view.configurations[0]?.configuration.context
  const names = cursor.around.filter(({ node }) => node.words[0]?.start !== undefined).map(({ node }) => nameOf(node))
  const placed = cursor.around[0] && placementsOf(view, cursor.around[0])[0]?.directive
  const above: string[] = []
  for (let at = placed?.parent; at; at = at.parent) above.unshift(at.name)
  const context = contextOf([...(outer === undefined || outer === 'main' ? [] : outer.split(',')), ...above, ...names])
  const rank = (entry: NginxEntry): number =>
    (context !== undefined && isAllowedIn(entry, context) ? 0 : 4) + (entry.block === block ? 0 : 2) + (entry.until === undefined ? 0 : 1)
  return [...entries].sort((one, other) => rank(one) - rank(other))[0]
}

/** The context inside blocks, the outermost first; undefined where it is none of directives. */
function contextOf(blocks: readonly string[]): NginxContext | undefined {
  let context: NginxContext = 'main'
  for (const name of blocks) {
    const entry: NginxEntry | undefined = nginxDirectives(name).find((each) => each.block && isAllowedIn(each, context))
    const inside: NginxContext | 'data' | 'lua' | undefined = entry && contextInside(entry, context)
    if (inside === undefined || inside === 'data' || inside === 'lua') return undefined
    context = inside
  }
  return context
}

// ---- arguments

function ofArgument(view: DocumentView, cursor: Cursor, at: NodeAt, word: Word, index: number): Said | undefined {
  const placements = placementsOf(view, at)
  const start = at.start + word.start
  const whole = { start, end: at.start + word.end }
  const name = nameOf(at.node)
  const regex = placements[0] && regexesOf(placements[0].directive).find((each) => each.argument?.start === start)
  if (regex) {
    const { directive, configuration } = placements[0] as Placement
    const rank = name === 'location' ? locationInWords(view, directive, configuration.configuration, { withKind: false }) : undefined
    return { text: paragraphs(regexInWords(regex), rank), ...whole }
  }
  const variable = variableAt(view.source.text.slice(whole.start, whole.end), cursor.offset - start)
  if (variable) {
    const text =
      placements.length > 0
        ? saidInAll(placements, ({ directive, configuration }) => variableInWords(view, variable.name, directive, configuration.configuration, index))
        : unplaced(variable.name)
    return text === undefined ? undefined : { text, start: start + variable.start, end: start + variable.end }
  }
  const text = saidInAll(placements, (placement) => argumentHere(view, placement, word, index)) ?? plain(view, cursor, name, word, index, at)
  return text === undefined || text === '' ? undefined : { text, ...whole }
}

function unplaced(name: string): string | undefined {
  const own = nginxVariable(name)
  return own && ownInWords(name, own)
}

/** What an argument means where it stands. */
function argumentHere(view: DocumentView, { directive, configuration: understood }: Placement, word: Word, index: number): string | undefined {
  if (directive.presence !== 'present') return undefined
  const { configuration } = understood
  switch (directive.name) {
    case 'location':
      return locationInWords(view, directive, configuration)
    case 'upstream':
      return upstreamInWords(view, directive, configuration)
    case 'rewrite':
      return index === 2 ? flagInWords(word.value, isInLocation(directive)) : undefined
    case 'proxy_pass':
    case 'uwsgi_pass':
    case 'fastcgi_pass':
    case 'scgi_pass':
    case 'grpc_pass':
      return targetInWords(view, directive, configuration)
    default:
      return pathInWords(view, directive, index, understood)
  }
}

const isInLocation = (directive: PlacedDirective): boolean => enclosing(directive, 'location') !== undefined

/** What a rewrite goes on with (`ngx_http_rewrite`). */
function flagInWords(flag: string | undefined, inLocation: boolean): string | undefined {
  switch (flag) {
    case undefined:
      return 'Without a flag the rewriting goes on with the next directive; where the replacement begins with `http://`, `https://` or `$scheme`, it redirects (302).'
    case 'last':
      return inLocation
        ? '`last`: the rewriting ends, and a location is looked for anew by the changed path, ten times at most.'
        : '`last`: the rewriting of the server ends, and a location is looked for by the changed path.'
    case 'break':
      return inLocation
        ? '`break`: the rewriting ends, and the request stays in this location.'
        : '`break`: the rewriting of the server ends, and a location is looked for by the changed path.'
    case 'redirect':
      return '`redirect`: sends the client there for now (302).'
    case 'permanent':
      return '`permanent`: sends the client there for good (301).'
    default:
      return undefined
  }
}

/** Sizes and times, and the words of an enumeration. */
function plain(view: DocumentView, cursor: Cursor, name: string, word: Word, index: number, at: NodeAt): string | undefined {
  if (blockAround(cursor)?.block?.holds === 'entries' || word.value.includes('$')) return undefined
  const entry = entryOf(view, cursor, name, at.node.block !== undefined)
  if (!entry) return undefined
  return quantity(entry, name, word.value, index)
}

function quantity(entry: NginxEntry, name: string, value: string, index: number): string | undefined {
  switch (entry.value) {
    case 'size':
    case 'complex-size':
      return sizeOf(value, parseSize(value))
    case 'off':
      return sizeOf(value, parseOffset(value))
    case 'msec':
      return timeOf(value, parseTime(value, 'milliseconds'), 1000)
    case 'sec':
      return timeOf(value, parseTime(value, 'seconds'), 1)
    case 'bufs':
      return index === 1 ? sizeOf(value, parseSize(value)) : undefined
    default:
  }
  if (name === 'expires' || name === 'keepalive_timeout' || name === 'resolver_timeout')
    return timeOf(value.replace(/^[-+@]/, ''), parseTime(value.replace(/^[-+@]/, ''), 'seconds'), 1)
  if (name === 'proxy_cache_valid' || name === 'fastcgi_cache_valid' || name === 'uwsgi_cache_valid')
    return /[a-zA-Z]$/.test(value) && value !== 'any' ? timeOf(value, parseTime(value, 'seconds'), 1) : undefined
  return parameter(value)
}

/** `name=value` of directives that take such parameters. */
function parameter(text: string): string | undefined {
  const match = /^(\w+)=(?:[\w.$-]+:)?([^:]+)$/.exec(text)
  const [, name = '', value = ''] = match ?? []
  if (times.has(name)) return timeOf(value, parseTime(value, 'seconds'), 1)
  if (sizes.has(name)) return sizeOf(value, parseOffset(value))
  if (name === 'rate') {
    const rate = /^(\d+)r\/([sm])$/.exec(value)
    const count = rate && parseNumber(rate[1] ?? '')
    if (!rate || !count) return undefined
    const each = rate[2] === 's' ? 1000 / count : 60_000 / count
    return `At most ${count} requests a ${rate[2] === 's' ? 'second' : 'minute'}: one each ${timeInWords(Math.round(each) / 1000)}.`
  }
  return undefined
}

const times: ReadonlySet<string> = new Set([
  'inactive',
  'fail_timeout',
  'slow_start',
  'valid',
  'expires',
  'manager_sleep',
  'loader_sleep',
  'purger_sleep',
  'flush',
])
const sizes: ReadonlySet<string> = new Set(['max_size', 'min_free', 'keys_zone', 'zone', 'buffer', 'rcvbuf', 'sndbuf'])

const sizeOf = (written: string, bytes: number | undefined): string | undefined =>
  bytes === undefined || !/^\d/.test(written) || bytes === 0 ? undefined : `${sizeInWords(bytes)}.`

const timeOf = (written: string, time: number | undefined, perSecond: number): string | undefined =>
  time === undefined || !/^\d/.test(written) || time === 0 ? undefined : `${timeInWords(time / perSecond)}.`
