import { moduleIdentifier } from '../../configuration/apache/conditions.ts'
import { plainArguments } from '../../configuration/builder.ts'
import { type Argument, type Configuration, directivesNamed, type Source } from '../../configuration/placed.ts'
import { forEachItem, type Items } from '../../syntax/items.ts'
import { type Directive, nameOf } from '../../syntax/tree.ts'
import { isPlainName, type NameKind, type NameRole, type NameUse, type OwnName, whole, writtenPart } from './name-use.ts'

/** The names in a file, in the order in which they stand. What surrounds the file is not looked at. */
export function apacheNames(source: Source): NameUse[] {
  const uses: NameUse[] = []
  walk(source.tree.items, 0, undefined, source, uses)
  return uses
}

/** Names that are made where a directive is read, by `${…}` or a macro's parameter. */
export function apacheMadeNames(configuration: Configuration): NameUse[] {
  const made: NameUse[] = []
  for (const directive of directivesNamed(configuration, ...naming.keys())) {
    if (directive.plain) continue
    const { source, start } = directive
    for (const { kind, role, argument, from, end } of namesOfDirective(directive.name, directive.args)) {
      const text = argument.value.slice(from, end)
      if (!argument.known || !isPlainName(text) || writtenPart(source, argument, { from, to: end })) continue
      const place = { path: source.path, start: argument.start, end: argument.end }
      made.push({ kind, name: comparable(kind, text), role, place, written: false, directive: start })
    }
  }
  return made
}

/** The parameters of the macro around, longest first. */
interface Macro {
  readonly start: number
  readonly parameters: readonly string[]
}

function walk(items: Items, base: number, macro: Macro | undefined, source: Source, uses: NameUse[]): void {
  forEachItem(items, base, (item, start) => {
    if (item.kind !== 'directive') return
    const name = nameOf(item).toLowerCase()
    directiveNames(item, start, name, macro, source, uses)
    if (!item.block) return
    const inner = name === 'macro' ? { start, parameters: item.words.slice(2).map(({ value }) => value) } : macro
    walk(item.block.items, start + item.text.length, inner, source, uses)
  })
}

function directiveNames(node: Directive, start: number, name: string, macro: Macro | undefined, source: Source, uses: NameUse[]): void {
  const { path } = source
  const holed = (from: number, end: number): boolean => node.words.some((word) => word.holes?.some((hole) => hole.start <= end && from <= hole.end) ?? false)
  const add = (kind: NameKind, role: NameRole, from: number, text: string, more: Partial<NameUse> = {}): void => {
    if (text === '' || holed(from, from + text.length)) return
    const place = { path, start: start + from, end: start + from + text.length }
    uses.push({ kind, name: comparable(kind, text), role, place, written: true, directive: start, ...more })
  }
  if (naming.has(name)) {
    for (const { kind, role, argument, from, end } of namesOfDirective(name, plainArguments(node, start))) {
      const text = argument.value.slice(from, end)
      if (!isPlainName(text) || macro?.parameters.some((parameter) => parameter !== '' && text.includes(parameter))) continue
      const place = writtenPart(source, argument, { from, to: end })
      if (place) add(kind, role, place.start - start, text)
    }
  }
  if (name === 'macro') {
    for (const word of node.words.slice(2)) add('macro parameter', 'definition', word.start + (word.quote ? 1 : 0), word.value, { owner: start })
  }
  const { text } = node
  const find = (pattern: RegExp, each: (text: string, from: number, match: RegExpMatchArray) => void): void => {
    for (const match of text.matchAll(pattern)) {
      const found = match[1] ?? ''
      each(found, match.index + match[0].lastIndexOf(found), match)
    }
  }
  if (macro) {
    const { parameters } = macro
    const known = parameters.filter((parameter) => parameter !== '' && text.includes(parameter)).sort((a, b) => b.length - a.length)
    if (known.length > 0) {
      const all = new RegExp(known.map((parameter) => parameter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g')
      for (const match of text.matchAll(all)) add('macro parameter', 'reference', match.index, match[0], { owner: macro.start })
    }
  }
  if (text.includes('${')) {
    for (const match of text.matchAll(/\$\{([^}:\s]+)\}/g))
      if (!macro?.parameters.includes(match[0])) add('define', 'reference', match.index + 2, match[1] ?? '')
    if (name === 'rewriterule' || name === 'rewritecond')
      for (const match of text.matchAll(/\$\{([\w.-]+):/g)) add('rewrite map', 'reference', match.index + 2, match[1] ?? '')
  }
  const environment = (found: string, from: number, role: NameRole = 'reference'): void => {
    const redirected = /^(?:REDIRECT_)+(?=.)/.exec(found)?.[0].length ?? 0
    const plain = found.slice(redirected)
    if (plain.startsWith('MATCH_') && plain.length > 6) add('named group', role, from + redirected + 6, plain.slice(6), { inCapitals: true })
    else add('environment variable', role, from + redirected, plain)
  }
  if (text.includes('%{')) {
    find(/%\{(?:req)?env:([\w.-]+)\}/gi, (found, from) => environment(found, from))
    if (formatting.has(name)) find(/%[\d,!<>]*\{([\w.-]+)\}e/g, (found, from) => environment(found, from))
  }
  if (withConditions.has(name)) find(/(?:^|\s)["']?(?:from\s+)?env=!?([\w.-]+)/gi, (found, from) => environment(found, from))
  if (/\benv\s*\(/i.test(text) || text.includes('reqenv')) find(/\b(?:req)?env\s*\(\s*["']([\w.-]+)["']/gi, (found, from) => environment(found, from))
  if (name === 'rewriterule') {
    const flags = node.words[3]
    if (flags) {
      for (const match of flags.value.matchAll(/(?:^\[|,)\s*E(?:NV)?=(!?)([^:,\]\s]+)/gi)) {
        const found = match[2] ?? ''
        if (isPlainName(found))
          environment(found, flags.start + (flags.quote ? 1 : 0) + match.index + match[0].length - found.length, match[1] ? 'reference' : 'definition')
      }
    }
  }
  if (text.includes('balancer://')) {
    const role = name === 'proxy' ? 'definition' : name === 'balancermember' && /^balancer:/i.test(node.words[1]?.value ?? '') ? 'both' : 'reference'
    // A path follows the name, also where a capture or a variable brings it.
    const named = /^(rewriterule|proxypassmatch)$/.test(name) ? /balancer:\/\/([^/\s"'>|?$%]+)/gi : /balancer:\/\/([^/\s"'>|?]+)/gi
    find(named, (found, from) => {
      if (isPlainName(found)) add('balancer', role, from, found)
    })
  }
  if (name.endsWith('match') && name !== 'proxypassmatch') {
    for (const match of text.matchAll(/(?<!\\)\(\?(?:P?<|')([A-Za-z_]\w*)(?=[>'])/g))
      add('named group', 'definition', match.index + match[0].length - (match[1] ?? '').length, match[1] ?? '')
  }
}

/** The names that the arguments of a directive are, by its name in small letters. */
function namesOfDirective(name: string, args: readonly Argument[]): OwnName[] {
  return naming.get(name)?.(args) ?? []
}

const each = (kind: NameKind, role: NameRole, args: readonly Argument[]): OwnName[] => args.flatMap((argument) => whole(kind, role, argument))

const behindBang = (kind: NameKind, argument: Argument | undefined): OwnName[] => whole(kind, 'reference', argument, argument?.value.startsWith('!') ? 1 : 0)

/** `process-group=name`, the name perhaps in quotes of its own. */
const processGroupOption = (args: readonly Argument[]): OwnName[] =>
  args.flatMap((argument) => {
    const match = /^process-group=(["']?)([^"']+)/.exec(argument.value)
    const from = 14 + (match?.[1]?.length ?? 0)
    return match?.[2] ? [{ kind: 'process group' as const, role: 'reference' as const, argument, from, end: from + match[2].length }] : []
  })

/** `SetEnvIf attribute pattern NAME[=value] !NAME …`: names from an argument on. */
const environmentNames = (args: readonly Argument[], from: number): OwnName[] =>
  args.slice(from).flatMap((argument) => {
    const match = /^(!?)([^=]+)/.exec(argument.value)
    if (!match?.[2]) return []
    const start = match[1] ? 1 : 0
    return [
      {
        kind: 'environment variable' as const,
        role: match[1] ? ('reference' as const) : ('definition' as const),
        argument,
        from: start,
        end: start + match[2].length,
      },
    ]
  })

const provider = (args: readonly Argument[]): OwnName[] => each('authentication provider', 'reference', args)
const formatUsed = (args: readonly Argument[]): OwnName[] => (/[%\s]/.test(args[1]?.value ?? '') ? [] : whole('log format', 'reference', args[1]))

const naming: ReadonlyMap<string, (args: readonly Argument[]) => OwnName[]> = new Map([
  ['define', ([name]) => whole('define', 'definition', name)],
  ['undefine', ([name]) => whole('define', 'reference', name)],
  ['ifdefine', ([name]) => behindBang('define', name)],
  ['macro', ([name]) => whole('macro', 'definition', name)],
  ['use', ([name]) => whole('macro', 'reference', name)],
  ['undefmacro', ([name]) => whole('macro', 'reference', name)],
  ['wsgidaemonprocess', ([name]) => whole('process group', 'definition', name)],
  ['wsgiprocessgroup', ([name]) => whole('process group', 'reference', name)],
  ['wsgirestrictprocess', (args) => each('process group', 'reference', args)],
  ['wsgiscriptalias', processGroupOption],
  ['wsgiscriptaliasmatch', processGroupOption],
  ['wsgiimportscript', processGroupOption],
  ['authnprovideralias', ([, alias]) => whole('authentication provider', 'definition', alias)],
  ['authbasicprovider', provider],
  ['authdigestprovider', provider],
  ['authformprovider', provider],
  ['authzprovideralias', ([, alias]) => whole('authorization provider', 'definition', alias)],
  [
    'require',
    (args) => {
      const [first, ...rest] = args[0]?.value.toLowerCase() === 'not' ? args.slice(1) : args
      return first?.value.toLowerCase() === 'env' ? each('environment variable', 'reference', rest) : whole('authorization provider', 'reference', first)
    },
  ],
  ['loadmodule', ([name]) => whole('module', 'definition', name)],
  ['ifmodule', ([name]) => behindBang('module', name)],
  ['logformat', ([, name]) => whole('log format', 'definition', name)],
  ['customlog', formatUsed],
  ['globallog', formatUsed],
  ['rewritemap', ([name]) => whole('rewrite map', 'definition', name)],
  ['setenv', ([name]) => whole('environment variable', 'definition', name)],
  ['unsetenv', (args) => each('environment variable', 'reference', args)],
  ['passenv', (args) => each('environment variable', 'definition', args)],
  ['setenvif', (args) => environmentNames(args, 2)],
  ['setenvifnocase', (args) => environmentNames(args, 2)],
  ['setenvifexpr', (args) => environmentNames(args, 1)],
  ['browsermatch', (args) => environmentNames(args, 1)],
  ['browsermatchnocase', (args) => environmentNames(args, 1)],
])

/** Where `%{NAME}e` stands for an environment variable. */
const formatting: ReadonlySet<string> = new Set(['logformat', 'customlog', 'globallog', 'transferlog', 'errorlogformat', 'header', 'requestheader'])

/** Where `env=NAME` makes it depend on an environment variable. */
const withConditions: ReadonlySet<string> = new Set(['customlog', 'globallog', 'header', 'requestheader', 'allow', 'deny'])

/** As the server compares names of the kind. */
function comparable(kind: NameKind, text: string): string {
  switch (kind) {
    case 'module':
      return moduleIdentifier(text) ?? text
    case 'macro':
    case 'log format':
    case 'environment variable':
    case 'balancer':
    case 'named group':
      return text.toLowerCase()
    default:
      return text
  }
}
