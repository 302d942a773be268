import type { PlacedDirective } from '../../configuration/placed.ts'
import { parseArgumentLine } from '../../rules/apache/config-test/rewrite-words.ts'
import type { Expression } from '../../syntax/apache/expression/tree.ts'
import { leadingInteger, lowerCase, toBytes } from './bytes.ts'
import { type DirConfig, merged, mergeWalks, rawWords, words } from './dir-config.ts'
import { parseCondition } from './expression.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import type { Entry, Section } from './sections.ts'
import type { Server } from './servers.ts'

/** A `RewriteRule` with its conditions, as mod_rewrite keeps it. */
export interface Rule {
  readonly directive: PlacedDirective
  readonly written: string
  readonly pattern: Pattern | undefined
  readonly negated: boolean
  readonly output: string
  readonly conditions: readonly Condition[]
  readonly flags: ReadonlySet<Flag>
  readonly status: number
  readonly env: readonly string[]
  readonly cookies: readonly string[]
  readonly skip: number
  readonly rounds: number
  readonly type: string | undefined
  readonly handler: string | undefined
  /** Characters of `B=`; undefined where all are escaped. */
  readonly escapes: string | undefined
  readonly unescaped: string | undefined
}

type Flag =
  | 'escape-back-references'
  | 'escape-without-plus'
  | 'escape-controls'
  | 'chain'
  | 'discard-path'
  | 'end'
  | 'status'
  | 'no-substitution'
  | 'last'
  | 'no-escape'
  | 'next'
  | 'no-subrequest'
  | 'no-case'
  | 'proxy'
  | 'pass-through'
  | 'append-query'
  | 'discard-query'
  | 'query-behind-last'
  | 'no-query'
  | 'redirect'
  | 'unsafe-prefix-stat'
  | 'unsafe-allow-3f'
  | 'keep-slashes'

/** A `RewriteCond`. */
export interface Condition {
  readonly directive: PlacedDirective
  readonly input: string
  readonly test: Test
  readonly pattern: string
  readonly regex: Pattern | undefined
  readonly expression: Expression | undefined
  readonly negated: boolean
  readonly noCase: boolean
  readonly orNext: boolean
  readonly noVary: boolean
}

export type Test =
  | 'pattern'
  | 'expression'
  | 'file'
  | 'size'
  | 'folder'
  | 'link'
  | 'executable'
  | 'url'
  | 'file-lookup'
  | 'less'
  | 'less-or-equal'
  | 'equal'
  | 'greater'
  | 'greater-or-equal'
  | 'number-less'
  | 'number-less-or-equal'
  | 'number-equal'
  | 'number-greater'
  | 'number-greater-or-equal'

/** What mod_rewrite is told in one place, merged with what is around. */
export interface RewriteConfig {
  readonly engine: boolean
  readonly engineDirective: PlacedDirective | undefined
  readonly options: ReadonlySet<string>
  readonly base: string | undefined
  /** The folder that patterns are relative to, with its slash; undefined for a server. */
  readonly folder: string | undefined
  readonly rules: readonly Rule[]
}

interface Own extends RewriteConfig {
  readonly engineSet: boolean
  readonly optionsSet: boolean
  readonly baseSet: boolean
}

const names = ['rewriteengine', 'rewriteoptions', 'rewritebase', 'rewritecond', 'rewriterule', 'rewritemap']
const none: Own = {
  engine: false,
  engineDirective: undefined,
  options: new Set(),
  base: undefined,
  folder: undefined,
  rules: [],
  engineSet: false,
  optionsSet: false,
  baseSet: false,
}

/** What a section says, apart from what is around it; undefined where it says nothing to mod_rewrite. */
function ownOf(section: Section): Own | undefined {
  const known = owns.get(section)
  if (known !== undefined) return known ?? undefined
  const made = section.entries.some((entry) => names.includes(entry.directive.name)) ? readOwn(section) : undefined
  owns.set(section, made ?? null)
  return made
}

const owns = new WeakMap<Section, Own | null>()

function readOwn(section: Section): Own {
  const rules: Rule[] = []
  const options = new Set<string>()
  let optionsSet = false
  let conditions: Condition[] = []
  let engine: Entry | undefined
  let base: string | undefined
  for (const entry of section.entries) {
    const { directive } = entry
    switch (directive.name) {
      case 'rewriteengine':
        engine = entry
        break
      case 'rewritebase':
        base = words(directive)[0]
        break
      case 'rewriteoptions':
        optionsSet = true
        for (const option of words(directive)) options.add(lowerCase(option))
        break
      case 'rewritecond': {
        const condition = parseRewriteCond(directive)
        if (condition) conditions.push(condition)
        break
      }
      case 'rewriterule': {
        const rule = parseRewriteRule(directive, conditions)
        if (rule) rules.push(rule)
        conditions = []
      }
    }
  }
  return {
    engine: engine !== undefined && lowerCase(words(engine.directive)[0] ?? '') === 'on',
    engineDirective: engine?.directive,
    engineSet: engine !== undefined,
    options,
    optionsSet,
    base,
    baseSet: base !== undefined,
    folder: section.path === undefined ? undefined : section.path.endsWith('/') ? section.path : `${section.path}/`,
    rules,
  }
}

/** `config_perdir_merge` and `config_server_merge` */
function merge(base: Own, own: Own): Own {
  const options = own.optionsSet ? own.options : base.options
  const down = (option: string): boolean => base.options.has(option) && !options.has('ignoreinherit')
  const engine = own.engineSet ? own : base
  return {
    engine: engine.engine,
    engineDirective: engine.engineDirective,
    engineSet: own.engineSet || base.engineSet,
    options,
    optionsSet: own.optionsSet || base.optionsSet,
    base: options.has('mergebase') && !own.baseSet ? base.base : own.base,
    baseSet: options.has('mergebase') ? own.baseSet || base.baseSet : own.baseSet,
    folder: own.folder,
    rules:
      options.has('inherit') || down('inheritdown')
        ? [...own.rules, ...base.rules]
        : options.has('inheritbefore') || down('inheritdownbefore')
          ? [...base.rules, ...own.rules]
          : own.rules,
  }
}

/** What mod_rewrite has for a folder: the rules of a server are no part of it. */
export const folderRewriting = merged((config: DirConfig): RewriteConfig | undefined => mergeWalks(config, ofFolder, merge))

function ofFolder(section: Section): Own | undefined {
  const own = ownOf(section)
  return own && own.folder === undefined ? { ...own, rules: [] } : own
}

/**
 * What mod_rewrite has for a server; undefined for a virtual host without a line of its own, which has no rules even where the main server hands its own down.
 * `RewriteEngine` is looked at where the request is (`folderRewriting`).
 */
export function serverRewriting(server: Server): RewriteConfig | undefined {
  const known = servers.get(server)
  if (known !== undefined) return known ?? undefined
  const own = ownOf(server.own)
  const made = own && server.at ? merge(ownOf(server.main) ?? none, own) : own
  servers.set(server, made ?? null)
  return made
}

const servers = new WeakMap<Server, RewriteConfig | null>()

/** `cmd_rewritecond` */
function parseRewriteCond(directive: PlacedDirective): Condition | undefined {
  const line = parseArgumentLine(rawWords(directive))
  if (!line) return undefined
  const input = line.first.value
  const flags = flagsOf(line.third?.value).map(([key]) => lowerCase(key))
  const has = (...keys: string[]): boolean => keys.some((key) => flags.includes(key))
  let pattern = line.second.value
  let negated = pattern.startsWith('!')
  if (negated) pattern = pattern.slice(1)
  let test: Test = 'pattern'
  if (lowerCase(input) === 'expr') test = 'expression'
  else if (pattern.length > 1) {
    const number = /^-(lt|le|gt|ge|eq|ne)(?=.)/s.exec(pattern)
    if (pattern.startsWith('-')) {
      if (pattern.length === 2) test = fileTests[pattern.charAt(1)] ?? 'pattern'
      else if (number) {
        test = numberTests[number[1] ?? ''] ?? 'pattern'
        if (number[1] === 'ne') negated = !negated
        pattern = pattern.slice(3)
      }
    } else {
      const sign = /^(?:[<>]=?|=)/.exec(pattern)?.[0]
      if (sign) {
        test = textTests[sign] ?? 'pattern'
        pattern = pattern.slice(sign.length)
        if (sign === '=' && pattern === '""') pattern = ''
      }
    }
  }
  const noCase = has('nc', 'nocase')
  return {
    directive,
    input,
    test,
    pattern,
    regex: test === 'pattern' ? compilePattern(pattern, noCase) : undefined,
    expression: test === 'expression' ? parseCondition(pattern) : undefined,
    negated,
    noCase,
    orNext: has('or', 'ornext'),
    noVary: has('nv', 'novary'),
  }
}

const fileTests: Readonly<Record<string, Test>> = {
  f: 'file',
  s: 'size',
  d: 'folder',
  x: 'executable',
  h: 'link',
  L: 'link',
  l: 'link',
  U: 'url',
  F: 'file-lookup',
}
const numberTests: Readonly<Record<string, Test>> = {
  lt: 'number-less',
  le: 'number-less-or-equal',
  gt: 'number-greater',
  ge: 'number-greater-or-equal',
  eq: 'number-equal',
  ne: 'number-equal',
}
const textTests: Readonly<Record<string, Test>> = {
  '<': 'less',
  '<=': 'less-or-equal',
  '>': 'greater',
  '>=': 'greater-or-equal',
  '=': 'equal',
}

/** `cmd_parseflagfield` */
function flagsOf(text: string | undefined): [key: string, value: string][] {
  if (text === undefined || !text.startsWith('[')) return []
  const flags: [string, string][] = []
  for (const part of text.slice(1, -1).split(',')) {
    const trimmed = part.trim()
    if (trimmed === '') continue
    const equals = trimmed.indexOf('=')
    flags.push(equals < 0 ? [trimmed, ''] : [trimmed.slice(0, equals), trimmed.slice(equals + 1)])
  }
  return flags
}

/** `cmd_rewriterule` */
function parseRewriteRule(directive: PlacedDirective, conditions: readonly Condition[]): Rule | undefined {
  const line = parseArgumentLine(rawWords(directive))
  if (!line) return undefined
  const flags = new Set<Flag>()
  const env: string[] = []
  const cookies: string[] = []
  let status = 302
  let skip = 0
  let rounds = 32000
  let type: string | undefined
  let handler: string | undefined
  let escapes: string | undefined
  let unescaped: string | undefined
  for (const [key, value] of flagsOf(line.third?.value)) {
    switch (lowerCase(key)) {
      case 'b':
      case 'backrefescaping':
        flags.add('escape-back-references')
        if (value !== '') escapes = value
        break
      case 'bne':
        unescaped = value
        break
      case 'bnp':
      case 'backrefernoplus':
        flags.add('escape-without-plus')
        break
      case 'bctls':
        flags.add('escape-controls').add('escape-back-references')
        break
      case 'c':
      case 'chain':
        flags.add('chain')
        break
      case 'co':
      case 'cookie':
        cookies.push(value)
        break
      case 'd':
      case 'dpi':
      case 'discardpath':
        flags.add('discard-path')
        break
      case 'e':
      case 'env':
        env.push(value)
        break
      case 'end':
        flags.add('end')
        break
      case 'f':
      case 'forbidden':
        flags.add('status').add('no-substitution')
        status = 403
        break
      case 'g':
      case 'gone':
        flags.add('status').add('no-substitution')
        status = 410
        break
      case 'h':
      case 'handler':
        handler = value
        break
      case 'l':
      case 'last':
        flags.add('last')
        break
      case 'ne':
      case 'noescape':
        flags.add('no-escape')
        break
      case 'n':
      case 'next':
        flags.add('next')
        if (value !== '') rounds = leadingInteger(value)
        break
      case 'ns':
      case 'nosubreq':
        flags.add('no-subrequest')
        break
      case 'nc':
      case 'nocase':
        flags.add('no-case')
        break
      case 'p':
      case 'proxy':
        flags.add('proxy')
        break
      case 'pt':
      case 'passthrough':
        flags.add('pass-through')
        break
      case 'qsa':
      case 'qsappend':
        flags.add('append-query')
        break
      case 'qsd':
      case 'qsdiscard':
        flags.add('discard-query')
        break
      case 'qsl':
      case 'qslast':
        flags.add('query-behind-last')
        break
      case 'r':
      case 'redirect': {
        flags.add('redirect')
        const named: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303 }
        if (value !== '') {
          status = named[lowerCase(value)] ?? leadingInteger(value)
          if (/^\d/.test(value) && (status < 300 || status >= 400)) flags.add('status').add('no-substitution')
        }
        break
      }
      case 's':
      case 'skip':
        skip = leadingInteger(value)
        break
      case 't':
      case 'type':
        type = value
        break
      case 'unsafeprefixstat':
        flags.add('unsafe-prefix-stat')
        break
      case 'unsafeallow3f':
        flags.add('unsafe-allow-3f')
        break
      case 'unc':
        flags.add('keep-slashes')
    }
  }
  const negated = line.first.value.startsWith('!')
  const written = negated ? line.first.value.slice(1) : line.first.value
  let output = line.second.value
  if (output === '-') flags.add('no-substitution')
  if (output.endsWith('?')) {
    if (flags.has('append-query')) flags.add('query-behind-last')
    else {
      flags.add('no-query')
      output = output.slice(0, -1)
    }
  } else if (flags.has('discard-query') && !output.includes('?')) flags.add('no-query')
  return {
    directive,
    written,
    pattern: compilePattern(written, flags.has('no-case')),
    negated,
    output,
    conditions,
    flags,
    status,
    env,
    cookies,
    skip,
    rounds,
    type,
    handler,
    escapes,
    unescaped,
  }
}

/** The `RewriteMap` of a name: the server's own, else one that it inherits. */
export function rewriteMap(server: Server, name: string): PlacedDirective | undefined {
  const find = (section: Section): PlacedDirective | undefined =>
    section.named.get('rewritemap')?.findLast(({ directive }) => toBytes(directive.args[0]?.value ?? '') === name)?.directive
  const own = find(server.own)
  if (own || !server.at) return own
  const options = serverRewriting(server)?.options
  if (!options) return undefined
  const main = ownOf(server.main) ?? none
  const inherits =
    options.has('inherit') ||
    options.has('inheritbefore') ||
    ((main.options.has('inheritdown') || main.options.has('inheritdownbefore')) && !options.has('ignoreinherit'))
  return inherits ? find(server.main) : undefined
}
