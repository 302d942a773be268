import type { PlacedDirective } from '../../configuration/placed.ts'
import type { Ledger } from '../ledger.ts'
import { isLostByBreak, type Landings, type Refusal, refusalsOf } from './landings.ts'
import type { Place } from './places.ts'
import { valuesOf } from './settings.ts'
import { type Line, simple } from './text.ts'

/** Where the rules of a place look for files, and which paths they are for. */
export interface RuleContext {
  /** The folder that a path is put behind; undefined where it is not so simple. */
  readonly root: string | undefined
  /** What fits the paths of the place; undefined for the server. */
  readonly pattern: string | undefined
  readonly ledger: Ledger
  /** The place itself; undefined for the server. */
  readonly place: Place | undefined
  /** What paths may lead to. */
  readonly landings: Landings
  /** Whether a rule before may have changed the path, and gone on. */
  readonly isMoved?: boolean
  /** Whether no other rule of the block comes behind. */
  readonly isLast?: boolean
  /** The lines that hand a request on to a named location; undefined where it is not one that passes on. */
  named(name: string): string | undefined
}

const variables: Readonly<Record<string, string>> = {
  $host: '%{SERVER_NAME}',
  $http_host: '%{HTTP_HOST}',
  $server_name: '%{SERVER_NAME}',
  $scheme: '%{REQUEST_SCHEME}',
  $uri: '%{REQUEST_URI}',
  $document_uri: '%{REQUEST_URI}',
  $request_method: '%{REQUEST_METHOD}',
  $args: '%{QUERY_STRING}',
  $query_string: '%{QUERY_STRING}',
  $remote_addr: '%{REMOTE_ADDR}',
  $request: '%{THE_REQUEST}',
  $server_port: '%{SERVER_PORT}',
  $https: '%{HTTPS}',
  $document_root: '%{DOCUMENT_ROOT}',
}

/** A text of nginx with mod_rewrite's variables; undefined where it has one that mod_rewrite has not. */
function rewriteText(text: string): string | undefined {
  let fine = true
  const made = text.replace(/\$\{?([a-z_]\w*)\}?/gi, (all, name: string) => {
    const header = /^http_(\w+)$/.exec(name)?.[1]
    const found = variables[`$${name}`] ?? (header === undefined ? undefined : `%{HTTP:${header.replaceAll('_', '-')}}`)
    if (found === undefined) fine = false
    return found ?? all
  })
  return fine ? made : undefined
}

/** The directives of the rewrite module in one block as rules of the server; what is not certain is left. */
export function rulesOf(directives: readonly PlacedDirective[], context: RuleContext): readonly Line[] {
  const present = directives.filter(({ presence }) => presence !== 'absent')
  const last = present.findLast(({ name }) => name === 'return' || name === 'rewrite' || name === 'if')
  let isMoved = false
  return present.flatMap((each): readonly Line[] => {
    const here = { ...context, isMoved, isLast: each === last }
    if ((here.isLast ? each.children.slice(0, -1) : [each, ...each.children]).some(goesOn)) isMoved = true
    const lines = ruleOf(each, here)
    // nginx looks for a location once the rules of the block have changed the path.
    return each === last && isMoved ? [...lines, simple('RewriteCond', '%{ENV:REWRITTEN}', '=1'), simple('RewriteRule', '^', '-', '[PT,L]')] : lines
  })
}

function ruleOf(directive: PlacedDirective, context: RuleContext): readonly Line[] {
  switch (directive.name) {
    case 'return':
      return returnRule(directive, [], context)
    case 'rewrite':
      return rewriteRule(directive, [], context)
    case 'if':
      return ifRules(directive, context)
    case 'try_files':
      return tryRules(directive, context)
    default:
      return []
  }
}

/** A rewriting after which the rules of its block are run on. */
const goesOn = ({ name, args }: PlacedDirective): boolean =>
  name === 'rewrite' && args[2] === undefined && !/^(?:https?:\/\/|\$scheme)/.test(args[1]?.value ?? '')

const within = ({ pattern }: RuleContext): string => (pattern === undefined || pattern === '^/' ? '^' : pattern)

function returnRule(directive: PlacedDirective, conditions: readonly Line[], context: RuleContext): readonly Line[] {
  const { ledger, isMoved } = context
  const [first = '', second] = valuesOf(directive)
  // A path that was changed before no longer fits the place: the one that was asked for does.
  const guards = isMoved && within(context) !== '^' ? [simple('RewriteCond', '%{REQUEST_URI}', within(context)), ...conditions] : conditions
  const pattern = isMoved ? '^' : within(context)
  const isCode = /^\d{3}$/.test(first)
  const code = isCode ? Number(first) : 302
  const target = isCode ? second : first
  if (code >= 300 && code < 309 && target !== undefined) {
    const withoutQuery = /\$is_args\$args$/.test(target)
    const plain = target.replace(/\$is_args\$args$/, '').replace(/\?\$args$/, '')
    const whole = plain.endsWith('$request_uri')
    const text = rewriteText(whole ? `${plain.slice(0, -'$request_uri'.length)}$uri` : plain)
    if (text === undefined || text.includes('$request_uri') || /\$\d/.test(text)) return left('Its address has a variable that mod_rewrite has not.')
    ledger.done(directive)
    const keepsQuery = whole || withoutQuery || /\?\$args$/.test(target)
    // mod_rewrite writes the signs of the address with %: those that are there are to stay.
    const flags = [`R=${code}`, 'L', ...(whole ? [] : ['NE']), ...(keepsQuery ? [] : ['QSD'])]
    return [...guards, simple('RewriteRule', pattern, text, `[${flags.join(',')}]`)]
  }
  if (target !== undefined && target !== '' && code < 300) return left('Apache answers with no text of its own: put it into a file.')
  if (code < 400 && code !== 204) return left('Apache answers so with a file only.')
  ledger.done(directive)
  if (code === 444) ledger.differs(directive, 'nginx closes the connection without an answer; Apache answers with 403.')
  if (code >= 400 && target !== undefined && target !== '') ledger.differs(directive, 'The text of the answer is Apache’s own.')
  const flag = code === 403 || code === 444 ? 'F' : code === 410 ? 'G' : `R=${code}`
  return [...guards, simple('RewriteRule', pattern, '-', `[${flag},L]`)]

  function left(why: string): readonly Line[] {
    ledger.left(directive, why)
    return []
  }
}

function rewriteRule(directive: PlacedDirective, conditions: readonly Line[], context: RuleContext): readonly Line[] {
  const { ledger, pattern, place, landings, isLast } = context
  const [from = '', to = '', flag] = valuesOf(directive)
  const text = rewriteText(to)
  if (text === undefined) {
    ledger.left(directive, 'Its target has a variable that mod_rewrite has not.')
    return []
  }
  ledger.done(directive)
  const dropsQuery = text.endsWith('?')
  const hasQuery = text.slice(0, -1).includes('?')
  const flags = [
    ...(flag === 'permanent'
      ? ['R=301', 'L']
      : flag === 'redirect' || /^(?:https?:\/\/|\$scheme)/.test(to)
        ? ['R=302', 'L']
        : goesOn(directive) && !isLast
          ? ['E=REWRITTEN:1']
          : ['PT', 'L']),
    ...(dropsQuery ? (hasQuery ? [] : ['QSD']) : hasQuery ? ['QSA'] : []),
  ]
  const guard = pattern === undefined || pattern === '^/' ? [] : [simple('RewriteCond', '%{REQUEST_URI}', pattern)]
  const before = [...guard, ...conditions]
  if (flags.includes('R=301') || flags.includes('R=302'))
    return [...before, simple('RewriteRule', from, dropsQuery ? text.slice(0, -1) : text, `[${flags.join(',')}]`)]
  const lead = { directive, path: text.split('?')[0] ?? '', from: place }
  const refused = ({ conditions, flag: answer }: Refusal): readonly Line[] => [...before, ...conditions, simple('RewriteRule', from, '-', `[${answer}]`)]
  const stays = flag === 'break' && place !== undefined
  if (stays && isLostByBreak(lead, landings)) return refused({ conditions: [], flag: 'F' })
  const refusals = stays ? [] : refusalsOf(lead, landings).map(refused)
  return [...refusals.flat(), ...before, simple('RewriteRule', from, dropsQuery ? text.slice(0, -1) : text, `[${flags.join(',')}]`)]
}

function ifRules(directive: PlacedDirective, context: RuleContext): readonly Line[] {
  const { ledger } = context
  const inside = directive.children.filter(({ presence }) => presence !== 'absent')
  const condition = conditionOf(directive, context)
  const strange = inside.find(({ name }) => name !== 'return' && name !== 'rewrite')
  if (condition === undefined || strange) {
    const refuses = inside.some(({ name, args }) => name === 'return' && /^4/.test(args[0]?.value ?? ''))
    const why = strange
      ? `What holds under its condition ("${strange.name}") is no matter of rewriting: write an <If> by hand`
      : 'Its condition asks for what mod_rewrite does not know'
    ledger.left(directive, refuses ? `${why}. It refuses some requests, so that the place stays closed to everyone until that is written by hand.` : `${why}.`)
    for (const each of inside) ledger.left(each, 'The condition around it is not carried over.')
    return refuses ? [simple('RewriteRule', context.isMoved ? '^' : within(context), '-', '[F,L]')] : []
  }
  ledger.done(directive)
  return inside.flatMap((each, i) => {
    const here = { ...context, isLast: context.isLast === true && i === inside.length - 1 }
    return each.name === 'return' ? returnRule(each, [condition], here) : rewriteRule(each, [condition], here)
  })
}

function conditionOf(directive: PlacedDirective, { root, isMoved }: RuleContext): Line | undefined {
  const all = valuesOf(directive)
  // The bracket that closes is a word of its own behind a quoted one.
  const text = (all.at(-1) === ')' ? all.slice(0, -1).join(' ') : all.join(' ').replace(/\s*\)$/, '')).replace(/^\(\s*/, '')
  // What mod_rewrite calls the path is still that which was asked for.
  if (isMoved && /\$(?:document_)?uri\b|\$request_filename\b/.test(text)) return undefined
  const file = /^(!?)-([fd]) \$request_filename$/.exec(text)
  if (file) return root === undefined ? undefined : simple('RewriteCond', `${root}%{REQUEST_URI}`, `${file[1]}-${file[2]}`)
  const [, name = '', operator = '', value = ''] = /^(\$\w+) (!?~\*?|!?=) (.*)$/s.exec(text) ?? []
  const test = name === '$request_uri' ? undefined : rewriteText(name)
  if (test === undefined || operator === '' || value.includes('$http_')) return undefined
  if (name === '$https') return undefined
  const negation = operator.startsWith('!') ? '!' : ''
  if (operator.includes('~')) return simple('RewriteCond', test, `${negation}${value}`, ...(operator.endsWith('*') ? ['[NC]'] : []))
  return value.includes('$') ? undefined : simple('RewriteCond', test, `${negation}=${value === '' || value === '""' ? '""' : value}`)
}

/** `try_files`: each file that is tried is a condition. */
function tryRules(directive: PlacedDirective, context: RuleContext): readonly Line[] {
  const { root, ledger } = context
  const values = valuesOf(directive)
  const last = values.at(-1) ?? ''
  const tried = values.slice(0, -1)
  const leave = (why: string): readonly Line[] => {
    ledger.left(directive, why)
    return []
  }
  if (root === undefined) return leave('Where its files lie depends on an alias: write RewriteCond and RewriteRule by hand.')
  if (!tried.every((each) => /^\$uri(?:\/|[\w./-]*)$/.test(each))) return leave('It tries more than the path itself.')
  const lines: Line[] = []
  const own: readonly string[] = tried.filter((each) => each === '$uri' || each === '$uri/')
  for (const each of tried.filter((one) => !own.includes(one))) {
    const behind = each.slice('$uri'.length)
    lines.push(simple('RewriteCond', `${root}%{REQUEST_URI}`, '!-f'), simple('RewriteCond', `${root}%{REQUEST_URI}${behind}`, '-f'))
    if (within(context) !== '^') lines.push(simple('RewriteCond', '%{REQUEST_URI}', within(context)))
    lines.push(simple('RewriteRule', '^(.*)$', `$1${behind}`, '[PT,NS,L]'))
  }
  const missing = [
    ...(own.includes('$uri') ? [simple('RewriteCond', `${root}%{REQUEST_URI}`, '!-f')] : []),
    ...(own.includes('$uri/') ? [simple('RewriteCond', `${root}%{REQUEST_URI}`, '!-d')] : []),
  ]
  ledger.done(directive)
  if (last.startsWith('=')) {
    const code = last.slice(1)
    const rule = simple('RewriteRule', within(context), '-', `[${code === '403' ? 'F' : code === '410' ? 'G' : `R=${code}`},L]`)
    return code === '404' && own.length === 2 ? lines : [...lines, ...missing, rule]
  }
  if (last.startsWith('@')) {
    const target = context.named(last)
    if (target === undefined) return leave('What its named location does cannot be written as a rule.')
    const guard = within(context) === '^' ? [] : [simple('RewriteCond', '%{REQUEST_URI}', within(context))]
    return [...lines, ...guard, ...missing, simple('RewriteRule', '^(.*)$', `${target}$1`, '[P,NS,L]')]
  }
  const plain = last.replace(/\$is_args\$(?:args|query_string)$/, '').replace(/\?\$(?:args|query_string)$/, '')
  const text = rewriteText(plain.replace(/[&?]\$(?:args|query_string)$/, ''))
  if (text === undefined) return leave('Its last word has a variable that mod_rewrite has not.')
  const flags = ['PT', 'NS', 'L', ...(plain === last ? (text.includes('?') ? [] : ['QSD']) : text.includes('?') ? ['QSA'] : [])]
  // The path itself is asked for again: it is there, or it is missing in truth.
  const program = text.split('?')[0] ?? ''
  const before = [...missing, simple('RewriteCond', '%{REQUEST_URI}', `!=${program}`)]
  const refusals = refusalsOf({ directive, path: program, from: context.place }, context.landings).map(({ conditions, flag }) => [
    ...before,
    ...conditions,
    simple('RewriteRule', within(context), '-', `[${flag},NS]`),
  ])
  return [...lines, ...refusals.flat(), ...before, simple('RewriteRule', within(context), text, `[${flags.join(',')}]`)]
}
