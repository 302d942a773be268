import type { PlacedDirective } from '../../configuration/placed.ts'
import { lowerCase } from './bytes.ts'
import { words } from './dir-config.ts'
import { type Exchange, note } from './exchange.ts'
import { type Captures, evaluate, parseCondition } from './expression.ts'
import { compilePattern, substitute } from './pattern.ts'
import { remoteHost } from './request-facts.ts'
import type { Entry, Section } from './sections.ts'

const names = ['setenvif', 'setenvifnocase', 'setenvifexpr', 'browsermatch', 'browsermatchnocase']

const entriesOf = (section: Section): readonly Entry[] => section.entries.filter((entry) => names.includes(entry.directive.name))

/** `mod_setenvif.c: match_headers` for the lines of the server, before a URL is mapped. */
export function setServerEnvironment(r: Exchange): void {
  if (!r.world.has('setenvif_module')) return
  run(r, [...entriesOf(r.server.main), ...(r.server.at ? entriesOf(r.server.own) : [])])
}

/** The same for lines of folders. */
export function setFolderEnvironment(r: Exchange): void {
  if (!r.world.has('setenvif_module')) return
  run(
    r,
    r.dir.sections.flatMap((section) => (section.kind === 'server' ? [] : entriesOf(section))),
  )
}

function run(r: Exchange, entries: readonly Entry[]): void {
  for (const { directive } of entries) {
    const { subject, pattern, caseless, settings } = parse(directive)
    if (pattern === undefined) continue
    if (directive.name === 'setenvifexpr') {
      const expression = parseCondition(pattern)
      const captures: Captures = { match: undefined }
      if (expression && evaluate(r, expression, captures)) set(r, settings, (value) => (captures.match ? substitute(value, captures.match) : value), directive)
      continue
    }
    const value = subjectValue(r, subject, caseless)
    const match = compilePattern(pattern, caseless)?.run(value)
    // A pattern without anything special is searched for as it stands, and fills in nothing.
    const isPlain = !/[$()*+.?[\\\]^{|}]/.test(pattern)
    if (match) set(r, settings, (text) => (isPlain ? text : substitute(text, match)), directive)
  }
}

function set(r: Exchange, settings: readonly string[], fill: (value: string) => string, directive: PlacedDirective): void {
  for (const setting of settings) {
    const equals = setting.indexOf('=')
    const name = equals < 0 ? setting : setting.slice(0, equals)
    if (name.startsWith('!')) {
      r.env.unset(name.slice(1))
      note(r, 'env', 'passed', `${name.slice(1)} is taken away`, directive)
      continue
    }
    const written = equals < 0 ? '1' : setting.slice(equals + 1)
    if (written.startsWith('!')) r.env.unset(name)
    else r.env.set(name, fill(written))
    note(r, 'env', 'passed', `${name} is "${r.env.get(name) ?? ''}"`, directive)
  }
}

function parse(directive: PlacedDirective): { subject: string; pattern: string | undefined; caseless: boolean; settings: readonly string[] } {
  const caseless = directive.name.endsWith('nocase')
  const args = words(directive)
  if (directive.name.startsWith('browsermatch')) return { subject: 'User-Agent', pattern: args[0], caseless, settings: args.slice(1) }
  if (directive.name === 'setenvifexpr') return { subject: '', pattern: directive.args[0]?.value, caseless, settings: args.slice(1) }
  return { subject: args[0] ?? '', pattern: args[1], caseless, settings: args.slice(2) }
}

function subjectValue(r: Exchange, subject: string, caseless: boolean): string {
  switch (lowerCase(subject)) {
    case 'remote_addr':
      return r.clientAddress
    case 'remote_host':
      return remoteHost(r)
    case 'server_addr':
      return r.world.request.connect.address
    case 'request_uri':
      return r.uri
    case 'request_method':
      return r.method
    case 'request_protocol':
      return r.protocol
  }
  if (/[^A-Za-z0-9_-]/.test(subject)) {
    const pattern = compilePattern(subject, caseless)
    return r.headersIn.entries.findLast(([name]) => pattern?.run(name))?.[1] ?? ''
  }
  return r.headersIn.get(subject) ?? r.env.get(subject) ?? ''
}
