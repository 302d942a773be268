import { type Configuration, directivesNamed, type PlacedDirective } from '../../configuration/placed.ts'
import { requirementsIn } from '../../site/apache/authorization.ts'
import { code, listed, whereIsDirective } from '../lib/markdown.ts'
import type { DocumentView } from '../lib/view.ts'
import { appliedBefore, shownSection } from './apache-sections.ts'

/** What a directive takes the place of, or what is in effect with it; undefined where that is not certain. */
export function effectHere(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  if (directive.presence !== 'present' || directive.args.some((argument) => !argument.known)) return undefined
  if (directive.name === 'options') return optionsHere(directive, configuration)
  if (directive.name === 'require') return requirementsHere(directive)
  if (ofFolder.has(directive.name)) return overFolder(view, directive, configuration)
  if (ofServer.has(directive.name)) return overServer(view, directive, configuration)
  return undefined
}

/** Settings of a folder of which the nearest section's own counts (`merge` of the modules takes the newer value). */
const ofFolder: ReadonlySet<string> = new Set(
  'allowoverride directoryindex authtype authname authuserfile authgroupfile authbasicprovider sethandler forcetype adddefaultcharset rewriteengine rewritebase directoryslash fallbackresource limitrequestbody'.split(
    ' ',
  ),
)

/** Settings of the server of which a virtual host's own counts. */
const ofServer: ReadonlySet<string> = new Set(
  'documentroot errorlog serveradmin timeout keepalive keepalivetimeout maxkeepaliverequests sslprotocol sslciphersuite sslhonorcipherorder'.split(' '),
)

function overFolder(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  const section = directive.parent
  if (section?.name !== 'directory') return undefined
  for (const each of [...appliedBefore(section, configuration)].reverse()) {
    const found = each.children.findLast(({ name }) => name === directive.name)
    if (!found) continue
    return found.presence === 'present' ? `**Here:** overrides ${written(found)} of ${shownSection(each)} (${whereIsDirective(view, found)}).` : undefined
  }
  return undefined
}

function overServer(view: DocumentView, directive: PlacedDirective, configuration: Configuration): string | undefined {
  if (directive.parent?.name !== 'virtualhost') return undefined
  const main = directivesNamed(configuration, directive.name).findLast((each) => each.parent === undefined)
  return main?.presence === 'present' ? `**Here:** overrides ${written(main)} of the main server (${whereIsDirective(view, main)}).` : undefined
}

/** A directive as it is written, on one line. */
export const written = (directive: PlacedDirective): string =>
  code([directive.node.words[0]?.value ?? directive.name, ...directive.args.map(({ value }) => value)].join(' '), 60)

// ---- options

/** The options in effect in a `<Directory>` (`core.c: set_options`, `merge_core_dir_configs`), as far as no `.htaccess` changes them. */
function optionsHere(directive: PlacedDirective, configuration: Configuration): string | undefined {
  const section = directive.parent
  if (section?.name !== 'directory') return undefined
  const around = [undefined, ...appliedBefore(section, configuration)]
  const levels = [...around, section].map((each) => (each ? each.children : configuration.top).filter(({ name }) => name === 'options'))
  if (levels.flat().some((each) => each.presence !== 'present' || each.args.some(({ known }) => !known))) return undefined
  const complete = configuration.whole && !configuration.open
  let options: Set<string> | undefined = complete ? new Set(['FollowSymLinks']) : undefined
  for (const each of levels.flat()) options = applied(options, each)
  return (
    options &&
    `**Here:** in effect: ${
      options.size > 0
        ? listed(
            [...options].sort().map((each) => code(each)),
            9,
          )
        : 'no options'
    }, where no \`.htaccess\` changes it.`
  )
}

function applied(before: ReadonlySet<string> | undefined, { args }: PlacedDirective): Set<string> | undefined {
  const words = args.map(({ value }) => value)
  const relative = words.some((word) => /^[+-]/.test(word))
  if (relative && before === undefined) return undefined
  const options = new Set(relative ? before : [])
  for (const word of words) {
    const name = word.replace(/^[+-]/, '').toLowerCase()
    const given = name === 'all' ? everything : [canonical.get(name)]
    for (const each of given) {
      if (each === undefined) continue
      if (word.startsWith('-')) options.delete(each)
      else options.add(each)
    }
  }
  return options
}

const names = ['ExecCGI', 'FollowSymLinks', 'SymLinksIfOwnerMatch', 'Includes', 'IncludesNOEXEC', 'Indexes', 'MultiViews'] as const
const canonical: ReadonlyMap<string, string> = new Map(names.map((name) => [name.toLowerCase(), name]))
/** `OPT_ALL`. */
const everything = ['ExecCGI', 'FollowSymLinks', 'Includes', 'Indexes']

// ---- who gets in

/** A `Require` in words, and what it needs beside it. */
function requirementsHere(directive: PlacedDirective): string | undefined {
  const own = requirementInWords(directive.args.map(({ value }) => value))
  const block = directive.parent
  if (own === undefined || !block) return own && `**Here:** ${own}.`
  const others = requirementsIn(block).filter((each) => each !== directive)
  if (others.length === 0) return `**Here:** ${own}.`
  const rest = `${others.length} other ${others.length === 1 ? 'rule' : 'rules'}`
  switch (block.name) {
    case 'requireall':
      return `**Here:** ${own}; ${rest} in ${shownSection(block)} must hold as well.`
    case 'requirenone':
      return `**Here:** refuses ${own}.`
    default:
      return `**Here:** ${own}; one of this and ${rest} here is enough.`
  }
}

/** `ip 10.0.0.0/8` in words; undefined for what another module decides. */
function requirementInWords(words: readonly string[]): string | undefined {
  const [first = '', ...rest] = words
  if (first.toLowerCase() === 'not') {
    const inside = requirementInWords(rest)
    return inside && `not ${inside}`
  }
  const shown = listed(
    rest.map((each) => code(each)),
    6,
  )
  switch (first.toLowerCase()) {
    case 'all':
      return rest[0]?.toLowerCase() === 'granted' ? 'everyone' : rest[0]?.toLowerCase() === 'denied' ? 'no one' : undefined
    case 'ip':
      return `clients with an address of ${shown}`
    case 'host':
      return `clients whose name ends with ${shown}`
    case 'forward-dns':
      return `clients with the address of ${shown}`
    case 'local':
      return 'clients of this machine'
    case 'valid-user':
      return 'everyone who has logged in'
    case 'user':
      return `the users ${shown}`
    case 'group':
      return `users of the groups ${shown}`
    case 'method':
      return `requests by ${shown}`
    case 'env':
      return `requests for which ${shown} is set`
    case 'expr':
      return `requests for which ${code(rest.join(' '), 100)} holds`
    default:
      return undefined
  }
}
