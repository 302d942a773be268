import { daemonOptions, type WsgiOption } from '../../../application/wsgi-process.ts'
import { type PlacedDirective, placeOfArgument } from '../../../configuration/placed.ts'
import type { Place } from '../../../problem/place.ts'

/** A Python home that a directive names: `WSGIPythonHome`, or `python-home=` of a daemon process. */
export interface NamedHome {
  readonly value: string
  /** How the directive calls it, for messages. */
  readonly by: 'WSGIPythonHome' | 'python-home='
  /** The argument, or the option with its name. */
  readonly at: Place
}

/** The Python home that a `WSGIPythonHome` or `WSGIDaemonProcess` names, where it is known. */
export function namedHome(directive: PlacedDirective): NamedHome | undefined {
  if (directive.name === 'wsgipythonhome') {
    const argument = directive.args[0]
    return argument?.known ? { value: argument.value, by: 'WSGIPythonHome', at: placeOfArgument(directive, argument) } : undefined
  }
  const option = daemonOptions(directive).findLast((each) => each.name === 'python-home')
  const value = option?.known ? unquoted(option.value) : undefined
  return option && value !== undefined ? { value, by: 'python-home=', at: placeOfOption(directive, option) } : undefined
}

/** A value as mod_wsgi reads it behind the `=` (`ap_getword_conf`); undefined where its quotes end in another word. */
function unquoted(value: string): string | undefined {
  const quote = /^["']/.exec(value)?.[0]
  if (quote === undefined) return value
  return value.length > 1 && value.endsWith(quote) ? value.slice(1, -1) : undefined
}

/** Where an option stands as written, its name included. */
export const placeOfOption = (directive: PlacedDirective, option: WsgiOption): Place => ({
  path: directive.source.path,
  start: option.start,
  end: option.end,
})

/** What inside of a Python installation was named in place of its root. */
export interface InsidePython {
  readonly what:
    | 'the interpreter'
    | 'the folder of programs'
    | 'a script of the virtualenv'
    | 'the folder of packages'
    | 'the folder of libraries'
    | 'a file of the virtualenv'
  readonly prefix: string
}

/** The root of the Python of which a path names a part; undefined where it does not look like a part. */
export function insidePython(path: string): InsidePython | undefined {
  const plain = path.replaceAll('\\', '/').replace(/(?!^)\/+$/, '')
  for (const { pattern, what } of parts) {
    const match = pattern.exec(plain)
    if (match) return { what, prefix: rootOf(match[1] ?? '', match[0]) }
  }
  return undefined
}

const parts: readonly { readonly pattern: RegExp; readonly what: InsidePython['what'] }[] = [
  { pattern: /^(.*)\/(?:bin|Scripts)\/(?:python|pypy)[\w.-]*$/i, what: 'the interpreter' },
  { pattern: /^(.*)\/(?:bin|Scripts)\/activate(?:_this)?(?:\.\w+)?$/i, what: 'a script of the virtualenv' },
  { pattern: /^(.*)\/(?:bin|Scripts)$/, what: 'the folder of programs' },
  { pattern: /^(.*)\/lib(?:64)?\/python\d(?:\.\d+)?(?:\/(?:site|dist)-packages)?$/, what: 'the folder of packages' },
  // Any folder may be called lib; behind a virtualenv's usual name it is the virtualenv's.
  { pattern: /^(\/usr|.*\/\.?(?:v|virtual)?env[\w.-]*)\/lib(?:64)?$/, what: 'the folder of libraries' },
  { pattern: /^(.*)\/Lib\/site-packages$/i, what: 'the folder of packages' },
  { pattern: /^(.*)\/pyvenv\.cfg$/, what: 'a file of the virtualenv' },
]

/** `/bin` is a link to `/usr/bin`, and Debian's `/usr/local/lib/python3.11/dist-packages` belongs to the Python in `/usr`. */
const rootOf = (prefix: string, whole: string): string => (prefix === '' || (prefix === '/usr/local' && whole.endsWith('/dist-packages')) ? '/usr' : prefix)
