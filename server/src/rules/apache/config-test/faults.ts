import { type ApacheEntry, type ApacheModule, type ApacheOverride, apacheRemovedDirective, eachApacheDirective } from '../../../catalog/apache/catalog.ts'
import type { PlacedDirective } from '../../../configuration/placed.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { Finding, FindingFix } from '../../rule.ts'
import { nearestWord } from './corrections.ts'
import { type DirectiveReading, findingOf } from './directive-reading.ts'
import type { Refusal } from './reading.ts'
import { maskOf, type Section } from './section.ts'

/** `Invalid command 'X'` (`server/config.c: ap_walk_config_sub`) */
export function unknownDirective(directive: PlacedDirective, section: Section, entries: readonly ApacheEntry[], version: string | undefined): Refusal {
  const written = directive.node.words[0]?.value ?? directive.name
  const isSection = directive.node.block !== undefined
  const shown = `${isSection ? '<' : ''}${written}`
  const server = `Invalid command '${shown}', perhaps misspelled or defined by a module not included in the server configuration`
  const rule = 'apache/unknown-directive' as const
  const [entry] = entries
  if (entry) {
    const product = entry.source === 'wsgi' ? 'mod_wsgi' : 'Apache'
    const when = entry.until !== undefined && entry.since === undefined ? `any more: it was removed in ${entry.until}` : `yet: it came with ${entry.since}`
    return { server, rule, at: 'name', words: `${product} ${entry.source === 'wsgi' ? '' : `${version ?? ''} `}has no ${written} ${when}.` }
  }
  const removed = isSection ? undefined : apacheRemovedDirective(written)
  if (removed) {
    const instead = removed.replacement ? `; ${removed.replacement} is what took its place` : ''
    return {
      server,
      rule,
      at: 'name',
      words: `${written} was removed in ${removed.module === 'mod_wsgi' ? 'mod_wsgi' : 'Apache'} ${removed.until}${instead}.`,
      fixes: [{ title: `Remove ${written}`, safe: false, edits: [removeDirective(directive)] }],
    }
  }
  const meant = guess(written, isSection, section)
  return {
    server,
    rule,
    at: 'name',
    words: meant
      ? `Apache knows no directive "${shown}"; did you mean "${isSection ? '<' : ''}${meant}"?`
      : `Apache knows no directive "${shown}", nor does any module that webconf knows: it is misspelt, or stands where a line of text has been cut in two.`,
    fixes: meant ? [rename(directive, meant)] : [],
  }
}

/** A directive of a module that comes with Apache and is not loaded here. */
export function moduleNotLoaded(directive: PlacedDirective, modules: readonly ApacheModule[]): Finding {
  const written = directive.node.words[0]?.value ?? directive.name
  const shown = `${directive.node.block === undefined ? '' : '<'}${written}`
  const [module] = modules
  const name = module?.name ?? ''
  const base = module?.identifier.replace(/_module$/, '') ?? ''
  return findingOf(directive, 'error', `Invalid command '${shown}', perhaps misspelled or defined by a module not included in the server configuration`, {
    at: 'name',
    words: `${shown} is a directive of ${modules.map((each) => each.name).join(' or ')}, which no LoadModule line of this configuration loads: load it (on Debian: a2enmod ${base}).`,
    fixes: [{ title: `Load ${name} with a2enmod`, safe: false, edits: [], commands: [`a2enmod ${base}`] }],
  })
}

function rename(directive: PlacedDirective, name: string): FindingFix {
  const word = directive.node.words[0]
  const start = directive.start + (word?.start ?? 0)
  const edits = [{ path: directive.source.path, start, end: directive.start + (word?.end ?? 0), newText: name }]
  const close = directive.node.block?.close
  const closing = close === undefined ? null : /<\/([^\s>]+)/.exec(close)
  if (closing && closing[1]?.toLowerCase() === word?.value.toLowerCase()) {
    const at = directive.start + directive.node.width - (close ?? '').length + closing.index + 2
    edits.push({ path: directive.source.path, start: at, end: at + (closing[1] ?? '').length, newText: name })
  }
  return { title: `Write "${name}"`, safe: true, edits }
}

/** By context: the names that may stand there. */
const names = new Map<string, string[]>()

function guess(written: string, isSection: boolean, section: Section): string | undefined {
  const key = `${isSection} ${section.overrides}`
  let known = names.get(key)
  if (!known) {
    known = [...eachApacheDirective()]
      .filter((entry) => entry.section === isSection && entry.source !== 'third-party' && (maskOf(entry.overrides) & section.overrides) !== 0)
      .map((entry) => entry.name)
    names.set(key, known)
  }
  return written.length < 3 ? undefined : nearestWord(written, known)
}

const places: Readonly<Record<ApacheOverride, string>> = {
  server: 'the server and virtual hosts',
  proxy: '<Proxy>',
  access: 'sections such as <Directory> and <Location>',
  limit: 'sections, or .htaccess with AllowOverride Limit',
  options: 'the server, sections, or .htaccess with AllowOverride Options',
  fileinfo: 'the server, sections, or .htaccess with AllowOverride FileInfo',
  authconfig: 'sections, or .htaccess with AllowOverride AuthConfig',
  indexes: 'the server, sections, or .htaccess with AllowOverride Indexes',
}

/** A directive in a context that is not its own; `server` is what Apache says (`server/config.c: invoke_cmd`). */
export function notAllowed(reading: DirectiveReading, server?: string): Refusal {
  const { directive, entry, section } = reading
  const name = `${entry.section ? '<' : ''}${entry.name}`
  const said = server ?? (section.outer ? `${name} not allowed in <${section.title}> context` : `${name} not allowed here`)
  const inHost = /^VirtualHost$/i.test(section.title)
  const where =
    server === undefined
      ? ` It belongs into ${entry.overrides.map((each) => places[each]).join('; ')}.`
      : inHost
        ? ' It belongs to the server as a whole, outside of all sections.'
        : ''
  const here = section.htaccess && !section.outer ? 'in .htaccess' : section.title === '' ? 'outside of sections' : `in <${section.title}>`
  return {
    server: said,
    rule: 'apache/not-allowed-here',
    at: 'name',
    words: `${name}${entry.section ? '>' : ''} may not stand ${here}.${where}`,
    fixes: moveOut(directive, entry, section, server !== undefined),
  }
}

/** A directive that belongs outside the section that it stands in goes before that section. */
function moveOut(directive: PlacedDirective, entry: ApacheEntry, section: Section, refused: boolean): FindingFix[] {
  if (!entry.overrides.includes('server') || directive.node.block) return []
  let target: Section | undefined
  for (let at: Section | undefined = section; at?.directive && at.directive.source === directive.source; at = at.outer) target = at
  // A virtual host may hold it unless the handler refuses that.
  const host = refused ? undefined : [...parents(section)].find((each) => each.outer?.name === 'virtualhost')
  const outermost = (host ?? target)?.directive
  if (!outermost || outermost.source !== directive.source || section.htaccess) return []
  const remove = removeDirective(directive)
  const text = directive.source.text.slice(directive.start, directive.start + directive.node.text.length).trim()
  const lineStart = directive.source.text.lastIndexOf('\n', outermost.start + leading(outermost) - 1) + 1
  const indent = /^[ \t]*/.exec(directive.source.text.slice(lineStart))?.[0] ?? ''
  return [
    {
      title: `Move ${entry.name} before <${outermost.node.words[0]?.value ?? ''}>`,
      safe: false,
      edits: [{ path: directive.source.path, start: lineStart, end: lineStart, newText: `${indent}${text}\n` }, remove],
    },
  ]
}

const leading = (directive: PlacedDirective): number => /^\s*/.exec(directive.node.text)?.[0].length ?? 0

function* parents(section: Section): Generator<Section> {
  for (let at: Section | undefined = section; at; at = at.outer) yield at
}

const numbers: Readonly<Record<Exclude<ApacheEntry['arguments'], 'raw' | 'argv'>, string>> = {
  take1: 'takes one argument',
  take2: 'takes two arguments',
  take3: 'takes three arguments',
  take12: 'takes 1-2 arguments',
  take13: 'takes one or three arguments',
  take23: 'takes two or three arguments',
  take123: 'takes one, two or three arguments',
  iterate: 'requires at least one argument',
  iterate2: 'requires at least two arguments',
  flag: 'must be On or Off',
  none: 'takes no arguments',
}

const most: Partial<Record<ApacheEntry['arguments'], number>> = { take1: 1, take2: 2, take3: 3, take12: 2, take13: 3, take23: 3, take123: 3, none: 0 }

/** Too few or too many arguments, or a flag that is none (`server/config.c: invoke_cmd`). */
export function argumentCount(reading: DirectiveReading): Refusal {
  const { directive, entry } = reading
  const { args } = directive
  const kind = entry.arguments as keyof typeof numbers
  const name = `${entry.section ? '<' : ''}${entry.name}`
  const help = entry.help === undefined || kind === 'none' || kind === 'flag' ? '' : `, ${entry.help}`
  const server = `${name} ${numbers[kind]}${help}`
  if (kind === 'flag') return flagFault(reading, server)
  const limit = most[kind]
  const surplus = limit === undefined ? undefined : args[limit]
  const rule = 'apache/argument-count' as const
  if (!surplus) {
    const words = args.length === 0 ? `${name} stands here without an argument: it ${numbers[kind]}.` : `${name} ${numbers[kind]}: here is one too few.`
    return { server, rule, at: 'name', words: entry.help ? `${words.slice(0, -1)} (${entry.help}).` : words }
  }
  const comment = surplus.value.startsWith('#')
  return {
    server,
    rule,
    at: args.indexOf(surplus),
    words: comment
      ? `Apache has no comments behind a directive: "${surplus.value}" is an argument to it, and ${name} ${numbers[kind]}. Put the comment on a line of its own.`
      : `${name} ${numbers[kind]}: "${surplus.value}" is one too many. A value with spaces needs quotes.`,
    fixes: comment ? [commentToOwnLine(directive, surplus.start)] : quoteAll(reading, limit ?? 0),
  }
}

function flagFault({ directive, entry }: DirectiveReading, server: string): Refusal {
  const [argument] = directive.args
  if (!argument) return { server, rule: 'apache/argument-count', at: 'name', words: `${entry.name} stands here without a value: it must be On or Off.` }
  const plain = argument.value.toLowerCase()
  const meant = /^(true|yes|1|enabled?)$|^o[^f]{0,2}n[.,;]?$/.test(plain) ? 'On' : /^(false|no|0|disabled?|none)$|^of+[.,;]?$/.test(plain) ? 'Off' : undefined
  return {
    server,
    rule: 'apache/invalid-value',
    at: 0,
    words: `${entry.name} must be On or Off, not "${argument.value}".`,
    fixes: meant
      ? [{ title: `Write "${meant}"`, safe: true, edits: [{ path: directive.source.path, start: argument.start, end: argument.end, newText: meant }] }]
      : [],
  }
}

/** Puts a comment that stands behind a directive on a line before it. */
export function commentToOwnLine(directive: PlacedDirective, from: number): FindingFix {
  const { source } = directive
  const lead = leading(directive)
  const start = directive.start + lead
  const end = directive.start + directive.node.text.length
  const lineStart = source.text.lastIndexOf('\n', start - 1) + 1
  const indent = source.text.slice(lineStart, start)
  let cut = from
  while (cut > start && /[ \t]/.test(source.text.charAt(cut - 1))) cut--
  return {
    title: 'Move the comment to a line of its own',
    safe: true,
    edits: [
      { path: source.path, start, end: start, newText: `${source.text.slice(from, end)}\n${indent}` },
      { path: source.path, start: cut, end, newText: '' },
    ],
  }
}

/** One value with spaces that was left without quotes. */
function quoteAll({ directive, entry }: DirectiveReading, limit: number): FindingFix[] {
  const { args, source } = directive
  const first = args[limit - 1]
  const last = args.at(-1)
  if (!first || !last || args.slice(limit - 1).some((argument) => argument.quote !== undefined || !argument.known)) return []
  const text = source.text.slice(first.start, last.end)
  if (/["\\\n]/.test(text)) return []
  return [
    {
      title: `Put the last argument of ${entry.name} in quotes`,
      safe: false,
      edits: [{ path: source.path, start: first.start, end: last.end, newText: `"${text}"` }],
    },
  ]
}
