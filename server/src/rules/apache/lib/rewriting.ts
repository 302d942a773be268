import { type Argument, type Configuration, directivesNamed, type PlacedDirective } from '../../../configuration/placed.ts'
import { derived } from '../../../workspace/derived.ts'
import type { FindingEdit } from '../../rule.ts'
import { isRead } from '../config-test/conditions.ts'

/** A `RewriteRule` with the conditions that are tested for it. */
export interface Rewrite {
  readonly directive: PlacedDirective
  readonly patternArgument: Argument
  /** Without its `!`. */
  readonly pattern: string
  readonly negated: boolean
  readonly targetArgument: Argument
  readonly target: string
  /** By the short names (`r`, `l`, `ne`), in lower case. */
  readonly flags: ReadonlyMap<string, string>
  readonly conditions: readonly PlacedDirective[]
}

/** What mod_rewrite is told in one place: the server, a virtual host, a folder. */
export interface RewriteScope {
  readonly section: PlacedDirective | undefined
  /** `server`: patterns meet the URL's path; `folder`: what remains of it behind the folder; `other`: a `<Location>`, or not known. */
  readonly kind: 'server' | 'folder' | 'other'
  /** Everything in it is read, and known word by word. */
  readonly certain: boolean
  readonly rules: readonly Rewrite[]
  /** Conditions behind which no rule comes. */
  readonly stray: readonly PlacedDirective[]
  readonly engine: readonly PlacedDirective[]
  readonly base: readonly PlacedDirective[]
  readonly options: readonly PlacedDirective[]
}

const names = ['rewriterule', 'rewritecond', 'rewriteengine', 'rewritebase', 'rewriteoptions'] as const

/** All places in which something is rewritten, in the server's order. */
export const rewriteScopesOf = derived((configuration: Configuration): readonly RewriteScope[] => {
  const groups = new Map<PlacedDirective | string, PlacedDirective[]>()
  for (const directive of directivesNamed(configuration, ...names)) {
    if (directive.presence === 'absent') continue
    // Of the files of a folder that nothing includes it is not known which are read together.
    const key = directive.parent ?? (configuration.whole ? '' : directive.source.path)
    const group = groups.get(key)
    if (group) group.push(directive)
    else groups.set(key, [directive])
  }
  return [...groups.values()].map((group) => scopeOf(group, configuration))
})

function scopeOf(group: readonly PlacedDirective[], configuration: Configuration): RewriteScope {
  const rules: Rewrite[] = []
  let conditions: PlacedDirective[] = []
  for (const directive of group) {
    if (directive.name === 'rewritecond') conditions.push(directive)
    if (directive.name !== 'rewriterule') continue
    const [pattern, target, flags] = directive.args
    if (pattern && target) {
      const negated = pattern.value.startsWith('!')
      rules.push({
        directive,
        patternArgument: pattern,
        pattern: negated ? pattern.value.slice(1) : pattern.value,
        negated,
        targetArgument: target,
        target: target.value,
        flags: flagsOf(flags?.value ?? ''),
        conditions,
      })
    }
    conditions = []
  }
  const section = group[0]?.parent
  const named = (name: string): PlacedDirective[] => group.filter((each) => each.name === name)
  return {
    section,
    kind: kindOf(section, configuration),
    certain: group.every((each) => isRead(each) && !each.source.templated && each.args.every((argument) => argument.known)),
    rules,
    stray: conditions,
    engine: named('rewriteengine'),
    base: named('rewritebase'),
    options: named('rewriteoptions'),
  }
}

function kindOf(section: PlacedDirective | undefined, configuration: Configuration): RewriteScope['kind'] {
  if (section) {
    if (section.name === 'virtualhost') return 'server'
    return section.name === 'directory' && section.args[0]?.value !== '~' ? 'folder' : 'other'
  }
  if (!configuration.contextKnown) return 'other'
  if (configuration.context === 'htaccess' || configuration.context === 'directory') return 'folder'
  return configuration.context === 'server' || configuration.context === 'virtualhost' ? 'server' : 'other'
}

const shortNames: Readonly<Record<string, string>> = {
  redirect: 'r',
  last: 'l',
  noescape: 'ne',
  nocase: 'nc',
  passthrough: 'pt',
  proxy: 'p',
  forbidden: 'f',
  gone: 'g',
  chain: 'c',
  next: 'n',
  skip: 's',
  qsappend: 'qsa',
  qsdiscard: 'qsd',
  ornext: 'or',
  cookie: 'co',
  env: 'e',
  handler: 'h',
  type: 't',
  nosubreq: 'ns',
}

/** The flags in brackets, by their short names. */
export function flagsOf(text: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>()
  for (const each of text.replace(/^\[|\]$/g, '').split(',')) {
    const [key = '', ...value] = each.trim().split('=')
    if (key === '') continue
    const name = key.toLowerCase()
    flags.set(shortNames[name] ?? name, value.join('='))
  }
  return flags
}

/** Whether a rule ends the list for the requests that it fits. */
export const ends = ({ flags }: Rewrite): boolean =>
  ['l', 'end', 'f', 'g'].some((flag) => flags.has(flag)) || (flags.has('r') && !/^3|^$|^[a-z]/.test(flags.get('r') ?? ''))

/** Whether the answer is a redirection: asked for, or because the target is a URL of another host. */
export const redirects = ({ flags, target }: Rewrite): boolean =>
  !flags.has('p') && (flags.has('r') ? /^$|^3|^[a-z]/.test(flags.get('r') ?? '') : /^https?:\/\//i.test(target))

/** Whether a `|` stands in it outside of all groups and classes. */
export function hasTopLevelChoice(pattern: string): boolean {
  let depth = 0
  let inClass = false
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern.charAt(i)
    if (ch === '\\') i++
    else if (inClass) inClass = ch !== ']'
    else if (ch === '[') inClass = true
    else if (ch === '(') depth++
    else if (ch === ')') depth--
    else if (ch === '|' && depth === 0) return true
  }
  return false
}

/** Adds a flag to a rule, in its brackets or in new ones. */
export function addFlag(directive: PlacedDirective, flag: string): FindingEdit | undefined {
  const flags = directive.args[2]
  const { path, text } = directive.source
  if (!flags) {
    const last = directive.args.at(-1)
    return last && { path, start: last.end, end: last.end, newText: ` [${flag}]` }
  }
  const bracket = text.lastIndexOf(']', flags.end)
  return bracket < flags.start ? undefined : { path, start: bracket, end: bracket, newText: `,${flag}` }
}
