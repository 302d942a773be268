import type { PlacedDirective } from '../../../configuration/placed.ts'
import { splitWords } from '../../../syntax/apache/words.ts'
import { parseAddress } from './address.ts'
import { expressionFault } from './expressions.ts'
import { patternFault } from './patterns.ts'
import { proxySectionFault } from './proxy-pass.ts'
import type { Reading, Refusal, Said } from './reading.ts'
import { inside, maskOf, proxyOverrides, type Section, sectionOverrides } from './section.ts'

/** A section as far as what holds inside depends on it. */
export type Opened = Pick<Reading, 'entry' | 'section'> & { readonly directive: PlacedDirective | undefined }

/** A section that Apache walks: what it says of the opening line, what holds inside, and what it says at the end. */
export interface SectionKind {
  /** `text` is what stands between the name and the last `>`. */
  head(reading: Reading, text: string, words: readonly string[]): Said
  inside(opened: Opened, words: readonly string[]): Section
  end?(reading: Reading, inner: Section, words: readonly string[]): Said
}

/** The kind of a section by its name in lower case; undefined for one whose inside is no business of Apache's. */
export function sectionKind(name: string): SectionKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}

const title = (reading: Reading): string => `<${reading.entry.name}`

/** The section's own words are not counted here: the text is split as the handler does. */
export const wordsOf = (text: string): string[] => splitWords(text, 0).map((word) => word.value)

function needsArguments(reading: Reading): Refusal {
  return {
    server: `${title(reading)}> directive requires additional arguments`,
    rule: 'apache/invalid-section',
    at: 'name',
    words: `${title(reading)}> does not say what it applies to.`,
  }
}

function tooMany(reading: Reading, words: readonly string[], taken: number, not: string): Said {
  const extra = words[taken]
  if (extra === undefined) return undefined
  return {
    server: `Multiple ${title(reading)}> arguments ${not}supported.`,
    rule: 'apache/invalid-section',
    at: taken,
    words: `${title(reading)}> takes one argument: "${extra}" is one too many. A path with spaces needs quotes.`,
  }
}

const badPattern = (pattern: string, at: number): Said => {
  const fault = patternFault(pattern, at)
  return fault && { server: 'Regex could not be compiled', ...fault }
}

/** `<Directory>`, `<Location>`, `<Files>` and their Match forms (`server/core.c: dirsection`, `urlsection`, `filesection`). */
const scoped = (match: boolean, keepsOverrides: boolean): SectionKind => ({
  head: (reading, text, words) => {
    if (text === '') return needsArguments(reading)
    const tilde = !match && words[0] === '~'
    return match ? badPattern(words[0] ?? '', 0) : tilde ? badPattern(words[1] ?? '', 1) : undefined
  },
  inside: ({ directive, entry, section }) =>
    inside(section, directive, entry.name, keepsOverrides && section.path ? { path: true } : { path: true, overrides: sectionOverrides }),
  end: (reading, _, words) => tooMany(reading, words, !match && words[0] === '~' ? 2 : 1, 'not (yet) '),
})

const conditional = (kind: 'if' | 'elseif' | 'else'): SectionKind => ({
  head: (reading, text, words) => {
    if (kind === 'else') return text === '' ? undefined : { server: '<Else> does not take an argument', rule: 'apache/invalid-section', at: 0 }
    return text === '' ? needsArguments(reading) : expressionFault(reading, words[0] ?? '', 0, 'Cannot parse condition clause: ')
  },
  inside: ({ directive, entry, section }) =>
    inside(section, directive, entry.name, section.path ? { path: true } : { path: true, overrides: sectionOverrides }),
  end: (reading, _, words) => {
    const { section, directive } = reading
    if (kind !== 'if' && !section.set.has(lastCondition) && !section.open)
      return {
        server: '<Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope',
        rule: 'apache/invalid-section',
        at: 'name',
        words: `${title(reading)}> has no <If> before it in the same section.`,
      }
    if (kind === 'else') section.set.delete(lastCondition)
    else section.set.set(lastCondition, directive)
    return tooMany(reading, words, kind === 'else' ? 0 : 1, 'not ')
  },
})

/** Where the last `<If>` or `<ElseIf>` of a section is kept, if no `<Else>` came since. */
const lastCondition = '<if>'

const limit = (except: boolean): SectionKind => ({
  head: (reading, text, words) => {
    if (text === '') return needsArguments(reading)
    if (!except && words.includes('TRACE'))
      return { server: 'TRACE cannot be controlled by <Limit>, see TraceEnable', rule: 'apache/invalid-section', at: words.indexOf('TRACE') }
    const unknown = reading.section.htaccess ? words.find((word) => !registeredMethods.has(word)) : undefined
    return unknown === undefined
      ? undefined
      : {
          server: `Could not register method '${unknown}' for ${title(reading)} from .htaccess configuration`,
          rule: 'apache/invalid-section',
          at: words.indexOf(unknown),
        }
  },
  inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { limited: true }),
})

/** `modules/http/http_protocol.c: ap_method_registry_init` */
const registeredMethods: ReadonlySet<string> = new Set(
  `GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL CHECKOUT UNCHECKOUT CHECKIN UPDATE
   LABEL REPORT MKWORKSPACE MKACTIVITY BASELINE-CONTROL MERGE`.split(/\s+/),
)

/** `<RequireAll>` … (`mod_authz_core.c: add_authz_section`) */
const requirements: SectionKind = {
  head: (reading, text) =>
    text === ''
      ? undefined
      : {
          server: `${title(reading)}> directive doesn't take additional arguments`,
          rule: 'apache/invalid-section',
          at: 0,
          words: `${title(reading)}> takes no arguments: what it requires stands inside.`,
        },
  inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { limited: true, overrides: maskOf(['authconfig']) }),
  end: (reading, inner) => {
    const { directive, entry, section } = reading
    const empty = directive.node.block !== undefined && !inner.set.has('require') && !hasUnread(reading)
    if (empty)
      return {
        server: `<${entry.name}> directive contains no authorization directives`,
        rule: 'apache/invalid-access',
        at: 'name',
        words: `<${entry.name}> is empty: Apache wants at least one Require inside.`,
      }
    const outer = section.name === 'requireall' || section.name === 'requirenone' || section.name === 'requireany' ? section.name : 'requireany'
    if (entry.name.toLowerCase() === 'requirenone' && outer !== 'requireall' && !section.open)
      return {
        server: `<${entry.name}> directive has no effect in <${outer === 'requirenone' ? 'RequireNone' : 'RequireAny'}> directive`,
        rule: 'apache/invalid-access',
        at: 'name',
        words: `<${entry.name}> only takes away: put it into a <RequireAll>, beside what is granted.`,
      }
    section.set.set('require', directive)
    return undefined
  },
}

/** Whether a part of what the section holds may not have been seen. */
const hasUnread = ({ directive, state }: Reading): boolean =>
  directive.children.length > 0 ||
  state.configuration.all.some((each) => each.parent === directive && (each.name === 'include' || each.name === 'includeoptional' || each.name === 'use'))

/** `mod_authn_core.c: authaliassection`, `mod_authz_core.c: authz_require_alias_section` */
const providerAlias = (kind: 'authn' | 'authz'): SectionKind => ({
  head: (reading, text, words) => {
    const [name = '', alias = ''] = words
    if (text === '' || name === '' || alias === '') return needsArguments(reading)
    if (kind === 'authn' && name.toLowerCase() === alias.toLowerCase())
      return { server: 'The alias provider name must be different from the base provider name.', rule: 'apache/invalid-section', at: 1 }
    if (reading.directive.presence === 'present') reading.state.providers.set(`${kind} ${alias}`, reading.directive)
    return undefined
  },
  inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { overrides: maskOf(['authconfig', 'access']) }),
})

/** `server/core.c: virtualhost_section`, `server/vhost.c: get_addresses` */
const virtualHost: SectionKind = {
  head: (reading, text, words) => {
    if (text === '') return needsArguments(reading)
    for (const [at, word] of words.entries()) {
      const server = addressFault(word)
      if (server)
        return {
          server,
          rule: 'apache/invalid-section',
          at,
          words: `"${word}" is no address for a virtual host: write *:80, 192.0.2.1:443 or [2001:db8::1]:80.`,
        }
    }
    return undefined
  },
  inside: ({ directive, section }) => inside(section, directive, 'VirtualHost', { virtual: true }),
}

function addressFault(word: string): string | undefined {
  if (word === '') return undefined
  const parsed = parseAddress(word.endsWith(':*') ? word.slice(0, -2) : word)
  if (!parsed) return 'The address or port is invalid'
  return parsed.host === undefined && word !== '*' ? 'Missing address for VirtualHost' : undefined
}

/** `mod_proxy.c: proxysection` */
const proxy = (match: boolean): SectionKind => ({
  head: (_, __, words) => (match ? badPattern(words[0] ?? '', 0) : undefined),
  inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { path: true, overrides: proxyOverrides }),
  end: (reading, _, words) => proxySectionFault(reading, words, match),
})

/** Sections whose directives are read where they stand. */
const plain: SectionKind = {
  head: () => undefined,
  inside: ({ directive, entry, section }) => inside(section, directive, entry.name),
}

const kinds: Readonly<Record<string, SectionKind>> = {
  directory: scoped(false, false),
  directorymatch: scoped(true, false),
  location: scoped(false, false),
  locationmatch: scoped(true, false),
  files: scoped(false, true),
  filesmatch: scoped(true, true),
  if: conditional('if'),
  elseif: conditional('elseif'),
  else: conditional('else'),
  limit: limit(false),
  limitexcept: limit(true),
  requireall: requirements,
  requireany: requirements,
  requirenone: requirements,
  authnprovideralias: providerAlias('authn'),
  authzprovideralias: providerAlias('authz'),
  virtualhost: virtualHost,
  proxy: proxy(false),
  proxymatch: proxy(true),
  mdomainset: { ...plain, inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { open: true }) },
  mdomain: plain,
  wsgiinterpreteroptions: { ...plain, inside: ({ directive, entry, section }) => inside(section, directive, entry.name, { open: true }) },
}
