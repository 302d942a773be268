import { type ApacheEntry, apacheDirectives, apacheModules, compareApacheVersions } from '../../../catalog/apache/catalog.ts'
import { mediaTypes, methods, requestFields, responseFields, statuses } from '../../../catalog/http.ts'
import { directivesNamed } from '../../../configuration/placed.ts'
import { authnProviders } from '../../../rules/apache/config-test/auth.ts'
import { authzProviders } from '../../../rules/apache/config-test/authz.ts'
import { indexOptionWords } from '../../../rules/apache/config-test/autoindex.ts'
import { etagWords, logLevels, optionWords, overrideWords } from '../../../rules/apache/config-test/core.ts'
import { usualFilters } from '../../../rules/apache/config-test/filters.ts'
import { headerActions } from '../../../rules/apache/config-test/headers.ts'
import { isOfVersion } from '../../../rules/apache/config-test/of-version.ts'
import { balancerNames, workerNames } from '../../../rules/apache/config-test/proxy-parameters.ts'
import { condFlagNames, internalMaps, rewriteOptionWords, ruleFlagNames } from '../../../rules/apache/config-test/rewrite.ts'
import { findSection } from '../../../rules/apache/config-test/section.ts'
import { openSslCommands, sslOptionWords, sslProtocols, verifyWords } from '../../../rules/apache/config-test/ssl.ts'
import { knownStatuses } from '../../../rules/apache/config-test/status-codes.ts'
import { daemonOptions, scriptOptions } from '../../../rules/apache/config-test/wsgi.ts'
import { nameOf } from '../../../syntax/tree.ts'
import { dirname, isAbsolute } from '../../../workspace/path.ts'
import { type Choice, choiceOfKey, parametersAfter, parseForm } from '../../lib/notation.ts'
import type { TypedArgument } from '../argument.ts'
import { pathProposals, servedByDjango } from '../paths.ts'
import { type Proposal, proposal, type Span, words } from '../proposal.ts'
import { expressionProposals, formatProposals, rewriteVariableProposals } from './expressions.ts'
import { type NameKind, namesOf } from './names.ts'
import type { ApachePlace } from './place.ts'

/** An argument of Apache's that is being typed. */
export interface ApacheArgument extends TypedArgument {
  readonly place: ApachePlace
  /** The directive's, in lower case, without its bracket. */
  readonly name: string
  /** All text of the arguments before the cursor, and where it begins: of directives that split it themselves. */
  readonly text: string
  readonly textStart: number
}

/** What may stand as an argument of a directive or in the opening line of a section. */
export function argumentProposals(argument: ApacheArgument): Proposal[] {
  const { typed, span, name, directive } = argument
  const define = /\$\{\w*$/.exec(typed)
  if (define) return defineProposals(argument, { start: span.start + define.index, end: endOfBrace(argument, span.end) })
  const special = specials[name]
  const found = special ? [...special(argument)] : []
  const entry = apacheDirectives(name).find(
    (each) => each.section === (directive.block !== undefined || isBracketed(argument)) && isOfVersion(each, argument.view.part.input.settings),
  )
  if (entry && !closed.has(name)) found.push(...ofEntry(argument, entry))
  return found
}

const isBracketed = ({ view, directive, textStart }: ApacheArgument): boolean => {
  const written = nameOf(directive)
  return view.source.text.slice(0, textStart).trimEnd().endsWith(`<${written}`)
}

/** What ends the name may stand behind the cursor already. */
const endOfBrace = ({ view }: ApacheArgument, end: number): number => (view.source.text.charAt(end) === '}' ? end + 1 : end)

function defineProposals(argument: ApacheArgument, span: Span): Proposal[] {
  const { view, place } = argument
  const names = new Map<string, string>()
  for (const { configuration } of place.files) {
    for (const [name, value] of configuration.defines) names.set(name, value)
    for (const name of namesOf(configuration).defines.keys()) if (!names.has(name)) names.set(name, '')
    for (const [, name = ''] of configuration.root.text.matchAll(/\$\{(APACHE_\w+)\}/g)) if (!names.has(name)) names.set(name, 'from envvars')
  }
  if (view.source.text.includes('${APACHE_LOG_DIR}') && !names.has('APACHE_LOG_DIR')) names.set('APACHE_LOG_DIR', 'from envvars')
  const macro = macroAround(argument)
  return [
    ...macro.map((name) => proposal(span, 'variable', name, 0, { detail: 'argument of the macro' })),
    ...[...names].map(([name, detail]) => proposal(span, 'variable', `\${${name}}`, 1, { detail })),
  ]
}

/** The parameters of the macro around: `$host`, `${name}`. */
function macroAround({ place }: ApacheArgument): readonly string[] {
  return place.sections.flatMap((section) => {
    const macro = findSection(section, 'macro')
    return macro?.directive?.args.slice(1).map(({ value }) => value) ?? []
  })
}

// ---- by the catalog

function ofEntry(argument: ApacheArgument, entry: ApacheEntry): Proposal[] {
  const { index, span, before, behind } = argument
  if (entry.arguments === 'flag') return index === 0 ? words(span, 'word', / on$/i.test(entry.default ?? '') ? ['Off', 'On'] : ['On', 'Off'], 1) : []
  if (entry.syntax === undefined || !fits(entry, index)) return []
  const form = formOf(entry)
  const given = [...before, ...behind]
  const key = /^([\w-]+)=(.*)$/s.exec(argument.typed)
  if (key?.[1] !== undefined) {
    const choice = choiceOfKey(form, key[1])
    const from = { start: span.start + key[1].length + 1, end: span.end }
    return choice
      ? words(
          from,
          'word',
          choice.values.flatMap((value) => (value.kind === 'word' ? [value.text] : [])),
          1,
        )
      : []
  }
  return parametersAfter(form, before, given).flatMap((at) => (form.parameters[at]?.choices ?? []).flatMap((choice) => ofChoice(choice, argument, given)))
}

/** Whether so many arguments may be given. */
function fits(entry: ApacheEntry, index: number): boolean {
  const most = /^take\d*(\d)$/.exec(entry.arguments)?.[1]
  return entry.arguments !== 'none' && (most === undefined || index < Number(most))
}

const formOf = (entry: ApacheEntry) => parseForm((entry.syntax ?? '').replace(/^<?\S+?(?=\s|>|$)/, '').trim(), 'apache')

function ofChoice(choice: Choice, argument: ApacheArgument, given: readonly string[]): readonly Proposal[] {
  const { span } = argument
  if (choice.kind === 'word') return given.some((word) => word.toLowerCase() === choice.text.toLowerCase()) ? [] : [proposal(span, 'word', choice.text, 2)]
  if (choice.kind === 'key') {
    if (choice.key === 'key' || choice.key === 'parameter' || given.some((word) => word.startsWith(`${choice.key}=`))) return []
    return [proposal(span, 'parameter', `${choice.key}=`, 3)]
  }
  return ofValue(choice.text, argument)
}

function ofValue(kind: string, argument: ApacheArgument): readonly Proposal[] {
  const { span } = argument
  switch (kind) {
    case 'media-type':
    case 'MIME-type':
    case 'mime-type':
      return words(span, 'value', mediaTypes, 2)
    case 'method':
    case 'HTTP-method':
      return words(
        span,
        'value',
        methods.filter((method) => ![...argument.before, ...argument.behind].includes(method)),
        2,
      )
    case 'env-variable':
    case '[!]env-variable':
    case 'variable':
      return names(argument, 'variables')
    case 'provider-name':
    case 'authn-provider':
      return [...names(argument, 'authnAliases'), ...words(span, 'value', Object.keys(authnProviders), 2)]
    case 'filter[;filter...]':
    case 'filter-name':
    case '[+=-@!]filter-name':
      return [...names(argument, 'filters'), ...words(span, 'value', usualFilters, 2)]
    case 'handler-name':
      return words(span, 'value', handlers, 2)
    case 'file-path':
    case 'filename':
    case 'file':
    case 'path-to-file':
    case 'path-to-pem-file':
      return paths(true)(argument)
    case 'directory-path':
    case 'directory':
      return paths(false)(argument)
    case 'environment-variable':
      return names(argument, 'variables')
    default:
      return []
  }
}

// ---- by the directive

type Special = (argument: ApacheArgument) => readonly Proposal[]

const at =
  (index: number, special: Special): Special =>
  (argument) =>
    argument.index === index ? special(argument) : []

const from =
  (index: number, special: Special): Special =>
  (argument) =>
    argument.index >= index ? special(argument) : []

const each =
  (...specials: readonly Special[]): Special =>
  (argument) =>
    specials.flatMap((special) => special(argument))

const texts =
  (...labels: readonly string[]): Special =>
  ({ span }) =>
    words(span, 'value', labels, 2)

/** Words that stand once each, with a sign before them or without. */
const signed =
  (labels: readonly string[], sign = true): Special =>
  ({ span, typed, before, behind }) => {
    const lead = sign ? (/^[+-]/.exec(typed)?.[0] ?? '') : ''
    const given = new Set([...before, ...behind].map((word) => word.replace(/^[+-]/, '').toLowerCase()))
    return words(
      { start: span.start + lead.length, end: span.end },
      'word',
      labels.filter((label) => !given.has(label.toLowerCase()) && !(lead !== '' && /^(None|All)$/.test(label) && label === 'None')),
      1,
    )
  }

function names({ place, span }: ApacheArgument, kind: NameKind, at: Span = span, rank = 1): Proposal[] {
  const found = new Map<string, Proposal>()
  for (const { configuration } of place.files) {
    for (const [name, by] of namesOf(configuration)[kind]) {
      if (!found.has(name))
        found.set(
          name,
          proposal(at, 'name', name, rank, { detail: `${by.node.words[0]?.value ?? ''} in ${by.source.path.slice(by.source.path.lastIndexOf('/') + 1)}` }),
        )
    }
  }
  return [...found.values()]
}

const named =
  (kind: NameKind): Special =>
  (argument) =>
    names(argument, kind)

const paths =
  (files: boolean, only?: RegExp): Special =>
  ({ view, typed, span, place }) => {
    const root = place.files[0]?.configuration
    const base = root?.serverRoot !== undefined && view.configurations[0] ? view.configurations[0].paths.toWorkspace(root.serverRoot) : undefined
    return pathProposals(view, typed, span.start, span.end, { files, base: base ?? dirname(root?.root.path ?? view.source.path), ...(only ? { only } : {}) })
  }

/** A section of folders counts from no other folder. */
const absolutePaths: Special = (argument) => (argument.typed.startsWith('/') ? paths(false)(argument) : [])

/** Folders whose files the configuration serves under `/`. */
const servedFolders: Special = ({ place, span }) =>
  words(
    span,
    'folder',
    [
      ...new Set(
        place.files.flatMap(({ configuration }) =>
          directivesNamed(configuration, 'documentroot').flatMap(({ args: [folder] }) => (folder?.known && isAbsolute(folder.value) ? [folder.value] : [])),
        ),
      ),
    ],
    1,
    { detail: 'DocumentRoot' },
  )

const djangoFolders =
  (slash: boolean): Special =>
  ({ view, span, before }) =>
    servedByDjango(view).map(({ url, root, kind }) =>
      proposal(span, 'folder', slash && /\/$/.test(before[0] ?? '') ? `${root}/` : root, (before[0] ?? '').replace(/\/?$/, '/') === url ? 0 : 1, {
        detail: `${kind}_ROOT`,
      }),
    )

const djangoUrls: Special = ({ view, span }) => servedByDjango(view).map(({ url, kind }) => proposal(span, 'value', url, 1, { detail: `${kind}_URL` }))

const status =
  (only: (code: number) => boolean): Special =>
  ({ span }) =>
    [...statuses]
      .filter(([code]) => only(code) && knownStatuses.has(code))
      .map(([code, reason]) => proposal(span, 'value', String(code), 2, { detail: reason }))

const environmentOf = ({ place }: ApacheArgument): string[] =>
  [...new Set(place.files.flatMap(({ configuration }) => [...namesOf(configuration).variables.keys()]))].slice(0, 100)

/** The argument as an expression (`ap_expr`), from `skip` characters on. */
const expression =
  (skip = 0): Special =>
  (argument) =>
    expressionProposals(argument.typed.slice(skip), argument.span.start + skip, endOfBrace(argument, argument.span.end), environmentOf(argument))

const variablesOnly: Special = (argument) => (/%\{[\w:-]*$/.test(argument.typed) ? expression()(argument) : [])

const rewriteVariables: Special = (argument) => {
  const { typed, span } = argument
  const begun = /%\{?[\w:-]*$/.exec(typed)
  if (begun) return rewriteVariableProposals({ start: span.start + begun.index, end: endOfBrace(argument, span.end) }, environmentOf(argument))
  const map = /\$\{[\w-]*$/.exec(typed)
  return map ? names(argument, 'rewriteMaps') : argument.index === 0 && typed === '' ? rewriteVariableProposals(span, []) : []
}

/** Flags of mod_rewrite in their brackets; the one that is typed begins behind the last bracket or comma. */
const flags =
  (all: readonly (readonly [string, string])[]): Special =>
  (argument) => {
    const { typed, span } = argument
    if (typed === '') return [proposal(span, 'word', '[', 1, { text: '[', snippet: '[$1]', detail: 'flags' })]
    if (!typed.startsWith('[')) return []
    const start = Math.max(typed.lastIndexOf('['), typed.lastIndexOf(',')) + 1
    const piece = typed.slice(start)
    const equals = piece.indexOf('=')
    const code = /^(?:R|redirect)=/i.test(piece)
    if (equals >= 0)
      return code ? status((each) => each >= 300 && each < 400)({ ...argument, span: { start: span.start + start + equals + 1, end: span.end } }) : []
    const given = new Set(
      typed
        .slice(1, Math.max(1, start - 1))
        .split(',')
        .map((flag) => flag.split('=')[0]?.toUpperCase()),
    )
    const place = { start: span.start + start, end: span.end }
    return all
      .filter(([flag]) => !given.has(flag.replace('=', '')))
      .map(([flag, detail], i) => proposal(place, flag.endsWith('=') ? 'parameter' : 'word', flag, 1 + i / 100, { detail }))
  }

const ruleFlags: readonly (readonly [string, string])[] = [
  ['L', 'last: no further rules in this round'],
  ['R=', 'redirect with a status'],
  ['R', 'redirect (302)'],
  ['END', 'no further rules at all'],
  ['NC', 'letter case aside'],
  ['QSA', 'keeps the query and adds to it'],
  ['QSD', 'drops the query'],
  ['NE', 'does not escape'],
  ['P', 'hands on to a proxy'],
  ['PT', 'hands on to Alias and the like'],
  ['F', 'forbidden (403)'],
  ['G', 'gone (410)'],
  ['E=', 'sets an environment variable'],
  ['C', 'the next rule only if this one matched'],
  ['S=', 'skips the next rules'],
  ['N', 'begins anew'],
  ['H=', 'sets a handler'],
  ['T=', 'sets the media type'],
  ['CO=', 'sets a cookie'],
  ['B', 'escapes what is put in for groups'],
  ['NS', 'not for subrequests'],
  ['DPI', 'drops the path info'],
  ['QSL', 'the last question mark begins the query'],
]

const condFlags: readonly (readonly [string, string])[] = [
  ['NC', 'letter case aside'],
  ['OR', 'or the next condition'],
  ['NV', 'without Vary'],
]

/** Tests of RewriteCond that are no pattern. */
const condTests: readonly (readonly [string, string])[] = [
  ['-f', 'a file'],
  ['!-f', 'no file'],
  ['-d', 'a folder'],
  ['!-d', 'no folder'],
  ['-s', 'a file that is not empty'],
  ['-l', 'a symbolic link'],
  ['-x', 'a file that can be run'],
  ['-F', 'a file that the client may have'],
  ['-U', 'a URL that the client may have'],
  ['expr', 'for an expression as the test string'],
]

const handlers =
  `server-status server-info wsgi-script cgi-script send-as-is type-map default-handler balancer-manager ldap-status imap-file proxy-server None`.split(' ')

/** `name=value` options behind the positional arguments, each once. */
const options =
  (index: number, known: readonly string[], values: Readonly<Record<string, Special>> = {}): Special =>
  (argument) => {
    if (argument.index < index) return []
    const { typed, span, before, behind } = argument
    const equals = typed.indexOf('=')
    if (equals >= 0) {
      const special = values[typed.slice(0, equals).toLowerCase()]
      return special ? special({ ...argument, typed: typed.slice(equals + 1), span: { start: span.start + equals + 1, end: span.end } }) : []
    }
    const given = new Set([...before, ...behind].map((word) => word.split('=')[0]?.toLowerCase()))
    return words(
      span,
      'parameter',
      known.filter((each) => !given.has(each.toLowerCase())).map((each) => `${each}=`),
      1,
    )
  }

const processGroups: Special = (argument) => [...names(argument, 'daemons'), ...words(argument.span, 'word', ['%{GLOBAL}', '%{ENV:…}'].slice(0, 1), 2)]
const applicationGroups: Special = ({ span }) => words(span, 'word', ['%{GLOBAL}', '%{SERVER}', '%{RESOURCE}', '%{ENV:'], 1)
const onOff: Special = ({ span }) => words(span, 'word', ['On', 'Off'], 1)

const wsgiValues: Readonly<Record<string, Special>> = {
  'process-group': processGroups,
  'application-group': applicationGroups,
  'pass-authorization': onOff,
  'callable-object': texts('application'),
  'python-home': paths(false),
  'python-path': paths(false),
  home: paths(false),
  chroot: paths(false),
  user: texts('www-data'),
  group: texts('www-data'),
  lang: texts('C.UTF-8', 'en_US.UTF-8'),
  locale: texts('C.UTF-8', 'en_US.UTF-8'),
  'display-name': texts('%{GROUP}'),
  'server-metrics': onOff,
}

/** The usual options of a daemon process first. */
const usualDaemonOptions = [
  'python-home',
  'python-path',
  'processes',
  'threads',
  'user',
  'group',
  'home',
  'display-name',
  'lang',
  'locale',
  'request-timeout',
  'maximum-requests',
]

const daemon: Special = (argument) => {
  const { modWsgi } = argument.view.part.input.settings
  const known = Object.entries(daemonOptions)
    .filter(([, { since, until }]) =>
      modWsgi.version === undefined
        ? until === undefined
        : (since === undefined || compareApacheVersions(modWsgi.version, since) >= 0) &&
          (until === undefined || compareApacheVersions(modWsgi.version, until) < 0),
    )
    .map(([name]) => name)
  return options(1, [...usualDaemonOptions, ...known.filter((name) => !usualDaemonOptions.includes(name))], wsgiValues)(argument)
}

const headerOf =
  (response: boolean): Special =>
  (argument) => {
    const { before, index, span, quote } = argument
    const skipped = response && /^(always|onsuccess)$/i.test(before[0] ?? '') ? 1 : 0
    const action = (before[skipped] ?? '').toLowerCase()
    switch (index - skipped) {
      case 0:
        return [
          ...words(
            span,
            'word',
            ['set', ...headerActions.filter((each) => each !== 'set' && (response || each !== 'echo') && (response || each !== 'note'))],
            1,
          ),
          ...(response && skipped === 0 ? words(span, 'word', ['always', 'onsuccess'], 1.5) : []),
        ]
      case 1:
        return words(span, 'value', response ? [...responseFields.keys()] : requestFields, 2)
      default: {
        const value = action === 'unset' || action === 'echo' ? 2 : action.startsWith('edit') ? 4 : 3
        if (index - skipped >= value) return condition(argument)
        const format = formatProposals('header', argument.typed, span.start, endOfBrace(argument, span.end))
        if (format) return format
        if (argument.typed.startsWith('expr=')) return expression(5)(argument)
        if (action.startsWith('edit')) return []
        const field = (before[skipped + 1] ?? '').toLowerCase()
        const usual = (response ? [...responseFields].find(([name]) => name.toLowerCase() === field)?.[1] : requestValues[field]) ?? []
        return usual.map((each, i) =>
          proposal(span, 'value', each, 1 + i / 100, {
            text: quote !== undefined || !/[\s";]/.test(each) ? each : each.includes('"') ? `'${each}'` : `"${each}"`,
          }),
        )
      }
    }
  }

const requestValues: Readonly<Record<string, readonly string[]>> = {
  'x-forwarded-proto': ['https', 'expr=%{REQUEST_SCHEME}'],
  'x-forwarded-port': ['expr=%{SERVER_PORT}', '443'],
  'x-forwarded-for': ['expr=%{REMOTE_ADDR}'],
  'x-remote-user': ['expr=%{REMOTE_USER}'],
  host: ['expr=%{HTTP_HOST}'],
}

/** `early`, `env=…`, `expr=…` at the end of Header and CustomLog. */
const condition: Special = (argument) => {
  const { typed, span } = argument
  if (/^env=!?/.test(typed)) return names(argument, 'variables', { start: span.start + (typed.startsWith('env=!') ? 5 : 4), end: span.end })
  if (/^"?expr=/.test(typed)) return expression(5)(argument)
  return argument.name.endsWith('header') ? words(span, 'parameter', ['env=', 'expr=', 'early'], 3) : words(span, 'parameter', ['env=', 'expr='], 3)
}

const requireWords = ['all', 'ip', 'host', 'local', 'valid-user', 'user', 'group', 'env', 'method', 'expr', 'not', 'ssl', 'forward-dns']

/** mod_authz_core and the providers of other modules. */
const require: Special = (argument) => {
  const { before, index, span, typed } = argument
  const negated = /^not$/i.test(before[0] ?? '') ? 1 : 0
  const provider = (before[negated] ?? '').toLowerCase()
  if (index === negated) {
    const first = requireWords.filter(
      (word) =>
        (word !== 'not' || (negated === 0 && argument.place.sections.some((section) => findSection(section, 'requireall')))) &&
        !(negated === 1 && word === 'all'),
    )
    const others = Object.keys(authzProviders).filter((name) => !requireWords.includes(name))
    return [...names(argument, 'authzAliases'), ...words(span, 'word', first, 1), ...words(span, 'word', others, 3)]
  }
  switch (provider) {
    case 'all':
      return index === negated + 1 ? words(span, 'word', ['granted', 'denied'], 1) : []
    case 'ip':
      return texts('127.0.0.1', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')(argument)
    case 'method':
      return words(
        span,
        'value',
        methods.filter((method) => !before.includes(method)),
        1,
      )
    case 'env':
      return names(argument, 'variables')
    case 'expr':
      return expressionProposals(textFrom(argument, negated + 1), startOf(argument, negated + 1), endOfBrace(argument, span.end), environmentOf(argument))
    case 'host':
    case 'forward-dns':
    case 'user':
    case 'group':
      return /%\{[\w:-]*$/.test(typed) ? expression()(argument) : []
    default:
      return []
  }
}

/** The text of the arguments from one on up to the cursor, quotes at its beginning left out, and where it begins. */
function startOf(argument: ApacheArgument, index: number): number {
  const { directive, textStart } = argument
  const word = directive.words[index + 1]
  const name = directive.words[0]
  if (!word || !name) return argument.span.start
  const start = textStart + word.start - (directive.words[1]?.start ?? word.start)
  return word.quote === undefined ? start : start + 1
}

const textFrom = (argument: ApacheArgument, index: number): string =>
  argument.view.source.text.slice(startOf(argument, index), argument.span.start + argument.typed.length)

const logFormat =
  (index: number): Special =>
  (argument) =>
    argument.index === index ? (formatProposals('log', argument.typed, argument.span.start, endOfBrace(argument, argument.span.end)) ?? []) : []

const modulesOf: Special = ({ span, typed }) => {
  const lead = typed.startsWith('!') ? 1 : 0
  const place = { start: span.start + lead, end: span.end }
  return apacheModules()
    .filter((module) => module.file !== '')
    .map((module) => proposal(place, 'module', module.file, module.source === 'third-party' ? 4 : module.debian ? 1 : 2, { detail: module.identifier }))
}

const loadModule: Special = (argument) => {
  const { index, span, before, place } = argument
  if (index === 0) {
    const loaded = new Set(place.files.flatMap(({ configuration }) => [...(configuration.modules ?? [])]))
    return apacheModules()
      .filter(({ identifier, name }) => name !== 'core' && identifier !== '' && !loaded.has(identifier))
      .map(({ identifier, debian, source }) => proposal(span, 'module', identifier, source === 'third-party' ? 4 : debian ? 1 : 2))
  }
  const module = apacheModules().find(({ identifier }) => identifier === before[0])
  if (index !== 1 || !module) return []
  const file = `${module.name.startsWith('mod_') ? module.name : `mod_${module.name.replace(/^mpm_/, 'mpm_')}`}.so`
  return [...words(span, 'file', [`modules/${file}`, `/usr/lib/apache2/modules/${file}`], 1), ...paths(true, /\.so$/)(argument)]
}

const virtualHost: Special = (argument) => {
  const ports = [...new Set(['80', '443', ...argument.place.files.flatMap(({ configuration }) => [...namesOf(configuration).ports.keys()])])]
  const listened = new Set(argument.place.files.flatMap(({ configuration }) => [...namesOf(configuration).ports.keys()]))
  return ports.flatMap((port) => [
    proposal(argument.span, 'value', `*:${port}`, listened.has(port) ? 0 : 1, { detail: listened.has(port) ? 'Listen' : undefined }),
  ])
}

const proxyTarget: Special = (argument) => {
  const { span, typed, place } = argument
  const own = names(argument, 'balancers').map((each) => ({ ...each, text: `${each.label}/`, filter: each.label }))
  const schemes = ['http://', 'https://', 'ws://', 'wss://', 'fcgi://', 'uwsgi://', 'scgi://', 'ajp://', 'h2://', 'h2c://', 'balancer://', 'unix:/']
  if (/^unix:[^|]*\|?/.test(typed))
    return typed.includes('|')
      ? words({ start: span.start + typed.indexOf('|') + 1, end: span.end }, 'value', ['http://localhost/', 'fcgi://localhost/', 'uwsgi://localhost/'], 1)
      : []
  if (/^\w+:\/\//.test(typed))
    return typed.startsWith('balancer://')
      ? own
      : words({ start: span.start + typed.indexOf('//') + 2, end: span.end }, 'value', typed.endsWith('//') ? ['127.0.0.1:', 'localhost:'] : [], 2)
  return [...own, ...words(span, 'value', place.sections.some((section) => section.path) ? schemes : [...schemes, '!'], 2)]
}

const workerParameters = [
  ...workerNames.filter((name) => /^(timeout|connectiontimeout|retry|keepalive|max|min|enablereuse|disablereuse|upgrade)$/.test(name)),
  ...workerNames,
]

const workerValues: Readonly<Record<string, Special>> = {
  keepalive: onOff,
  disablereuse: onOff,
  enablereuse: onOff,
  flushpackets: texts('on', 'off', 'auto'),
  upgrade: texts('websocket', 'any', 'NONE'),
  lbmethod: texts('byrequests', 'bytraffic', 'bybusyness', 'heartbeat'),
  hcmethod: texts('GET', 'HEAD', 'OPTIONS', 'TCP', 'CPING', 'GET11', 'HEAD11', 'OPTIONS11', 'NONE'),
  failontimeout: onOff,
  nofailover: onOff,
  forcerecovery: onOff,
  scolonpathdelim: onOff,
  nonce: texts('None'),
}

const proxyPass: Special = (argument) => {
  const inPath = argument.place.sections.every((section) => section.path)
  const url = inPath ? 0 : 1
  if (argument.index < url) return [...texts('/')(argument), ...djangoUrls(argument)]
  if (argument.index === url) return proxyTarget(argument)
  return [
    ...options(url + 1, [...new Set(workerParameters)], workerValues)(argument),
    ...words(
      argument.span,
      'word',
      argument.typed.includes('=') ? [] : ['nocanon', 'interpolate', 'noquery'].filter((word) => !argument.before.includes(word)),
      3,
    ),
  ]
}

const authTypes = ['Basic', 'Digest', 'Form', 'None']

const attributes = ['Request_URI', 'Request_Method', 'Request_Protocol', 'Remote_Addr', 'Remote_Host', 'Remote_User', 'Server_Addr', ...requestFields]

const logLevelWords: Special = (argument) => {
  const { typed, span } = argument
  const colon = typed.lastIndexOf(':')
  if (colon >= 0) return words({ start: span.start + colon + 1, end: span.end }, 'word', logLevels, 1)
  const modules = apacheModules().filter((module) => module.debian && module.name.startsWith('mod_'))
  return [
    ...(argument.index === 0 ? words(span, 'word', logLevels, 1) : []),
    ...modules.map((module) => proposal(span, 'module', `${module.name.slice(4)}:`, 3, { detail: 'for this module' })),
  ]
}

const onceEach = (labels: readonly string[]): Special => signed(labels, false)

const specials: Readonly<Record<string, Special>> = {
  options: signed(optionWords),
  allowoverride: (argument) =>
    /^(Options|Nonfatal)=/i.test(argument.typed)
      ? onceEach(/^O/i.test(argument.typed) ? optionWords : ['Override', 'Unknown', 'All'])({
          ...argument,
          span: { start: argument.span.start + argument.typed.lastIndexOf('=') + 1, end: argument.span.end },
        })
      : onceEach(argument.before.length > 0 ? overrideWords.filter((word) => word !== 'None' && word !== 'All') : overrideWords)(argument),
  indexoptions: signed(indexOptionWords),
  ssloptions: signed(sslOptionWords),
  sslprotocol: signed(sslProtocols.filter((protocol) => protocol !== 'SSLv3')),
  sslproxyprotocol: signed(sslProtocols.filter((protocol) => protocol !== 'SSLv3')),
  sslverifyclient: at(0, onceEach(verifyWords)),
  sslproxyverify: at(0, onceEach(verifyWords)),
  sslopensslconfcmd: at(0, texts(...openSslCommands)),
  sslcertificatefile: at(0, paths(true)),
  sslcertificatekeyfile: at(0, paths(true)),
  sslsessioncache: at(0, texts('shmcb:/run/apache2/ssl_scache(512000)', 'none', 'nonenotnull')),
  sslstaplingcache: at(0, texts('shmcb:/run/apache2/stapling(128000)')),
  sslrequire: (argument) => expressionProposals(argument.text, argument.textStart, endOfBrace(argument, argument.span.end), []),
  loglevel: logLevelWords,
  fileetag: signed(etagWords),
  require,
  rewriterule: each(at(1, rewriteVariables), at(1, texts('-')), at(2, flags(ruleFlags.filter(([flag]) => ruleFlagNames.includes(flag.replace('=', '')))))),
  rewritecond: each(
    at(0, rewriteVariables),
    at(1, ({ span, before }) => (before[0] === 'expr' ? [] : condTests.map(([label, detail], i) => proposal(span, 'word', label, 1 + i / 100, { detail })))),
    at(1, (argument) => (argument.before[0] === 'expr' ? expression()(argument) : rewriteVariables(argument))),
    at(2, flags(condFlags.filter(([flag]) => condFlagNames.includes(flag)))),
  ),
  rewriteoptions: onceEach(rewriteOptionWords),
  rewritebase: at(0, texts('/')),
  rewritemap: at(1, (argument) =>
    argument.typed.startsWith('int:')
      ? words({ start: argument.span.start + 4, end: argument.span.end }, 'word', internalMaps, 1)
      : words(argument.span, 'value', ['txt:', 'rnd:', 'dbm:', 'int:', 'prg:', 'dbd:', 'fastdbd:'], 1),
  ),
  header: headerOf(true),
  requestheader: headerOf(false),
  setenvif: each(
    at(0, ({ span }) => words(span, 'value', attributes, 2)),
    from(2, named('variables')),
  ),
  setenvifnocase: each(
    at(0, ({ span }) => words(span, 'value', attributes, 2)),
    from(2, named('variables')),
  ),
  setenvifexpr: each(at(0, expression()), from(1, named('variables'))),
  browsermatch: from(1, named('variables')),
  browsermatchnocase: from(1, named('variables')),
  passenv: named('variables'),
  unsetenv: named('variables'),
  setenv: at(0, texts('no-gzip', 'downgrade-1.0', 'force-response-1.0', 'proxy-sendchunked', 'proxy-initial-not-pooled', 'dont-vary', 'nokeepalive')),
  errordocument: each(
    at(
      0,
      status((code) => code >= 400),
    ),
    at(1, each(variablesOnly, texts('default'))),
  ),
  redirect: each(
    at(
      0,
      each(
        ({ span }) => words(span, 'word', ['permanent', 'temp', 'seeother', 'gone'], 1),
        status((code) => code >= 300 && code < 400),
        texts('/'),
      ),
    ),
    (argument) => (argument.index > 0 ? variablesOnly(argument) : []),
  ),
  redirectmatch: at(
    0,
    each(
      ({ span }) => words(span, 'word', ['permanent', 'temp', 'seeother', 'gone'], 1),
      status((code) => code >= 300 && code < 400),
    ),
  ),
  loadmodule: loadModule,
  ifmodule: at(0, modulesOf),
  ifdefine: at(0, named('defines')),
  undefine: at(0, named('defines')),
  define: at(0, named('defines')),
  ifversion: at(0, ({ span }) => words(span, 'word', ['>=', '<', '<=', '>', '=', '~'], 1)),
  if: at(0, expression()),
  elseif: at(0, expression()),
  limit: onceEach(methods.filter((method) => method !== 'TRACE' && method !== 'HEAD')),
  limitexcept: onceEach(methods.filter((method) => method !== 'TRACE')),
  allowmethods: each(onceEach(methods), at(0, texts('reset'))),
  use: (argument) => (argument.index === 0 ? names(argument, 'macros') : []),
  virtualhost: virtualHost,
  directory: at(0, each(djangoFolders(false), servedFolders, absolutePaths)),
  files: at(0, texts('wsgi.py', '.ht*')),
  location: at(0, each(djangoUrls, texts('/'))),
  proxy: at(0, each(named('balancers'), texts('balancer://', '*', 'http://', 'fcgi://localhost/'))),
  documentroot: at(0, paths(false)),
  alias: each(at(0, djangoUrls), at(1, each(djangoFolders(true), paths(true)))),
  scriptalias: at(1, paths(true)),
  aliasmatch: at(1, paths(true)),
  include: at(0, paths(true)),
  includeoptional: at(0, paths(true)),
  authuserfile: at(0, paths(true)),
  authgroupfile: at(0, paths(true)),
  listen: each(at(0, texts('80', '443', '127.0.0.1:')), at(1, texts('http', 'https'))),
  servername: at(0, named('hosts')),
  serveralias: named('hosts'),
  authtype: at(0, ({ span }) => words(span, 'word', authTypes, 1)),
  authbasicprovider: each(named('authnAliases'), ({ span, before }) =>
    words(
      span,
      'value',
      Object.keys(authnProviders).filter((name) => !before.includes(name)),
      1,
    ),
  ),
  authdigestprovider: each(named('authnAliases'), ({ span }) =>
    words(
      span,
      'value',
      Object.entries(authnProviders).flatMap(([name, digest]) => (digest ? [name] : [])),
      1,
    ),
  ),
  sethandler: at(
    0,
    each(variablesOnly, ({ span }) =>
      words(span, 'value', [...handlers, 'proxy:unix:/run/php/php-fpm.sock|fcgi://localhost', 'proxy:fcgi://127.0.0.1:9000'], 2),
    ),
  ),
  addhandler: at(0, ({ span }) => words(span, 'value', handlers, 2)),
  addtype: at(0, ({ span }) => words(span, 'value', mediaTypes, 2)),
  addencoding: each(at(0, texts('gzip', 'br', 'zstd', 'x-gzip')), from(1, texts('.gz', '.br', '.zst'))),
  addcharset: each(at(0, texts('UTF-8', 'ISO-8859-1')), from(1, texts('.html', '.css', '.js'))),
  adddefaultcharset: at(0, texts('UTF-8')),
  addoutputfilterbytype: each(
    at(0, ({ span }) => words(span, 'value', usualFilters, 2)),
    from(1, ({ span, before }) =>
      words(
        span,
        'value',
        mediaTypes.filter((type) => !before.includes(type)),
        2,
      ),
    ),
  ),
  expiresbytype: each(
    at(0, ({ span }) => words(span, 'value', mediaTypes, 2)),
    at(1, texts('"access plus 1 month"', '"access plus 1 year"', '"access plus 1 hour"', '"access plus 0 seconds"', '"modification plus 1 day"')),
  ),
  expiresdefault: at(0, texts('"access plus 1 month"', '"access plus 1 hour"', '"access plus 0 seconds"')),
  customlog: each(at(0, paths(true)), at(1, named('nicknames')), logFormat(1), at(2, condition)),
  globallog: each(at(0, paths(true)), at(1, named('nicknames')), logFormat(1), at(2, condition)),
  logformat: logFormat(0),
  transferlog: at(0, paths(true)),
  errorlog: at(0, each(texts('syslog'), paths(true))),
  errorlogformat: (argument) => formatProposals('error log', argument.typed, argument.span.start, endOfBrace(argument, argument.span.end)) ?? [],
  wsgidaemonprocess: daemon,
  wsgiprocessgroup: at(0, processGroups),
  wsgiapplicationgroup: at(0, applicationGroups),
  wsgiscriptalias: each(at(0, texts('/')), at(1, paths(true, /\.(py|wsgi)$/)), options(2, Object.keys(scriptOptions), wsgiValues)),
  wsgiscriptaliasmatch: each(at(1, paths(true, /\.(py|wsgi)$/)), options(2, Object.keys(scriptOptions), wsgiValues)),
  wsgiimportscript: each(at(0, paths(true, /\.(py|wsgi)$/)), options(1, ['process-group', 'application-group'], wsgiValues)),
  wsgirestrictprocess: named('daemons'),
  wsgipythonhome: at(0, paths(false)),
  wsgipythonpath: at(0, paths(false)),
  wsgicallableobject: at(0, texts('application')),
  proxypass: proxyPass,
  proxypassmatch: (argument) => (argument.index === 0 && argument.place.sections.every((section) => !section.path) ? [] : proxyPass(argument)),
  proxypassreverse: (argument) => {
    const inPath = argument.place.sections.every((section) => section.path)
    return argument.index < (inPath ? 0 : 1)
      ? texts('/')(argument)
      : argument.index === (inPath ? 0 : 1)
        ? proxyTarget(argument).filter((each) => each.label !== '!')
        : []
  },
  balancermember: (argument) =>
    argument.index === 0
      ? texts('http://127.0.0.1:', 'https://', 'fcgi://127.0.0.1:', 'ajp://127.0.0.1:8009')(argument)
      : options(1, [...new Set(workerParameters)], workerValues)(argument),
  proxyset: options(0, [...new Set([...balancerNames, ...workerNames])], workerValues),
  protocols: onceEach(['h2', 'h2c', 'http/1.1', 'acme-tls/1']),
  directoryindex: each(at(0, texts('disabled')), texts('index.html', 'index.php', 'index.htm')),
  fallbackresource: at(0, texts('/index.php', '/index.html', 'disabled')),
  user: at(0, texts('www-data', 'apache', '${APACHE_RUN_USER}')),
  group: at(0, texts('www-data', 'apache', '${APACHE_RUN_GROUP}')),
  remoteipheader: at(0, texts('X-Forwarded-For', 'X-Real-IP', 'CF-Connecting-IP')),
  remoteiptrustedproxy: texts('127.0.0.1', '10.0.0.0/8', '192.168.0.0/16'),
  remoteipinternalproxy: texts('127.0.0.1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'),
  order: at(0, ({ span }) => words(span, 'word', ['Deny,Allow', 'Allow,Deny'], 1)),
  allow: each(
    at(0, ({ span }) => words(span, 'word', ['from'], 1)),
    from(1, texts('all', 'env=')),
  ),
  deny: each(
    at(0, ({ span }) => words(span, 'word', ['from'], 1)),
    from(1, texts('all', 'env=')),
  ),
  setoutputfilter: at(0, ({ span }) => words(span, 'value', usualFilters, 2)),
  aliaspreservepath: at(0, onOff),
  ifdirective: at(0, () => []),
}

/** Directives of which the table above says all. */
const closed: ReadonlySet<string> = new Set([
  'options',
  'indexoptions',
  'require',
  'header',
  'requestheader',
  'rewriterule',
  'rewritecond',
  'proxypass',
  'proxypassmatch',
  'proxypassreverse',
  'balancermember',
  'proxyset',
  'wsgidaemonprocess',
  'wsgiprocessgroup',
  'wsgiapplicationgroup',
  'loglevel',
  'fileetag',
  'allowoverride',
  'allow',
  'deny',
  'order',
  'if',
  'elseif',
  'customlog',
  'globallog',
  'limit',
  'limitexcept',
  'sethandler',
  'directory',
  'files',
])
