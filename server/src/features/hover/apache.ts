import { type ApacheContext, type ApacheEntry, apacheDirectives, apacheModules } from '../../catalog/apache/catalog.ts'
import { apacheDirectivePage } from '../../catalog/apache/descriptions.ts'
import { type Argument, type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { toByteText } from '../../regex/bytes.ts'
import { parsePattern } from '../../regex/parse.ts'
import { nameOf, type Word } from '../../syntax/tree.ts'
import { isAbsolute, join, normalize } from '../../workspace/path.ts'
import type { Cursor } from '../lib/cursor.ts'
import { describeDirective, describeVariable } from '../lib/describe.ts'
import { filesReadBy } from '../lib/includes.ts'
import { code, counted, fenced, listed, paragraphs, shownPath, whereIsDirective } from '../lib/markdown.ts'
import { inWorkspace } from '../lib/paths.ts'
import { exampleOf, groupsOf } from '../lib/pattern-words.ts'
import { sizeInWords, timeInWords } from '../lib/units.ts'
import { type DocumentView, type NodeAt, placementsOf } from '../lib/view.ts'
import { effectHere } from './apache-effective.ts'
import { captureInWords, conditionPatternInWords, flagAt, ruleInWords, rulePatternInWords } from './apache-rewrite.ts'
import { sectionInWords } from './apache-sections.ts'
import { aliasOptions, bytesOf, daemonOptions, logLetters, logLevels, optionWords, overrideWords, secondsOf } from './apache-words.ts'
import { type Said, saidInAll } from './said.ts'

type Placement = ReturnType<typeof placementsOf>[number]

export function hoverApache(view: DocumentView, cursor: Cursor): Said | undefined {
  const { at } = cursor
  if (at.kind === 'name' && at.directive) return { text: ofName(view, at.directive), start: at.start, end: at.end }
  if (at.kind !== 'argument' || !at.word || at.word.holes) return undefined
  return ofArgument(view, at.directive, at.word, cursor.offset)
}

// ---- names

function ofName(view: DocumentView, at: NodeAt): string {
  const name = nameOf(at.node).replace(/^</, '')
  const section = at.node.block !== undefined
  const entries = apacheDirectives(name).filter((each) => each.section === section)
  const entry = entries[0]
  if (!entry) return ''
  const shown = section ? `<${entry.name}>` : entry.name
  const description = describeDirective('apache', section ? `<${entry.name}` : entry.name)
  return paragraphs(
    `**${shown.replace(/^</, '\\<')}**${description === undefined ? '' : ` — ${description}`}`,
    facts(entries, entry),
    saidInAll(placementsOf(view, at), (placement) => here(view, placement)),
  )
}

function facts(entries: readonly ApacheEntry[], entry: ApacheEntry): string {
  const page = apacheDirectivePage(entry.name, entry.module, entry.source, entry.syntax !== undefined)
  const modules = entries.filter((each) => each.source === entry.source && each.until === entry.until)
  const classes = entry.overrides.filter((each) => each in overrideClasses)
  const [override] = classes
  const rest = [
    entry.default === undefined ? '' : `default ${code(entry.default.replace(new RegExp(`^${entry.name}\\s+`, 'i'), ''))}`,
    entry.contexts.map((each) => contexts[each]).join(', '),
    override !== undefined && classes.length === 1 && entry.contexts.includes('htaccess') ? `\`AllowOverride ${overrideClasses[override]}\`` : '',
    modules.length > 1 && modules.every(({ module }) => isMpm(module)) ? 'every MPM' : `\`${entry.module}\``,
    entry.since === undefined ? '' : `since ${entry.since}`,
    entry.until === undefined ? '' : `until ${entry.until}`,
    page === undefined ? '' : `[${entry.source === 'wsgi' ? 'modwsgi.readthedocs.io' : 'httpd.apache.org'}](${page})`,
  ].filter((each) => each !== '')
  return paragraphs(entry.syntax === undefined ? undefined : fenced('apacheconf', [entry.syntax.replaceAll('*', '')]), rest.join(' · '))
}

const isMpm = (module: string): boolean => !apacheModules().some((each) => each.name === module && each.name.startsWith('mod_'))

const contexts: Readonly<Record<ApacheContext, string>> = {
  server: 'server',
  virtualhost: 'virtual host',
  directory: 'folder sections',
  htaccess: '`.htaccess`',
  proxy: '`<Proxy>`',
}

const overrideClasses: Readonly<Record<string, string>> = {
  authconfig: 'AuthConfig',
  fileinfo: 'FileInfo',
  indexes: 'Indexes',
  limit: 'Limit',
  options: 'Options',
}

function here(view: DocumentView, { directive, configuration: understood }: Placement): string | undefined {
  const { configuration } = understood
  if (directive.presence === 'absent') return undefined
  if (directive.node.block) return sectionInWords(view, directive, configuration)
  switch (directive.name) {
    case 'rewriterule':
      return ruleInWords(view, directive, configuration)
    case 'include':
    case 'includeoptional':
      return includedInWords(view, directive, configuration)
    case 'define':
      return definitionInWords(view, directive, configuration)
    case 'wsgiscriptalias':
      return processInWords(view, directive, understood.applications)
    default:
      return effectHere(view, directive, configuration)
  }
}

function includedInWords(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const files = filesReadBy(directive, configuration)
  if (files.length === 0) return undefined
  return `**Here:** reads ${counted(files.length, 'file')}: ${listed(
    files.map((path) => code(shownPath(view, path))),
    6,
  )}.`
}

function definitionInWords(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const name = directive.args[0]?.value
  if (name === undefined) return undefined
  const others = directivesNamed(configuration, 'define').filter((each) => each !== directive && each.presence !== 'absent' && each.args[0]?.value === name)
  return others.length === 0
    ? undefined
    : `**Here:** it is defined elsewhere, too: ${listed(
        others.map((each) => whereIsDirective(view, each)),
        3,
      )}.`
}

/** Where mod_wsgi runs the application of an alias. */
function processInWords(view: DocumentView, directive: PlacedDirective, applications: Placement['configuration']['applications']): string | undefined {
  const application = applications.find((each) => each.kind === 'mod_wsgi' && each.directive === directive)
  if (application?.kind !== 'mod_wsgi') return undefined
  const { process } = application
  if (process.mode === 'embedded') return "**Here:** runs in Apache's own processes."
  if (process.mode !== 'daemon') return undefined
  const definition = process.definition ? ` (${whereIsDirective(view, process.definition)})` : ''
  return `**Here:** runs in the daemon processes ${code(process.name)}${definition}.`
}

// ---- arguments

function ofArgument(view: DocumentView, at: NodeAt, word: Word, offset: number): Said | undefined {
  const start = at.start + word.start
  const end = at.start + word.end
  const written = view.source.text.slice(start, end)
  const placements = placementsOf(view, at)
  const name = nameOf(at.node).toLowerCase()
  const inWord = offset - start
  const definition = partAt(written, inWord, /\$\{([^}:]+)\}/g)
  if (definition) {
    const text = saidInAll(placements, (placement) => defineInWords(view, placement, definition.text, start, written))
    return text === undefined ? undefined : { text, start: start + definition.start, end: start + definition.end }
  }
  const inside = insideWord(view, name, written, inWord, placements)
  if (inside) return { text: inside.text, start: start + inside.start, end: start + inside.end }
  const text = saidInAll(placements, (placement) => argumentHere(view, placement, start)) ?? plain(name, word.value, at.node.words.indexOf(word) - 1)
  return text === undefined || text === '' ? undefined : { text, start, end }
}

/** The part of a text that fits a pattern and has an offset in it or at its end; `text` is its first group. */
function partAt(text: string, offset: number, pattern: RegExp): Said | undefined {
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length
    if (offset >= match.index && offset <= end) return { text: match[1] ?? match[0], start: match.index, end }
  }
  return undefined
}

/** `${NAME}`: what stands in its place here. */
function defineInWords(
  view: DocumentView,
  { directive, configuration: { configuration } }: Placement,
  name: string,
  start: number,
  written: string,
): string | undefined {
  const from = directivesNamed(configuration, 'define').filter(
    (each) => each.presence === 'present' && each.order < directive.order && each.args[0]?.value === name,
  )
  const value = replacementOf(directive.args, name, start, written)
  if (value === undefined) return undefined
  const last = from.at(-1)
  return `\`$\{${name}}\` is ${code(value)} here${last ? ` (${whereIsDirective(view, last)})` : ''}.`
}

/** What a word's only `${NAME}` was replaced by: what the value has between the texts around it. */
function replacementOf(args: readonly Argument[], name: string, start: number, written: string): string | undefined {
  const argument = args.find((each) => each.start <= start && each.end > start)
  const plainWord = written.replace(/^["']|["']$/g, '')
  const [before = '', after, ...more] = plainWord.split(`$\{${name}}`)
  if (!argument?.known || after === undefined || more.length > 0 || /\$\{/.test(before + after)) return undefined
  const { value } = argument
  if (!value.startsWith(before) || !value.endsWith(after) || value.length < before.length + after.length) return undefined
  return value.slice(before.length, value.length - after.length)
}

/** A variable, capture, flag or format letter in a word. */
function insideWord(view: DocumentView, name: string, written: string, offset: number, placements: readonly Placement[]): Said | undefined {
  if (name === 'rewriterule' || name === 'rewritecond') {
    const capture = partAt(written, offset, /([$%]\d)(?!\d)/g)
    const argument = capture && placements[0]?.directive
    if (capture && argument && !isPattern(name, written, placements)) {
      const text = saidInAll(placements, ({ directive, configuration }) =>
        captureInWords(view, capture.text.charAt(0), Number(capture.text.charAt(1)), directive, configuration.configuration),
      )
      return text === undefined ? undefined : { ...capture, text }
    }
    if (written.startsWith('[') && written.endsWith(']')) return flagAt(written, offset)
  }
  if (logging.has(name)) {
    const letter = partAt(written, offset, /(%[<>!\d,]*(?:\{[^}]*\})?\^?[A-Za-z%]+?)/g)
    return letter && formatInWords(letter)
  }
  // Elsewhere in a header `%{NAME}e` is a variable of the environment (`mod_headers.c`).
  if (!withVariables.has(name) || (/^(?:request)?header$/.test(name) && !/^["']?expr=/.test(written))) return undefined
  const variable = partAt(written, offset, /%\{([^{}%]+)(?:\}|(?=%\{))/g)
  const text = variable && variableInWords(variable.text)
  return variable && text !== undefined ? { ...variable, text } : undefined
}

/** Whether the written word is the pattern of a rule or condition, in which `$1` and `%1` are none. */
const isPattern = (name: string, written: string, placements: readonly Placement[]): boolean => {
  const argument = placements[0]?.directive.args[name === 'rewriterule' ? 0 : 1]
  return argument !== undefined && argument.value === written.replace(/^["']|["']$/g, '')
}

const withVariables: ReadonlySet<string> = new Set([
  'rewriterule',
  'rewritecond',
  'if',
  'elseif',
  'require',
  'setenvifexpr',
  'header',
  'requestheader',
  'redirect',
  'errordocument',
  'logmessage',
])
const logging: ReadonlySet<string> = new Set(['logformat', 'customlog', 'globallog', 'transferlog'])

/** `%{NAME}`, with mod_rewrite's prefixes and the functions of expressions. */
function variableInWords(text: string): string | undefined {
  const colon = text.indexOf(':')
  if (colon < 0) {
    const description = describeVariable('apache', text)
    return description && `\`%{${text}}\` — ${description}`
  }
  const [prefix, rest] = [text.slice(0, colon), text.slice(colon + 1)]
  switch (prefix.toUpperCase()) {
    case 'HTTP':
      return `\`%{${text}}\` — The ${code(rest)} header of the request.`
    case 'ENV':
      return `\`%{${text}}\` — The variable ${code(rest)} of the environment of the request.`
    case 'SSL':
      return `\`%{${text}}\` — The variable ${code(rest)} of mod_ssl.`
    case 'LA-U':
      return `\`%{${text}}\` — ${code(rest)} as it will be, found by a subrequest for the URL.`
    case 'LA-F':
      return `\`%{${text}}\` — ${code(rest)} as it will be, found by a subrequest for the file.`
    default: {
      const description = describeVariable('apache', `${prefix}:`)
      return description && `\`${prefix}:\` — ${description}`
    }
  }
}

function formatInWords(part: Said): Said | undefined {
  const match = /^%[<>!\d,]*(?:\{([^}]*)\})?(\^?[A-Za-z%]+)$/.exec(part.text)
  const words = logLetters.get(match?.[2] ?? '')
  if (words === undefined) return undefined
  const named = match?.[1] === undefined ? '' : `: ${code(match[1])}`
  return { ...part, text: `\`${part.text}\` — ${words.charAt(0).toUpperCase()}${words.slice(1)}${named}.` }
}

/** What an argument means where it stands. */
function argumentHere(view: DocumentView, { directive, configuration: understood }: Placement, start: number): string | undefined {
  const { configuration } = understood
  const index = directive.args.findIndex((argument) => argument.start <= start && argument.end > start)
  const argument = directive.args[index]
  if (!argument?.known || directive.presence === 'absent') return undefined
  if (directive.name === 'rewriterule' && index === 0) return rulePatternInWords(directive, configuration)
  if (directive.name === 'rewritecond' && index === 1) return conditionPatternInWords(directive)
  if (patternAt(directive) === index) return patternInWords(directive, argument)
  if (directive.node.block && !directive.name.endsWith('match') && directive.name !== 'directory') return sectionInWords(view, directive, configuration)
  if (pathAt(directive) === index) {
    const parts = paragraphs(
      pathInWords(view, directive, argument, understood),
      directive.name === 'directory' ? sectionInWords(view, directive, configuration) : undefined,
    )
    return parts === '' ? undefined : parts
  }
  return undefined
}

// ---- regular expressions

const patternArguments: ReadonlyMap<string, number> = new Map([
  ['aliasmatch', 0],
  ['scriptaliasmatch', 0],
  ['redirectmatch', -1],
  ['proxypassmatch', 0],
  ['wsgiscriptaliasmatch', 0],
  ['directorymatch', 0],
  ['filesmatch', 0],
  ['locationmatch', 0],
  ['proxymatch', 0],
  ['setenvif', 1],
  ['setenvifnocase', 1],
  ['browsermatch', 0],
  ['browsermatchnocase', 0],
])

function patternAt({ name, args }: PlacedDirective): number | undefined {
  if (name === 'redirectmatch')
    return args.length === 3 || (args.length === 2 && /^(?:permanent|temp|seeother|gone|\d{3})$/i.test(args[0]?.value ?? '')) ? 1 : 0
  if ((name === 'directory' || name === 'files' || name === 'location') && args[0]?.value === '~') return 1
  return patternArguments.get(name)
}

function patternInWords(directive: PlacedDirective, { value }: Argument): string | undefined {
  const pattern = parsePattern(toByteText(value), directive.name.endsWith('nocase'))
  if (!pattern) return undefined
  const example = exampleOf(pattern)
  return paragraphs(
    `Regular expression, ${pattern.caseless ? 'in any letter case' : 'letter case counts'}.`,
    groupsOf(pattern),
    example === undefined || example === '' ? undefined : `Fits ${code(example)}.`,
  )
}

// ---- paths

const pathArguments: ReadonlyMap<string, number> = new Map([
  ['documentroot', 0],
  ['directory', 0],
  ['alias', 1],
  ['scriptalias', 1],
  ['wsgiscriptalias', 1],
  ['errorlog', 0],
  ['customlog', 0],
  ['sslcertificatefile', 0],
  ['sslcertificatekeyfile', 0],
  ['sslcertificatechainfile', 0],
  ['sslcacertificatefile', 0],
  ['include', 0],
  ['includeoptional', 0],
  ['loadmodule', 1],
  ['authuserfile', 0],
  ['authgroupfile', 0],
  ['pidfile', 0],
  ['typesconfig', 0],
  ['wsgipythonhome', 0],
])

const pathAt = ({ name, args }: PlacedDirective): number | undefined =>
  (name === 'alias' || name === 'scriptalias') && args.length === 1 ? 0 : pathArguments.get(name)

/** Where a path leads: from ServerRoot on (`ap_server_root_relative`), in the workspace, and for which URLs. */
function pathInWords(
  view: DocumentView,
  directive: PlacedDirective,
  { value }: Argument,
  { configuration, paths }: Placement['configuration'],
): string | undefined {
  if (/^\||^syslog\b|%/.test(value) || value === '') return undefined
  if (directive.name === 'include' || directive.name === 'includeoptional') return includedInWords(view, directive, configuration)
  const { serverRoot } = configuration
  const relative = !isAbsolute(value) && directive.name !== 'directory'
  if (relative && serverRoot === undefined) return 'Counted from `ServerRoot`.'
  const path = relative ? join(serverRoot ?? '/', value) : normalize(value)
  if (!isAbsolute(path)) return undefined
  return paragraphs(
    relative ? `${code(path)}, counted from \`ServerRoot\`.` : undefined,
    mappingInWords(directive, value),
    /[*?[]/.test(path) ? undefined : inWorkspace(view, paths, path),
  )
}

function mappingInWords({ name, args }: PlacedDirective, value: string): string | undefined {
  if (name === 'documentroot') return `${code('/app.css')} → ${code(`${value.replace(/\/$/, '')}/app.css`)}`
  const url = args[0]
  if (name !== 'alias' || args.length !== 2 || !url?.known || /\.\w+$/.test(url.value)) return undefined
  // What follows the URL is put behind the path as it is.
  const rest = url.value.endsWith('/') ? 'app.css' : '/app.css'
  return `${code(url.value + rest)} → ${code(value + rest)}`
}

// ---- words and numbers

function plain(name: string, value: string, index: number): string | undefined {
  const lower = value.toLowerCase()
  if (name === 'options') {
    const words = optionWords.get(lower.replace(/^[+-]/, ''))
    return words !== undefined && lower.startsWith('-') ? `Not: ${words.charAt(0).toLowerCase()}${words.slice(1)}` : words
  }
  if (name === 'allowoverride') return overrideWords.get(lower.replace(/=.*/, ''))
  if (name === 'loglevel') return logLevels.get(lower.replace(/^[\w.]+:/, ''))
  if (name === 'wsgidaemonprocess' && index > 0) return daemonOptions.get(value.replace(/=.*/s, ''))
  if ((name === 'wsgiscriptalias' || name === 'wsgiscriptaliasmatch' || name === 'wsgiimportscript') && index > 0)
    return aliasOptions.get(value.replace(/=.*/s, ''))
  if (/^expires(?:default|bytype)$/.test(name)) return expirationInWords(value)
  if (index !== 0) return undefined
  const number = /^(\d+)(ms)?$/.exec(value)
  const amount = Number(number?.[1])
  if (!number || amount === 0) return undefined
  if (secondsOf.has(name)) return `${timeInWords(number[2] ? amount / 1000 : amount)}.`
  return bytesOf.has(name) && !number[2] ? `${sizeInWords(amount)}.` : undefined
}

/** `A3600`, `access plus 1 month 2 days` (`mod_expires.c: check_code`). */
function expirationInWords(value: string): string | undefined {
  const short = /^([AM])(\d+)$/.exec(value)
  if (short) return `${timeInWords(Number(short[2]))} after ${short[1] === 'A' ? 'the request' : 'the last change of the file'}.`
  const [base = '', ...rest] = value.trim().split(/\s+/)
  const from = /^(?:access|now)$/i.test(base) ? 'the request' : /^modification$/i.test(base) ? 'the last change of the file' : undefined
  if (from === undefined) return undefined
  const words = rest[0]?.toLowerCase() === 'plus' ? rest.slice(1) : rest
  let seconds = 0
  for (let i = 0; i + 1 < words.length; i += 2) {
    const unit = units.find(([name]) => words[i + 1]?.toLowerCase().startsWith(name))
    if (!/^\d+$/.test(words[i] ?? '') || !unit) return undefined
    seconds += Number(words[i]) * unit[1]
  }
  return words.length === 0 || words.length % 2 === 1 ? undefined : `${timeInWords(seconds)} after ${from}.`
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const
