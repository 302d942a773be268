import { eachNginxDirective, isAllowedIn, type NginxContext, type NginxEntry } from '../../../catalog/nginx/catalog.ts'
import { indentOf, type PlacedDirective, placeOfDirective } from '../../../configuration/placed.ts'
import { editDistance } from '../../../syntax/text.ts'
import type { Word } from '../../../syntax/tree.ts'
import { removeDirective } from '../../lib/edits.ts'
import type { FindingFix } from '../../rule.ts'
import type { Reading } from './reading.ts'

/** `unknown directive "x"` */
export function unknownDirective(reading: Reading, entries: readonly NginxEntry[]): void {
  const { directive, state } = reading
  const { name } = directive
  const server = `unknown directive "${name}"`
  const [entry] = entries
  if (entry?.until !== undefined) {
    reading.emerg('nginx/unknown-directive', server, {
      at: 0,
      words: `nginx ${state.version} has no "${name}": it was removed in ${entry.until}${entry.deprecated ? ` in favour of "${entry.deprecated}"` : ''}.`,
      fixes: [{ title: `Remove "${name}"`, safe: false, edits: [removeDirective(directive)] }],
    })
    return
  }
  if (entry?.since !== undefined) {
    reading.emerg('nginx/unknown-directive', server, { at: 0, words: `nginx ${state.version} has no "${name}" yet: it came with ${entry.since}.` })
    return
  }
  const glued = gluedFix(reading)
  const meant = glued ? undefined : guess(reading)
  reading.emerg('nginx/unknown-directive', server, {
    at: 0,
    words: glued
      ? `"${name}" is read as one word: nginx needs a space before the "(".`
      : `nginx knows no directive "${name}"${meant ? `; did you mean "${meant}"?` : ', nor does any module that webconf knows. If a module of yours brings it, name it in nginx.directives.'}`,
    fixes: glued ?? (meant ? [rename(directive, meant)] : []),
  })
}

/** `if(` and its kin: a name glued to what follows. */
function gluedFix({ directive }: Reading): FindingFix[] | undefined {
  const word = directive.node.words[0]
  if (!word || word.quote || !/^if\(/.test(directive.name)) return undefined
  const at = directive.start + word.start + 2
  return [{ title: 'Insert a space', safe: true, edits: [{ path: directive.source.path, start: at, end: at, newText: ' ' }] }]
}

function rename(directive: PlacedDirective, name: string): FindingFix {
  const word = directive.node.words[0] as Word
  return {
    title: `Write "${name}"`,
    safe: true,
    edits: [{ path: directive.source.path, start: directive.start + word.start, end: directive.start + word.end, newText: name }],
  }
}

/** The names of a context, for guesses; those of nginx itself and of Debian's modules. */
const namesOf = new Map<NginxContext, string[]>()

/** What is thought of for each name, once. */
function guess({ directive, block, state }: Reading): string | undefined {
  const key = `${block.context} ${directive.name}`
  if (!state.guesses.has(key) && state.guesses.size < mostGuesses) state.guesses.set(key, nearestDirective(directive.name, block.context))
  return state.guesses.get(key)
}

/** A text with more unknown names than this is something else than a configuration with slips of the pen. */
const mostGuesses = 200

/** The one directive that differs by a slip or two; those that may stand here come before others. */
function nearestDirective(name: string, context: NginxContext): string | undefined {
  let names = namesOf.get(context)
  if (!names) {
    names = [...new Set([...eachNginxDirective()].filter((entry) => isAllowedIn(entry, context)).map((entry) => entry.name))]
    namesOf.set(context, names)
  }
  const most = name.length < 5 ? 1 : name.length < 10 ? 2 : 3
  let best: string[] = []
  let least = most + 1
  for (const each of names) {
    if (Math.abs(each.length - name.length) > most) continue
    const distance = editDistance(name.toLowerCase(), each.toLowerCase())
    if (distance < least) [best, least] = [[each], distance]
    else if (distance === least) best.push(each)
  }
  return best.length === 1 && least > 0 ? best[0] : least === 0 ? best[0] : undefined
}

const placesOf: Readonly<Record<NginxContext, string>> = {
  any: 'any block',
  main: 'the top level',
  events: '"events"',
  http: '"http"',
  server: '"server"',
  location: '"location"',
  'if-in-server': 'an "if" in "server"',
  'if-in-location': 'an "if" in "location"',
  limit_except: '"limit_except"',
  upstream: '"upstream"',
  stream: '"stream"',
  'stream-server': '"server" of "stream"',
  'stream-upstream': '"upstream" of "stream"',
  mail: '"mail"',
  'mail-server': '"server" of "mail"',
  rtmp: '"rtmp"',
  'rtmp-server': '"server" of "rtmp"',
  'rtmp-application': '"application"',
  'rtmp-recorder': '"recorder"',
  mgmt: '"mgmt"',
  oidc_provider: '"oidc_provider"',
  otel_exporter: '"otel_exporter"',
  acme_issuer: '"acme_issuer"',
}

/** `"x" directive is not allowed here` */
export function misplaced(reading: Reading, entries: readonly NginxEntry[]): void {
  const { directive, block } = reading
  const { name } = directive
  const contexts = [...new Set(entries.flatMap((entry) => entry.contexts))]
  const where = contexts.map((context) => placesOf[context])
  const target = enclosingBlock(reading, contexts)
  reading.emerg('nginx/not-allowed-here', `"${name}" directive is not allowed here`, {
    at: 0,
    words: `"${name}" may not stand in ${placesOf[block.context]}: its place is ${where.length > 1 ? `${where.slice(0, -1).join(', ')} or ${where.at(-1)}` : where[0]}.`,
    fixes: target ? [moveOut(directive, target)] : [],
  })
}

/** The block inside the nearest one around in which the directive may stand: the directive goes before it. */
function enclosingBlock({ block }: Reading, contexts: readonly NginxContext[]): PlacedDirective | undefined {
  for (let at = block; at.outer && at.directive; at = at.outer) {
    if (contexts.includes(at.outer.context) && at.directive.source === block.directive?.source) return at.directive
  }
  return undefined
}

function moveOut(directive: PlacedDirective, before: PlacedDirective): FindingFix {
  const { text, path } = directive.source
  const { start } = placeOfDirective(directive)
  const whole = text.slice(start, directive.start + directive.node.width)
  const target = placeOfDirective(before).start
  const indent = indentOf(before)
  return {
    title: `Move it before "${before.name}"`,
    safe: false,
    edits: [{ path, start: target, end: target, newText: `${whole}\n${indent}` }, removeDirective(directive)],
  }
}

/** `invalid number of arguments in "x" directive` */
export function argumentCount(reading: Reading, entries: readonly NginxEntry[]): void {
  const { directive, values } = reading
  const { name } = directive
  const given = values.length - 1
  const [entry] = entries
  const most = entry?.args.max
  const flag = entry?.flag ? ' ("on" or "off")' : ''
  const wanted = entry ? wantedCount(entry) : ''
  const syntax = entry?.syntax.length
    ? ` Its form: ${entry.syntax
        .map((form) => `${name} ${form}`.trim())
        .slice(0, 2)
        .join('; ')}.`
    : ''
  const fixes = most !== undefined && given > most && name === 'return' ? quoteRest(directive, 1) : []
  reading.emerg('nginx/argument-count', `invalid number of arguments in "${name}" directive`, {
    words: `"${name}" takes ${wanted}${flag}, and here are ${given}.${given > (most ?? given) ? ' A value with spaces needs quotes.' : ''}${syntax}`,
    fixes,
  })
}

function wantedCount({ args, counts }: NginxEntry): string {
  const plural = (count: number): string => (count === 0 ? 'no argument' : count === 1 ? 'one argument' : `${count} arguments`)
  if (counts) return `${counts.slice(0, -1).join(', ')} or ${plural(counts.at(-1) ?? 0)}`
  if (args.max === undefined) return args.min === 0 ? 'any arguments' : `at least ${plural(args.min)}`
  return args.min === args.max ? plural(args.min) : `${args.min} to ${plural(args.max)}`
}

/** Puts the arguments from `from` on into one pair of quotes. */
function quoteRest(directive: PlacedDirective, from: number): FindingFix[] {
  const { args, source } = directive
  const first = args[from]
  const last = args.at(-1)
  if (!first || !last || args.slice(from).some((argument) => argument.quote)) return []
  const text = source.text.slice(first.start, last.end)
  if (/["\n]/.test(text)) return []
  return [{ title: 'Quote the text', safe: false, edits: [{ path: source.path, start: first.start, end: last.end, newText: `"${text}"` }] }]
}

/** `directive "x" has no opening "{"` */
export function hasNoOpening(reading: Reading): void {
  const { directive } = reading
  const { node, source, start } = directive
  const lineEnd = firstLineEnd(directive)
  const inside = lineEnd < node.text.length - 1
  const end = start + (inside ? lineEnd : (node.words.at(-1)?.end ?? 0))
  const at = { path: source.path, start: placeOfDirective(directive).start, end }
  reading.emerg('nginx/syntax', `directive "${directive.name}" has no opening "{"`, {
    words: `"${directive.name}" is a block: a "{" must follow here.`,
    mark: at,
    fixes: inside ? [{ title: 'Insert "{"', safe: true, edits: [{ path: source.path, start: end, end, newText: ' {' }] }] : [],
  })
}

/** The end of the last word on the directive's first line, as an offset in its text. */
function firstLineEnd({ node }: PlacedDirective): number {
  let end = node.words[0]?.end ?? 0
  for (const word of node.words.slice(1)) {
    if (node.text.slice(end, word.start).includes('\n')) break
    end = word.end
  }
  return end
}

/** `directive "x" is not terminated by ";"` */
export function notTerminated(reading: Reading): void {
  const { directive } = reading
  const brace = directive.start + directive.node.text.length - 1
  reading.emerg('nginx/syntax', `directive "${directive.name}" is not terminated by ";"`, {
    words: `"${directive.name}" is no block: nginx expects a ";" and meets a "{".`,
    mark: { path: directive.source.path, start: brace, end: brace + 1 },
  })
}

/**
 * A quantifier's brace in a word without quotes. nginx ends the word before it and opens a block; `setterOn` gives the first error of the
 * directive so cut off, if it has one.
 */
export function unquotedBrace(reading: Reading, setterOn: (cut: PlacedDirective) => string | undefined): void {
  const { directive, entry } = reading
  const { node, source, start } = directive
  const at = node.words.findIndex((word) => word.brace !== undefined)
  const word = node.words[at] as Word
  const brace = word.brace as number
  const head = node.text.slice(word.start, brace)
  const words = [...node.words.slice(0, at), { ...word, end: brace, value: head }]
  const cut: PlacedDirective = {
    ...directive,
    node: { ...node, words, text: node.text.slice(0, brace + 1) },
    args: directive.args.slice(0, at).map((argument, i) => (i === at - 1 ? { ...argument, value: head } : argument)),
  }
  const rest = /^[^\s;{]*/.exec(node.text.slice(brace + 1))?.[0] ?? ''
  const lineOf = (offset: number): number => source.lines.lineAt(start + offset) + 1
  const said = entry.block ? setterOn(cut) : `directive "${directive.name}" is not terminated by ";"`
  const atBrace = lineOf(brace)
  reading.emerg('nginx/syntax', said ?? `unknown directive "${rest}"`, {
    words: 'The "{" of a pattern opens a block for nginx: a regular expression with braces must stand in quotes.',
    mark: { path: source.path, start: start + word.start, end: start + word.end },
    line: said === undefined ? lineOf(node.text.length - 1) : atBrace,
    fixes: [
      {
        title: 'Quote the regular expression',
        safe: true,
        edits: [{ path: source.path, start: start + word.start, end: start + word.end, newText: quoted(node.text.slice(word.start, word.end)) }],
      },
    ],
  })
}

/** The condition of an `if` keeps its bracket outside the quotes. */
function quoted(text: string): string {
  const bracket = /\)$/.test(text) && balance(text) < 0 ? ')' : ''
  const pattern = bracket ? text.slice(0, -1) : text
  const modifier = /^~\*?/.exec(pattern)?.[0] ?? ''
  return `"${modifier}${pattern.slice(modifier.length).replace(/"/g, '\\"')}"${bracket}`
}

/** Opening less closing brackets, escaped ones left out. */
const balance = (text: string): number => (text.replace(/\\./g, '').match(/[()]/g) ?? []).reduce((sum, bracket) => sum + (bracket === '(' ? 1 : -1), 0)
